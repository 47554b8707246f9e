"""Builds and reads single WARC records (ISO 28500:2017, WARC/1.1). With `warc.py` the only module that knows warcio."""

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from io import BytesIO
from random import Random
from urllib.parse import quote, unquote
from uuid import UUID, uuid4

from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecordLoader

from crawler.archive.digests import digest
from crawler.errors import DamagedArchiveError

WARC_FIELDS = "application/warc-fields"

_UNSAFE = re.compile(r"[\x00-\x1f\x7f%]")
_UNSAFE_IN_HEADER = re.compile(r"[^\x20-\x7e]")

_RANDOM = Random()  # noqa: S311  ids are to be unique, not secret
"""The system seeds it with more bits than an id has."""
os.register_at_fork(after_in_child=_RANDOM.seed)

Fields = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Record:
    """One WARC record: named fields in order and its block."""

    fields: Fields
    """Header fields in the order written; Content-Length is computed."""
    block: bytes
    """The record's content block."""
    packed_from: int | None = field(default=None, compare=False)
    """Byte of the block from which on it is packed already, so that it is not worth compressing; None if it is."""

    def value(self, name: str) -> str | None:
        """Value of the first field of that name, case-insensitive."""
        wanted = name.lower()
        return next((value for field, value in self.fields if field.lower() == wanted), None)

    @property
    def kind(self) -> str:
        """WARC-Type."""
        return self.value("WARC-Type") or ""

    @property
    def record_id(self) -> str:
        """WARC-Record-ID without angle brackets, ``urn:uuid:…``."""
        return (self.value("WARC-Record-ID") or "").strip("<>")

    def parts(self) -> tuple[bytes, bytes, bytes]:
        """The record as WARC/1.1 writes it, not compressed: header, block (the same object), end mark."""
        lines = [f"{name}: {header_safe(value)}" for name, value in self.fields]
        head = "\r\n".join(["WARC/1.1", *lines, f"Content-Length: {len(self.block)}", "", ""])
        return head.encode("ascii"), self.block, b"\r\n\r\n"

    def to_bytes(self) -> bytes:
        """The same in one piece."""
        return b"".join(self.parts())


def new_record(
    kind: str,
    date: datetime,
    content_type: str,
    block: bytes,
    extra: Iterable[tuple[str, str]] = (),
    *,
    packed_from: int | None = None,
) -> Record:
    """A record with a fresh id, its date and the digest of its block; `extra` fields stand in between.

    An empty block has no content type (section 5.6).
    """
    return Record(
        (
            ("WARC-Type", kind),
            ("WARC-Record-ID", f"<{_new_id(kind).urn}>"),
            ("WARC-Date", warc_date(date)),
            *extra,
            ("WARC-Block-Digest", digest(block)),
            *([("Content-Type", content_type)] if content_type else []),
        ),
        block,
        packed_from,
    )


def _new_id(kind: str) -> UUID:
    """A random id (RFC 9562 section 5.4). `uuid4` asks the system for each, and lets other threads run meanwhile.

    That of a warcinfo must not be foretold from others: by it salvage tells the file's own records.
    """
    return uuid4() if kind == "warcinfo" else UUID(int=_RANDOM.getrandbits(128), version=4)


def parse_record(data: bytes, where: str) -> Record:
    """Read one uncompressed record. Raises `DamagedArchiveError` naming `where`."""
    stream = BytesIO(data)
    try:
        parsed = ArcWarcRecordLoader().parse_record_stream(stream, known_format="warc", no_record_parse=True)
    except (ArchiveLoadFailed, EOFError, ValueError, AttributeError) as error:
        raise DamagedArchiveError(f"{where}: not a WARC record ({error}); restore the file from a copy") from error
    block = parsed.raw_stream.read() if parsed.length else b""
    if parsed.length is None or len(block) != parsed.length or data[stream.tell() :] != b"\r\n\r\n":
        raise DamagedArchiveError(
            f"{where}: the record's length is not its Content-Length; restore the file from a copy"
        )
    fields = tuple((str(name), str(value)) for name, value in parsed.rec_headers.headers)
    return Record(tuple(field for field in fields if field[0].lower() != "content-length"), block)


@lru_cache(maxsize=8)
def warc_date(moment: datetime) -> str:
    """WARC-Date at microsecond precision, UTC (section 5.4)."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def parse_warc_date(text: str) -> datetime:
    """Read a WARC-Date of any precision that has seconds. Raises ValueError."""
    return datetime.fromisoformat(text).astimezone(UTC)


def header_safe(value: str) -> str:
    """`value` without anything that could end a header line: all but printable ASCII is percent-encoded."""
    if value.isascii() and value.isprintable():
        return value
    return _UNSAFE_IN_HEADER.sub(lambda match: quote(match.group(), safe=""), value)


def warc_fields(pairs: Iterable[tuple[str, str]]) -> bytes:
    """A block of type application/warc-fields, UTF-8. Control characters and ``%`` in values are percent-encoded."""
    return "".join(f"{name}: {_field_safe(value)}\r\n" for name, value in pairs).encode("utf-8", "replace")


def _field_safe(value: str) -> str:
    if value.isprintable() and "%" not in value:
        return value
    return _UNSAFE.sub(lambda match: quote(match.group(), safe=""), value)


def parse_warc_fields(block: bytes) -> dict[str, str]:
    """The pairs of an application/warc-fields block; of a repeated name the last."""
    pairs: dict[str, str] = {}
    for line in block.decode("utf-8", "replace").split("\r\n"):
        name, colon, value = line.partition(":")
        if colon:
            pairs[name] = unquote(value.removeprefix(" "))
    return pairs
