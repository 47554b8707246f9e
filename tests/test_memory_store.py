"""The faults that a store in memory shows on demand."""

import hashlib
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from crawler.errors import AlteredObjectError, ObjectExistsError, StoreUnavailableError
from crawler.storage.memory import Kept, MemoryStore
from tests.test_object_store import at_once


class Failing:
    """A fault that fails one method."""

    def __init__(self, verb: str) -> None:
        self.verb = verb
        self.asked: list[tuple[str, str]] = []

    def __call__(self, verb: str, key: str) -> None:
        self.asked.append((verb, key))
        if verb == self.verb:
            raise StoreUnavailableError(f"no answer to {verb} {key}")


def test_what_a_fault_refuses_does_not_happen() -> None:
    faults = Failing("put")
    store = MemoryStore(faults=faults)
    with pytest.raises(StoreUnavailableError, match="put a"):
        store.put("a", b"x")
    store.faults = None
    assert list(store.list()) == []
    assert faults.asked == [("put", "a")]


def test_a_lost_reply_is_one_to_something_that_happened() -> None:
    store = MemoryStore()
    store.reply_faults = Failing("put")
    with pytest.raises(StoreUnavailableError):
        store.put("a", b"x")
    with pytest.raises(StoreUnavailableError):
        store.put("a", b"y")
    store.reply_faults = None
    assert store.holds("a", hashlib.sha256(b"x").hexdigest(), 1)
    with pytest.raises(ObjectExistsError):
        store.put("a", b"x")


def test_a_store_that_alters_what_it_stores_is_found_out_at_the_put() -> None:
    store = MemoryStore()
    store.altered = lambda data: data[:-1]
    with pytest.raises(AlteredObjectError, match="keeps other bytes under a"):
        store.put("a", b"whole")
    assert store.get("a", limit=10) == b"whol"


def test_a_digest_that_was_wrong_from_the_start_is_found_out_too() -> None:
    with pytest.raises(AlteredObjectError):
        MemoryStore().put("a", b"x", hashlib.sha256(b"y").hexdigest())


def test_without_put_if_absent_all_win_that_race_and_none_that_comes_later() -> None:
    objects: dict[str, Kept] = {}
    all_have_looked = threading.Barrier(4)

    def wait(verb: str, key: str) -> None:
        assert (verb, key) == ("put", "a")
        all_have_looked.wait(timeout=30)

    racing = [MemoryStore(objects, put_if_absent=False, faults=wait) for _ in range(4)]
    assert not racing[0].traits.put_if_absent
    at_once(*(lambda store=store: store.put("a", b"x") for store in racing))
    with pytest.raises(ObjectExistsError):
        MemoryStore(objects, put_if_absent=False).put("a", b"x")


def test_reading_may_fail_after_opening() -> None:
    store = MemoryStore()
    store.put("a", b"x" * 200_000)
    with store.open("a") as stream:
        assert stream.read(10) == b"x" * 10
        store.faults = Failing("read")
        with pytest.raises(StoreUnavailableError, match="read a"):
            stream.read()


def test_every_method_may_fail() -> None:
    store = MemoryStore()
    store.put("a", b"x")
    calls: dict[str, Callable[[], object]] = {
        "holds": lambda: store.holds("a", "", 1),
        "open": lambda: store.get("a", limit=1),
        "head": lambda: store.head("a"),
        "list": lambda: list(store.list("a")),
        "delete": lambda: store.delete("a"),
        "probe": store.probe,
        "learn": store.learn,
        "sweep_unfinished": lambda: store.sweep_unfinished(timedelta(0)),
        "clock": store.clock,
    }
    for verb, call in calls.items():
        store.faults = Failing(verb)
        with pytest.raises(StoreUnavailableError, match=f"no answer to {verb}"):
            call()


def test_names_outside_the_alphabet_of_keys_are_passed_over() -> None:
    store = MemoryStore()
    store.put("log/00000001.json", b"{}")
    for name in ("log/.DS_Store", "log/a note", "log/", "/log"):
        store.objects[name] = Kept(b"x", datetime.now(UTC))
    assert [info.key for info in store.list()] == ["log/00000001.json"]


def test_objects_are_as_old_as_the_clock_of_the_store_says() -> None:
    noon = datetime(2031, 5, 1, 12, tzinfo=UTC)
    store = MemoryStore(clock=lambda: noon)
    store.put("a", b"x")
    assert (store.clock(), store.head("a").modified_at) == (noon, noon)


def test_two_that_share_their_objects_are_one_store() -> None:
    first = MemoryStore()
    first.put("a", b"x")
    assert MemoryStore(first.objects).get("a", limit=1) == b"x"
    assert list(MemoryStore().list()) == []
