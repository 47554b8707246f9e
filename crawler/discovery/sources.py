"""Where a site declares its articles: which sources a run asks, and how each kind is read."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from crawler.discovery.feed import read_feed
from crawler.discovery.reading import ChildSource, SourceReading
from crawler.discovery.section import feeds_of_page, next_page, read_listing
from crawler.discovery.sitemap import read_sitemap, sitemaps_of_robots
from crawler.errors import ConfigurationError
from crawler.sites.site import Site

KINDS = ("section", "feed", "archive_feed", "sitemap", "robots", "day_archive")
"""Kinds of sources, cheapest first. The first source that declares an article is its `discovered_via`."""

PAGES = frozenset({"section", "day_archive"})
"""Kinds that are HTML pages; the others are read from their bytes."""

MAX_DAYS = 366
"""Days that one run asks day archives for."""

MAX_PAGES = 20
"""Pages of one listing that are followed: some sites always have one more."""

MAX_CHILDREN = 500
"""Further sources that are followed from one source."""


@dataclass(frozen=True, slots=True)
class Source:
    """A page or file to ask for articles."""

    kind: str
    """One of `KINDS`."""
    url: str
    """Its address."""
    section: str | None
    """Slug of the section that it stands for; None where it lists all."""
    permitted: bool = False
    """True where robots.txt disallows it and the publisher has permitted it all the same."""
    page: int = 1
    """Number of the page of a listing."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a run is after."""

    section: str
    """Slug of the section."""
    kinds: tuple[str, ...]
    """Kinds of sources that the run asks."""
    since: date | None = None
    """First day, for sitemaps and day archives."""
    until: date | None = None
    """Last day."""
    more_pages: bool = False
    """True to follow a listing under `/services/`, with the publisher's permission."""

    def covers(self, child: ChildSource) -> bool:
        """True unless the child says that it covers other days only."""
        too_old = self.since is not None and child.last_day is not None and child.last_day < self.since
        too_new = self.until is not None and child.first_day is not None and child.first_day > self.until
        return not too_old and not too_new


def planned(site: Site, base: str, wanted: Wanted) -> Iterator[Source]:
    """The sources of a run. Raises `ConfigurationError` for an unknown kind or for days that make no sense.

    A kind that the site does not have is passed over.
    """
    kinds = wanted.kinds
    unknown = [kind for kind in kinds if kind not in KINDS]
    if unknown or not kinds:
        raise ConfigurationError(f"-a sources={','.join(kinds)}: there is no {unknown}; there are {', '.join(KINDS)}")
    section = wanted.section
    of_all = {"archive_feed": site.archive_feed_path, "sitemap": site.sitemap_path, "robots": "/robots.txt"}
    for kind in sorted(kinds, key=KINDS.index):
        if kind == "section":
            yield Source(kind, site.section_url(base, section), section)
        elif kind == "feed" and site.feed_path:
            yield Source(kind, base + site.feed_path.format(section=section), section)
        elif kind == "day_archive":
            yield from _days(site, base, wanted)
        elif path := of_all.get(kind):
            yield Source(kind, base + path, None)


def read_source(source: Source, body: bytes, html: str, url: str, site: Site, wanted: Wanted) -> SourceReading:
    """Read the answer to a source, which came from `url`: bytes for XML, decoded text for pages.

    Raises `NotAnArticleError` (reason ``not_xml``) for a feed or sitemap that is none.
    """
    after = site.section_name(wanted.section) if source.section is None else None
    if source.kind in ("feed", "archive_feed"):
        name = site.section_name(source.section) if source.section else None
        return read_feed(body, url, site, name, after)
    if source.kind == "sitemap":
        reading = read_sitemap(body, url, site, after)
        children = tuple(child for child in reading.children if wanted.covers(child) and child.url != url)
        return SourceReading(reading.links, children[:MAX_CHILDREN], reading.skipped, reading.note)
    if source.kind == "robots":
        return SourceReading(children=sitemaps_of_robots(body.decode("utf-8", "replace"), url, site))
    via = "day_archive" if source.kind == "day_archive" else "section"
    return read_listing(html, url, site, source.section, via, after)


def further(
    source: Source, reading: SourceReading, html: str, url: str, site: Site, wanted: Wanted
) -> Iterator[Source]:
    """Sources that a source names: sitemaps, the feeds of a section page, and where it is permitted its next page."""
    for child in reading.children:
        yield Source("sitemap", child.url, None)
    if source.kind == "section":
        following = next_page(html, url) if wanted.more_pages and source.page < MAX_PAGES and reading.links else None
        if following:
            yield Source("section", following, source.section, permitted=True, page=source.page + 1)
        for feed in feeds_of_page(html, url, site)[:MAX_CHILDREN] if "feed" in wanted.kinds else ():
            yield Source("feed", feed, source.section if f"/{source.section}/" in feed else None)


def _days(site: Site, base: str, wanted: Wanted) -> Iterator[Source]:
    if wanted.since is None or wanted.until is None or not 0 <= (wanted.until - wanted.since).days < MAX_DAYS:
        raise ConfigurationError(
            f"-a sources=day_archive needs -a since=YYYY-MM-DD and -a until=YYYY-MM-DD, at most {MAX_DAYS} days apart"
        )
    for number in range((wanted.until - wanted.since).days, -1, -1):
        day = wanted.since + timedelta(days=number)
        for url in site.day_urls(base, day):
            yield Source("day_archive", url, None)
