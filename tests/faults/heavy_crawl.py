"""Fetches heavy pages at once in a recording crawl, and tells how much memory that took.

Usage: ``python -m tests.faults.heavy_crawl DIRECTORY BASE PAGES CONCURRENCY MAXSIZE``; prints the bytes by which the
peak of the resident memory grew from the opening of the spider on.
"""

import re
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import Response

from tests.faults.record_exchanges import recording_settings


def peak() -> int:
    """Largest resident size of this program so far, in bytes; that of getrusage includes its parent's."""
    (found,) = re.findall(r"^VmHWM:\s+(\d+) kB$", Path("/proc/self/status").read_text(), re.MULTILINE)
    return int(found) << 10


class HeavySpider(Spider):
    """Asks for all pages at once."""

    name = "heavy"

    def __init__(self, base: str, pages: int) -> None:
        super().__init__()
        self.base = base
        self.pages = pages
        self.before = 0
        self.delivered: list[int] = []

    async def start(self) -> AsyncIterator[Any]:
        """All requests."""
        self.before = peak()
        for number in range(self.pages):
            yield Request(f"{self.base}/{number}", errback=self.failed)

    def parse(self, response: Response) -> None:
        """Note that it came."""
        self.delivered.append(len(response.body))

    def failed(self, failure: object) -> None:
        """A page that is too large is no failure of the test."""

    def closed(self, _reason: str) -> None:
        """Tell."""
        print(peak() - self.before, len(self.delivered), flush=True)


def main(directory: Path, base: str, pages: int, concurrency: int, maxsize: int) -> None:
    """Run the crawl."""
    settings = recording_settings(directory) | {
        "CONCURRENT_REQUESTS": concurrency,
        "CONCURRENT_REQUESTS_PER_DOMAIN": concurrency,
        "DOWNLOAD_MAXSIZE": maxsize,
        "DOWNLOAD_WARNSIZE": 0,
        "LOG_LEVEL": "ERROR",
    }
    process = AsyncCrawlerProcess(settings)
    process.crawl(HeavySpider, base=base, pages=pages)
    process.start()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], *map(int, sys.argv[3:6]))
