"""Records what our download handler did not see: exchanges of other handlers, and requests that none was made for."""

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from crawler.capture.sink import CaptureSink

_WEB = ("http://", "https://")


class FallbackMiddleware:
    """Downloader middleware, the closest to the downloader. Passes everything on as it is."""

    def __init__(self, sink: CaptureSink) -> None:
        self._sink = sink

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "FallbackMiddleware":
        """Build for a crawl."""
        return cls(CaptureSink.of(crawler))

    async def process_response(self, request: Request, response: Response) -> Response:
        """A response of another handler (HTTP/2, a browser) is put together again. One from a cache was no exchange."""
        if request.url.startswith(_WEB) and "cached" not in response.flags:
            await self._sink.fallback(request, response)
        return response

    async def process_exception(self, request: Request, exception: Exception) -> None:
        """A request that failed, or that a middleware such as that of robots.txt refused."""
        if request.url.startswith(_WEB):
            await self._sink.failed(request, exception)
