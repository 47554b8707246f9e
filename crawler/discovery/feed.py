"""RSS 2.0 and Atom (RFC 4287) feeds: bytes → links."""

from datetime import datetime
from email.utils import parsedate_to_datetime

from crawler.discovery.reading import LinkGate, SourceReading, plausible
from crawler.discovery.xml_source import entries
from crawler.sites.site import Site

_NAMES = frozenset({"item", "entry"})


def read_feed(data: bytes, url: str, site: Site, section: str | None, wanted: str | None = None) -> SourceReading:
    """Articles of a feed at `url`; `section` is what the feed stands for, None for one that holds everything.

    Of that one only articles of the section `wanted` are to give lines. Raises `NotAnArticleError` (``not_xml``).
    """
    gate = LinkGate(site, url, "feed", wanted)
    found, note = entries(data, _NAMES)
    for entry in found:
        href = entry.get("link") or entry.get("link@href") or entry.get("guid") or ""
        told = entry.get("pubDate") or entry.get("published") or entry.get("updated") or ""
        gate.offer(href, entry.get("title"), _moment(told), section or _section(entry, site))
    return gate.reading(note=note)


def _section(entry: dict[str, str], site: Site) -> str | None:
    """A category that is one of the site's sections."""
    category = entry.get("category") or entry.get("category@term") or ""
    return category if category in site.sections.values() else None


def _moment(text: str) -> datetime | None:
    """RFC 822 as RSS has it, RFC 3339 as Atom has it."""
    try:
        if text[:4].isdigit():
            return plausible(datetime.fromisoformat(text))
        return plausible(parsedate_to_datetime(text)) if text else None
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
