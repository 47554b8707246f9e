"""One exchange while it happens: the bytes that a connection sent and received for one request."""

from collections.abc import Callable
from datetime import UTC, datetime
from io import SEEK_END, BytesIO
from mmap import ACCESS_READ, MADV_DONTNEED, mmap
from pathlib import Path
from tempfile import TemporaryFile
from time import monotonic
from typing import Any, BinaryIO, cast

from twisted.web.http_headers import Headers

from crawler.archive.http_message import final_response

IN_MEMORY = 1 << 20
"""Bytes of a response that are kept in memory; of a longer one all are in an unnamed file until they are recorded."""


HEAD_LIMIT = 1 << 20
"""Bytes in which the head of a response must end, interim ones included: taking one apart needs fifty times as much."""


class Exchange:
    """Collects both sides of one request. A request that is sent again on a new connection begins anew.

    At most `limit` bytes are received. `directory` is where the file of a long response is made. `permits` says whether
    an IP address may be asked.
    """

    def __init__(
        self, limit: int | None = None, directory: Path | None = None, permits: Callable[[str], bool] | None = None
    ) -> None:
        self.started_at: datetime = datetime.now(UTC)
        self.peer: str | None = None
        self.protocols: tuple[str, ...] = ("http/1.1",)
        self.cipher: str | None = None
        self.disk_error: OSError | None = None
        self._permits = permits
        self._limit = limit
        self._directory = directory
        self._sent = BytesIO()
        self._received: BinaryIO = BytesIO()
        self._size = 0
        self._clock = monotonic()
        self._last = self._clock
        self._open = True
        self.broken = False
        """True where the connection broke, rather than was closed, while the response came."""
        self._transport: Any = None
        self._reached = False

    def may_ask(self, address: str | None) -> bool:
        """True if the request may go to this IP address."""
        return self._permits is None or (address is not None and self._permits(address))

    def begin(self, transport: Any, *, ready: bool = True) -> None:  # noqa: ANN401  Twisted's transports share no base
        """The request is about to be written to `transport`, which keeps it to itself until it is `ready`."""
        self._reached = ready
        self._sent = BytesIO()
        self._received.close()
        self._received = BytesIO()
        self._size = 0
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
        if not self._size and hasattr(self._transport, "getPeerCertificate"):
            connection = self._transport.getHandle()
            self.protocols = ("http/1.1", connection.get_protocol_version_name().lower().replace("v", "/"))
            self.cipher = connection.get_cipher_name()
        self._last = monotonic()
        before = self._size
        try:
            if self._size <= IN_MEMORY < self._size + len(data):
                self._received = _moved(self._received, self._directory)
            self._received.write(data)
            self._size += len(data)
        except OSError as error:
            self.disk_error = error
        if self.oversize or self.disk_error:
            self._transport.abortConnection()
        elif before <= HEAD_LIMIT < self._size and not self._has_head():
            self._limit = HEAD_LIMIT
            self._transport.abortConnection()

    def _has_head(self) -> bool:
        self._received.seek(0)
        start = final_response(self._received.read(HEAD_LIMIT))
        self._received.seek(0, SEEK_END)
        return b"\n\r\n" in start or b"\n\n" in start

    def lost(self, *, cleanly: bool) -> None:
        """The connection is gone. Where it broke, a body that ends with the connection is cut (RFC 9112, 9.8)."""
        if self._open:
            self.broken = not cleanly

    def end(self) -> None:
        """The response is over: what the connection carries from now on belongs to another exchange."""
        self._open = False
        self.flush()
        self._transport = None

    @property
    def sent(self) -> bytes:
        """What was sent so far: nothing, however much was written, where no secure connection came about."""
        return self._sent.getvalue() if self._reached else b""

    @property
    def received(self) -> bytes:
        """What came, interim responses included. To be read when the exchange has ended.

        A long response is a mapping of its file, which has the length, slices, searches and buffer of bytes.
        """
        if self._size <= IN_MEMORY:
            self._received.seek(0)
            return self._received.read()
        return cast("bytes", mmap(self._received.fileno(), self._size, access=ACCESS_READ))

    def flush(self) -> None:
        """All bytes are where `received` finds them. An error of the disk is noted."""
        try:
            self._received.flush()
        except OSError as error:
            self.disk_error = error

    def release(self) -> None:
        """Let go of the bytes: Twisted's connections refer to themselves and would keep them for a while."""
        self._sent = BytesIO()
        self._received.close()

    @property
    def oversize(self) -> bool:
        """True once more bytes came than the limit allows."""
        return self._limit is not None and self._size > self._limit

    @property
    def duration_ms(self) -> int:
        """Milliseconds from the first byte sent to the last byte received."""
        return int((self._last - self._clock) * 1000)


def _moved(buffer: BinaryIO, directory: Path | None) -> BinaryIO:
    """The same bytes in an unnamed file, at whose end writing goes on."""
    file = TemporaryFile(dir=directory)  # noqa: SIM115  it is closed when the exchange is released
    buffer.seek(0)
    file.write(buffer.read())
    return cast("BinaryIO", file)


def unload(raw: bytes) -> None:
    """Drop what was read of a long response from memory; it is read from its file again when it is looked at next."""
    if isinstance(raw, mmap):
        raw.madvise(MADV_DONTNEED)


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
