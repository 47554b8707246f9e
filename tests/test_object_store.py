"""One contract, every store. Other modules import these tests and run them with another `opened`."""

import hashlib
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from crawler.errors import ConfigurationError, ObjectExistsError, ObjectMissingError, StoreUnavailableError
from crawler.storage.local import LocalStore
from crawler.storage.memory import Kept, MemoryStore
from crawler.storage.store import ObjectStore

OpenStore = Callable[[], ObjectStore]


@pytest.fixture(params=["local", "memory"])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> OpenStore:
    """Opens the same store again and again, as processes on one machine would."""
    objects: dict[str, Kept] = {}
    stores: dict[str, OpenStore] = {
        "local": lambda: LocalStore(tmp_path / "store"),
        "memory": lambda: MemoryStore(objects),
    }
    return stores[request.param]


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def keys(store: ObjectStore, prefix: str = "", after: str = "") -> list[str]:
    return [info.key for info in store.list(prefix, after)]


def at_once(*works: Callable[[], object]) -> None:
    """Run all, each in a thread of its own; they begin together. Fails with the first error of any."""
    failures: list[BaseException] = []
    ready = threading.Barrier(len(works))

    def run(work: Callable[[], object]) -> None:
        ready.wait(timeout=30)
        try:
            work()
        except BaseException as error:  # noqa: BLE001  raised again in the test's own thread
            failures.append(error)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


def test_what_was_put_is_read_back_whole_and_in_ranges(opened: OpenStore) -> None:
    opened().put("log/00000001.json", b"0123456789")
    with opened().open("log/00000001.json", 3, 4) as stream:
        assert stream.read() == b"3456"
    assert opened().get("log/00000001.json", limit=10) == b"0123456789"
    assert opened().head("log/00000001.json").bytes == 10


def test_a_file_is_put_as_it_is(opened: OpenStore, tmp_path: Path) -> None:
    source = tmp_path / "sealed"
    source.write_bytes(b"x" * 3_000_000)
    opened().put("warc/a.warc.gz", source)
    assert opened().get("warc/a.warc.gz", limit=3_000_000) == source.read_bytes()


def test_an_object_is_never_overwritten(opened: OpenStore) -> None:
    opened().put("a/b", b"first")
    with pytest.raises(ObjectExistsError, match="a/b"):
        opened().put("a/b", b"second")
    assert opened().get("a/b", limit=10) == b"first"


def test_of_many_writers_of_one_key_exactly_one_wins(opened: OpenStore) -> None:
    wins: list[int] = []

    def write(number: int) -> None:
        try:
            opened().put("log/00000007.json", b"%d" % number)
        except ObjectExistsError:
            return
        wins.append(number)

    at_once(*(partial(write, number) for number in range(16)))
    assert len(wins) == 1
    assert opened().get("log/00000007.json", limit=10) == b"%d" % wins[0]


def test_a_listing_is_in_key_order_and_starts_after_a_key(opened: OpenStore) -> None:
    for key in ("log/00000002.json", "log/00000010.json", "warc/x", "log/00000001.json"):
        opened().put(key, b"x")
    assert [info.key for info in opened().list("log/", after="log/00000001.json")] == [
        "log/00000002.json",
        "log/00000010.json",
    ]
    assert [info.key for info in opened().list("log/0000001")] == ["log/00000010.json"]


def test_a_store_that_does_not_exist_yet_is_empty(opened: OpenStore) -> None:
    assert list(opened().list()) == []


def test_a_missing_object_is_named(opened: OpenStore) -> None:
    with pytest.raises(ObjectMissingError, match="warc/gone"):
        opened().head("warc/gone")
    with pytest.raises(ObjectMissingError, match="warc/gone"):
        opened().get("warc/gone", 1)


@pytest.mark.parametrize(
    "key", ["", "/abs", "../up", "a//b", "a/../b", "a/.hidden", "a\\b", "a b", "a/\x00", "é", "x" * 1001]
)
def test_keys_outside_our_alphabet_are_refused(opened: OpenStore, key: str) -> None:
    with pytest.raises(ConfigurationError, match="not a key"):
        opened().put(key, b"x")


def test_an_object_larger_than_expected_is_not_read(opened: OpenStore) -> None:
    opened().put("big", b"x" * 11)
    with pytest.raises(ConfigurationError, match="11 bytes"):
        opened().get("big", limit=10)


