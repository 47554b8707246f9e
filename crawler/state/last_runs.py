"""What the last runs found, in the local history: a few rows, so that no run reads the log for them.

A row is a run, its parts together. Only runs that end complete are kept, as many of a series as are compared with.
"""

from collections.abc import Callable
from sqlite3 import Cursor

import orjson

from crawler.archive.log import LogEntry
from crawler.errors import ExitCode
from crawler.state.coverage import Coverage, together
from crawler.state.drift import RUNS
from crawler.state.verdict import CONTINUES

TABLES = """
CREATE TABLE IF NOT EXISTS runs (
    run_id TEXT PRIMARY KEY, series TEXT NOT NULL, extractor TEXT NOT NULL, seq INTEGER NOT NULL,
    complete INTEGER NOT NULL, fields BLOB NOT NULL
) WITHOUT ROWID;
"""
_COMPLETE = ExitCode.COMPLETE.name.lower()
_LAST = "SELECT run_id, fields FROM runs WHERE series = ? AND extractor = ? AND complete ORDER BY seq DESC"

Sql = Callable[[str, tuple[object, ...]], Cursor]
"""Executes one statement."""


def remember_run(sql: Sql, entry: LogEntry) -> None:
    """Take a commit that was not taken before."""
    if not entry.series:
        return
    run_id = entry.run_id or entry.snapshot_id
    row = sql("SELECT fields FROM runs WHERE run_id = ?", (run_id,)).fetchone()
    sql("DELETE FROM runs WHERE run_id = ?", (run_id,))
    if entry.verdict not in (_COMPLETE, CONTINUES):
        return
    parts = [Coverage(entry.fields), *([Coverage(orjson.loads(row[0]))] if row else [])]
    fields = together(parts).as_rows()
    if entry.verdict == _COMPLETE and not fields:
        return
    values = (run_id, entry.series, entry.extractor, entry.seq, entry.verdict == _COMPLETE, orjson.dumps(fields))
    sql("INSERT INTO runs VALUES (?, ?, ?, ?, ?, ?)", values)
    for old, _ in sql(f"{_LAST} LIMIT -1 OFFSET ?", (entry.series, entry.extractor, RUNS)).fetchall():
        sql("DELETE FROM runs WHERE run_id = ?", (old,))


def last_runs(sql: Sql, series: str, extractor: str, but: str, since: str) -> list[Coverage]:
    """Coverage of the last complete runs of a series, by the same extractor, that began at `since` or after it.

    `since` is a time as snapshot ids begin with it, `but` the run that is not meant.
    """
    rows = sql(_LAST, (series, extractor)).fetchall() if series else []
    return [Coverage(orjson.loads(fields)) for run_id, fields in rows if run_id != but and run_id[:14] >= since]
