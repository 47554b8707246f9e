"""What is put into a store: bytes or a file, read at many places at once, with its digests."""

import hashlib
import io
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from crawler.errors import StoreError

_CHUNK = 1 << 20


class Section(io.RawIOBase):
    """`length` bytes from `start` of what is put, as a file that can be read again."""

    def __init__(self, read_at: Callable[[int, int], bytes], start: int, length: int) -> None:
        self._read_at = read_at
        self._start = start
        self._length = length
        self._position = 0

    def readable(self) -> bool:
        """Always."""
        return True

    def seekable(self) -> bool:
        """Always."""
        return True

    def tell(self) -> int:
        """Position in the section."""
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a position in the section."""
        origin = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._length}[whence]
        self._position = min(max(0, origin + offset), self._length)
        return self._position

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        """Fill `buffer` with what comes next; 0 at the end. Raises `StoreError` where the file is shorter by now."""
        wanted = min(len(buffer), self._length - self._position)
        if not wanted:
            return 0
        data = self._read_at(self._start + self._position, wanted)
        buffer[: len(data)] = data
        self._position += len(data)
        return len(data)


class Sending:
    """What is being put. `size` is what it had at the beginning, in bytes."""

    def __init__(self, read_at: Callable[[int, int], bytes], size: int, check_unchanged: Callable[[], None]) -> None:
        self.size = size
        self.check_unchanged = check_unchanged
        """Raises `StoreError` if the file was changed since it was opened."""
        self._read_at = read_at

    def section(self, start: int, length: int) -> Section:
        """A part of it to send."""
        return Section(self._read_at, start, length)

    def digest(self, algorithm: str, start: int = 0, length: int | None = None) -> bytes:
        """Digest of a part: ``sha256``, or ``md5``, which here guards against accidents, not attackers."""
        found = hashlib.new(algorithm, usedforsecurity=False)
        section = self.section(start, self.size - start if length is None else length)
        while chunk := section.read(_CHUNK):
            found.update(chunk)
        return found.digest()


@contextmanager
def sending(source: bytes | Path, check_wanted: Callable[[], None] = lambda: None) -> Iterator[Sending]:
    """Open what is to be put. Reading it raises `StoreError`, or what `check_wanted`, called before each read, raises.

    So whoever sends it, however slowly that goes, ends when it is not wanted any more.
    """
    if isinstance(source, bytes):
        yield Sending(lambda at, count: source[at : at + count], len(source), lambda: None)
        return
    try:
        stream = source.open("rb")
    except OSError as error:
        raise StoreError(f"cannot read {source}, which is to be put: {error.strerror}") from error
    with stream:
        descriptor = stream.fileno()
        before = os.fstat(descriptor)

        def check_unchanged() -> None:
            now = os.fstat(descriptor)
            if (now.st_size, now.st_mtime_ns) != (before.st_size, before.st_mtime_ns):
                raise StoreError(f"{source} was changed while it was put: only files that nobody writes to are put")

        def read_at(at: int, count: int) -> bytes:
            check_wanted()
            try:
                data = os.pread(descriptor, count, at)
            except OSError as error:
                raise StoreError(f"cannot read {source}, which is to be put: {error.strerror}") from error
            if not data:
                raise StoreError(f"{source} became shorter while it was put: only files that nobody writes to are put")
            return data

        yield Sending(read_at, before.st_size, check_unchanged)
