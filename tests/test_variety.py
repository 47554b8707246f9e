"""The site as it was and is: both generations, twins, traps, other scripts; every source; identity in full."""

import json
from typing import Any

import pytest

from crawler.archive.jsonl import article_line
from crawler.articles import clean, extract_article
from tests.running import Project
from tests.site.articles import SampleSite
from tests.site.declared import DAY_ONLY, FEED_ONLY, NEWS_ONLY, OTHER_SECTION, SITEMAP_ONLY
from tests.site.server import HTML, Response, running
from tests.site.variety import Special, specials

BASE = "https://sputnikglobe.com"
SITE = SampleSite(articles=4, oddities=False, variety=True)
PAGES = [special for special in specials(BASE, 1) if special.truth]


def line_of(special: Special) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(
        article_line(clean(extract_article(special.page.decode(), BASE + special.path)))
    )
    return loaded


@pytest.mark.parametrize("special", PAGES, ids=lambda special: special.name)
def test_a_special_page_gives_what_it_holds(special: Special) -> None:
    line = line_of(special)
    assert {name: line[name] for name in special.truth} == special.truth


def test_a_date_in_the_future_is_rejected_with_its_reason() -> None:
    (special,) = [special for special in PAGES if special.name == "a date in the future"]
    line = line_of(special)
    assert line["published_at"] is None
    assert line["provenance"]["published_at"].startswith("rejected:")


def test_old_new_and_amp_urls_are_one_article(project: Project) -> None:
    with running(SITE) as server:
        done = project.crawl(server.base_url, "-a", "sources=section,feed,archive_feed")
    assert done.code == 0, done
    ids = [line["article_id"] for line in project.lines()]
    assert len(ids) == len(set(ids))
    lines = {line["article_id"].rpartition(":")[2]: line for line in project.lines()}
    assert lines["1074500003"]["title"] == "Bridge Opens", "linked by its old URL, served at the new one"
    assert {lines[number]["language"] for number in ("1044500002", "1120500004")} == {"ar", "ru"}
    assert project.problems() == []


def test_a_text_under_another_id_is_a_duplicate_of_the_first(project: Project) -> None:
    with running(SITE) as server:
        project.crawl(server.base_url, "-a", "sources=section")
    lines = {line["article_id"].rpartition(":")[2]: line for line in project.lines()}
    pair = (lines["1120500020"], lines["1120500021"])
    assert sorted(str(line["duplicate_of"]) for line in pair) == sorted(["None", _original(pair)])
    assert [line["duplicate_of"] for number, line in lines.items() if number not in ("1120500020", "1120500021")] == [
        None
    ] * (len(lines) - 2)


def _original(pair: tuple[dict[str, Any], dict[str, Any]]) -> str:
    (first,) = [line["article_id"] for line in pair if line["duplicate_of"] is None]
    return str(first)


def test_noise_is_no_revision_and_what_vanishes_is_told(project: Project) -> None:
    with running(SITE) as server:
        project.crawl(server.base_url, "-a", "sources=section")
        before = len(project.lines())
        server.site = SampleSite(articles=4, oddities=False, variety=True, edition=2)
        again = project.crawl(server.base_url, "-a", "sources=section")
    assert again.code == 0, again
    assert "withdrawn-1120500022.html: HTTP 410" in again.err
    revised = {
        line["article_id"].rpartition(":")[2] for line in project.lines()[before:] if line["event"] == "revision"
    }
    assert revised == {str(number) for number in server.site.changed_since_previous}


def test_every_source_declares_what_only_it_has(project: Project) -> None:
    with running(SITE) as server:
        arguments = (
            "sources=section,feed,archive_feed,sitemap,robots,day_archive",
            "since=2026-03-29",
            "until=2026-03-31",
        )
        done = project.crawl(server.base_url, *(part for argument in arguments for part in ("-a", argument)))
        assert not [asked.path for asked in server.requests if asked.path.startswith("/services/")]
    via = {line["url"].removeprefix(server.base_url): line["discovered_via"] for line in project.lines()}
    assert via[FEED_ONLY] == "feed"
    assert via[SITEMAP_ONLY] == "sitemap"
    assert via[NEWS_ONLY] == "news_sitemap"
    assert via[DAY_ONLY] == "day_archive"
    assert OTHER_SECTION not in via, "the archive feed lists it, but it belongs to another section"
    assert "1 of other sections" in done.err
    sections = {line["section"]: line["provenance"]["section"] for line in project.lines()}
    assert sections["World"]


@pytest.mark.parametrize("permitted", [False, True])
def test_what_robots_disallow_is_fetched_with_permission_alone(project: Project, permitted: bool) -> None:
    with running(SampleSite(articles=6, oddities=False)) as server:
        hidden = server.site.listed[-1]
        whole = server.answer("/world/", 0)
        item = f'<div class="list__item"><a class="list__title" href="{hidden.path}">T</a></div>'
        shown = whole.body.replace(hidden.path.encode(), b"/")
        server.pages["/world/"] = Response(200, HTML, shown)
        server.pages["/services/world/more.html"] = Response(200, HTML, item.encode())
        setting = ("-s", f"ARCHIVE_SERVICES_PERMITTED={permitted}")
        done = project.crawl(server.base_url, "-a", "sources=section", *setting)
        asked = [asked.path for asked in server.requests if asked.path.startswith("/services/")]
    assert done.code == 0, done
    assert bool(asked) is permitted
    ids = {line["article_id"] for line in project.lines()}
    assert (f"sputnik-international:{hidden.id}" in ids) is permitted


def test_an_edition_and_a_host_are_arguments(project: Project) -> None:
    with running(SITE) as server:
        server.pages["/arab_world/"] = server.answer("/world/", 0)
        done = project.crawl(
            server.base_url, "-a", "edition=arabic", "-a", "section=arab_world", "-a", "sources=section"
        )
    assert done.code == 0, done
    assert {line["site"] for line in project.lines()} == {"sputnik-arabic"}
    assert all(line["article_id"].startswith("sputnik-arabic:") for line in project.lines())
