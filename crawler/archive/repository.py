"""A repository: all snapshots under one root, read through the commit log and nothing else."""

import re
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import BinaryIO

import orjson

from crawler.archive.keys import ARCHIVE_KEY, LOG_PREFIX, log_key
from crawler.archive.log import FORMAT_VERSION, ListedObject, LogEntry, entry_sha256, parse_entry
from crawler.errors import DamagedArchiveError, NotFoundError, ObjectExistsError
from crawler.storage.store import ObjectStore

_ENTRY_LIMIT = 64 << 20
_ENTRY_KEY = re.compile(r"log/\d{8,}\.json")


@dataclass(frozen=True, slots=True)
class Head:
    """The last commit that a reader or writer has seen."""

    seq: int
    """Its number; 0 before the first commit."""
    sha256: str | None
    """Digest of its entry."""


EMPTY = Head(0, None)


class Repository:
    """Reads the log of a store and appends to it."""

    def __init__(self, store: ObjectStore) -> None:
        self.store = store

    def entries(self, after: Head = EMPTY) -> Iterator[tuple[LogEntry, Head]]:
        """Commits after `after` in order, each with the head that it makes.

        Raises `DamagedArchiveError` where a number is missing or an entry does not name its parent.
        """
        head = after
        for info in self.store.list(LOG_PREFIX, after=log_key(after.seq) if after.seq else ""):
            if not _ENTRY_KEY.fullmatch(info.key):
                continue  # somebody's backup or note
            data = self.store.get(info.key, _ENTRY_LIMIT)
            entry = parse_entry(data, info.key)
            if info.key != log_key(head.seq + 1) or entry.seq != head.seq + 1 or entry.parent_sha256 != head.sha256:
                raise DamagedArchiveError(
                    f"{info.key} in {self.store.uri} does not continue the log after number {head.seq}; "
                    "restore the log from a copy"
                )
            head = Head(entry.seq, entry_sha256(data))
            yield entry, head

    def find(self, snapshot_id: str) -> LogEntry:
        """The commit of one snapshot. Raises `NotFoundError`."""
        for entry, _ in self.entries():
            if entry.snapshot_id == snapshot_id:
                return entry
        raise NotFoundError(f"no snapshot {snapshot_id} in {self.store.uri}: `scrapy snapshots` lists what there is")

    def append(self, entry: LogEntry) -> bool:
        """Commit. False if another commit took the number: load the new head and try the next one."""
        try:
            self.store.put(log_key(entry.seq), entry.to_bytes())
        except ObjectExistsError:
            return False
        return True

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
            self._check_version()

    def _check_version(self) -> None:
        try:
            version = orjson.loads(self.store.get(ARCHIVE_KEY, 1 << 20))["format_version"]
        except (orjson.JSONDecodeError, KeyError, TypeError) as error:
            raise DamagedArchiveError(
                f"{ARCHIVE_KEY} in {self.store.uri} is damaged; restore it from a copy"
            ) from error
        if version != FORMAT_VERSION:
            raise DamagedArchiveError(f"{self.store.uri} has format version {version}: update newswarc to use it")
