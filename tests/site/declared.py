"""The other sources of the varied sample site: feeds, sitemaps, day archives. Each has one article of its own."""

import html
from datetime import UTC, datetime
from email.utils import format_datetime

from tests.site.articles import SampleSite
from tests.site.variety import Special, plain_page, specials

FEED_ONLY = "/20260402/only-in-the-archive-feed-1120600001.html"
OTHER_SECTION = "/20260402/of-the-economy-1120600002.html"
SITEMAP_ONLY = "/20260401/only-in-a-sitemap-1120600003.html"
NEWS_ONLY = "/20260402/only-in-the-news-sitemap-1120600004.html"
DAY_ONLY = "/20260330/only-in-a-day-archive-1120600005.html"
DAY = "20260330"
MONTHS = (("20260301", "20260331"), ("20260401", "20260430"))

_XMLNS = "http://www.sitemaps.org/schemas/sitemap/0.9"
_NEWS = "http://www.google.com/schemas/sitemap-news/0.9"


def undeclared_pages(base: str) -> tuple[Special, ...]:
    """Pages that the section page does not list."""
    paths = (FEED_ONLY, SITEMAP_ONLY, NEWS_ONLY, DAY_ONLY)
    pages = [Special(path, path, plain_page(base, path, "World"), listed=False) for path in paths]
    return (*pages, Special(OTHER_SECTION, OTHER_SECTION, plain_page(base, OTHER_SECTION, "Economy"), listed=False))


def declared(site: SampleSite, base: str) -> dict[str, bytes]:
    """Path → body of the sources, and of the pages that only they name."""
    listed = [special.path for special in specials(base, site.edition) if special.listed]
    month = f"{base}/sitemap_article.xml"
    return {
        "/export/rss2/archive/index.xml": _rss(base, [FEED_ONLY, OTHER_SECTION, *listed]),
        "/sitemap_article_index.xml": _index([f"{month}?date_start={first}&date_end={last}" for first, last in MONTHS]),
        "/sitemap_article.xml": _urlset(base, [SITEMAP_ONLY, OTHER_SECTION]),
        "/sitemap_news.xml": _news(base, [NEWS_ONLY]),
    }


def day_archive(base: str) -> bytes:
    """The archive of one day, as the current generation shows it."""
    return f"""<!DOCTYPE html><html><head><meta charset="utf-8"></head><body><div class="list__item">
<a class="list__title" href="{DAY_ONLY}" title="Only here">Only here</a></div><p>{base}</p></body></html>""".encode()


def _rss(base: str, paths: list[str]) -> bytes:
    when = format_datetime(datetime(2026, 4, 2, 6, 30, tzinfo=UTC))
    links = (f"<title>T</title><link>{base}{path}?utm_source=rss</link>" for path in paths)
    items = "".join(f"<item>{link}<pubDate>{when}</pubDate></item>" for link in links)
    return f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>{items}</channel></rss>'.encode()


def _index(urls: list[str]) -> bytes:
    children = "".join(f"<sitemap><loc>{html.escape(url)}</loc></sitemap>" for url in urls)
    return f'<?xml version="1.0"?><sitemapindex xmlns="{_XMLNS}">{children}</sitemapindex>'.encode()


def _urlset(base: str, paths: list[str]) -> bytes:
    urls = "".join(f"<url><loc>{base}{path}</loc><lastmod>2026-04-02T08:00:00Z</lastmod></url>" for path in paths)
    return f'<?xml version="1.0"?><urlset xmlns="{_XMLNS}">{urls}</urlset>'.encode()


def _news(base: str, paths: list[str]) -> bytes:
    news = "<n:news><n:publication_date>2026-04-02T06:30:00Z</n:publication_date><n:title>T</n:title></n:news>"
    urls = "".join(f"<url><loc>{base}{path}</loc>{news}</url>" for path in paths)
    return f'<?xml version="1.0"?><urlset xmlns="{_XMLNS}" xmlns:n="{_NEWS}">{urls}</urlset>'.encode()
