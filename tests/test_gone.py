"""An article whose page answers 404 or 410, confirmed over time, is gone; one that is there again is restored."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from crawler.archive.checks import check_snapshot
from crawler.articles.gone import DESCRIBED
from crawler.items import JsonObject
from crawler.ritual import Arrow
from tests.faults.kill_matrix import killed_at_arrow
from tests.faults.lost_projections import derived_otherwise, lose_projections
from tests.running import Finished, Project
from tests.site.articles import FIRST_ID, SampleSite
from tests.site.server import HTML, Response, SampleServer, running

ARTICLES = 6
LOST = FIRST_ID + 2
AT_ONCE = ("-s", "ARCHIVE_GONE_HOURS=0")


@pytest.fixture
def site() -> Iterator[SampleServer]:
    with running(SampleSite(articles=ARTICLES, oddities=False)) as server:
        yield server


def take_down(site: SampleServer, status: int = 404) -> str:
    """The page of one article answers that it is not there, whatever the listing says."""
    (path,) = [article.path for article in site.site.listed if article.id == LOST]
    site.pages[path] = Response(status, HTML, b"<html><body>not here</body></html>")
    return path


def put_back(site: SampleServer) -> None:
    site.pages.clear()


def crawl(project: Project, site: SampleServer, *settings: str) -> Finished:
    return project.crawl(site.base_url, "-s", "ARCHIVE_GATE_SHARE=0.9", *settings)


def events(project: Project) -> list[tuple[str, int]]:
    """Events of the article in question."""
    return [(line["event"], line["version"]) for line in lines(project)]


def lines(project: Project) -> list[JsonObject]:
    return [line for line in project.lines() if line["article_id"].endswith(str(LOST))]


def test_an_article_is_gone_once_and_restored_once(project: Project, site: SampleServer, tmp_path: Path) -> None:
    assert crawl(project, site).code == 0
    take_down(site)
    first = crawl(project, site, *AT_ONCE)
    assert first.code == 3, "a dead link that is not confirmed yet is one article too few"
    assert "1 http_404" in first.err
    assert events(project) == [("article", 1)]
    second = crawl(project, site, *AT_ONCE)
    assert second.code == 0, second
    assert "1 gone" in second.err
    assert events(project) == [("article", 1), ("gone", 1)]
    third = crawl(project, site, *AT_ONCE)
    assert third.code == 0, "a site may list a dead link for ever"
    assert f"{ARTICLES} unchanged" in third.err
    put_back(site)
    back = crawl(project, site, *AT_ONCE)
    assert (back.code, "1 restored" in back.err) == (0, True), back
    assert crawl(project, site, *AT_ONCE).code == 0
    assert events(project) == [("article", 1), ("gone", 1), ("restored", 2)]
    assert [entry.counts.get("gone", 0) for entry in project.entries()] == [0, 0, 1, 0, 0, 0]
    assert [entry.counts.get("restored", 0) for entry in project.entries()] == [0, 0, 0, 0, 1, 0]
    assert project.problems() == []
    assert derived_otherwise(project, tmp_path / "again") == []


def test_a_run_in_parts_gives_what_its_warcs_give(project: Project, site: SampleServer, tmp_path: Path) -> None:
    in_parts = ("-s", "DOWNLOAD_DELAY=0.2", "-s", "CONCURRENT_REQUESTS=1", "-s", "ARCHIVE_PUBLISH_BYTES=10000")
    for _ in range(3):
        crawl(project, site, *AT_ONCE, *in_parts)
        take_down(site)
    put_back(site)
    crawl(project, site, *AT_ONCE, *in_parts)
    assert len(project.entries()) > 4, "no run had more than one part"
    assert events(project) == [("article", 1), ("gone", 1), ("restored", 2)]
    assert project.problems() == []
    assert derived_otherwise(project, tmp_path / "again") == []


def test_of_two_writers_the_later_one_decides_again(project: Project, site: SampleServer, tmp_path: Path) -> None:
    for _ in range(2):
        crawl(project, site, *AT_ONCE)
        take_down(site)

    def overtake(overtaken: Project) -> None:
        """What the killed run had decided, another one publishes."""
        (lines_in_spool,) = overtaken.spool.glob("*/2*/articles.jsonl")
        assert b'"gone"' in lines_in_spool.read_bytes()
        other = Project(tmp_path / "other", store=str(overtaken.archive))
        assert "1 gone" in crawl(other, site, *AT_ONCE).err

    assert killed_at_arrow(project, site, Arrow.WARCS_PUT, 1, *AT_ONCE, meanwhile=overtake).died
    assert events(project) == [("article", 1), ("gone", 1)]
    assert [entry.counts.get("gone", 0) for entry in project.entries()] == [0, 0, 1, 0, 0]
    assert project.problems() == []
    assert derived_otherwise(project, tmp_path / "again") == []


def test_evidence_of_an_earlier_snapshot_is_looked_up(project: Project, site: SampleServer) -> None:
    for _ in range(3):
        crawl(project, site, *AT_ONCE)
        take_down(site)
    _, gone = lines(project)
    (earlier,) = [
        path for path in project.archive.glob("warc/**/*.gz") if str(path).endswith(gone["captures"][0]["warc"])
    ]
    earlier.unlink()
    found = [problem.rule for problem in check_snapshot(project.repository, project.entries()[2], deep=True)]
    assert found == ["jsonl_evidence"]


def test_the_line_of_a_gone_article_is_what_was_known_without_its_text(project: Project, site: SampleServer) -> None:
    for settings in ((), AT_ONCE, AT_ONCE):
        crawl(project, site, *settings)
        take_down(site, 410)
    last, gone = lines(project)
    for name in ("article_id", *DESCRIBED):
        assert gone[name] == last[name], name
    assert (gone["text"], gone["blocks"], gone["images"], gone["related"], gone["word_count"]) == ("", [], [], [], 0)
    first, again = gone["captures"]
    assert (first["status"], again["status"]) == (410, 410)
    assert first["fetched_at"] < again["fetched_at"]
    assert gone["provenance"] == {"event": f"http 410 since {first['fetched_at'][:19]}Z"}
    assert gone["snapshot_id"] == project.entries()[2].snapshot_id
    assert list(gone) == list(last)


def test_a_restored_article_says_what_has_changed(project: Project, site: SampleServer) -> None:
    for settings in ((), AT_ONCE, AT_ONCE):
        crawl(project, site, *settings)
        take_down(site)
    put_back(site)
    edition = next(n for n in range(2, 9) if LOST in SampleSite(articles=ARTICLES, edition=n).changed_since_previous)
    site.site = SampleSite(articles=ARTICLES, edition=edition, oddities=False)
    assert crawl(project, site, *AT_ONCE).code == 0
    *_, restored = lines(project)
    assert (restored["event"], restored["version"]) == ("restored", 2)
    assert set(restored["changed_fields"]) & {"title", "text"}
    assert restored["text"]


def test_a_page_that_came_back_in_between_is_not_gone(project: Project, site: SampleServer) -> None:
    for there in (True, False, True, False):
        put_back(site)
        if not there:
            take_down(site)
        crawl(project, site, *AT_ONCE)
        lose_projections(project)
    assert events(project) == [("article", 1)]
    crawl(project, site, *AT_ONCE)
    assert events(project) == [("article", 1), ("gone", 1)]


def test_sightings_that_lie_too_close_together_confirm_nothing(project: Project, site: SampleServer) -> None:
    crawl(project, site)
    take_down(site)
    for _ in range(2):
        assert "1 http_404" in crawl(project, site).err
    assert events(project) == [("article", 1)]


@pytest.mark.parametrize("status", [403, 451, 500, 503])
def test_any_other_answer_is_no_sighting(project: Project, site: SampleServer, status: int) -> None:
    crawl(project, site)
    take_down(site, status)
    for _ in range(2):
        crawl(project, site, *AT_ONCE, "-s", "RETRY_ENABLED=0")
    take_down(site)
    crawl(project, site, *AT_ONCE)
    assert events(project) == [("article", 1)]


def test_what_was_never_there_is_not_gone(project: Project, site: SampleServer) -> None:
    take_down(site)
    for _ in range(3):
        assert "1 http_404" in crawl(project, site, *AT_ONCE).err
    assert events(project) == []
    assert project.problems() == []


@pytest.mark.parametrize(("arrow", "nth"), [(Arrow.ACKNOWLEDGED, 3), (Arrow.WARCS_PUT, 1), (Arrow.ENTRY_PUT, 1)])
def test_a_run_that_was_killed_gives_the_same(
    project: Project, site: SampleServer, tmp_path: Path, arrow: Arrow, nth: int
) -> None:
    for _ in range(2):
        crawl(project, site, *AT_ONCE)
        take_down(site)
    assert killed_at_arrow(project, site, arrow, nth, *AT_ONCE, meanwhile=lose_projections).died
    crawl(project, site, *AT_ONCE)
    assert events(project) == [("article", 1), ("gone", 1)]
    assert project.problems() == []
    assert derived_otherwise(project, tmp_path / "again") == []


def test_a_dead_link_to_an_earlier_slug_makes_no_article_gone(
    project: Project, site: SampleServer, tmp_path: Path
) -> None:
    crawl(project, site)
    path = take_down(site)
    put_back(site)
    earlier = f"/20260401/an-earlier-slug-{LOST}.html"
    for source in ("/world/", "/export/rss2/world/index.xml"):
        answer = site.answer(source, 1)
        site.pages[source] = replace(answer, body=answer.body.replace(path.encode(), earlier.encode()))
    site.pages[earlier] = Response(404, HTML, b"")
    for _ in range(3):
        assert "1 http_404" in crawl(project, site, *AT_ONCE).err
        lose_projections(project)
    assert events(project) == [("article", 1)]
    assert derived_otherwise(project, tmp_path / "again") == []
