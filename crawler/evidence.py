"""What capture makes: exchanges as they crossed the wire, attempts that gave none, and what the run knew besides.

All values are frozen. `crawler.archive.captures` turns each into a group of WARC records, `stored` there back.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from crawler.items import ArticleLink, CaptureRef

Truncation = Literal["length", "time", "disconnect", "unspecified"]
"""Why a response was cut, as WARC-Truncated says it (ISO 28500 section 5.15)."""

RequisiteKind = Literal["image", "stylesheet", "font", "icon"]
"""What a page needs so that it looks right."""


UNDECODABLE = "undecodable"
"""Flag of a response whose content coding is damaged or ends early."""

SURPLUS = "surplus"
"""Flag of a response with more bytes than its Content-Length says: what was delivered is cut."""

BODY_MISMATCH = "body_mismatch"
"""Flag of a response of which Scrapy delivered another body than the record holds."""

DELIVERED_CUT: dict[str, Truncation] = {"dataloss": "disconnect", "download_stopped": "unspecified"}
"""Flags of the responses that Scrapy delivers although they are cut."""


def not_whole(status: int, flags: Iterable[str]) -> str | None:
    """Why nothing is read from a response, although it is evidence; None for a whole page.

    The crawl asks this of what Scrapy delivered, recovery of what stands on record: both decide alike.
    """
    if status != 200:
        return f"http_{status}"
    found = set(flags)
    for flag in (UNDECODABLE, SURPLUS, BODY_MISMATCH):
        if flag in found:
            return flag
    return "cut" if DELIVERED_CUT.keys() & found else None


ABSENT = frozenset({404, 410})
"""Status codes by which a site says that a page is not there (RFC 9110 sections 15.5.5 and 15.5.11)."""


def is_absent(status: int, flags: Iterable[str]) -> bool:
    """True for an answer that came whole and says that the page is not there."""
    return status in ABSENT and not_whole(200, flags) is None


@dataclass(frozen=True, slots=True)
class Occasion:
    """Why and how a request came to be made."""

    link: ArticleLink | None = None
    """The link that led here, where the request is for an article."""
    requisite: RequisiteKind | None = None
    """What the answer is to a page, where the request is for one of its requisites."""
    via: str | None = None
    """URL that redirected here, or the page that the link was found on."""
    hops: str = ""
    """How the crawl came here, one letter a step as in Heritrix: ``L`` link, ``M`` sitemap, ``R`` redirect,
    ``E`` embedded, ``P`` prerequisite; empty for a seed."""
    robots: str | None = None
    """The robots.txt in force: record id of its response and what it followed from, ``urn:uuid:… HTTP 200``."""
    proxy: str | None = None
    """Host and port of the proxy that was asked; WARC-IP-Address is its address then."""
    attempt: int = 1
    """1 for the first request for a URL, then counting up with its retries."""


@dataclass(frozen=True, slots=True)
class Original:
    """A committed or durable response that a revisit may refer to."""

    record_id: str
    """WARC-Record-ID of the response, ``urn:uuid:…``."""
    url: str
    """Its target URI."""
    date: datetime
    """Its WARC-Date."""
    payload_digest: str
    """Its payload digest."""
    warc: str
    """Key of the WARC that holds it."""
    offset: int
    """First byte of its gzip member there."""


@dataclass(frozen=True, slots=True)
class Capture:
    """One HTTP exchange as it crossed the wire at one time, before it is made durable."""

    url: str
    """Target URI, as requested."""
    method: str
    """Request method, upper case."""
    started_at: datetime
    """When the request began to be sent; the WARC-Date of all records of the capture."""
    request: bytes
    """The request message, to the byte; credential headers are cut, see `redacted`."""
    response: bytes
    """The final response message, to the byte, transfer coding included; interim 1xx heads are left out."""
    peer: str | None
    """IP address that the bytes came from."""
    protocols: tuple[str, ...]
    """Values for WARC-Protocol, outermost last: ``("http/1.1", "tls/1.3")``."""
    cipher: str | None = None
    """TLS cipher suite by its name in the IANA registry or OpenSSL, where there was TLS."""
    taken: Literal["wire", "reconstructed"] = "wire"
    """``wire``: copied from the transport. ``reconstructed``: put together again from what Scrapy delivered."""
    duration_ms: int = 0
    """Milliseconds from the first byte sent to the last byte received."""
    redacted: tuple[str, ...] = ()
    """Names of request headers whose lines were cut (credentials)."""
    flags: tuple[str, ...] = ()
    """What is odd about the exchange, such as ``body_mismatch``."""
    truncated: Truncation | None = None
    """Why the response ends early, in the words of WARC-Truncated; None for a whole one."""
    occasion: Occasion = field(default_factory=Occasion)
    """Why it was made."""
    revalidates: Original | None = None
    """The response whose validators (RFC 9110 section 8.8) the request sent; a 304 confirms it."""


@dataclass(frozen=True, slots=True)
class FailedAttempt:
    """A request that no response head came for."""

    url: str
    """Target URI."""
    started_at: datetime
    """When it began."""
    reason: str
    """Short name of the cause, as in the stats: ``dns``, ``refused``, ``tls``, ``timeout``, ``robots_disallowed``."""
    message: str
    """The cause in words."""
    duration_ms: int = 0
    """Milliseconds until it failed."""
    request: bytes = b""
    """What was sent of the request; empty where no connection came about or none was allowed."""
    received: bytes = b""
    """What came in before it failed: no whole response head."""
    redacted: tuple[str, ...] = ()
    """Names of request headers whose lines were cut (credentials)."""
    peer: str | None = None
    """IP address of the connection, where there was one."""
    occasion: Occasion = field(default_factory=Occasion)
    """Why it was made."""


@dataclass(frozen=True, slots=True)
class Declaration:
    """What a source declared: a fact of the ledger that no exchange holds in so many words."""

    source_url: str
    """URL of the source."""
    kind: str
    """Kind of the source: ``section``, ``feed``, …"""
    links: tuple[ArticleLink, ...]
    """The links that discovery read from it."""
    source: CaptureRef | None = None
    """Capture of the source. None until it is durable."""


Evidence = Capture | FailedAttempt | Declaration
"""Everything that a recorder takes."""
