"""A proxy that knows one thing: to CONNECT (RFC 9110 section 9.3.6). It remembers, to the byte, how it was asked."""

import select
import socket
import socketserver
import threading
from types import TracebackType
from typing import Self

from tests.faults.raw_server import LOOPBACK, read_request

ESTABLISHED = b"HTTP/1.1 200 Connection established\r\nX-Proxy: yes\r\n\r\n"
REFUSED = b"HTTP/1.1 502 Bad Gateway\r\n\r\n"


class ConnectProxy(socketserver.ThreadingTCPServer):
    """Opens a tunnel to whatever host and port it is asked for. Context manager."""

    allow_reuse_address = True

    def __init__(self) -> None:
        self.requests: list[bytes] = []
        self._thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01})
        super().__init__((LOOPBACK, 0), _Tunnel)

    @property
    def base(self) -> str:
        """URL of the proxy."""
        return f"http://{LOOPBACK}:{self.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.shutdown()
        self._thread.join()
        self.server_close()


class _Tunnel(socketserver.BaseRequestHandler):
    server: ConnectProxy
    request: socket.socket

    def handle(self) -> None:
        asked = read_request(self.request)
        if not asked:
            return
        self.server.requests.append(asked)
        host, _, port = asked.split(b" ")[1].decode("ascii").rpartition(":")
        try:
            behind = socket.create_connection((host, int(port)))
        except ConnectionRefusedError:
            self.request.sendall(REFUSED)
            return
        with behind:
            self.request.sendall(ESTABLISHED)
            _pass_on(self.request, behind)


def _pass_on(one: socket.socket, other: socket.socket) -> None:
    """Bytes from each to the other, until one of them hangs up."""
    while True:
        ready, _, _ = select.select([one, other], [], [])
        for source in ready:
            try:
                data = source.recv(1 << 16)
            except OSError:
                return
            if not data:
                return
            (other if source is one else one).sendall(data)
