"""The commit log, `log/<seq8>.json`: put last, only if absent. A snapshot exists if and only if an entry names it."""

import hashlib
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

import orjson

from crawler.archive.keys import is_snapshot_id
from crawler.errors import ConfigurationError, DamagedArchiveError
from crawler.storage.store import check_key

FORMAT_VERSION = 1
"""Version of the store layout. A reader refuses a higher one."""


@dataclass(frozen=True, slots=True)
class ListedObject:
    """An object that a snapshot is made of."""

    key: str
    """Key, relative to the root of the repository."""
    sha256: str
    """Hex digest of its bytes, as sha256sum prints it."""
    bytes: int
    """Size."""
    records: int
    """WARC records, index lines or article lines in it."""


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One commit."""

    seq: int
    """Number of the commit, from 1, without gaps."""
    kind: str
    """What was committed: ``crawl``."""
    snapshot_id: str
    """Id of the snapshot that the entry publishes."""
    parent_sha256: str | None
    """SHA-256 of the entry before this one; None for the first."""
    began_at: datetime
    """When the snapshot began, UTC."""
    committed_at: datetime
    """When the entry was written, UTC."""
    objects: tuple[ListedObject, ...]
    """Everything that the snapshot is made of."""
    counts: dict[str, int]
    """Captures and lines by kind, and failures by reason."""
    verdict: str
    """Verdict on the run: a name of `ExitCode` in lower case, or ``continues`` for a run that went on."""
    summary: str
    """The verdict in one sentence."""
    software: str
    """Name and version of what wrote the snapshot."""
    configuration_digest: str
    """Digest over the settings and arguments that shape the archive."""
    supersedes: tuple[str, ...] = ()
    """Snapshots that this one replaces."""
    run_id: str = ""
    """Id of the first snapshot of the run: a long run publishes several while it crawls."""
    seconds: dict[str, float] = field(default_factory=dict)
    """How long the run took so far (``run``), and of that was held back (``held_back``); empty where it crashed."""
    series: str = ""
    """What the run asked for: spider and arguments. Runs of one series are compared; empty where that is not known."""
    extractor: str = ""
    """Name and version of what read the articles."""
    fields: dict[str, dict[str, int]] = field(default_factory=dict)
    """Where the fields of the articles came from: field → source as in `provenance`, or why there is none → pages."""
    format_version: int = field(default=FORMAT_VERSION)
    """Version of the store layout."""

    def to_bytes(self) -> bytes:
        """The entry as it is stored: indented JSON, for people and programs."""
        return orjson.dumps(self, option=orjson.OPT_INDENT_2 | orjson.OPT_UTC_Z | orjson.OPT_APPEND_NEWLINE)

    def of(self, folder: str) -> tuple[ListedObject, ...]:
        """Objects under one top-level folder: ``warc``, ``cdxj``, ``articles``."""
        return tuple(listed for listed in self.objects if listed.key.startswith(folder + "/"))

    @property
    def total_bytes(self) -> int:
        """Bytes of all objects together."""
        return sum(listed.bytes for listed in self.objects)

    def as_json(self) -> dict[str, Any]:
        """The entry as plain values for `--json` output."""
        plain: dict[str, Any] = orjson.loads(orjson.dumps(asdict(self), option=orjson.OPT_UTC_Z))
        return plain


def entry_sha256(data: bytes) -> str:
    """What the next entry names as its parent."""
    return hashlib.sha256(data).hexdigest()


def parse_entry(data: bytes, key: str) -> LogEntry:
    """Read an entry. Raises `DamagedArchiveError` for anything that is not one, or is of a newer format."""
    try:
        raw = orjson.loads(data)
        if raw["format_version"] > FORMAT_VERSION:
            raise DamagedArchiveError(f"{key} has format version {raw['format_version']}: update newswarc to read it")
        raw["objects"] = tuple(ListedObject(**listed) for listed in raw["objects"])
        raw["supersedes"] = tuple(raw["supersedes"])
        _check_fields(raw.get("fields", {}))
        for name in ("began_at", "committed_at"):
            raw[name] = datetime.fromisoformat(raw[name])
        entry = LogEntry(**raw)
        for listed in entry.objects:
            check_key(listed.key)
    except (ConfigurationError, KeyError, TypeError, ValueError) as error:
        raise DamagedArchiveError(f"{key} is not a commit log entry ({error}); restore it from a copy") from error
    if not is_snapshot_id(entry.snapshot_id):
        raise DamagedArchiveError(f"{key} names no snapshot: {entry.snapshot_id!r}; restore it from a copy")
    return entry


def _check_fields(rows: dict[str, dict[str, int]]) -> None:
    """Raise TypeError unless it is counts by field and source: runs are judged by them."""
    tables = [rows, *(rows.values() if isinstance(rows, dict) else ())]
    if not all(isinstance(table, dict) for table in tables):
        raise TypeError("its fields are no table")
    if not all(isinstance(count, int) and count >= 0 for row in rows.values() for count in row.values()):
        raise TypeError("its fields hold what is no count")
