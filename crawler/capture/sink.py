"""Turns finished exchanges into evidence and hands it to the recorder; keeps the receipts by request."""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary, WeakSet

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadCancelledError, DownloadTimeoutError, NotConfigured, StopDownload
from scrapy.http import Response
from scrapy.statscollectors import StatsCollector

from crawler.archive.content_coding import BODY_LIMIT, can_be_removed, decoded
from crawler.archive.http_message import HttpMessage, final_response, parse_response, without_fields
from crawler.capture.exchange import Exchange, unload
from crawler.capture.failures import failure
from crawler.capture.occasion import occasion_of, original_of, target_of
from crawler.capture.reconstruct import CREDENTIALS, reconstructed
from crawler.errors import NotAnArticleError
from crawler.evidence import (
    BODY_MISMATCH,
    DELIVERED_CUT,
    SURPLUS,
    UNDECODABLE,
    Capture,
    Declaration,
    Evidence,
    FailedAttempt,
    Truncation,
)
from crawler.exporters.warc import Receipt
from crawler.items import CaptureRef
from crawler.politeness.addresses import PORTS

_LARGE = 1 << 20
"""A response over this size is on the disk before the next download begins in its place."""

logger = logging.getLogger(__name__)


class Recorder(Protocol):
    """Where evidence goes."""

    directory: Path
    """Where long responses may wait for it."""

    async def put(self, evidence: Evidence, message: HttpMessage | None = None) -> Receipt:
        """Wait for room, queue the evidence, give the receipt. `message` is the response of a capture taken apart."""

    def fail(self, error: Exception) -> None:
        """Evidence was lost before it came here: the run stops."""


Guard = Callable[[str, int, str], bool]
"""Says whether a host, in lower case, and port may be asked at an IP address."""


