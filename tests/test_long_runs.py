"""A run that takes long publishes as it goes, and one that has no room or no store waits, within limits."""

import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from crawler.options import StoreAccess
from tests.faults.s3_faults import Does, happens, slow_down
from tests.faults.s3_server import ACCESS_KEY_ID, BUCKET, SECRET_ACCESS_KEY, S3Server
from tests.running import Project
from tests.site.articles import SampleSite
from tests.site.server import SampleServer, running
from tests.whole import all_is_there_once

ARTICLES = 16
SLOWLY = ("-s", "DOWNLOAD_DELAY=0.2", "-s", "CONCURRENT_REQUESTS=2", "-s", "CONCURRENT_REQUESTS_PER_DOMAIN=1")


@pytest.fixture
def site() -> Iterator[SampleServer]:
    with running(SampleSite(articles=ARTICLES, oddities=False)) as server:
        yield server


@pytest.fixture
def bucket() -> Iterator[S3Server]:
    with S3Server() as server:
        yield server


@pytest.fixture
def on_s3(project: Project, bucket: S3Server) -> Project:
    return s3_project(project, bucket)


def s3_project(project: Project, bucket: S3Server) -> Project:
    """The project, with its archive in a bucket, and little patience."""
    variables = {
        "AWS_ACCESS_KEY_ID": ACCESS_KEY_ID,
        "AWS_SECRET_ACCESS_KEY": SECRET_ACCESS_KEY,
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": bucket.base,
    }
    access = StoreAccess(ACCESS_KEY_ID, SECRET_ACCESS_KEY, endpoint_url=bucket.base, region="us-east-1", patience=5)
    return Project(project.path, f"s3://{BUCKET}/news", access, variables)


def test_a_long_run_publishes_parts_while_it_crawls(project: Project, site: SampleServer) -> None:
    done = project.crawl(site.base_url, *SLOWLY, "-s", "ARCHIVE_PUBLISH_SECONDS=1")
    assert done.code == 0, done
    entries = project.entries()
    assert len(entries) > 1, "nothing was published before the end"
    assert [entry.verdict for entry in entries] == ["continues"] * (len(entries) - 1) + ["complete"]
    assert {entry.run_id for entry in entries} == {entries[0].snapshot_id}
    assert sum(entry.counts["new"] for entry in entries) == ARTICLES
    assert sum(entry.counts["captures"] for entry in entries) == ARTICLES + 3  # robots.txt and two sources
    assert f"{ARTICLES} due, {ARTICLES} new" in entries[-1].summary, "the verdict is on the whole run"
    all_is_there_once(project, site)


def test_a_run_publishes_by_size(project: Project, site: SampleServer) -> None:
    done = project.crawl(site.base_url, *SLOWLY, "-s", "ARCHIVE_PUBLISH_BYTES=20000")
    assert done.code == 0, done
    assert len(project.entries()) > 1
    all_is_there_once(project, site)


def test_of_two_runs_at_once_both_publish_and_an_article_has_one_first_version(
    project: Project, site: SampleServer
) -> None:
    """A long one that publishes in parts, and short ones beside it, from another host."""
    other = Project(project.path.parent / "other", str(project.archive))
    codes = []
    with (project.path / "stderr").open("w") as err:
        long = subprocess.Popen(
            project.command(*project.crawl_arguments(site.base_url), *SLOWLY, "-s", "ARCHIVE_PUBLISH_SECONDS=1"),
            cwd=project.path,
            env=project.environment(),
            stderr=err,
        )
        while long.poll() is None:
            codes.append(other.crawl(site.base_url).code)
    assert long.returncode == 0, (project.path / "stderr").read_text()
    assert set(codes) == {0}
    assert len({entry.run_id for entry in project.entries()}) > 1, "only one of them published"
    all_is_there_once(project, site)


def test_a_store_that_is_down_for_a_while_costs_nothing(on_s3: Project, bucket: S3Server, site: SampleServer) -> None:
    assert on_s3.crawl(site.base_url).code == 0
    bucket.misbehave(slow_down(times=8))
    site.site = SampleSite(articles=ARTICLES, edition=2, oddities=False)
    done = on_s3.crawl(site.base_url)
    assert done.code == 0, done
    assert "the store was asked again" in done.err
    assert len(on_s3.entries()) == 2


def test_a_store_that_is_down_lets_the_run_go_on_into_the_spool(
    on_s3: Project, bucket: S3Server, site: SampleServer
) -> None:
    assert on_s3.crawl(site.base_url, "-a", "sources=feed").code == 0
    published = len(on_s3.lines())
    bucket.misbehave(slow_down())
    down = on_s3.crawl(site.base_url, "-s", "ARCHIVE_STORE_SECONDS=1")
    assert down.code == 5, down
    assert "kept for the next run" in down.err
    assert len(site.requests) > ARTICLES, "it did not crawl"
    site.requests.clear()
    bucket.misbehave()
    again = on_s3.scrapy("publish")
    assert again.code == 0, again
    assert "1 runs published" in again.out
    assert len(on_s3.lines()) > published - 1
    all_is_there_once(on_s3, site)
    assert site.requests == [], "nothing had to be fetched again"


def test_a_store_that_never_answered_is_an_error_before_the_first_request(
    on_s3: Project, bucket: S3Server, site: SampleServer
) -> None:
    bucket.misbehave(slow_down())
    done = on_s3.crawl(site.base_url, "-s", "ARCHIVE_STORE_SECONDS=1")
    assert done.code == 5, done
    assert site.requests == []


