"""Objects in memory, gone with the process: to try things out, and to test with faults on demand what stores do."""

import hashlib
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import BinaryIO

from crawler.errors import AlteredObjectError, ObjectExistsError, ObjectMissingError, StoreUnavailableError
from crawler.storage.reading import StoreReader
from crawler.storage.store import ObjectInfo, ObjectStore, Traits, check_key, is_key

Fault = Callable[[str, str], None]
"""Called with the name of a method, or ``read``, and the key or prefix. Raises a `StoreError`, or returns."""


@dataclass(frozen=True, slots=True)
class Kept:
    """An object as the store keeps it."""

    data: bytes
    """Its bytes."""
    modified_at: datetime
    """When it was put, UTC, by the store's clock."""


class MemoryStore(ObjectStore):
    """Objects in a dict. Stores that are given one dict are one store, as two hosts see it.

    The faults are attributes and may be switched on and off at any time.
    """

    def __init__(
        self,
        objects: dict[str, Kept] | None = None,
        *,
        put_if_absent: bool = True,
        faults: Fault | None = None,
        clock: Callable[[], datetime] | None = None,
    ) -> None:
        self.objects = {} if objects is None else objects
        self.uri = "memory"
        self.traits = Traits(put_if_absent=put_if_absent, checksum="", multipart_if_absent=put_if_absent)
        self.faults = faults
        """Called before an operation: what it raises keeps the operation from happening."""
        self.reply_faults: Fault | None = None
        """Called after an operation: it has happened, and its reply is lost if this raises."""
        self.altered: Callable[[bytes], bytes] | None = None
        """What is kept of the bytes of a put; all of them where this is None."""
        self.now = clock or partial(datetime.now, UTC)
        """The store's own clock, UTC."""
        self._given_up = False

    def put(self, key: str, source: bytes | Path, sha256: str | None = None) -> None:
        """See `ObjectStore.put`. Without put-if-absent all writers win that find nothing before any of them writes."""
        sent = source if isinstance(source, bytes) else source.read_bytes()
        taken = check_key(key) in self.objects
        with self._asked("put", key):
            kept = Kept(self.altered(sent) if self.altered else sent, self.now())
            if self.traits.put_if_absent:
                taken = self.objects.setdefault(key, kept) is not kept  # one step, whatever other threads do
            elif not taken:
                self.objects[key] = kept
        if taken:
            raise ObjectExistsError(f"{key} exists in {self.uri}; objects are written once and never changed")
        if _sha256(kept.data) != (sha256 or _sha256(sent)):
            raise AlteredObjectError(f"{self.uri} keeps other bytes under {key} than it was sent: use another store")

    def holds(self, key: str, sha256: str, size: int) -> bool:
        """See `ObjectStore.holds`."""
        with self._asked("holds", key):
            kept = self.objects.get(check_key(key))
        return kept is not None and len(kept.data) == size and _sha256(kept.data) == sha256

    @contextmanager
    def open(self, key: str, offset: int = 0, length: int | None = None) -> Iterator[BinaryIO]:
        """See `ObjectStore.open`. The faults are called before and after each read, too."""
        with self._asked("open", key):
            stream = io.BytesIO(self._found(key).data)
        stream.seek(offset)
        yield StoreReader(stream.readinto, length, partial(self._asked, "read", key)).buffered()

    def head(self, key: str) -> ObjectInfo:
        """See `ObjectStore.head`."""
        with self._asked("head", key):
            return _info(key, self._found(key))

    def list(self, prefix: str = "", after: str = "") -> Iterator[ObjectInfo]:
        """See `ObjectStore.list`."""
        with self._asked("list", prefix):
            found = self.objects.copy()
        for key in sorted(found):
            if key.startswith(prefix) and key > after and is_key(key):
                yield _info(key, found[key])

    def delete(self, key: str) -> None:
        """See `ObjectStore.delete`."""
        with self._asked("delete", check_key(key)):
            self.objects.pop(key, None)

    def probe(self) -> None:
        """See `ObjectStore.probe`."""
        with self._asked("probe", ""):
            pass

    def learn(self) -> Traits:
        """See `ObjectStore.learn`: it is as it was made."""
        with self._asked("learn", ""):
            return self.traits

    def sweep_unfinished(self, older_than: timedelta) -> int:  # noqa: ARG002  there are none of any age
        """See `ObjectStore.sweep_unfinished`: a put here is one step."""
        with self._asked("sweep_unfinished", ""):
            return 0

    def clock(self) -> datetime:
        """See `ObjectStore.clock`."""
        with self._asked("clock", ""):
            return self.now()

    def give_up(self) -> None:
        """See `ObjectStore.give_up`."""
        self._given_up = True

    @contextmanager
    def _asked(self, verb: str, key: str) -> Iterator[None]:
        if self._given_up:
            raise StoreUnavailableError(f"{self.uri} was given up: what was to be put is kept; run again")
        if self.faults:
            self.faults(verb, key)
        yield
        if self.reply_faults:
            self.reply_faults(verb, key)

    def _found(self, key: str) -> Kept:
        kept = self.objects.get(check_key(key))
        if kept is None:
            raise ObjectMissingError(f"{key} is missing in {self.uri}: restore it from a copy")
        return kept


def _info(key: str, kept: Kept) -> ObjectInfo:
    return ObjectInfo(key, len(kept.data), kept.modified_at)


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
