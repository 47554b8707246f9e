"""WARC files: one gzip member per record (ISO 28500 Annex D.2), written in whole capture groups.

A file is `.open` while it is written, fsynced after each batch, and sealed: the arrows of `crawler.ritual` say how.
"""

import hashlib
import os
import struct
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from isal import isal_zlib

from crawler.archive.digests import file_sha256
from crawler.archive.records import Record, parse_record
from crawler.errors import DamagedArchiveError
from crawler.ritual import Arrow, passed
from crawler.storage.local import fsync_directory

OPEN_SUFFIX = ".open"
MEMBER_BYTES = 4 << 20
"""Bytes of lines after which a member is closed: what a reader unpacks at once stays small, whatever the lines hold."""

_MOST_UNPACKED = 1 << 31
_READ_SIZE = 1 << 16
_BUFFER = 1 << 18
_PIECE = 1 << 20
"""Bytes of a record that are compressed at once."""

_GZIP = zlib.MAX_WBITS | 16
_GZIP_HEAD = b"\x1f\x8b\x08" + bytes(6) + b"\xff"
"""Header of a member (RFC 1952, section 2.3): deflate, no name, no time, unknown system."""
_STORED = struct.Struct("<BHH")
"""Header of a stored block that begins at a byte (RFC 1951, section 3.2.4): last or not, length and its complement."""
_MOST_STORED = 0xFFFF
_QUIET = 5 << 10
"""Bytes of which ISA-L takes the checksum without letting go of the interpreter's lock."""


@dataclass(frozen=True, slots=True)
class LocatedRecord:
    """A record and the place of its gzip member in its file."""

    record: Record
    offset: int
    """First byte of the member."""
    length: int
    """Compressed length of the member in bytes."""


@dataclass(frozen=True, slots=True)
class SealedFile:
    """A finished file and what the commit log will say of it."""

    path: Path
    key: str
    """Key that it has in the store."""
    sha256: str
    bytes: int
    records: int


class WarcFile:
    """A WARC that is being written. Not safe for threads: one writer owns it."""

    def __init__(self, path: Path, key: str, level: int) -> None:
        self.path = path
        self.key = key
        self.bytes = 0
        self._records = 0
        self._sha256 = hashlib.sha256()
        self._level = level
        self._out = path.with_name(path.name + OPEN_SUFFIX).open("xb")
        self._held = bytearray()
        fsync_directory(path.parent)

    def write(self, records: Sequence[Record]) -> list[LocatedRecord]:
        """Append a group of records and say where each stands. Nothing is durable before `sync`."""
        located = []
        for record in records:
            offset = self.bytes
            for piece in record_member(record, self._level):
                self._held += piece
                self.bytes += len(piece)
                if len(self._held) >= _BUFFER:
                    self._pass_on()
            self._records += 1
            located.append(LocatedRecord(record, offset, self.bytes - offset))
        return located

    def sync(self) -> None:
        """Make everything written so far durable. An error here is fatal: the pages may be gone."""
        self._pass_on()
        self._out.flush()
        os.fsync(self._out.fileno())

    def seal(self) -> SealedFile:
        """Sync, close and take the final name, which `publish` looks for."""
        self.sync()
        self._out.close()
        passed(Arrow.WARC_SYNCED)
        seal(Path(self._out.name), self.path)
        return SealedFile(self.path, self.key, self._sha256.hexdigest(), self.bytes, self._records)

    def close(self) -> None:
        """Give the file up as it is, unsealed, for recovery to read."""
        try:
            self._pass_on()
        finally:
            self._out.close()

    def _pass_on(self) -> None:
        """Hash and write what is held, at one go: for each another thread may take over, which costs both."""
        held, self._held = self._held, bytearray()  # what cannot be written is not tried again
        if held:
            self._sha256.update(held)
            self._out.write(held)


def seal(opened: Path, final: Path) -> None:
    """Rename a synced `.open` file to its final name, durably."""
    opened.rename(final)
    passed(Arrow.WARC_RENAMED)
    fsync_directory(final.parent)
    passed(Arrow.WARC_SEALED)


def sealed_file(path: Path, key: str) -> SealedFile:
    """Read a sealed file back for what the log says of it. Raises `DamagedArchiveError` where it is cut."""
    with path.open("rb") as stream:
        records = sum(1 for _ in read_members(stream, key))
    return SealedFile(path, key, file_sha256(path), path.stat().st_size, records)


