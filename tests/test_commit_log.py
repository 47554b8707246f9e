"""The commit log: a chain of entries, put last, one writer per number."""

import hashlib
from dataclasses import replace
from pathlib import Path

import orjson
import pytest

from crawler.archive.log import ListedObject, LogEntry, parse_entry
from crawler.archive.repository import EMPTY, Repository
from crawler.errors import AlteredObjectError, DamagedArchiveError, NotFoundError, StoreError, StoreUnavailableError
from crawler.storage.local import LocalStore
from crawler.storage.memory import MemoryStore
from tests.captures import MOMENT


def an_entry(seq: int = 1, parent: str | None = None, snapshot: str = "20260401123015-world-abcdef") -> LogEntry:
    return LogEntry(
        seq=seq,
        kind="crawl",
        snapshot_id=snapshot,
        parent_sha256=parent,
        began_at=MOMENT,
        committed_at=MOMENT,
        objects=(ListedObject("warc/a.warc.gz", "0" * 64, 10, 4),),
        counts={"captures": 1},
        verdict="complete",
        summary="1 due",
        software="newswarc/1",
        configuration_digest="sha256:0",
    )


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(LocalStore(tmp_path / "store"))


def append_two(repository: Repository) -> None:
    assert repository.append(an_entry())
    ((_, head),) = list(repository.entries())
    assert repository.append(an_entry(2, head.sha256, "20260401130000-world-ghijkl"))


def test_an_entry_is_read_back_as_it_was_written() -> None:
    assert parse_entry(an_entry().to_bytes(), "log/00000001.json") == an_entry()


def test_an_entry_of_before_fields_were_counted_is_read() -> None:
    raw = orjson.loads(an_entry().to_bytes())
    for name in ("series", "extractor", "fields"):
        del raw[name]
    assert parse_entry(orjson.dumps(raw), "log/00000001.json") == an_entry()


def test_entries_come_in_order_and_from_any_head_on(repository: Repository) -> None:
    append_two(repository)
    both = list(repository.entries())
    assert [entry.seq for entry, _ in both] == [1, 2]
    assert list(repository.entries(after=both[0][1])) == both[1:]
    assert list(repository.entries(after=both[1][1])) == []


def test_a_store_without_a_log_holds_nothing(repository: Repository) -> None:
    assert list(repository.entries(after=EMPTY)) == []
    with pytest.raises(NotFoundError, match="scrapy snapshots"):
        repository.find("20260401123015-world-abcdef")


def test_of_two_writers_of_one_number_the_second_is_told(repository: Repository) -> None:
    assert repository.append(an_entry())
    assert repository.append(an_entry(snapshot="20260401130000-world-ghijkl")) is None
    assert repository.find("20260401123015-world-abcdef").seq == 1


def test_a_missing_entry_breaks_the_chain(repository: Repository, tmp_path: Path) -> None:
    append_two(repository)
    (tmp_path / "store/log/00000001.json").unlink()
    with pytest.raises(DamagedArchiveError, match="after number 0"):
        list(repository.entries())


def test_a_changed_entry_breaks_the_chain(repository: Repository, tmp_path: Path) -> None:
    append_two(repository)
    first = tmp_path / "store/log/00000001.json"
    first.write_bytes(replace(an_entry(), summary="2 due").to_bytes())
    with pytest.raises(DamagedArchiveError, match=r"00000002\.json .* after number 1"):
        list(repository.entries())


def test_backups_beside_the_entries_are_passed_over(repository: Repository, tmp_path: Path) -> None:
    append_two(repository)
    (tmp_path / "store/log/00000001.json.bak").write_bytes(b"old")
    assert [entry.seq for entry, _ in repository.entries()] == [1, 2]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[]",
        b"{}",
        an_entry().to_bytes().replace(b'"warc/a.warc.gz"', b'"../../etc/passwd"'),
        an_entry().to_bytes().replace(b'"20260401123015-world-abcdef"', b'"x"'),
        an_entry().to_bytes().replace(b'"seq": 1', b'"seq": 1, "unknown": 2'),
        an_entry().to_bytes().replace(b'"fields": {}', b'"fields": []'),
        an_entry().to_bytes().replace(b'"fields": {}', b'"fields": {"title": 1}'),
        an_entry().to_bytes().replace(b'"fields": {}', b'"fields": {"title": {"site:h1": "many"}}'),
        an_entry().to_bytes()[:-20],
    ],
)
def test_an_entry_that_is_not_one_is_refused_by_name(data: bytes) -> None:
    with pytest.raises(DamagedArchiveError, match="log/00000001"):
        parse_entry(data, "log/00000001.json")


