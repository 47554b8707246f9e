"""A sitemap gives articles and months, in bounded time and memory, whoever wrote it."""

import gzip
import tracemalloc
from contextlib import suppress
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.discovery.reading import MAX_LINKS, SourceReading
from crawler.discovery.sitemap import MAX_NAMED, read_sitemap, sitemaps_of_robots
from crawler.discovery.xml_text import MAX_BYTES
from crawler.errors import NotAnArticleError
from crawler.sites.sputnik import SPUTNIK_INTERNATIONAL as SITE

BASE = "https://sputnikglobe.com"
INDEX = f"{BASE}/sitemap_article_index.xml"
MONTH = f"{BASE}/sitemap_article.xml"
NAMESPACES = (
    'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:image="http://www.google.com/schemas/sitemap-image/1.1" '
    'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml"'
)


def read(data: str | bytes) -> SourceReading:
    return read_sitemap(data.encode() if isinstance(data, str) else data, INDEX, SITE)


def urlset(*urls: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?><urlset {NAMESPACES}>{"".join(urls)}</urlset>'


def url(number: int = 1, more: str = "", query: str = "") -> str:
    return f"<url><loc>{BASE}/20260502/story-{1121000000 + number}.html{query}</loc>{more}</url>"


def index(loc: str, more: str = "") -> str:
    return f"<sitemapindex {NAMESPACES}><sitemap><loc>{loc}</loc>{more}</sitemap></sitemapindex>"


def test_images_and_translations_of_a_page_are_not_its_address() -> None:
    more = "<image:image><image:loc>https://cdn.example/1.jpg</image:loc><image:title>Photo</image:title></image:image>"
    more += '<xhtml:link rel="alternate" hreflang="ar" href="https://sarabic.ae/1"/>'
    reading = read(urlset(url(1, more), url(2, more)))
    assert [found.url[-15:] for found in reading.links] == ["1121000001.html", "1121000002.html"]
    assert (reading.skipped, reading.links[0].title) == (0, None)


def test_a_news_sitemap_gives_the_headline_of_the_article_and_not_the_name_of_the_publication() -> None:
    news = """<news:news><news:publication><news:name>Sputnik</news:name><news:language>en</news:language>
    </news:publication><news:publication_date>2026-05-02T12:20:00+03:00</news:publication_date>
    <news:title>Talks &amp; Terms</news:title></news:news>
    <image:image><image:title>Photo</image:title></image:image>"""
    (found,) = read(urlset(url(1, news))).links
    assert (found.title, found.discovered_via) == ("Talks & Terms", "news_sitemap")
    assert found.published_at == datetime(2026, 5, 2, 9, 20, tzinfo=UTC)


def test_what_an_index_names_is_a_sitemap_whatever_its_file_is_called() -> None:
    (child,) = read(index(f"{BASE}/export/2026-05.xml.gz#x")).children
    assert child.url == f"{BASE}/export/2026-05.xml.gz"


def test_an_index_names_each_sitemap_once_with_the_days_that_it_covers() -> None:
    entry = f"<sitemap><loc>{MONTH}?date_start=20260501&amp;date_end=20260531</loc></sitemap>"
    (child,) = read(f"<sitemapindex>{entry}{entry}</sitemapindex>").children
    assert child.url == f"{MONTH}?date_start=20260501&date_end=20260531"
    assert (child.first_day, child.last_day) == (date(2026, 5, 1), date(2026, 5, 31))


@pytest.mark.parametrize(
    "query", ["date_start=20260531&amp;date_end=20260501", "date_start=20269999", "date_start=202605010", "x"]
)
def test_days_that_make_no_sense_say_nothing_and_lose_no_month(query: str) -> None:
    (child,) = read(index(f"{MONTH}?{query}")).children
    assert (child.first_day, child.last_day) == (None, None)


@pytest.mark.parametrize(
    "lastmod", ["", "2026-05-02", "2026-05-02T09:20:00", "9999-12-31T00:00:00Z", "0000-00-00", "soon", "1" * 9000]
)
def test_t08_an_absurd_lastmod_is_no_time(lastmod: str) -> None:
    (child,) = read(index(MONTH, f"<lastmod>{lastmod}</lastmod>")).children
    assert child.modified_at is None


def test_a_sitemap_that_is_cut_between_two_entries_says_so() -> None:
    reading = read(urlset(url(1), url(2)).removesuffix("</urlset>"))
    assert len(reading.links) == 2
    assert "cut" in (reading.note or "")


@pytest.mark.parametrize("data", [urlset(), "<sitemapindex/>", "<other><a>1</a></other>"])
def test_t06_a_sitemap_without_entries_says_so(data: str) -> None:
    reading = read(data)
    assert (reading.links, reading.children, reading.note) == ((), (), "it holds no entries")


def test_t06_html_is_refused_even_if_it_calls_itself_xml() -> None:
    with pytest.raises(NotAnArticleError, match="HTML"):
        read('<?xml version="1.0"?>\n<!DOCTYPE html>\n<html xmlns="http://www.w3.org/1999/xhtml"></html>')


def test_gzip_of_several_members_with_padding_behind_is_read_whole() -> None:
    whole = urlset(url(1), url(2)).encode()
    packed = gzip.compress(whole[:300]) + gzip.compress(whole[300:]) + bytes(512)
    reading = read(packed)
    assert (len(reading.links), reading.note) == (2, None)


def test_of_damaged_gzip_what_stands_before_is_used() -> None:
    packed = gzip.compress(urlset(*(url(number) for number in range(20_000))).encode())
    reading = read(packed[:-8] + b"damaged!")
    assert 0 < len(reading.links) <= 20_000
    assert "damaged" in (reading.note or "")


BOMBS = {
    "T03 more than the limit": gzip.compress(b"<urlset>" + b" " * (MAX_BYTES + 100)),
    "T05 empty entries": b"<urlset>" + b"<url/>" * 300_000,
    "T05 empty elements": b"<urlset>" + b"<a/>" * 1_200_000,
    "T05 nested elements": b"<urlset>" + b"<a>" * 1_200_000,
    "gzip members": gzip.compress(b"<urlset>") + gzip.compress(b"") * 100_000,
}


@pytest.mark.parametrize("case", BOMBS, ids=lambda case: case)
def test_a_bomb_is_read_as_far_as_the_limits_go_and_says_so(case: str) -> None:
    tracemalloc.start()
    reading = read(BOMBS[case])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert "more than" in (reading.note or "")
    assert peak < 60_000_000


def test_t05_as_many_links_as_a_sitemap_may_hold_are_all_taken_without_a_note() -> None:
    reading = read(urlset(*(url(number) for number in range(MAX_LINKS))))
    assert (len(reading.links), reading.skipped, reading.note) == (MAX_LINKS, 0, None)


@pytest.mark.parametrize("port", ["8080", "22", "x", "99999"])
def test_another_port_of_the_site_is_another_server(port: str) -> None:
    reading = read(urlset(f"<url><loc>https://sputnikglobe.com:{port}/20260502/a-1121000001.html</loc></url>"))
    assert (reading.links, reading.skipped) == ((), 1)


def test_a_port_is_fine_where_the_source_came_from_it() -> None:
    data = b"<urlset><url><loc>http://localhost:8080/20260502/a-1121000001.html</loc></url></urlset>"
    assert len(read_sitemap(data, "http://localhost:8080/sitemap.xml", SITE).links) == 1


def test_t11_one_article_under_several_addresses_is_one_link() -> None:
    twins = "".join(
        f"<url><loc>{BASE}{path}</loc></url>"
        for path in (
            "/20260502/a-1121000001.html?utm_a=1",
            "/amp/20260502/b-1121000001.html",
            "/world/202605021121000001/",
        )
    )
    assert len(read(urlset(twins, url(1, query="?sid=2"))).links) == 1


ROBOTS = """\ufeffSitemap: {0}\r
  sitemap : /news.xml # the news
Sitemap:
Sitemap: http://[
# Sitemap: /no.xml
XSitemap: /no
"""


def test_robots_txt_names_sitemaps_as_people_write_it() -> None:
    found = sitemaps_of_robots(ROBOTS.format(INDEX), f"{BASE}/robots.txt", SITE)
    assert [child.url for child in found] == [INDEX, f"{BASE}/news.xml"]


@pytest.mark.parametrize(
    "target", ["file:///etc/passwd", "s3://bucket/s.xml", "https://evil.example/s.xml", "//u:p@x/s"]
)
def test_s06_robots_txt_leads_to_no_other_scheme_or_host(target: str) -> None:
    assert sitemaps_of_robots(f"Sitemap: {target}", f"{BASE}/robots.txt", SITE) == ()


def test_robots_txt_cannot_name_sitemaps_without_end() -> None:
    text = "".join(f"Sitemap: /{number}.xml\n" for number in range(100_000))
    assert len(sitemaps_of_robots(text, f"{BASE}/robots.txt", SITE)) == MAX_NAMED


@given(text=st.text(max_size=200))
def test_any_text_is_read_as_robots_txt(text: str) -> None:
    assert len(sitemaps_of_robots(f"Sitemap: {text}", f"{BASE}/robots.txt", SITE)) <= 1 + text.lower().count("sitemap")


@given(data=st.binary(max_size=200), cut=st.integers(1, 400))
def test_any_bytes_behind_a_cut_gzip_sitemap_are_read_or_refused(data: bytes, cut: int) -> None:
    with suppress(NotAnArticleError):
        assert len(read(gzip.compress(urlset(url(1)).encode())[:cut] + data).links) <= 1
