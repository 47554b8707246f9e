"""Serves the sample site over HTTP/2 and TLS. Usage: ``python -m tests.faults.http2_server PEM``; prints its port.

It ends when its standard input does.
"""

import sys
import threading
from pathlib import Path
from typing import Any

from twisted.internet import reactor, ssl
from twisted.web import resource, server

from tests.site.articles import SampleSite
from tests.site.server import SampleServer


class _Site(resource.Resource):
    isLeaf = True  # noqa: N815  Twisted's name

    def __init__(self, site: SampleServer) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._site = site

    def render_GET(self, request: Any) -> bytes:  # noqa: ANN401, N802  Twisted's names
        """Answer as the sample site does; every header twice over where it may be repeated."""
        self._site.base_url = f"https://{request.getHeader('host')}"
        answer = self._site.answer(request.path.decode(), 1)
        request.setResponseCode(answer.status)
        for name, value in answer.headers.items():
            request.setHeader(name, value)
        for value in ("a=1", "b=2"):
            request.responseHeaders.addRawHeader("Set-Cookie", value)
        return answer.body


def main(pem: Path) -> None:
    """Serve until standard input ends."""
    site = SampleServer(SampleSite(articles=3, oddities=False))
    options = ssl.PrivateCertificate.loadPEM(pem.read_bytes()).options()  # type: ignore[no-untyped-call]
    untyped: Any = reactor
    port = untyped.listenSSL(0, server.Site(_Site(site)), options, interface="127.0.0.1")  # type: ignore[no-untyped-call]
    print(port.getHost().port, flush=True)

    def wait() -> None:
        sys.stdin.read()
        untyped.callFromThread(untyped.stop)

    threading.Thread(target=wait, daemon=True).start()
    untyped.run()
    site.server_close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
