"""The JSON lines of a run while it crawls: a projection in the spool, packed into a part when the run is published."""

from pathlib import Path

from crawler.archive.jsonl import article_line
from crawler.items import Article


class JsonLinesExporter:
    """Appends article lines to one file."""

    def __init__(self, path: Path) -> None:
        self._out = path.open("wb")

    def export(self, article: Article) -> None:
        """Write the line of one article."""
        self._out.write(article_line(article))

    def close(self) -> None:
        """All lines are in the file."""
        self._out.close()
