"""A repository: all snapshots under one root, read through the commit log and nothing else."""

import re
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

import orjson

from crawler.archive.keys import ARCHIVE_KEY, LOG_PREFIX, log_key
from crawler.archive.log import FORMAT_VERSION, ListedObject, LogEntry, entry_sha256, parse_entry
from crawler.errors import AlteredObjectError, DamagedArchiveError, NotFoundError, ObjectExistsError, StoreError
from crawler.storage.store import ObjectStore

_ENTRY_LIMIT = 64 << 20
_ENTRY_KEY = re.compile(r"log/(\d{8,})\.json")
_PUTS = 3
"""Times that a put is tried whose object turns out to be another."""


@dataclass(frozen=True, slots=True)
class Head:
    """The last commit that a reader or writer has seen."""

    seq: int
    """Its number; 0 before the first commit."""
    sha256: str | None
    """Digest of its entry."""


EMPTY = Head(0, None)


class Repository:
    """Reads the log of a store, puts what entries name, and appends them.

    An empty object under ``log/`` is a commit that died before its first byte: it is nothing, and its number stays
    unused. No put of ours is empty, and to mend it would race with others.
    """

    def __init__(self, store: ObjectStore) -> None:
        self.store = store

    def entries(self, after: Head = EMPTY) -> Iterator[tuple[LogEntry, Head]]:
        """Commits after `after` in order, each with the head that it makes.

        Raises `DamagedArchiveError` where a number is missing or an entry does not name its parent.
        """
        head, number = after, after.seq
        for info in self.store.list(LOG_PREFIX, after=log_key(after.seq) if after.seq else ""):
            if not _ENTRY_KEY.fullmatch(info.key):
                continue  # somebody's backup or note
            number += 1
            if info.key != log_key(number):
                raise self._broken(info.key, head)
            if not info.bytes:
                continue
            data = self.store.get(info.key, _ENTRY_LIMIT)
            entry = parse_entry(data, info.key)
            if entry.seq != number or entry.parent_sha256 != head.sha256:
                raise self._broken(info.key, head)
            head = Head(entry.seq, entry_sha256(data))
            yield entry, head

    def _broken(self, key: str, head: Head) -> DamagedArchiveError:
        return DamagedArchiveError(
            f"{key} in {self.store.uri} does not continue the log after number {head.seq}; restore the log from a copy"
        )

    def entry(self, seq: int) -> LogEntry:
        """The commit with a number. Raises `ObjectMissingError`."""
        key = log_key(seq)
        return parse_entry(self.store.get(key, _ENTRY_LIMIT), key)

    def find(self, snapshot_id: str) -> LogEntry:
        """The commit of one snapshot. Raises `NotFoundError`."""
        for entry, _ in self.entries():
            if entry.snapshot_id == snapshot_id:
                return entry
        raise NotFoundError(f"no snapshot {snapshot_id} in {self.store.uri}: `scrapy snapshots` lists what there is")

    def append(self, entry: LogEntry) -> LogEntry | None:
        """Commit; returns the entry with the number that it got. None if another commit took the number of `entry`.

        Then load the new head, decide again and try the next one.
        """
        while True:
            try:
                self.store.put(log_key(entry.seq), entry.to_bytes())
            except ObjectExistsError:
                if self.store.head(log_key(entry.seq)).bytes:
                    return None
                entry = replace(entry, seq=entry.seq + 1)
            else:
                return entry

    def put(self, listed: ListedObject, path: Path) -> None:
        """Put an object that an entry will name, from a file; nothing happens if the store holds it already.

        An empty object is a put that died between head and body: no entry names one, and it gives way. Raises
        `StoreError` where other bytes stand, and `AlteredObjectError` where the store keeps altering them.
        """
        problem: StoreError | None = None
        for _ in range(_PUTS):
            try:
                self.store.put(listed.key, path, listed.sha256)
            except ObjectExistsError:
                if self.store.holds(listed.key, listed.sha256, listed.bytes):
                    return
                problem = self._stands_there(listed)
                if self.store.head(listed.key).bytes:
                    raise problem from None
            except AlteredObjectError as error:
                problem = error
            else:
                return
            self.store.delete(listed.key)
        raise problem or self._stands_there(listed)

    def _stands_there(self, listed: ListedObject) -> StoreError:
        return StoreError(
            f"{listed.key} in {self.store.uri} exists with other bytes: nothing was overwritten; "
            "move that object aside, then run again"
        )

    def open(self, listed: ListedObject) -> AbstractContextManager[BinaryIO]:
        """Open an object of a snapshot."""
        return self.store.open(listed.key)

    def describe(self, collection: str) -> None:
        """Put `archive.json` where it is missing: the format version and the collection's name."""
        about = {"format_version": FORMAT_VERSION, "collection": collection, "created_at": datetime.now(UTC)}
        data = orjson.dumps(about, option=orjson.OPT_INDENT_2 | orjson.OPT_UTC_Z | orjson.OPT_APPEND_NEWLINE)
        try:
            self.store.put(ARCHIVE_KEY, data)
        except ObjectExistsError:
            self.check_version()

    def check_version(self) -> int:
        """Format version in `archive.json`, if it is ours. Raises `DamagedArchiveError`, `ObjectMissingError`."""
        try:
            version = orjson.loads(self.store.get(ARCHIVE_KEY, 1 << 20))["format_version"]
        except (orjson.JSONDecodeError, KeyError, TypeError) as error:
            raise DamagedArchiveError(
                f"{ARCHIVE_KEY} in {self.store.uri} is damaged; restore it from a copy"
            ) from error
        if version != FORMAT_VERSION:
            raise DamagedArchiveError(f"{self.store.uri} has format version {version}: update newswarc to use it")
        return FORMAT_VERSION