def record_member(record: Record, level: int) -> Iterator[bytes | memoryview]:
    """The gzip member of a record, piece by piece."""
    if record.packed_from is None and len(record.block) <= _PIECE:
        return iter((isal_zlib.compress(record.to_bytes(), level, _GZIP),))
    head, block, end = record.parts()
    if record.packed_from is None:
        return compress_member((head, block, end), level)
    return stored_member(head + block[: record.packed_from], memoryview(block)[record.packed_from :], end, level)


def stored_member(head: bytes, packed: memoryview, end: bytes, level: int) -> Iterator[bytes | memoryview]:
    """One gzip member of `head`, which is deflated, `packed` and `end`, which stand in it as they are.

    Deflating what is packed already takes ten times as long and makes it larger.
    """
    packer = isal_zlib.compressobj(level, isal_zlib.DEFLATED, -zlib.MAX_WBITS)
    yield _GZIP_HEAD + packer.compress(head) + packer.flush(isal_zlib.Z_SYNC_FLUSH)
    checksum = isal_zlib.crc32(head)
    for start in range(0, len(packed), _MOST_STORED):
        piece = packed[start : start + _MOST_STORED]
        for at in range(0, len(piece), _QUIET):
            checksum = isal_zlib.crc32(piece[at : at + _QUIET], checksum)
        yield _STORED.pack(0, len(piece), len(piece) ^ _MOST_STORED)
        yield piece
    checksum = isal_zlib.crc32(end, checksum)
    size = len(head) + len(packed) + len(end)
    yield _STORED.pack(1, len(end), len(end) ^ _MOST_STORED) + end + struct.pack("<II", checksum, size & 0xFFFFFFFF)


def compress_member(parts: Iterable[bytes | memoryview], level: int) -> Iterator[bytes]:
    """One gzip member of all `parts`, piece by piece, without name and time; `level` from 1 (fast) to 3 (small).

    The bytes hang on the split, and may hang on the processor: ISA-L has code of its own for each family.
    """
    packer = isal_zlib.compressobj(level, isal_zlib.DEFLATED, _GZIP)
    for part in parts:
        view = memoryview(part)
        for start in range(0, len(view), _PIECE):
            if packed := packer.compress(view[start : start + _PIECE]):
                yield packed
    yield packer.flush()


def in_members(lines: Iterable[bytes], most: int) -> Iterator[list[bytes]]:
    """Lines in the groups that are packed together: at most so many, and not much over `MEMBER_BYTES`."""
    group: list[bytes] = []
    size = 0
    for line in lines:
        group.append(line)
        size += len(line)
        if len(group) >= most or size >= MEMBER_BYTES:
            yield group
            group, size = [], 0
    if group:
        yield group


def repeatable_member(data: bytes) -> bytes:
    """One gzip member that is the same on every processor, for what may have to be made again and compared."""
    return zlib.compress(data, 6, _GZIP)


def read_members(stream: BinaryIO, name: str, limit: int = _MOST_UNPACKED) -> Iterator[tuple[int, int, bytes]]:
    """Gzip members of a stream: offset, compressed length, data.

    Raises `DamagedArchiveError` at the first member that is cut, is no gzip or unpacks to more than `limit` bytes.
    """
    offset = 0
    buffer = stream.read(_READ_SIZE)
    while buffer:
        unpacker = zlib.decompressobj(_GZIP)  # ISA-L misreads headers with optional fields that are split
        parts: list[bytes] = []
        consumed = size = 0
        while not unpacker.eof:
            if not buffer:
                raise DamagedArchiveError(
                    f"{name} at byte {offset}: the gzip member is cut; restore the file from a copy"
                )
            try:
                parts.append(unpacker.decompress(buffer))
            except zlib.error as error:
                raise DamagedArchiveError(f"{name} at byte {offset}: not a gzip member ({error})") from error
            size += len(parts[-1])
            if size > limit:
                raise DamagedArchiveError(f"{name} at byte {offset}: a record of more than {limit} bytes")
            consumed += len(buffer) - len(unpacker.unused_data)
            buffer = unpacker.unused_data or stream.read(_READ_SIZE)
        yield offset, consumed, b"".join(parts)
        offset += consumed


def read_records(stream: BinaryIO, name: str, limit: int = _MOST_UNPACKED) -> Iterator[LocatedRecord]:
    """Records of a WARC in file order. Raises `DamagedArchiveError` naming file, byte and fault."""
    for offset, length, data in read_members(stream, name, limit):
        yield LocatedRecord(parse_record(data, f"{name} at byte {offset}"), offset, length)
