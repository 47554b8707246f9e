"""A site is data: its URLs are told apart, and the host is no part of an article's identity."""

import re
from dataclasses import replace
from datetime import date

import pytest

from crawler.errors import ConfigurationError
from crawler.sites import SITES, get_site, site_of
from crawler.sites.any_site import ANY_SITE
from crawler.sites.site import Generation, Site, clean_url

SITE = get_site("sputnik-international")


@pytest.mark.parametrize(
    "path",
    [
        "/20260502/canal-reopens-1121000001.html",
        "/20260502/canal--1121000001.html",
        "/20260502/1121000001.html",
        "/20260502/with-2024-numbers-1121000001.html",
        "/20260502/canal-reopens-1121000001.html?in=t#top",
        "/20260502/canal-reopens-1121000001-print.html",
        "/amp/20260502/canal-reopens-1121000001.html",
        "/world/202605021121000001-canal-reopens/",
        "/world/202605021121000001/",
        "/amp/middle_east2/202605021121000001---canal-%D8%AC/",
    ],
)
@pytest.mark.parametrize("host", ["sputnikglobe.com", "127.0.0.1:8000", "mirror.example"])
def test_an_article_is_known_by_its_own_id(host: str, path: str) -> None:
    assert SITE.article_key(f"https://{host}{path}") == "sputnik-international:1121000001"


@pytest.mark.parametrize(
    "path",
    ["/", "/world/", "/20260502/", "/2026052/x-1121000001.html", "/20260502/x-112.html", "/services/x-1121000001.html"],
)
def test_other_pages_are_no_articles(path: str) -> None:
    assert SITE.article_key(f"https://sputnikglobe.com{path}") is None


def test_queries_and_fragments_are_stripped() -> None:
    assert clean_url("https://h/20260502/x.html?utm=1&in=t#c") == "https://h/20260502/x.html"


def test_a_section_has_its_page_and_its_name() -> None:
    assert SITE.section_url("https://h/", "world") == "https://h/world/"
    assert SITE.section_name("world") == "World"
    assert SITE.section_name("middle_east") == "Middle east"


def test_a_section_is_written_as_the_site_writes_it() -> None:
    site = Site(name="s", title="S", base="https://h", section_path="/News/{section}", sections={"World": "World"})
    assert site.section_url("https://h", "World") == "https://h/News/World"


@pytest.mark.parametrize(
    ("day", "paths"),
    [
        (date(2026, 4, 1), ["/20260401/"]),
        (date(2019, 4, 11), ["/archive/20190411/"]),
        (date(2021, 4, 1), ["/20210401/", "/archive/20210401/"]),
        (date(2001, 1, 1), []),
    ],
)
def test_a_day_has_the_archives_of_the_generations_that_were_valid_then(day: date, paths: list[str]) -> None:
    assert SITE.day_urls("https://h", day) == [f"https://h{path}" for path in paths]


@pytest.mark.parametrize("section", ["", "../x", "a/b", "World", "a b", "ж"])
def test_what_is_no_section_is_refused(section: str) -> None:
    with pytest.raises(ConfigurationError, match="section="):
        SITE.section_url("https://h", section)


def test_an_unknown_site_is_refused_with_those_there_are() -> None:
    with pytest.raises(ConfigurationError, match="sputnik-international"):
        get_site("nowhere")


def test_a_url_finds_its_site() -> None:
    assert site_of("https://www.sputnikglobe.com/world/") is SITE
    assert site_of("https://sputniknews.com/") is SITE
    assert site_of("https://arabic.sputniknews.com/world/").name == "sputnik-arabic"
    assert site_of("https://ria.ru/20260502/x-1121000001.html").name == "ria"


def test_only_a_site_that_moves_is_known_by_paths_alone() -> None:
    assert site_of("http://127.0.0.1/20260502/x-1121000001.html") is SITE
    assert site_of("http://127.0.0.1/about/") is ANY_SITE
    assert not get_site("ria").moves


def test_sites_are_found_in_one_order() -> None:
    names = list(SITES)
    assert names[:2] == ["ria", "sputnik-international"]
    assert len(names) == len({site.base for site in SITES.values()})


@pytest.mark.parametrize("path", ["/2026/05/02/4711-x/", "/2026-05-02/4711-x/", "/20260502/4711-x/"])
def test_the_day_of_a_url_is_its_digits(path: str) -> None:
    grammar = re.compile(r"/(?P<date>[\d/-]+)/(?P<id>\d+)-")
    assert small_site(grammar).day_of(f"https://news.example{path}") == "20260502"


def test_a_site_of_a_name_a_title_a_base_and_a_path_has_all_it_needs() -> None:
    site = small_site(re.compile(r"/(?P<id>\d+)$"))
    assert site.article_key("https://news.example/4711") == "news:4711"
    assert site.day_of("https://news.example/4711") is None
    assert site.day_urls(site.base, date(2026, 5, 2)) == []
    assert site.hosts == {"news.example"}
    assert replace(site, hosts=frozenset({"old.example"})).hosts == {"news.example", "old.example"}


def small_site(article_path: re.Pattern[str]) -> Site:
    return Site(name="news", title="News", base="https://news.example", generations=(Generation(article_path),))
