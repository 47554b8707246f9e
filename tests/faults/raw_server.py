"""A server that answers with scripted bytes and remembers, to the byte, what it was asked.

It knows no HTTP beyond where a request ends, so it can say anything: it is the oracle for what crossed the wire.
"""

import select
import socket
import socketserver
import ssl
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path
from typing import Literal

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.faults.loopback_server import LOOPBACK, LoopbackServer


@dataclass(frozen=True)
class Answer:
    """What the server does with one request."""

    chunks: tuple[bytes, ...]
    """Bytes to send, each in a write of its own."""
    then: Literal["keep", "close", "reset"] = "close"
    """What becomes of the connection afterwards."""
    every: float = 0.0
    """Seconds between two chunks, for a server that is slow on purpose."""
    early: bool = False
    """True to answer when the head of the request is there, before its body."""

    @property
    def sent(self) -> bytes:
        return b"".join(self.chunks)


@dataclass(frozen=True)
class Received:
    """A request as it came in."""

    data: bytes
    connection: int
    """Number of the connection it came on, counted from 0."""


class RawServer(LoopbackServer):
    """Gives the answers in their order, one per request, on whatever connection a request comes. Context manager."""

    def __init__(self, answers: Sequence[Answer], tls: ssl.SSLContext | None = None, piece: int = 0) -> None:
        """`piece` is the number of bytes to a write; 0 for a chunk of the answer to a write."""
        self.requests: list[Received] = []
        self.blurts = b""
        """What is said at the first byte that comes, whatever it is, before the connection is closed."""
        self.connections = 0
        self._answers = iter(answers)
        self._tls = tls
        self.piece = piece
        self.scheme = "https" if tls else "http"
        super().__init__(_Connection)

    def get_request(self) -> tuple[socket.socket, tuple[str, int]]:
        """Accept; the handshake waits for the connection's own thread."""
        accepted, address = super().get_request()
        accepted.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self._tls:
            accepted = self._tls.wrap_socket(accepted, server_side=True, do_handshake_on_connect=False)
        return accepted, address

    def next_answer(self) -> Answer | None:
        """The next answer of the script; None when it is through."""
        return next(self._answers, None)


class _Connection(socketserver.BaseRequestHandler):
    server: RawServer
    request: socket.socket

    def handle(self) -> None:
        number, self.server.connections = self.server.connections, self.server.connections + 1
        if isinstance(self.request, ssl.SSLSocket):
            try:
                self.request.do_handshake()
            except OSError:  # the client did not like the certificate
                return
        if self.server.blurts:
            self.request.recv(1)
            self.request.sendall(self.server.blurts)
            return
        while head := read_request(self.request, head_only=True):
            answer = self.server.next_answer()
            if answer is not None and answer.early:
                self._send(answer)
            data = read_request(self.request, head)
            self.server.requests.append(Received(data, number))
            if answer is None:
                return
            if not answer.early:
                self._send(answer)
            if answer.then == "reset":
                self.request.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.request.close()
            if answer.then != "keep":
                return

    def _send(self, answer: Answer) -> None:
        """Send the chunks. A client that hangs up has heard enough."""
        try:
            for number, chunk in enumerate(answer.chunks):
                if number and answer.every:
                    select.select([self.request], [], [], answer.every)  # a client that hangs up ends the wait
                size = self.server.piece or max(len(chunk), 1)
                for at in range(0, len(chunk), size):
                    self.request.sendall(chunk[at : at + size])
        except OSError:
            return


def read_request(connection: socket.socket, data: bytes = b"", *, head_only: bool = False) -> bytes:
    """One request, head and Content-Length body, or its head; empty where the peer is gone before that came.

    `data` is what was read of it.
    """
    while (missing := _missing(data, head_only=head_only)) != 0:
        try:
            more = connection.recv(max(missing, 1))
        except OSError:
            return b""
        if not more:
            return b""
        data += more
    return data


def _missing(data: bytes, *, head_only: bool) -> int:
    """How many bytes may be read without reading into the next request; 0 when all is there."""
    head, end, body = data.partition(b"\r\n\r\n")
    if not end:
        return 1
    lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    return int(lengths[0].partition(b":")[2]) - len(body) if lengths and not head_only else 0


def self_signed(directory: Path) -> Path:
    """A new key and its certificate, which nobody else signed, in one PEM file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, LOOPBACK)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address(LOOPBACK))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = directory / "self-signed.pem"
    plain = serialization.NoEncryption()
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    pem.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    return pem


def tls_context(pem: Path, version: ssl.TLSVersion) -> ssl.SSLContext:
    """A server's side of TLS in that version alone."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = context.maximum_version = version
    context.load_cert_chain(pem)
    return context
