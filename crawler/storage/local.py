"""A directory as an object store. The ritual: write aside → fsync → link into place → fsync the directory."""

import errno
import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from crawler.errors import ObjectExistsError, ObjectMissingError, StoreError, StoreUnavailableError
from crawler.storage.reading import StoreReader
from crawler.storage.store import ObjectInfo, ObjectStore, Traits, check_key, is_key

_ASIDE = ".incoming"
"""Directory for puts in progress; a leading dot is outside the alphabet of keys."""


def fsync_directory(path: Path) -> None:
    """Make the names in a directory durable, as POSIX asks for after link, rename and unlink."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def make_directories(path: Path) -> None:
    """Create `path` and its missing parents, each made durable in its own parent."""
    if path.is_dir():
        return
    make_directories(path.parent)
    with suppress(FileExistsError):
        path.mkdir()
    fsync_directory(path.parent)


class LocalStore(ObjectStore):
    """Objects as files below `root`; readable by any tool, verifiable with sha256sum alone."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.uri = str(root)
        self.traits = Traits(put_if_absent=True, checksum="", multipart_if_absent=True)
        self._given_up = False
        self._durable: set[Path] = set()

    def put(self, key: str, source: bytes | Path, sha256: str | None = None) -> None:  # noqa: ARG002  fsync needs none
        """See `ObjectStore.put`. Visible by link(2), which fails where the name exists: atomic put-if-absent."""
        target = self._path(key)
        self._check_given_up()
        with self._failing("put", key):
            if target.exists():
                raise self._exists(key)
            self._make_durable(target.parent)
            with self._aside() as (name, descriptor):
                with open(descriptor, "wb", closefd=False) as out:
                    _copy(source, out)
                os.fsync(descriptor)
                try:
                    os.link(name, target)
                except FileExistsError:
                    raise self._exists(key) from None
            fsync_directory(target.parent)

    def holds(self, key: str, sha256: str, size: int) -> bool:
        """See `ObjectStore.holds`. Always reads the file."""
        try:
            if self.head(key).bytes != size:
                return False
            with self.open(key) as stream:
                return hashlib.file_digest(stream, "sha256").hexdigest() == sha256  # type: ignore[arg-type]
        except ObjectMissingError:
            return False

    @contextmanager
    def open(self, key: str, offset: int = 0, length: int | None = None) -> Iterator[BinaryIO]:
        """See `ObjectStore.open`."""
        with self._failing("read", key):
            stream = self._path(key).open("rb", buffering=0)
            stream.seek(offset)
        with stream:
            yield StoreReader(stream.readinto, length, partial(self._failing, "read", key)).buffered()

    def head(self, key: str) -> ObjectInfo:
        """See `ObjectStore.head`."""
        with self._failing("read", key):
            status = self._path(key).stat()
        return ObjectInfo(key, status.st_size, datetime.fromtimestamp(status.st_mtime, UTC))

    def list(self, prefix: str = "", after: str = "") -> Iterator[ObjectInfo]:
        """See `ObjectStore.list`."""
        folder = prefix.rpartition("/")[0]
        found = self._walk(self.root / folder) if self.root.is_dir() else iter(())
        keys = sorted(key for key in found if key.startswith(prefix) and key > after and is_key(key))
        for key in keys:
            with suppress(ObjectMissingError):  # deleted since
                yield self.head(key)

    def delete(self, key: str) -> None:
        """See `ObjectStore.delete`."""
        path = self._path(key)
        self._check_given_up()
        with self._failing("delete", key), suppress(FileNotFoundError):
            path.unlink()
            fsync_directory(path.parent)

    def learn(self) -> Traits:
        """See `ObjectStore.learn`: link(2) is atomic, and what was fsynced is what was written."""
        return self.traits

    def sweep_unfinished(self, older_than: timedelta) -> int:  # noqa: ARG002  a lock tells, not an age
        """See `ObjectStore.sweep_unfinished`. A put is in progress while its process lives, whatever its age."""
        with self._failing("write to", ""):
            return self._sweep()

    def clock(self) -> datetime:
        """See `ObjectStore.clock`: the time that the file system gives to a new file."""
        with self._failing("write to", ""):
            make_directories(self.root)
            with self._aside() as (_, descriptor):
                return datetime.fromtimestamp(os.fstat(descriptor).st_mtime, UTC)

    def give_up(self) -> None:
        """See `ObjectStore.give_up`. Nothing waits here; what is there can still be read."""
        self._given_up = True

    def probe(self) -> None:
        """See `ObjectStore.probe`. Puts in progress of dead processes are swept here."""
        self._check_given_up()
        with self._failing("write to", ""):
            make_directories(self.root)
            with self._aside() as (name, descriptor):
                os.write(descriptor, b"probe")
                os.fsync(descriptor)
                twin = name.with_suffix(".twin")
                os.link(name, twin)
                twin.unlink()
            self._sweep()

    def _make_durable(self, folder: Path) -> None:
        """Make a directory and the names that lead to it durable: who made it may have died before it had done so."""
        if folder in self._durable:
            return
        if folder == self.root:
            make_directories(folder)
        else:
            self._make_durable(folder.parent)
            make_directories(folder)
            fsync_directory(folder.parent)
        self._durable.add(folder)

    def _path(self, key: str) -> Path:
        return self.root / check_key(key)

    def _walk(self, folder: Path) -> Iterator[str]:
        for path in folder.rglob("*") if folder.is_dir() else ():
            relative = path.relative_to(self.root).as_posix()
            if not relative.startswith(_ASIDE + "/") and path.is_file() and not path.is_symlink():
                yield relative

    @contextmanager
    def _aside(self) -> Iterator[tuple[Path, int]]:
        """A new file outside all keys, locked while this process lives and gone afterwards."""
        name, descriptor = self._new_file()
        try:
            yield name, descriptor
        finally:
            name.unlink(missing_ok=True)
            os.close(descriptor)
            with suppress(OSError):  # others still put
                name.parent.rmdir()

    def _new_file(self) -> tuple[Path, int]:
        """A name is used once: who opened the file that had it before may still be about to sweep it away."""
        while True:
            name = self.root / _ASIDE / uuid4().hex
            make_directories(name.parent)
            with suppress(FileNotFoundError):  # another process has just removed the empty directory
                descriptor = os.open(name, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o644)
                fcntl.flock(descriptor, fcntl.LOCK_EX)
                if os.fstat(descriptor).st_nlink:
                    return name, descriptor
                os.close(descriptor)  # swept away between open and lock

    def _sweep(self) -> int:
        """Remove what dead processes left, and count it: files of living ones are locked."""
        folder = self.root / _ASIDE
        swept = 0
        left: list[Path] = []
        with suppress(FileNotFoundError):  # the last of the others has just removed it
            left = list(folder.iterdir())
        for path in left:
            with suppress(BlockingIOError, FileNotFoundError), path.open("rb") as stream:
                fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
                path.unlink()
                swept += 1
        with suppress(OSError):
            folder.rmdir()
        return swept

    def _check_given_up(self) -> None:
        if self._given_up:
            raise StoreUnavailableError(f"{self.uri} was given up: what was to be put is kept; run again")

    def _exists(self, key: str) -> ObjectExistsError:
        return ObjectExistsError(f"{key} exists in {self.uri}; objects are written once and never changed")

    @contextmanager
    def _failing(self, verb: str, key: str) -> Iterator[None]:
        """Turn the errors of the operating system into ours."""
        try:
            yield
        except FileNotFoundError as error:
            if verb != "read":
                raise StoreError(f"cannot {verb} {self.uri}: no such directory; set ARCHIVE_STORE") from error
            raise ObjectMissingError(f"{key} is missing in {self.uri}: restore it from a copy") from error
        except OSError as error:
            advice = "free some space" if error.errno in (errno.ENOSPC, errno.EDQUOT) else "check path and permissions"
            what = f"{key} in {self.uri}" if key else self.uri
            raise StoreError(f"cannot {verb} {what}: {error.strerror}; {advice} or set ARCHIVE_STORE") from error


def _copy(source: bytes | Path, out: BinaryIO) -> None:
    if isinstance(source, bytes):
        out.write(source)
        return
    with source.open("rb") as stream:
        shutil.copyfileobj(stream, out, 1 << 20)
