"""A window on a stream: the bytes of one range, and not one more."""

import io
from typing import BinaryIO


class LimitedReader(io.RawIOBase):
    """Reads at most `length` bytes of `stream`, from where it stands."""

    def __init__(self, stream: BinaryIO, length: int) -> None:
        self._stream = stream
        self._left = length

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Fill `buffer` with what is left; 0 at the end of the window."""
        data = self._stream.read(min(len(buffer), self._left))
        buffer[: len(data)] = data
        self._left -= len(data)
        return len(data)

    def buffered(self) -> BinaryIO:
        """This window as a buffered binary stream."""
        return io.BufferedReader(self)
