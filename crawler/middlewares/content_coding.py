"""Hands over the body that capture has decoded already, to see whether it is whole: it need not be decoded twice."""

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.exceptions import NotConfigured
from scrapy.http import Response, TextResponse
from scrapy.responsetypes import responsetypes

from crawler.capture.sink import CaptureSink

ACCEPTED = b"gzip, deflate, br"
"""Codings that are asked for. Scrapy asks for zstd too, which players cannot unpack; it is read where it comes."""


class ContentCodingMiddleware(HttpCompressionMiddleware):
    """Takes the place of Scrapy's; what capture did not decode, or what is damaged, goes Scrapy's own way."""

    def __init__(self, crawler: Crawler, sink: CaptureSink) -> None:
        super().__init__(crawler=crawler)
        self._sink = sink

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "ContentCodingMiddleware":
        """Build for a crawl; off where COMPRESSION_ENABLED is."""
        if not crawler.settings.getbool("COMPRESSION_ENABLED"):
            raise NotConfigured
        return cls(crawler, CaptureSink.of(crawler))

    def process_request(self, request: Request) -> None:  # type: ignore[override]  # as below
        """Ask for the codings that can be replayed, unless the request asks for others."""
        request.headers.setdefault("Accept-Encoding", ACCEPTED)

    def process_response(  # type: ignore[override]  # Scrapy's has a deprecated argument more
        self, request: Request, response: Response
    ) -> Request | Response:
        """The response without its content coding."""
        body = self._sink.decoded(response)
        if body is None or len(body) > request.meta.get("download_maxsize", self._max_size):
            return super().process_response(request, response)
        if self.stats is not None:
            self.stats.inc_value("httpcompression/response_bytes", len(body))
            self.stats.inc_value("httpcompression/response_count")
        del response.headers["Content-Encoding"]
        kind = responsetypes.from_args(headers=response.headers, url=response.url, body=body)
        if issubclass(kind, TextResponse):
            return response.replace(cls=kind, body=body, encoding=None)
        return response.replace(cls=kind, body=body)
