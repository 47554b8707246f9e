"""A small S3 on loopback that is honest, or goes wrong in ways that have a name (`tests.faults.s3_faults`).

It speaks the operations that a store of archives needs, over HTTP/1.1, buckets named by path. Access keys must be
known, signatures are not verified.
"""

import os
import select
import socket
import ssl
import struct
import threading
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler
from typing import Any

from tests.faults.loopback_server import LoopbackServer
from tests.faults.s3_bodies import Body, read_body
from tests.faults.s3_faults import Does, Fault, Faults
from tests.faults.s3_objects import Bucket, S3Error, Stored
from tests.faults.s3_operations import perform
from tests.faults.s3_requests import Reply, Request, read_request
from tests.faults.s3_xml import error_document

ACCESS_KEY_ID = "AKIDOFTHETESTS000001"
SECRET_ACCESS_KEY = "s3cr3t/of+the/tests/which/no/output/may/hold"  # noqa: S105  of no other server
BUCKET = "archive"
_SIP = 1 << 16


class S3Server(LoopbackServer):
    """Serves while the block runs; has one empty bucket to begin with. Context manager."""

    request_queue_size = 64

    tls: ssl.SSLContext | None = None
    """Set before the server starts to speak TLS."""

    def __init__(self, *faults: Fault, smallest_part: int = 5 << 20) -> None:
        """`smallest_part` is the number of bytes under which no part is taken but the last."""
        self.requests: list[Request] = []
        """What was asked, in the order in which the heads of the requests came."""
        self.buckets = {BUCKET: Bucket(smallest_part)}
        self.faults = Faults(faults)
        self.sipping = threading.Event()
        """Set when a body began to come that is taken slowly."""
        self.ending = threading.Event()
        self._connections: set[socket.socket] = set()
        self._lock = threading.Lock()
        super().__init__(_Connection)

    @property
    def bucket(self) -> Bucket:
        """The bucket that was there to begin with."""
        return self.buckets[BUCKET]

    def misbehave(self, *faults: Fault) -> None:
        """From here on go wrong in these ways and no others; none to be honest again."""
        self.faults = Faults(faults)

    def asked(self, *operations: str, key: str = "") -> list[Request]:
        """The requests for these operations, those for one key alone if it is named."""
        return [one for one in self.requests if one.operation in operations and (not key or one.key == key)]

    def get_request(self) -> tuple[socket.socket, tuple[str, int]]:
        """Accept, and remember the connection."""
        accepted, address = super().get_request()
        if self.tls:
            accepted = self.tls.wrap_socket(accepted, server_side=True, do_handshake_on_connect=False)
        with self._lock:
            self._connections.add(accepted)
        return accepted, address

    def shutdown_request(self, request: socket.socket | tuple[bytes, socket.socket]) -> None:
        """Forget the connection."""
        with self._lock:
            self._connections.discard(request)
        super().shutdown_request(request)

    def server_close(self) -> None:
        """End the connections that clients keep, which their threads wait for."""
        self.ending.set()
        with self._lock:
            for connection in self._connections:
                try:
                    connection.shutdown(socket.SHUT_RDWR)
                except OSError:  # its client was quicker
                    continue
        super().server_close()


