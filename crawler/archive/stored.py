"""What stands in a WARC, read back: captures, failed attempts, facts of the ledger."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

import orjson

from crawler.archive.groups import read_groups
from crawler.archive.http_message import HttpMessage, parse_response
from crawler.archive.metadata import FAILED, RECEIVED, flags_of, link_of, requisite_of, taken_of
from crawler.archive.records import Record, parse_warc_date, parse_warc_fields
from crawler.archive.revisits import NamedOriginal, named_original, transfer_of
from crawler.archive.warc import LocatedRecord
from crawler.errors import DamagedArchiveError
from crawler.evidence import Capture, RequisiteKind, is_absent, not_whole
from crawler.items import ArticleLink, CaptureRef


@dataclass(frozen=True, slots=True)
class StoredCapture:
    """A durable capture, as its records tell it."""

    ref: CaptureRef
    """Where it is."""
    url: str
    """Target URI."""
    method: str
    """Request method."""
    message: HttpMessage
    """The response; of a revisit its head alone."""
    link: ArticleLink | None = None
    """The link that led here, for exchanges made for an article."""
    requisite: RequisiteKind | None = None
    """What it is to a page."""
    truncated: bool = False
    """True where the response was cut: it is evidence, but no article is made of it."""
    taken: Literal["wire", "reconstructed"] = "wire"
    """How it was taken."""
    flags: frozenset[str] = frozenset()
    """What is odd about it."""
    original: NamedOriginal | None = None
    """Of a revisit: the response that has the payload."""

    @property
    def whole(self) -> bool:
        """True for a complete, byte-exact 200 answer to a GET."""
        plain = self.taken == "wire" and not self.flags and not self.truncated
        asked = self.original is None and self.method == "GET" and self.message.status == 200
        return plain and asked and self.message.complete and not self.message.surplus

    @property
    def answered(self) -> bool:
        """True where the answer came whole, whatever it says."""
        return not self.truncated and not_whole(200, self.flags) is None

    @property
    def absent(self) -> bool:
        """True where the page of an article answered, whole, that it is not there."""
        return self.link is not None and self.answered and is_absent(self.ref.status, self.flags)

    @property
    def transfer(self) -> str | None:
        """Transfer coding of a response that may be the original of identical payloads; None for all others.

        That is a whole one, made for an article or as a requisite, whose body says nothing beside its payload.
        Whether the page was accepted as an article is not known here.
        """
        wanted = self.link is not None or self.requisite is not None
        return transfer_of(self.message) if wanted and self.whole and not self.message.decorated else None


@dataclass(frozen=True, slots=True)
class StoredAttempt:
    """A failed attempt."""

    url: str
    """Target URI."""
    reason: str
    """Short name of the cause."""
    link: ArticleLink | None
    """The link that led here, for attempts made for an article."""


@dataclass(frozen=True, slots=True)
class StoredFacts:
    """A resource record: facts of the ledger."""

    url: str
    """Target URI: what the facts are about."""
    located: LocatedRecord
    """The record."""
    warc: str
    """Key of its WARC."""

    def declared(self) -> set[str]:
        """`article_id` of the articles that the source declared. Raises `DamagedArchiveError`."""
        try:
            return {orjson.loads(line)["article_id"] for line in self.located.record.block.splitlines()}
        except (ValueError, KeyError, TypeError) as error:
            where = f"{self.warc} at byte {self.located.offset}"
            raise DamagedArchiveError(f"{where}: the facts cannot be read ({error}); restore it from a copy") from error


Stored = StoredCapture | StoredAttempt | StoredFacts


def read_stored(records: Iterable[LocatedRecord], warc: str) -> Iterator[Stored]:
    """Everything in a WARC of ours, whose key is `warc`, in file order. Raises `DamagedArchiveError`."""
    for group in read_groups(records, warc):
        last = group[-1]
        if last.record.kind == "resource":
            yield StoredFacts(last.record.value("WARC-Target-URI") or "", last, warc)
        elif last.record.kind == "metadata":
            try:
                yield _capture(*group, warc) if len(group) == 3 else _attempt(last.record)
            except ValueError as error:
                raise DamagedArchiveError(
                    f"{warc} at byte {group[0].offset}: the capture cannot be read ({error}); restore it from a copy"
                ) from error


def read_captures(records: Iterable[LocatedRecord], warc: str) -> Iterator[StoredCapture]:
    """The captures among them."""
    return (stored for stored in read_stored(records, warc) if isinstance(stored, StoredCapture))


def stored_capture(
    capture: Capture, message: HttpMessage, payload_digest: str, response: LocatedRecord, warc: str
) -> StoredCapture:
    """What `read_captures` would read of a capture that was just written; `response` is the middle of its group."""
    record = response.record
    original = named_original(record) if record.kind == "revisit" else None
    return StoredCapture(
        ref=CaptureRef(
            warc=warc,
            offset=response.offset,
            length=response.length,
            record_id=record.record_id,
            payload_digest=payload_digest if message.status != 304 else record.value("WARC-Payload-Digest") or "",
            fetched_at=capture.started_at,
            status=message.status,
        ),
        url=capture.url,
        method=capture.method,
        message=message,
        link=capture.occasion.link,
        requisite=capture.occasion.requisite,
        truncated=capture.truncated is not None,
        taken=capture.taken,
        flags=frozenset(flags_of(capture, message)),
        original=original,
    )


def response_capture(response: LocatedRecord, metadata: LocatedRecord, warc: str, method: str = "GET") -> StoredCapture:
    """A capture from its response or revisit and its metadata. Raises ValueError for values that cannot be read."""
    facts = parse_warc_fields(metadata.record.block)
    record = response.record
    block = record.block
    if record.kind == "revisit" and not block:
        block = facts.get(RECEIVED, "").encode("latin-1")
    message = parse_response(block, method)
    return StoredCapture(
        ref=_ref(response, warc, message.status),
        url=record.value("WARC-Target-URI") or "",
        method=method,
        message=message,
        link=link_of(facts),
        requisite=requisite_of(facts),
        truncated=record.kind == "response" and record.value("WARC-Truncated") is not None,
        taken=taken_of(facts),
        flags=frozenset(facts.get("flags", "").split()),
        original=named_original(record) if record.kind == "revisit" else None,
    )


def _capture(request: LocatedRecord, response: LocatedRecord, metadata: LocatedRecord, warc: str) -> StoredCapture:
    method = request.record.block.partition(b" ")[0].decode("latin-1")
    return response_capture(response, metadata, warc, method)


def _ref(response: LocatedRecord, warc: str, status: int) -> CaptureRef:
    record = response.record
    return CaptureRef(
        warc=warc,
        offset=response.offset,
        length=response.length,
        record_id=record.record_id,
        payload_digest=record.value("WARC-Payload-Digest") or "",
        fetched_at=parse_warc_date(record.value("WARC-Date") or ""),
        status=status,
    )


def _attempt(metadata: Record) -> StoredAttempt:
    facts = parse_warc_fields(metadata.block)
    return StoredAttempt(metadata.value("WARC-Target-URI") or "", facts.get(FAILED, "unknown"), link_of(facts))
