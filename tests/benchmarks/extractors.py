"""Extractors in the form that the scorer beside the checkout asks for: (html, url) → mapping.

``python ../shared/reference/extraction/score.py tests.benchmarks.extractors:generic_path`` and, beside it,
``tests.benchmarks.extractors:trafilatura_fast``.
"""

from typing import Any

from trafilatura import bare_extraction

from crawler.articles import extract_article
from crawler.errors import NotAnArticleError
from crawler.sites.any_site import ANY_SITE


def generic_path(html: str, url: str) -> dict[str, Any]:
    """Our layers without site rules: structured data, meta elements, then the generic body."""
    try:
        article = extract_article(html, url, site=ANY_SITE)
    except NotAnArticleError:
        return {}
    return {
        "title": article.title,
        "text": article.text,
        "authors": list(article.authors),
        "date": article.published_at.isoformat() if article.published_at else None,
        "captions": [image.caption for image in article.images if image.caption],
    }


def trafilatura_fast(html: str, url: str) -> dict[str, Any]:
    """The peer, as it is."""
    found = bare_extraction(html, url=url, fast=True, include_comments=False, with_metadata=True)
    if found is None or isinstance(found, dict):
        return {}
    return {"title": found.title, "text": found.text, "authors": found.author or "", "date": found.date}
