"""Makes a WARC that a crash left open whole again: whole capture groups are kept, everything else is set aside.

A crash leaves a cut tail, which was never acknowledged. A failing disk can also damage what was: whole groups behind
such a place are found again and kept, and no byte is thrown away unread. A body may hold gzip members that look like
groups; they cannot name the file's warcinfo, whose id no site gets to know.
"""

import mmap
import os
import shutil
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from crawler.archive.groups import begins_group, is_whole
from crawler.archive.records import Record, parse_record
from crawler.archive.warc import OPEN_SUFFIX, read_members, read_records, seal
from crawler.errors import DamagedArchiveError
from crawler.storage.local import fsync_directory, make_directories

ASIDE_SUFFIX = ".aside"
_MEMBER = b"\x1f\x8b\x08"
"""How a gzip member begins."""

_LOOK = 8192
"""Bytes of a member that are looked at for the record's header."""


@dataclass(frozen=True, slots=True)
class Salvaged:
    """What came of an open WARC."""

    sealed: Path | None
    """The sealed file; None where it held no whole group."""
    groups: int
    """Whole captures, failed attempts and facts that were kept."""
    aside: Path | None
    """File with what is not kept: the cut tail, or the whole file as it was found where it is damaged elsewhere."""


def salvage(opened: Path, aside: Path) -> Salvaged:
    """Seal the whole groups of an open WARC; what is not kept goes into a file in the directory `aside`."""
    size = opened.stat().st_size
    spans = _whole_groups(opened, size)
    groups = max(len(spans) - 1, 0)
    if not groups:
        kept = _set_aside(opened, 0, aside) if size else None
        opened.unlink()
        fsync_directory(opened.parent)
        return Salvaged(None, 0, kept)
    end = spans[-1][1]
    if sum(stop - start for start, stop in spans) < end:
        kept = _set_aside(opened, 0, aside)
        _rewrite(opened, spans)
    else:
        kept = _set_aside(opened, end, aside) if end < size else None
        os.truncate(opened, end)
    final = opened.with_name(opened.name.removesuffix(OPEN_SUFFIX))
    with opened.open("rb+") as stream:
        os.fsync(stream.fileno())
    seal(opened, final)
    return Salvaged(final, groups, kept)


def _whole_groups(opened: Path, size: int) -> list[tuple[int, int]]:
    """Spans of bytes to keep: warcinfo, then each whole group. Empty where warcinfo itself is gone."""
    spans: list[tuple[int, int]] = []
    start = 0
    with opened.open("rb") as stream:
        warcinfo_id = _warcinfo_id(stream, opened.name)
        while warcinfo_id and start < size:
            found, stopped = _groups_from(stream, opened.name, start, warcinfo_id)
            spans.extend(found)
            if stopped is None:
                break
            start = _next_member(stream, stopped + 1, size, warcinfo_id)
    return spans


def _warcinfo_id(stream: BinaryIO, name: str) -> str | None:
    """Record id of the warcinfo that the file begins with."""
    try:
        first = next(read_records(stream, name), None)
    except DamagedArchiveError:
        return None
    return first.record.record_id if first is not None and first.record.kind == "warcinfo" else None


def _groups_from(stream: BinaryIO, name: str, start: int, warcinfo_id: str) -> tuple[list[tuple[int, int]], int | None]:
    """Whole groups from a member on, and the byte at which reading had to stop, None at the end of the file."""
    spans: list[tuple[int, int]] = []
    group: list[Record] = []
    begin = at = start
    stream.seek(start)
    try:
        for offset, length, data in read_members(stream, name):
            at = start + offset
            record = parse_record(data, f"{name} at byte {at}")
            group, begin = ([record], at) if begins_group(record) else ([*group, record], begin)
            at += length
            if is_whole(group):
                if all(_belongs(part, warcinfo_id) for part in group):
                    spans.append((begin, at))
                group = []
    except DamagedArchiveError:  # the place that we look for: what stands before it is whole
        return spans, at
    return spans, None


def _belongs(record: Record, warcinfo_id: str) -> bool:
    return warcinfo_id in (record.record_id, (record.value("WARC-Warcinfo-ID") or "").strip("<>"))


def _next_member(stream: BinaryIO, start: int, size: int, warcinfo_id: str) -> int:
    """Where the next gzip member of the file may begin; the end of the file if none does.

    Only the beginning of each is looked at: a body may hold any number of members that unpack to gigabytes.
    """
    if start >= size:
        return size
    with mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
        found = data.find(_MEMBER, start)
        while found >= 0 and not _names(data[found : found + _LOOK], warcinfo_id):
            found = data.find(_MEMBER, found + 1)
    return found if found >= 0 else size


def _names(member: bytes, warcinfo_id: str) -> bool:
    try:
        return warcinfo_id.encode() in zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(member, 2 * _LOOK)
    except zlib.error:
        return False


def _set_aside(opened: Path, start: int, aside: Path) -> Path:
    make_directories(aside)
    copy = aside / (opened.name.removesuffix(OPEN_SUFFIX) + ASIDE_SUFFIX)
    with opened.open("rb") as source, copy.open("wb") as out:
        source.seek(start)
        shutil.copyfileobj(source, out)
        out.flush()
        os.fsync(out.fileno())
    fsync_directory(aside)
    return copy


def _rewrite(opened: Path, spans: list[tuple[int, int]]) -> None:
    """Rewrite the open file as these spans alone, whole or not at all."""
    rewritten = opened.with_name(opened.name + ".new")
    with opened.open("rb") as source, rewritten.open("wb") as out:
        for start, stop in spans:
            source.seek(start)
            out.write(source.read(stop - start))
        out.flush()
        os.fsync(out.fileno())
    rewritten.rename(opened)
    fsync_directory(opened.parent)
