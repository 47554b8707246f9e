"""A proxy that knows one thing: to CONNECT (RFC 9110 section 9.3.6). It remembers, to the byte, how it was asked."""

import select
import socket
import socketserver

from tests.faults.loopback_server import LoopbackServer
from tests.faults.raw_server import read_request

ESTABLISHED = b"HTTP/1.1 200 Connection established\r\nX-Proxy: yes\r\n\r\n"
REFUSED = b"HTTP/1.1 502 Bad Gateway\r\n\r\n"


class ConnectProxy(LoopbackServer):
    """Opens a tunnel to whatever host and port it is asked for. Context manager."""

    def __init__(self) -> None:
        self.requests: list[bytes] = []
        super().__init__(_Tunnel)


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
