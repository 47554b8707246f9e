"""What the servers of the tests have in common: a free port on loopback, a thread, an end with the block."""

import socketserver
import sys
import threading
from types import TracebackType
from typing import Self

LOOPBACK = "127.0.0.1"


class LoopbackServer(socketserver.ThreadingTCPServer):
    """Serves while the block runs, each connection in a thread of its own. Context manager."""

    allow_reuse_address = True
    scheme = "http"

    def __init__(self, handler: type[socketserver.BaseRequestHandler]) -> None:
        self._thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01})
        super().__init__((LOOPBACK, 0), handler)

    @property
    def base(self) -> str:
        """URL of the server, without a path."""
        return f"{self.scheme}://{LOOPBACK}:{self.server_address[1]}"

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is no error here; anything else is told."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.shutdown()
        self._thread.join()
        self.server_close()
