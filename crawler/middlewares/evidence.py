"""Joins an article with its capture: nothing passes to the pipelines before its page is on the disk."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider
from scrapy.http import Response

from crawler.capture.sink import CaptureSink
from crawler.errors import CaptureError
from crawler.items import Article


class EvidenceMiddleware:
    """Spider middleware. Pipelines see neither response nor request, so evidence must join here."""

    def __init__(self, sink: CaptureSink) -> None:
        self._sink = sink

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "EvidenceMiddleware":
        """Build for a crawl."""
        return cls(CaptureSink.of(crawler))

    async def process_spider_output(self, response: Response, result: AsyncIterator[Any]) -> AsyncIterator[Any]:
        """Give each article the reference to its durable capture. Stops the run where there is none."""
        async for item in result:
            yield await self._with_evidence(item, response) if isinstance(item, Article) else item

    async def _with_evidence(self, article: Article, response: Response) -> Article:
        receipt = self._sink.receipt(response.request) if response.request else None
        if receipt is None:
            raise CloseSpider("no_evidence")
        try:
            return replace(article, captures=(await receipt,))
        except CaptureError:
            raise CloseSpider("archive_failed") from None
