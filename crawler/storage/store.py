"""`ObjectStore`: the one interface to where archives are kept, in S3's terms. `open_store` picks the implementation."""

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO

import orjson

from crawler.errors import ConfigurationError
from crawler.options import StoreAccess

_TRAITS_VERSION = 1
_CHECKSUMS = ("sha256", "md5", "")
_SEGMENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._=-]*\Z")


@dataclass(frozen=True, slots=True)
class ObjectInfo:
    """What a listing says of an object."""

    key: str
    """Key, relative to the root of the store."""
    bytes: int
    """Size in bytes."""
    modified_at: datetime
    """When it was put, UTC, by the store's clock."""


@dataclass(frozen=True, slots=True)
class Traits:
    """What a store can be relied on for. Found out by `ObjectStore.learn`, never assumed."""

    put_if_absent: bool
    """Of many writers of one key exactly one wins. Where this is False only one writer may be at work."""
    checksum: str
    """Checksum that the store was seen to reject when it is wrong: ``sha256``, ``md5``; empty where it rejects none,
    and every object is read back after its put."""
    multipart_if_absent: bool
    """The same as `put_if_absent` for objects that are put in parts."""

    def to_bytes(self, store: str) -> bytes:
        """As JSON, to be remembered of the store with that `ObjectStore.identity`."""
        return orjson.dumps({"format_version": _TRAITS_VERSION, "store": store, **asdict(self)})

    @classmethod
    def from_bytes(cls, data: bytes, store: str) -> "Traits | None":
        """What `to_bytes` gave; None where that is damaged, of another version or another store: learn it again."""
        try:
            value = orjson.loads(data)
        except orjson.JSONDecodeError:
            return None
        if not isinstance(value, dict) or value.pop("format_version", None) != _TRAITS_VERSION:
            return None
        if value.pop("store", None) != store:
            return None
        try:
            traits = cls(**value)
        except TypeError:
            return None
        switches = (traits.put_if_absent, traits.multipart_if_absent)
        known = traits.checksum in _CHECKSUMS and all(isinstance(switch, bool) for switch in switches)
        return traits if known else None


class ObjectStore(ABC):
    """Objects under keys, written once. Safe for many threads at once.

    Every method, and reading from what `open` gives, raises `StoreUnavailableError` while the store does not answer or
    asks to slow down, when it has been asked again for as long as the store's patience lasts, and `StoreError` where it
    refuses: asking again would not help. No message holds a credential.
    """

    uri: str
    """How a person names this store, without credentials."""
    traits: Traits
    """What is known of the store; the most careful assumption before `learn`."""

    @property
    def identity(self) -> str:
        """What tells this store from all others, without credentials: what was learnt of one holds of no other.

        No I/O happens. Raises `ConfigurationError`.
        """
        return self.uri

    @property
    def retries(self) -> int:
        """How often something was asked again so far."""
        return 0

    @abstractmethod
    def put(self, key: str, source: bytes | Path, sha256: str | None = None) -> None:
        """Store an object under `key` if there is none, and return when it is durable and known to be as it was sent.

        A `Path` names a file that nobody changes any more; `sha256` is its hex digest where that is known already.
        Either the whole object becomes visible or nothing does. Putting the same again after a failure is safe.
        Raises `ObjectExistsError` where an object stands already, which is left as it is (it may be this very one, put
        by a call whose reply was lost: ask `holds`), and `AlteredObjectError` where the store keeps other bytes.
        """

    @abstractmethod
    def holds(self, key: str, sha256: str, size: int) -> bool:
        """True if the object under `key` has `size` bytes with this hex digest; False too where there is none.

        Reads the object, unless the store has proved that it rejects wrong checksums.
        """

    @abstractmethod
    def open(self, key: str, offset: int = 0, length: int | None = None) -> AbstractContextManager[BinaryIO]:
        """Open `length` bytes from `offset` (the rest where `length` is None). Raises `ObjectMissingError`.

        Where the object ends before that, so does the stream: from an offset beyond the end there is nothing to read.
        """

    @abstractmethod
    def head(self, key: str) -> ObjectInfo:
        """Size and age of the object. Raises `ObjectMissingError`."""

    @abstractmethod
    def list(self, prefix: str = "", after: str = "") -> Iterator[ObjectInfo]:
        """Objects whose keys begin with `prefix` and sort after `after`, in key order. Unfinished puts never show.

        What lies there under names outside the alphabet of keys is somebody else's and is passed over.
        """

    @abstractmethod
    def delete(self, key: str) -> None:
        """Remove an object that no log entry names: a lease, a probe, a projection that was derived again.

        Nothing happens where there is none.
        """

    @abstractmethod
    def probe(self) -> None:
        """Prove that objects can be put here and read back, before any work is done. Raises `StoreError`.

        A directory is created; a bucket must exist.
        """

    @abstractmethod
    def learn(self) -> Traits:
        """Find out what the store can be relied on for, by trying; sets `traits`. Leaves nothing behind."""

    @abstractmethod
    def sweep_unfinished(self, older_than: timedelta) -> int:
        """Remove what puts that never ended left (parts, files aside), if older; returns how many there were."""

    @abstractmethod
    def clock(self) -> datetime:
        """Time by the store's own clock, UTC."""

    @abstractmethod
    def give_up(self) -> None:
        """Ask no more: calls that wait to ask again, and all later ones, raise `StoreUnavailableError` at once."""

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


def open_store(uri: str, access: StoreAccess | None = None, base: Path | None = None) -> ObjectStore:
    """The store that `ARCHIVE_STORE` names: a directory, relative to `base`, or ``s3://bucket/prefix``.

    No I/O happens yet. Raises `ConfigurationError`.
    """
    if not uri.strip():
        raise ConfigurationError("ARCHIVE_STORE is empty: set it to a directory, for example ARCHIVE_STORE=archive")
    if uri.lower().startswith("s3:"):
        return _s3_store(uri, access or StoreAccess())
    if "://" in uri:
        scheme = uri.split("://", 1)[0]
        advice = "set it to the path of a directory or to s3://bucket/prefix"
        raise ConfigurationError(f"ARCHIVE_STORE: there is no store for {scheme}://; {advice}")
    from crawler.storage.local import LocalStore

    return LocalStore(((base or Path.cwd()) / Path(uri).expanduser()).resolve())


def _s3_store(uri: str, access: StoreAccess) -> ObjectStore:
    from crawler.storage.s3_name import s3_name

    name = s3_name(uri)
    try:
        from crawler.storage.s3 import S3Store
    except ModuleNotFoundError as error:
        raise ConfigurationError(
            f"ARCHIVE_STORE={name.uri} needs boto3, and Python finds no {error.name}: pip install boto3"
        ) from error
    return S3Store(name, access)
