"""The spool is shared: runs come and go in it while other processes and threads look."""

import fcntl
import shutil
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from crawler.archive.spool import Spool
from crawler.archive.spooled_run import SpooledRun
from tests.test_warc_files import FACTS

SECONDS = 20
_LISTED: dict[str, Callable[[], None]] = {}
"""What happens when a directory is about to be listed, once: an audit hook stays for the life of the process."""


def _hook(event: str, arguments: tuple[object, ...]) -> None:
    if event in ("os.listdir", "os.scandir") and _LISTED and (happens := _LISTED.pop(str(arguments[0]), None)):
        happens()


@pytest.fixture(scope="module", autouse=True)
def _listening() -> None:
    sys.addaudithook(_hook)


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    made = Spool(tmp_path, "store")
    made.prepare()
    return made


def a_run(spool: Spool, suffix: str) -> SpooledRun:
    run = spool.begin(replace(FACTS, snapshot_id=f"20260401120000-world-{suffix}"))
    (run.path / "warc" / f"news-20260401120000-00000-{suffix}.warc.gz").write_bytes(b"12345")
    return run


def test_a_run_that_is_published_while_the_waiting_bytes_are_counted_counts_nothing(spool: Spool) -> None:
    first, second = a_run(spool, "aaaaaa"), a_run(spool, "bbbbbb")
    (spool.path / "history.sqlite").touch()
    assert spool.waiting_bytes() == 10
    _LISTED[str(first.path / "warc")] = lambda: shutil.rmtree(first.path)
    assert spool.waiting_bytes() == 5
    assert not _LISTED, "the directory was not listed"
    for run in (first, second):
        run.release()


def test_no_run_is_removed_while_another_process_looks_for_crashed_ones(spool: Spool) -> None:
    run = a_run(spool, "aaaaaa")
    with (spool.path / "spool.lock").open("ab") as looking:
        fcntl.flock(looking, fcntl.LOCK_EX)
        removal = threading.Thread(target=run.remove, daemon=True)
        removal.start()
        removal.join(0.2)
        assert (run.path / "lock").exists(), "whoever looks would make the lock anew, in a directory that goes"
    removal.join(SECONDS)
    assert not run.path.exists()
    assert spool.abandoned() == []
