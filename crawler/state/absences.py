"""Which articles have answered 404 or 410, since when, and which are gone. A projection, kept in the history's file.

Committed sightings come from the indexes of the snapshots, gone and restored articles from their lines. Those of the
run in progress are pending, as its articles are.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from sqlite3 import Cursor
from typing import Any

import orjson

from crawler.archive.cdxj import IndexLine
from crawler.archive.keys import crawl_date, warc_key_of
from crawler.articles.gone import DESCRIBED, description, gone, is_confirmed, is_page
from crawler.evidence import ABSENT
from crawler.items import Absence, Article, CaptureRef, JsonObject

_DESCRIBED = "(article_id TEXT PRIMARY KEY, description BLOB NOT NULL) WITHOUT ROWID"
_ABSENCES = "(article_id TEXT PRIMARY KEY, first BLOB, gone INTEGER NOT NULL) WITHOUT ROWID"
TABLES = f"""
CREATE TABLE IF NOT EXISTS described {_DESCRIBED};
CREATE TABLE IF NOT EXISTS absences {_ABSENCES};
CREATE TEMP TABLE IF NOT EXISTS pending_described {_DESCRIBED};
CREATE TEMP TABLE IF NOT EXISTS pending_absences {_ABSENCES};
CREATE TEMP TABLE IF NOT EXISTS answers (article_id TEXT NOT NULL, date TEXT NOT NULL, absent BLOB);
"""
"""`first` is the capture of the first sighting; NULL, in a pending row, where the page was seen again."""

COMMITTED = ("described", "absences")
PENDING = ("pending_described", "pending_absences")

_CONCERNED = """
SELECT article_id, absent FROM answers
WHERE article_id IN (SELECT article_id FROM answers WHERE absent IS NOT NULL UNION SELECT article_id FROM absences)
AND article_id IN (SELECT article_id FROM described) ORDER BY date
"""

Execute = Callable[..., Cursor]
"""Executes one statement with its values."""


@dataclass(frozen=True, slots=True)
class _Row:
    first: CaptureRef | None
    gone: bool


class Absences:
    """A part of `History`: what it knows of pages that are not there. `execute` is that of its file."""

    def __init__(self, execute: Execute) -> None:
        self._run = execute

    def is_gone(self, article_id: str) -> bool:
        """True for an article whose last event is ``gone``."""
        row = self._row(article_id)
        return row is not None and row.gone

    def confirmed(self, absence: Absence, snapshot_id: str, gone_hours: float) -> Article | None:
        """The event ``gone`` where this sighting confirms an earlier one; remembered as pending.

        None where it is the first one, comes too early, or is of an article that is unknown or gone already,
        or where another address answered so than that of its last version.
        """
        again, article_id = absence.capture, absence.link.article_id
        described = self._found("described", "description", article_id)
        if again is None or described is None or not is_page(absence.url, described[0]):
            return None
        row = self._row(article_id)
        if row is None or row.first is None:
            self._remember(article_id, snapshot_id, again, gone=False)
            return None
        if row.gone or not is_confirmed(row.first, again, gone_hours):
            return None
        self._remember(article_id, snapshot_id, row.first, gone=True)
        event = gone(absence.link, described[0], row.first, again)
        return replace(event, snapshot_id=snapshot_id, crawl_date=crawl_date(snapshot_id))

    def present(self, article_id: str, snapshot_id: str) -> None:
        """The page is there: earlier sightings count no more."""
        if self._row(article_id) is not None:
            self._remember(article_id, snapshot_id, None, gone=False)

    def describe(self, article: Article) -> None:
        """Remember, as pending, what a version says of itself."""
        values = {name: getattr(article, name) for name in DESCRIBED}
        self._run("INSERT OR REPLACE INTO pending_described VALUES (?, ?)", (article.article_id, description(values)))

    def apply_line(self, line: JsonObject) -> None:
        """Take a committed line."""
        article_id = line["article_id"]
        if line["event"] == "gone":
            first = orjson.dumps(line["captures"][0])
            self._run("INSERT OR REPLACE INTO absences VALUES (?, ?, 1)", (article_id, first))
        else:
            self._run("DELETE FROM absences WHERE article_id = ?", (article_id,))
            self._run("INSERT OR REPLACE INTO described VALUES (?, ?)", (article_id, description(line)))

    def apply_index(self, indexed: IndexLine) -> None:
        """Take a line of a committed index. What it comes to is decided by `apply_answers`, in the order of time."""
        fields = indexed.fields
        if "article" not in fields:
            return
        if _is_absent(fields):
            described = self._found("described", "description", fields["article"])
            if described is None or not is_page(fields["url"], described[0]):
                return
        absent = orjson.dumps(_indexed_ref(fields), option=orjson.OPT_UTC_Z) if _is_absent(fields) else None
        self._run("INSERT INTO answers VALUES (?, ?, ?)", (fields["article"], fields["date"], absent))

    def apply_answers(self) -> None:
        """All lines of a commit and of its index are taken: what pages answered last counts."""
        for article_id, absent in self._run(_CONCERNED).fetchall():
            if absent is None:
                self._run("DELETE FROM absences WHERE article_id = ? AND NOT gone", (article_id,))
            else:
                self._run("INSERT OR IGNORE INTO absences VALUES (?, ?, 0)", (article_id, absent))
        self._run("DELETE FROM answers")

    def _row(self, article_id: str) -> _Row | None:
        found = self._found("absences", "first, gone", article_id)
        return _Row(_ref(found[0]) if found[0] is not None else None, bool(found[1])) if found else None

    def _found(self, table: str, columns: str, article_id: str) -> tuple[Any, ...] | None:
        """The row of an article, pending ones first."""
        for name in (f"pending_{table}", table):
            sql = f"SELECT {columns} FROM {name} WHERE article_id = ?"  # noqa: S608  constants
            row: tuple[Any, ...] | None = self._run(sql, (article_id,)).fetchone()
            if row is not None:
                return row
        return None

    def _remember(self, article_id: str, snapshot_id: str, first: CaptureRef | None, *, gone: bool) -> None:
        capture = orjson.dumps(first, option=orjson.OPT_UTC_Z) if first is not None else None
        self._run("INSERT OR REPLACE INTO pending_absences VALUES (?, ?, ?)", (article_id, capture, gone))
        self._run("INSERT INTO pending_of VALUES (?, ?)", (snapshot_id, article_id))


def _is_absent(fields: dict[str, str]) -> bool:
    return fields.get("status") in {str(status) for status in ABSENT}


def _indexed_ref(fields: dict[str, str]) -> CaptureRef:
    return CaptureRef(
        warc=warc_key_of(fields["filename"]),
        offset=int(fields["offset"]),
        length=int(fields["length"]),
        record_id=fields["record"],
        payload_digest=fields["digest"],
        fetched_at=datetime.fromisoformat(fields["date"]),
        status=int(fields["status"]),
    )


def _ref(stored: bytes) -> CaptureRef:
    raw = orjson.loads(stored)
    return CaptureRef(**{**raw, "fetched_at": datetime.fromisoformat(raw["fetched_at"])})
