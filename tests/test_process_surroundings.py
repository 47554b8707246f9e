"""What surrounds a run: clocks that jump, time zones and languages, and state that is damaged, old or of the future."""

import gzip
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from signal import SIGKILL
from typing import Any

import orjson
import pytest

from crawler.archive.records import parse_warc_date, parse_warc_fields
from crawler.archive.repository import EMPTY
from crawler.archive.warc import read_records
from crawler.errors import ConfigurationError
from crawler.ritual import Arrow
from crawler.state.history import History
from tests.running import Finished, Project
from tests.site.articles import SampleSite
from tests.site.server import SampleServer, running

ARTICLES = 8
SMALL = ("-s", "ARCHIVE_WARC_BYTES=20000", "-s", "DOWNLOAD_DELAY=0.03", "-s", "RANDOMIZE_DOWNLOAD_DELAY=0")
ONE_SOURCE = ("-a", "sources=section")
"""A line says which source named its article first, and of two either may be the first."""
OF_THE_RUN = {"snapshot_id", "crawl_date", "fetched_at", "captures"}
"""Keys of a line that say when and by which run it was made."""
FOREIGN = {"TZ": "JST-9", "LANG": "C", "LC_ALL": "tr_TR", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
"""Tokyo's time, and a language that has another capital i; where it is not installed, ASCII."""


@pytest.fixture(scope="module")
def site() -> Iterator[SampleServer]:
    with running(SampleSite(articles=ARTICLES, oddities=False)) as server:
        yield server


@pytest.fixture(scope="module")
def archived(site: SampleServer, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """An archive of one snapshot, with its cache; read only."""
    project = Project(tmp_path_factory.mktemp("archived"))
    assert project.crawl(site.base_url, *ONE_SOURCE).code == 0
    return project


def by_module(project: Project, site: SampleServer, *module: str, **variables: str) -> Finished:
    """A crawl that a module of tests/faults runs."""
    command = project.command(*project.crawl_arguments(site.base_url), *SMALL)
    command[2:3] = module
    done = subprocess.run(
        command,
        cwd=project.path,
        env=project.environment(**variables),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return Finished(done.returncode, done.stdout, done.stderr)


def files_of(project: Project) -> list[str]:
    (entry,) = project.entries()
    return [listed.key for listed in entry.of("warc")]


def dates_and_durations(project: Project) -> list[tuple[str, int]]:
    """Day, and milliseconds that it took, of each exchange in the order of the files."""
    found = []
    for key in files_of(project):
        with (project.archive / key).open("rb") as stream:
            for located in read_records(stream, key):
                took = parse_warc_fields(located.record.block).get("fetchTimeMs")
                if located.record.kind == "metadata" and took is not None:
                    date = parse_warc_date(located.record.value("WARC-Date") or "")
                    found.append((date.strftime("%Y-%m-%dT%H"), int(took)))
    return found


@pytest.mark.parametrize(("jump", "after"), [(-3600, "2026-04-01T11"), (86400, "2026-04-02T12")])
def test_p16_a_clock_that_jumps_harms_nothing(project: Project, site: SampleServer, jump: int, after: str) -> None:
    done = by_module(project, site, "tests.faults.clock", "2026-04-01T12:00:00+00:00", str(jump))
    assert done.code == 0, done
    assert project.problems() == []
    found = dates_and_durations(project)
    assert {date for date, _ in found} == {"2026-04-01T12", after}, "a record has the time of the clock"
    assert all(0 <= took < 10_000 for _, took in found), "a duration is no difference of two times"
    (entry,) = project.entries()
    assert 0 < entry.seconds["run"] < 60
    names = files_of(project)
    assert len(set(names)) == len(names) > 1
    index = gzip.decompress((project.archive / entry.of("cdxj")[0].key).read_bytes()).splitlines()
    assert index == sorted(index)
    assert project.crawl(site.base_url).code == 0, "the next run lives with it"
    assert len(project.lines()) == ARTICLES


@pytest.mark.parametrize(
    ("start", "days"),
    [
        ("2026-12-31T23:59:40+00:00", ("2026-12-31", "2027-01-01")),
        ("2016-12-31T23:59:40+00:00", ("2016-12-31", "2017-01-01")),
        ("2026-03-29T00:59:40+00:00", ("2026-03-29", "2026-03-29")),
    ],
    ids=["year", "leap-second", "summer-time"],
)
def test_p18_what_is_partitioned_is_so_by_the_day_in_utc(
    project: Project, site: SampleServer, start: str, days: tuple[str, str]
) -> None:
    """In Berlin, where it is another day already, and the hour after 2026-03-29T01:00Z is missing."""
    berlin = "CET-1CEST,M3.5.0,M10.5.0/3"
    done = by_module(project, site, "tests.faults.clock", start, "60", TZ=berlin)
    assert done.code == 0, done
    assert project.problems() == []
    (entry,) = project.entries()
    assert entry.snapshot_id.startswith(days[0].replace("-", ""))
    assert [listed.key.split("/")[1] for listed in entry.of("articles")] == [f"date={days[0]}"]
    stamped = {"-".join(key.split("/")[1:4]) for key in files_of(project)}
    assert stamped == set(days), "a file lies under the day on which it was begun"
    assert len(files_of(project)) > 1


def test_p17_zone_and_language_of_the_machine_change_no_byte(
    project: Project, archived: Project, site: SampleServer
) -> None:
    done = project.crawl(site.base_url, *ONE_SOURCE, **FOREIGN)
    assert done.code == 0, done
    lines = {line["article_id"]: plain(line) for line in archived.lines()}
    assert {line["article_id"]: plain(line) for line in project.lines()} == lines
    assert lines
    for command in ("snapshots", "verify --deep", "doctor --offline"):
        assert project.scrapy(*command.split(), **FOREIGN).code == 0, command
    (entry,) = project.entries()
    assert entry.began_at.utcoffset() == entry.committed_at.utcoffset() == archived.entries()[0].began_at.utcoffset()
    assert b"+09:00" not in (project.archive / "log/00000001.json").read_bytes()


def plain(line: dict[str, Any]) -> bytes:
    return orjson.dumps({key: value for key, value in line.items() if key not in OF_THE_RUN})


def flipped(path: Path) -> None:
    data = bytearray(path.read_bytes())
    for place in range(200, len(data), 97):
        data[place] ^= 0x55
    path.write_bytes(data)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:5000])


def of_layout(number: int) -> Callable[[Path], None]:
    def change(path: Path) -> None:
        database = sqlite3.connect(path)
        database.execute(f"PRAGMA user_version = {number}")
        database.close()

    return change


@pytest.fixture
def cache(archived: Project, tmp_path: Path) -> Path:
    """A copy of the archive's cache, all in one file."""
    (found,) = archived.spool.glob("*/history.sqlite")
    copied = tmp_path / "history.sqlite"
    shutil.copy(found, copied)
    assert History(copied).head() != EMPTY
    return copied


@pytest.mark.parametrize("harm", [flipped, cut, of_layout(1)], ids=["flipped", "cut", "old"])
def test_p25_a_cache_that_is_damaged_or_old_is_made_anew_and_never_taken_for_empty(
    archived: Project, cache: Path, harm: Callable[[Path], None]
) -> None:
    harm(cache)
    history = History(cache)
    try:
        assert history.catch_up(archived.repository).seq == 1
        assert all(history.known(line["article_id"]) for line in archived.lines())
    finally:
        history.close()


def test_p26_a_cache_of_the_future_is_refused_and_kept(cache: Path) -> None:
    of_layout(1000)(cache)
    before = cache.read_bytes()
    with pytest.raises(ConfigurationError, match="update newswarc"):
        History(cache)
    assert cache.read_bytes() == before


def test_p26_a_run_of_the_future_is_refused_and_kept(project: Project, site: SampleServer) -> None:
    killed = by_module(project, site, "tests.faults.killed_at", Arrow.ACKNOWLEDGED, "2")
    assert killed.code == -SIGKILL, killed
    (facts,) = project.spool.glob("*/2*/run.json")
    of_today = facts.read_bytes()
    facts.write_bytes(orjson.dumps({**orjson.loads(of_today), "layout": 2, "what_is_new": 1}))
    with running(site.site) as unasked:  # the first server may still be reading what the killed process asked for
        refused = project.crawl(unasked.base_url)
    assert refused.code == 2, refused
    assert "update newswarc" in refused.err
    assert unasked.requests == []
    facts.write_bytes(of_today)
    assert project.scrapy("publish").code == 0
    assert project.problems() == []


@pytest.mark.parametrize("key", ["archive.json", "log/00000001.json"])
def test_p26_an_archive_of_the_future_is_refused(
    project: Project, archived: Project, site: SampleServer, key: str
) -> None:
    shutil.copytree(archived.archive, project.archive)
    path = project.archive / key
    path.write_bytes(orjson.dumps({**orjson.loads(path.read_bytes()), "format_version": 2}))
    refused = project.crawl(site.base_url)
    assert refused.code == 7, refused
    assert "update newswarc" in refused.err
