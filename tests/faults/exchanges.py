"""Exchanges as servers really answer, odd ones above all: what is asked, what is sent back, what must be on record."""

import gzip
from dataclasses import dataclass, field
from ssl import TLSVersion

from crawler.items import JsonObject
from tests.faults.raw_server import Answer

PAGE = b"<html>hello</html>"
ZIPPED = gzip.compress(PAGE * 9, mtime=0)
PROXIED = "http://news.example/through-a-proxy"
SECRET = "Basic c2VjcmV0"  # noqa: S105  the point is that it is found nowhere
EARLY_HINTS = b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n"
CHUNKED = (
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Checksum\r\n\r\n",
    b'6;name="a;b"\r\n<html>\r\n',
    b"5;flag\r\nhello\r\n",
    b"07\r\n</html>\r\n",
    b"0;last\r\nX-Checksum: abc\r\nX-More: def\r\n\r\n",
)


def whole(head: bytes, body: bytes = PAGE) -> Answer:
    """A response with a Content-Length, after which the connection is kept."""
    return Answer((head + b"Content-Length: %d\r\n\r\n%s" % (len(body), body),), "keep")


def answered(head: bytes, body: bytes = PAGE) -> "Script":
    """One ordinary request, answered so."""
    return Script((whole(head, body),))


@dataclass(frozen=True)
class Script:
    """What one server does, what it is asked, and what the archive must say of it."""

    answers: tuple[Answer, ...]
    requests: tuple[JsonObject, ...] = field(default_factory=lambda: ({},))
    """Arguments of the requests beside their URL; `proxy` stands for this server."""
    tls: TLSVersion | None = None
    """The only version of TLS that the server speaks."""
    kept: tuple[bytes, ...] | None = None
    """The response blocks on record; None: all that was sent, answer by answer."""
    flags: str | None = None
    truncated: str | None = None

    @property
    def responses(self) -> list[bytes]:
        """The response blocks on record, in order."""
        return [answer.sent for answer in self.answers] if self.kept is None else list(self.kept)


_OK = b"HTTP/1.1 200 OK\r\n"
_LATER_OK = whole(_OK + b"X-After: hints\r\n")
_ON_THE_WAY = Answer((_OK + b"Content-Length: 100\r\n\r\n", b"<html>cut he"), "close")

SCRIPTS = {
    "content-length": answered(_OK + b"Content-Type: text/html\r\n"),
    "empty-body": answered(_OK, b""),
    "chunked-with-extensions-and-trailers": Script((Answer(CHUNKED, "keep"),)),
    "gzip-body": answered(_OK + b"Content-Encoding: gzip\r\n", ZIPPED),
    "repeated-headers": answered(_OK + b"Set-Cookie: a=1\r\nX-One: 1\r\nSet-Cookie: b=2\r\nset-cookie: c=3\r\n"),
    "odd-cased-and-folded-headers": answered(_OK + b"x-OdD-cAsE:   spaced  \r\nX-Folded: one\r\n \t two\r\n"),
    "header-line-without-colon": answered(_OK + b"this is no header\r\nX-Next: 1\r\n"),
    "bare-line-feeds": Script((Answer((b"HTTP/1.1 200 OK\nContent-Length: 5\n\nhello",), "keep"),)),
    "missing-reason-phrase": answered(b"HTTP/1.1 200\r\n"),
    "non-ascii-reason-phrase": answered("HTTP/1.1 200 Schön\r\n".encode()),
    "non-ascii-header-bytes": answered(_OK + b"X-Bytes: \xff\xfe \xe9t\xe9\r\n" + "X-Word: ж\r\n".encode()),
    "header-name-that-is-none": Script(
        (whole(_OK + b"X-\xff Name: x\r\n"),), flags="DownloadFailedError", truncated="disconnect"
    ),
    "early-hints": Script((Answer((EARLY_HINTS, EARLY_HINTS, _LATER_OK.sent), "keep"),), kept=(_LATER_OK.sent,)),
    "no-content": Script((Answer((b"HTTP/1.1 204 No Content\r\nX-Empty: 1\r\n\r\n",), "keep"),)),
    "until-close": Script((Answer((b"HTTP/1.0 200 OK\r\nServer: old\r\n\r\n", PAGE, PAGE)),), flags="partial"),
    "not-found": answered(b"HTTP/1.1 404 Not Found\r\n"),
    "head-request": Script((Answer((_OK + b"Content-Length: 1000\r\n\r\n",), "keep"),), ({"method": "HEAD"},)),
    "post-with-body": Script((whole(_OK),), ({"method": "POST", "body": "q=1&r=\r\n\r\n2"},)),
    "kept-connection": Script((whole(_OK, b"first"), whole(_OK, b"second")), ({}, {})),
    "sent-again-on-a-new-connection": Script(
        (whole(_OK, b"first"), Answer(()), whole(_OK, b"second")),
        ({}, {}),
        kept=(whole(_OK, b"first").sent, whole(_OK, b"second").sent),
    ),
    "redirect": Script((whole(b"HTTP/1.1 302 Found\r\nLocation: /redirect/target\r\n", b"there"), whole(_OK))),
    "authorization": Script((whole(_OK),), ({"headers": {"Authorization": SECRET, "X-Kept": "yes"}},)),
    "through-a-proxy": Script((whole(_OK),), ({"url": PROXIED, "meta": {"proxy": ""}},)),
    "tls-1.2": Script((whole(_OK),), tls=TLSVersion.TLSv1_2),
    "tls-1.3": Script((whole(_OK), whole(_OK)), ({}, {}), tls=TLSVersion.TLSv1_3),
    "short-body": Script((_ON_THE_WAY,), flags="ResponseDataLossError incomplete", truncated="disconnect"),
    "short-body-taken-as-it-is": Script(
        (_ON_THE_WAY,),
        ({"meta": {"download_fail_on_dataloss": False}},),
        flags="dataloss incomplete",
        truncated="disconnect",
    ),
    "chunks-cut": Script((Answer(CHUNKED[:3]),), flags="ResponseDataLossError incomplete", truncated="disconnect"),
    "too-large": Script(
        (whole(_OK),), ({"meta": {"download_maxsize": 10}},), flags="DownloadCancelledError", truncated="length"
    ),
    "stalled": Script(
        (Answer(_ON_THE_WAY.chunks, "keep"),),
        ({"meta": {"download_timeout": 0.5}},),
        flags="DownloadTimeoutError incomplete",
        truncated="time",
    ),
    "longer-than-its-content-length": Script(
        (Answer((_OK + b"Content-Length: 5\r\n\r\nhello, and more",), "keep"),), flags="surplus"
    ),
    "no-answer": Script((Answer((), "reset"),), kept=()),
}
