"""A capture as a group of WARC records, and back: request, response, metadata, always in this order.

The metadata record ends the group; a group without it was cut and is not kept.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from crawler.archive.digests import digest
from crawler.archive.http_message import HttpMessage, parse_response
from crawler.archive.records import WARC_FIELDS, Record, new_record, parse_warc_date, parse_warc_fields, warc_fields
from crawler.archive.warc import LocatedRecord
from crawler.errors import DamagedArchiveError
from crawler.items import ArticleLink, Capture, CaptureRef

_LINK = "link-"
"""Prefix of the metadata fields that hold the `ArticleLink`."""


@dataclass(frozen=True, slots=True)
class StoredCapture:
    """A durable capture, read back from its records."""

    ref: CaptureRef
    """Where it is."""
    url: str
    """Target URI."""
    message: HttpMessage
    """The response."""
    link: ArticleLink | None
    """The link that led here, for exchanges made for an article."""
    truncated: bool
    """True where the response was cut: it is evidence, but no article is made of it."""


def capture_records(capture: Capture, warcinfo_id: str) -> tuple[Record, Record, Record]:
    """The three records of a capture. They share one WARC-Date and name each other (section 5.7)."""
    message = parse_response(capture.response, capture.method)
    shared = [
        ("WARC-Target-URI", capture.url),
        *([("WARC-IP-Address", capture.peer)] if capture.peer else []),
        ("WARC-Warcinfo-ID", f"<{warcinfo_id}>"),
    ]
    connection = [("WARC-Protocol", protocol) for protocol in capture.protocols]
    if capture.cipher:
        connection.append(("WARC-Cipher-Suite", capture.cipher))
    response = new_record(
        "response",
        capture.started_at,
        "application/http;msgtype=response",
        capture.response,
        [
            *shared,
            *connection,
            *([("WARC-Truncated", capture.truncated)] if capture.truncated else []),
            ("WARC-Payload-Digest", digest(message.payload)),
        ],
    )
    beside = ("WARC-Concurrent-To", f"<{response.record_id}>")
    request = new_record(
        "request",
        capture.started_at,
        "application/http;msgtype=request",
        capture.request,
        [*shared, *connection, beside],
    )
    facts = warc_fields(_metadata(capture, message))
    metadata = new_record("metadata", capture.started_at, WARC_FIELDS, facts, [*shared, beside])
    return request, response, metadata


def read_captures(records: Iterable[LocatedRecord], warc: str) -> Iterator[StoredCapture]:
    """The captures of a WARC of ours, whose key is `warc`, in file order.

    Raises `DamagedArchiveError` when a response stands without its request before it and its metadata behind it.
    """
    group: list[LocatedRecord] = []
    for located in records:
        if located.record.kind == "warcinfo":
            continue
        group.append(located)
        if located.record.kind == "metadata":
            yield _stored(group, warc)
            group = []
    if group:
        raise DamagedArchiveError(f"{warc} at byte {group[0].offset}: a capture without its metadata record")


def _stored(group: list[LocatedRecord], warc: str) -> StoredCapture:
    if [located.record.kind for located in group] != ["request", "response", "metadata"]:
        kinds = ", ".join(located.record.kind for located in group)
        raise DamagedArchiveError(
            f"{warc} at byte {group[0].offset}: a capture is request, response, metadata, not {kinds}"
        )
    request, response, metadata = group
    facts = parse_warc_fields(metadata.record.block)
    method = request.record.block.partition(b" ")[0].decode("latin-1")
    record = response.record
    message = parse_response(record.block, method)
    try:
        fetched_at = parse_warc_date(record.value("WARC-Date") or "")
    except ValueError as error:
        raise DamagedArchiveError(f"{warc} at byte {response.offset}: WARC-Date cannot be read ({error})") from error
    ref = CaptureRef(
        warc=warc,
        offset=response.offset,
        length=response.length,
        record_id=record.record_id,
        payload_digest=record.value("WARC-Payload-Digest") or digest(message.payload),
        fetched_at=fetched_at,
        status=message.status,
    )
    return StoredCapture(
        ref, record.value("WARC-Target-URI") or "", message, _link(facts), record.value("WARC-Truncated") is not None
    )


def _metadata(capture: Capture, message: HttpMessage) -> Iterator[tuple[str, str]]:
    yield "capture-method", capture.taken
    yield "fetchTimeMs", str(capture.duration_ms)
    if capture.via:
        yield "via", capture.via
    if capture.redacted:
        yield "redacted-request-headers", ", ".join(capture.redacted)
    odd = [*capture.flags, *([] if message.complete else ["incomplete"]), *(["surplus"] if message.surplus else [])]
    if odd:
        yield "flags", " ".join(odd)
    if link := capture.link:
        yield _LINK + "url", link.url
        yield _LINK + "article-id", link.article_id
        yield _LINK + "discovered-via", link.discovered_via
        yield _LINK + "source-url", link.source_url
        for name, value in (
            ("section", link.section),
            ("title", link.title),
            ("wanted-section", link.wanted_section),
        ):
            if value is not None:
                yield _LINK + name, value
        if link.published_at:
            yield _LINK + "published-at", link.published_at.isoformat()


def _link(facts: dict[str, str]) -> ArticleLink | None:
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
