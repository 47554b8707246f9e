"""Reading from a store: a window on a stream that raises the store's errors, and gives not one byte more."""

import io
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import BinaryIO

_BUFFER = 1 << 16

ReadInto = Callable[[memoryview], int | None]
"""Fills a buffer with what comes next; 0 at the end."""


class StoreReader(io.RawIOBase):
    """Reads at most `length` bytes (all where it is None); every read happens inside of what `failing` gives."""

    def __init__(
        self, read_into: ReadInto, length: int | None, failing: Callable[[], AbstractContextManager[None]]
    ) -> None:
        self._read_into = read_into
        self._left = length
        self._failing = failing

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        """Fill `buffer` with what is left; 0 at the end of the window."""
        window = memoryview(buffer)[: self._left]
        if not len(window):
            return 0
        with self._failing():
            count = self._read_into(window) or 0
        if self._left is not None:
            self._left -= count
        return count

    def buffered(self) -> BinaryIO:
        """This window as a buffered binary stream."""
        return io.BufferedReader(self, _BUFFER)
