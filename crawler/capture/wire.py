"""The download handler that keeps what crosses the wire, above TLS, byte for byte.

It is Scrapy's HTTP/1.1 handler with a tap: the connection copies what is written to and read from its transport into
the `Exchange` that the request's headers carry. The names with a leading underscore are Scrapy's own; the pin in
pyproject.toml and tests/test_scrapy_canary.py guard them.
"""

import logging
from functools import partial
from typing import Any

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
    _ScrapyAgent,
)
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadCancelledError, ResponseDataLossError
from scrapy.http import Response
from scrapy.utils._download_handlers import get_dataloss_msg, wrap_twisted_exceptions
from scrapy.utils.defer import maybe_deferred_to_future
from twisted.internet.defer import Deferred, fail
from twisted.internet.error import ConnectionDone
from twisted.internet.interfaces import IHandshakeListener
from twisted.internet.protocol import connectionDone
from twisted.python.failure import Failure
from twisted.web.client import Agent
from twisted.web.http_headers import Headers
from twisted.web.iweb import IResponse
from zope.interface import implementer

from crawler.archive.spool import spool_failure
from crawler.capture.exchange import CopyingTransport, Exchange, ExchangeHeaders
from crawler.capture.failures import RefusedError
from crawler.capture.sink import CaptureSink

_PRIVATE = "{} is no address of the public internet: name the host in ARCHIVE_PRIVATE_HOSTS if it may be asked"

logger = logging.getLogger(__name__)


class WireDownloadHandler(HTTP11DownloadHandler):
    """Scrapy's handler for http and https; every exchange is handed to the crawl's `CaptureSink` before it returns."""

    lazy = False

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool._factory = _WireFactory
        self._sink = crawler.get_extension(CaptureSink)
        if self._sink is None:
            logger.warning("Nothing is archived: enable the add-on with ADDONS = {'crawler.addon.ArchiveAddon': 100}")

    async def download_request(self, request: Request) -> Response:
        """Download, and return when the exchange is on its way to the disk. Cut exchanges are kept too."""
        limit = _wire_limit(request.meta.get("download_maxsize", self._default_maxsize))
        sink = self._sink
        permits = partial(sink.permits, request) if sink is not None else None
        exchange = Exchange(limit, sink.directory if sink is not None else None, permits)
        try:
            response = await self._download(request, exchange)
        except Exception as error:
            self._end(exchange)
            cause = _too_long(request) if exchange.oversize else error
            if sink is not None:
                await sink.cut(request, exchange, cause)
            exchange.release()
            if cause is not error:
                raise cause from error
            raise
        self._end(exchange)
        if exchange.broken and "partial" in response.flags:
            response.flags.append("dataloss")
        if sink is not None:
            await sink.complete(request, exchange, response)
        exchange.release()
        return response

    def _end(self, exchange: Exchange) -> None:
        """Raises `CaptureError`, and stops the run, where the disk did not take what came."""
        exchange.end()
        if exchange.disk_error is not None:
            if self._sink is not None:
                self._sink.fail(exchange.disk_error)
            raise spool_failure(exchange.disk_error)

    async def _download(self, request: Request, exchange: Exchange) -> Response:
        """What the base class does, with an agent that knows the exchange."""
        agent = _WireAgent(
            exchange,
            contextFactory=self._contextFactory,
            bindAddress=self._bind_address,
            pool=self._pool,
            maxsize=self._default_maxsize,
            warnsize=self._default_warnsize,
            fail_on_dataloss=self._fail_on_dataloss,
            crawler=self._crawler,
            tls_verbose_logging=self._tls_verbose_logging,
        )
        try:
            with wrap_twisted_exceptions():
                return await maybe_deferred_to_future(agent.download_request(request))
        except ResponseDataLossError:
            if not self._fail_on_dataloss_warned:
                logger.warning(get_dataloss_msg(request.url))
                self._fail_on_dataloss_warned = True
            raise


