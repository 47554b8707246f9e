"""What is known of articles is a cache of the commit log: made again whenever it is missing, damaged or outdated."""

import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.archive.repository import EMPTY, Repository
from crawler.errors import CaptureError, DamagedArchiveError
from crawler.state.history import History
from crawler.storage.memory import Kept, MemoryStore
from tests.running import Project
from tests.site.articles import SampleSite
from tests.site.server import running


@pytest.fixture(scope="module")
def archived(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """An archive of two editions; read only."""
    project = Project(tmp_path_factory.mktemp("archived"))
    with running(SampleSite(articles=6, oddities=False)) as site:
        assert project.crawl(site.base_url).code == 0
        site.site = SampleSite(articles=6, edition=2, oddities=False)
        assert project.crawl(site.base_url).code == 0
    return project


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "history.sqlite"


@pytest.fixture
def opened(path: Path) -> Iterator[History]:
    history = History(path)
    yield history
    history.close()


def versions(history: History, project: Project) -> dict[str, int]:
    known = {line["article_id"]: history.known(line["article_id"]) for line in project.lines()}
    return {article_id: entry.version for article_id, entry in known.items() if entry is not None}


def latest(project: Project) -> dict[str, int]:
    return {line["article_id"]: line["version"] for line in project.lines()}


def test_it_knows_the_latest_version_of_every_article(opened: History, archived: Project) -> None:
    head = opened.catch_up(archived.repository)
    assert head.seq == 2
    assert versions(opened, archived) == latest(archived)
    assert set(latest(archived).values()) == {1, 2}
    assert opened.commit_of(archived.entries()[1].snapshot_id) == 2


def test_it_is_read_again_only_from_where_it_stopped(path: Path, archived: Project) -> None:
    for _ in range(2):
        history = History(path)
        assert history.catch_up(archived.repository).seq == 2
        assert versions(history, archived) == latest(archived)
        history.close()


def test_nobody_waits_for_the_store_with_the_lock(opened: History, path: Path, archived: Project) -> None:
    """A store that is down makes one process wait for minutes, which is more than another waits for the lock."""
    asked: list[str] = []

    def look(verb: str, key: str) -> None:
        asked.append(f"{verb} {key}")
        other = sqlite3.connect(path, timeout=0, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        other.close()

    store = archived.repository.store
    objects = {info.key: Kept(store.get(info.key, info.bytes), info.modified_at) for info in store.list()}
    assert opened.catch_up(Repository(MemoryStore(objects, faults=look))).seq == 2
    assert any("read articles/" in each for each in asked), asked
    assert versions(opened, archived) == latest(archived)


def test_two_processes_may_catch_up_at_once(opened: History, path: Path, archived: Project) -> None:
    other = History(path)
    store = archived.repository.store
    objects = {info.key: Kept(store.get(info.key, info.bytes), info.modified_at) for info in store.list()}

    def overtake(verb: str, key: str) -> None:
        if verb == "open" and key.startswith("articles/"):
            other.catch_up(archived.repository)

    assert opened.catch_up(Repository(MemoryStore(objects, faults=overtake))).seq == 2
    assert versions(opened, archived) == latest(archived)
    other.close()


@pytest.mark.parametrize("damage", [b"", b"not a database at all, but long enough to look at" * 30])
def test_a_damaged_cache_is_thrown_away_and_made_again(path: Path, archived: Project, damage: bytes) -> None:
    path.write_bytes(damage)
    history = History(path)
    history.catch_up(archived.repository)
    assert versions(history, archived) == latest(archived)
    history.close()


def test_damage_behind_the_header_is_found_when_it_is_read_and_the_cache_made_again(
    path: Path, archived: Project
) -> None:
    history = History(path)
    history.catch_up(archived.repository)
    history.close()
    data = bytearray(path.read_bytes())
    data[4096:] = b"\xff" * (len(data) - 4096)
    path.write_bytes(data)
    for name in ("history.sqlite-wal", "history.sqlite-shm"):
        (path.parent / name).unlink(missing_ok=True)
    again = History(path)
    again.catch_up(archived.repository)
    assert versions(again, archived) == latest(archived)
    again.close()


def test_the_cache_of_another_archive_is_thrown_away(opened: History, archived: Project, tmp_path: Path) -> None:
    opened.catch_up(archived.repository)
    other = Project(tmp_path / "other")
    assert opened.catch_up(other.repository) == EMPTY
    assert versions(opened, archived) == {}


def test_a_disk_that_fails_is_named_and_the_cache_is_kept(tmp_path: Path) -> None:
    (tmp_path / "history.sqlite").mkdir()
    with pytest.raises(CaptureError, match="made again from the store"):
        History(tmp_path / "history.sqlite")


def test_a_damaged_part_is_an_error_not_an_empty_history(opened: History, tmp_path: Path, archived: Project) -> None:
    copy = Project(tmp_path / "copy")
    shutil.copytree(archived.archive, copy.archive)
    (part, *_) = sorted(copy.archive.glob("articles/**/*.jsonl.gz"))
    part.write_bytes(part.read_bytes()[:-10])
    with pytest.raises(DamagedArchiveError, match="cut"):
        opened.catch_up(copy.repository)
    assert opened.head() == EMPTY
