"""Two hosts on one store: the later one decides again, and a zombie cannot commit over others."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawler.archive.checks import check_snapshot
from crawler.archive.jsonl import read_lines
from crawler.archive.repository import Repository
from crawler.archive.spool import Spool
from crawler.archive.spooled_run import SpooledRun
from crawler.errors import AnotherRunError, StoreUnavailableError
from crawler.evidence import Capture
from crawler.items import JsonObject
from crawler.state.history import History
from crawler.state.leases import Leases
from crawler.state.opening import RunLease
from crawler.state.outcome import Publication
from crawler.state.projections import derive
from crawler.state.publish import Publisher
from crawler.state.uploads import Uploads
from crawler.storage.memory import Kept, MemoryStore
from tests.edited_texts import EDITS, STORY
from tests.test_publish import OUTCOME, a_run, article_capture

LEASE_SECONDS = 900.0


class Clock:
    """One time for all hosts and their store."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def now(self) -> datetime:
        return datetime(2026, 4, 1, 12, tzinfo=UTC) + timedelta(seconds=self.seconds)


class Host:
    """A machine with a spool and a cache of its own, on a store that others use too."""

    def __init__(self, path: Path, objects: dict[str, Kept], clock: Clock, *, put_if_absent: bool) -> None:
        self.store = MemoryStore(objects, put_if_absent=put_if_absent, clock=clock.now)
        self.repository = Repository(self.store)
        self.spool = Spool(path, self.store.uri)
        self.spool.prepare()
        self.history = History(self.spool.path / "history.sqlite")
        self.uploads = Uploads(self.repository, 1, lambda _: None)
        self.uploads.finish()
        leases = Leases(self.store, "news", path.name, LEASE_SECONDS, elapsed=lambda: clock.seconds, host=path.name)
        self.lease = RunLease(leases, "world", "20260401120000-world-aaaaaa")
        self.publisher = Publisher(self.repository, self.history, self.uploads, self.lease)

    def captured(self, snapshot: str, *captures: Capture) -> SpooledRun:
        """A run whose lines were decided on against the log as it is now."""
        run = a_run(self.spool, snapshot, list(captures))
        self.history.catch_up(self.repository)
        derive(run, self.history, self.repository)
        return run

    def publish(self, run: SpooledRun) -> Publication:
        """Publish, its decisions being of now."""
        return self.publisher.publish(run, OUTCOME, (), self.history.head())

    def close(self) -> None:
        self.uploads.close()
        self.history.close()


Hosts = Callable[..., tuple[Host, Host]]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def hosts(tmp_path: Path, clock: Clock) -> Iterator[Hosts]:
    made: list[Host] = []

    def two(*, put_if_absent: bool = True) -> tuple[Host, Host]:
        objects: dict[str, Kept] = {}
        made.extend(Host(tmp_path / name, objects, clock, put_if_absent=put_if_absent) for name in ("one", "two"))
        return made[0], made[1]

    yield two
    for host in made:
        host.close()


@contextmanager
def before_its_commit(host: Host, act: Callable[[], object]) -> Iterator[None]:
    """While this host is about to put its first log entry, something else happens."""

    def hold_up(verb: str, key: str) -> None:
        if verb == "put" and key.startswith("log/"):
            host.store.faults = None
            act()

    host.store.faults = hold_up
    yield
    assert host.store.faults is None, "it never came to commit"


def lines(host: Host) -> list[JsonObject]:
    found: list[JsonObject] = []
    for entry, _ in host.repository.entries():
        for listed in entry.of("articles"):
            with host.repository.open(listed) as stream:
                found.extend(read_lines(stream, listed.key))
    return found


def check(host: Host, expected: dict[tuple[str, str], int]) -> None:
    """The lines are these, by article and event, and the archive proves itself."""
    assert Counter((line["article_id"][-1], line["event"]) for line in lines(host)) == expected
    for entry, _ in host.repository.entries():
        assert list(check_snapshot(host.repository, entry, deep=True)) == []


