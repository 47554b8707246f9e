"""Extractors in the form that the scorer beside the checkout asks for: (html, url) → mapping.

``python ../shared/reference/extraction/score.py tests.benchmarks.extractors:generic_path`` and, beside it,
``tests.benchmarks.extractors:trafilatura_fast``.
"""

import re
from datetime import datetime
from typing import Any

from trafilatura import bare_extraction

from crawler.articles import clean, extract_article
from crawler.errors import NotAnArticleError
from crawler.sites.any_site import ANY_SITE


def generic_path(html: str, url: str) -> dict[str, Any]:
    """Our layers without site rules: structured data, meta elements, then the generic body. Cleaned, as lines are."""
    try:
        article = clean(extract_article(html, url, site=ANY_SITE))
    except NotAnArticleError:
        return {}
    return {
        "title": article.title,
        "text": article.text,
        "authors": list(article.authors),
        "date": day_as_written(article.published_at, article.published_raw),
        "captions": [image.caption for image in article.images if image.caption],
    }


def day_as_written(at: datetime | None, raw: str | None) -> str | None:
    """The day in the zone that the page writes it in: the sets' truth is that day, an article's time is in UTC."""
    if at is None:
        return None
    written = re.match(r"(\d{4})-?(\d{2})-?(\d{2})(?!\d)", raw or "")
    return "-".join(written.groups()) if written else at.date().isoformat()


def trafilatura_fast(html: str, url: str) -> dict[str, Any]:
    """The peer, as it is."""
    found = bare_extraction(html, url=url, fast=True, include_comments=False, with_metadata=True)
    if found is None or isinstance(found, dict):
        return {}
    return {"title": found.title, "text": found.text, "authors": found.author or "", "date": found.date}
