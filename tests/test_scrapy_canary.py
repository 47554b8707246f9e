"""Tells, when Scrapy or Twisted is renewed, which of the private names that `crawler.capture.wire` needs have changed.

If one of these fails, compare `crawler/capture/wire.py` with the new `scrapy/core/downloader/handlers/http11.py`, adapt
it, run `make test-all`, and only then widen the range in pyproject.toml.
"""

import inspect
from collections.abc import Callable
from typing import Any

import pytest
from scrapy.core.downloader.handlers import http11
from scrapy.utils import _download_handlers
from twisted.internet.testing import StringTransport
from twisted.web import _newclient, client
from twisted.web.http_headers import Headers
from twisted.web.iweb import IResponse

from crawler.capture.exchange import HEAD_LIMIT, Exchange, ExchangeHeaders
from crawler.capture.wire import WireDownloadHandler, _WireProtocol


class AbortingTransport(StringTransport):
    """Notes that it was told to abort."""

    aborted = False

    def abortConnection(self) -> None:  # noqa: N802  Twisted's name
        self.aborted = True


AGENT_OPTIONS = {
    "contextFactory",
    "bindAddress",
    "pool",
    "maxsize",
    "warnsize",
    "fail_on_dataloss",
    "crawler",
    "tls_verbose_logging",
}
UNTYPED: Any = _newclient
"""The same module, in which Twisted has not annotated everything."""
AGENTS = ["_BindAddressAgent", "_ScrapyProxyAgent", "_TunnelingAgent"]


def parameters(function: Callable[..., Any]) -> list[str]:
    """Names of a function's parameters, without `self`."""
    return [name for name in inspect.signature(function).parameters if name != "self"]


def source(function: Callable[..., Any]) -> str:
    """A function as it is written, white space evened out."""
    return " ".join(inspect.getsource(function).split())


@pytest.mark.parametrize(
    ("module", "name"),
    [
        (http11, "HTTP11DownloadHandler"),
        (http11, "_LenientHTTP11ClientFactory"),
        (http11, "_LenientHTTP11ClientProtocol"),
        (http11, "_ScrapyAgent"),
        *((http11, agent) for agent in AGENTS),
        (_download_handlers, "get_dataloss_msg"),
        (_download_handlers, "wrap_twisted_exceptions"),
        (_newclient, "Request"),
        (client, "HTTPConnectionPool"),
    ],
)
def test_the_names_are_there(module: object, name: str) -> None:
    assert hasattr(module, name), f"{name} has moved"


def test_scrapys_agent_takes_the_options_that_we_give_it() -> None:
    taken = set(parameters(http11._ScrapyAgent.__init__))
    assert taken >= AGENT_OPTIONS, "an option is gone"
    assert taken - AGENT_OPTIONS == {"connectTimeout"}, "a new option: does Scrapy's download_request give it?"


def test_scrapys_download_is_what_ours_was_made_after() -> None:
    ours, theirs = source(WireDownloadHandler._download), source(http11.HTTP11DownloadHandler.download_request)
    rest = theirs[theirs.index("try: with wrap_twisted_exceptions():") :]
    assert ours.endswith(rest), f"Scrapy downloads in another way now: {rest}"
    for name in ("_contextFactory", "_bind_address", "_pool", "_crawler", "_tls_verbose_logging"):
        assert f"self.{name}" in theirs, f"Scrapy's handler keeps no {name} any more"


def test_every_request_of_scrapys_agent_goes_through_get_agent_and_its_request() -> None:
    assert parameters(http11._ScrapyAgent._get_agent) == ["request", "timeout"]
    download = source(http11._ScrapyAgent.download_request)
    assert "agent = self._get_agent(request, timeout)" in download
    assert 'agent.request( method, to_bytes(url, encoding="ascii"), headers, cast(' in download


@pytest.mark.parametrize("name", AGENTS)
def test_agents_take_method_uri_headers_and_body(name: str) -> None:
    assert parameters(getattr(http11, name).request) == ["method", "uri", "headers", "bodyProducer"]


def test_headers_keep_their_exchange_when_the_agent_copies_them_to_add_the_host() -> None:
    assert "headers = headers.copy()" in source(client._AgentBase._requestWithEndpoint)
    exchange = Exchange()
    headers = ExchangeHeaders(Headers({b"X-One": [b"1", b"2"]}), exchange)
    copied = headers.copy()
    assert copied.exchange is exchange
    assert list(copied.getAllRawHeaders()) == list(headers.getAllRawHeaders())


def test_the_request_that_reaches_the_connection_has_the_headers_as_they_are() -> None:
    made = UNTYPED.Request._construct(b"GET", b"/", ExchangeHeaders(Headers({b"Host": [b"h"]}), Exchange()), None)
    assert isinstance(made.headers, ExchangeHeaders), "Twisted's Request copies its headers"


def test_the_pool_builds_its_connections_with_its_factory() -> None:
    assert "self._factory(" in source(client.HTTPConnectionPool._newConnection)
    assert parameters(client._HTTP11ClientFactory.__init__)[0] == "quiescentCallback"
    assert "_LenientHTTP11ClientProtocol(self._quiescentCallback)" in source(
        http11._LenientHTTP11ClientFactory.buildProtocol
    )


def test_a_connection_copies_what_its_request_writes_and_what_it_reads() -> None:
    transport: Any = StringTransport()  # type: ignore[no-untyped-call]
    connection: Any = _WireProtocol(lambda _: None)  # type: ignore[no-untyped-call]
    connection.makeConnection(transport)
    exchange = Exchange()
    headers = ExchangeHeaders(Headers({b"Host": [b"news.example"]}), exchange)
    body = http11._RequestBodyProducer(b"q=1")
    responses: list[IResponse] = []
    connection.request(UNTYPED.Request(b"POST", b"/", headers, body)).addCallback(responses.append)
    connection.dataReceived(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel")
    assert [response.code for response in responses] == [200]
    assert transport.value().endswith(b"\r\n\r\nq=1")
    assert exchange.sent == transport.value()
    assert exchange.received.endswith(b"hel")


@pytest.mark.parametrize("interim", [b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 2])
def test_a_head_without_end_is_given_up(interim: bytes) -> None:
    transport: Any = AbortingTransport()  # type: ignore[no-untyped-call]
    exchange = Exchange(limit=1 << 26)
    exchange.begin(transport)
    exchange.receive(interim + b"HTTP/1.1 200 OK\r\n")
    for _ in range(HEAD_LIMIT // 1000):
        exchange.receive(b"a:b\r\n" * 400)
    assert transport.aborted
    assert exchange.oversize
    exchange.release()


def test_a_long_body_is_not_taken_for_a_head_without_end() -> None:
    transport: Any = AbortingTransport()  # type: ignore[no-untyped-call]
    exchange = Exchange(limit=1 << 26)
    exchange.begin(transport)
    exchange.receive(b"HTTP/1.1 200 OK\r\n\r\n")
    for _ in range(HEAD_LIMIT // 1000):
        exchange.receive(b"x" * 2000)
    exchange.end()
    assert not transport.aborted
    assert len(exchange.received) == 19 + 2000 * (HEAD_LIMIT // 1000)
    exchange.release()


def test_interim_responses_without_end_are_given_up() -> None:
    transport: Any = AbortingTransport()  # type: ignore[no-untyped-call]
    exchange = Exchange(limit=1 << 26)
    exchange.begin(transport)
    for _ in range(HEAD_LIMIT // 20_000):
        exchange.receive(b"HTTP/1.1 103 Early Hints\r\n\r\n" * 1000)
    assert transport.aborted
    exchange.release()
