"""Feeds and sitemaps: what they declare is found, however they are written, cut, packed or forged."""

import gzip
import tracemalloc
from contextlib import suppress
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.discovery.feed import read_feed
from crawler.discovery.reading import MAX_LINKS, SourceReading
from crawler.discovery.section import feeds_of_page, next_page, read_listing
from crawler.discovery.sitemap import read_sitemap, sitemaps_of_robots
from crawler.errors import NotAnArticleError
from crawler.sites.sputnik import SPUTNIK_INTERNATIONAL as SITE

BASE = "https://sputnikglobe.com"
FEED = f"{BASE}/export/rss2/world/index.xml"
MAP = f"{BASE}/sitemap_article.xml"


def path(number: int) -> str:
    return f"/20260502/story-{1_121_000_000 + number}.html"


def rss(*items: str) -> bytes:
    return (
        f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>{"".join(items)}</channel></rss>'.encode()
    )


def item(number: int, more: str = "") -> str:
    return f"<item><title>Story {number}</title><link>{BASE}{path(number)}?utm=x</link>{more}</item>"


def urlset(*urls: str) -> bytes:
    return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{"".join(urls)}</urlset>'.encode()


def url(number: int, more: str = "") -> str:
    return f"<url><loc>{BASE}{path(number)}</loc>{more}</url>"


def ids(reading: SourceReading) -> list[int]:
    return [int(link.article_id.rpartition(":")[2]) - 1_121_000_000 for link in reading.links]


def test_a_feed_gives_its_articles_in_order_with_title_time_and_section() -> None:
    data = rss(item(2, "<pubDate>Sat, 02 May 2026 12:20:00 +0300</pubDate>"), item(1), item(2))
    reading = read_feed(data, FEED, SITE, "World")
    assert ids(reading) == [2, 1]
    first = reading.links[0]
    assert first.url == f"{BASE}{path(2)}"
    assert (first.title, first.section, first.discovered_via) == ("Story 2", "World", "feed")
    assert first.published_at == datetime(2026, 5, 2, 9, 20, tzinfo=UTC)
    assert reading.note is None


def test_the_feed_of_all_sections_takes_the_section_from_the_entry() -> None:
    reading = read_feed(
        rss(item(1, "<category>Economy</category>"), item(2, "<category>Cats</category>")), FEED, SITE, None
    )
    assert [link.section for link in reading.links] == ["Economy", None]


def test_atom_is_read_as_well() -> None:
    entry = f'<title>S</title><link href="{path(3)}"/><updated>2026-05-02T09:20:00Z</updated>'
    data = f'<feed xmlns="http://www.w3.org/2005/Atom"><entry>{entry}</entry></feed>'
    (link,) = read_feed(data.encode(), FEED, SITE, None).links
    assert link.url == f"{BASE}{path(3)}"
    assert link.published_at == datetime(2026, 5, 2, 9, 20, tzinfo=UTC)


@pytest.mark.parametrize("share", [0.3, 0.5, 0.9, 0.99])
def test_a_feed_cut_in_the_middle_gives_what_stands_before_and_says_so(share: float) -> None:
    data = rss(*(item(number) for number in range(100)))
    reading = read_feed(data[: int(len(data) * share)], FEED, SITE, None)
    assert ids(reading) == list(range(len(reading.links)))
    assert len(reading.links) >= int(100 * share) - 2
    assert "cut" in (reading.note or "")


@pytest.mark.parametrize(
    "day", ["", "soon", "Sat, 99 May 2026", "Sat, 02 May 9999 00:00:00 +0000", "1 Jan 1970 00:00 GMT"]
)
def test_an_absurd_time_is_no_time(day: str) -> None:
    (link,) = read_feed(rss(item(1, f"<pubDate>{day}</pubDate>")), FEED, SITE, None).links
    assert link.published_at is None


