"""With ARCHIVE_REQUISITES a crawl captures what its article pages need, behind them and under the same rules."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from crawler.archive.groups import read_groups
from crawler.archive.records import parse_warc_fields
from crawler.archive.stored import StoredAttempt, StoredCapture, read_stored
from crawler.archive.warc import read_records
from tests.running import Finished, Project
from tests.site import pages
from tests.site.articles import SampleSite
from tests.site.server import HTML, Response, SampleServer, running

ON = ("-s", "ARCHIVE_REQUISITES=1")


@pytest.fixture
def site() -> Iterator[SampleServer]:
    with running(SampleSite(articles=4, oddities=False)) as server:
        yield server


def crawled(project: Project, site: SampleServer, *more: str) -> Finished:
    done = project.crawl(site.base_url, *ON, *more)
    assert done.code == 0, done
    assert project.problems() == []
    return done


def asked(site: SampleServer) -> list[str]:
    return [request.path for request in site.requests]


def stored(project: Project) -> list[StoredCapture | StoredAttempt]:
    """Everything of the last snapshot that has a URL of the web."""
    found: list[StoredCapture | StoredAttempt] = []
    for listed in project.entries()[-1].of("warc"):
        with project.repository.open(listed) as stream:
            records = read_stored(read_records(stream, listed.key), listed.key)
            found += [part for part in records if isinstance(part, StoredCapture | StoredAttempt)]
    return found


def requisites(project: Project) -> dict[str, str | None]:
    """Paths and kinds of the captured requisites."""
    return {
        urlsplit(part.url).path: part.requisite
        for part in stored(project)
        if isinstance(part, StoredCapture) and part.requisite is not None
    }


def test_images_icons_stylesheets_and_what_these_name_are_captured(project: Project, site: SampleServer) -> None:
    done = crawled(project, site)
    article = site.site.listed[0].id
    found = requisites(project)
    assert found.items() >= {
        ("/style.css", "stylesheet"),
        ("/layout.css", "stylesheet"),
        ("/font.woff2", "font"),
        ("/img/paper.png", "image"),
        ("/img/icon.png", "icon"),
        (f"/img/{article}.png", "image"),
        (f"/img/{article}_640.png", "image"),
        (f"/img/{article}_1920.png", "image"),
    }
    assert f"{len(found)} requisites" in done.err
    assert project.entries()[0].counts["requisites"] == len(found)


def test_without_the_setting_nothing_but_pages_is_asked_for(project: Project, site: SampleServer) -> None:
    assert project.crawl(site.base_url).code == 0
    assert not [path for path in asked(site) if path.startswith(("/img/", "/style"))]


def test_they_are_asked_for_once_and_not_again_while_the_archive_has_them(project: Project, site: SampleServer) -> None:
    crawled(project, site)
    first = [path for path in asked(site) if path.startswith(("/img/", "/style", "/layout", "/font"))]
    assert len(first) == len(set(first))
    site.requests.clear()
    crawled(project, site)
    assert not [path for path in asked(site) if path in first]


def test_a_requisite_that_is_fetched_again_and_has_not_changed_is_a_revisit(
    project: Project, site: SampleServer
) -> None:
    site.pages["/layout.css"] = Response(
        200, {"Content-Type": "text/css", "Content-Encoding": "identity"}, b"x{}" * 999
    )
    crawled(project, site)
    crawled(project, site, "-s", "ARCHIVE_REQUISITES_DAYS=0")
    (again,) = [part for part in stored(project) if part.url.endswith("/layout.css")]
    assert isinstance(again, StoredCapture)
    assert again.original is not None


def test_articles_come_before_any_requisite(project: Project, site: SampleServer) -> None:
    crawled(project, site, "-s", "CONCURRENT_REQUESTS=1")
    paths = asked(site)
    first = min(number for number, path in enumerate(paths) if path.startswith(("/img/", "/style")))
    last = max(number for number, path in enumerate(paths) if path in {article.path for article in site.site.listed})
    assert last < first


def test_robots_txt_holds_for_them_and_a_refusal_is_on_record(project: Project, site: SampleServer) -> None:
    site.pages["/robots.txt"] = Response(200, {"Content-Type": "text/plain"}, pages.ROBOTS + b"Disallow: /img/\n")
    done = crawled(project, site)
    assert not [path for path in asked(site) if path.startswith("/img/")]
    refused = [part for part in stored(project) if isinstance(part, StoredAttempt)]
    assert {part.reason for part in refused} == {"robots_disallowed"}
    assert len([part for part in refused if "/img/" in part.url]) == len(refused) > 0
    assert "not fetched" in done.err


def test_one_that_is_missing_makes_the_run_no_worse(project: Project, site: SampleServer) -> None:
    site.pages["/style.css"] = Response(404, HTML, b"gone")
    done = crawled(project, site)
    assert "complete" in done.err
    assert "(1 not fetched)" in done.err


def test_stylesheets_that_name_one_another_without_end_are_bounded(project: Project, site: SampleServer) -> None:
    for number in range(20):
        body = f'@import "/chain{number + 1}.css";'.encode()
        site.pages[f"/chain{number}.css"] = Response(200, {"Content-Type": "text/css"}, body)
    site.pages["/style.css"] = Response(
        200, {"Content-Type": "text/css"}, b'@import "/chain0.css"; @import "/style.css";'
    )
    crawled(project, site)
    assert 0 < len([path for path in asked(site) if path.startswith("/chain")]) < 10
    assert asked(site).count("/style.css") == 1


def test_how_the_crawl_came_to_a_requisite_is_told_step_by_step(project: Project, site: SampleServer) -> None:
    crawled(project, site)
    (listed,) = project.entries()[0].of("warc")
    with project.repository.open(listed) as stream:
        groups = list(read_groups(read_records(stream, listed.key), listed.key))
    facts = {
        urlsplit(group[-1].record.value("WARC-Target-URI") or "").path: parse_warc_fields(group[-1].record.block)
        for group in groups
        if group[-1].record.kind == "metadata"
    }
    assert facts["/font.woff2"]["hopsFromSeed"] == "LEEE"
    assert facts["/font.woff2"]["via"] == f"{site.base_url}/layout.css"
    assert facts[site.site.listed[0].path]["hopsFromSeed"] == "L"
    assert facts["/robots.txt"]["hopsFromSeed"] == "P"
    assert facts["/font.woff2"]["robots-txt"].endswith(" HTTP 200")
