"""File objects whose writes are recorded: what `open` gives in a process under record."""

import io
import os
from collections.abc import Callable
from typing import IO, TYPE_CHECKING, Any

from tests.faults.recorded_system import RecordedSystem

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

_WRITING = frozenset("wax+")

Opener = Callable[[str, int], int]


class RecordedFile(io.FileIO):
    """A raw file that tells the system what is written to it."""

    def __init__(self, system: RecordedSystem, file: str | int, mode: str, *, closefd: bool, opener: Opener) -> None:
        super().__init__(file, mode, closefd, opener)
        self._system = system

    def write(self, data: "ReadableBuffer", /) -> int:
        """Write, and record how much of it was written where."""
        return self._system.written(self.fileno(), data, super().write)

    def truncate(self, size: int | None = None, /) -> int:
        """Truncate, at the position where no size is given."""
        self._system.ftruncate(self.fileno(), self.tell() if size is None else size)
        return self.tell() if size is None else size


def open_with(system: RecordedSystem) -> Callable[..., IO[Any]]:
    """An `open` like the built-in one."""
    plain_open = io.open

    def recording_open(
        file: str | os.PathLike[str] | int,
        mode: str = "r",
        buffering: int = -1,
        encoding: str | None = None,
        errors: str | None = None,
        newline: str | None = None,
        closefd: bool = True,
        opener: Opener | None = None,
    ) -> IO[Any]:
        if not _WRITING.intersection(mode):
            return plain_open(file, mode, buffering, encoding, errors, newline, closefd, opener)
        name = file if isinstance(file, int) else os.fspath(file)
        raw = RecordedFile(system, name, mode.replace("t", ""), closefd=closefd, opener=opener or system.open)
        if buffering == 0:
            return raw
        buffer = (io.BufferedRandom if "+" in mode else io.BufferedWriter)(raw)
        return buffer if "b" in mode else io.TextIOWrapper(buffer, encoding, errors, newline)

    return recording_open
