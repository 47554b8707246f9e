"""A section page gives the articles that it lists: in its order, once each, of its own host, and nothing else."""

import re
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from crawler.discovery.section import links
from crawler.discovery.sources import Wanted, planned
from crawler.sites.site import Generation, Markup, Site
from crawler.sites.sputnik import SPUTNIK_INTERNATIONAL as SITE
from tests.site import pages
from tests.site.articles import SampleSite

URL = "https://sputnikglobe.com/world/"


def item(href: str, title: str = "T", more: str = "") -> str:
    return f'<div class="list__item"><a class="list__title" href="{href}" title="{title}">{title}</a>{more}</div>'


def test_the_sample_listing_is_read_whole_and_in_order() -> None:
    site = SampleSite(articles=30)
    found = links(pages.section_page(site, "https://sputnikglobe.com", {}).decode(), URL, SITE, "world")
    assert [link.url for link in found] == [f"https://sputnikglobe.com{article.path}" for article in site.listed]
    assert [link.title for link in found] == [article.title for article in site.listed]
    assert [link.published_at for link in found] == [datetime.fromtimestamp(a.published, UTC) for a in site.listed]
    assert {(link.discovered_via, link.section, link.source_url) for link in found} == {("section", "World", URL)}


def test_an_article_is_listed_once_and_without_its_query() -> None:
    html = item("/20260502/a-1121000001.html?in=t", "first") + item("/20260502/other-slug-1121000001.html", "second")
    (link,) = links(html, URL, SITE, "world")
    assert (link.url, link.title) == ("https://sputnikglobe.com/20260502/a-1121000001.html", "first")


def test_other_hosts_other_schemes_and_other_pages_are_passed_over() -> None:
    hrefs = [
        "https://evil.example/20260502/a-1121000001.html",
        "ftp://sputnikglobe.com/20260502/a-1121000001.html",
        "javascript:alert(1)",
        "file:///20260502/a-1121000001.html",
        "http://[bad/20260502/a-1121000001.html",
        "/services/world/more.html",
        "/tag/1121000001.html",
        "/20260502/" + "x" * 3000 + "-1121000001.html",
        "",
    ]
    assert links("".join(item(href) for href in hrefs), URL, SITE, "world") == ()


def test_an_impossible_time_is_no_time() -> None:
    for value in ("", "x", "-5", "0", "99999999999999999999", "²"):
        more = f'<span data-unixtime="{value}"></span>'
        (link,) = links(item("/20260502/a-1121000001.html", more=more), URL, SITE, "world")
        assert link.published_at is None


@given(html=st.text(max_size=300))
def test_no_text_breaks_the_reader(html: str) -> None:
    assert isinstance(links(item(html.replace('"', "")) + html, URL, SITE, "world"), tuple)


PATH = re.compile(r"/(?P<id>\d+)$")
LISTED = (
    '<li class="story"><h3><a href="/4711">A</a></h3><span class="when">09:20 02.05.2026</span></li>'
    '<p><a href="/4712">B</a> <a href="/about">About</a></p>'
)


def small_site(markup: Markup) -> Site:
    generations = (Generation(PATH, markup=markup),)
    return Site(name="news", title="News", base="https://news.example", utc_offset_minutes=180, generations=generations)


def test_a_site_that_names_no_listing_takes_every_link_to_an_article() -> None:
    found = links(LISTED, "https://news.example/world/", small_site(Markup()), "world")
    assert [(link.article_id, link.title) for link in found] == [("news:4711", "A"), ("news:4712", "B")]


def test_a_site_says_where_its_listing_and_its_times_stand() -> None:
    markup = Markup(listing=("h3 a",), listing_items=frozenset({"story"}), listing_time=(".when",))
    (link,) = links(LISTED, "https://news.example/world/", small_site(markup), "world")
    assert (link.article_id, link.published_at) == ("news:4711", datetime(2026, 5, 2, 6, 20, tzinfo=UTC))


def test_a_kind_of_source_that_the_site_does_not_have_is_passed_over() -> None:
    wanted = Wanted("world", ("section", "feed", "archive_feed", "sitemap"))
    found = planned(small_site(Markup()), "https://news.example", wanted)
    assert [(source.kind, source.url) for source in found] == [("section", "https://news.example/world/")]
