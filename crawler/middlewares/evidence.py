"""Joins an article with its capture: nothing passes to the pipelines before its page is on the disk."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider
from scrapy.http import Response

from crawler.articles.evidence import with_capture
from crawler.capture.occasion import HOPS_META, REQUISITE_META, hops_of, occasion_of
from crawler.capture.sink import CaptureSink
from crawler.errors import CaptureError
from crawler.evidence import Declaration
from crawler.items import Absence, Article, CaptureRef


class EvidenceMiddleware:
    """Spider middleware. Pipelines see neither response nor request, so evidence must join here."""

    def __init__(self, sink: CaptureSink) -> None:
        self._sink = sink

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "EvidenceMiddleware":
        """Build for a crawl."""
        return cls(CaptureSink.of(crawler))

    async def process_spider_output(self, response: Response, result: AsyncIterator[Any]) -> AsyncIterator[Any]:
        """Give each article or absence the reference to its durable capture, and each request the hops that led to it.

        What a source declared goes on record here and no further. Stops the run where there is no evidence.
        """
        async for item in result:
            if isinstance(item, Article):
                yield with_capture(item, await self._evidence(response))
            elif isinstance(item, Absence):
                yield replace(item, capture=await self._evidence(response))
            elif isinstance(item, Declaration):
                await self._sink.declare(replace(item, source=await self._evidence(response)))
            else:
                yield _with_hops(item, response)

    async def _evidence(self, response: Response) -> CaptureRef:
        try:
            ref = await self._sink.ref(response.request)
        except CaptureError:
            raise CloseSpider("archive_failed") from None
        if ref is None or ref.status != response.status:  # put together from a cache, or by another middleware
            raise CloseSpider("no_evidence")
        return ref


def _with_hops(item: Any, response: Response) -> Any:  # noqa: ANN401  whatever a spider yields
    if isinstance(item, Request) and response.request is not None and HOPS_META not in item.meta:
        item.meta[HOPS_META] = hops_of(response.request) + _step(item)
    return item


def _step(request: Request) -> str:
    """The letter for how a request was found. See `Occasion.hops`."""
    if REQUISITE_META in request.meta:
        return "E"
    link = occasion_of(request).link
    return "M" if link is not None and link.discovered_via == "sitemap" else "L"
