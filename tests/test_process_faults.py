"""What befalls the process of a run: it is killed, told to stop, loses its terminal; or parts of its project fail."""

import asyncio
import os
import shutil
import signal
import subprocess
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from crawler.archive.keys import log_key
from crawler.archive.log import entry_sha256
from crawler.archive.spool import Spool
from crawler.archive.stored import read_captures
from crawler.archive.warc import read_records
from crawler.errors import CaptureError
from crawler.exporters.warc import WarcRecorder
from crawler.ritual import Arrow
from tests.captures import a_capture, run_facts
from tests.faults.record_exchanges import a_writer
from tests.running import Finished, Project
from tests.site.articles import SampleSite
from tests.site.server import SampleServer, running

ARTICLES = 12
SLOWLY = ("-s", "DOWNLOAD_DELAY=0.5", "-L", "INFO")
BROKEN = ("-s", "SPIDER_MODULES=tests.faults.broken_project")


@pytest.fixture(scope="module")
def archived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The archive of one run; read only."""
    project = Project(tmp_path_factory.mktemp("archived"))
    with running(SampleSite(articles=ARTICLES, oddities=False)) as server:
        assert project.crawl(server.base_url).code == 0
    return project.archive


@pytest.fixture
def site() -> Iterator[SampleServer]:
    with running(SampleSite(articles=ARTICLES, oddities=False)) as server:
        yield server


def killed_at(project: Project, site: SampleServer, arrow: Arrow, nth: int, *settings: str) -> None:
    command = project.command(*project.crawl_arguments(site.base_url), *settings)
    command[2:3] = ["tests.faults.killed_at", arrow, str(nth)]
    killed = subprocess.run(
        command, cwd=project.path, env=project.environment(), capture_output=True, timeout=60, check=False
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()


def signalled(project: Project, site: SampleServer, *signals: signal.Signals) -> Finished:
    """A crawl that gets a signal when it has begun, and the next one when it has said that it stops."""
    begun = site.wait_for_requests(4)
    process = subprocess.Popen(
        project.command(*project.crawl_arguments(site.base_url), *SLOWLY),
        cwd=project.path,
        env=project.environment(),
        stderr=subprocess.PIPE,
        text=True,
    )
    begun.wait(30)
    process.send_signal(signals[0])
    said = ""
    assert process.stderr is not None
    for further in signals[1:]:
        for line in process.stderr:
            said += line
            if "shutting down" in line:
                break
        process.send_signal(further)
    _, rest = process.communicate(timeout=60)
    return Finished(process.returncode, "", said + rest)


def the_next_run_completes(project: Project, site: SampleServer) -> None:
    assert project.problems() == [], "what is published is whole"
    again = project.crawl(site.base_url)
    assert again.code == 0, again
    found = Counter((line["article_id"], line["event"]) for line in project.lines())
    assert found == {(f"sputnik-international:{article.id}", "article"): 1 for article in site.site.listed}
    assert project.problems() == []
    assert not list(project.spool.glob("*/2*")), "the spool is empty when all is published"


def unheard(project: Project, *arguments: str, stderr: int) -> "subprocess.CompletedProcess[bytes]":
    """Run a command whose output goes to a reader that has gone."""
    read, write = os.pipe()
    os.close(read)
    try:
        return subprocess.run(
            project.command(*arguments), cwd=project.path, env=project.environment(), stdout=write, stderr=stderr,
            timeout=60, check=False,
        )  # fmt: skip
    finally:
        os.close(write)


@pytest.mark.parametrize(("arrow", "snapshots"), [(Arrow.INDEX_PUT, 1), (Arrow.LINES_PUT, 1), (Arrow.ENTRY_PUT, 2)])
def test_p05_readers_see_the_old_snapshots_or_the_new_one_too(
    project: Project, archived: Path, site: SampleServer, arrow: Arrow, snapshots: int
) -> None:
    shutil.copytree(archived, project.archive)
    site.site = SampleSite(articles=ARTICLES, edition=2, oddities=False)
    killed_at(project, site, arrow, 1)
    seen = project.scrapy("verify", "--deep", "--json")
    assert (seen.code, seen.json["snapshots"]) == (0, snapshots), seen
    assert project.crawl(site.base_url).code == 0
    events = Counter((line["article_id"], line["version"]) for line in project.lines())
    assert set(events.values()) == {1}, "no version is doubled"
    assert project.problems() == []


def test_p06_a_run_with_jobdir_that_was_killed_is_begun_anew(project: Project, site: SampleServer) -> None:
    job = ("-s", "JOBDIR=job", "-s", "ARCHIVE_WARC_BYTES=20000", "-s", "DOWNLOAD_DELAY=0.02")
    killed_at(project, site, Arrow.GROUP_SYNCED, 2, *job)
    again = project.crawl(site.base_url, *job)
    assert again.code == 0, again
    assert len({line["article_id"] for line in project.lines()}) == len(project.lines()) == ARTICLES
    assert project.problems() == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_p08_a_run_that_is_told_twice_stops_at_once(
    project: Project, site: SampleServer, number: signal.Signals
) -> None:
    stopped = signalled(project, site, number, number)
    assert stopped.code == 4, stopped
    assert "run the same command again" in stopped.err
    assert len(site.requests) < ARTICLES, "it waited for what was on its way"
    the_next_run_completes(project, site)


def test_p09_a_run_whose_terminal_is_closed_is_recovered(project: Project, site: SampleServer) -> None:
    assert signalled(project, site, signal.SIGHUP).code == -signal.SIGHUP
    the_next_run_completes(project, site)


def test_p09_whoever_stops_reading_gets_no_traceback(project: Project, archived: Path) -> None:
    shutil.copytree(archived, project.archive)
    (entry,) = project.entries()
    for seq in range(2, 150):  # more than one buffer full
        parent = entry_sha256((project.archive / log_key(seq - 1)).read_bytes())
        follows = replace(entry, seq=seq, parent_sha256=parent, snapshot_id=f"20260401{seq:06d}-world-aaaaaa")
        assert project.repository.append(follows)
    for command in ("snapshots", "snapshots --json", "doctor --offline"):
        done = unheard(project, *command.split(), stderr=subprocess.PIPE)
        assert (done.returncode, done.stderr) == (0, b""), command


def test_p09_a_crawl_that_nobody_listens_to_is_as_good_as_any(project: Project, site: SampleServer) -> None:
    done = unheard(project, *project.crawl_arguments(site.base_url), "-L", "INFO", stderr=subprocess.STDOUT)
    assert done.returncode == 0
    the_next_run_completes(project, site)


@pytest.mark.parametrize("store", ["file", "file/archive", "/proc/archive"])
def test_p12_a_store_that_cannot_be_written_is_told_before_the_first_request(
    project: Project, site: SampleServer, store: str
) -> None:
    """No one can write to /proc, root neither."""
    (project.path / "file").write_text("")
    done = project.crawl(site.base_url, "-s", f"ARCHIVE_STORE={store}")
    assert done.code == 5, done
    assert store in done.err
    assert "set ARCHIVE_STORE" in done.err
    assert len(done.err.splitlines()) == 1, done
    assert site.requests == []


def test_p12_a_store_that_is_missing_is_made(project: Project, site: SampleServer) -> None:
    assert project.crawl(site.base_url, "-s", "ARCHIVE_STORE=not/yet/there").code == 0
    assert (project.path / "not/yet/there/archive.json").is_file()


def test_p21_a_pipeline_that_fails_in_its_last_step_is_no_success(project: Project, site: SampleServer) -> None:
    pipeline = '{"tests.faults.broken_project.FailsInItsLastStep": 900}'
    done = project.crawl(site.base_url, "-s", f"ITEM_PIPELINES={pipeline}", "-s", "LOG_LEVEL=CRITICAL")
    assert done.code == 4, done
    assert "a pipeline failed in its last step" in done.err
    (entry,) = project.entries()
    assert entry.verdict == "interrupted"
    assert len(project.lines()) == ARTICLES, "what was captured is published all the same"


def test_p22_a_spider_whose_start_fails_is_no_success(project: Project, site: SampleServer) -> None:
    arguments = ("crawl", "start-fails", *project.crawl_arguments(site.base_url)[2:])
    done = project.scrapy(*arguments, *BROKEN)
    assert done.code == 4, done
    assert "stopped early (start_error)" in done.err
    assert len(project.lines()) == ARTICLES, "what was captured is published all the same"


def test_p22_a_run_that_asks_for_nothing_is_no_success(project: Project, site: SampleServer) -> None:
    arguments = ("crawl", "nothing-to-do", *project.crawl_arguments(site.base_url)[2:])
    done = project.scrapy(*arguments, *BROKEN)
    assert done.code == 3, done
    assert "no source was read" in done.err


def test_p28_runs_in_two_threads_of_a_process_never_mix(tmp_path: Path) -> None:
    """And within each of them many tasks put at once."""
    spool = Spool(tmp_path, "memory")
    spool.prepare()
    runs = [spool.begin(run_facts(f"20260401120000-{name}-aaaaaa", name)) for name in ("one", "two")]

    def unexpected(error: CaptureError) -> None:
        raise error

    async def record(number: int) -> None:
        recorder = WarcRecorder(a_writer(runs[number]), queue_bytes=10_000, on_failure=unexpected)
        body = bytes([number]) * 5000
        await asyncio.gather(*(recorder.put(a_capture(f"https://news.example/{n}", body)) for n in range(100)))
        await recorder.seal()

    threads = [threading.Thread(target=lambda number=number: asyncio.run(record(number))) for number in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    for number, run in enumerate(runs):
        ((path, key),) = run.sealed()
        with path.open("rb") as stream:
            found = {capture.url: capture for capture in read_captures(read_records(stream, key), key)}
        assert len(found) == 100
        with path.open("rb") as stream:
            bodies = {r.record.block[-5000:] for r in read_records(stream, key) if r.record.kind == "response"}
        assert bodies == {bytes([number]) * 5000}
        run.release()


def test_p29_no_console_is_open_to_others(project: Project, site: SampleServer) -> None:
    done = project.crawl(site.base_url, "-L", "DEBUG")
    assert done.code == 0, done
    assert "Telnet console listening" not in done.err
    assert "scrapy.extensions.telnet" not in done.err
    for name in ("TELNETCONSOLE_ENABLED", "REMOTE_CONTROL_ENABLED"):
        assert project.scrapy("settings", "--get", name).out == "False\n"
