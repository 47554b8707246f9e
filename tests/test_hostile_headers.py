"""Targets and headers that would do harm if they were believed, crawled from a site that sends them."""

import gzip
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from scrapy import Request
from scrapy.http import HtmlResponse

from crawler.archive.checks import check_snapshot
from crawler.archive.http_message import parse_response
from crawler.archive.log import ListedObject
from crawler.archive.warc import read_records
from crawler.capture.reconstruct import reconstructed
from tests.captures import a_capture
from tests.faults.record_exchanges import a_writer, begin_run
from tests.faults.script import OK, PAGE
from tests.running import Finished, Project
from tests.site import pages
from tests.site.articles import SampleSite
from tests.site.server import HTML, Response, SampleServer, running

SPACED = "/20260401/a spaced name-1120777001.html"
ENCODED = "/20260401/a%20spaced%20name-1120777001.html"
OWN = "own=1"
"""The one cookie that the site may set."""
FIELDS = (
    b"Content-Type: text/html; charset=utf-8\r\nConnection: close\r\n"
    b"Set-Cookie: own=1; path=/\r\nSet-Cookie: everywhere=1; domain=com; path=/\r\nReferrer-Policy: os.system\r\n"
)


@dataclass(frozen=True)
class Crawled:
    """A crawl with cookies on, of a site that sets them, names a URL with spaces, and redirects to another host."""

    project: Project
    server: SampleServer
    done: Finished

    def cookies_to(self, host: str) -> list[str | None]:
        """What each request to that host had as cookies, robots.txt aside, which is asked for first."""
        asked = [request for request in self.server.requests if request.path not in ("/robots.txt", "/world/")]
        return [request.headers.get("Cookie") for request in asked if request.headers["Host"].startswith(host)]


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    project = Project(tmp_path_factory.mktemp("hostile") / "project")
    with running(SampleSite(articles=4, oddities=False)) as server:
        spaced, moved = server.site.listed[:2]
        shown = server.answer("/world/", 0).body.replace(spaced.path.encode(), SPACED.encode())
        server.raw["/world/"] = [OK + FIELDS + b"Content-Length: %d\r\n\r\n%s" % (len(shown), shown)]
        server.pages[ENCODED] = Response(200, HTML, pages.article_page(spaced, server.base_url, 1))
        elsewhere = f"{server.base_url.replace('127.0.0.1', 'localhost')}{moved.path}".encode()
        redirect = b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: " + elsewhere + b"\r\n" + FIELDS + b"\r\n"
        server.raw[moved.path] = [redirect, OK + b"Connection: close\r\n\r\n" + PAGE]
        other_host = f"ARCHIVE_PRIVATE_HOSTS=localhost:{server.server_port}"
        settings = ("-s", "COOKIES_ENABLED=True", "-s", other_host)
        done = project.crawl(server.base_url, "-a", "sources=section", *settings)
        yield Crawled(project, server, done)


def test_a_target_with_spaces_is_encoded_once_and_is_the_same_everywhere(crawled: Crawled) -> None:
    url = crawled.server.base_url + ENCODED
    assert [asked.path for asked in crawled.server.requests if "spaced" in asked.path] == [ENCODED]
    assert url in [line["url"] for line in crawled.project.lines()]
    (entry,) = crawled.project.entries()
    (warc,), (cdxj,) = entry.of("warc"), entry.of("cdxj")
    with crawled.project.repository.open(warc) as stream:
        records = [located.record for located in read_records(stream, warc.key)]
    targets = [record.value("WARC-Target-URI") for record in records]
    assert targets.count(url) == 3, "request, response and metadata"
    assert not [target for target in targets if " " in (target or "") or "%2520" in (target or "")]
    index = gzip.decompress((crawled.project.archive / cdxj.key).read_bytes()).decode()
    assert f'"url":"{url}"' in index


def test_a_cookie_for_a_public_suffix_is_ignored(crawled: Crawled) -> None:
    sent = crawled.cookies_to("127.0.0.1")
    assert set(sent) == {OWN}, "its own cookie alone"


def test_cookies_do_not_follow_a_redirect_to_another_host(crawled: Crawled) -> None:
    assert crawled.cookies_to("localhost") == [None]


def test_a_referrer_policy_that_names_code_does_nothing(crawled: Crawled) -> None:
    assert "Traceback" not in crawled.done.err, crawled.done
    assert len(crawled.project.lines()) == len(crawled.server.site.listed) - 1, "the redirected one is another site's"
    assert crawled.project.problems() == []


def test_no_header_of_chunks_is_kept_over_a_body_without_them() -> None:
    request = Request("http://news.example/")
    capture = reconstructed(request, HtmlResponse(request.url, headers={"Transfer-Encoding": "chunked"}, body=PAGE))
    message = parse_response(capture.response)
    assert b"chunked" not in message.head
    assert (message.payload, message.complete, message.surplus) == (PAGE, True, 0)


def test_a_record_of_chunks_without_them_is_found_by_verify(project: Project, tmp_path: Path) -> None:
    """As other tools write: the header of the wire over a body that was taken out of its chunks."""
    with running(SampleSite(articles=2, oddities=False)) as server:
        project.crawl(server.base_url)
    (entry,) = project.entries()
    writer = a_writer(run := begin_run(tmp_path))
    writer.write(replace(a_capture(), response=OK + b"Transfer-Encoding: chunked\r\n\r\n" + PAGE))
    writer.seal()
    run.release()
    (sealed,) = writer.sealed
    project.repository.store.put(sealed.key, sealed.path)
    forged = ListedObject(sealed.key, sealed.sha256, sealed.bytes, sealed.records)
    found = check_snapshot(project.repository, replace(entry, objects=(*entry.objects, forged)), deep=True)
    assert "http_framing" in {problem.rule for problem in found}
