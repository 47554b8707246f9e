"""`scrapy doctor` finds what a scheduled run would fail on, goes on after it, and says what to do."""

import argparse
import subprocess
from collections.abc import Iterator

import pytest

from crawler.cli.doctor import add_arguments
from crawler.errors import ExitCode
from crawler.ritual import Arrow
from spiders.world import WorldSpider
from tests.faults.kill_matrix import WHOLE
from tests.running import Finished, Project
from tests.site.articles import SampleSite
from tests.site.server import SampleServer, running

CHECKS = [
    "contact", "limits", "settings", "spool", "disk", "space", "crashed runs", "set aside",
    "store", "clock", "writers", "checksums", "leases", "log", "orphans",
]  # fmt: skip
OFFLINE = ("doctor", "--offline", "--json")


@pytest.fixture(scope="module")
def site() -> Iterator[SampleServer]:
    with running(SampleSite(articles=3, oddities=False)) as server:
        yield server


def checks_of(done: Finished) -> dict[str, dict[str, object]]:
    return {finding["check"]: finding for finding in done.json["checks"]}


def bad(done: Finished) -> set[str]:
    """Checks that found a problem, or a warning but for one that depends on the machine."""
    return {name for name, finding in checks_of(done).items() if finding["status"] != "ok"} - {"disk"}


def killed_at(project: Project, site: SampleServer, arrow: Arrow) -> None:
    command = project.command(*project.crawl_arguments(site.base_url), *WHOLE)
    command[2:3] = ["tests.faults.killed_at", arrow, "1"]
    killed = subprocess.run(
        command, cwd=project.path, env=project.environment(), capture_output=True, timeout=60, check=False
    )
    assert killed.returncode == -9, killed.stderr.decode()


def test_all_is_well_before_the_first_run_and_after_it(project: Project, site: SampleServer) -> None:
    settings = ("-s", "ARCHIVE_CONTACT=op@news.example", "--base", site.base_url, "--json")
    before = project.scrapy("doctor", *settings)
    assert before.code == 0, before
    assert list(checks_of(before)) == [*CHECKS, "robots"]
    assert bad(before) == set(), before
    assert project.crawl(site.base_url).code == 0
    after = project.scrapy("doctor", *settings)
    assert (after.code, bad(after)) == (0, set()), after
    assert "up to snapshot 1, format version 1" in str(checks_of(after)["log"]["found"])
    assert f"allows {site.base_url}/world/" in str(checks_of(after)["robots"]["found"])
    assert project.problems() == []


def test_people_get_a_line_for_each_check_and_what_to_do(project: Project) -> None:
    done = project.scrapy("doctor", "--offline")
    *lines, last = done.out.splitlines()
    assert [line[9:23].strip() for line in lines] == CHECKS, done
    assert {line.split()[0] for line in lines} <= {"ok", "warning"}
    assert "set ARCHIVE_CONTACT" in lines[0]
    assert last.startswith("15 checks: 0 problems, ")


def test_a_store_that_is_a_file_is_a_problem_and_the_rest_is_looked_at(project: Project) -> None:
    project.archive.write_text("")
    done = project.scrapy(*OFFLINE)
    assert done.code == ExitCode.NOT_PUBLISHED, done
    assert list(checks_of(done)) == CHECKS
    assert bad(done) == {"contact", "store", "clock", "writers", "checksums", "leases", "log", "orphans"}
    assert "set ARCHIVE_STORE" in str(checks_of(done)["store"]["advice"])
    assert checks_of(done)["log"]["found"] == "not checked: it needs the store"


def test_a_spool_that_cannot_be_written_is_a_problem_and_the_store_is_looked_at(project: Project) -> None:
    (project.path / "file").write_text("")
    done = project.scrapy(*OFFLINE, "-s", "ARCHIVE_SPOOL=file/spool")
    assert done.code == ExitCode.NOT_PUBLISHED, done
    assert bad(done) == {"contact", "spool", "space", "crashed runs", "set aside", "log"}
    assert checks_of(done)["log"]["found"] == "not checked: it needs the spool"
    assert not list(project.archive.glob("**/probe*"))


def test_a_store_of_which_nobody_knows_is_a_problem(project: Project) -> None:
    done = project.scrapy(*OFFLINE, "-s", "ARCHIVE_STORE=gs://bucket/news")
    assert done.code == ExitCode.USAGE, done
    assert bad(done) == {"contact", "settings", "spool", "store"}


