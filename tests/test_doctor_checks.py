"""Each check of `scrapy doctor` by itself, on stores and sites that are wrong in one thing."""

import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawler.archive.spool import Spool
from crawler.errors import ExitCode, StoreUnavailableError
from crawler.options import ArchiveOptions
from crawler.state.diagnosis import Finding, Status, check_contact, check_limits, problem, warning, worst
from crawler.state.leases import Leases
from crawler.state.robots_check import check_robots
from crawler.state.spool_checks import check_disk, check_space, check_spool, file_system_of
from crawler.state.store_checks import StoreChecks, check_clock
from crawler.storage.local import LocalStore
from crawler.storage.memory import MemoryStore
from tests.site.articles import SampleSite
from tests.site.server import Response, SampleServer, running

CHECKS = [
    "contact", "limits", "settings", "spool", "disk", "space", "crashed runs", "set aside",
    "store", "clock", "writers", "checksums", "leases", "log", "orphans",
]  # fmt: skip
OFFLINE = ("doctor", "--offline", "--json")


@pytest.fixture
def site() -> Iterator[SampleServer]:
    with running(SampleSite(articles=1, oddities=False)) as server:
        yield server


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    made = Spool(tmp_path / "spool", "memory")
    made.prepare()
    return made


def found_by(store: MemoryStore, spool: Spool, options: ArchiveOptions | None = None) -> dict[str, Finding]:
    checks = StoreChecks(store, spool, options or ArchiveOptions(), spool_is_well=True)
    return {finding.check: finding for finding in checks.all()}


def test_more_waiting_than_may_is_told(spool: Spool) -> None:
    waiting = spool.path / "20260401120000-world-aaaaaa" / "warc"
    waiting.mkdir(parents=True)
    (waiting / "a.warc.gz").write_bytes(bytes(1000))
    found = check_space(spool, ArchiveOptions(spool_bytes=1000, publish_bytes=1000, free_bytes=0))
    assert (found.status, found.advice) == (Status.WARNING, "run `scrapy publish`")


def test_a_disk_that_takes_no_more_is_a_problem(tmp_path: Path) -> None:
    """As root nothing is read-only: a file in the place of the directory stands for it."""
    (tmp_path / "file").write_text("")
    assert check_spool(Spool(tmp_path / "file", "memory")).exit_code == ExitCode.NOT_PUBLISHED


@pytest.mark.parametrize(
    ("seconds", "status"),
    [(0, "ok"), (4, "ok"), (-4, "ok"), (60, "warning"), (-60, "warning"), (1000, "problem"), (-1000, "problem")],
)
def test_clocks_may_differ_by_little(seconds: int, status: str) -> None:
    now = datetime(2026, 4, 1, 12, tzinfo=UTC)
    store = MemoryStore(clock=lambda: now + timedelta(seconds=seconds))
    found = check_clock(store, lambda: now)
    assert found.status == status
    if status != "ok":
        assert f"{abs(seconds)}.0 s {'behind' if seconds > 0 else 'ahead of'} that of the store" in found.found


def test_the_time_that_asking_takes_is_no_skew() -> None:
    now = datetime(2026, 4, 1, 12, tzinfo=UTC)
    times = iter((now, now + timedelta(seconds=20)))
    found = check_clock(MemoryStore(clock=lambda: now + timedelta(seconds=10)), lambda: next(times))
    assert found.found.endswith("differ by 0.0 s")


def test_a_directory_refuses_no_signature_whatever_its_clock(tmp_path: Path) -> None:
    found = check_clock(LocalStore(tmp_path), lambda: datetime(2000, 1, 1, tzinfo=UTC))
    assert found.status == Status.WARNING


def test_a_store_that_takes_one_writer_is_told_and_another_writer_is_a_problem(spool: Spool) -> None:
    store = MemoryStore(put_if_absent=False)
    alone = found_by(store, spool)
    assert alone["writers"].status == alone["checksums"].status == Status.WARNING
    assert alone["leases"].status == Status.OK
    held = Leases(store, "news", "another", 900, host="elsewhere").take("world", "20260401120000-world-aaaaaa")
    found = found_by(store, spool)["leases"]
    assert found.exit_code == ExitCode.ANOTHER_RUN
    assert "world on elsewhere" in found.found
    spool.remember("world.holder", b"another")
    assert found_by(store, spool)["leases"].status == Status.WARNING, "it may be a crashed run of this spool"
    held.release()


def test_whoever_is_at_work_is_listed_while_the_lease_lives(spool: Spool) -> None:
    store = MemoryStore()
    Leases(store, "news", "another", 900, host="elsewhere").take("world", "20260401120000-world-aaaaaa")
    found = found_by(store, spool)["leases"]
    assert (found.status, "world on elsewhere" in found.found) == (Status.OK, True)
    later = datetime.now(UTC) + timedelta(seconds=901)
    store.now = lambda: later
    assert found_by(store, spool)["leases"].found == "nobody else is at work"


