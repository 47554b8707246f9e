"""`python -m tests.benchmarks.pages_server ARTICLES`: serves the benchmark's site on loopback until it is terminated.

A process of its own, so that its CPU is not that of the crawl. All answers are made before the first request; then it
prints the address.
"""

import asyncio
import hashlib
import re
import sys
import zlib
from typing import cast

from tests.benchmarks.pages import Page, site_pages

_CHUNK = 8192
_CODED = re.compile(rb"^accept-encoding:.*\bgzip\b", re.IGNORECASE | re.MULTILINE)
_MISSING = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
_LEVEL = 4
"""Fast, and what many servers use: the pages come to about 25 KB."""


class PrebuiltSite:
    """Answers by path: whole responses with a gzip-coded body; others are made when they are asked for."""

    def __init__(self) -> None:
        self._coded: dict[bytes, bytes] = {}
        self._pages: dict[bytes, tuple[Page, bytes]] = {}

    def build(self, articles: int, base: str) -> None:
        """Make all answers."""
        body, packed = b"", b""
        for page in site_pages(articles, base):
            if page.body is not body:
                body = page.body
                packed = _gzipped(body)
            path = page.path.encode()
            self._coded[path] = _response(page, packed, b"Content-Encoding: gzip\r\n")
            self._pages[path] = page, packed

    def answer(self, head: bytes) -> bytes:
        """The response to a request."""
        path = head.split(b" ", 2)[1]
        if path not in self._coded:
            return _MISSING
        if _CODED.search(head):
            return self._coded[path]
        page, packed = self._pages[path]
        return _response(page, zlib.decompress(packed, zlib.MAX_WBITS | 16), b"")


class _Connection(asyncio.Protocol):
    def __init__(self, site: PrebuiltSite) -> None:
        self._site = site
        self._rest = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Answer every request that is whole; none of them has a body."""
        *heads, self._rest = (self._rest + data).split(b"\r\n\r\n")
        for head in heads:
            self._transport.write(self._site.answer(head))


def _gzipped(body: bytes) -> bytes:
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    return packer.compress(body) + packer.flush()


def _response(page: Page, payload: bytes, coding: bytes) -> bytes:
    """A response as news sites send it, with the header fields of a server behind a cache."""
    framing = b"Transfer-Encoding: chunked" if page.chunked else b"Content-Length: %d" % len(payload)
    head = (
        b"HTTP/1.1 200 OK\r\nServer: nginx\r\nDate: Wed, 01 Apr 2026 12:00:00 GMT\r\nContent-Type: %s\r\n"
        b"%s\r\nConnection: keep-alive\r\nVary: Accept-Encoding\r\n%sCache-Control: max-age=60\r\n"
        b'ETag: W/"%s"\r\nLast-Modified: Wed, 01 Apr 2026 11:58:00 GMT\r\nX-Cache: HIT\r\n'
        b"X-Frame-Options: SAMEORIGIN\r\nStrict-Transport-Security: max-age=31536000\r\n\r\n"
    ) % (page.content_type.encode(), framing, coding, hashlib.sha256(payload).hexdigest()[:16].encode())
    return head + (_chunks(payload) if page.chunked else payload)


def _chunks(payload: bytes) -> bytes:
    parts = (payload[at : at + _CHUNK] for at in range(0, len(payload), _CHUNK))
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


async def _serve(articles: int) -> None:
    site = PrebuiltSite()
    server = await asyncio.get_running_loop().create_server(lambda: _Connection(site), "127.0.0.1", 0)
    base = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    site.build(articles, base)
    print(base, flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1])))
