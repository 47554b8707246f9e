"""What a disk may hold after a power cut, by POSIX taken strictly, from a log of what was done to it.

fsync of a file makes its bytes durable and not its name; fsync of a directory makes the names in it durable and not
what they name. Whatever was not made durable may be there, or not, each operation for itself. A change of names is
atomic. File systems promise more than this; nothing may rely on it.
"""

import random
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from tests.faults.disk_log import ROOT_NODE, Fsync, Made, Names, Operation, Truncate, Write

Tree = dict[str, bytes | None]
"""Files with their bytes, and directories with None, by path below the root; parents before children."""

_SHARES = (0.1, 0.5, 0.9, 0.98)
"""How much of what was not durable may have reached the disk anyway."""


class Policy(StrEnum):
    """What becomes of all that was not made durable."""

    DROP = "drop"
    """Nothing of it reached the disk."""
    KEEP = "keep"
    """All did: what a kill leaves."""
    RANDOM = "random"
    """Some did, by a seed: any of it, and of a write also its beginning alone, or its length without its bytes."""


class Fate(StrEnum):
    """What became of one operation."""

    DONE = "done"
    LOST = "lost"
    TORN = "torn"
    ZEROS = "zeros"


@dataclass(frozen=True)
class Chance:
    """What becomes of operations that were not made durable: the same chance, the same disk."""

    policy: Policy
    seed: int = 0


class Fates:
    """Decides on one operation after the other."""

    def __init__(self, chance: Chance) -> None:
        self._policy = chance.policy
        self._random = random.Random(chance.seed)  # noqa: S311  a sample that can be had again, not a secret
        self._share = self._random.choice(_SHARES)

    def fate(self, operation: Operation) -> Fate:
        """Of one operation."""
        if self._policy is not Policy.RANDOM:
            return Fate.DONE if self._policy is Policy.KEEP else Fate.LOST
        if self._random.random() < self._share:
            return Fate.DONE
        return self._random.choice((Fate.LOST, Fate.TORN, Fate.ZEROS)) if isinstance(operation, Write) else Fate.LOST

    def torn(self, data: bytes) -> bytes:
        """The beginning of a write."""
        return data[: self._random.randrange(len(data) + 1)]


class Disk:
    """Nodes and names as they reached the disk."""

    def __init__(self) -> None:
        self._files: dict[int, bytearray] = {}
        self._directories: dict[int, dict[str, int]] = {}

    def make(self, made: Made) -> None:
        """A node; nobody finds it before it has a name."""
        if made.is_directory:
            self._directories[made.node] = {}
        else:
            self._files[made.node] = bytearray()

    def put(self, node: int, offset: int, data: bytes) -> None:
        """Bytes in a file; what lies before them and was never written is zeros."""
        file = self._files[node]
        file.extend(bytes(max(offset - len(file), 0)))
        file[offset : offset + len(data)] = data

    def resize(self, node: int, size: int) -> None:
        """A file cut or filled up with zeros."""
        file = self._files[node]
        del file[size:]
        file.extend(bytes(size - len(file)))

    def rename(self, names: Names) -> None:
        """All entries of a change of names."""
        for entry in names.entries:
            directory = self._directories[entry.directory]
            directory.pop(entry.name, None)
            if entry.node is not None:
                directory[entry.name] = entry.node

    def tree(self, node: int = ROOT_NODE, prefix: str = "") -> Tree:
        """Everything that has a name."""
        found: Tree = {}
        for name, child in sorted(self._directories[node].items()):
            path = prefix + name
            if child in self._files:
                found[path] = bytes(self._files[child])
            else:
                found[path] = None
                found.update(self.tree(child, path + "/"))
        return found


def after_power_cut(operations: Sequence[Operation], chance: Chance) -> Tree:
    """What may stand on the disk if the power fails right after the last of the operations."""
    synced = {operation.node: at for at, operation in enumerate(operations) if isinstance(operation, Fsync)}
    disk, fates = Disk(), Fates(chance)
    for at, operation in enumerate(operations):
        if isinstance(operation, Made):
            disk.make(operation)
        elif isinstance(operation, Write | Truncate | Names):
            durable = any(synced.get(node, -1) > at for node in _touched(operation))
            _apply(disk, operation, Fate.DONE if durable else fates.fate(operation), fates)
    return disk.tree()


def _touched(operation: Write | Truncate | Names) -> set[int]:
    """Nodes whose fsync makes an operation durable: for a rename from one directory to another, either."""
    if isinstance(operation, Names):
        return {entry.directory for entry in operation.entries}
    return {operation.node}


def _apply(disk: Disk, operation: Write | Truncate | Names, fate: Fate, fates: Fates) -> None:
    if fate is Fate.LOST:
        return
    if isinstance(operation, Names):
        disk.rename(operation)
    elif isinstance(operation, Truncate):
        disk.resize(operation.node, operation.size)
    elif fate is Fate.ZEROS:
        disk.put(operation.node, operation.offset, bytes(len(operation.data)))
    else:
        disk.put(operation.node, operation.offset, fates.torn(operation.data) if fate is Fate.TORN else operation.data)


def lay_out(tree: Tree, root: Path) -> None:
    """Make `root` hold this tree and nothing else."""
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir()
    for path, data in tree.items():
        if data is None:
            (root / path).mkdir()
        else:
            (root / path).write_bytes(data)


def read_tree(root: Path) -> Tree:
    """What stands below a directory."""
    return {
        path.relative_to(root).as_posix(): None if path.is_dir() else path.read_bytes()
        for path in sorted(root.rglob("*"))
    }
