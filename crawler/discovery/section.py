"""Section pages, day archives and front pages of both generations: the articles that they list, in their order."""

import re
from datetime import UTC, datetime
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.discovery.reading import LinkGate, SourceReading, plausible
from crawler.items import ArticleLink
from crawler.sites.site import Site

_ANCHORS = (
    "a.list__title, a.cell-list__item, a.cell-main-photo__image, a.cell-main-photo__title, .cell-main-photo a, "
    ".b-stories__title h2 a, .b-plainlist__title a"
)
_ITEMS = frozenset({"list__item", "cell-list__item", "b-stories__item", "b-plainlist__item"})
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
    for anchor in LexborHTMLParser(html).css(_ANCHORS):
        title = anchor.attributes.get("title") or anchor.text(deep=True)
        gate.offer(anchor.attributes.get("href") or "", title, _published(anchor), name)
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


def _published(anchor: LexborNode) -> datetime | None:
    """Time in the anchor's list item: `data-unixtime`, or as generation 1 shows it, which is UTC."""
    item: LexborNode | None = anchor
    for _ in range(_MAX_CLIMB):
        if item is None or _ITEMS & set((item.attributes.get("class") or "").split()):
            break
        item = item.parent
    else:
        return None
    if item is None:
        return None
    stamp = item.css_first("[data-unixtime]")
    value = (stamp.attributes.get("data-unixtime") or "") if stamp is not None else ""
    if value.isascii() and value.isdigit() and len(value) <= 11:
        return plausible(datetime.fromtimestamp(int(value), UTC))
    shown = item.css_first(".b-stories__date, .b-plainlist__date")
    match = _SHOWN.search(shown.text(deep=True)) if shown is not None else None
    if match is None:
        return None
    hour, minute, day, month, year = (int(part) for part in match.groups())
    try:
        return plausible(datetime(year, month, day, hour, minute, tzinfo=UTC))
    except ValueError:
        return None
