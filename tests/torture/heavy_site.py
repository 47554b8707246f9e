"""A sample site whose pages and pictures are large, each of them another: nothing is stored once for two."""

import base64
import random
from collections.abc import Iterator
from contextlib import contextmanager

from tests.site.articles import SampleSite
from tests.site.server import Response, SampleServer, serving

MIB = 1 << 20
PICTURE_BYTES = 3 * MIB // 2
PICTURES = 3
"""Of an article."""
PAGE_BYTES = 192 << 10
"""What a page is longer by; as text that no compression makes shorter than this."""
ARTICLE_BYTES = PICTURES * PICTURE_BYTES + PAGE_BYTES


class HeavyServer(SampleServer):
    """The server. `sent` counts the bytes of the answers that are large."""

    def __init__(self, articles: int) -> None:
        super().__init__(SampleSite(articles=articles, oddities=False))
        self.sent = 0
        self._articles = frozenset(article.path for article in self.site.listed)

    def answer(self, path: str, asked_before: int) -> Response:
        """What `path` answers: with noise that follows from it."""
        found = super().answer(path, asked_before)
        if path.startswith("/img/"):
            self.sent += PICTURE_BYTES
            return Response(found.status, found.headers, _noise(path, PICTURE_BYTES))
        if path in self._articles:
            self.sent += PAGE_BYTES
            noise = base64.b64encode(_noise(path, PAGE_BYTES))
            script = b"<script>var noise = '" + noise + b"';</script></body>"
            return Response(found.status, found.headers, found.body.replace(b"</body>", script))
        return found


@contextmanager
def heavy_site(total: int) -> Iterator[HeavyServer]:
    """A site of about so many bytes, served while the block runs."""
    with serving(HeavyServer(-(-total // ARTICLE_BYTES))) as server:
        yield server


def _noise(seed: str, size: int) -> bytes:
    return random.Random(seed).randbytes(size)  # noqa: S311  sample data