def test_a_newer_format_asks_for_an_update() -> None:
    newer = an_entry().to_bytes().replace(b'"format_version": 1', b'"format_version": 2')
    with pytest.raises(DamagedArchiveError, match="update newswarc"):
        parse_entry(newer, "log/00000001.json")


def test_an_archive_of_a_newer_format_is_not_written_to(repository: Repository, tmp_path: Path) -> None:
    repository.describe("news")
    repository.describe("news")
    about = tmp_path / "store/archive.json"
    about.write_text(about.read_text().replace('"format_version": 1', '"format_version": 9'))
    with pytest.raises(DamagedArchiveError, match="version 9"):
        repository.describe("news")


def test_an_empty_entry_is_a_commit_that_died_and_its_number_stays_unused(
    repository: Repository, tmp_path: Path
) -> None:
    append_two(repository)
    (tmp_path / "store/log/00000003.json").touch()
    *_, (last, head) = repository.entries()
    assert last.seq == 2
    committed = repository.append(an_entry(3, head.sha256, "20260401140000-world-mnopqr"))
    assert committed is not None
    assert committed.seq == 4
    assert [entry.seq for entry, _ in repository.entries()] == [1, 2, 4]
    assert [entry.seq for entry, _ in repository.entries(after=head)] == [4]
    assert (tmp_path / "store/log/00000003.json").read_bytes() == b"", "it is not touched"


def test_a_number_that_is_missing_is_no_commit_that_died(repository: Repository, tmp_path: Path) -> None:
    append_two(repository)
    (tmp_path / "store/log/00000004.json").touch()
    (tmp_path / "store/log/00000005.json").write_bytes(an_entry(5, "0" * 64).to_bytes())
    with pytest.raises(DamagedArchiveError, match="00000004"):
        list(repository.entries())


def put_with(store: MemoryStore, tmp_path: Path) -> None:
    """Put a file as an object that an entry will name."""
    path = tmp_path / "object"
    path.write_bytes(b"the bytes of a run")
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    Repository(store).put(ListedObject("warc/a.warc.gz", sha256, path.stat().st_size, 1), path)


def test_an_object_that_is_there_already_is_done(tmp_path: Path) -> None:
    store = MemoryStore()
    put_with(store, tmp_path)
    put_with(store, tmp_path)
    assert store.get("warc/a.warc.gz", 100) == b"the bytes of a run"


def test_an_object_whose_put_was_answered_by_silence_is_done(tmp_path: Path) -> None:
    """The reply is lost: the put is tried again by whoever waits for it, and finds its own object."""
    store = MemoryStore()

    def lost(verb: str, key: str) -> None:
        if verb == "put":
            store.reply_faults = None
            raise StoreUnavailableError(f"no answer for {key}")

    store.reply_faults = lost
    with pytest.raises(StoreUnavailableError):
        put_with(store, tmp_path)
    put_with(store, tmp_path)


def test_an_empty_object_in_its_place_gives_way(tmp_path: Path) -> None:
    store = MemoryStore()
    store.put("warc/a.warc.gz", b"")
    put_with(store, tmp_path)
    assert store.get("warc/a.warc.gz", 100) == b"the bytes of a run"


def test_other_bytes_in_its_place_are_left_alone(tmp_path: Path) -> None:
    store = MemoryStore()
    store.put("warc/a.warc.gz", b"somebody else's")
    with pytest.raises(StoreError, match="move that object aside"):
        put_with(store, tmp_path)
    assert store.get("warc/a.warc.gz", 100) == b"somebody else's"


def test_an_object_that_the_store_altered_is_put_again_and_given_up_in_the_end(tmp_path: Path) -> None:
    store = MemoryStore()
    store.altered = lambda data: data[:-1] + b"?"
    with pytest.raises(AlteredObjectError):
        put_with(store, tmp_path)
    assert list(store.list()) == [], "what is wrong does not stay"
    store.altered = None
    put_with(store, tmp_path)