def _wire_limit(maxsize: int) -> int | None:
    """Bytes that a response may take on the wire: its body, heads, and framing of a sane size."""
    return maxsize + maxsize // 4 + (1 << 20) if maxsize else None


def _too_long(request: Request) -> DownloadCancelledError:
    return DownloadCancelledError(f"{request.url} sent more bytes on the wire than DOWNLOAD_MAXSIZE allows for")


class _WireAgent(_ScrapyAgent):
    """Scrapy's agent for one request; its requests carry the exchange in their headers."""

    def __init__(self, exchange: Exchange, **options: Any) -> None:  # noqa: ANN401  Scrapy's, passed on
        super().__init__(**options)
        self._exchange = exchange

    def _get_agent(self, request: Request, timeout: float) -> Agent:
        agent = super()._get_agent(request, timeout)
        agent.request = partial(_request_with, agent.request, self._exchange)  # type: ignore[method-assign]
        return agent


def _request_with(
    send: Any,  # noqa: ANN401  the bound method of any of Scrapy's agents
    exchange: Exchange,
    method: bytes,
    uri: bytes,
    headers: Headers | None = None,
    body: Any = None,  # noqa: ANN401  a body producer
) -> Deferred[IResponse]:
    sent: Deferred[IResponse] = send(method, uri, ExchangeHeaders(headers or Headers(), exchange), body)
    return sent


@implementer(IHandshakeListener)
class _WireProtocol(_LenientHTTP11ClientProtocol):
    """A connection that copies both directions into the exchange of the request in progress."""

    _exchange: Exchange | None = None
    _secured = False

    def request(self, request: Any) -> Deferred[IResponse]:  # noqa: ANN401  Twisted's private Request
        self._exchange = getattr(request.headers, "exchange", None)
        if self._exchange is not None:
            transport: Any = self.transport
            address = getattr(transport.getPeer(), "host", None)
            if not self._exchange.may_ask(address):
                transport.loseConnection()
                return fail(RefusedError("private_address", _PRIVATE.format(address)))
            in_the_clear = not hasattr(self.transport, "getPeerCertificate")
            self._exchange.begin(self.transport, ready=in_the_clear or self._secured)
            request.writeTo = partial(_write_copied, request, self._exchange)
        return super().request(request)

    def handshakeCompleted(self) -> None:  # noqa: N802  Twisted's name
        """The peer is who it should be; Twisted calls it after a failed verification as well, but hangs up first."""
        self._secured = self.transport is not None and not self.transport.disconnecting
        if self._exchange is not None and self._secured:
            self._exchange.secured()

    def connectionLost(self, reason: Failure = connectionDone) -> None:  # noqa: N802  Twisted's name
        if self._exchange is not None:
            self._exchange.lost(cleanly=isinstance(reason.value, ConnectionDone))
        super().connectionLost(reason)  # type: ignore[no-untyped-call]

    def _finishResponse(self, rest: bytes) -> None:  # noqa: N802  Twisted's name
        """A peer that says more than its framing is not asked again there: the rest could pass for another answer."""
        super()._finishResponse(rest)
        if rest and self.transport is not None:
            self.transport.abortConnection()

    def dataReceived(self, data: bytes) -> None:  # noqa: N802  Twisted's name
        if self._exchange is not None:
            self._exchange.receive(data)
        super().dataReceived(data)  # type: ignore[no-untyped-call]


def _write_copied(request: Any, exchange: Exchange, transport: Any) -> Any:  # noqa: ANN401  Twisted's private names
    """`Request.writeTo`, with a copy. The class's method: a request that is sent again is not copied twice."""
    return type(request).writeTo(request, CopyingTransport(transport, exchange))


class _WireFactory(_LenientHTTP11ClientFactory):
    """Builds connections with the tap."""

    def buildProtocol(self, addr: Any) -> _WireProtocol:  # noqa: ANN401, ARG002, N802  Twisted's name
        return _WireProtocol(self._quiescentCallback)  # type: ignore[no-untyped-call]
