"""Checks of the spool for `scrapy doctor`: its disk, and what runs have left there."""

import os
import re
from pathlib import Path
from uuid import uuid4

from crawler.archive.spool import Spool, spool_failure
from crawler.errors import CaptureError, ExitCode, NewswarcError
from crawler.options import ArchiveOptions
from crawler.state.diagnosis import Finding, failed, problem, warning, well

MOUNTS = Path("/proc/mounts")
"""Where Linux lists what is mounted (proc_mounts(5)); other systems have no such file."""

_PASSING = {"tmpfs": "in memory", "ramfs": "in memory", "overlay": "in the layers of a container"}
_ESCAPED = re.compile(r"\\([0-7]{3})")
_MEGABYTE = 1_000_000


def check_spool(spool: Spool) -> Finding:
    """Whether it can be written, and what was written be made durable."""
    try:
        spool.prepare()
        _write(spool.path / f"probe-{uuid4().hex}")
    except CaptureError as error:
        return failed("spool", error)
    except OSError as error:
        return failed("spool", spool_failure(error))
    return well("spool", f"{spool.path} can be written and synced")


def check_disk(spool: Spool, mounts: Path = MOUNTS) -> Finding:
    """Whether what is there survives a reboot."""
    try:
        kind = file_system_of(spool.path.resolve(), mounts.read_text(encoding="utf-8", errors="surrogateescape"))
    except OSError:
        return well("disk", f"there is no {mounts} here to tell the file system by")
    if kind in _PASSING:
        found = f"the spool is on {kind}, {_PASSING[kind]}: what it holds may be gone after a restart"
        return warning("disk", found, "set ARCHIVE_SPOOL to a directory on a persistent disk")
    return well("disk", f"the spool is on {kind or 'an unknown file system'}")


def file_system_of(path: Path, mounts: str) -> str | None:
    """Type of the file system of an absolute path by the text of /proc/mounts: the innermost, and of those the last."""
    found: tuple[int, str] | None = None
    for line in mounts.splitlines():
        fields = line.split(" ")
        if len(fields) < 3:
            continue
        point = Path(_ESCAPED.sub(lambda match: chr(int(match[1], 8)), fields[1]))
        if path.is_relative_to(point) and (found is None or len(point.parts) >= found[0]):
            found = len(point.parts), fields[2]
    return found[1] if found else None


def check_space(spool: Spool, options: ArchiveOptions) -> Finding:
    """Whether a crawl has room to begin."""
    free, waiting = spool.free_bytes(), spool.waiting_bytes()
    found = f"{_megabytes(free)} free, {_megabytes(waiting)} of WARCs waiting for the store"
    if free < options.free_bytes:
        found += f": less is free than ARCHIVE_FREE_BYTES={options.free_bytes}"
        return problem("space", found, "free some space or set ARCHIVE_SPOOL", ExitCode.OUT_OF_SPACE)
    if waiting >= options.spool_bytes:
        found += f": a crawl is held back at ARCHIVE_SPOOL_BYTES={options.spool_bytes}"
        return warning("space", found, "run `scrapy publish`")
    return well("space", found)


def check_crashed(spool: Spool) -> Finding:
    """What runs have left that did not end by themselves. Nothing is published here."""
    try:
        left = spool.abandoned()
    except (NewswarcError, OSError) as error:
        return failed("crashed runs", error if isinstance(error, NewswarcError) else spool_failure(error))
    for run in left:
        run.release()
    if not left:
        return well("crashed runs", "none is left in the spool")
    found = f"{len(left)} in the spool, the first {left[0].facts.snapshot_id}"
    return warning("crashed runs", found, "run `scrapy publish`; the next crawl does so too")


def check_aside(spool: Spool) -> Finding:
    """Whether pieces of damaged WARCs were set aside for somebody to look at."""
    folder = spool.path / "cut"
    files = [path for path in folder.iterdir() if path.is_file()] if folder.is_dir() else []
    if not files:
        return well("set aside", "no piece of a cut or damaged WARC")
    found = f"{len(files)} pieces of cut or damaged WARCs in {folder}"
    return warning("set aside", found, "look at them, and remove them if nobody needs them")


def _write(path: Path) -> None:
    try:
        with path.open("xb") as out:
            out.write(bytes(4096))
            out.flush()
            os.fsync(out.fileno())
    finally:
        path.unlink(missing_ok=True)


def _megabytes(count: int) -> str:
    return f"{count / _MEGABYTE:,.0f} MB"
