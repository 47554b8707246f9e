"""A site that misbehaves, crawled: what is cut or empty gives no line and is named, and the rest is published."""

import gzip
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from crawler.archive.stored import StoredAttempt, StoredCapture, read_stored
from crawler.archive.warc import read_records
from crawler.items import JsonObject
from tests.edited_texts import STORY
from tests.faults.fault_cases import BOMB, CHUNKED, GZIP
from tests.faults.script import OK
from tests.running import Finished, Project
from tests.site import pages
from tests.site.articles import SampleSite
from tests.site.server import HTML, Response, SampleServer, running

CLOSE = b"Connection: close\r\nContent-Type: text/html; charset=utf-8\r\n"
UNAVAILABLE = b"HTTP/1.1 503 Service Unavailable\r\n" + CLOSE + b"Content-Length: 4\r\n\r\ndown"

PARTNERS = "We and our partners use cookies, and ask for your consent. " * 9

REASONS = {
    "N02": "surplus",
    "N04": "cut",
    "N05": "cut",
    "N10": "no_title",
    "N16": "refused_by_limit",
    "N19": "undecodable",
    "N26": "http_304",
    "N27": "http_204",
}
"""Why each page is counted as failed."""


def sized(head: bytes, body: bytes, length: int | None = None) -> bytes:
    """A response with a Content-Length, true unless one is given."""
    return head + CLOSE + b"Content-Length: %d\r\n\r\n" % (len(body) if length is None else length) + body


