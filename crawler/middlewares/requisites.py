"""Asks for what article pages need to look right in a replay: images, stylesheets and what they name, fonts, icons."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterable, Iterator
from typing import Any

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider, NotConfigured
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.capture.delivered import text_of
from crawler.capture.failures import failure
from crawler.capture.occasion import REQUISITE_META, VIA_META, hops_of
from crawler.discovery.requisite_gate import Requisite
from crawler.discovery.requisites import requisites_of_page
from crawler.discovery.stylesheet import requisites_of_stylesheet
from crawler.errors import CaptureError
from crawler.evidence import not_whole
from crawler.extensions.delivery import Delivery
from crawler.items import Article
from crawler.options import ArchiveOptions
from crawler.state.run_stats import RunStats

PRIORITY = -1000
"""Articles come first, however deep they stand."""

MAX_STEPS = 3
"""Steps from a page: its stylesheet, what that imports, and what is named there."""

MOST_FOR_AN_ARTICLE = 100
"""Requisites that a run asks for, for each of its articles; a site can name others without end."""

logger = logging.getLogger(__name__)


class RequisitesMiddleware:
    """Spider middleware. Each requisite is asked for once in a run, and not at all while its last answer is recent."""

    def __init__(self, delivery: Delivery, stats: RunStats) -> None:
        self._delivery = delivery
        self._stats = stats
        self._left = 0

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "RequisitesMiddleware":
        """Build for a crawl; off unless ARCHIVE_REQUISITES is on."""
        if not ArchiveOptions.from_settings(crawler.settings).requisites:
            raise NotConfigured
        return cls(Delivery.of(crawler), RunStats(crawler.stats))

    async def process_spider_output(self, response: Response, result: AsyncIterator[Any]) -> AsyncIterator[Any]:
        """What the spider made of a page and, behind an article, requests for its requisites."""
        async for item in result:
            yield item
            if isinstance(item, Article):
                self._left += MOST_FOR_AN_ARTICLE
                found = await asyncio.to_thread(requisites_of_page, text_of(response).text, response.url)
                for request in self._requests(found, response):
                    yield request

    async def embedded(self, response: Response) -> AsyncIterator[Request]:
        """A requisite came. A stylesheet names more of them; reading a hostile one takes long, so it has a thread."""
        self._stats.requisite()
        is_sheet = response.meta[REQUISITE_META] == "stylesheet"
        steps = hops_of(response.request).count("E") if response.request else 0
        if is_sheet and steps < MAX_STEPS and not_whole(response.status, response.flags) is None:
            found = await asyncio.to_thread(requisites_of_stylesheet, response.body, response.url, _charset(response))
            for request in self._requests(found, response):
                yield request

    def failed(self, failed: Failure) -> None:
        """A requisite could not be fetched: the page looks less right, and the run is no worse for it."""
        reason, words = failure(failed.value or RuntimeError("the download failed"))
        self._stats.requisite_failed(reason)
        logger.info("requisite %s: %s", failed.request.url, words)  # type: ignore[attr-defined]

    def _requests(self, found: Iterable[Requisite], response: Response) -> Iterator[Request]:
        for requisite in found:
            if not self._is_due(requisite.url):
                continue
            if not self._left:
                self._stats.requisite_failed("over_the_limit")
            else:
                self._left -= 1
                meta = {REQUISITE_META: requisite.kind, VIA_META: response.url}
                yield Request(
                    requisite.url,
                    callback=self.embedded,
                    errback=self.failed,
                    dont_filter=True,
                    priority=PRIORITY,
                    meta=meta,
                )

    def _is_due(self, url: str) -> bool:
        try:
            return self._delivery.requisite_due(url)
        except CaptureError as error:
            self._delivery.fail(error)
            raise CloseSpider("archive_failed") from error


def _charset(response: Response) -> str | None:
    content_type = (response.headers.get("Content-Type") or b"").decode("latin-1").lower()
    return content_type.partition("charset=")[2].partition(";")[0].strip(" \"'") or None
