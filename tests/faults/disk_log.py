"""What a process did to the files below a directory, operation by operation, as a log that is read back.

Files and directories are nodes, as inodes are: a name is an entry of a directory node, and a file may have several.
"""

import pickle
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

ROOT_NODE = 0
"""The directory that is recorded; its own name is none of its."""


@dataclass(frozen=True, slots=True)
class Made:
    """A new node, without content and without a name."""

    node: int
    is_directory: bool


@dataclass(frozen=True, slots=True)
class Write:
    """Bytes written to a file."""

    node: int
    offset: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Truncate:
    """A file cut, or made longer with zeros."""

    node: int
    size: int


@dataclass(frozen=True, slots=True)
class Entry:
    """A name of a directory and what it stands for from now on: None for nothing."""

    directory: int
    name: str
    node: int | None


@dataclass(frozen=True, slots=True)
class Names:
    """A change of names, all of it or none: link, unlink, mkdir and rmdir change one, a rename two."""

    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Fsync:
    """The content of a file, or the names in a directory, are durable now."""

    node: int


@dataclass(frozen=True, slots=True)
class Began:
    """What stood there before is recorded, and durable; from here on it is what the process did."""


@dataclass(frozen=True, slots=True)
class Passed:
    """An arrow of the crash ritual was passed."""

    arrow: str


Operation = Made | Write | Truncate | Names | Fsync | Began | Passed


def read_log(path: Path) -> list[Operation]:
    """All operations in order."""
    with path.open("rb") as log:
        return list(_operations(log))


def _operations(log: BinaryIO) -> Iterator[Operation]:
    while True:
        try:
            yield pickle.load(log)  # noqa: S301  our own log of a moment ago
        except EOFError:
            return