def faulty(fault: str, page: bytes) -> list[bytes]:
    """The page, with that fault."""
    packed = gzip.compress(page, mtime=0)
    return {
        "N02": [sized(OK, page, len(page) // 2)],
        "N04": [CHUNKED + b"%x\r\n%s" % (len(page), page[:-200])],
        "N05": [CHUNKED + b"%x\r\n%s\r\nZZZ\r\n" % (len(page), page)],
        "N10": [sized(OK, b"")],
        "N16": [sized(GZIP, BOMB)],
        "N19": [sized(GZIP, packed[:-20])],
        "N26": [b"HTTP/1.1 304 Not Modified\r\n" + CLOSE + b"\r\n"],
        "N27": [b"HTTP/1.1 204 No Content\r\n" + CLOSE + b"\r\n"],
        "N34": [UNAVAILABLE, UNAVAILABLE, sized(OK, page)],
    }[fault]


def stored_in(project: Project, url: str) -> Iterator[StoredCapture | StoredAttempt]:
    """What the archive holds of a URL."""
    for entry in project.entries():
        for listed in entry.of("warc"):
            with project.repository.open(listed) as stream:
                for stored in read_stored(read_records(stream, listed.key), listed.key):
                    if isinstance(stored, StoredCapture | StoredAttempt) and stored.url == url:
                        yield stored


@dataclass(frozen=True)
class Crawled:
    """One crawl of a site whose articles have one fault each."""

    project: Project
    server: SampleServer
    done: Finished
    paths: dict[str, str]

    def stored(self, fault: str) -> list[StoredCapture | StoredAttempt]:
        return list(stored_in(self.project, self.server.base_url + self.paths[fault]))

    def statuses(self, fault: str) -> list[int]:
        return [stored.message.status for stored in self.stored(fault) if isinstance(stored, StoredCapture)]


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    project = Project(tmp_path_factory.mktemp("faulty") / "project")
    with running(SampleSite(articles=14, oddities=False)) as server:
        paths = {}
        for fault, article in zip([*REASONS, "N34"], server.site.listed, strict=False):
            server.raw[article.path] = faulty(fault, pages.article_page(article, server.base_url, 1))
            paths[fault] = article.path
        done = project.crawl(server.base_url, "-s", "ARCHIVE_GATE_SHARE=0.1")
        yield Crawled(project, server, done, paths)


@pytest.mark.parametrize("fault", REASONS)
def test_a_page_that_is_not_whole_is_named_and_gives_no_line(crawled: Crawled, fault: str) -> None:
    assert crawled.paths[fault] in crawled.done.err, crawled.done
    assert crawled.paths[fault] not in {line["url"].removeprefix(crawled.server.base_url) for line in lines(crawled)}


@pytest.mark.parametrize("reason", sorted(set(REASONS.values())))
def test_the_verdict_counts_the_reasons(crawled: Crawled, reason: str) -> None:
    count = list(REASONS.values()).count(reason)
    assert f"{count} {reason}" in crawled.done.err, crawled.done
    assert crawled.done.code == 0, crawled.done


def test_the_other_pages_are_published_and_the_archive_verifies(crawled: Crawled) -> None:
    assert len(lines(crawled)) == len(crawled.server.site.listed) - len(REASONS)
    assert crawled.project.problems() == []
    assert "Traceback" not in crawled.done.err, crawled.done


@pytest.mark.parametrize("fault", ["N02", "N10", "N16", "N19", "N26", "N27"])
def test_what_came_is_archived_as_it_came(crawled: Crawled, fault: str) -> None:
    (stored,) = crawled.stored(fault)
    assert isinstance(stored, StoredCapture)
    assert [stored.message.raw] == list(crawled.server.raw[crawled.paths[fault]])
    assert stored.original is None, "nothing is a revisit of nothing"


@pytest.mark.parametrize("fault", ["N04", "N05"])
def test_a_page_that_is_cut_is_asked_for_again_and_every_answer_is_archived(crawled: Crawled, fault: str) -> None:
    stored = crawled.stored(fault)
    assert len(stored) == 3, stored
    for capture in stored:
        assert isinstance(capture, StoredCapture)
        assert capture.truncated
        assert [capture.message.raw] == list(crawled.server.raw[crawled.paths[fault]])


def test_a_page_that_comes_at_the_third_attempt_is_an_article(crawled: Crawled) -> None:
    assert crawled.statuses("N34") == [503, 503, 200]
    assert crawled.server.base_url + crawled.paths["N34"] in {line["url"] for line in lines(crawled)}


def lines(crawled: Crawled) -> list[JsonObject]:
    return crawled.project.lines()


def test_a_listing_that_is_cut_within_its_gzip_is_a_source_that_failed(project: Project) -> None:
    with running(SampleSite(articles=4, oddities=False)) as server:
        page = gzip.compress(server.answer("/world/", 0).body, mtime=0)
        server.raw["/world/"] = [sized(GZIP, page[:-20])]
        done = project.crawl(server.base_url, "-a", "sources=section")
    assert done.code == 3, done
    assert "/world/ is not whole (undecodable)" in done.err
    assert project.lines() == []


@pytest.mark.parametrize("robots_too", [False, True])
def test_a_site_that_answers_503_to_everything_is_no_success(project: Project, robots_too: bool) -> None:
    with running(SampleSite(articles=4, oddities=False)) as server:
        paths = ["/world/", "/export/rss2/world/index.xml", *(article.path for article in server.site.listed)]
        server.pages |= dict.fromkeys(paths + ["/robots.txt"] * robots_too, Response(503, HTML, b"down"))
        done = project.crawl(server.base_url)
        asked = len(server.requests)
    assert done.code == 3, done
    assert "HTTP 503" in done.err
    assert project.lines() == []
    assert asked <= 10, "it was hammered"


def test_articles_that_all_answer_503_are_no_success(project: Project) -> None:
    with running(SampleSite(articles=4, oddities=False)) as server:
        server.pages |= {article.path: Response(503, HTML, b"down") for article in server.site.listed}
        done = project.crawl(server.base_url)
        count = len(server.site.listed)
    assert (done.code, project.lines()) == (3, []), done
    assert f"{count} http_503" in done.err


def one_page_for_every_url(project: Project, page: str) -> Finished:
    """A crawl of a site that answers every article with one and the same page, but for `{number}` in it."""
    with running(SampleSite(articles=6, oddities=False)) as server:
        for number, article in enumerate(server.site.listed):
            answer = page.format(number=f"{number}f{number * 7919}c", url=server.base_url + article.path)
            server.pages[article.path] = Response(200, HTML, answer.encode())
        return project.crawl(server.base_url)


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        ("<title>Before you continue</title><h1>Before you continue</h1><p>" + PARTNERS, "consent_page"),
        ("<title>Terms</title><h1>Our terms have changed</h1><p>" + STORY, "no_article_evidence"),
        ("<title>Page not found</title><h1>Page not found</h1><p>It may have moved.", "soft_404"),
        ("<title>Just a moment...</title><h1>Just a moment</h1><p>Ray: {number}", "block_page"),
        ("<title>Loading</title><div id=root></div><script>load()</script>", "empty_shell"),
    ],
)
def test_one_page_for_every_url_gives_no_articles(project: Project, page: str, reason: str) -> None:
    done = one_page_for_every_url(project, page)
    assert project.lines() == []
    assert done.code == 3, done
    assert f"6 {reason}" in done.err
    (entry,) = project.entries()
    assert entry.counts[f"failed/{reason}"] == 6
    assert project.problems() == []


@pytest.mark.parametrize("number", ["", "<p>Number {number}."], ids=["the same", "but for a number"])
def test_n35_one_page_for_every_url_sounds_the_alarm(project: Project, number: str) -> None:
    """A page in the site's own markup: nothing tells it from an article but that it stands under every URL."""
    body = STORY.replace("\n\n", "</p><p>")
    article = f'<h1 class="article__title">News</h1><div class="article__body"><p>{body}{number}</div>'
    done = one_page_for_every_url(project, article)
    assert done.code == 3, done
    assert "5 have one text with another" in done.err
    own = [line for line in project.lines() if not line["duplicate_of"] and not line["near_duplicate_of"]]
    assert len(own) == 1


def test_what_robots_forbid_is_on_record_as_forbidden(project: Project) -> None:
    with running(SampleSite(articles=4, oddities=False)) as server:
        rules = b"User-agent: *\nDisallow: /2\n"
        server.pages["/robots.txt"] = Response(200, {"Content-Type": "text/plain"}, rules)
        done = project.crawl(server.base_url)
        assert done.code == 3, done
        for article in server.site.listed:
            (stored,) = stored_in(project, server.base_url + article.path)
            assert isinstance(stored, StoredAttempt)
            assert stored.reason == "robots_disallowed"
            assert stored.link is not None, "it is not told which article it was"
    assert project.problems() == []
