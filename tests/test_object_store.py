"""One contract, every store."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from crawler.errors import ConfigurationError, ObjectExistsError, ObjectMissingError, StoreError
from crawler.storage.local import LocalStore
from crawler.storage.store import ObjectStore, open_store

OpenStore = Callable[[], ObjectStore]


@pytest.fixture(params=["local"])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> OpenStore:
    """Opens the same store again and again, as processes on one machine would."""
    return {"local": lambda: LocalStore(tmp_path / "store")}[request.param]


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

    threads = [threading.Thread(target=write, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
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


def test_a_put_cut_by_a_crash_never_shows_and_is_swept(tmp_path: Path) -> None:
    store = LocalStore(tmp_path)
    store.put("a", b"1")
    left = tmp_path / ".incoming" / "0123"
    left.parent.mkdir()
    left.write_bytes(b"half")
    assert [info.key for info in store.list()] == ["a"]
    store.probe()
    assert not left.exists()


def test_the_probe_of_one_process_never_takes_the_put_of_another(tmp_path: Path) -> None:
    failures: list[BaseException] = []

    def work(number: int) -> None:
        store = LocalStore(tmp_path / "store")
        try:
            for count in range(60):
                if number % 2:
                    store.probe()
                else:
                    store.put(f"k/{number}-{count}", b"x")
        except StoreError as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_files_of_others_in_the_store_are_left_alone(tmp_path: Path) -> None:
    store = LocalStore(tmp_path)
    store.put("log/00000001.json", b"{}")
    (tmp_path / "log" / ".DS_Store").write_bytes(b"x")
    (tmp_path / "log" / "a note").write_bytes(b"x")
    assert [info.key for info in store.list("log/")] == ["log/00000001.json"]


def test_one_directory_is_one_store_however_it_is_named(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert open_store(str(tmp_path / "link")).uri == open_store(f"{tmp_path}/x/../real/").uri


def test_a_path_that_is_a_file_is_refused_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="set ARCHIVE_STORE"):
        LocalStore(tmp_path / "file").probe()


@pytest.mark.parametrize("uri", ["", "  ", "ftp://host/x"])
def test_an_unusable_store_name_is_refused(uri: str) -> None:
    with pytest.raises(ConfigurationError, match="ARCHIVE_STORE"):
        open_store(uri)
