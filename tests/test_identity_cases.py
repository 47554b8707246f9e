"""Which article a page is: cases of identity, each by its id, as whole crawls of the sample site."""

import random
import shutil
from collections.abc import Iterator
from dataclasses import replace

import orjson
import pytest

from crawler.archive.revisits import IDENTICAL_PAYLOAD
from crawler.archive.spool import Spool
from crawler.articles import extract_article
from crawler.items import JsonObject
from crawler.sites.any_site import ANY_SITE
from crawler.sites.sputnik import SPUTNIK_INTERNATIONAL as SPUTNIK
from crawler.state.history import History
from crawler.state.projections import derive
from tests.edited_texts import EDITS, STORY, THE_SAME_DAY
from tests.faults.lost_projections import lose_projections
from tests.running import Project
from tests.site.articles import SampleSite
from tests.site.server import HTML, Response, SampleServer, running
from tests.test_revisits import captures, revisits
from tests.test_warc_files import FACTS

KNOWN = "https://sputnikglobe.com/20260502/bridge-1121000003.html"
ANY = "https://paper.example/2026/valley/bridge-stays"


@pytest.fixture
def site() -> Iterator[SampleServer]:
    with running(SampleSite(articles=6, oddities=False)) as server:
        yield server


def page(title: str, text: str, canonical: str = "") -> str:
    link = f'<link rel="canonical" href="{canonical}">' if canonical else ""
    meta = f'<meta property="og:type" content="article"><meta property="og:title" content="{title}">'
    body = text.replace("\n\n", "</p><p>")
    return (
        f"<html><head><title>{title}</title>{link}{meta}</head><body>"
        f'<h1 class="article__title">{title}</h1><div class="article__body"><p>{body}</p></div></body></html>'
    )


def put(site: SampleServer, number: int, html: str) -> str:
    """Put a page over an article of the site; returns the article's key."""
    article = site.site.listed[number]
    site.pages[article.path] = Response(200, HTML, html.encode())
    return f"sputnik-international:{article.id}"


def lines_of(project: Project, article_id: str) -> list[JsonObject]:
    return [line for line in project.lines() if line["article_id"] == article_id]


def test_c18_articles_that_all_name_one_canonical_url_stay_apart(project: Project, site: SampleServer) -> None:
    """The front page, the first article or another publisher: it is never taken for what the article is."""
    first = site.base_url + site.site.listed[0].path
    away = "https://elsewhere.example/20260402/x-1120500099.html"
    named = [first, first, first, site.base_url + "/", away, away]
    keys = [put(site, n, page(f"T{n}", f"{n}. {text}", named[n])) for n, text in enumerate((STORY, *THE_SAME_DAY, "."))]
    assert project.crawl(site.base_url).code == 0
    for number, key in enumerate(keys):
        (line,) = lines_of(project, key)
        assert line["canonical_url"] == line["url"] == site.base_url + site.site.listed[number].path
        assert ("canonical_elsewhere" in line["flags"]) is (number > 0), line["url"]


def test_c18_articles_that_name_each_other_stay_apart(project: Project, site: SampleServer) -> None:
    urls = [site.base_url + article.path for article in site.site.listed[:2]]
    keys = [put(site, n, page(f"T{n}", text, urls[1 - n])) for n, text in enumerate((STORY, THE_SAME_DAY[0]))]
    assert project.crawl(site.base_url).code == 0
    assert [lines_of(project, key)[0]["canonical_url"] for key in keys] == urls


@pytest.mark.parametrize(
    ("fetched", "canonical", "believed"),
    [
        (KNOWN, KNOWN, True),
        (KNOWN, "/20260502/bridge-1121000003.html", True),
        (KNOWN, "https://sputniknews.com/20260502/the-bridge-1121000003.html", True),
        (KNOWN, "https://www.sputnikglobe.com/20260502/bridge-1121000003.html?utm=x#top", True),
        (KNOWN, "https://evil.example/20260502/bridge-1121000003.html", False),
        (KNOWN, "https://sputnikglobe.com/20260502/other-1121000004.html", False),
        (KNOWN, "https://sputnikglobe.com/", False),
        (KNOWN, "https://[::1/x", False),
        (KNOWN, "javascript:alert(1)", False),
        ("http://127.0.0.1:8000/20260502/bridge-1121000003.html", KNOWN, True),
        (ANY, ANY + "/", True),
        (ANY + "/amp/", ANY, True),
        (ANY + ".amp.html", ANY + ".html", True),
        (ANY + "/print", ANY, True),
        ("https://m.paper.example/2026/valley/bridge-stays", ANY, True),
        (
            "https://amp.paper.example/2026/valley/bridge-stays",
            "https://www.paper.example/2026/valley/bridge-stays",
            True,
        ),
        (ANY, "https://paper.example/2026/valley/another", False),
        (ANY, "https://paper.example/", False),
        (ANY, "https://wire.example/2026/valley/bridge-stays", False),
        (ANY, "https://paper.example.evil.example/2026/valley/bridge-stays", False),
    ],
)
def test_a_canonical_url_is_believed_on_this_site_for_this_article(
    fetched: str, canonical: str, believed: bool
) -> None:
    site = ANY_SITE if "paper" in fetched else SPUTNIK
    article = extract_article(page("The Bridge Stays", STORY, canonical), fetched, site=site)
    assert article.article_id == site.article_key(fetched)
    named = canonical.partition("?")[0] if "://" in canonical else f"https://sputnikglobe.com{canonical}"
    assert article.canonical_url == (named if believed else fetched)
    is_url = canonical.startswith(("http", "/")) and "[" not in canonical
    assert ("canonical_elsewhere" in article.flags) is (is_url and not believed)


