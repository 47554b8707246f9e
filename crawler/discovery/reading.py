"""What a source declares: links to articles, once each, and further sources. Every URL passes the same gate."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from urllib.parse import urljoin, urlsplit

from crawler.items import ArticleLink
from crawler.sites.site import Site, clean_url

MAX_URL = 2048
"""Characters: longer URLs are passed over."""

MAX_LINKS = 50_000
"""Links that are taken from one source; sitemaps.org allows as many in one file."""

MAX_TIME = 64
"""Characters: a longer text is no time."""

_PORTS = (None, 80, 443)


@dataclass(frozen=True, slots=True)
class ChildSource:
    """A source that another source names."""

    url: str
    """Absolute URL."""
    modified_at: datetime | None = None
    """When it last changed, as the other source says."""
    first_day: date | None = None
    """First day that it covers, where its URL says so."""
    last_day: date | None = None
    """Last day that it covers."""


@dataclass(frozen=True, slots=True)
class SourceReading:
    """What reading a source gave."""

    links: tuple[ArticleLink, ...] = ()
    """Articles, in the order of the source, one link each."""
    children: tuple[ChildSource, ...] = ()
    """Further sources."""
    skipped: int = 0
    """Entries that are no articles of this site, have no usable URL, or came behind the limit."""
    note: str | None = None
    """What is wrong with the source although it could be read: cut, too long."""


@dataclass(slots=True)
class LinkGate:
    """Lets links to articles of one site through, once each: http(s), the source's host or the site's own."""

    site: Site
    source_url: str
    discovered_via: str
    wanted: str | None = None
    skipped: int = 0
    full: bool = False
    found: dict[str, ArticleLink] = field(default_factory=dict)

    def offer(self, href: str, title: str | None, published_at: datetime | None, section: str | None) -> None:
        """Take an entry of the source, or count it as skipped. An article that is there already is neither."""
        target = self.absolute(href)
        key = self.site.article_key(target) if target else None
        if target is None or key is None:
            self.skipped += 1
        elif key not in self.found and len(self.found) >= MAX_LINKS:
            self.full = True
            self.skipped += 1
        elif key not in self.found:
            text = " ".join((title or "").split()) or None
            self.found[key] = ArticleLink(
                clean_url(target), key, self.discovered_via, self.source_url, section, text, published_at, self.wanted
            )

    def absolute(self, href: str) -> str | None:
        """The absolute URL, if it is one of the source's host or of the site's own hosts."""
        href = href.strip()
        if not href or len(href) > MAX_URL:
            return None
        try:
            target = urljoin(self.source_url, href)
            parts = urlsplit(target)
            host, port = (parts.hostname or "").removeprefix("www."), parts.port
        except ValueError:  # a href that is no URL
            return None
        # A port that is not the web's own is another server, unless the source itself came from there.
        ours = parts.netloc == urlsplit(self.source_url).netloc or (host in self.site.hosts and port in _PORTS)
        usable = parts.scheme in ("http", "https") and "@" not in parts.netloc and len(target) <= MAX_URL
        return target if ours and usable else None

    def reading(self, children: tuple[ChildSource, ...] = (), note: str | None = None) -> SourceReading:
        """Everything that came through."""
        full = f"more than {MAX_LINKS} links; the rest was passed over" if self.full else None
        notes = "; ".join(words for words in (note, full) if words)
        return SourceReading(tuple(self.found.values()), children, self.skipped, notes or None)


def plausible(moment: datetime | None) -> datetime | None:
    """A time of publication in UTC, None for one without a zone or outside of 1990 to 2100."""
    if moment is None or moment.tzinfo is None:
        return None
    try:
        moment = moment.astimezone(UTC)
    except OverflowError:
        return None
    return moment if 1990 <= moment.year < 2100 else None
