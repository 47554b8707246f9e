"""Turns finished exchanges into captures and hands them to the recorder; keeps the receipts by request."""

import logging
from typing import Protocol
from weakref import WeakKeyDictionary

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadCancelledError, DownloadTimeoutError, NotConfigured, StopDownload
from scrapy.http import Response
from scrapy.statscollectors import StatsCollector

from crawler.archive.content_coding import BODY_LIMIT, coding_fault
from crawler.archive.http_message import final_response, parse_response, without_fields
from crawler.capture.exchange import Exchange
from crawler.exporters.warc import Receipt
from crawler.items import ArticleLink, Capture, Truncation

LINK_META = "archive_link"
"""Key of `Request.meta` that holds the `ArticleLink` a request was made for. Retries and redirects keep it."""

_CREDENTIALS = frozenset({b"authorization", b"proxy-authorization"})

DELIVERED_CUT: dict[str, Truncation] = {"dataloss": "disconnect", "download_stopped": "unspecified"}
"""Flags of the responses that Scrapy delivers although they are cut. They are evidence, but no articles."""


UNDECODABLE = "undecodable"
"""Flag of a response whose content coding is damaged or ends early. It is evidence, but no article."""

logger = logging.getLogger(__name__)


class Recorder(Protocol):
    """Where captures go."""

    async def put(self, capture: Capture) -> Receipt:
        """Wait for room, queue the capture, give the receipt."""


class CaptureSink:
    """Extension, one per crawl. `recorder` is set while a run is open; outside of one nothing may be downloaded."""

    def __init__(self, stats: StatsCollector) -> None:
        self.recorder: Recorder | None = None
        self._stats = stats
        self._receipts: WeakKeyDictionary[Request, Receipt] = WeakKeyDictionary()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "CaptureSink":
        """Build for a crawl."""
        return cls(crawler.stats)

    @classmethod
    def of(cls, crawler: Crawler) -> "CaptureSink":
        """The sink of a crawl. Raises NotConfigured where the add-on is not enabled."""
        sink = crawler.get_extension(cls)
        if sink is None:
            raise NotConfigured("no capture sink: enable the add-on with ADDONS = {'crawler.addon.ArchiveAddon': 100}")
        return sink

    def receipt(self, request: Request) -> Receipt | None:
        """The receipt of a request's exchange; None where it did not come through the wire handler."""
        return self._receipts.get(request)

    async def complete(self, request: Request, exchange: Exchange, response: Response) -> None:
        """Record an exchange whose response was delivered; what was delivered is compared with what came."""
        raw = final_response(b"".join(exchange.received))
        flags: tuple[str, ...] = tuple(response.flags)
        truncated = next((DELIVERED_CUT[flag] for flag in flags if flag in DELIVERED_CUT), None)
        stopped = "download_stopped" in flags  # bytes that had come already were not delivered
        if not stopped and parse_response(raw, request.method).payload != response.body:
            flags += ("body_mismatch",)
            self._stats.inc_value("archive/captures/body_mismatch")
        if LINK_META in request.meta and (fault := _coding_fault(response)):
            flags += (UNDECODABLE,)
            response.flags.append(UNDECODABLE)
            self._stats.inc_value("archive/captures/undecodable")
            logger.info("%s: %s", request.url, fault)
        await self._put(request, exchange, raw, flags, truncated)

    async def cut(self, request: Request, exchange: Exchange, error: Exception) -> None:
        """Record what came of an exchange that failed, if at least its response's head did."""
        raw = final_response(b"".join(exchange.received))
        if not parse_response(raw, request.method).head:
            self._stats.inc_value(f"archive/captures/none/{type(error).__name__}")
            return
        await self._put(request, exchange, raw, (type(error).__name__,), _truncation(error))

    async def _put(
        self, request: Request, exchange: Exchange, raw: bytes, flags: tuple[str, ...], truncated: Truncation | None
    ) -> None:
        if self.recorder is None:
            raise RuntimeError(f"{request} was downloaded while no archive is open")
        sent, redacted = without_fields(b"".join(exchange.sent), _CREDENTIALS)
        link = request.meta.get(LINK_META)
        redirected_from = request.meta.get("redirect_urls") or [None]
        capture = Capture(
            url=request.url.partition("#")[0],
            method=request.method,
            started_at=exchange.started_at,
            request=sent,
            response=raw,
            peer=exchange.peer,
            protocols=exchange.protocols,
            cipher=exchange.cipher,
            duration_ms=exchange.duration_ms,
            redacted=redacted,
            flags=flags,
            link=link if isinstance(link, ArticleLink) else None,
            via=redirected_from[-1] or (link.source_url if isinstance(link, ArticleLink) else None),
            truncated=truncated,
        )
        self._receipts[request] = await self.recorder.put(capture)
        self._stats.inc_value("archive/captures")


def not_whole(status: int, flags: list[str]) -> str | None:
    """Why no article is made of a page that was delivered; None for a whole one. Recovery decides in the same way."""
    if status != 200:
        return f"http_{status}"
    if UNDECODABLE in flags:
        return UNDECODABLE
    return "cut" if DELIVERED_CUT.keys() & set(flags) else None


def _coding_fault(response: Response) -> str | None:
    """What is wrong with the content coding of a body; Scrapy hides data that ends early."""
    return coding_fault((response.body,), response.headers.getlist("Content-Encoding"), BODY_LIMIT)


def _truncation(error: Exception) -> Truncation:
    if isinstance(error, DownloadTimeoutError):
        return "time"
    if isinstance(error, StopDownload):
        return "unspecified"
    return "length" if isinstance(error, DownloadCancelledError) else "disconnect"
