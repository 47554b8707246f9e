"""Framing, status lines and header fields beyond the fault table, as servers of the wild send them."""

from dataclasses import replace

from tests.faults.fault_cases import AFTER, CHUNKED, EARLY_HINTS
from tests.faults.raw_server import Answer
from tests.faults.script import OK, PAGE, Script, answered, heard, heard_no_head, raw, unanswered, whole

LOST = "ResponseDataLossError incomplete"
BROKEN = "DownloadFailedError"
_FIRST, _SECOND, _FORGED = (whole(OK, body).sent for body in (b"first", b"second", b"forged"))
_LARGE = 300_000
"""Bytes of a request's body; more than a socket takes at once."""


def refused(head: bytes, at: bytes) -> Script:
    """A response that Scrapy does not take, although it is whole; byte by byte it stops with `at`."""
    answer = whole(head)
    before, found, _ = answer.sent.partition(at)
    return Script((answer,), flags=BROKEN, truncated="unspecified", by_byte=heard_no_head(before + found))


def lost(*chunks: bytes) -> Script:
    """A body that ends before its framing says, or whose framing breaks."""
    return raw(*chunks, flags=LOST, truncated="disconnect")


def misframed(fields: bytes, body: bytes) -> Script:
    """A response whose framing Scrapy does not take; byte by byte it does not ask for the body."""
    head = OK + fields + b"\r\n"
    by_byte = heard(head, flags=BROKEN, truncated="unspecified")
    return Script((Answer((head + body,)),), flags=BROKEN, truncated="unspecified", by_byte=by_byte)


def not_to_be_followed(head: bytes, *, method: str = "GET") -> Script:
    """A body where there may be none; byte by byte nobody waits for it."""
    requests = ({"method": method},)
    return Script((Answer((head + b"hello",)),), requests, flags="surplus", by_byte=heard(head))


def chunked(*sizes: bytes, end: bytes = b"0\r\n\r\n") -> Script:
    """Chunks of ten bytes under size lines as given, on a connection that is kept."""
    return Script((Answer((CHUNKED, *(size + b"\r\n0123456789\r\n" for size in sizes), end), "keep"),))


STATUS_LINES = {
    "http-1.0-kept": answered(b"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n"),
    "lower-case-version": answered(b"http/1.1 200 OK\r\n"),
    "two-spaces-before-the-status": refused(b"HTTP/1.1  200 OK\r\n", b"\r\n"),
    "status-999": answered(b"HTTP/1.1 999 Request denied\r\n"),
    "no-status-code": refused(b"HTTP/1.1\r\n", b"\r\n"),
    "status-that-is-a-word": refused(b"HTTP/1.1 OK\r\n", b"\r\n"),
    "icy": refused(b"ICY 200 OK\r\n", b"\r\n"),
    "http-0.9": unanswered("broken", PAGE),
    "100-continue": Script((Answer((b"HTTP/1.1 100 Continue\r\n\r\n", AFTER.sent), "keep"),), kept=(AFTER.sent,)),
    "several-interim-responses": Script(
        (Answer((b"HTTP/1.1 100 Continue\r\n\r\n", EARLY_HINTS, b"HTTP/1.1 102 Processing\r\n\r\n", AFTER.sent)),),
        kept=(AFTER.sent,),
    ),
    "101": raw(
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
        flags=BROKEN,
        truncated="unspecified",
    ),
    "interim-response-alone": unanswered("broken", EARLY_HINTS),
}

BODIES = {
    "close-with-content-length": raw(OK + b"Connection: close\r\nContent-Length: 5\r\n\r\nhello"),
    "size-with-leading-zeros": chunked(b"000A"),
    "size-in-upper-case": chunked(b"A", b"0A"),
    "size-with-white-space": Script(
        (Answer((CHUNKED + b"5 \r\nhello\r\n0\r\n\r\n",)),),
        flags="ResponseDataLossError",
        truncated="unspecified",
        by_byte=heard(CHUNKED + b"5 \r\n", flags=LOST, truncated="disconnect"),
    ),
    "wrong-last-line-end": lost(CHUNKED, b"5\r\nhello\r\n", b"0\r\nXX"),
    "wrong-line-end-behind-a-chunk": replace(lost(CHUNKED, b"5\r\nhelloXX", b"0\r\n\r\n"), anywhere=True),
    "trailers-only": chunked(end=b"0\r\nX-Sum: 0\r\n\r\n"),
    "last-chunk-missing": lost(CHUNKED, b"5\r\nhello\r\n"),
    "chunked-before-identity": misframed(b"Transfer-Encoding: Chunked, identity\r\n", b"5\r\nhello\r\n0\r\n\r\n"),
    "two-content-lengths": misframed(b"Content-Length: 5\r\nContent-Length: 6\r\n", b"hello!"),
    "same-content-length-twice": raw(OK + b"Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello"),
    "content-length-with-plus": misframed(b"Content-Length: +5\r\n", b"hello"),
    "content-length-with-minus": misframed(b"Content-Length: -5\r\n", b"hello"),
    "data-after-head": not_to_be_followed(OK + b"Content-Length: 5\r\n\r\n", method="HEAD"),
    "answers-nobody-asked-for": Script(
        (Answer((_FIRST + _FORGED,), "keep"), Answer((_SECOND + _FORGED,), "keep")),
        ({}, {}),
        flags="surplus",
        by_byte=heard(_FIRST, _SECOND),
    ),
    "no-content-with-content": not_to_be_followed(b"HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n"),
    "answered-before-the-request-is-whole": Script(
        (Answer(whole(OK).chunks, "keep", early=True),), ({"method": "POST", "body": "x" * _LARGE},)
    ),
}

FIELDS = {
    "folded-by-tab": answered(OK + b"X-Folded: one\r\n\ttwo\r\n"),
    "line-feeds-alone": raw(b"HTTP/1.1 200 OK\nServer: old\nContent-Length: 5\n\nhello"),
    "line-feeds-in-part": raw(b"HTTP/1.1 200 OK\r\nServer: old\nContent-Length: 5\r\n\nhello"),
    "carriage-returns-alone": unanswered("broken", b"HTTP/1.1 200 OK\rContent-Length: 5\r\rhello"),
    "carriage-return-in-a-value": answered(OK + b"X-Value: one\rtwo\r\n"),
    "name-of-8-bits": refused(OK + b"X-N\xc3\xa4me: x\r\n", b"Length: 18\r\n"),
    "empty-name": refused(OK + b": nameless\r\n", b"Length: 18\r\n"),
    "white-space-before-the-colon": refused(OK + b"X-Spaced : x\r\n", b"Length: 18\r\n"),
    "field-of-15000-bytes": answered(OK + b"X-Long: " + b"a" * 15_000 + b"\r\n"),
}

FURTHER_FRAMING = STATUS_LINES | BODIES | FIELDS