def test_a_sitemap_index_names_its_months() -> None:
    data = f"""<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
    <sitemap><loc>{MAP}?date_start=20260401&amp;date_end=20260430</loc><lastmod>2026-05-01T00:00:00Z</lastmod></sitemap>
    <sitemap><loc>{MAP}?date_start=20260501&amp;date_end=20260531</loc></sitemap>
    <sitemap><loc>https://evil.example/sitemap.xml</loc></sitemap></sitemapindex>"""
    reading = read_sitemap(data.encode(), f"{BASE}/sitemap_article_index.xml", SITE)
    assert [(child.first_day, child.last_day) for child in reading.children] == [
        (date(2026, 4, 1), date(2026, 4, 30)),
        (date(2026, 5, 1), date(2026, 5, 31)),
    ]
    assert reading.children[0].url == f"{MAP}?date_start=20260401&date_end=20260430"
    assert reading.children[0].modified_at == datetime(2026, 5, 1, tzinfo=UTC)
    assert reading.skipped == 1


def test_a_news_sitemap_gives_title_and_time_of_publication() -> None:
    more = (
        '<n:news xmlns:n="http://www.google.com/schemas/sitemap-news/0.9"><n:publication_date>2026-05-02T09:20:00Z'
        "</n:publication_date><n:title>Story</n:title></n:news>"
    )
    (link,) = read_sitemap(urlset(url(1, more)), MAP, SITE).links
    assert (link.discovered_via, link.title) == ("news_sitemap", "Story")
    assert link.published_at == datetime(2026, 5, 2, 9, 20, tzinfo=UTC)


def test_lastmod_is_no_time_of_publication() -> None:
    (link,) = read_sitemap(urlset(url(1, "<lastmod>2026-05-02T09:20:00Z</lastmod>")), MAP, SITE).links
    assert (link.discovered_via, link.published_at) == ("sitemap", None)


