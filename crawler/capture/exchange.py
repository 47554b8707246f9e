"""One exchange while it happens: the bytes that a connection sent and received for one request."""

from datetime import UTC, datetime
from io import BytesIO
from time import monotonic
from typing import Any

from twisted.web.http_headers import Headers


class Exchange:
    """Collects both sides of one request. A request that is sent again on a new connection begins anew.

    Bytes are kept in two growing buffers, not in pieces: a peer that sends byte by byte costs no more than another.
    """

    def __init__(self, limit: int | None = None) -> None:
        self.started_at: datetime = datetime.now(UTC)
        self.peer: str | None = None
        self.protocols: tuple[str, ...] = ("http/1.1",)
        self.cipher: str | None = None
        self._limit = limit
        self._sent = BytesIO()
        self._received = BytesIO()
        self._clock = monotonic()
        self._last = self._clock
        self._open = True
        self.broken = False
        """True where the connection broke, rather than was closed, while the response came."""
        self._transport: Any = None
        self._reached = False

    def begin(self, transport: Any, *, ready: bool = True) -> None:  # noqa: ANN401  Twisted's transports share no base
        """The request is about to be written to `transport`, which keeps it to itself until it is `ready`."""
        self._reached = ready
        self._sent = BytesIO()
        self._received = BytesIO()
        self.started_at = datetime.now(UTC)
        self._clock = self._last = monotonic()
        self.peer = getattr(transport.getPeer(), "host", None)
        self._transport = transport

    def secured(self) -> None:
        """The TLS handshake is over: what was written goes out."""
        self._reached = True

    def send(self, data: bytes) -> None:
        """Bytes go out."""
        self._sent.write(data)

    def receive(self, data: bytes) -> None:
        """Bytes came in. With the first of them the TLS handshake is over, whose outcome is noted.

        A response that needs more bytes on the wire than the limit is cut: framing can be made as large as one likes.
        """
        if not self._open:
            return
        if not self._received.tell() and hasattr(self._transport, "getPeerCertificate"):
            connection = self._transport.getHandle()
            self.protocols = ("http/1.1", connection.get_protocol_version_name().lower().replace("v", "/"))
            self.cipher = connection.get_cipher_name()
        self._received.write(data)
        self._last = monotonic()
        if self.oversize:
            self._transport.abortConnection()

    def lost(self, *, cleanly: bool) -> None:
        """The connection is gone. Where it broke, a body that ends with the connection is cut (RFC 9112, 9.8)."""
        if self._open:
            self.broken = not cleanly

    def end(self) -> None:
        """The response is over: what the connection carries from now on belongs to another exchange."""
        self._open = False
        self._transport = None

    @property
    def sent(self) -> bytes:
        """What was sent so far: nothing, however much was written, where no secure connection came about."""
        return self._sent.getvalue() if self._reached else b""

    @property
    def received(self) -> bytes:
        """What came so far, interim responses included. Not a copy."""
        return self._received.getvalue()

    @property
    def oversize(self) -> bool:
        """True once more bytes came than the limit allows."""
        return self._limit is not None and self._received.tell() > self._limit

    @property
    def duration_ms(self) -> int:
        """Milliseconds from the first byte sent to the last byte received."""
        return int((self._last - self._clock) * 1000)


class ExchangeHeaders(Headers):
    """Request headers that carry their exchange through Twisted's agent and pool down to the connection."""

    def __init__(self, headers: Headers, exchange: Exchange) -> None:
        super().__init__(dict(headers.getAllRawHeaders()))
        self.exchange = exchange

    def copy(self) -> "ExchangeHeaders":
        """A copy of the headers for the same exchange; the agent makes one to add the Host header."""
        return ExchangeHeaders(self, self.exchange)


class CopyingTransport:
    """A transport that keeps a copy of what is written to it; everything else goes to the transport behind it."""

    def __init__(self, transport: Any, exchange: Exchange) -> None:  # noqa: ANN401  as above
        self._transport = transport
        self._exchange = exchange

    def write(self, data: bytes) -> None:
        """Copy, then write."""
        self._exchange.send(data)
        self._transport.write(data)

    def writeSequence(self, parts: Any) -> None:  # noqa: N802, ANN401  Twisted's name
        """Copy, then write."""
        data = b"".join(parts)
        self._exchange.send(data)
        self._transport.write(data)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  as above
        return getattr(self._transport, name)
