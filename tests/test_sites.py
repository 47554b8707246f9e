"""A site is data: its URLs are told apart, and the host is no part of an article's identity."""

from datetime import date

import pytest

from crawler.errors import ConfigurationError
from crawler.sites import get_site, site_of
from crawler.sites.site import clean_url

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
    assert site_of("http://127.0.0.1/20260502/x-1121000001.html") is SITE