@pytest.mark.parametrize(("verb", "check"), [("learn", "writers"), ("list", "leases"), ("probe", "store")])
def test_a_store_that_fails_in_one_thing_is_asked_the_others(spool: Spool, verb: str, check: str) -> None:
    def faults(asked: str, _: str) -> None:
        if asked == verb:
            raise StoreUnavailableError("the store does not answer; try later")

    found = found_by(MemoryStore(faults=faults), spool)
    assert found[check].exit_code == ExitCode.NOT_PUBLISHED
    assert (found[check].found, found[check].advice) == ("the store does not answer", "try later")
    assert list(found) == ["store", "clock", "writers", "checksums", "leases", "log", "orphans"]


def test_what_the_store_is_good_for_is_remembered_for_the_runs(spool: Spool) -> None:
    found_by(MemoryStore(), spool)
    assert spool.remembered("traits.json") is not None


def test_robots_that_disallow_the_section_are_told(site: SampleServer) -> None:
    site.pages["/robots.txt"] = Response(200, {"Content-Type": "text/plain"}, b"User-agent: *\nDisallow: /world/\n")
    found = check_robots(f"{site.base_url}/world/", "newswarc/1")
    assert found.status == Status.WARNING
    assert "disallows" in found.found
    assert "ask the publisher" in found.advice


@pytest.mark.parametrize(("status", "good"), [(404, True), (503, False)])
def test_a_site_without_robots_allows_all_and_one_that_fails_nothing(
    site: SampleServer, status: int, good: bool
) -> None:
    site.pages["/robots.txt"] = Response(status, {}, b"")
    found = check_robots(f"{site.base_url}/world/", "newswarc/1")
    assert (found.status, f"HTTP {status}" in found.found) == (Status.OK if good else Status.WARNING, True)
    assert [asked.headers["User-Agent"] for asked in site.requests][-1] == "newswarc/1"


@pytest.mark.parametrize("answer", [b"", b"not HTTP at all\r\n\r\n"])
def test_an_answer_that_is_none_is_told(site: SampleServer, answer: bytes) -> None:
    site.raw["/robots.txt"] = [answer]
    found = check_robots(f"{site.base_url}/world/", "newswarc/1")
    assert (found.status, found.advice) == (Status.WARNING, "try again later")


def test_a_site_that_does_not_answer_is_waited_for_no_longer_than_said() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        found = check_robots(f"http://127.0.0.1:{silent.getsockname()[1]}/world/", "newswarc/1", seconds=0.2)
    assert found.status == Status.WARNING
    assert "no answer" in found.found or "timed out" in found.found


def test_settings_that_contradict_each_other_are_told() -> None:
    assert check_limits(ArchiveOptions()).status == Status.OK
    assert "ARCHIVE_SPOOL_BYTES=1 " in check_limits(ArchiveOptions(spool_bytes=1)).found
    assert "ARCHIVE_LEASE_SECONDS=899 " in check_limits(ArchiveOptions(lease_seconds=899)).found
    assert check_contact(ArchiveOptions(contact="op@news.example")).status == Status.OK


MOUNTS = """\
/dev/root / ext4 rw 0 0
tmpfs /run tmpfs rw 0 0
/dev/sdb /srv/my\\040news xfs rw 0 0
overlay /srv/container overlay rw 0 0
none /srv/container ext4 rw 0 0
damaged
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/home", "ext4"),
        ("/run/a", "tmpfs"),
        ("/running", "ext4"),
        ("/srv/my news/a", "xfs"),
        ("/srv/container", "ext4"),
    ],
)
def test_the_file_system_of_a_path_is_that_of_its_innermost_and_last_mount(path: str, kind: str) -> None:
    assert file_system_of(Path(path), MOUNTS) == kind


def test_a_spool_in_memory_is_told(spool: Spool, tmp_path: Path) -> None:
    (tmp_path / "mounts").write_text("tmpfs / tmpfs rw 0 0\n")
    found = check_disk(spool, tmp_path / "mounts")
    assert (found.status, "tmpfs" in found.found) == (Status.WARNING, True)
    assert check_disk(spool, tmp_path / "none").status == Status.OK


def test_the_exit_code_is_that_of_the_gravest_problem() -> None:
    codes = (ExitCode.ANOTHER_RUN, ExitCode.DAMAGED, ExitCode.USAGE)
    assert worst([problem("a check", "wrong", "mend it", code) for code in codes]) == ExitCode.DAMAGED
    assert worst([warning("a check", "odd", "see")]) == ExitCode.COMPLETE
