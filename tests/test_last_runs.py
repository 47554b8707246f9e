"""The last complete runs of a series are remembered, a few rows and no more."""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace

import pytest

from crawler.archive.log import LogEntry
from crawler.state.coverage import Coverage
from crawler.state.drift import RUNS
from crawler.state.last_runs import TABLES, last_runs, remember_run
from tests.test_commit_log import an_entry

ALL = "00000000000000"


@pytest.fixture
def database() -> Iterator[sqlite3.Connection]:
    opened = sqlite3.connect(":memory:", isolation_level=None)
    opened.executescript(TABLES)
    yield opened
    opened.close()


def a_run(number: int, **other: object) -> LogEntry:
    snapshot_id = f"2026040112{number:02d}00-world-abcdef"
    plain = replace(an_entry(number, snapshot=snapshot_id), series="world", extractor="newswarc 1")
    return replace(plain, **{"fields": {"title": {"site:h1": number}}, "run_id": snapshot_id, **other})  # type: ignore[arg-type]


def found(database: sqlite3.Connection, but: str = "", since: str = ALL, extractor: str = "newswarc 1") -> list[int]:
    return [run.pages("title") for run in last_runs(database.execute, "world", extractor, but, since)]


def test_the_last_runs_are_remembered_newest_first_and_no_more_than_are_compared(
    database: sqlite3.Connection,
) -> None:
    for number in range(1, 10):
        remember_run(database.execute, a_run(number))
    assert found(database) == [9, 8, 7, 6, 5]
    assert database.execute("SELECT count(*) FROM runs").fetchone() == (RUNS,)


@pytest.mark.parametrize(
    "other",
    [
        {"verdict": "over the gate"},
        {"verdict": "interrupted"},
        {"verdict": "continues"},
        {"series": ""},
        {"series": "world section=sport"},
        {"extractor": "newswarc 2"},
        {"fields": {}},
    ],
)
def test_a_run_that_is_no_measure_takes_no_place(database: sqlite3.Connection, other: dict[str, object]) -> None:
    for number in range(1, 6):
        remember_run(database.execute, a_run(number))
    remember_run(database.execute, a_run(6, **other))
    assert found(database) == [5, 4, 3, 2, 1]


def test_the_parts_of_a_run_are_one_run(database: sqlite3.Connection) -> None:
    run = a_run(1).run_id
    remember_run(database.execute, a_run(1, verdict="continues"))
    remember_run(database.execute, a_run(2, run_id=run))
    (whole,) = last_runs(database.execute, "world", "newswarc 1", "", ALL)
    assert whole == Coverage({"title": {"site:h1": 3}})


def test_a_run_whose_end_was_bad_leaves_nothing(database: sqlite3.Connection) -> None:
    remember_run(database.execute, a_run(1, verdict="continues"))
    remember_run(database.execute, a_run(2, run_id=a_run(1).run_id, verdict="interrupted"))
    assert database.execute("SELECT count(*) FROM runs").fetchone() == (0,)


def test_the_run_itself_and_what_began_too_early_are_left_out(database: sqlite3.Connection) -> None:
    for number in range(1, 5):
        remember_run(database.execute, a_run(number))
    assert found(database, but=a_run(4).run_id, since="20260401120200") == [3, 2]


def test_another_extractor_begins_anew(database: sqlite3.Connection) -> None:
    remember_run(database.execute, a_run(1))
    assert found(database, extractor="newswarc 2") == []
