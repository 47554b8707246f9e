"""What another download handler fetched is put together again: labelled, and consistent with its stored body."""

import gzip
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from scrapy import Request
from scrapy.http import Headers, HtmlResponse, Response

from crawler.archive.http_message import parse_response
from crawler.archive.records import Record, parse_warc_fields
from crawler.archive.warc import read_records
from crawler.capture.reconstruct import reconstructed
from tests.faults.raw_server import self_signed
from tests.running import ROOT, Project

URL = "https://news.example/a%20b?q=1"
BODY = b"<html>" + b"hello " * 50 + b"</html>"
HTTP2 = 'DOWNLOAD_HANDLERS={"https": "scrapy.core.downloader.handlers.http2.H2DownloadHandler"}'


def response(headers: dict[str, str] | None = None, body: bytes = BODY, status: int = 200) -> Response:
    return HtmlResponse(URL, status=status, headers=Headers(headers or {}), body=body, protocol="h2")


def test_it_says_so_and_names_the_protocol() -> None:
    capture = reconstructed(Request(URL), response())
    assert (capture.taken, capture.protocols) == ("reconstructed", ("h2",))


def test_the_request_has_its_target_host_headers_and_body() -> None:
    request = Request(URL, method="POST", headers={"X-Two": ["1", "2"]}, body=b"q=1")
    message = reconstructed(request, response()).request
    assert message.startswith(b"POST /a%20b?q=1 HTTP/1.1\r\nHost: news.example\r\n")
    assert message.endswith(b"X-Two: 1\r\nX-Two: 2\r\n\r\nq=1")


def test_credentials_are_left_out_and_named() -> None:
    capture = reconstructed(Request(URL, headers={"Authorization": "Basic c2VjcmV0"}), response())
    assert b"c2VjcmV0" not in capture.request
    assert capture.redacted == ("Authorization",)


@pytest.mark.parametrize("length", ["5", "999"])
def test_n07_a_framing_that_the_body_no_longer_has_is_left_out(length: str) -> None:
    found = response({"Transfer-Encoding": "chunked", "Content-Length": length, "X-Kept": "yes"})
    message = parse_response(reconstructed(Request(URL), found).response)
    assert message.value(b"transfer-encoding") is None
    assert message.values(b"content-length") == [b"%d" % len(BODY)]
    assert (message.payload, message.complete, message.value(b"x-kept")) == (BODY, True, b"yes")


@pytest.mark.parametrize(("body", "kept"), [(gzip.compress(BODY, mtime=0), True), (BODY, False)])
def test_a_content_coding_stays_only_where_the_body_still_has_it(body: bytes, kept: bool) -> None:
    found = Response(URL, headers=Headers({"Content-Encoding": "gzip"}), body=body)
    message = parse_response(reconstructed(Request(URL), found).response)
    assert (message.value(b"content-encoding") is not None, message.payload) == (kept, body)


@pytest.mark.parametrize("status", [200, 204, 304, 404, 799])
def test_every_status_makes_a_complete_message(status: int) -> None:
    message = parse_response(reconstructed(Request(URL), response(body=b"", status=status)).response)
    assert (message.status, message.complete, message.surplus) == (status, True, 0)


def test_line_ends_in_header_values_break_nothing() -> None:
    found = response({"X-Evil": "a\r\nTransfer-Encoding: chunked\r\n\r\n"})
    message = parse_response(reconstructed(Request(URL), found).response)
    assert (message.payload, message.value(b"transfer-encoding")) == (BODY, None)


@pytest.fixture
def http2_site(tmp_path: Path) -> Iterator[str]:
    """The sample site over HTTP/2; its base URL."""
    command = [sys.executable, "-m", "tests.faults.http2_server", str(self_signed(tmp_path))]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        yield f"https://127.0.0.1:{process.stdout.readline().strip()}"
        process.stdin.close()


def records(project: Project) -> list[Record]:
    (entry,) = project.entries()
    (listed,) = entry.of("warc")
    with project.repository.open(listed) as stream:
        return [located.record for located in read_records(stream, listed.key)]


def test_a_crawl_over_http2_is_archived_as_what_it_is(project: Project, http2_site: str) -> None:
    done = project.crawl(http2_site, "-s", HTTP2, "-s", "DOWNLOAD_VERIFY_CERTIFICATES=0")
    assert done.code == 0, done
    assert len(project.lines()) == 3
    assert project.problems() == []
    found = records(project)
    responses = [record for record in found if record.kind == "response"]
    assert len(responses) >= 5, "robots.txt, two sources, three articles"
    for record in responses:
        assert record.value("WARC-Protocol") == "h2"
        assert [value for name, value in parse_response(record.block).fields if name == b"Set-Cookie"] == [
            b"a=1",
            b"b=2",
        ]
    methods = {parse_warc_fields(record.block).get("capture-method") for record in found if record.kind == "metadata"}
    assert methods == {"reconstructed"}
