"""SHA-256 digests as every format of the archive writes them: ``sha256:<64 hex digits>``."""

import hashlib
from pathlib import Path
from typing import BinaryIO


def digest(data: bytes) -> str:
    """Labelled digest of some bytes."""
    return "sha256:" + hashlib.sha256(data).hexdigest()


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
