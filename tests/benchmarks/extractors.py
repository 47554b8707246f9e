"""Extractors in the form that the scorer beside the checkout asks for: (html, url) → mapping.

``python ../shared/reference/extraction/score.py tests.benchmarks.extractors:generic_path`` and, beside it,
``tests.benchmarks.extractors:trafilatura_fast``.
"""

import re
from datetime import date
from typing import Any

from selectolax.lexbor import LexborHTMLParser
from trafilatura import bare_extraction

from crawler.articles import dates, metadata
from crawler.articles.generic import generic_blocks
from crawler.articles.reading import PageReading
from crawler.articles.structured import Structured
from crawler.sites.site import Generation, Markup, Site

_NONE: frozenset[str] = frozenset()
_MARKUP = Markup(
    title=("article h1", "h1"), lead=(), published=("time[datetime]",), modified=(), authors=("[rel=author]",),
    section=(), rubric=(), tags=(), body=("article",), bare_text=False, without_text=(), header_media=(),
    card_title=(), card_noise=(), caption=(), credit=(), paragraph_classes=_NONE, quote_classes=_NONE,
    heading_classes=_NONE, media_classes=_NONE, card_classes=_NONE, dropped_classes=_NONE,
)  # fmt: skip
ANY_SITE = Site(
    name="any", title="any", base="https://any.example", hosts=_NONE, language="en", utc_offset_minutes=0,
    section_path="/", feed_path="/", archive_feed_path="/", sitemap_path="/", sections={},
    generations=(Generation("any", date(1990, 1, 1), None, re.compile(r"(?P<id>)(?P<date>)(?P<slug>)"), "/", _MARKUP),),
)  # fmt: skip
"""A site of which nothing is known: the layers below the site's own rules have to do."""


def generic_path(html: str, url: str) -> dict[str, Any]:
    """Our layers without site rules: structured data, meta elements, then the generic body."""
    page = LexborHTMLParser(html)
    if page.root is None:
        return {}
    reading = PageReading(page, page.root, Structured(page), url, ANY_SITE, _MARKUP, None)
    published = dates.published(reading)
    return {
        "title": metadata.title(reading)[0],
        "text": "\n\n".join(block.text for block in generic_blocks(html, url)),
        "authors": list(metadata.authors(reading)[0]),
        "date": published.at.isoformat() if published.at else None,
    }


def trafilatura_fast(html: str, url: str) -> dict[str, Any]:
    """The peer, as it is."""
    found = bare_extraction(html, url=url, fast=True, include_comments=False, with_metadata=True)
    if found is None or isinstance(found, dict):
        return {}
    return {"title": found.title, "text": found.text, "authors": found.author or "", "date": found.date}
