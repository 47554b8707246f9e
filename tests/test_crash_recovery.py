"""`kill -9` at any moment, then the same command again: nothing lost, nothing doubled."""

import random
import signal
import subprocess
from collections.abc import Iterator

import pytest

from crawler.ritual import Arrow
from tests.faults.kill_matrix import HEADING, PASSES, duration_of, instants, killed_after, killed_at_arrow
from tests.running import Project
from tests.site import pages
from tests.site.articles import SampleSite
from tests.site.server import Response, SampleServer, running
from tests.whole import all_is_there_once

ARTICLES = 12
NOISE = random.Random(1).randbytes(300_000).hex().encode()  # noqa: S311  bytes that no compression makes much smaller
RANDOM_KILLS = 20


@pytest.fixture(scope="module")
def site() -> Iterator[SampleServer]:
    with running(SampleSite(articles=ARTICLES, oddities=False)) as server:
        yield server


@pytest.fixture(scope="module")
def duration(site: SampleServer, tmp_path_factory: pytest.TempPathFactory) -> float:
    """Seconds that an undisturbed crawl takes here."""
    return duration_of(Project(tmp_path_factory.mktemp("timing")), site)


@pytest.mark.parametrize("attempt", range(RANDOM_KILLS))
def test_killed_at_a_random_moment(project: Project, site: SampleServer, duration: float, attempt: int) -> None:
    (moment,) = instants(1, duration, seed=attempt)
    outcome = killed_after(project, site, moment)
    assert outcome.is_well, f"{HEADING}\n{outcome}\n{outcome.said}"


@pytest.mark.parametrize(("arrow", "nth"), PASSES)
def test_killed_at_an_arrow_of_the_ritual(project: Project, site: SampleServer, arrow: Arrow, nth: int) -> None:
    outcome = killed_at_arrow(project, site, arrow, nth)
    assert outcome.died, f"the run never passed {arrow} for the {nth}. time"
    assert outcome.is_well, f"{HEADING}\n{outcome}\n{outcome.said}"


def test_a_second_run_of_the_same_spider_leaves_at_once(project: Project, site: SampleServer) -> None:
    import fcntl

    project.crawl(site.base_url)
    (lock,) = project.spool.glob("*/world.lock")
    with lock.open("r+b") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        second = project.crawl(site.base_url)
    assert second.code == 6, second
    assert "another run of world" in second.err


def test_a_stopped_run_publishes_what_it_has_and_the_next_one_completes_it(project: Project) -> None:
    with running(SampleSite(articles=ARTICLES, oddities=False)) as site:
        asked = site.wait_for_requests(4)
        process = subprocess.Popen(
            project.command(*project.crawl_arguments(site.base_url), "-s", "DOWNLOAD_DELAY=0.2"),
            cwd=project.path,
            env=project.environment(),
            stderr=subprocess.PIPE,
            text=True,
        )
        asked.wait(30)
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=60)
        assert process.returncode == 4, err
        assert "interrupted" in err
        (entry,) = project.entries()
        assert entry.verdict == "interrupted"
        assert project.crawl(site.base_url).code == 0
        all_is_there_once(project, site)


def test_a_full_disk_stops_the_run_and_loses_nothing(project: Project, site: SampleServer) -> None:
    """RLIMIT_FSIZE stands for the full disk: the kernel refuses the write, as it would there. One page is too long."""
    article = site.site.listed[5]
    page = pages.article_page(article, site.base_url, site.site.edition) + b"<!--%b-->" % NOISE
    site.pages[article.path] = Response(200, {"Content-Type": "text/html; charset=utf-8"}, page)
    limited = subprocess.run(
        [
            "sh",
            "-c",
            'trap "" XFSZ; ulimit -f 400; exec "$@"',
            "sh",
            *project.command(*project.crawl_arguments(site.base_url)),
        ],
        cwd=project.path,
        env=project.environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert limited.returncode == 8, limited.stderr
    assert "free space" in limited.stderr
    assert "kept for the next run" in limited.stderr
    assert "Traceback" not in limited.stderr, limited.stderr
    again = project.crawl(site.base_url)
    assert again.code == 0, again
    all_is_there_once(project, site)
