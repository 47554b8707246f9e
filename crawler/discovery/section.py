"""Section pages, day archives and front pages of all generations: the articles that they list, in their order."""

import re
from datetime import UTC, datetime, timedelta, timezone
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.discovery.reading import LinkGate, SourceReading, plausible
from crawler.items import ArticleLink
from crawler.sites.site import Site

_ANY_LINK = "a[href]"
_MAX_CLIMB = 12
"""Elements around an anchor that are looked at; hostile pages nest anchors so that each would climb a long way."""
_SHOWN = re.compile(r"(\d{2}):(\d{2})\s+(\d{2})\.(\d{2})\.(\d{4})")
_FEED_TYPES = ("application/rss+xml", "application/atom+xml")


def links(html: str, url: str, site: Site, section: str) -> tuple[ArticleLink, ...]:
    """Articles on the page of a section at `url`: one link each, http(s), of this site only."""
    return read_listing(html, url, site, section).links


def read_listing(
    html: str, url: str, site: Site, section: str | None, via: str = "section", wanted: str | None = None
) -> SourceReading:
    """Articles that a page at `url` lists; `section` is the slug that it stands for, None for one of all sections.

    Of that one only articles of the section `wanted` are to give lines.
    """
    gate = LinkGate(site, url, via, wanted)
    name = site.section_name(section) if section else None
    listing = [selector for generation in site.generations for selector in generation.markup.listing]
    for anchor in LexborHTMLParser(html).css(", ".join(listing) or _ANY_LINK):
        title = anchor.attributes.get("title") or anchor.text(deep=True)
        gate.offer(anchor.attributes.get("href") or "", title, _published(anchor, site), name)
    return gate.reading()


def feeds_of_page(html: str, url: str, site: Site) -> tuple[str, ...]:
    """Feeds that a page names with `<link rel=alternate>`."""
    gate = LinkGate(site, url, "feed")
    named = LexborHTMLParser(html).css('link[rel~="alternate" i][href]')
    hrefs = (node.attributes.get("href") or "" for node in named if _is_feed(node.attributes.get("type") or ""))
    return tuple(dict.fromkeys(target for href in hrefs if (target := gate.absolute(href))))


def _is_feed(media_type: str) -> bool:
    return media_type.partition(";")[0].strip().lower() in _FEED_TYPES


def next_page(html: str, url: str) -> str | None:
    """Address of the continuation of a listing; on Sputnik it lies under `/services/`, which robots.txt disallows."""
    page = LexborHTMLParser(html)
    names = ((".list-items-loaded[data-next-url]", "data-next-url"), (".list__more[data-url]", "data-url"))
    for selector, name in names:
        node = page.css_first(selector)
        if node is not None and node.attributes.get(name):
            try:
                target = urlsplit(urljoin(url, node.attributes[name] or ""))
            except ValueError:  # no URL
                return None
            same = target.scheme in ("http", "https") and target.netloc == urlsplit(url).netloc
            return target.geturl() if same else None
    return None


def _published(anchor: LexborNode, site: Site) -> datetime | None:
    """Time in the anchor's list item: `data-unixtime`, or as the site shows it, in its own zone."""
    item = _item(anchor, frozenset().union(*(generation.markup.listing_items for generation in site.generations)))
    if item is None:
        return None
    stamp = item.css_first("[data-unixtime]")
    value = (stamp.attributes.get("data-unixtime") or "") if stamp is not None else ""
    if value.isascii() and value.isdigit() and len(value) <= 11:
        return plausible(datetime.fromtimestamp(int(value), UTC))
    times = [selector for generation in site.generations for selector in generation.markup.listing_time]
    shown = item.css_first(", ".join(times)) if times else None
    match = _SHOWN.search(shown.text(deep=True)) if shown is not None else None
    if match is None:
        return None
    hour, minute, day, month, year = (int(part) for part in match.groups())
    zone = timezone(timedelta(minutes=site.utc_offset_minutes))
    try:
        return plausible(datetime(year, month, day, hour, minute, tzinfo=zone))
    except ValueError:
        return None


def _item(anchor: LexborNode, of_classes: frozenset[str]) -> LexborNode | None:
    """The list item around an anchor, or the anchor itself where it is one."""
    item: LexborNode | None = anchor
    for _ in range(_MAX_CLIMB if of_classes else 0):
        if item is None or of_classes & set((item.attributes.get("class") or "").split()):
            return item
        item = item.parent
    return None
