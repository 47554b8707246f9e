"""Whatever is no evidence may be deleted at any time: the next run decides as if it were there."""

import gzip
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from crawler.ritual import Arrow
from tests.faults.kill_matrix import killed_at_arrow
from tests.faults.lost_projections import derived_otherwise, lose_projections
from tests.running import Project
from tests.site import pages
from tests.site.articles import SampleSite
from tests.site.server import HTML, Response, SampleServer, running

ARTICLES = 12
CRAWLED = SampleSite(articles=ARTICLES, oddities=False)
EDITED = SampleSite(articles=ARTICLES, edition=2, oddities=False)


@pytest.fixture
def site() -> Iterator[SampleServer]:
    with running(CRAWLED) as server:
        yield server


def test_a_run_decides_the_same_when_history_and_caches_were_deleted(project: Project, site: SampleServer) -> None:
    assert project.crawl(site.base_url).code == 0
    lose_projections(project)
    assert not list(project.spool.glob("*/*")), "something is left that could be remembered"
    again = project.crawl(site.base_url)
    assert again.code == 0, again
    _, second = project.entries()
    assert (second.counts["new"], second.counts["revised"], second.counts["unchanged"]) == (0, 0, ARTICLES)
    assert project.problems() == []


def test_a_run_finds_the_revisions_when_history_and_caches_were_deleted(project: Project, site: SampleServer) -> None:
    assert project.crawl(site.base_url).code == 0
    lose_projections(project)
    site.site = EDITED
    assert project.crawl(site.base_url).code == 0
    revised = {int(line["article_id"].rpartition(":")[2]) for line in project.lines() if line["event"] == "revision"}
    assert revised == set(EDITED.changed_since_previous)
    assert project.entries()[1].counts["new"] == 1


@pytest.mark.parametrize("arrow", [Arrow.ACKNOWLEDGED, Arrow.WARC_PUT, Arrow.ENTRY_PUT, Arrow.SPOOL_EMPTIED])
def test_a_crashed_run_is_recovered_when_all_but_its_warcs_was_deleted(
    project: Project, site: SampleServer, arrow: Arrow
) -> None:
    outcome = killed_at_arrow(project, site, arrow, 1, meanwhile=lose_projections)
    assert outcome.died
    assert outcome.is_well, outcome.said


def test_committed_lines_and_indexes_are_those_that_the_warcs_give(
    project: Project, site: SampleServer, tmp_path: Path
) -> None:
    """Of whole runs, of crashed ones and of revisits to what an earlier run captured."""
    assert project.crawl(site.base_url).code == 0
    site.site = EDITED
    outcome = killed_at_arrow(project, site, Arrow.ACKNOWLEDGED, 3)
    assert outcome.died
    assert len(project.entries()) > 2, "nothing of the crashed run was published"
    assert derived_otherwise(project, tmp_path / "again") == []


def test_a_time_in_the_future_is_rejected_in_the_crawl_as_it_is_from_the_warcs(
    project: Project, site: SampleServer, tmp_path: Path
) -> None:
    article = CRAWLED.listed[0]
    written = replace(article, modified=article.published + 100 * 366 * 24 * 3600 // 2)
    site.pages[article.path] = Response(200, HTML, pages.article_page(written, site.base_url, 1))
    assert project.crawl(site.base_url).code == 0
    (line,) = [line for line in project.lines() if line["article_id"].endswith(f":{article.id}")]
    assert line["published_at"] is not None
    assert line["modified_at"] is None
    assert line["modified_raw"], "the raw string stays"
    assert line["provenance"]["modified_at"].startswith("rejected:")
    assert line["provenance"]["modified_at"].endswith(": in the future")
    assert derived_otherwise(project, tmp_path / "again") == []


def test_lines_that_the_warcs_do_not_give_are_noticed(project: Project, site: SampleServer, tmp_path: Path) -> None:
    assert project.crawl(site.base_url).code == 0
    (entry,) = project.entries()
    (listed,) = entry.of("articles")
    path = project.archive / listed.key
    path.chmod(0o644)
    path.write_bytes(gzip.compress(gzip.decompress(path.read_bytes()).replace(b'"version":1', b'"version":2', 1)))
    assert derived_otherwise(project, tmp_path / "again") == [f"articles of {entry.snapshot_id}"]
