"""SHA-256 digests as every format of the archive writes them: ``sha256:<64 hex digits>``."""

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

_SLICE = 2047
"""Bytes that are hashed without letting go of the interpreter's lock: from one more on hashlib does."""
_SMALL = 1 << 16


def digest(data: bytes) -> str:
    """Labelled digest of some bytes."""
    return digest_and_size((memoryview(data),))[0]


def digest_and_size(parts: Iterable[memoryview]) -> tuple[str, int]:
    """Labelled digest of all parts in order, and their bytes.

    Small ones are hashed in slices: two threads that hand each other the lock for microseconds pay more for that.
    """
    sha256 = hashlib.sha256()
    size = 0
    for part in parts:
        size += len(part)
        step = _SLICE if len(part) < _SMALL else len(part)
        for start in range(0, len(part), step):
            sha256.update(part[start : start + step])
    return "sha256:" + sha256.hexdigest(), size


def file_sha256(path: Path) -> str:
    """Bare hex digest of a file, as `sha256sum` prints it."""
    with path.open("rb") as stream:
        return stream_sha256(stream)


def stream_sha256(stream: BinaryIO) -> str:
    """Bare hex digest of the rest of a stream."""
    sha256 = hashlib.sha256()
    while chunk := stream.read(1 << 20):
        sha256.update(chunk)
    return sha256.hexdigest()
