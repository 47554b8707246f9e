"""The spool: the local directory of the runs in progress. What is sealed here survives everything but the disk.

``<spool>/<store>/<spider>.lock`` one run of a spider at a time; ``…/<snapshot_id>/run.json`` what the run is;
``…/<snapshot_id>/warc/`` its WARCs, `.open` while written; beside them the projections, which may be lost.
"""

import errno
import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote

import orjson

from crawler.archive.keys import is_snapshot_id
from crawler.archive.spooled_run import RunFacts, SpooledRun, read_facts, undisturbed
from crawler.errors import AnotherRunError, CaptureError, DamagedArchiveError, OutOfSpaceError
from crawler.storage.local import fsync_directory, make_directories


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
        with undisturbed(self.path):
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
        with undisturbed(self.path):
            for path in [child for child in self.path.iterdir() if is_snapshot_id(child.name)]:
                lock = (path / "lock").open("ab")
                if not _locked(lock):
                    lock.close()
                elif (path / "run.json").exists():
                    runs.append(SpooledRun(path, read_facts(path / "run.json"), lock))
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