def test_what_is_no_site_is_told_before_anything_is_looked_at(project: Project) -> None:
    for argument in ("--base=ftp://news.example", "--base=https://me:s3cr3t@news.example", "--site=nowhere"):
        done = project.scrapy("doctor", argument)
        assert (done.code, done.out) == (ExitCode.USAGE, ""), done
        assert len(done.err.splitlines()) == 1, done


def test_the_site_that_is_asked_unless_told_otherwise_is_that_of_the_crawl() -> None:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    asked = parser.parse_args([])
    spider = WorldSpider()
    assert (asked.site, asked.section) == (spider.site_name, spider.arguments["section"])


def test_a_disk_with_less_room_than_asked_for_is_a_problem(project: Project) -> None:
    done = project.scrapy(*OFFLINE, "-s", f"ARCHIVE_FREE_BYTES={1 << 60}")
    assert (done.code, bad(done)) == (ExitCode.OUT_OF_SPACE, {"contact", "space"}), done


def test_a_run_that_crashed_is_counted_and_left_to_be_published(project: Project, site: SampleServer) -> None:
    killed_at(project, site, Arrow.ACKNOWLEDGED)
    done = project.scrapy(*OFFLINE)
    assert (done.code, bad(done)) == (0, {"contact", "crashed runs"}), done
    assert "scrapy publish" in str(checks_of(done)["crashed runs"]["advice"])
    assert project.scrapy("publish").code == 0
    assert "crashed runs" not in bad(project.scrapy(*OFFLINE))


def test_uploads_whose_spool_is_lost_are_orphans(project: Project, site: SampleServer) -> None:
    killed_at(project, site, Arrow.WARC_PUT)
    here = project.scrapy(*OFFLINE)
    assert bad(here) == {"contact", "crashed runs"}, here
    project.spool.rename(project.path / "lost")
    done = project.scrapy(*OFFLINE)
    assert (done.code, bad(done)) == (0, {"contact", "orphans"}), done
    assert "scrapy adopt" in str(checks_of(done)["orphans"]["advice"])


def test_a_damaged_log_is_a_problem_and_the_orphans_wait_for_it(project: Project, site: SampleServer) -> None:
    assert project.crawl(site.base_url).code == 0
    entry = project.archive / "log" / "00000001.json"
    entry.write_bytes(entry.read_bytes()[:-20])
    done = project.scrapy(*OFFLINE)
    assert (done.code, bad(done)) == (ExitCode.DAMAGED, {"contact", "log", "orphans"}), done


def test_a_format_of_the_future_is_a_problem(project: Project, site: SampleServer) -> None:
    assert project.crawl(site.base_url).code == 0
    (project.archive / "archive.json").write_text('{"format_version": 2}')
    done = project.scrapy(*OFFLINE)
    assert done.code == ExitCode.DAMAGED, done
    assert "update newswarc" in str(checks_of(done)["log"]["found"])
    (project.archive / "archive.json").unlink()
    assert project.scrapy(*OFFLINE).code == 0


def test_pieces_of_damaged_files_are_named_with_their_folder(project: Project) -> None:
    project.scrapy(*OFFLINE)
    (folder,) = project.spool.iterdir()
    (folder / "cut").mkdir()
    (folder / "cut" / "a.aside").write_bytes(b"?")
    done = project.scrapy(*OFFLINE)
    assert str(folder / "cut") in str(checks_of(done)["set aside"]["found"])


def test_credentials_are_never_shown(project: Project) -> None:
    settings = ("-s", "AWS_ACCESS_KEY_ID=AKIDEXAMPLE", "-s", "AWS_SECRET_ACCESS_KEY=s3cr3t")
    done = project.scrapy(
        *OFFLINE, *settings, "-s", "ARCHIVE_STORE=s3://bucket/news", "-s", "AWS_ENDPOINT_URL=http://127.0.0.1:9",
        "-s", "ARCHIVE_STORE_SECONDS=0",
    )  # fmt: skip
    assert done.code == ExitCode.NOT_PUBLISHED, done
    assert "s3cr3t" not in str(done)


def test_a_site_is_asked_with_the_user_agent_of_the_crawl(project: Project, site: SampleServer) -> None:
    asked = ("doctor", "--base", site.base_url)
    site.requests.clear()
    assert project.scrapy(*asked, "-s", "ARCHIVE_CONTACT=op@news.example").code == 0
    assert project.scrapy(*asked, "-s", "USER_AGENT=another/1").code == 0
    ours, another = [request.headers["User-Agent"] for request in site.requests]
    assert (ours.startswith("newswarc/"), ours.endswith("(+op@news.example)"), another) == (True, True, "another/1")