def test_a_crawl_without_room_for_more_waits_and_goes_on_when_there_is(project: Project, site: SampleServer) -> None:
    """More waits in the spool than may, until what there is is published."""
    settings = ("-s", "ARCHIVE_SPOOL_BYTES=20000", "-L", "WARNING")
    done = project.crawl(site.base_url, *SLOWLY, *settings)
    assert done.code == 0, done
    assert "held back" in done.err
    assert "goes on" in done.err
    assert len(project.entries()) > 1
    all_is_there_once(project, site)


def test_a_crawl_that_gets_no_room_stops_in_time_and_loses_nothing(
    on_s3: Project, bucket: S3Server, site: SampleServer
) -> None:
    assert on_s3.crawl(site.base_url, "-a", "sources=feed").code == 0
    bucket.misbehave(slow_down())
    limits = ("-s", "ARCHIVE_SPOOL_BYTES=4000", "-s", "ARCHIVE_PAUSE_SECONDS=1", "-s", "ARCHIVE_STORE_SECONDS=1")
    stopped = on_s3.crawl(site.base_url, *SLOWLY, *limits)
    assert stopped.code == 5, stopped
    assert "the crawl is stopped" in stopped.err, stopped
    bucket.misbehave()
    assert on_s3.crawl(site.base_url).code == 0
    all_is_there_once(on_s3, site)


def test_a_disk_that_is_nearly_full_is_an_error_before_the_first_request(project: Project, site: SampleServer) -> None:
    done = project.crawl(site.base_url, "-s", f"ARCHIVE_FREE_BYTES={1 << 60}")
    assert done.code == 8, done
    assert "ARCHIVE_FREE_BYTES" in done.err
    assert site.requests == []
    assert not list(project.archive.glob("leases/**/*.json")), "others wait for a run that is not there"


def test_a_run_that_is_told_to_stop_ends_in_time_whatever_the_store_does(
    on_s3: Project, bucket: S3Server, site: SampleServer
) -> None:
    """The store takes what it is sent and never answers."""
    assert on_s3.crawl(site.base_url, "-a", "sources=feed").code == 0
    site.requests.clear()
    asked = site.wait_for_requests(5)
    with (on_s3.path / "stderr").open("w") as err:
        process = subprocess.Popen(
            on_s3.command(*on_s3.crawl_arguments(site.base_url), *SLOWLY, "-s", "ARCHIVE_STOP_SECONDS=1"),
            cwd=on_s3.path,
            env=on_s3.environment(),
            stderr=err,
        )
        assert asked.wait(30)
        bucket.misbehave(happens(Does.HANGS))
        process.send_signal(signal.SIGTERM)
        process.wait(20)
    said = (on_s3.path / "stderr").read_text()
    assert process.returncode == 5, said
    assert "ARCHIVE_STOP_SECONDS" in said
    assert "kept for the next run" in said
    bucket.misbehave()
    assert on_s3.crawl(site.base_url).code == 0
    all_is_there_once(on_s3, site)


def test_a_run_whose_spool_goes_away_is_stopped(project: Project, site: SampleServer) -> None:
    """Nobody looks after the disk, the clock and the lease any more: that must not go unnoticed."""
    with (project.path / "stderr").open("w") as err:
        command = project.command(*project.crawl_arguments(site.base_url), *SLOWLY)
        run = subprocess.Popen(command, cwd=project.path, env=project.environment(), stderr=err)
        while len(site.requests) < 4:
            assert run.poll() is None, (project.path / "stderr").read_text()
        project.spool.rename(project.path / "lost")
        code = run.wait(60)
    assert code == 5, (project.path / "stderr").read_text()
    assert len(site.requests) < ARTICLES, "it went on"


_NO_SECOND_PART = """
import errno, sys
from scrapy.cmdline import execute

made = []

def hook(event, arguments):
    if event == "os.mkdir" and str(arguments[0]).endswith("/warc") and ".scrapy" in str(arguments[0]):
        made.append(arguments[0])
        if len(made) > 1:
            raise OSError(errno.ENOSPC, "No space left on device")

sys.addaudithook(hook)
execute(["scrapy", *sys.argv[1:]])
"""


def test_a_part_after_which_none_can_be_begun_is_published_once(project: Project, site: SampleServer) -> None:
    arguments = project.crawl_arguments(site.base_url)
    done = subprocess.run(
        [sys.executable, "-c", _NO_SECOND_PART, *arguments, *SLOWLY, "-s", "ARCHIVE_PUBLISH_SECONDS=1"],
        cwd=project.path,
        env=project.environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 8, done.stderr
    assert "kept" not in done.stderr, "all that was captured is published"
    (entry,) = project.entries()
    assert entry.verdict == "continues"
    assert not list(project.spool.glob("*/2*/warc/*"))
    assert project.crawl(site.base_url).code == 0
    all_is_there_once(project, site)


def test_a_store_that_keeps_no_writers_apart_takes_one_run_at_a_time(
    on_s3: Project, bucket: S3Server, site: SampleServer
) -> None:
    bucket.misbehave(happens(Does.IGNORES_CONDITION))
    other = Project(on_s3.path.parent / "other", on_s3.store, on_s3.access, on_s3.variables)
    asked = site.wait_for_requests(4)
    with (on_s3.path / "stderr").open("w") as err:
        first = subprocess.Popen(
            on_s3.command(*on_s3.crawl_arguments(site.base_url), *SLOWLY),
            cwd=on_s3.path,
            env=on_s3.environment(),
            stderr=err,
        )
        assert asked.wait(40)
        with running(SampleSite(articles=1, oddities=False)) as unasked:
            refused = other.crawl(unasked.base_url)
            assert refused.code == 6, refused
            assert "one writer at a time" in refused.err
            assert unasked.requests == []
        first.wait(60)
    assert first.returncode == 0, (on_s3.path / "stderr").read_text()
    again = other.crawl(site.base_url)
    assert again.code == 0, again
    all_is_there_once(on_s3, site)
