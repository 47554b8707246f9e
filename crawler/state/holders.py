"""Who is at work on a collection: the small JSON objects under `leases/`, and how they are found.

All of them are caches. None is believed that cannot be read, and nothing is lost where all of them are.
"""

from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from crawler.errors import ConfigurationError, ObjectMissingError, StoreError
from crawler.storage.store import ObjectStore

_BYTES = 1 << 14
_NEWEST = 100
"""Files that are looked at, so that a store which refuses to delete is not read for hours."""
_LONGEST = timedelta(days=1)
"""Life of a lease at most, whatever is written in it."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a lease or a claim. All times are by the clock of the store, UTC."""

    holder: str
    """Random id by which a run after a crash knows its own."""
    spider: str
    """Name of the spider."""
    snapshot_id: str
    """Id of the snapshot that the run will publish."""
    host: str
    """Name of the host, for people."""
    process_id: int
    """Process on that host, for people."""
    began_at: datetime
    """When the run took it."""
    renewed_at: datetime
    """When it gave the last sign of life."""
    expires_at: datetime
    """When it is taken for dead if it gives no other."""

    def to_bytes(self) -> bytes:
        """The holder as it is stored: indented JSON, for people and programs."""
        return orjson.dumps(self, option=orjson.OPT_INDENT_2 | orjson.OPT_UTC_Z | orjson.OPT_APPEND_NEWLINE)

    def __str__(self) -> str:
        """Whom to look for, in words."""
        return f"{self.spider} on {self.host} (process {self.process_id}, since {self.began_at:%Y-%m-%d %H:%M:%S} UTC)"


@dataclass(frozen=True, slots=True)
class Found:
    """A file under `leases/`."""

    key: str
    """Its key."""
    holder: Holder | None
    """Who holds it; None where the file cannot be read."""
    modified_at: datetime
    """When it was put, by the clock of the store."""

    def lives(self, now: datetime, life: timedelta) -> bool:
        """True until it expires, within a day; a file that cannot be read lives for `life`."""
        if self.holder is None:
            return now < self.modified_at + life
        return now < min(self.holder.expires_at, self.modified_at + _LONGEST)


def find(store: ObjectStore, prefix: str, is_ours: Callable[[str], bool]) -> list[Found]:
    """The newest files below `prefix` whose keys are of our form, in the order of their keys. Raises `StoreError`."""
    newest = deque((info for info in store.list(prefix) if is_ours(info.key)), _NEWEST)
    found = []
    for info in newest:
        with suppress(ObjectMissingError):  # deleted since it was listed
            found.append(Found(info.key, _holder_in(store, info.key), info.modified_at))
    return found


def discard(store: ObjectStore, keys: Iterable[str]) -> None:
    """Delete files that have done their work. Where the store refuses they expire, which does no harm."""
    with suppress(StoreError):
        for key in keys:
            store.delete(key)


def _holder_in(store: ObjectStore, key: str) -> Holder | None:
    try:
        return _parsed(orjson.loads(store.get(key, _BYTES)))
    except (ConfigurationError, KeyError, OverflowError, TypeError, ValueError):  # too large, or no holder
        return None


def _parsed(raw: Any) -> Holder:  # noqa: ANN401  any JSON
    return Holder(
        holder=_text(raw["holder"]),
        spider=_text(raw["spider"]),
        snapshot_id=_text(raw["snapshot_id"]),
        host=_text(raw["host"]),
        process_id=int(raw["process_id"]),
        began_at=_moment(raw["began_at"]),
        renewed_at=_moment(raw["renewed_at"]),
        expires_at=_moment(raw["expires_at"]),
    )


def _text(value: Any) -> str:  # noqa: ANN401  any JSON
    if not isinstance(value, str) or not value.isprintable():
        raise ValueError("no text for people")
    return value


def _moment(value: Any) -> datetime:  # noqa: ANN401  any JSON
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError("a time without its zone")
    return moment.astimezone(UTC)
