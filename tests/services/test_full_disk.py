"""A disk that fills up under a crawl: a real, small one (tmpfs, which takes root to mount)."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.running import Project
from tests.site.articles import SampleSite
from tests.site.server import SampleServer, running
from tests.whole import all_is_there_once

pytestmark = pytest.mark.services

MIB = 1 << 20
SLOWLY = ("-s", "DOWNLOAD_DELAY=0.2", "-s", "CONCURRENT_REQUESTS=2", "-s", "CONCURRENT_REQUESTS_PER_DOMAIN=1")


@pytest.fixture
def site() -> Iterator[SampleServer]:
    with running(SampleSite(articles=16, oddities=False)) as server:
        yield server


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 16 MiB."""
    path = tmp_path / "disk"
    path.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", path], check=True)
    try:
        yield path
    finally:
        subprocess.run(["umount", path], check=True)


def test_a_crawl_is_held_back_before_the_disk_is_full_and_goes_on_when_there_is_room(
    project: Project, site: SampleServer, small_disk: Path
) -> None:
    settings = ("-s", f"ARCHIVE_SPOOL={small_disk}", "-s", f"ARCHIVE_FREE_BYTES={8 * MIB}")
    asked = site.wait_for_requests(4)
    process = subprocess.Popen(
        project.command(*project.crawl_arguments(site.base_url), *SLOWLY, *settings),
        cwd=project.path,
        env=project.environment(),
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    with process, process.stderr as said:
        assert asked.wait(30)
        other = small_disk / "somebody-elses"
        other.write_bytes(bytes(10 * MIB))
        heard = next(line for line in said if "held back" in line)
        assert "ARCHIVE_FREE_BYTES" in heard
        other.unlink()
        rest = said.read()
    assert process.returncode == 0, rest
    assert "goes on" in rest
    all_is_there_once(project, site)


def test_a_disk_that_is_full_stops_the_run_and_the_next_one_goes_on_where_there_is_room(
    project: Project, site: SampleServer, small_disk: Path
) -> None:
    """P10: what is captured ends at the last whole record, and no file that was good is harmed."""
    settings = ("-s", f"ARCHIVE_SPOOL={small_disk}", "-s", "ARCHIVE_FREE_BYTES=0")
    other = small_disk / "somebody-elses"
    other.write_bytes(bytes(15 * MIB + MIB // 2 + MIB // 4))
    full = project.scrapy(*project.crawl_arguments(site.base_url), *settings)
    assert full.code == 8, full
    assert "Traceback" not in full.err
    other.unlink()
    again = project.scrapy(*project.crawl_arguments(site.base_url), *settings)
    assert again.code == 0, again
    all_is_there_once(project, site)
