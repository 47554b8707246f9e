"""`kill -9` at any moment of a run that publishes to S3, then the same command again: the short form."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.ritual import Arrow
from tests.faults.kill_matrix import HEADING, duration_of, instants, killed_after, killed_at_arrow
from tests.running import Project
from tests.services.seaweedfs import Seaweed
from tests.site.articles import SampleSite
from tests.site.server import SampleServer, running

pytestmark = pytest.mark.services

BUCKET = "archive"
ARTICLES = 12
RANDOM_KILLS = 6


@pytest.fixture(scope="module")
def site() -> Iterator[SampleServer]:
    with running(SampleSite(articles=ARTICLES, oddities=False)) as server:
        yield server


@pytest.fixture
def on_s3(s3_server: Seaweed, tmp_path: Path) -> Project:
    return s3_server.project(tmp_path / "project", BUCKET)


@pytest.fixture(scope="module")
def duration(site: SampleServer, s3_server: Seaweed, tmp_path_factory: pytest.TempPathFactory) -> float:
    """Seconds that an undisturbed crawl takes here."""
    return duration_of(s3_server.project(tmp_path_factory.mktemp("timing"), BUCKET), site)


@pytest.mark.parametrize("attempt", range(RANDOM_KILLS))
def test_killed_at_a_random_moment(on_s3: Project, site: SampleServer, duration: float, attempt: int) -> None:
    (moment,) = instants(1, duration, seed=100 + attempt)
    outcome = killed_after(on_s3, site, moment)
    assert outcome.is_well, f"{HEADING}\n{outcome}\n{outcome.said}"


@pytest.mark.parametrize("arrow", Arrow)
def test_killed_at_an_arrow_of_the_ritual(on_s3: Project, site: SampleServer, arrow: Arrow) -> None:
    outcome = killed_at_arrow(on_s3, site, arrow, 1)
    assert outcome.died, f"the run never passed {arrow}"
    assert outcome.is_well, f"{HEADING}\n{outcome}\n{outcome.said}"
