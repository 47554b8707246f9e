"""The text of what Scrapy delivered."""

from scrapy.http import Response

from crawler.articles.charsets import PageText
from crawler.articles.page import page_text


def text_of(response: Response) -> PageText:
    """The text of an HTML page, and how it was read. Raises `NotAnArticleError` for anything else."""
    content_type = response.headers.get("Content-Type")
    return page_text(response.body, content_type.decode("latin-1") if content_type else None, response.url)