def test_the_probe_passes_where_one_can_write_and_leaves_nothing(opened: OpenStore) -> None:
    opened().probe()
    assert list(opened().list()) == []


@pytest.mark.parametrize(
    ("offset", "length", "expected"),
    [
        (0, None, b"0123456789"),
        (0, 0, b""),
        (0, 1, b"0"),
        (9, 1, b"9"),
        (7, None, b"789"),
        (7, 100, b"789"),
        (10, None, b""),
        (10, 1, b""),
        (11, None, b""),
        (1000, 5, b""),
    ],
)
def test_a_range_ends_where_the_object_ends(
    opened: OpenStore, offset: int, length: int | None, expected: bytes
) -> None:
    opened().put("a", b"0123456789")
    with opened().open("a", offset, length) as stream:
        assert stream.read() == expected
        assert stream.read(1) == b""


def test_an_object_is_read_in_pieces_and_by_lines(opened: OpenStore) -> None:
    opened().put("a", b"one\ntwo\nthree")
    with opened().open("a") as stream:
        assert stream.read(2) == b"on"
        assert stream.readline() == b"e\n"
        assert list(stream) == [b"two\n", b"three"]


@pytest.mark.parametrize("from_a_file", [False, True])
def test_an_empty_object_is_an_object(opened: OpenStore, tmp_path: Path, from_a_file: bool) -> None:
    source = tmp_path / "empty"
    source.touch()
    opened().put("a", source if from_a_file else b"")
    assert opened().head("a").bytes == 0
    assert opened().get("a", limit=0) == b""
    assert opened().holds("a", digest(b""), 0)
    with pytest.raises(ObjectExistsError):
        opened().put("a", b"more")


@pytest.mark.parametrize("from_a_file", [False, True])
def test_a_digest_that_is_known_already_may_be_given(opened: OpenStore, tmp_path: Path, from_a_file: bool) -> None:
    source = tmp_path / "sealed"
    source.write_bytes(b"sealed")
    opened().put("a", source if from_a_file else b"sealed", digest(b"sealed"))
    assert opened().get("a", limit=6) == b"sealed"


def test_putting_the_same_again_after_a_failure_finds_it_there(opened: OpenStore) -> None:
    opened().put("a", b"once")
    store = opened()
    with pytest.raises(ObjectExistsError):
        store.put("a", b"once")
    assert store.holds("a", digest(b"once"), 4)


def test_an_object_is_held_only_if_size_and_digest_are_right(opened: OpenStore) -> None:
    opened().put("a", b"right")
    store = opened()
    assert store.holds("a", digest(b"right"), 5)
    assert not store.holds("a", digest(b"wrong"), 5)
    assert not store.holds("a", digest(b"right"), 4)
    assert not store.holds("b", digest(b"right"), 5)


def test_a_missing_object_cannot_be_opened(opened: OpenStore) -> None:
    opened().put("warc/there", b"x")
    with pytest.raises(ObjectMissingError, match="warc/gone"), opened().open("warc/gone") as stream:
        stream.read()


def test_an_object_that_was_deleted_is_gone_and_may_be_put_again(opened: OpenStore) -> None:
    for key in ("a/1", "a/2", "a/3"):
        opened().put(key, b"x")
    opened().delete("a/2")
    assert keys(opened()) == ["a/1", "a/3"]
    with pytest.raises(ObjectMissingError, match="a/2"):
        opened().head("a/2")
    opened().put("a/2", b"again")
    assert opened().get("a/2", limit=5) == b"again"


def test_nothing_happens_where_there_is_nothing_to_delete(opened: OpenStore) -> None:
    opened().delete("never/put")
    opened().put("a/1", b"x")
    opened().delete("a/2")
    opened().delete("a/1")
    opened().delete("a/1")
    assert keys(opened()) == []


def test_keys_are_ordered_by_their_bytes(opened: OpenStore) -> None:
    ordered = ["A", "a", "a-b", "a.b", "a0", "a=b", "aB", "a_b", "ab/c", "b"]
    for key in reversed(ordered):
        opened().put(key, b"x")
    assert keys(opened()) == ordered
    assert keys(opened(), "a") == ordered[1:-1]
    assert keys(opened(), "a", after="a.c") == ["a0", "a=b", "aB", "a_b", "ab/c"]


