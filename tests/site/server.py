"""Serves the sample site on loopback over HTTP/1.1: gzip, chunks, redirects, a 503 that passes, a 404 that stays."""

import gzip
import hashlib
import struct
import sys
import threading
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeVar

from tests.site import pages
from tests.site.articles import SampleSite
from tests.site.declared import DAY, day_archive, declared, undeclared_pages
from tests.site.variety import specials

HTML = {"Content-Type": "text/html; charset=utf-8"}
XML = {"Content-Type": "application/xml; charset=utf-8"}


@dataclass(frozen=True)
class Response:
    """What a URL answers, before content and transfer coding."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Asked:
    """A request as it came in."""

    method: str
    path: str
    headers: Mapping[str, str]


class SampleServer(ThreadingHTTPServer):
    """The server. `site` may be exchanged while it runs, and `pages` puts any answer over any path."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128  # a connection that finds the queue full tries again after a second

    def __init__(self, site: SampleSite, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.site = site
        self.pages: dict[str, Response] = {}
        self.raw: dict[str, Sequence[bytes]] = {}
        """Bytes in the place of a response, by path: the first time these, then those, at last always the last."""
        self.requests: list[Asked] = []
        self.base_url = f"http://127.0.0.1:{self.server_port}"
        self._lock = threading.Lock()
        self._waiting: list[tuple[int, threading.Event]] = []

    def wait_for_requests(self, count: int) -> threading.Event:
        """An event that is set when so many requests have come in."""
        event = threading.Event()
        with self._lock:
            self._waiting.append((count, event))
        return event

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401  the library's signature
        """A client that was killed is none of the server's errors."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)

    def note(self, asked: Asked) -> int:
        """Remember a request; returns how often its path was asked for before."""
        with self._lock:
            before = sum(earlier.path == asked.path for earlier in self.requests)
            self.requests.append(asked)
            for count, event in self._waiting:
                if len(self.requests) >= count:
                    event.set()
        return before

    def answer(self, path: str, asked_before: int) -> Response:
        """What `path` answers now."""
        if path in self.pages:
            return self.pages[path]
        site, base = self.site, self.base_url
        if site.variety and (special := varied(site, base).get(path)):
            return special
        fixed = {
            "/robots.txt": Response(200, {"Content-Type": "text/plain"}, pages.ROBOTS),
            "/style.css": Response(200, {"Content-Type": "text/css"}, pages.STYLE),
            "/layout.css": Response(200, {"Content-Type": "text/css"}, pages.LAYOUT),
            "/font.woff2": Response(200, {"Content-Type": "font/woff2"}, pages.FONT),
            "/world": Response(301, {"Location": f"{base}/world/", **HTML}, b"moved"),
        }
        if path in fixed:
            return fixed[path]
        if path.startswith("/img/"):
            return Response(200, {"Content-Type": "image/png"}, picture(path))
        if path == "/world/":
            return Response(200, HTML, pages.section_page(site, base, _old_paths(site)))
        if path == "/export/rss2/world/index.xml":
            return Response(200, {"Content-Type": "application/rss+xml"}, pages.feed(site, base))
        if path == "/":
            return Response(200, HTML, pages.home_page(site, base))
        return _article_answer(site, base, path, asked_before)


Served = TypeVar("Served", bound=SampleServer)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "SampleSite/1"
    sys_version = ""
    wbufsize = 1 << 16  # head and body in one packet: unbuffered, each answer waits 40 ms for an acknowledgement
    disable_nagle_algorithm = True
    server: SampleServer

    def do_GET(self) -> None:
        """Answer a GET."""
        path = self.path.partition("?")[0]
        before = self.server.note(Asked(self.command, self.path, dict(self.headers.items())))
        if raw := self.server.raw.get(path):
            self.wfile.write(raw[min(before, len(raw) - 1)])
            self.close_connection = True
            return
        answer = self.server.answer(path, before)
        body, headers = answer.body, dict(answer.headers)
        if "gzip" in self.headers.get("Accept-Encoding", "") and _gains_by_gzip(answer):
            body, headers["Content-Encoding"] = gzip.compress(body, mtime=0), "gzip"
        headers.setdefault("ETag", f'"{hashlib.sha256(answer.body).hexdigest()[:16]}"')
        headers.setdefault("Last-Modified", "Wed, 01 Apr 2026 12:00:00 GMT")
        self.send_response(answer.status)
        for name, value in headers.items():
            self.send_header(name, value)
        self._send(body if self.command == "GET" else b"", chunked=_is_chunked(path))

    do_HEAD = do_GET  # noqa: N815  the library's name

    def _send(self, body: bytes, *, chunked: bool) -> None:
        if not chunked:
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
            return
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        size = 700
        for at in range(0, len(body), size):
            part = body[at : at + size]
            self.wfile.write(b"%x\r\n%s\r\n" % (len(part), part))
        self.wfile.write(b"0\r\n\r\n")

    def log_message(self, *_: Any) -> None:  # noqa: ANN401  the library's signature
        """Say nothing."""


@contextmanager
def running(site: SampleSite, port: int = 0) -> Iterator[SampleServer]:
    """The site, served while the block runs. A port that is taken is replaced by a free one."""
    try:
        server = SampleServer(site, port)
    except OSError:
        server = SampleServer(site)
    with serving(server):
        yield server


@contextmanager
def serving(server: Served) -> Iterator[Served]:
    """A server that is made already, at work while the block runs."""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@lru_cache(maxsize=64)
def picture(path: str) -> bytes:
    """A small picture of one colour, PNG; the colour follows from the path."""
    colour = hashlib.sha256(path.encode()).digest()[:3]
    rows = (b"\x00" + colour * 64) * 36
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", 64, 36, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(rows)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts
    )


@lru_cache(maxsize=4)
def varied(site: SampleSite, base: str) -> dict[str, Response]:
    """Answers of the special pages and of the sources that only a varied site has."""
    found = (*specials(base, site.edition), *undeclared_pages(base))
    answers = {
        special.path: Response(special.status, {"Location": special.location, **HTML}, b"moved")
        if special.location
        else Response(special.status, HTML, special.page)
        for special in found
    }
    answers[f"/{DAY}/"] = Response(200, HTML, day_archive(base))
    robots = pages.ROBOTS + f"Sitemap: {base}/sitemap_news.xml\n".encode()
    answers["/robots.txt"] = Response(200, {"Content-Type": "text/plain"}, robots)
    return answers | {path: Response(200, XML, body) for path, body in declared(site, base).items()}


def _old_paths(site: SampleSite) -> dict[int, str]:
    """URLs under which moved articles are still linked."""
    return {article.id: _old_path(article.path) for article in site.listed if article.id in site.moved}


def _old_path(path: str) -> str:
    """An earlier slug with the same id."""
    day, name = path.strip("/").split("/")
    return f"/{day}/earlier-{name.rpartition('-')[2]}"


def _article_answer(site: SampleSite, base: str, path: str, asked_before: int) -> Response:
    for article in site.listed:
        if path == article.path:
            if article.id in site.withdrawn:
                break
            if article.id in site.flaky and not asked_before:
                return Response(503, {"Retry-After": "1", **HTML}, b"<h1>Service unavailable</h1>")
            return Response(200, HTML, pages.article_page(article, base, site.edition))
        if article.id in site.moved and path == _old_path(article.path):
            return Response(302, {"Location": article.path, **HTML}, b"moved")
    return Response(404, HTML, pages.missing_page(path))


def _gains_by_gzip(answer: Response) -> bool:
    """True for text that has no coding yet."""
    is_text = not answer.headers.get("Content-Type", "").startswith("image/")
    return is_text and len(answer.body) > 200 and "Content-Encoding" not in answer.headers


def _is_chunked(path: str) -> bool:
    """Every third article is sent in chunks."""
    digits = path.removesuffix(".html").rpartition("-")[2]
    return digits.isdigit() and int(digits) % 3 == 0
