"""Sitemaps and their indexes (sitemaps.org 0.9), news sitemaps among them: bytes → links and further sitemaps."""

import re
from datetime import date, datetime
from urllib.parse import urldefrag, urlsplit

from crawler.discovery.reading import MAX_TIME, ChildSource, LinkGate, SourceReading, plausible
from crawler.discovery.xml_source import entries
from crawler.sites.site import Site

MAX_ROBOTS = 500 << 10
"""Characters that are read of a robots.txt; RFC 9309 section 2.5 asks for as much."""

MAX_NAMED = 500
"""Sitemaps that are taken from a robots.txt."""

_NAMES = frozenset({"url", "sitemap"})
_PUBLISHED, _TITLE = ":news/:publication_date", ":news/:title"
_FIELDS = frozenset({"loc", "lastmod", _PUBLISHED, _TITLE})
_DAYS = re.compile(r"(?:^|&)date_(start|end)=(\d{8})(?!\d)", re.ASCII)
_NAMED = re.compile(r"[ \t]*sitemap[ \t]*:([^#]*)", re.IGNORECASE)


def read_sitemap(data: bytes, url: str, site: Site, wanted: str | None = None) -> SourceReading:
    """Articles and child sitemaps at `url`. `lastmod` says when a page changed, not when it was published.

    Only articles of the section `wanted` are to give lines. Raises `NotAnArticleError` (reason ``not_xml``).
    """
    found = entries(data, _NAMES, _FIELDS)
    news = any(_PUBLISHED in entry.fields for entry in found.found)
    gate = LinkGate(site, url, "news_sitemap" if news else "sitemap", wanted, skipped=found.passed_over)
    children: dict[str, ChildSource] = {}
    for entry in found.found:
        href = entry.first("loc")
        target = gate.absolute(href) if entry.name == "sitemap" or _is_sitemap(href) else None
        if target is not None and site.article_key(target) is None:
            child = _child(target, entry.first("lastmod"))
            children.setdefault(child.url, child)
        else:
            gate.offer(href, entry.first(_TITLE), _moment(entry.first(_PUBLISHED)), None)
    return gate.reading(tuple(children.values()), found.note)


def sitemaps_of_robots(text: str, url: str, site: Site) -> tuple[ChildSource, ...]:
    """The sitemaps that a robots.txt at `url` names (`Sitemap:` lines, RFC 9309 section 2.2.4)."""
    gate = LinkGate(site, url, "sitemap")
    lines = text[:MAX_ROBOTS].lstrip("\ufeff").splitlines()
    hrefs = (match[1] for line in lines if (match := _NAMED.match(line)))
    targets = dict.fromkeys(target for href in hrefs if (target := gate.absolute(href)))
    return tuple(_child(target, "") for target in list(targets)[:MAX_NAMED])


def _is_sitemap(href: str) -> bool:
    """True if the name of the file says so: some sites name their sitemaps in a `urlset`."""
    return "sitemap" in href.partition("?")[0].rpartition("/")[2].lower()


def _child(url: str, modified: str) -> ChildSource:
    url = urldefrag(url).url
    days = {name: _day(digits) for name, digits in _DAYS.findall(urlsplit(url).query)}
    first, last = days.get("start"), days.get("end")
    if first and last and first > last:  # it makes no sense, so it says nothing
        first = last = None
    return ChildSource(url, _moment(modified), first, last)


def _day(digits: str) -> date | None:
    try:
        return datetime.strptime(digits, "%Y%m%d").date()  # noqa: DTZ007  a day has no zone
    except ValueError:
        return None


def _moment(text: str) -> datetime | None:
    """W3C date and time. A day alone or a time without a zone is no moment."""
    try:
        return plausible(datetime.fromisoformat(text.upper())) if len(text) <= MAX_TIME else None
    except ValueError:
        return None
