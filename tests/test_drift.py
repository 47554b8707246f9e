"""A site that changes its markup is noticed by the run that meets it: exit code, and the selector by name."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from crawler.archive.log import LogEntry
from crawler.ritual import Arrow
from crawler.state.coverage import Coverage, together
from tests.faults.kill_matrix import killed_at_arrow
from tests.faults.lost_projections import derived_otherwise, lose_projections
from tests.running import Finished, Project
from tests.site.articles import SampleSite
from tests.site.pages import article_page
from tests.site.server import HTML, Response, SampleServer, running

ARTICLES = 12
SITE = SampleSite(articles=ARTICLES, oddities=False)
SLOWLY = ("-s", "DOWNLOAD_DELAY=0.15", "-s", "RANDOMIZE_DOWNLOAD_DELAY=0", "-s", "CONCURRENT_REQUESTS=2")
IN_PARTS = (*SLOWLY, "-s", "ARCHIVE_PUBLISH_BYTES=20000")
"""A first part after a second. By bytes and not by time: the crawl rests for some seconds after each part."""

Template = Callable[[str], str]


@pytest.fixture(scope="module")
def server() -> Iterator[SampleServer]:
    with running(SITE) as served:
        yield served


@pytest.fixture
def site(server: SampleServer) -> SampleServer:
    """The site in its own template."""
    server.pages.clear()
    return server


@pytest.fixture(scope="module")
def once(server: SampleServer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with one good crawl; read only."""
    server.pages.clear()
    project = Project(tmp_path_factory.mktemp("once"))
    done = project.crawl(server.base_url)
    assert done.code == 0, done
    return project.path


@pytest.fixture
def crawled(once: Path, tmp_path: Path) -> Project:
    """A project with one good crawl."""
    shutil.copytree(once, tmp_path / "crawled")
    return Project(tmp_path / "crawled")


def changed(site: SampleServer, template: Template) -> None:
    """Serve all articles in another template."""
    for article in SITE.listed:
        page = template(article_page(article, site.base_url, 1).decode())
        site.pages[article.path] = Response(200, HTML, page.encode())


def renamed(page: str) -> str:
    """The headline is marked up in another way, and machines are told it as before."""
    return page.replace('<h1 class="article__title">', '<div class="headline">').replace("</h1>", "</div>")


def without_headline(page: str) -> str:
    """A template that shows and tells no headline anywhere."""
    told = renamed(page).replace('"headline"', '"alternative"').replace("og:title", "og:none").replace("headline", "x")
    head, _, rest = told.partition("<title>")
    return (
        (head + rest.partition("</title>")[2])
        .replace('<div class="x">', "<!-- ")
        .replace('</div><div class="article__info">', ' --><div class="article__info">')
    )


def alarmed(done: Finished, *words: str) -> None:
    assert done.code == 3, done
    assert "over the gate" in done.err
    for word in (*words, "docs/adding-a-site.md"):
        assert word in done.err, done


def last(project: Project) -> LogEntry:
    return project.entries()[-1]


def test_c22_a_layout_change_that_hides_every_headline_fails_the_run_and_names_the_selector(
    crawled: Project, site: SampleServer
) -> None:
    assert crawled.crawl(site.base_url).code == 0
    changed(site, without_headline)
    done = crawled.crawl(site.base_url)
    alarmed(done, "12 no_title", "h1.article__title matched on 100% of pages in the last 2 runs and on 0% of 12 now")
    assert "ARCHIVE_DRIFT_SINCE" not in done.err, "pages that give no article cannot be accepted"
    assert last(crawled).fields["title"] == {"no_title": ARTICLES}
    assert last(crawled).counts["captures"] == ARTICLES + 3, "the pages are archived all the same"


def test_c22_a_first_run_that_finds_no_headline_names_the_selectors_that_it_tried(
    project: Project, site: SampleServer
) -> None:
    changed(site, without_headline)
    alarmed(project.crawl(site.base_url), "none of h1.article__title, .article__title, h1 matched on 12 of 12 pages")


def test_a_headline_that_only_machines_are_told_is_published_with_an_alarm(
    crawled: Project, site: SampleServer
) -> None:
    changed(site, renamed)
    done = crawled.crawl(site.base_url)
    alarmed(done, "title: h1.article__title matched on 100% of pages in the last run and on 0% of 12 now")
    assert "json-ld:headline serves instead" in done.err
    assert "ARCHIVE_DRIFT_SINCE accepts it as it is" in done.err
    assert last(crawled).counts["unchanged"] == ARTICLES, "unchanged articles count too"
    assert last(crawled).summary in done.err


