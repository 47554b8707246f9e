"""Where an article joins its capture, in the crawl and when lines are derived anew: the same here is the same line."""

from dataclasses import replace
from datetime import datetime, timedelta

from crawler.items import Article, CaptureRef

_AHEAD = timedelta(days=1)
"""How far a page's time may lie ahead of its capture: zones that are left out, clocks that are wrong."""


def with_capture(article: Article, ref: CaptureRef) -> Article:
    """The article with the capture that it was read from, and without times that the capture proves wrong."""
    return replace(without_future(article, ref.fetched_at), captures=(ref,))


def without_future(article: Article, fetched_at: datetime) -> Article:
    """The article without times that lie more than a day ahead of `fetched_at`, the reason in `provenance`.

    Extraction knows no clock, so this is decided here. The raw strings stay; the time of the fetch takes no place.
    """
    late = {
        name: f"rejected:{article.provenance.get(name, '')}: in the future"
        for name, moment in (("published_at", article.published_at), ("modified_at", article.modified_at))
        if moment is not None and moment > fetched_at + _AHEAD
    }
    if not late:
        return article
    missing = {"no_date"} if "published_at" in late else set()
    return replace(
        article,
        published_at=None if "published_at" in late else article.published_at,
        modified_at=None if "modified_at" in late else article.modified_at,
        flags=tuple(sorted({*article.flags, *missing})),
        provenance=article.provenance | late,
    )
