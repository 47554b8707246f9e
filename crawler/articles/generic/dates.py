"""When a page of which nothing is known was published: the layers below what it tells machines, cheapest first."""

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.articles.reading import Found
from crawler.articles.structured import Structured
from crawler.articles.text import short_line

PUBLISHED_METAS = (
    "article:published_time", "og:article:published_time", "og:published_time", "datePublished", "date_published",
    "parsely-pub-date", "sailthru.date", "publishdate", "publish-date", "publish_date", "publication_date",
    "article.published", "published_time", "date.available", "dc.date.issued", "dcterms.issued", "dcterms.date",
    "dc.date", "dc.date.created", "dcterms.created", "dc.created", "cxenseparse:recs:publishtime", "pubdate",
    "article:published", "citation_publication_date", "prism.publicationdate", "displaydate", "article_date_original",
    "originalpublicationdate", "date.created", "article:post_date", "rnews:datepublished", "timestamp", "date",
)  # fmt: skip
"""Meta elements that hold the publication time, best first."""

MODIFIED_METAS = (
    "article:modified_time", "og:article:modified_time", "og:updated_time", "dateModified", "date.modified",
    "dc.date.modified", "dcterms.modified", "article:modified", "date.updated", "lastmod", "last-modified",
    "revised",
)  # fmt: skip
"""Meta elements that hold the time of the last change, best first."""

_DAY_IN_PATH = re.compile(r"/((?:19|20)\d\d)([/-]?)(0?[1-9]|1[0-2])\2(0?[1-9]|[12]\d|3[01])(?![0-9])", re.ASCII)
_EPOCHS = ("data-unixtime", "data-timestamp", "data-published", "data-publish-date", "data-pubdate", "data-epoch")
_SHOWS_PUBLICATION = re.compile(r"publi|posted|created|erstellt|veröffentlicht", re.IGNORECASE)
_SHOWS_CHANGE = re.compile(r"modif|updat|aktualis|actualiz", re.IGNORECASE)
_DATED = (
    'h1, [class*="date" i], [id*="date" i], [class*="publish" i], [class*="posted" i], [class*="timestamp" i],'
    ' [class*="byline" i]'
)
_DATE = re.compile(
    r"\b(?:[A-Z][a-z]{2,8}\.?\s+\d{1,2},?\s+\d{4}|\d{1,2}\s+[A-Z][a-z]{2,8}\.?,?\s+\d{4}"
    r"|\d{1,2}\.\s?\d{1,2}\.\d{4}|\d{4}-\d\d-\d\d)(?!\d)"
)
_MAX_TIMES = 10
_MAX_TEXT = 2000
_MAX_HTML = 4 << 20
_MAX_DATED = 120
"""Characters of an element that shows a date and little else."""

_YEAR_ALONE = "-01-01"
"""What the library makes of a year without a day, such as a copyright's."""

LATEST = "2100-01-01"
"""The last day that is looked for: without one the library would ask the clock."""


def day_in_url(url: str) -> str | None:
    """The day in a URL's path, ``YYYYMMDD``: ``/2026/05/02/``, ``/20260502/``, ``/2026-05-02-``."""
    match = _DAY_IN_PATH.search(url.partition("?")[0])
    if match is None or (not match[2] and len(match[3] + match[4]) < 4):
        return None
    return f"{match[1]}{match[3]:0>2}{match[4]:0>2}"


def shown_times(structured: Structured) -> Iterator[Found]:
    """What `time` elements hold: those that say that they are of the publication, then the first behind the headline.

    The others are those of cards and comments.
    """
    times = [node for node in structured.times[:_MAX_TIMES] if not _SHOWS_CHANGE.search(_called(node))]
    marked = [node for node in times if _SHOWS_PUBLICATION.search(_called(node))]
    for node in [*marked[:1], *times[:1]]:
        for value in (node.attributes.get("datetime") or "", short_line(node, _MAX_TEXT)):
            if value:
                yield value, "time"


def _called(node: LexborNode) -> str:
    attributes = node.attributes
    called = (attributes.get(name) or "" for name in ("class", "itemprop", "id", "aria-label"))
    return " ".join([*called, "published" if "pubdate" in attributes else ""])


def epochs(page: LexborHTMLParser) -> Iterator[Found]:
    """Epoch seconds or milliseconds in the attributes that pages keep them in."""
    for node in page.css(", ".join(f"[{name}]" for name in _EPOCHS))[:_MAX_TIMES]:
        for name in _EPOCHS:
            if value := node.attributes.get(name):
                yield value, f"attribute:{name}"


def shown_dates(page: LexborHTMLParser) -> Iterator[Found]:
    """Dates in figures or in English that stand behind the headline in elements called after them."""
    found = page.css(_DATED)
    at = next((number for number, node in enumerate(found) if node.tag == "h1"), -1) + 1
    for node in found[at : at + _MAX_TIMES]:
        text = short_line(node, _MAX_TEXT)
        match = _DATE.search(text) if len(text) <= _MAX_DATED and not _SHOWS_CHANGE.search(_called(node)) else None
        if match:
            yield match[0], "text"


def by_library(html: str, url: str) -> Iterator[Found]:
    """The day that htmldate finds in a page's texts, comments and addresses.

    Imported here, because it takes a tenth of a second and most runs never need it. It gives the same day always: the
    latest day is a constant, and what it leaves to dateparser must name its year.
    """
    from htmldate import find_date

    if len(html) > _MAX_HTML:
        return
    try:
        day = find_date(html, original_date=True, max_date=LATEST, url=url)
    except Exception:  # noqa: BLE001  whatever the library meets in a page, the page has no date then
        return
    if day and not day.endswith(_YEAR_ALONE):
        yield day, "htmldate"
