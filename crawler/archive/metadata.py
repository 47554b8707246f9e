"""The metadata record's block (ISO 28500 section 6.6): what is known of an exchange beside its bytes, and back.

`via`, `hopsFromSeed` and `fetchTimeMs` are the standard's own names; docs/format.md lists all of them.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Literal, get_args

from crawler.archive.http_message import HttpMessage
from crawler.evidence import Capture, FailedAttempt, Occasion, RequisiteKind
from crawler.items import ArticleLink

Pairs = Iterator[tuple[str, str]]

CAPTURE_METHOD = "capture-method"
FAILED = "failed"
RECEIVED = "received"
"""Bytes that came and stand in no record of their own, as ISO 8859-1 text."""

_RECEIVED_LIMIT = 1 << 20
"""Bytes without a response head that are kept."""

_LINK = "link-"
"""Prefix of the fields that hold the `ArticleLink`."""


def capture_facts(capture: Capture, message: HttpMessage, received: bytes = b"") -> Pairs:
    """Fields of a capture. `received` are bytes that its response record does not hold."""
    yield CAPTURE_METHOD, capture.taken
    yield "fetchTimeMs", str(capture.duration_ms)
    yield from _occasion(capture.occasion, capture.redacted)
    if flags := " ".join(flags_of(capture, message)):
        yield "flags", flags
    yield from _received(received)


def flags_of(capture: Capture, message: HttpMessage) -> tuple[str, ...]:
    """Everything that is odd about a capture: what was noticed when it was taken, and what its bytes show."""
    return *capture.flags, *_oddities(message)


def _oddities(message: HttpMessage) -> Iterator[str]:
    if not message.complete:
        yield "incomplete"
    if message.surplus:
        yield "surplus"
    if message.values(b"transfer-encoding") and message.values(b"content-length"):
        yield "two_framings"  # RFC 9112 section 6.3: it may be an attempt at response splitting


def attempt_facts(attempt: FailedAttempt) -> Pairs:
    """Fields of an attempt that got no response."""
    yield FAILED, attempt.reason
    yield "cause", attempt.message
    yield "attempt", str(attempt.occasion.attempt)
    yield "fetchTimeMs", str(attempt.duration_ms)
    yield from _occasion(attempt.occasion, attempt.redacted)
    yield from _received(attempt.received)


def _received(data: bytes) -> Pairs:
    if data:
        yield "received-bytes", str(len(data))
        yield RECEIVED, data[:_RECEIVED_LIMIT].decode("latin-1")


def _occasion(occasion: Occasion, redacted: tuple[str, ...]) -> Pairs:
    yield "hopsFromSeed", occasion.hops
    for name, value in (
        ("via", occasion.via),
        ("robots-txt", occasion.robots),
        ("proxy", occasion.proxy),
        ("requisite", occasion.requisite),
        ("redacted-request-headers", ", ".join(redacted)),
    ):
        if value:
            yield name, value
    if occasion.link is not None:
        yield from _link_fields(occasion.link)


def _link_fields(link: ArticleLink) -> Pairs:
    for name, value in (
        ("url", link.url),
        ("article-id", link.article_id),
        ("discovered-via", link.discovered_via),
        ("source-url", link.source_url),
        ("section", link.section),
        ("title", link.title),
        ("wanted-section", link.wanted_section),
        ("published-at", link.published_at.isoformat() if link.published_at else None),
    ):
        if value is not None:
            yield _LINK + name, value


def link_of(facts: Mapping[str, str]) -> ArticleLink | None:
    """The link of a capture or attempt, None where it was made for no article. Raises ValueError for a bad date."""
    if _LINK + "url" not in facts:
        return None
    published = facts.get(_LINK + "published-at")
    return ArticleLink(
        url=facts[_LINK + "url"],
        article_id=facts.get(_LINK + "article-id", ""),
        discovered_via=facts.get(_LINK + "discovered-via", ""),
        source_url=facts.get(_LINK + "source-url", ""),
        section=facts.get(_LINK + "section"),
        title=facts.get(_LINK + "title"),
        published_at=datetime.fromisoformat(published) if published else None,
        wanted_section=facts.get(_LINK + "wanted-section"),
    )


def requisite_of(facts: Mapping[str, str]) -> RequisiteKind | None:
    """What the capture is to a page, None where it is no requisite."""
    kinds: tuple[RequisiteKind, ...] = get_args(RequisiteKind)
    return next((kind for kind in kinds if kind == facts.get("requisite")), None)


def taken_of(facts: Mapping[str, str]) -> Literal["wire", "reconstructed"]:
    """How the capture was taken."""
    return "wire" if facts.get(CAPTURE_METHOD) == "wire" else "reconstructed"