def test_a_host_that_is_held_up_before_its_commit_decides_again(hosts: Hosts) -> None:
    one, two = hosts()
    slow = one.captured("20260401120000-world-aaaaaa", article_capture(1), article_capture(2))
    quick = two.captured("20260401120001-world-bbbbbb", article_capture(2, "Edited."), article_capture(3))
    with before_its_commit(one, lambda: two.publish(quick)):
        entry = one.publish(slow).entry
    assert entry is not None
    assert entry.seq == 2
    check(one, {("2", "article"): 1, ("3", "article"): 1, ("1", "article"): 1, ("2", "revision"): 1})


def test_a_commit_whose_reply_was_lost_is_not_made_twice(hosts: Hosts) -> None:
    one, _ = hosts()
    run = one.captured("20260401120000-world-aaaaaa", article_capture(1))

    def lost(verb: str, key: str) -> None:
        if verb == "put" and key.startswith("log/"):
            one.store.reply_faults = None
            raise StoreUnavailableError("the reply is lost")

    one.store.reply_faults = lost
    with pytest.raises(StoreUnavailableError):
        one.publish(run)
    entry = one.publish(run).entry
    assert entry is not None
    assert entry.seq == 1
    check(one, {("1", "article"): 1})


def test_a_store_without_conditions_takes_one_host_at_a_time(hosts: Hosts) -> None:
    one, two = hosts(put_if_absent=False)
    one.lease.take()
    run = two.captured("20260401120001-world-bbbbbb", article_capture(1))
    with pytest.raises(AnotherRunError, match="one writer at a time"):
        two.publish(run)
    one.lease.release()
    assert two.publish(run).entry
    check(two, {("1", "article"): 1})


def test_a_zombie_whose_claim_was_taken_over_cannot_commit(hosts: Hosts, clock: Clock) -> None:
    zombie, other = hosts(put_if_absent=False)
    zombie.lease.take()
    late = zombie.captured("20260401120000-world-aaaaaa", article_capture(1), article_capture(2))
    clock.seconds += 2 * LEASE_SECONDS  # it was suspended
    run = other.captured("20260401120001-world-bbbbbb", article_capture(2, "Edited."))
    assert other.publish(run).entry
    with pytest.raises(AnotherRunError, match="taken over"):
        zombie.publish(late)
    assert late.sealed(), "the spool keeps everything"
    late.release()
    check(other, {("2", "article"): 1})


def test_a_zombie_commits_late_and_nothing_is_doubled_where_the_log_keeps_writers_apart(
    hosts: Hosts, clock: Clock
) -> None:
    zombie, other = hosts()
    zombie.lease.take()
    late = zombie.captured("20260401120000-world-aaaaaa", article_capture(1), article_capture(2))
    clock.seconds += 2 * LEASE_SECONDS
    run = other.captured("20260401120001-world-bbbbbb", article_capture(2, "Edited."))
    assert other.publish(run).entry
    assert zombie.publish(late).entry
    check(other, {("2", "article"): 1, ("1", "article"): 1, ("2", "revision"): 1})


def test_the_later_one_decides_again_whose_text_is_nearly_whose(hosts: Hosts) -> None:
    first, second = hosts()
    late = second.captured("20260401123015-world-cccccc", article_capture(2, EDITS["names written otherwise"](STORY)))
    assert b'"near_duplicate_of":null' in late.lines_path.read_bytes(), "there was no other yet"
    early = first.captured("20260401123016-world-bbbbbb", article_capture(1, STORY))
    with before_its_commit(second, lambda: first.publish(early)):
        publication = second.publish(late)
    one, other = lines(second)
    assert one["near_duplicate_of"] is None
    assert other["near_duplicate_of"]["article_id"] == one["article_id"]
    assert publication.entry is not None
    assert publication.entry.counts["duplicates"] == 1


def test_an_original_that_is_edited_is_no_copy_of_its_copy(hosts: Hosts) -> None:
    host, _ = hosts()
    host.publish(host.captured("20260401120000-world-aaaaaa", article_capture(1, STORY)))
    edited = EDITS["a paragraph added"](STORY)
    host.publish(host.captured("20260401120015-world-bbbbbb", article_capture(2, STORY), article_capture(1, edited)))
    first, copy, revision = lines(host)
    assert copy["duplicate_of"] == first["article_id"]
    assert (revision["event"], revision["near_duplicate_of"]) == ("revision", None)
