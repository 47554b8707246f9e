"""The cases of the fault table that are one exchange, by their ids: N… network and framing, H… headers.

A name is an id and, where one id has several cases, what tells them apart.
"""

import gzip

from tests.faults.raw_server import Answer
from tests.faults.script import OK, PAGE, Script, answered, heard, raw, whole

GZIP = OK + b"Content-Encoding: gzip\r\n"
NOT_MODIFIED = b'HTTP/1.1 304 Not Modified\r\nETag: "a"\r\nConnection: close\r\n\r\n'
LIED = OK + b"Content-Length: 10\r\nConnection: close\r\n\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
BOMB = gzip.compress(bytes(65 << 20), mtime=0)
"""Unpacks to more than a page may."""
EARLY_HINTS = b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n"
UNAVAILABLE = b"HTTP/1.1 503 Service Unavailable\r\n"
AFTER = whole(OK + b"X-After: hints\r\n")
ZIPPED = gzip.compress(PAGE * 50, mtime=0)
_SOON = ({"meta": {"download_timeout": 0.4}},)
"""One request that gives up soon."""
_DRIP = tuple(bytes([byte]) for byte in b"<html>drip, drip, drip, drip, drip, drip, drip")


def _slow(*chunks: bytes, every: float = 0.0) -> tuple[Answer, ...]:
    return (Answer(chunks, "keep", every=every),)


def _retry_after(value: str, status: bytes = b"503 Service Unavailable") -> Script:
    return answered(b"HTTP/1.1 %s\r\nRetry-After: %s\r\n" % (status, value.encode()))


FRAMING = {
    "N02": Script((Answer((LIED + PAGE * 3,)),), flags="surplus", by_byte=heard(LIED + PAGE[:10])),
    "N04": raw(CHUNKED, b"20\r\nabc", flags="ResponseDataLossError incomplete", truncated="disconnect"),
    "N05": raw(CHUNKED, b"ZZZ\r\n", flags="ResponseDataLossError incomplete", truncated="disconnect"),
    "N08": raw(
        OK + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"8\r\nsmuggled\r\n0\r\n\r\n",
        flags="two_framings",
    ),
    "N10": answered(OK, b""),
    "N12": Script(_slow(), _SOON, kept=(), attempts=(("timeout", b""),)),
    "N13": Script(
        _slow(OK + b"Content-Length: 46\r\n\r\n", *_DRIP, every=0.05),
        _SOON,
        flags="DownloadTimeoutError incomplete",
        truncated="time",
        anywhere=True,
    ),
    "N14": Script(
        _slow(OK, b"X-Drip: ", *_DRIP, every=0.05),
        _SOON,
        kept=(),
        attempts=(("timeout", OK + b"X-Drip: " + b"".join(_DRIP)),),
        anywhere=True,
    ),
    "N16": Script((whole(GZIP, BOMB),), ({"meta": {"download_maxsize": 1 << 20}},), flags="undecodable"),
    "N19": answered(GZIP, ZIPPED[:-20], "undecodable"),
    "N21": answered(OK + b"Content-Encoding: gzip, gzip\r\n", gzip.compress(ZIPPED, mtime=0)),
    "N23": answered(OK + b"Content-Encoding: br\r\n", flags="undecodable"),
    "N25": Script(
        (Answer((NOT_MODIFIED,)),),
        ({"headers": {"If-None-Match": '"a"'}, "meta": {"confirms": "http://news.example/original"}},),
        kept=(b"",),  # it stands in the metadata record: players serve a block as the page
    ),
    "N26": raw(NOT_MODIFIED),
    "N27-204": raw(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"),
    "N27-205": answered(b"HTTP/1.1 205 Reset Content\r\n", b""),
    "N29": Script((Answer((EARLY_HINTS, AFTER.sent), "keep"),), kept=(AFTER.sent,)),
    "N31": _retry_after("3", b"429 Too Many Requests"),
    "N32-date": _retry_after("Wed, 01 Apr 2026 12:30:18 GMT"),
    "N32-negative": _retry_after("-1"),
    "N32-absurd": _retry_after("1e12"),
    "N32-text": _retry_after("später"),
}

HEADERS = {
    "H01": Script(
        (Answer((OK + b"X-H: " + b"a" * 200_000 + b"\r\nContent-Length: 0\r\n\r\n",)),),
        kept=(),
        attempts=(("broken", OK + b"X-H: " + b"a" * 200_000),),
        anywhere=True,
    ),
    "H02": answered(OK + b"".join(b"X-%d: %d\r\n" % (number, number) for number in range(20_000))),
    "H03": answered(OK + b"X-N: a\x00b\r\n"),
    "H05": answered(OK + b"garbage line\r\n"),
    "H06": answered(OK + b"X-F: a\r\n b\r\n\tc\r\n"),
    "H08": answered("HTTP/1.1 200 Alles ü gut\r\n".encode()),
    "H09": answered(OK + b"Set-Cookie: \xff\r\n"),
}

FAULTS = FRAMING | HEADERS
