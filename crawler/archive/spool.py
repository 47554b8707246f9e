"""The spool: the local directory of the runs in progress. What is sealed here survives everything but the disk.

``<spool>/<store>/<spider>.lock`` one run of a spider at a time; ``…/<snapshot_id>/run.json`` what the run is;
``…/<snapshot_id>/warc/`` its WARCs, `.open` while written; beside them the projections, which may be lost.
"""

import errno
import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote

import orjson

from crawler.archive.keys import is_snapshot_id, is_warc_name, rest_snapshot_id, warc_key, warc_key_of
from crawler.archive.warc import OPEN_SUFFIX, WarcFile
from crawler.errors import AnotherRunError, CaptureError, ConfigurationError, DamagedArchiveError, OutOfSpaceError
from crawler.ritual import Arrow, passed
from crawler.storage.local import fsync_directory, make_directories

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
        with _undisturbed(self.path.parent):  # who looks for crashed runs makes a lock in a directory that it finds
            (self.path / "run.json").unlink()
            shutil.rmtree(self.path)
            self._lock.close()
        passed(Arrow.SPOOL_REMOVED)

    def release(self) -> None:
        """Leave the run in the spool for the next process."""
        self._lock.close()


class Spool:
    """All runs in progress for one store."""

    def __init__(self, root: Path, store_uri: str) -> None:
        self.path = root / hashlib.sha256(store_uri.encode()).hexdigest()[:16]
        self._store_uri = store_uri

    def prepare(self) -> None:
        """Create the directory. Raises `CaptureError` where it cannot be written."""
        try:
            make_directories(self.path)
            (self.path / "store").write_text(self._store_uri + "\n", encoding="utf-8")
        except OSError as error:
            message = (
                f"cannot write the spool {self.path}: {error.strerror}; set ARCHIVE_SPOOL to a persistent directory"
            )
            raise CaptureError(message) from error

    def has(self, snapshot_id: str) -> bool:
        """True if the run of a snapshot is here."""
        return (self.path / snapshot_id).is_dir()

    def remembered(self, name: str) -> bytes | None:
        """A small fact about the store that was learnt before; None where there is none. It may be lost at any time."""
        try:
            return (self.path / name).read_bytes()
        except OSError:
            return None

    def remember(self, name: str, fact: bytes) -> None:
        """Keep a small fact for later runs, whole or not. Raises `CaptureError` where the disk does not take it."""
        new = self.path / f"{name}.new"
        try:
            with new.open("wb") as out:
                out.write(fact)
                out.flush()
                os.fsync(out.fileno())  # zeros under that name would be the same on every machine that lost power
            new.rename(self.path / name)
        except OSError as error:
            raise spool_failure(error) from error

    def waiting_bytes(self) -> int:
        """Bytes of the WARCs of all runs that are not published yet."""
        warcs = (path for run in _children(self.path) for path in _children(run / "warc"))
        return sum(_size(path) for path in warcs if ".warc.gz" in path.name)

    def free_bytes(self) -> int:
        """Bytes that are free on the disk."""
        return shutil.disk_usage(self.path).free

    @contextmanager
    def only_run_of(self, spider: str) -> Iterator[None]:
        """Hold the lock of a spider on this store. Raises `AnotherRunError` while another process holds it."""
        path = self.path / f"{quote(spider, safe='')}.lock"
        with path.open("a+b") as lock:
            if not _locked(lock):
                lock.seek(0)
                holder = lock.read(20).decode("ascii", "replace").strip() or "unknown"
                raise AnotherRunError(
                    f"another run of {spider} (process {holder}) publishes to {self._store_uri}: wait for it or stop it"
                )
            lock.truncate(0)
            lock.write(str(os.getpid()).encode())
            lock.flush()
            yield

    def begin(self, facts: RunFacts) -> SpooledRun:
        """Start the directory of a new run: lock, then `run.json`, each durable before anything else is."""
        path = self.path / facts.snapshot_id
        with _undisturbed(self.path):
            make_directories(path / "warc")
            lock = (path / "lock").open("xb")
            _locked(lock)
            with (path / "run.json.new").open("xb") as out:
                out.write(orjson.dumps(facts, option=orjson.OPT_INDENT_2))
                out.flush()
                os.fsync(out.fileno())
            (path / "run.json.new").rename(path / "run.json")
            fsync_directory(path)
        return SpooledRun(path, facts, lock)

    def abandoned(self) -> list[SpooledRun]:
        """Runs whose process is gone, oldest first, each locked for us. Directories without a run are cleared away."""
        runs = []
        with _undisturbed(self.path):
            for path in [child for child in self.path.iterdir() if is_snapshot_id(child.name)]:
                lock = (path / "lock").open("ab")
                if not _locked(lock):
                    lock.close()
                elif (path / "run.json").exists():
                    runs.append(SpooledRun(path, _read_facts(path / "run.json"), lock))
                elif any(path.glob("warc/*")):
                    lock.close()
                    raise DamagedArchiveError(f"{path} holds WARCs but no run.json: move it aside and keep it")
                else:
                    shutil.rmtree(path)
                    lock.close()
        return sorted(runs, key=lambda run: run.facts.began_at)


def spool_failure(error: Exception) -> CaptureError:
    """What an error of the disk under the spool means for a run."""
    full = isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
    return (OutOfSpaceError if full else CaptureError)(
        f"the spool cannot be written ({error}): free space or mend the disk, then run again"
    )


@contextmanager
def _undisturbed(spool: Path) -> Iterator[None]:
    """Keep other processes from looking while a run's directory is made or removed, and from that while we look."""
    with (spool / "spool.lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _children(folder: Path) -> list[Path]:
    """What lies in a directory; nothing where it is none, or was removed meanwhile by whoever published it."""
    try:
        return list(folder.iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return []


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:  # published meanwhile
        return 0


def _locked(lock: BinaryIO) -> bool:
    """Take the lock without waiting; the kernel drops it when the process ends, however it ends."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _read_facts(path: Path) -> RunFacts:
    try:
        raw = orjson.loads(path.read_bytes())
        if raw.get("layout", _LAYOUT) > _LAYOUT:
            raise ConfigurationError(f"{path} is of a newer newswarc: update newswarc, then run again to publish it")
        return RunFacts(**{**raw, "began_at": datetime.fromisoformat(raw["began_at"])})
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise DamagedArchiveError(f"{path} cannot be read ({error}); move {path.parent} aside and keep it") from error