class _Connection(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: S3Server

    def serve(self) -> None:
        request, access_key = read_request(self.command, self.path, self.headers)
        self.server.requests.append(request)
        due = self.server.faults.due(request.operation, request.key)
        raw = self._read(request, due)
        if raw is None:
            return
        if Does.HANGS in due:
            select.select([self.connection], [], [])
            self.close_connection = True
            return
        reply = self._answer(request, access_key, raw, due)
        if Does.LOSES_REPLY in due:
            self._reset()
        else:
            self._send(reply, due)

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = serve  # noqa: N815  the library's names

    def _read(self, request: Request, due: Mapping[Does, Fault]) -> bytes | None:
        """The body; None where it does not come whole."""
        size = int(request.headers.get("content-length", "0"))
        cut = Does.CUTS_REQUEST in due
        if Does.SIPS_REQUEST in due:
            return self._sipped(size, due[Does.SIPS_REQUEST].seconds)
        raw = self.rfile.read(size // 2 if cut else size)
        if len(raw) == size and not cut:
            return raw
        if Does.EMPTY_IF_CUT in due and request.operation == "PutObject":
            empty = Stored(b"", "d41d8cd98f00b204e9800998ecf8427e")
            self.server.buckets[request.bucket].put(request.key, empty, if_absent=False)
        self._reset()
        return None

    def _sipped(self, size: int, seconds: float) -> bytes | None:
        """A body that is taken in pieces; None where the client hangs up."""
        raw = bytearray()
        while len(raw) < size:
            piece = self.rfile.read(min(_SIP, size - len(raw)))
            if not piece:
                self.close_connection = True
                return None
            raw += piece
            self.server.sipping.set()
            if self.server.ending.wait(seconds):
                self.close_connection = True
                return None
        return bytes(raw)

    def _answer(self, request: Request, access_key: str | None, raw: bytes, due: Mapping[Does, Fault]) -> Reply:
        try:
            if Does.ANSWERS in due:
                fault = due[Does.ANSWERS]
                refusal = S3Error(fault.status, fault.code, "as the test wants it")
                return Reply(fault.status, dict(fault.headers), error_document(refusal, request.path))
            _check_access(access_key)
            body = Body(raw, raw) if not raw else read_body(request.headers, raw)
            return perform(self.server.buckets, request, body, due)
        except S3Error as error:
            return Reply(error.status, {"Content-Type": "application/xml"}, error_document(error, request.path))

    def _send(self, reply: Reply, due: Mapping[Does, Fault]) -> None:
        reply = _spoilt(reply, due)
        late = due[Does.SKEWS_CLOCK].seconds if Does.SKEWS_CLOCK in due else 0.0
        self.send_response_only(reply.status)
        if Does.NO_DATE not in due:
            self.send_header("Date", format_datetime(datetime.now(UTC) + timedelta(seconds=late), usegmt=True))
        self.send_header("x-amz-request-id", f"{len(self.server.requests):016X}")
        for name, value in reply.headers.items():
            self.send_header(name, value)
        if reply.status != 204:
            self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        if self.command == "HEAD" or not reply.body:
            return
        if Does.CUTS_REPLY in due:
            self.wfile.write(reply.body[: len(reply.body) // 2])
            self.close_connection = True
        elif Does.BREAKS_TLS in due:
            self.wfile.write(reply.body[: len(reply.body) // 2])
            with socket.socket(fileno=os.dup(self.connection.fileno())) as below:
                below.sendall(b"this is no TLS at all")
            self.close_connection = True
        elif Does.DRIPS_REPLY in due:
            self._drip(reply.body, due[Does.DRIPS_REPLY].seconds)
        else:
            self.wfile.write(reply.body)

    def _drip(self, body: bytes, seconds: float) -> None:
        for byte in body:
            self.wfile.write(bytes((byte,)))
            if select.select([self.connection], [], [], seconds)[0]:  # the client has hung up
                self.close_connection = True
                return

    def _reset(self) -> None:
        """End the connection by RST: nothing more is read, and what was sent may be lost."""
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.rfile.close()
        self.connection.close()

    def log_message(self, *_: Any) -> None:  # noqa: ANN401  the library's signature
        """The log of requests is `S3Server.requests`."""


def _spoilt(reply: Reply, due: Mapping[Does, Fault]) -> Reply:
    """An answer that says less, or nonsense."""
    if Does.DATES_BADLY in due:
        return replace(reply, headers={**reply.headers, "Last-Modified": "yesterday"})
    if Does.EMPTIES_REPLY in due:
        return replace(
            reply, headers={name: value for name, value in reply.headers.items() if name != "ETag"}, body=b""
        )
    return reply


def _check_access(access_key: str | None) -> None:
    if access_key is None:
        raise S3Error(403, "AccessDenied", "Access Denied")
    if access_key != ACCESS_KEY_ID:
        raise S3Error(403, "InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records.")
