"""RSS 2.0 and Atom (RFC 4287) feeds: bytes → links."""

from datetime import datetime
from email.utils import parsedate_to_datetime

from crawler.discovery.reading import MAX_TIME, LinkGate, SourceReading, plausible
from crawler.discovery.xml_source import Entry, entries
from crawler.sites.site import Site

_NAMES = frozenset({"item", "entry"})
_ADDRESSES = ("link", "link@href", "guid", "id")
_TIMES = ("pubDate", "published", "updated")
_CATEGORIES = ("category", "category@term")
_FIELDS = frozenset({"title", *_ADDRESSES, *_TIMES, *_CATEGORIES})


def read_feed(data: bytes, url: str, site: Site, section: str | None, wanted: str | None = None) -> SourceReading:
    """Articles of a feed at `url`; `section` is what the feed stands for, None for one that holds everything.

    Of that one only articles of the section `wanted` are to give lines. Raises `NotAnArticleError` (``not_xml``).
    """
    gate = LinkGate(site, url, "feed", wanted)
    found = entries(data, _NAMES, _FIELDS)
    gate.skipped = found.passed_over
    for entry in found.found:
        gate.offer(
            _address(entry, gate), entry.first("title"), moment(entry.first(*_TIMES)), section or _of(entry, site)
        )
    return gate.reading(note=found.note)


def moment(text: str) -> datetime | None:
    """RFC 822 as RSS has it, RFC 3339 as Atom has it. A zone that is missing or unknown makes it no moment."""
    text = text.strip()
    if not text or len(text) > MAX_TIME:
        return None
    try:
        if text[:4].isdigit():
            return plausible(datetime.fromisoformat(text.upper()))
        # "-0000" is UTC at an unknown place (RFC 5322 section 3.3); the library would give a time without a zone.
        return plausible(parsedate_to_datetime(f"{text[:-5]}+0000" if text.endswith("-0000") else text))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _address(entry: Entry, gate: LinkGate) -> str:
    """The first that is an article's: `link` may count clicks on another host while `guid` is the article."""
    named = entry.every(*_ADDRESSES)
    articles = (href for href in named if (target := gate.absolute(href)) and gate.site.article_key(target))
    return next(articles, named[0] if named else "")


def _of(entry: Entry, site: Site) -> str | None:
    """The first category that is one of the site's sections."""
    names = set(site.sections.values())
    return next((category for category in entry.every(*_CATEGORIES) if category in names), None)
