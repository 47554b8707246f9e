"""Refuses URLs of absurd length wherever they come from: Scrapy looks at those that spiders find, not at redirects."""

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured

from crawler.capture.failures import RefusedError


class UrlLengthMiddleware:
    """Downloader middleware, the first to see a request."""

    def __init__(self, limit: int) -> None:
        self._limit = limit

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "UrlLengthMiddleware":
        """Build for a crawl; URLLENGTH_LIMIT is the limit in characters, and 0 is none, as in Scrapy."""
        limit = crawler.settings.getint("URLLENGTH_LIMIT")
        if not limit:
            raise NotConfigured
        return cls(limit)

    def process_request(self, request: Request) -> None:
        """Raise `RefusedError` for a URL over the limit."""
        if len(request.url) > self._limit:
            message = (
                f"a URL of {len(request.url)} characters, {request.url[:80]}…, is not asked for: see URLLENGTH_LIMIT"
            )
            raise RefusedError("url_too_long", message)
