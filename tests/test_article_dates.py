"""When articles of unknown sites were published; and what cannot be, beside the capture that says so."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from crawler.articles import extract_article
from crawler.articles.dates import Moment, modified, published
from crawler.articles.evidence import with_capture, without_future
from crawler.articles.generic.dates import day_in_url
from crawler.items import Article, CaptureRef
from tests.test_titles import URL, reading_of

DAY = datetime(2026, 5, 2, tzinfo=UTC)
FETCHED = datetime(2026, 5, 2, 14, tzinfo=UTC)
PAGE = '<h1 class="article__title">T</h1><div class="article__body"><div class="article__text">text</div></div>'


def found(html: str, url: str = URL) -> Moment:
    return published(reading_of(html, url))


def ld(**properties: str) -> str:
    listed = "".join(f', "{name}": "{value}"' for name, value in properties.items())
    return f'<script type="application/ld+json">{{"@type": "NewsArticle"{listed}}}</script>'


@pytest.mark.parametrize(
    ("html", "source"),
    [
        (ld(datePublished="2026-05-02T00:00:00Z"), "json-ld:datePublished"),
        ('<meta property="article:published_time" content="2026-05-02T02:00+02:00">', "meta:article:published_time"),
        ('<meta name="DC.date.issued" content="2026-05-02T00:00Z">', "meta:dc.date.issued"),
        ('<span itemprop="datePublished" content="2026-05-02T00:00Z">', "microdata:datePublished"),
        ('<time datetime="2026-05-02T00:00Z">today</time>', "time"),
        ('<time class="updated" datetime="2026-05-09T00:00Z"></time><time datetime="2026-05-02T00:00Z">', "time"),
        (ld(dateCreated="2026-05-02T00:00Z"), "json-ld:dateCreated"),
        ('<script type="application/ld+json">{"@type":"WebPage","datePublished":"2026-05-02T00:00Z"}</script>',
         "json-ld:page:datePublished"),
        ('<span data-timestamp="1777680000000">', "attribute:data-timestamp"),
        ('<h1>T</h1><p class="posted-date">Posted on May 2, 2026</p>', "text, no offset"),
        ('<h1>T</h1><p class="date">02.05.2026</p>', "text, no offset"),
    ],
)  # fmt: skip
def test_each_layer_gives_the_publication_time(html: str, source: str) -> None:
    moment = found(html)
    assert (moment.at, moment.source) == (DAY, source)
    assert moment.raw, "the raw string stands beside"


def test_the_url_gives_the_day_where_no_layer_above_does() -> None:
    assert found("<p>x", "https://x.example/2026/05/02/a-ship/") == Moment(DAY, "20260502", "url, no offset")


def test_the_library_finds_the_day_in_the_text_and_always_the_same() -> None:
    html = "<body><h1>A ship</h1><footer><p>Veröffentlicht: 2. Mai 2026</p></footer></body>"
    assert found(html) == found(html) == Moment(DAY, "2026-05-02", "htmldate, no offset")


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("https://x.example/2026/05/02/a", "20260502"),
        ("https://x.example/2026/5/2/a", "20260502"),
        ("https://x.example/20260502/a", "20260502"),
        ("https://x.example/a/2026-05-02-b", "20260502"),
        ("https://x.example/a-20260502123", None),
        ("https://x.example/2026/13/02/a", None),
        ("https://x.example/a?d=/2026/05/02/", None),
    ],
)
def test_the_day_in_a_url_is_told(url: str, day: str | None) -> None:
    assert day_in_url(url) == day


def test_a_time_of_a_card_is_not_taken_where_the_url_names_another_day() -> None:
    html = '<time datetime="2025-01-01T00:00Z"></time>'
    assert found(html, "https://x.example/2026/05/02/a-ship/").source == "url, no offset"


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("1970-01-01T00:00:00Z", "before 1990"),
        ("0000-00-00T00:00:00Z", "no such day"),
        ("9999-12-31T23:59:59Z", "after 2100"),
        ("2026-02-30T00:00:00Z", "no such day"),
        ("2026-05-02T00:00 IST", "no one meaning of IST"),
    ],
)
def test_c14_an_absurd_date_is_none_with_its_reason_and_its_raw_string(value: str, reason: str) -> None:
    assert found(ld(datePublished=value)) == Moment(None, value, f"rejected:json-ld:datePublished: {reason}")


def article_of(**times: str) -> Article:
    return extract_article(ld(**times) + PAGE, "https://sputnikglobe.com/20260502/x-1121000003.html")


def test_c14_a_date_in_the_future_of_its_capture_is_none_and_never_the_time_of_the_fetch() -> None:
    ahead = article_of(datePublished="2026-05-03T20:00:00Z", dateModified="2031-01-01T00:00:00Z")
    article = without_future(ahead, FETCHED)
    assert (article.published_at, article.published_raw) == (None, "2026-05-03T20:00:00Z")
    assert (article.modified_at, article.modified_raw) == (None, "2031-01-01T00:00:00Z")
    assert article.provenance["published_at"] == "rejected:json-ld:datePublished: in the future"
    assert article.provenance["modified_at"] == "rejected:json-ld:dateModified: in the future"
    assert article.flags == ("no_date",)
    assert without_future(article, FETCHED) == article


def test_a_time_within_a_day_of_the_capture_is_believed() -> None:
    article = article_of(datePublished="2026-05-03T13:00:00Z")
    assert without_future(article, FETCHED) is article
    assert without_future(replace(article, published_at=None), FETCHED).published_at is None


def test_an_article_joins_its_capture_by_the_captures_own_time() -> None:
    ref = CaptureRef("k.warc.gz", 0, 9, "urn:uuid:0", "sha256:00", FETCHED, 200)
    article = with_capture(article_of(datePublished="2026-05-02T13:00:00Z"), ref)
    assert (article.captures, article.flags) == ((ref,), ())
    early = replace(ref, fetched_at=FETCHED - timedelta(days=2))
    assert with_capture(article, early).flags == ("no_date",)


def test_the_time_of_the_last_change_is_read_from_its_own_layers() -> None:
    reading = reading_of('<meta property="og:updated_time" content="2026-05-02T00:00Z">')
    assert modified(reading, Moment(None, None, "")) == Moment(DAY, "2026-05-02T00:00Z", "meta:og:updated_time")
