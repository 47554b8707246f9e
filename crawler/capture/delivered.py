"""What Scrapy delivered: whether it is whole, and its text."""

from scrapy.http import Response

from crawler.articles.page import page_text
from crawler.evidence import Truncation

DELIVERED_CUT: dict[str, Truncation] = {"dataloss": "disconnect", "download_stopped": "unspecified"}
"""Flags of the responses that Scrapy delivers although they are cut. They are evidence, but no articles."""

UNDECODABLE = "undecodable"
"""Flag of a response whose content coding is damaged or ends early. It is evidence, but no article."""

SURPLUS = "surplus"
"""Flag of a response with more bytes than its Content-Length says: what was delivered is cut."""


def not_whole(status: int, flags: list[str]) -> str | None:
    """Why nothing is read from a page that was delivered; None for a whole one. Recovery decides in the same way."""
    if status != 200:
        return f"http_{status}"
    if found := next((flag for flag in (UNDECODABLE, SURPLUS) if flag in flags), None):
        return found
    return "cut" if DELIVERED_CUT.keys() & set(flags) else None


def text_of(response: Response) -> str:
    """The text of an HTML page. Raises `NotAnArticleError` for anything else."""
    content_type = response.headers.get("Content-Type")
    return page_text(response.body, content_type.decode("latin-1") if content_type else None, response.url)
