"""Puts an exchange together again that another handler took, from what Scrapy delivered: the labelled fallback.

HTTP/2 is written as HTTP/1.1 and named in WARC-Protocol, as the IIPC's extensions for HTTP/2 have it.

The result is a message that fits its body: what told of a framing or a coding that the body no longer has is left
out, and Content-Length says what is there. Header names and order are Scrapy's, not the wire's.
"""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.http import Response

from crawler.archive.content_coding import BODY_LIMIT, coding_fault
from crawler.capture.occasion import occasion_of, original_of, target_of
from crawler.evidence import Capture

_FRAMING = frozenset({b"transfer-encoding", b"content-length", b"connection", b"keep-alive", b"trailer"})
_PROTOCOLS = {"h2": "h2", "http/2": "h2", "http/2.0": "h2", "http/1.0": "http/1.0", "http/1.1": "http/1.1"}
CREDENTIALS = frozenset({b"authorization", b"proxy-authorization"})


def reconstructed(request: Request, response: Response) -> Capture:
    """The capture of an exchange whose bytes nobody saw. It began `download_latency` ago, as far as Scrapy knows."""
    latency = float(request.meta.get("download_latency", 0.0))
    return Capture(
        url=target_of(request),
        method=request.method,
        started_at=datetime.now(UTC) - timedelta(seconds=latency),
        request=_request_message(request),
        response=_response_message(request, response),
        peer=str(response.ip_address) if response.ip_address else None,
        protocols=_protocols(response),
        taken="reconstructed",
        duration_ms=int(latency * 1000),
        redacted=tuple(name.decode("latin-1") for name in request.headers if name.lower() in CREDENTIALS),
        flags=tuple(response.flags),
        occasion=occasion_of(request),
        revalidates=original_of(request),
    )


def _request_message(request: Request) -> bytes:
    parts = urlsplit(request.url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    head = [f"{request.method} {target} HTTP/1.1".encode("ascii", "replace")]
    if b"Host" not in request.headers:
        head.append(b"Host: " + parts.netloc.rpartition("@")[2].encode("ascii", "replace"))
    for name, values in request.headers.items():
        if name.lower() not in CREDENTIALS:
            head += [_line(name, value) for value in values]
    return b"\r\n".join([*head, b"", request.body])


def _response_message(request: Request, response: Response) -> bytes:
    body = response.body
    keeps_coding = _is_coded(response)
    head = [b"HTTP/1.1 %d " % response.status]  # nobody told the reason phrase, and HTTP/2 has none
    for name, values in response.headers.items():
        lower = name.lower()
        if lower in _FRAMING or (lower == b"content-encoding" and not keeps_coding):
            continue
        head += [_line(name, value) for value in values]
    if request.method != "HEAD" and response.status not in (204, 304):
        head.append(b"Content-Length: %d" % len(body))
    else:
        body = b""
    return b"\r\n".join([*head, b"", b""]) + body


def _is_coded(response: Response) -> bool:
    """True where the body still has the content coding that its headers name: some handlers remove it, some do not."""
    codings = response.headers.getlist("Content-Encoding")
    return bool(codings and response.body) and coding_fault((response.body,), codings, BODY_LIMIT) is None


def _protocols(response: Response) -> tuple[str, ...]:
    named = _PROTOCOLS.get((response.protocol or "").lower())
    return (named,) if named else ()


def _line(name: bytes, value: bytes) -> bytes:
    """A header line that cannot end the head: line ends in a value become spaces."""
    return name + b": " + value.replace(b"\r", b" ").replace(b"\n", b" ")