def test_c20_one_body_at_two_urls_is_stored_once_and_a_duplicate(project: Project, site: SampleServer) -> None:
    bulk = random.Random(1).randbytes(1024).hex()  # noqa: S311  bytes that gzip cannot shrink
    html = page("The Bridge Stays", STORY) + f"<!-- {bulk} -->"
    keys = [put(site, 0, html)]
    assert project.crawl(site.base_url).code == 0
    keys.append(put(site, 3, html))
    assert project.crawl(site.base_url).code == 0
    (stored,) = [each for each in revisits(project, 1) if each.url == site.base_url + site.site.listed[3].path]
    assert stored.original is not None
    assert stored.original.profile == IDENTICAL_PAYLOAD
    assert stored.original.url == site.base_url + site.site.listed[0].path
    ((first,), (second,)) = (lines_of(project, key)[-1:] for key in keys)
    assert (first["duplicate_of"], second["duplicate_of"], second["near_duplicate_of"]) == (None, keys[0], None)
    assert project.problems() == []


def test_n35_a_known_article_whose_page_becomes_a_wall_is_not_revised(project: Project, site: SampleServer) -> None:
    """Neither a version nor an original: the wall is stored in full each time, and the article comes back unchanged."""
    key = put(site, 0, page("The Bridge Stays", STORY))
    assert project.crawl(site.base_url).code == 0
    wall = "<title>Access Denied</title><h1>Access Denied</h1><p>Reference 18.2f9c41aa.</p>" + " " * 4096
    put(site, 0, wall)
    for _ in range(2):
        done = project.crawl(site.base_url)
        assert "1 block_page" in done.err, done
        assert "its title says “Access Denied”" in done.err
    url = site.base_url + site.site.listed[0].path
    for snapshot in (1, 2):
        assert url in {stored.url for stored in captures(project, snapshot)}, "it is archived"
        assert url not in {stored.url for stored in revisits(project, snapshot)}
    put(site, 0, page("The Bridge Stays", STORY))
    assert project.crawl(site.base_url).code == 0
    assert [line["version"] for line in lines_of(project, key)] == [1]
    assert project.problems() == []


def test_a_near_duplicate_names_the_first_whether_that_is_pending_or_read_from_the_store(
    project: Project, site: SampleServer
) -> None:
    keys = [
        put(site, n, page(f"T{n}", text)) for n, text in enumerate((STORY, EDITS["names written otherwise"](STORY)))
    ]
    assert project.crawl(site.base_url).code == 0
    (near,) = [line for key in keys for line in lines_of(project, key) if line["near_duplicate_of"] is not None]
    (first,) = {*keys} - {near["article_id"]}
    assert near["near_duplicate_of"]["article_id"] == first
    assert near["near_duplicate_of"]["score"] >= 0.8
    lose_projections(project)
    late = put(site, 2, page("T2", EDITS["words changed"](STORY)))
    assert project.crawl(site.base_url).code == 0
    assert lines_of(project, late)[-1]["near_duplicate_of"]["article_id"] == first
    snapshot = project.entries()[0].snapshot_id
    live = {line["article_id"]: line for line in project.lines() if line["snapshot_id"] == snapshot}
    assert {line["article_id"]: line for line in derived(project)} == live


def derived(project: Project) -> list[JsonObject]:
    """Lines of the first snapshot, from its WARCs alone."""
    entry = project.entries()[0]
    spool = Spool(project.path / "again", "again")
    spool.prepare()
    run = spool.begin(replace(FACTS, snapshot_id=entry.snapshot_id))
    for listed in entry.of("warc"):
        shutil.copy(project.archive / listed.key, run.path / "warc")
    history = History(spool.path / "history.sqlite")
    derive(run, history, project.repository)
    history.close()
    lines = [orjson.loads(line) for line in run.lines_path.read_bytes().splitlines()]
    run.remove()
    return lines
