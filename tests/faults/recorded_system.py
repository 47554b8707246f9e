"""The functions of `os` that change files, put in the place of the real ones: each is done and then recorded.

One lock is held over both, so that the order of the log is the order in which things happened.
"""

import fcntl
import os
import pickle
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.faults.disk_log import ROOT_NODE, Began, Entry, Fsync, Made, Names, Operation, Truncate, Write

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

StrPath = str | os.PathLike[str]

_RECORDED = ("open", "write", "truncate", "ftruncate", "mkdir", "rmdir", "link", "rename", "fsync", "unlink")
_SAME = {"replace": "rename", "remove": "unlink", "fdatasync": "fsync"}
_REFUSED = (
    "copy_file_range",
    "mkfifo",
    "mknod",
    "posix_fallocate",
    "pwrite",
    "pwritev",
    "sendfile",
    "splice",
    "symlink",
)
"""What the product does not use. Where it begins to, on a file below the root, recording fails instead of lying."""

_CACHE = ".sqlite"


class RecordedSystem:
    """What happens below `root`, in the terms of `os`."""

    def __init__(self, root: Path, log: int) -> None:
        self._log = log
        self._lock = threading.RLock()
        self._real = {name: getattr(os, name) for name in (*_RECORDED, *_REFUSED) if hasattr(os, name)}
        self._nodes: dict[tuple[int, int], int] = {}
        self._made = ROOT_NODE
        self._note_new(root.stat(), is_directory=True)
        self._note_what_stands(root, ROOT_NODE)
        self.note(Began())

    def install(self) -> None:
        """Take the place of the real functions in this process."""
        for name in _RECORDED:
            setattr(os, name, getattr(self, name))
        for name, same in _SAME.items():
            setattr(os, name, getattr(self, same))
        for name in _REFUSED:
            if name in self._real:
                setattr(os, name, self._refusing(name))

    def note(self, operation: Operation) -> None:
        """Append to the log."""
        with self._lock:
            self._real["write"](self._log, pickle.dumps(operation))

    def open(self, path: StrPath, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
        """os.open; a file that it makes has its name at once."""
        with self._lock:
            is_new = bool(flags & os.O_CREAT) and not _exists(path, dir_fd)
            descriptor: int = self._real["open"](path, flags, mode, dir_fd=dir_fd)
            status = os.fstat(descriptor)
            if is_new or flags & os.O_TMPFILE == os.O_TMPFILE:
                self._nodes.pop((status.st_dev, status.st_ino), None)  # the number of a file that is gone
            if is_new and (place := self._place(path, dir_fd)) is not None:
                self.note(Names((Entry(*place, self._note_new(status, is_directory=False)),)))
            elif flags & os.O_TRUNC and (node := self._node(status)) is not None:
                self.note(Truncate(node, 0))
            return descriptor

    def write(self, descriptor: int, data: "ReadableBuffer") -> int:
        """os.write."""
        return self.written(descriptor, data, lambda what: int(self._real["write"](descriptor, what)))

    def written(self, descriptor: int, data: "ReadableBuffer", write: Callable[["ReadableBuffer"], int]) -> int:
        """Call `write`, which writes to the descriptor, and record what it wrote."""
        with self._lock:
            node = self._node(os.fstat(descriptor))
            offset = 0 if node is None else _offset(descriptor)
            count = write(data)
            if node is not None:
                self.note(Write(node, offset, bytes(memoryview(data).cast("B")[:count])))
            return count

    def truncate(self, path: StrPath | int, length: int) -> None:
        """os.truncate."""
        self._truncated("truncate", path, length)

    def ftruncate(self, descriptor: int, length: int) -> None:
        """os.ftruncate."""
        self._truncated("ftruncate", descriptor, length)

    def fsync(self, descriptor: int) -> None:
        """os.fsync, of a file or a directory."""
        with self._lock:
            self._real["fsync"](descriptor)
            if (node := self._node(os.fstat(descriptor))) is not None:
                self.note(Fsync(node))

    def mkdir(self, path: StrPath, mode: int = 0o777, *, dir_fd: int | None = None) -> None:
        """os.mkdir."""
        with self._lock:
            self._real["mkdir"](path, mode, dir_fd=dir_fd)
            if (place := self._place(path, dir_fd)) is not None:
                node = self._note_new(os.stat(path, dir_fd=dir_fd), is_directory=True)
                self.note(Names((Entry(*place, node),)))

    def rmdir(self, path: StrPath, *, dir_fd: int | None = None) -> None:
        """os.rmdir."""
        self._removed("rmdir", path, dir_fd)

    def unlink(self, path: StrPath, *, dir_fd: int | None = None) -> None:
        """os.unlink."""
        self._removed("unlink", path, dir_fd)

    def link(
        self,
        src: StrPath,
        dst: StrPath,
        *,
        src_dir_fd: int | None = None,
        dst_dir_fd: int | None = None,
        follow_symlinks: bool = True,
    ) -> None:
        """os.link."""
        with self._lock:
            self._real["link"](src, dst, src_dir_fd=src_dir_fd, dst_dir_fd=dst_dir_fd, follow_symlinks=follow_symlinks)
            if (place := self._place(dst, dst_dir_fd)) is not None:
                self.note(Names((Entry(*place, self._named(dst, dst_dir_fd)),)))

    def rename(
        self, src: StrPath, dst: StrPath, *, src_dir_fd: int | None = None, dst_dir_fd: int | None = None
    ) -> None:
        """os.rename and os.replace."""
        with self._lock:
            self._real["rename"](src, dst, src_dir_fd=src_dir_fd, dst_dir_fd=dst_dir_fd)
            source, target = self._place(src, src_dir_fd), self._place(dst, dst_dir_fd)
            entries = [Entry(*source, None)] if source is not None else []
            if target is not None:
                entries.append(Entry(*target, self._named(dst, dst_dir_fd)))
            if entries:
                self.note(Names(tuple(entries)))

    def _truncated(self, function: str, file: StrPath | int, length: int) -> None:
        with self._lock:
            self._real[function](file, length)
            node = self._node(os.stat(file))  # noqa: PTH116  a descriptor too
            if node is not None:
                self.note(Truncate(node, length))

    def _removed(self, function: str, path: StrPath, dir_fd: int | None) -> None:
        with self._lock:
            self._real[function](path, dir_fd=dir_fd)
            if (place := self._place(path, dir_fd)) is not None:
                self.note(Names((Entry(*place, None),)))

    def _place(self, path: StrPath, dir_fd: int | None) -> tuple[int, str] | None:
        """Directory and name that a path leads to; None where it does not lie below the root."""
        directory = self._node(os.stat(Path(path).parent, dir_fd=dir_fd))
        return None if directory is None else (directory, Path(path).name)

    def _named(self, path: StrPath, dir_fd: int | None) -> int:
        node = self._node(os.stat(path, dir_fd=dir_fd, follow_symlinks=False))
        if node is None:
            raise NotImplementedError(f"{path} came below the recorded directory from outside: record that too")
        return node

    def _node(self, status: os.stat_result) -> int | None:
        return self._nodes.get((status.st_dev, status.st_ino))

    def _note_new(self, status: os.stat_result, *, is_directory: bool) -> int:
        node = self._nodes[status.st_dev, status.st_ino] = self._made
        self._made += 1
        self.note(Made(node, is_directory))
        return node

    def _note_what_stands(self, directory: Path, node: int) -> None:
        for path in sorted(path for path in directory.iterdir() if _CACHE not in path.name):
            child = self._note_new(path.stat(), is_directory=path.is_dir())
            self.note(Names((Entry(node, path.name, child),)))
            if path.is_dir():
                self._note_what_stands(path, child)
            else:
                self.note(Write(child, 0, path.read_bytes()))
                self.note(Fsync(child))
        self.note(Fsync(node))

    def _refusing(self, name: str) -> Callable[..., Any]:
        def function(*arguments: Any, **named: Any) -> Any:  # noqa: ANN401  any function of os
            if any(self._concerns(argument) for argument in arguments):
                raise NotImplementedError(f"os.{name} is not recorded: add it to {__name__}")
            return self._real[name](*arguments, **named)

        return function

    def _concerns(self, argument: object) -> bool:
        try:
            if isinstance(argument, int):
                return self._node(os.fstat(argument)) is not None
            return isinstance(argument, str | os.PathLike) and self._place(argument, None) is not None
        except (OSError, OverflowError):
            return False


def _exists(path: StrPath, dir_fd: int | None) -> bool:
    try:
        os.stat(path, dir_fd=dir_fd, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return True


def _offset(descriptor: int) -> int:
    """Where the next write to a descriptor goes."""
    if fcntl.fcntl(descriptor, fcntl.F_GETFL) & os.O_APPEND:
        return os.fstat(descriptor).st_size
    return os.lseek(descriptor, 0, os.SEEK_CUR)