class CaptureSink:
    """Extension, one per crawl. `recorder` is set while a run is open; outside of one nothing may be downloaded.

    `guard` says what may be asked where; without one everything may.
    """

    def __init__(self, stats: StatsCollector, maxsize: int = BODY_LIMIT) -> None:
        self.recorder: Recorder | None = None
        self.guard: Guard | None = None
        self._stats = stats
        self._maxsize = maxsize
        self._receipts: WeakKeyDictionary[Request, Receipt] = WeakKeyDictionary()
        self._decoded: WeakKeyDictionary[Response, bytes] = WeakKeyDictionary()
        self._attempts: WeakSet[Request] = WeakSet()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "CaptureSink":
        """Build for a crawl."""
        return cls(crawler.stats, crawler.settings.getint("DOWNLOAD_MAXSIZE"))

    @classmethod
    def of(cls, crawler: Crawler) -> "CaptureSink":
        """The sink of a crawl. Raises NotConfigured where the add-on is not enabled."""
        sink = crawler.get_extension(cls)
        if sink is None:
            raise NotConfigured("no capture sink: enable the add-on with ADDONS = {'crawler.addon.ArchiveAddon': 100}")
        return sink

    def permits(self, request: Request, address: str) -> bool:
        """False where the request must not go to this IP address. Of a proxy nothing is known of where it leads."""
        if self.guard is None or request.meta.get("proxy"):
            return True
        parts = urlsplit(request.url)
        return self.guard(parts.hostname or "", parts.port or PORTS[parts.scheme], address)

    def fail(self, error: OSError) -> None:
        """The disk did not take what came: the run stops."""
        if self.recorder is not None:
            self.recorder.fail(error)

    async def ref(self, request: Request | None) -> CaptureRef | None:
        """Where the durable capture of a request is; None where there is none. Raises `CaptureError`."""
        receipt = self._receipts.get(request) if request is not None else None
        return await receipt if receipt is not None else None

    @property
    def directory(self) -> Path | None:
        """Where long responses may wait for the recorder; None while no run is open."""
        return self.recorder.directory if self.recorder is not None else None

    def decoded(self, response: Response) -> bytes | None:
        """The body of a response without its content coding, once; None where it has none or is damaged."""
        return self._decoded.pop(response, None)

    async def complete(self, request: Request, exchange: Exchange, response: Response) -> None:
        """Record an exchange whose response was delivered; what was delivered is compared with what came."""
        raw = final_response(exchange.received)
        message = parse_response(raw, request.method)
        truncated = next((DELIVERED_CUT[flag] for flag in response.flags if flag in DELIVERED_CUT), None)
        flags: tuple[str, ...] = tuple(response.flags)
        stopped = "download_stopped" in flags  # bytes that had come already were not delivered
        if not stopped and not message.payload_is(response.body):
            flags += (BODY_MISMATCH,)
            response.flags.append(BODY_MISMATCH)
            self._stats.inc_value("archive/captures/body_mismatch")
        unload(raw)
        if message.surplus and not truncated:
            response.flags.append(SURPLUS)
            self._stats.inc_value("archive/captures/surplus")
        if truncated is None:
            flags += self._undecodable(request, response)
        await self._put_capture(request, _capture(request, exchange, raw, flags, truncated), message)

    async def cut(self, request: Request, exchange: Exchange, error: Exception) -> None:
        """Record what came of an exchange that failed: a cut response, or an attempt if not even its head came."""
        raw = final_response(exchange.received)
        message = parse_response(raw, request.method)
        if message.head_end:
            truncated = "length" if exchange.oversize else _truncation(error, message)
            capture = _capture(request, exchange, raw, (type(error).__name__,), truncated)
            await self._put_capture(request, capture, message)
            return
        await self._put_attempt(request, error, exchange)

    async def fallback(self, request: Request, response: Response) -> None:
        """Record the exchange of another download handler, unless ours did."""
        if request not in self._receipts:
            self._stats.inc_value("archive/captures/reconstructed")
            capture = reconstructed(request, response)
            await self._put_capture(
                request, replace(capture, flags=capture.flags + self._undecodable(request, response))
            )

    async def failed(self, request: Request, error: Exception) -> None:
        """Record an attempt that never reached a connection of ours, unless it is on record."""
        if request not in self._receipts and request not in self._attempts:
            await self._put_attempt(request, error)

    async def declare(self, declaration: Declaration) -> None:
        """Record what a source declared."""
        await self._put(declaration)

    def _undecodable(self, request: Request, response: Response) -> tuple[str, ...]:
        """Flag a response whose content coding is damaged or ends early: Scrapy hides that."""
        codings = response.headers.getlist("Content-Encoding")
        if not response.body or request.method == "HEAD" or not can_be_removed(codings):
            return ()
        try:
            body = decoded(response.body, codings, request.meta.get("download_maxsize", self._maxsize) or BODY_LIMIT)
        except NotAnArticleError as error:
            response.flags.append(UNDECODABLE)
            self._stats.inc_value("archive/captures/undecodable")
            logger.info("%s: %s", response.url, error)
            return (UNDECODABLE,)
        if body is not response.body:
            self._decoded[response] = body
        return ()

    async def _put_attempt(self, request: Request, error: Exception, exchange: Exchange | None = None) -> None:
        self._attempts.add(request)
        reason, words = failure(error)
        sent, redacted = without_fields(exchange.sent, CREDENTIALS) if exchange else (b"", ())
        attempt = FailedAttempt(
            url=target_of(request),
            started_at=exchange.started_at if exchange else datetime.now(UTC),
            reason=reason,
            message=words,
            duration_ms=exchange.duration_ms if exchange else 0,
            request=sent,
            received=exchange.received if exchange else b"",
            redacted=redacted,
            peer=exchange.peer if exchange else None,
            occasion=occasion_of(request),
        )
        await self._put(attempt)
        self._stats.inc_value("archive/attempts/failed")
        self._stats.inc_value(f"archive/attempts/failed/{reason}")

    async def _put_capture(self, request: Request, capture: Capture, message: HttpMessage | None = None) -> None:
        receipt = self._receipts[request] = await self._put(capture, message)
        self._stats.inc_value("archive/captures")
        if len(capture.response) > _LARGE:
            await receipt

    async def _put(self, evidence: Evidence, message: HttpMessage | None = None) -> Receipt:
        if self.recorder is None:
            raise RuntimeError(f"{evidence} came about while no archive is open")
        return await self.recorder.put(evidence, message)


def _capture(
    request: Request, exchange: Exchange, raw: bytes, flags: tuple[str, ...], truncated: Truncation | None
) -> Capture:
    sent, redacted = without_fields(exchange.sent, CREDENTIALS)
    return Capture(
        url=target_of(request),
        method=request.method,
        started_at=exchange.started_at,
        request=sent,
        response=raw,
        peer=exchange.peer,
        protocols=_protocols(exchange, raw),
        cipher=exchange.cipher,
        duration_ms=exchange.duration_ms,
        redacted=redacted,
        flags=flags,
        truncated=truncated,
        occasion=occasion_of(request),
        revalidates=original_of(request),
    )


def _protocols(exchange: Exchange, raw: bytes) -> tuple[str, ...]:
    """The protocols of the exchange, the version of HTTP being that of the response."""
    return ("http/1.0", *exchange.protocols[1:]) if raw[:8].upper() == b"HTTP/1.0" else exchange.protocols


def _truncation(error: Exception, message: HttpMessage) -> Truncation:
    if isinstance(error, DownloadTimeoutError):
        return "time"
    if isinstance(error, DownloadCancelledError):
        return "length"
    # A message that is whole by its framing was refused for what it says: nothing was disconnected.
    return "unspecified" if isinstance(error, StopDownload) or message.complete else "disconnect"
