"""Sealed WARCs go up in threads, wait for a store that is down, and are never believed to be there before they are."""

import hashlib
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path

import pytest

from crawler.archive.log import ListedObject
from crawler.archive.repository import Repository
from crawler.archive.warc import SealedFile
from crawler.errors import StoreError, StoreUnavailableError
from crawler.state import uploads as module
from crawler.state.uploads import Uploads
from crawler.storage.memory import MemoryStore

SECONDS = 20
Begin = Callable[[], Uploads]


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def failures() -> list[Exception]:
    return []


@pytest.fixture
def begin(store: MemoryStore, failures: list[Exception], monkeypatch: pytest.MonkeyPatch) -> Iterator[Begin]:
    """Begins uploads that leave a store which is down in peace for a moment only."""
    monkeypatch.setattr(module, "AGAIN_SECONDS", 0.01)
    begun: list[Uploads] = []

    def begin_one() -> Uploads:
        begun.append(Uploads(Repository(store), 2, failures.append))
        return begun[-1]

    yield begin_one
    for one in begun:
        one.close()


def a_file(directory: Path, number: int = 0) -> SealedFile:
    data = b"%d" % number * 100
    path = directory / f"{number}.warc.gz"
    path.write_bytes(data)
    return SealedFile(path, f"warc/{number}.warc.gz", hashlib.sha256(data).hexdigest(), len(data), 1)


def test_files_are_in_the_store_when_their_futures_end(begin: Begin, store: MemoryStore, tmp_path: Path) -> None:
    uploads = begin()
    files = [a_file(tmp_path, number) for number in range(9)]
    futures = [uploads.put(file) for file in files]
    listed = [future.result(SECONDS) for future in futures]
    assert listed == [ListedObject(file.key, file.sha256, file.bytes, 1) for file in files]
    assert all(store.holds(file.key, file.sha256, file.bytes) for file in files)


def test_a_file_is_put_once_however_often_it_is_asked_for(begin: Begin, store: MemoryStore, tmp_path: Path) -> None:
    puts: list[str] = []
    store.faults = lambda verb, key: puts.append(key) if verb == "put" else None
    uploads, file = begin(), a_file(tmp_path)
    futures = [uploads.put(file) for _ in range(5)]
    assert all(future.result(SECONDS) for future in futures)
    assert uploads.put(file).done()
    assert puts == [file.key]


def test_a_store_that_is_down_is_asked_until_it_answers(begin: Begin, store: MemoryStore, tmp_path: Path) -> None:
    attempts: list[str] = []

    def down(verb: str, key: str) -> None:
        attempts.append(verb)
        if len(attempts) < 5:
            raise StoreUnavailableError(f"no answer for {key}")

    store.faults = down
    assert begin().put(a_file(tmp_path)).result(SECONDS).key == "warc/0.warc.gz"
    assert len(attempts) == 5


def test_at_the_end_of_a_run_a_store_that_is_down_is_not_asked_again(
    begin: Begin, store: MemoryStore, tmp_path: Path, failures: list[Exception]
) -> None:
    asked = threading.Event()

    def down(verb: str, key: str) -> None:
        asked.set()
        raise StoreUnavailableError(f"no answer to {verb} {key}")

    store.faults = down
    uploads = begin()
    waiting = uploads.put(a_file(tmp_path))
    assert asked.wait(SECONDS)
    uploads.finish()
    assert isinstance(waiting.exception(SECONDS), StoreUnavailableError)
    assert failures == [], "a store that is down is no reason to stop a crawl"
    store.faults = None
    assert uploads.put(a_file(tmp_path)).result(SECONDS), "it may be asked for again"


def test_a_store_that_refuses_is_told_at_once(
    begin: Begin, store: MemoryStore, tmp_path: Path, failures: list[Exception]
) -> None:
    def refusing(verb: str, key: str) -> None:
        raise StoreError(f"{verb} {key} is not permitted")

    store.faults = refusing
    future: Future[ListedObject] = begin().put(a_file(tmp_path))
    assert isinstance(future.exception(SECONDS), StoreError)
    assert [str(error) for error in failures] == ["put warc/0.warc.gz is not permitted"]
