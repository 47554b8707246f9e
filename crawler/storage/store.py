"""`ObjectStore`: the one interface to where archives are kept, in S3's terms. `open_store` picks the implementation."""

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from crawler.errors import ConfigurationError

_SEGMENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._=-]*\Z")


@dataclass(frozen=True, slots=True)
class ObjectInfo:
    """What a listing says of an object."""

    key: str
    """Key, relative to the root of the store."""
    bytes: int
    """Size in bytes."""


class ObjectStore(ABC):
    """Objects under keys, written once. Every method raises `StoreError` when the store fails."""

    uri: str
    """How a person names this store, without credentials."""

    @abstractmethod
    def put(self, key: str, source: bytes | Path) -> None:
        """Store an object under `key` if there is none, and return when it is durable.

        A `Path` names a file that nobody changes any more. Either the whole object becomes visible or nothing does.
        Raises `ObjectExistsError` where an object stands already; it is left as it is.
        """

    @abstractmethod
    def open(self, key: str, offset: int = 0, length: int | None = None) -> AbstractContextManager[BinaryIO]:
        """Open `length` bytes from `offset` (the rest where `length` is None). Raises `ObjectMissingError`."""

    @abstractmethod
    def head(self, key: str) -> ObjectInfo:
        """Size of the object. Raises `ObjectMissingError`."""

    @abstractmethod
    def list(self, prefix: str = "", after: str = "") -> Iterator[ObjectInfo]:
        """Objects whose keys begin with `prefix` and sort after `after`, in key order. Unfinished puts never show."""

    @abstractmethod
    def probe(self) -> None:
        """Prove that objects can be put here, before any work is done. Raises `StoreError` with what to do."""

    def get(self, key: str, limit: int) -> bytes:
        """Whole object, at most `limit` bytes. Raises `ObjectMissingError`, `ConfigurationError` over the limit."""
        size = self.head(key).bytes
        if size > limit:
            message = f"{key} in {self.uri} has {size} bytes, more than the {limit} expected: not read"
            raise ConfigurationError(message)
        with self.open(key) as stream:
            return stream.read(limit)


def is_key(key: str) -> bool:
    """True if every segment is of our alphabet; whatever else lies in a store is somebody else's."""
    return 0 < len(key) <= 1000 and all(_SEGMENT.match(segment) for segment in key.split("/"))


def check_key(key: str) -> str:
    """Return `key` if its segments are of our alphabet. Raises `ConfigurationError`: keys stay below the root."""
    if not is_key(key):
        raise ConfigurationError(f"not a key of this archive: {key!r}")
    return key


def open_store(uri: str, base: Path | None = None) -> ObjectStore:
    """The store that `ARCHIVE_STORE` names: a directory path, relative to `base`. No I/O happens yet."""
    from crawler.storage.local import LocalStore

    if not uri.strip():
        raise ConfigurationError("ARCHIVE_STORE is empty: set it to a directory, for example ARCHIVE_STORE=archive")
    if "://" in uri:
        scheme = uri.split("://", 1)[0]
        raise ConfigurationError(f"ARCHIVE_STORE: no store for {scheme}:// yet; set it to the path of a directory")
    return LocalStore(((base or Path.cwd()) / Path(uri).expanduser()).resolve())
