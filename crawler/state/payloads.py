"""Which payloads the archive holds already: what revisits may refer to. A projection, kept in the history's file.

Committed originals come from the index and the lines of the snapshots: a response serves once its page was accepted as
an article, or if it is a requisite. Those of the run in progress are noted by the recorder and die with it.
"""

import logging
import sqlite3
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from time import monotonic
from typing import Any

from crawler.archive.cdxj import IndexLine
from crawler.archive.keys import warc_key_of
from crawler.archive.stored import StoredCapture
from crawler.errors import ObjectMissingError, StoreUnavailableError
from crawler.evidence import Original
from crawler.items import CaptureRef

_COLUMNS = (
    "(payload_digest TEXT NOT NULL, transfer TEXT NOT NULL, record_id TEXT NOT NULL, url TEXT NOT NULL, "
    "date TEXT NOT NULL, warc TEXT NOT NULL, offset INTEGER NOT NULL"
)
TABLES = f"""
CREATE TABLE IF NOT EXISTS originals {_COLUMNS}, PRIMARY KEY (payload_digest, transfer)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS requisites (url TEXT PRIMARY KEY, date TEXT NOT NULL) WITHOUT ROWID;
"""
"""Tables of what is committed."""

_OF_THE_RUN = f"CREATE TEMP TABLE accepted {_COLUMNS}, PRIMARY KEY (payload_digest, transfer)) WITHOUT ROWID"
_ACCEPT = "INSERT OR IGNORE INTO accepted VALUES (?, ?, ?, ?, ?, ?, ?)"

_MOST_CANDIDATES = 10_000
"""Responses that wait for their page to be accepted; of more the oldest are forgotten, and stored again."""

logger = logging.getLogger(__name__)

_Row = tuple[object, ...]
_HAVING = "WHERE payload_digest = ? AND transfer = ?"
_FIND = f"SELECT 1, * FROM originals {_HAVING} UNION ALL SELECT 0, * FROM accepted {_HAVING}"  # noqa: S608  constants
_REQUISITE_TYPES = ("image/", "font/", "application/font", "application/vnd.ms-fontobject", "text/css")


Confirm = Callable[[Original], bool]
"""Says whether the store holds an original as it should. Raises `ObjectMissingError` where its file is gone, and
`StoreUnavailableError` where the store does not answer."""

_QUIET_SECONDS = 300.0
"""A store that does not answer is not asked for originals for so long: pages wait for the answer."""


class Payloads:
    """What the recorder asks and notes. Belongs to one thread; reads the file that `History` writes.

    It only saves space: where the file fails, or the store has lost an original, the payload is stored in full.
    """

    def __init__(self, path: Path, confirm: Confirm) -> None:
        self._path = path
        self._confirm = confirm
        self._lost: set[str] = set()
        self._quiet_until = 0.0
        self._candidates: dict[str, _Row] = {}
        try:
            self._db = sqlite3.connect(path, timeout=60, isolation_level=None, check_same_thread=False)
            self._db.execute(_OF_THE_RUN)
        except sqlite3.Error as error:
            self._fail(error)

    def find(self, payload_digest: str, transfer: str) -> Original | None:
        """The response that has this payload under this transfer coding, a committed one before one of this run."""
        for committed, digest, _, record_id, url, date, warc, offset in self._run(
            _FIND, (payload_digest, transfer) * 2
        ):
            original = Original(record_id, url, datetime.fromisoformat(date), digest, warc, offset)
            if not committed or self._is_there(original):
                return original
        return None

    def note(self, stored: StoredCapture) -> None:
        """A response that may serve was written: a requisite serves from now on, an article's page once accepted."""
        transfer = stored.transfer
        if transfer is None or (stored.requisite is not None and not is_requisite_type(_media_type(stored))):
            return
        ref = stored.ref
        place = (ref.fetched_at.isoformat(), ref.warc, ref.offset)
        row = (ref.payload_digest, transfer, ref.record_id, stored.url, *place)
        if stored.requisite is not None:
            self._run(_ACCEPT, row)
            return
        self._candidates[ref.record_id] = row
        if len(self._candidates) > _MOST_CANDIDATES:
            del self._candidates[next(iter(self._candidates))]

    def accept(self, refs: Iterable[CaptureRef]) -> None:
        """The pages of these captures are articles."""
        for ref in refs:
            if row := self._candidates.pop(ref.record_id, None):
                self._run(_ACCEPT, row)

    def close(self) -> None:
        """Forget the run."""
        self._db.close()

    def _is_there(self, original: Original) -> bool:
        """True if the store gives it back. What it does not is not asked for again in this run."""
        if self._lost & {original.warc, original.record_id} or monotonic() < self._quiet_until:
            return False
        try:
            if self._confirm(original):
                return True
            lost = original.record_id
        except StoreUnavailableError as error:
            self._quiet_until = monotonic() + _QUIET_SECONDS
            logger.warning("%s: pages that could refer to it are stored in full", error)
            return False
        except ObjectMissingError:
            lost = original.warc
        self._lost.add(lost)
        logger.warning("the store does not give back %s: pages that could refer to it are stored in full", lost)
        return False

    def _run(self, sql: str, values: tuple[object, ...]) -> list[Any]:
        try:
            return self._db.execute(sql, values).fetchall()
        except sqlite3.Error as error:
            self._fail(error)
            return []

    def _fail(self, error: sqlite3.Error) -> None:
        """Go on with nothing known; a damaged file is thrown away, and made again from the store by the next run."""
        logger.warning("the cache %s cannot be used (%s): every payload is stored in full", self._path, error)
        if isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.OperationalError):
            for path in self._path.parent.glob(self._path.name + "*"):
                path.unlink(missing_ok=True)
        self._db = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        self._db.executescript(TABLES + _OF_THE_RUN)


def committed_original(line: IndexLine) -> tuple[object, ...] | None:
    """The row of `originals` that an index line gives; None for a capture that no revisit may refer to.

    Whether its page was accepted as an article only the lines of its snapshot tell.
    """
    transfer, record_id, date = (line.fields.get(name) for name in ("transfer", "record", "date"))
    if not (transfer and record_id and date):
        return None
    fields = line.fields
    place = (date, warc_key_of(fields["filename"]), int(fields["offset"]))
    return (fields["digest"], transfer, record_id, fields["url"], *place)


def is_requisite_type(media_type: str) -> bool:
    """True for what stylesheets, images and fonts are sent as; an error page in their place is HTML."""
    return media_type.startswith(_REQUISITE_TYPES)


def _media_type(stored: StoredCapture) -> str:
    return (stored.message.value(b"content-type") or b"").decode("latin-1").strip().lower()
