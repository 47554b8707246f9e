"""Makes a WARC that a crash left open whole again: whole capture groups are kept, a cut tail is set aside."""

import os
import shutil
from pathlib import Path

from crawler.archive.records import parse_record
from crawler.archive.warc import OPEN_SUFFIX, read_members, seal
from crawler.errors import DamagedArchiveError
from crawler.storage.local import fsync_directory, make_directories

TAIL_SUFFIX = ".tail"


def salvage(opened: Path, aside: Path) -> Path | None:
    """Seal the whole groups of an open WARC; returns the sealed file, or None where there was no capture in it.

    Bytes behind the last whole group were never acknowledged; they are moved to a file in the directory `aside`.
    """
    keep, captures = _whole_groups(opened)
    if not captures:
        opened.unlink()
        fsync_directory(opened.parent)
        return None
    with opened.open("r+b") as stream:
        if keep < os.fstat(stream.fileno()).st_size:
            _set_tail_aside(opened, keep, aside)
            stream.truncate(keep)
        os.fsync(stream.fileno())
    final = opened.with_name(opened.name.removesuffix(OPEN_SUFFIX))
    seal(opened, final)
    return final


def _whole_groups(opened: Path) -> tuple[int, int]:
    """Where the last whole group ends, and how many there are. A group ends with its metadata record."""
    keep = captures = 0
    with opened.open("rb") as stream:
        try:
            for offset, length, data in read_members(stream, opened.name):
                kind = parse_record(data, f"{opened.name} at byte {offset}").kind
                if kind in ("warcinfo", "metadata"):
                    keep = offset + length
                    captures += kind == "metadata"
        except DamagedArchiveError:  # the cut that we look for: what stands before it is whole
            return keep, captures
    return keep, captures


def _set_tail_aside(opened: Path, keep: int, aside: Path) -> None:
    make_directories(aside)
    tail = aside / (opened.name.removesuffix(OPEN_SUFFIX) + TAIL_SUFFIX)
    with opened.open("rb") as source, tail.open("wb") as out:
        source.seek(keep)
        shutil.copyfileobj(source, out)
        out.flush()
        os.fsync(out.fileno())
