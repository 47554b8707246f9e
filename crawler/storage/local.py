"""A directory as an object store. The ritual: write aside → fsync → link into place → fsync the directory."""

import errno
import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from crawler.errors import ObjectExistsError, ObjectMissingError, StoreError
from crawler.storage.limit import LimitedReader
from crawler.storage.store import ObjectInfo, ObjectStore, check_key, is_key

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

    def put(self, key: str, source: bytes | Path) -> None:
        """See `ObjectStore.put`. Visible by link(2), which fails where the name exists: atomic put-if-absent."""
        target = self._path(key)
        with self._failing("put", key):
            if target.exists():
                raise self._exists(key)
            make_directories(target.parent)
            with self._aside() as (name, descriptor):
                with open(descriptor, "wb", closefd=False) as out:
                    _copy(source, out)
                os.fsync(descriptor)
                try:
                    os.link(name, target)
                except FileExistsError:
                    raise self._exists(key) from None
            fsync_directory(target.parent)

    @contextmanager
    def open(self, key: str, offset: int = 0, length: int | None = None) -> Iterator[BinaryIO]:
        """See `ObjectStore.open`."""
        with self._failing("read", key):
            stream = self._path(key).open("rb")
        with stream:
            stream.seek(offset)
            yield stream if length is None else LimitedReader(stream, length).buffered()

    def head(self, key: str) -> ObjectInfo:
        """See `ObjectStore.head`."""
        with self._failing("read", key):
            return ObjectInfo(key, self._path(key).stat().st_size)

    def list(self, prefix: str = "", after: str = "") -> Iterator[ObjectInfo]:
        """See `ObjectStore.list`."""
        folder = prefix.rpartition("/")[0]
        found = self._walk(self.root / folder) if self.root.is_dir() else iter(())
        keys = sorted(key for key in found if key.startswith(prefix) and key > after and is_key(key))
        for key in keys:
            yield self.head(key)

    def probe(self) -> None:
        """See `ObjectStore.probe`. Puts in progress of dead processes are swept here."""
        with self._failing("write to", ""):
            make_directories(self.root)
            with self._aside() as (name, descriptor):
                os.write(descriptor, b"probe")
                os.fsync(descriptor)
                twin = name.with_suffix(".twin")
                os.link(name, twin)
                twin.unlink()
            self._sweep()

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
        name = self.root / _ASIDE / uuid4().hex
        while True:
            make_directories(name.parent)
            with suppress(FileNotFoundError):  # another process has just removed the empty directory
                descriptor = os.open(name, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o644)
                fcntl.flock(descriptor, fcntl.LOCK_EX)
                if os.fstat(descriptor).st_nlink:
                    return name, descriptor
                os.close(descriptor)  # swept away between open and lock

    def _sweep(self) -> None:
        """Remove what dead processes left: files of living ones are locked."""
        folder = self.root / _ASIDE
        left: list[Path] = []
        with suppress(FileNotFoundError):  # the last of the others has just removed it
            left = list(folder.iterdir())
        for path in left:
            with suppress(BlockingIOError, FileNotFoundError), path.open("rb") as stream:
                fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
                path.unlink()
        with suppress(OSError):
            folder.rmdir()

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
