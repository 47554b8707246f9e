"""What is decided of pages that are not there, and what the index says of them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import orjson
import pytest

from crawler.archive.cdxj import cdxj_line
from crawler.archive.http_message import parse_response
from crawler.archive.jsonl import article_line
from crawler.archive.stored import StoredCapture
from crawler.articles import clean
from crawler.articles.gone import DESCRIBED, description, gone, is_confirmed
from crawler.evidence import UNDECODABLE
from crawler.items import Absence, Article, ArticleLink, CaptureRef
from crawler.state.history import History
from tests.captures import MOMENT, a_link
from tests.test_clean import ARTICLE

LINK = a_link()
SNAPSHOT = "20260401120000-world-aaaaaa"
NEXT = "20260402120000-world-bbbbbb"
KNOWN = replace(clean(ARTICLE), article_id=LINK.article_id, url=LINK.url)


def ref(hours: float = 0, status: int = 404) -> CaptureRef:
    at = MOMENT + timedelta(hours=hours)
    warc = "warc/2026/04/01/news-20260401120000-00000-aaaaaa.warc.gz"
    return CaptureRef(warc, 77, 99, f"urn:uuid:{at.isoformat()}", "sha256:0", at, status)


@pytest.fixture
def history(tmp_path: Path) -> Iterator[History]:
    opened = History(tmp_path / "history.sqlite")
    yield opened
    opened.close()


def missed(
    history: History, hours: float, *, link: ArticleLink = LINK, url: str = LINK.url, snapshot_id: str = SNAPSHOT
) -> Article | None:
    return history.absent(Absence(link, url, ref(hours)), snapshot_id, 24)


def test_a_second_sighting_a_day_later_makes_an_article_gone_and_nothing_else_does(history: History) -> None:
    assert history.identified(KNOWN, SNAPSHOT) is not None
    assert [missed(history, hours) for hours in (0, 1, 23.99)] == [None, None, None]
    event = missed(history, 24)
    assert event is not None
    assert (event.event, event.version, event.captures) == ("gone", 1, (ref(0), ref(24)))
    assert history.is_gone(LINK.article_id)
    assert [missed(history, hours) for hours in (25, 100)] == [None, None]


def test_an_article_that_is_there_again_is_restored_as_a_version_of_its_own(history: History) -> None:
    history.identified(KNOWN, SNAPSHOT)
    for hours in (0, 24):
        missed(history, hours)
    back = history.identified(KNOWN, NEXT)
    assert back is not None
    assert (back.event, back.version, back.changed_fields) == ("restored", 2, ())
    assert not history.is_gone(LINK.article_id)
    assert history.identified(KNOWN, NEXT) is None
    assert [missed(history, hours) for hours in (50, 51)] == [None, None], "it begins again"


def test_a_page_that_answered_in_between_begins_it_again(history: History) -> None:
    history.identified(KNOWN, SNAPSHOT)
    missed(history, 0)
    assert history.identified(KNOWN, SNAPSHOT) is None
    assert missed(history, 30) is None
    assert missed(history, 54) is not None


def test_an_unknown_article_is_never_gone(history: History) -> None:
    assert [missed(history, hours, link=a_link(2)) for hours in (0, 30, 60)] == [None, None, None]


def test_what_a_run_decided_is_forgotten_with_it(history: History) -> None:
    history.identified(KNOWN, SNAPSHOT)
    for hours in (0, 24):
        missed(history, hours)
    history.drop_pending()
    assert not history.is_gone(LINK.article_id)
    assert missed(history, 60) is None, "of an article that nobody knows any more"


def test_a_later_part_of_a_run_keeps_what_it_decided(history: History) -> None:
    history.identified(KNOWN, SNAPSHOT)
    for hours in (0, 24):
        missed(history, hours, snapshot_id=NEXT)
    history.drop_pending_of(SNAPSHOT)
    assert history.is_gone(LINK.article_id)
    history.drop_pending_of(NEXT)
    assert not history.is_gone(LINK.article_id)


@pytest.mark.parametrize(
    ("hours", "again", "expected"),
    [(24, 24, True), (24, 23.9, False), (0, 0.001, True), (0, 0, False), (0, -1, False)],
)
def test_sightings_confirm_each_other_by_the_time_between_them(hours: float, again: float, expected: bool) -> None:
    assert is_confirmed(ref(), ref(again), hours) is expected


def test_a_version_is_described_alike_by_its_article_and_by_its_line() -> None:
    article = replace(KNOWN, version=3)
    described = description({name: getattr(article, name) for name in DESCRIBED})
    assert description(orjson.loads(article_line(article))) == described
    line = orjson.loads(article_line(gone(LINK, described, ref(), ref(24, 410))))
    assert {name: line[name] for name in DESCRIBED} == orjson.loads(described)
    assert line["provenance"] == {"event": "http 404/410 since 2026-04-01T12:30:15Z"}


def stored(status: int, link: ArticleLink | None = LINK, flags: frozenset[str] = frozenset()) -> StoredCapture:
    message = parse_response(b"HTTP/1.1 %d X\r\nContent-Length: 2\r\n\r\nab" % status, "GET")
    return StoredCapture(replace(ref(), status=status), LINK.url, "GET", message, link, taken="wire", flags=flags)


def indexed(capture: StoredCapture) -> dict[str, str]:
    fields: dict[str, str] = orjson.loads(cdxj_line(capture).split(b" ", 2)[2])
    return fields


@pytest.mark.parametrize("status", [404, 410])
def test_the_index_tells_which_article_was_not_there(status: int) -> None:
    fields = indexed(stored(status))
    assert fields["article"] == LINK.article_id
    assert fields["record"] == ref().record_id
    assert datetime.fromisoformat(fields["date"]) == MOMENT


def test_the_index_tells_which_article_was_there() -> None:
    assert indexed(stored(200))["article"] == LINK.article_id


@pytest.mark.parametrize("status", [301, 403, 451, 500, 503])
def test_any_other_answer_tells_nothing(status: int) -> None:
    assert "article" not in indexed(stored(status))


def test_an_answer_that_is_cut_or_was_not_for_an_article_tells_nothing() -> None:
    assert "article" not in indexed(replace(stored(404), truncated=True))
    assert "article" not in indexed(stored(404, flags=frozenset({UNDECODABLE})))
    assert "article" not in indexed(stored(404, link=None))


def test_a_dead_link_to_another_address_is_no_sighting(history: History) -> None:
    history.identified(KNOWN, SNAPSHOT)
    earlier = "https://news.example/an-earlier-slug.html"
    assert [missed(history, hours, url=earlier) for hours in (0, 30, 60)] == [None, None, None]
    assert missed(history, 61, url=LINK.url.replace("://", "://www.")) is None, "the first one that counts"
    assert missed(history, 90) is not None
