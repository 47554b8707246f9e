"""The file of the history: a SQLite database that is thrown away where it is damaged, and made again from the store."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from crawler.articles.similarity import SIGNED_BY
from crawler.errors import CaptureError, ConfigurationError, OutOfSpaceError
from crawler.state import absences, last_runs, payloads

_LAYOUT = 6
_ARTICLES = (
    "(article_id TEXT PRIMARY KEY, version INTEGER NOT NULL, content_digest TEXT NOT NULL, fields BLOB NOT NULL)"
)
_TEXTS = "(text_digest TEXT PRIMARY KEY, article_id TEXT NOT NULL)"
_SIGNATURES = "(number INTEGER PRIMARY KEY, article_id TEXT NOT NULL, signature BLOB NOT NULL)"
_BANDS = "(band INTEGER NOT NULL, number INTEGER NOT NULL, PRIMARY KEY (band, number))"
_TABLES = f"""
CREATE TABLE IF NOT EXISTS commits (seq INTEGER PRIMARY KEY, sha256 TEXT NOT NULL, snapshot_id TEXT NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS articles {_ARTICLES} WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS texts {_TEXTS} WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS signatures {_SIGNATURES};
CREATE TABLE IF NOT EXISTS bands {_BANDS} WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS signed_by (method INTEGER PRIMARY KEY);
{payloads.TABLES}
{absences.TABLES}
{last_runs.TABLES}
CREATE TEMP TABLE IF NOT EXISTS accepted_records (record_id TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TEMP TABLE IF NOT EXISTS asked_requisites (url TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TEMP TABLE IF NOT EXISTS pending_articles {_ARTICLES} WITHOUT ROWID;
CREATE TEMP TABLE IF NOT EXISTS pending_texts {_TEXTS} WITHOUT ROWID;
CREATE TEMP TABLE IF NOT EXISTS pending_signatures {_SIGNATURES};
CREATE TEMP TABLE IF NOT EXISTS pending_bands {_BANDS} WITHOUT ROWID;
CREATE TEMP TABLE IF NOT EXISTS pending_of (snapshot_id TEXT NOT NULL, article_id TEXT NOT NULL);
"""


class HistoryFile:
    """One connection. Opened in one thread and used in others, one at a time; other processes may share the file.

    Every method raises `CaptureError` where the disk or the file fails: a file that is damaged is gone then, and
    `damaged` True. One of a newer version is refused with `ConfigurationError`.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.damaged = False
        self._db = self._open()

    def open_again(self) -> None:
        """Begin with a new file after the old one was thrown away."""
        self.close()
        self._db = self._open()
        self.damaged = False

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def _open(self) -> sqlite3.Connection:
        try:
            try:
                return _connected(self.path)
            except sqlite3.OperationalError:
                raise  # the disk, not the file
            except sqlite3.DatabaseError:
                self._throw_away()
                self.damaged = False
                return _connected(self.path)
        except (sqlite3.Error, OSError) as error:
            raise self._unusable(error) from error

    def run(self, sql: str, values: tuple[object, ...] = ()) -> sqlite3.Cursor:
        """Execute one statement."""
        try:
            return self._db.execute(sql, values)
        except sqlite3.Error as error:
            raise self._unusable(error) from error

    def _unusable(self, error: Exception) -> CaptureError:
        """An error of the disk stops the run; a damaged file is thrown away too: the next run makes it again."""
        if isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.OperationalError):
            self._throw_away()
            return CaptureError(f"the cache {self.path} is damaged ({error}): run again, it is made from the store")
        full = getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL
        return (OutOfSpaceError if full else CaptureError)(
            f"the cache {self.path} cannot be used ({error}): free space or mend the disk; "
            "it may be deleted, it is made again from the store"
        )

    def _throw_away(self) -> None:
        self.damaged = True
        for path in self.path.parent.glob(self.path.name + "*"):
            path.unlink(missing_ok=True)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Others that share the file see the state before or after, never one in between."""
        self.run("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            if self._db.in_transaction:  # SQLite itself rolls back when the disk is full
                self.run("ROLLBACK")
            raise
        self.run("COMMIT")


def _connected(path: Path) -> sqlite3.Connection:
    """Open or create the file."""
    database = sqlite3.connect(path, timeout=60, isolation_level=None, check_same_thread=False)
    try:
        _check_layout(database, path)
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = NORMAL")
        # A kilobyte for each article of a part of a run; in a file each would cost sixteen pages.
        database.execute("PRAGMA temp_store = MEMORY")
        # In one transaction: each of its own would write the first page again, which a full disk minds.
        database.executescript(f"BEGIN IMMEDIATE; {_TABLES} PRAGMA user_version = {_LAYOUT}; COMMIT")
        _check_method(database)
    except (ConfigurationError, sqlite3.DatabaseError):
        database.close()
        raise
    return database


def _check_layout(database: sqlite3.Connection, path: Path) -> None:
    layout = database.execute("PRAGMA user_version").fetchone()[0]
    if layout > _LAYOUT:  # a newer version may be at work beside this one: the two would undo each other's work
        raise ConfigurationError(
            f"the cache {path} is of a newer newswarc (layout {layout}, this one has {_LAYOUT}): update newswarc, "
            "or delete the file, which is made again from the store"
        )
    if layout not in (0, _LAYOUT):
        raise sqlite3.DatabaseError(f"layout {layout}, not {_LAYOUT}")


def _check_method(database: sqlite3.Connection) -> None:
    """Signatures of another version of the library cannot be compared with ours."""
    database.execute("INSERT INTO signed_by SELECT ? WHERE NOT EXISTS (SELECT 1 FROM signed_by)", (SIGNED_BY,))
    (method,) = database.execute("SELECT method FROM signed_by").fetchone()
    if method != SIGNED_BY:
        raise sqlite3.DatabaseError(f"signatures of method {method}, not {SIGNED_BY}")
