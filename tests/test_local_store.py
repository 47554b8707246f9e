"""What is particular to a directory as a store."""

import fcntl
import hashlib
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from crawler.errors import ConfigurationError, ObjectExistsError, StoreError
from crawler.storage.local import LocalStore
from crawler.storage.store import Traits, open_store


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


def test_what_puts_of_dead_processes_left_is_counted_and_that_of_a_living_one_stays(tmp_path: Path) -> None:
    store = LocalStore(tmp_path)
    store.put("a", b"1")
    aside = tmp_path / ".incoming"
    aside.mkdir()
    for name in ("dead", "dead-too", "living"):
        (aside / name).write_bytes(b"half")
    with (aside / "living").open("rb") as living:
        fcntl.flock(living, fcntl.LOCK_EX)
        assert store.sweep_unfinished(timedelta(0)) == 2
        assert [path.name for path in aside.iterdir()] == ["living"]
    assert store.sweep_unfinished(timedelta(0)) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_nothing_lies_beside_the_objects_when_a_put_is_over(tmp_path: Path) -> None:
    store = LocalStore(tmp_path)
    store.put("a", b"1")
    with pytest.raises(ObjectExistsError):
        store.put("a", b"2")
    store.clock()
    store.probe()
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_a_directory_is_known_to_give_one_key_to_one_writer(tmp_path: Path) -> None:
    assert LocalStore(tmp_path).learn() == Traits(put_if_absent=True, checksum="", multipart_if_absent=True)


def test_a_link_that_somebody_made_is_no_object(tmp_path: Path) -> None:
    store = LocalStore(tmp_path / "store")
    store.put("log/00000001.json", b"{}")
    (tmp_path / "outside").write_bytes(b"x")
    (tmp_path / "store" / "log" / "link").symlink_to(tmp_path / "outside")
    assert [info.key for info in store.list()] == ["log/00000001.json"]


def test_a_file_that_changed_on_the_disk_is_not_held(tmp_path: Path) -> None:
    store = LocalStore(tmp_path)
    store.put("a", b"1")
    (tmp_path / "a").write_bytes(b"2")
    assert not store.holds("a", hashlib.sha256(b"1").hexdigest(), 1)


def test_a_store_that_was_given_up_can_still_be_read(tmp_path: Path) -> None:
    store = LocalStore(tmp_path)
    store.put("a", b"1")
    store.give_up()
    assert store.get("a", limit=1) == b"1"
