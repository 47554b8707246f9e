"""cdxj-indexer makes the index that we make; pywb replays all that is in it, byte by byte and as pages."""

import html
import subprocess
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path

import brotli
import pytest

from tests.running import Project
from tests.services.environments import Environment
from tests.services.indexes import IndexLine, by_place, index_lines, merged_index
from tests.services.pywb import Replay, replayed
from tests.site.articles import FIRST_ID, SampleSite
from tests.site.server import HTML, Response, SampleServer, running
from tests.test_not_modified import Written

if sys.version_info >= (3, 14):  # pragma: no cover
    from compression import zstd
else:
    from backports import zstd

pytestmark = pytest.mark.services

COMPARED = ("url", "mime", "status", "digest", "length", "offset", "filename")
"""The fields that cdxj-indexer writes. Ours may hold more."""

UNTYPED, SHOUTED, ZSTD, RENAMED, BROTLI, DEFLATE = 0, 1, 2, 4, 6, 8
"""Numbers of articles that `with_hard_answers` gives an odd answer."""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Three snapshots of the sample site, with chunks, redirects, a 503, a 404, a 410 and every content coding.

    Pages have their requisites. The last two snapshots are of the same edition: the pages of the last are revisits.
    """
    project = Project(tmp_path_factory.mktemp("readers"))
    with running(SampleSite(articles=12, variety=True)) as server:
        for edition in (1, 2, 2):
            server.site = SampleSite(articles=12, variety=True, edition=edition)
            with_hard_answers(server)
            done = project.crawl(server.base_url, "-s", "ARCHIVE_REQUISITES=1")
            assert done.code == 0, done
    assert project.problems() == []
    return project


@pytest.fixture(scope="module")
def replay(project: Project, web_archive_tools: Environment) -> Iterator[Replay]:
    with replayed(project.archive, web_archive_tools) as running_replay:
        yield running_replay


def with_hard_answers(server: SampleServer) -> None:
    """Put answers over articles that readers see rarely."""
    server.pages.clear()
    paths = {article.id - FIRST_ID: article.path for article in server.site.listed}
    pages = {number: server.answer(path, 1).body for number, path in paths.items()}
    folder, name = paths[RENAMED].rsplit("/", 1)
    capital = f"{folder}/{name.capitalize()}"
    server.pages |= {
        paths[UNTYPED]: Response(200, {}, pages[UNTYPED]),
        paths[SHOUTED]: Response(200, {"Content-Type": "TEXT/HTML ;Charset=UTF-8"}, pages[SHOUTED]),
        paths[ZSTD]: coded("zstd", zstd.compress(pages[ZSTD])),
        paths[BROTLI]: coded("br", brotli.compress(pages[BROTLI])),
        paths[DEFLATE]: coded("deflate", zlib.compress(pages[DEFLATE])),
        paths[RENAMED]: Response(301, {**HTML, "Location": capital}, b"moved"),
        capital: Response(200, HTML, pages[RENAMED]),
    }


def coded(coding: str, body: bytes) -> Response:
    return Response(200, {**HTML, "Content-Encoding": coding}, body)


def test_cdxj_indexer_makes_the_same_index(project: Project, web_archive_tools: Environment) -> None:
    """But for media types: it leaves out what we call ``unk``, and keeps their case (RFC 9110, 8.3.1: no matter)."""
    warcs = [str(path) for path in project.archive.glob("warc/**/*.warc.gz")]
    command = web_archive_tools.command("cdxj-indexer", "--sort", *warcs)
    theirs = index_lines(subprocess.run(command, capture_output=True, check=True).stdout)
    ours = index_lines(merged_index(project.archive))
    assert [line.moment for line in ours] == [line.moment for line in theirs]
    assert by_place(ours).keys() == by_place(theirs).keys()
    assert differences(ours, theirs) == {(UNTYPED, "mime", "unk", None), (SHOUTED, "mime", "text/html", "TEXT/HTML")}


def differences(ours: list[IndexLine], theirs: list[IndexLine]) -> set[tuple[int, str, str | None, str | None]]:
    """Fields in which two indexes of the same records differ: number of the article, field, ours, theirs."""
    other = by_place(theirs)
    return {
        (number_of(line.url), name, line.fields.get(name), other[line.place].fields.get(name))
        for line in ours
        for name in COMPARED
        if line.fields.get(name) != other[line.place].fields.get(name)
    }


def test_every_exchange_replays_as_it_was_received(replay: Replay) -> None:
    """Status and payload, content coding kept. Of two exchanges of one URL in one second a replay shows one."""
    of_moment: dict[tuple[str, str], list[IndexLine]] = {}
    for line in replay.lines:
        of_moment.setdefault(line.moment, []).append(line)
    assert {line.fields.get("status") for line in replay.lines} >= {"200", "301", "404", "410", "503", None}
    assert {line.fields["mime"] for line in replay.lines} >= {"warc/revisit", "image/png", "text/css", "font/woff2"}
    wrong = []
    for line in replay.lines:
        answer = replay.raw(line)
        if not redirects_to_its_key(line) and not any(answer.shows(other) for other in of_moment[line.moment]):
            wrong.append((line, answer.status, answer.body[:200]))
    assert not wrong


def test_a_redirect_to_its_own_key_is_answered_with_where_it_leads(replay: Replay) -> None:
    """The index cannot tell the two URLs apart, and pywb leaves the redirect out, which would turn in circles."""
    redirects = [line for line in replay.lines if redirects_to_its_key(line)]
    assert len(redirects) == 3
    for redirect in redirects:
        answer = replay.raw(redirect)
        targets = [line for line in replay.lines if line.key == redirect.key and line.fields.get("status") == "200"]
        assert any(answer.shows(line) for line in targets), (redirect, answer.status)


def redirects_to_its_key(line: IndexLine) -> bool:
    return line.fields.get("status") == "301" and line.url.endswith(f"-{FIRST_ID + RENAMED}.html")


def test_every_article_shows_its_headline_but_those_coded_with_zstd(project: Project, replay: Replay) -> None:
    """pywb cannot decode zstd: it takes the field away and sends the coded bytes. So a crawl should not ask for it."""
    lines = by_place(replay.lines)
    titles: dict[tuple[str, str], set[str]] = {}
    shown: dict[tuple[str, str], IndexLine] = {}
    for article in project.lines():
        evidence = article["captures"][-1]
        line = lines[evidence["warc"].rpartition("/")[2], str(evidence["offset"])]
        titles.setdefault(line.moment, set()).add(article["title"])
        shown[line.moment] = line
    pages = {moment: replay.page(line) for moment, line in shown.items()}
    assert len(pages) > 20
    assert {page.status for page in pages.values()} == {200}
    texts = {moment: html.unescape(page.body.decode("utf-8", "replace")) for moment, page in pages.items()}
    hidden = [moment for moment, text in texts.items() if not any(title in text for title in titles[moment])]
    assert {number_of(shown[moment].url) for moment in hidden} == {ZSTD}


def test_a_page_that_the_server_called_unchanged_replays_as_the_page_it_was(
    tmp_path: Path, web_archive_tools: Environment
) -> None:
    """A 304 is kept without its head in the revisit's block: with it, players show an empty page."""
    written = Written(tmp_path)
    written.publish(tmp_path / "archive")
    with replayed(tmp_path / "archive", web_archive_tools) as replay:
        first, again = replay.lines
        assert (first.fields["mime"], again.fields["mime"]) == ("text/html", "warc/revisit")
        assert [replay.raw(line).body for line in (first, again)] == [b"<rss/>", b"<rss/>"]
        assert replay.raw(again).status == 200
    written.release()


def number_of(url: str) -> int:
    """The article's number on the sample site."""
    return int(url.rpartition("-")[2].removesuffix(".html")) - FIRST_ID
