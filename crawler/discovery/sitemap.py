"""Sitemaps and their indexes (sitemaps.org 0.9), news sitemaps among them: bytes → links and further sitemaps."""

import re
from datetime import date, datetime

from crawler.discovery.reading import ChildSource, LinkGate, SourceReading, plausible
from crawler.discovery.xml_source import entries
from crawler.sites.site import Site

_NAMES = frozenset({"url", "sitemap"})
_DAYS = re.compile(r"date_(start|end)=(\d{8})\b")


def read_sitemap(data: bytes, url: str, site: Site, wanted: str | None = None) -> SourceReading:
    """Articles and child sitemaps at `url`. `lastmod` says when a page changed, not when it was published.

    Only articles of the section `wanted` are to give lines. Raises `NotAnArticleError` (reason ``not_xml``).
    """
    found, note = entries(data, _NAMES)
    news = any("publication_date" in entry for entry in found)
    gate = LinkGate(site, url, "news_sitemap" if news else "sitemap", wanted)
    children: dict[str, ChildSource] = {}
    for entry in found:
        href = entry.get("loc", "")
        target = gate.absolute(href)
        if target is None or site.article_key(target):
            gate.offer(href, entry.get("title"), _moment(entry.get("publication_date", "")), None)
        elif _is_sitemap(target):
            children.setdefault(target, _child(target, entry.get("lastmod", "")))
        else:
            gate.skipped += 1
    return gate.reading(tuple(children.values()), note)


def sitemaps_of_robots(text: str, url: str, site: Site) -> tuple[ChildSource, ...]:
    """The sitemaps that a robots.txt at `url` names (`Sitemap:` lines, RFC 9309 section 2.2.4)."""
    gate = LinkGate(site, url, "sitemap")
    named = (line.partition(":")[2] for line in text.splitlines() if line.strip().lower().startswith("sitemap:"))
    targets = dict.fromkeys(target for href in named if (target := gate.absolute(href)))
    return tuple(_child(target, "") for target in targets)


def _is_sitemap(url: str) -> bool:
    return "sitemap" in url.rpartition("/")[2].lower()


def _child(url: str, modified: str) -> ChildSource:
    days = {name: _day(digits) for name, digits in _DAYS.findall(url)}
    return ChildSource(url, _moment(modified), days.get("start"), days.get("end"))


def _day(digits: str) -> date | None:
    try:
        return datetime.strptime(digits, "%Y%m%d").date()  # noqa: DTZ007  a day has no zone
    except ValueError:
        return None


def _moment(text: str) -> datetime | None:
    """W3C date and time. A day alone or a time without a zone is no moment."""
    try:
        return plausible(datetime.fromisoformat(text))
    except ValueError:
        return None