def test_a_body_in_another_element_is_named(crawled: Project, site: SampleServer) -> None:
    changed(site, lambda page: page.replace('class="article__body"', 'class="story"'))
    alarmed(crawled.crawl(site.base_url), "text: .article__body matched on 100%")


def test_the_alarm_goes_on_until_the_operator_accepts_the_site_as_it_is(crawled: Project, site: SampleServer) -> None:
    changed(site, renamed)
    for _ in range(2):
        alarmed(crawled.crawl(site.base_url), "h1.article__title")
    accepted = ("-s", f"ARCHIVE_DRIFT_SINCE={last(crawled).snapshot_id}")
    for _ in range(2):
        done = crawled.crawl(site.base_url, *accepted)
        assert done.code == 0, done
    site.pages.clear()
    assert crawled.crawl(site.base_url, *accepted).code == 0, "a field that is found again is no alarm"


def test_the_judgement_is_the_same_when_all_caches_were_deleted(crawled: Project, site: SampleServer) -> None:
    lose_projections(crawled)
    changed(site, renamed)
    alarmed(crawled.crawl(site.base_url), "h1.article__title")


def test_runs_that_ask_for_something_else_are_not_compared(crawled: Project, site: SampleServer) -> None:
    changed(site, renamed)
    assert crawled.crawl(site.base_url, "-a", "sources=feed").code == 0
    assert {entry.series for entry in crawled.entries()} == {
        "world section=world site=sputnik-international sources=section,feed",
        "world section=world site=sputnik-international sources=feed",
    }


def test_a_run_in_parts_is_judged_as_a_whole_and_each_part_says_its_own(project: Project, site: SampleServer) -> None:
    assert project.crawl(site.base_url, *IN_PARTS).code == 0
    parts = project.entries()
    assert len(parts) > 1
    assert together(Coverage(part.fields) for part in parts).pages("title") == ARTICLES
    changed(site, renamed)
    done = project.crawl(site.base_url, *IN_PARTS)
    alarmed(done, "matched on 100% of pages in the last run and on 0% of 12 now")
    verdicts = [entry.verdict for entry in project.entries()[len(parts) :]]
    assert verdicts == ["continues"] * (len(verdicts) - 1) + ["over the gate"]


def test_a_crashed_run_counts_as_the_crawl_would_have(project: Project, site: SampleServer, tmp_path: Path) -> None:
    """What crashed is no measure for others."""
    first = SITE.listed[0]
    site.pages[first.path] = Response(
        200, HTML, without_headline(article_page(first, site.base_url, 1).decode()).encode()
    )
    assert killed_at_arrow(project, site, Arrow.WARCS_PUT, 1).died
    crashed, after = project.entries()
    assert crashed.verdict == "interrupted"
    assert crashed.fields == after.fields
    assert crashed.fields["title"] == {"site:h1.article__title": ARTICLES - 1, "no_title": 1}
    assert crashed.series == after.series != ""
    assert derived_otherwise(project, tmp_path / "again") == []


def test_the_end_of_a_run_and_a_command_show_where_the_fields_came_from(project: Project, site: SampleServer) -> None:
    done = project.crawl(site.base_url, "-L", "INFO")
    assert "fields by layer" in done.err
    changed(site, renamed)
    assert project.crawl(site.base_url).code == 3
    first, second = project.entries()
    now = project.scrapy("snapshots", "--fields")
    assert now.code == 0, now
    assert now.out.startswith(f"{second.snapshot_id}: world section=world")
    assert "json-ld:headline 100%" in now.out
    before = project.scrapy("snapshots", "--fields", first.snapshot_id)
    assert "site:h1.article__title 100%" in before.out
    assert project.scrapy("snapshots", "--fields", first.snapshot_id, "--json").json == first.fields


def test_fields_of_what_is_not_there_are_an_error_that_says_so(project: Project) -> None:
    nothing = project.scrapy("snapshots", "--fields")
    assert (nothing.code, "no snapshot that says where its fields came from" in nothing.err) == (2, True), nothing
    unknown = project.scrapy("snapshots", "--fields", "20260401120000-world-abcdef")
    assert (unknown.code, "20260401120000-world-abcdef" in unknown.err) == (2, True), unknown


def test_fields_of_a_run_that_read_no_article_are_said_to_be_none(project: Project, site: SampleServer) -> None:
    changed(site, lambda _: "<html><body>not here</body></html>")
    site.pages = {path: replace(page, status=503) for path, page in site.pages.items()}
    assert project.crawl(site.base_url, "-s", "RETRY_ENABLED=0").code == 3
    shown = project.scrapy("snapshots", "--fields", last(project).snapshot_id)
    assert (shown.code, "no article was read whole" in shown.out) == (0, True), shown
