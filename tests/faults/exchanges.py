"""Exchanges as servers really answer: what is asked, what is sent back, what must be on record."""

import gzip
from ssl import TLSVersion

from tests.faults.raw_server import Answer
from tests.faults.script import OK, PAGE, Script, answered, heard, heard_no_head, whole

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


_LATER_OK = whole(OK + b"X-After: hints\r\n")
_ON_THE_WAY = Answer((OK + b"Content-Length: 100\r\n\r\n", b"<html>cut he"), "close")

SCRIPTS = {
    "content-length": answered(OK + b"Content-Type: text/html\r\n"),
    "empty-body": answered(OK, b""),
    "chunked-with-extensions-and-trailers": Script((Answer(CHUNKED, "keep"),)),
    "gzip-body": answered(OK + b"Content-Encoding: gzip\r\n", ZIPPED),
    "repeated-headers": answered(OK + b"Set-Cookie: a=1\r\nX-One: 1\r\nSet-Cookie: b=2\r\nset-cookie: c=3\r\n"),
    "odd-cased-and-folded-headers": answered(OK + b"x-OdD-cAsE:   spaced  \r\nX-Folded: one\r\n \t two\r\n"),
    "header-line-without-colon": answered(OK + b"this is no header\r\nX-Next: 1\r\n"),
    "bare-line-feeds": Script((Answer((b"HTTP/1.1 200 OK\nContent-Length: 5\n\nhello",), "keep"),)),
    "missing-reason-phrase": answered(b"HTTP/1.1 200\r\n"),
    "non-ascii-reason-phrase": answered("HTTP/1.1 200 Schön\r\n".encode()),
    "non-ascii-header-bytes": answered(OK + b"X-Bytes: \xff\xfe \xe9t\xe9\r\n" + "X-Word: ж\r\n".encode()),
    "header-name-that-is-none": Script(
        (whole(OK + b"X-\xff Name: x\r\n"),),
        flags="DownloadFailedError",
        truncated="unspecified",
        by_byte=heard_no_head(OK + b"X-\xff Name: x\r\nContent-Length: 18\r\n"),
    ),
    "early-hints": Script((Answer((EARLY_HINTS, EARLY_HINTS, _LATER_OK.sent), "keep"),), kept=(_LATER_OK.sent,)),
    "no-content": Script((Answer((b"HTTP/1.1 204 No Content\r\nX-Empty: 1\r\n\r\n",), "keep"),)),
    "until-close": Script((Answer((b"HTTP/1.0 200 OK\r\nServer: old\r\n\r\n", PAGE, PAGE)),), flags="partial"),
    "not-found": answered(b"HTTP/1.1 404 Not Found\r\n"),
    "head-request": Script((Answer((OK + b"Content-Length: 1000\r\n\r\n",), "keep"),), ({"method": "HEAD"},)),
    "post-with-body": Script((whole(OK),), ({"method": "POST", "body": "q=1&r=\r\n\r\n2"},)),
    "kept-connection": Script((whole(OK, b"first"), whole(OK, b"second")), ({}, {})),
    "sent-again-on-a-new-connection": Script(
        (whole(OK, b"first"), Answer(()), whole(OK, b"second")),
        ({}, {}),
        kept=(whole(OK, b"first").sent, whole(OK, b"second").sent),
    ),
    "redirect": Script((whole(b"HTTP/1.1 302 Found\r\nLocation: /redirect/target\r\n", b"there"), whole(OK))),
    "authorization": Script((whole(OK),), ({"headers": {"Authorization": SECRET, "X-Kept": "yes"}},)),
    "through-a-proxy": Script((whole(OK),), ({"url": PROXIED, "meta": {"proxy": ""}},)),
    "tls-1.2": Script((whole(OK),), tls=TLSVersion.TLSv1_2),
    "tls-1.3": Script((whole(OK), whole(OK)), ({}, {}), tls=TLSVersion.TLSv1_3),
    "short-body": Script((_ON_THE_WAY,), flags="ResponseDataLossError incomplete", truncated="disconnect"),
    "short-body-taken-as-it-is": Script(
        (_ON_THE_WAY,),
        ({"meta": {"download_fail_on_dataloss": False}},),
        flags="dataloss incomplete",
        truncated="disconnect",
    ),
    "chunks-cut": Script((Answer(CHUNKED[:3]),), flags="ResponseDataLossError incomplete", truncated="disconnect"),
    "too-large": Script(
        (whole(OK),),
        ({"meta": {"download_maxsize": 10}},),
        flags="DownloadCancelledError",
        truncated="length",
        by_byte=heard(
            OK + b"Content-Length: 18\r\n\r\n", flags="DownloadCancelledError incomplete", truncated="length"
        ),
    ),
    "stalled": Script(
        (Answer(_ON_THE_WAY.chunks, "keep"),),
        ({"meta": {"download_timeout": 0.5}},),
        flags="DownloadTimeoutError incomplete",
        truncated="time",
    ),
    "longer-than-its-content-length": Script(
        (Answer((OK + b"Content-Length: 5\r\n\r\nhello, and more",), "keep"),),
        flags="surplus",
        by_byte=heard(OK + b"Content-Length: 5\r\n\r\nhello"),
    ),
    "no-answer": Script((Answer((), "reset"),), kept=(), attempts=(("broken", b""),)),
}
