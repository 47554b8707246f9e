"""The directory of one run in the spool: what the run is, its WARCs, and beside them the projections."""

import fcntl
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

import orjson

from crawler.archive.keys import is_warc_name, rest_snapshot_id, warc_key, warc_key_of
from crawler.archive.warc import OPEN_SUFFIX, WarcFile
from crawler.errors import ConfigurationError, DamagedArchiveError
from crawler.ritual import Arrow, passed
from crawler.storage.local import fsync_directory

_LAYOUT = 1


@dataclass(frozen=True, slots=True)
class RunFacts:
    """What a run is; written before its first request and never changed."""

    snapshot_id: str
    """Id of the snapshot that the run will publish."""
    spider: str
    """Name of the spider."""
    site: str
    """Name of the site's rules, by which pages are extracted again after a crash."""
    collection: str
    """Collection that the WARC files are named by."""
    began_at: datetime
    """When the run began, UTC."""
    software: str
    """Name and version of this program and of Scrapy."""
    operator: str
    """Who runs it: ARCHIVE_CONTACT."""
    user_agent: str
    """User-Agent that was sent."""
    robots: str
    """Robots policy, as warcinfo names it: ``obey`` or ``ignore``."""
    configuration_digest: str
    """Digest over the settings and arguments that shape the archive."""
    run_id: str = ""
    """Id of the first snapshot of the run, where this one follows another; empty where it is the first."""
    gone_hours: float = 24.0
    """Hours from the first 404 or 410 of an article to the one that makes it gone: ARCHIVE_GONE_HOURS."""
    series: str = ""
    """What the run asks for: spider and arguments but the address; see `LogEntry.series`."""
    layout: int = _LAYOUT
    """Version of `run.json` and of what lies beside it."""


class SpooledRun:
    """The directory of one run, held by a lock while a process works on it."""

    def __init__(self, path: Path, facts: RunFacts, lock: BinaryIO) -> None:
        self.path = path
        self.facts = facts
        self.lines_path = path / "articles.jsonl"
        self.index_path = path / "index.cdxj"
        self._lock = lock
        self._warcs = path / "warc"
        self._committed: frozenset[str] = frozenset()
        self.cut_tails = path.parent / "cut"

    def new_warc(self, opened: datetime, serial: int, level: int) -> WarcFile:
        """Begin a WARC file."""
        key = warc_key(self.facts.collection, opened, serial, self.facts.snapshot_id)
        return WarcFile(self._warcs / key.rpartition("/")[2], key, level)

    def sealed(self) -> list[tuple[Path, str]]:
        """Sealed WARCs with their keys, in the order of their serials, but for those that are committed."""
        paths = [path for path in self._warcs.iterdir() if is_warc_name(path.name)] if self._warcs.is_dir() else []
        serials = sorted((int(path.name.rsplit("-", 2)[1]), path) for path in paths)  # a foreign file is left alone
        found = [(path, warc_key_of(path.name)) for _, path in serials]
        return [(path, key) for path, key in found if key not in self._committed]

    def place_of(self, key: str) -> Path:
        """Where a WARC of the run lies."""
        return self._warcs / key.rpartition("/")[2]

    def go_on_as_rest(self, committed: Iterable[str]) -> None:
        """These WARCs are committed. The others become a snapshot of their own, which gets the same id every time."""
        self._committed |= frozenset(committed)
        first = self.facts.snapshot_id
        rest = rest_snapshot_id(first, self.sealed()[0][1])
        self.facts = replace(self.facts, snapshot_id=rest, run_id=self.facts.run_id or first)

    @contextmanager
    def open_warc(self, key: str, offset: int) -> Iterator[BinaryIO]:
        """Open a sealed WARC of the run. Raises FileNotFoundError where it is none of the run."""
        with self.place_of(key).open("rb") as stream:
            stream.seek(offset)
            yield stream

    def unsealed(self) -> list[Path]:
        """WARCs that a crash left open."""
        return sorted(self._warcs.glob(f"*.warc.gz{OPEN_SUFFIX}"))

    def drop_projections(self) -> None:
        """Forget lines and index: after a crash they may lack what the WARCs hold."""
        for path in (self.lines_path, self.index_path):
            path.unlink(missing_ok=True)

    def remove(self) -> None:
        """The snapshot is committed: the spool has done its work. `run.json` goes last, so a crash here is seen.

        After a power cut too: that the WARCs are gone is durable before it goes.
        """
        if self._warcs.exists():
            shutil.rmtree(self._warcs)
        fsync_directory(self.path)
        self.drop_projections()
        passed(Arrow.SPOOL_EMPTIED)
        with undisturbed(self.path.parent):  # who looks for crashed runs makes a lock in a directory that it finds
            (self.path / "run.json").unlink()
            shutil.rmtree(self.path)
            self._lock.close()
        passed(Arrow.SPOOL_REMOVED)

    def release(self) -> None:
        """Leave the run in the spool for the next process."""
        self._lock.close()


@contextmanager
def undisturbed(spool: Path) -> Iterator[None]:
    """Keep other processes from looking while a run's directory is made or removed, and from that while we look."""
    with (spool / "spool.lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def read_facts(path: Path) -> RunFacts:
    """Read a `run.json`. Raises `DamagedArchiveError`, or `ConfigurationError` for one of a newer version."""
    try:
        raw = orjson.loads(path.read_bytes())
        if raw.get("layout", _LAYOUT) > _LAYOUT:
            raise ConfigurationError(f"{path} is of a newer newswarc: update newswarc, then run again to publish it")
        return RunFacts(**{**raw, "began_at": datetime.fromisoformat(raw["began_at"])})
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise DamagedArchiveError(f"{path} cannot be read ({error}); move {path.parent} aside and keep it") from error
