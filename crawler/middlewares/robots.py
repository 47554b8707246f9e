"""Obeys robots.txt as RFC 9309 says; takes the place of Scrapy's middleware, which reads silence as permission."""

import asyncio
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest, NotConfigured
from scrapy.http.request import NO_CALLBACK

from crawler.capture.failures import RefusedError, failure
from crawler.capture.occasion import HOPS_META, ROBOTS_META
from crawler.capture.sink import CaptureSink
from crawler.politeness.robots import Robots, robots_of, unreachable_robots

_PRIORITY = 1000


class RobotsMiddleware:
    """Asks for the robots.txt of each host once, before anything else of that host is fetched."""

    def __init__(self, crawler: Crawler, sink: CaptureSink, user_agent: str) -> None:
        self._crawler = crawler
        self._sink = sink
        self._user_agent = user_agent
        self._robots: dict[str, asyncio.Future[Robots]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "RobotsMiddleware":
        """Build for a crawl; off where ROBOTSTXT_OBEY is."""
        if not crawler.settings.getbool("ROBOTSTXT_OBEY"):
            raise NotConfigured
        token = crawler.settings["ROBOTSTXT_USER_AGENT"] or crawler.settings["USER_AGENT"]
        return cls(crawler, CaptureSink.of(crawler), token)

    async def process_request(self, request: Request) -> None:
        """Raise `RefusedError` for a URL that may not be fetched."""
        parts = urlsplit(request.url)
        if request.meta.get("dont_obey_robotstxt") or parts.scheme not in ("http", "https"):
            return
        robots = await self._robots_of(f"{parts.scheme}://{parts.netloc}/robots.txt")
        request.meta[ROBOTS_META] = f"{robots.record_id or 'none'} {robots.cause}"
        if not robots.allows(request.url, self._user_agent):
            self._crawler.stats.inc_value("robotstxt/forbidden")
            raise RefusedError(robots.reason, robots.refusal(request.url))

    async def _robots_of(self, url: str) -> Robots:
        if url not in self._robots:
            self._robots[url] = asyncio.ensure_future(self._fetched(url))
        return await self._robots[url]

    async def _fetched(self, url: str) -> Robots:
        self._crawler.stats.inc_value("robotstxt/request_count")
        meta = {"dont_obey_robotstxt": True, HOPS_META: "P"}
        request = Request(url, priority=_PRIORITY, meta=meta, callback=NO_CALLBACK)
        try:
            response = await self._crawler.engine.download_async(request)
        except IgnoreRequest as error:
            return unreachable_robots(url, str(error))
        except Exception as error:  # noqa: BLE001  whatever it was, the host gave no rules: nothing may be fetched
            return unreachable_robots(url, failure(error)[1])
        self._crawler.stats.inc_value(f"robotstxt/response_status_count/{response.status}")
        ref = await self._sink.ref(response.request)
        return robots_of(url, response.status, response.body, ref.record_id if ref else None)