@pytest.mark.parametrize(
    ("prefix", "after", "expected"),
    [
        ("", "", ["a/1", "a/2", "a/3/x", "b/1"]),
        ("a/", "", ["a/1", "a/2", "a/3/x"]),
        ("a/", "a/1x", ["a/2", "a/3/x"]),
        ("b", "a/2", ["b/1"]),
        ("a/", "b", []),
        ("a/3/x", "", ["a/3/x"]),
        ("a/3/x", "a/3/x", []),
        ("c/", "", []),
    ],
)
def test_a_listing_has_what_begins_with_the_prefix_and_sorts_after_a_key(
    opened: OpenStore, prefix: str, after: str, expected: list[str]
) -> None:
    for key in ("a/1", "a/2", "a/3/x", "b/1"):
        opened().put(key, b"x")
    assert keys(opened(), prefix, after) == expected


def test_what_is_deleted_during_a_listing_does_not_end_it(opened: OpenStore) -> None:
    for key in ("a", "b", "c"):
        opened().put(key, b"x")
    listing = opened().list()
    assert next(listing).key == "a"
    opened().delete("b")
    assert [info.key for info in listing][-1] == "c"


def test_size_and_age_are_told_for_one_object_and_in_listings(opened: OpenStore) -> None:
    store = opened()
    store.put("a", b"12345")
    head = store.head("a")
    (listed,) = store.list()
    for info in (head, listed):
        assert (info.key, info.bytes) == ("a", 5)
        assert info.modified_at.utcoffset() == timedelta(0)
        assert abs(info.modified_at - store.clock()) < timedelta(minutes=5)


def test_the_clock_of_the_store_is_in_utc_and_leaves_nothing_behind(opened: OpenStore) -> None:
    store = opened()
    told = store.clock()
    assert told.utcoffset() == timedelta(0)
    assert abs(told - datetime.now(UTC)) < timedelta(days=1)
    assert keys(opened()) == []


def test_learning_what_the_store_is_good_for_leaves_nothing_behind(opened: OpenStore) -> None:
    store = opened()
    store.probe()
    learnt = store.learn()
    assert store.traits == learnt
    assert learnt.checksum in ("", "md5", "sha256")
    assert keys(opened()) == []
    assert store.learn() == learnt, "learning again tells something else"


def test_sweeping_takes_no_object(opened: OpenStore) -> None:
    opened().put("a", b"x")
    assert opened().sweep_unfinished(timedelta(0)) == 0
    assert keys(opened()) == ["a"]


def test_a_store_that_was_given_up_changes_nothing_more(opened: OpenStore) -> None:
    given_up = opened()
    given_up.put("a", b"x")
    given_up.give_up()
    calls: list[Callable[[], object]] = [
        partial(given_up.put, "b", b"x"),
        partial(given_up.delete, "a"),
        given_up.probe,
    ]
    for call in calls:
        with pytest.raises(StoreUnavailableError):
            call()
    assert keys(opened()) == ["a"]


def test_giving_up_concerns_nobody_else(opened: OpenStore) -> None:
    opened().give_up()
    opened().put("a", b"x")
    assert keys(opened()) == ["a"]


def test_an_object_is_read_by_many_threads_at_once(opened: OpenStore) -> None:
    data = bytes(range(256)) * 1000
    store = opened()
    store.put("a", data)

    def read(number: int) -> None:
        for _ in range(5):
            with store.open("a", number * 1000, 200_000) as stream:
                assert stream.read() == data[number * 1000 :][:200_000]

    at_once(*(partial(read, number) for number in range(8)))


def test_many_threads_put_and_delete_at_once(opened: OpenStore) -> None:
    store = opened()

    def work(number: int) -> None:
        for count in range(5):
            store.put(f"k/{number}-{count}", b"x" * count)
            assert store.head(f"k/{number}-{count}").bytes == count
        store.delete(f"k/{number}-0")

    at_once(*(partial(work, number) for number in range(8)))
    assert keys(store) == [f"k/{number}-{count}" for number in range(8) for count in range(1, 5)]


@pytest.mark.parametrize("key", ["../up", "a/.hidden", ""])
def test_no_method_takes_a_key_outside_our_alphabet(opened: OpenStore, key: str) -> None:
    store = opened()
    calls: list[Callable[[], object]] = [
        partial(store.holds, key, digest(b""), 0),
        lambda: store.open(key).__enter__(),
        partial(store.head, key),
        partial(store.delete, key),
    ]
    for call in calls:
        with pytest.raises(ConfigurationError, match="not a key"):
            call()