def test_a_packed_sitemap_is_unpacked_and_a_cut_one_is_used_as_far_as_it_goes() -> None:
    packed = gzip.compress(urlset(*(url(number) for number in range(500))))
    assert len(read_sitemap(packed, MAP, SITE).links) == 500
    cut = read_sitemap(packed[: len(packed) // 2], MAP, SITE)
    assert 0 < len(cut.links) < 500
    assert "cut" in (cut.note or "")


T_CASES = {
    "T01 billion laughs": b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
    + urlset("<url><loc>&b;</loc></url>"),
    "T03 gzip bomb": gzip.compress(bytes(200_000_000)),
    "T06 empty": b"",
    "T06 html": b"<!DOCTYPE html><html><body>moved</body></html>",
    "T06 text": b"not xml",
}


@pytest.mark.parametrize("case", T_CASES, ids=lambda case: case)
def test_what_is_no_sitemap_is_refused_with_a_reason_in_bounded_memory(case: str) -> None:
    data = T_CASES[case]
    tracemalloc.start()
    with pytest.raises(NotAnArticleError) as refused:
        read_sitemap(data, MAP, SITE)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert refused.value.reason == "not_xml"
    assert peak < 250_000_000


@pytest.mark.parametrize(
    "data",
    [
        b"\n\n" + urlset(url(1)),
        b"\xef\xbb\xbf" + urlset(url(1)),
        urlset(url(1), "&nbsp;"),
        urlset(url(1)).replace(b"story", b"st\x00ory"),
        urlset(url(1)).decode().encode("utf-8") + b"<!-- trailing -->",
    ],
    ids=["T06 blank lines", "byte order mark", "T06 undeclared entity", "NUL", "trailing comment"],
)
def test_sloppy_xml_is_read(data: bytes) -> None:
    assert ids(read_sitemap(data, MAP, SITE)) == [1]


def test_t05_more_urls_than_any_sitemap_may_hold_are_cut_off_with_a_note() -> None:
    reading = read_sitemap(urlset(*(url(number) for number in range(MAX_LINKS + 10))), MAP, SITE)
    assert len(reading.links) == MAX_LINKS
    assert reading.skipped == 10
    assert "more than" in (reading.note or "")


@pytest.mark.parametrize(
    "href",
    [
        "file:///20260502/x-1121000001.html",
        "s3://bucket/20260502/x-1121000001.html",
        "https://evil.example/20260502/x-1121000001.html",
        "https://sputnikglobe.com@evil.example/20260502/x-1121000001.html",
        "/20260502/" + "x" * 10_000 + "-1121000001.html",
        "/world/",
        "http://[",
        "",
    ],
    ids=["S06 file", "S06 s3", "other host", "userinfo", "T15 10 kB", "no article", "no URL", "empty"],
)
def test_entries_that_may_not_be_fetched_are_counted_and_passed_over(href: str) -> None:
    reading = read_sitemap(urlset(f"<url><loc>{href}</loc></url>", url(1)), MAP, SITE)
    assert (ids(reading), reading.skipped) == ([1], 1)


def test_t11_tracking_parameters_make_no_second_article() -> None:
    data = urlset(*(f"<url><loc>{BASE}{path(1)}?sid={number}&amp;utm_source=x</loc></url>" for number in range(5)))
    assert ids(read_sitemap(data, MAP, SITE)) == [1]


def test_robots_txt_and_pages_name_further_sources() -> None:
    robots = f"User-agent: *\nDisallow: /x\nSitemap: {MAP}\nsitemap: /sitemap_news.xml\nSitemap: https://evil.example/s.xml\n"
    assert [child.url for child in sitemaps_of_robots(robots, f"{BASE}/robots.txt", SITE)] == [
        MAP,
        f"{BASE}/sitemap_news.xml",
    ]
    rss_link = '<link rel="alternate" type="application/rss+xml" href="{}">'
    page = rss_link.format("/export/rss2/world/index.xml") + '<link rel="alternate" hreflang="en" href="/world/">'
    page += rss_link.format("//evil.example/f")
    assert feeds_of_page(page, f"{BASE}/world/", SITE) == (FEED,)


def test_first_generation_listings_are_read_with_their_times() -> None:
    stories = """<ul><li class="b-stories__item"><span class="b-stories__date">03:34 17.03.2018</span>
    <div class="b-stories__title"><h2><a href="/us/201803171062621903-usa-russia/">Title</a></h2></div></li>
    <li class="b-plainlist__item"><h2 class="b-plainlist__title"><a href="/asia/201803171062621904/">Other</a></h2>
    <span class="b-plainlist__date">99:99 99.99.2018</span></li></ul>"""
    reading = read_listing(stories, f"{BASE}/archive/20180317/", SITE, None, "day_archive")
    assert [link.article_id for link in reading.links] == [
        "sputnik-international:1062621903",
        "sputnik-international:1062621904",
    ]
    assert reading.links[0].published_at == datetime(2018, 3, 17, 3, 34, tzinfo=UTC)
    assert reading.links[1].published_at is None
    assert {(link.discovered_via, link.section) for link in reading.links} == {("day_archive", None)}


def test_the_continuation_of_a_listing_stays_on_its_host() -> None:
    assert (
        next_page('<div class="list__more" data-url="/services/more.html?id=1"></div>', BASE)
        == f"{BASE}/services/more.html?id=1"
    )
    assert next_page('<div class="list__more" data-url="https://evil.example/x"></div>', BASE) is None
    assert next_page("<p>", BASE) is None


@given(data=st.binary(max_size=400))
def test_any_bytes_are_read_as_a_sitemap_or_refused(data: bytes) -> None:
    with suppress(NotAnArticleError):
        assert read_sitemap(data, MAP, SITE).links == ()


@given(data=st.binary(max_size=400))
def test_any_bytes_are_read_as_a_feed_or_refused(data: bytes) -> None:
    with suppress(NotAnArticleError):
        assert read_feed(b"<rss>" + data, FEED, SITE, None).links == ()
