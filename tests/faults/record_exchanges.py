"""Makes requests in a real crawl that records what crosses the wire, and leaves the sealed WARC and the stats.

Usage: ``python -m tests.faults.record_exchanges DIRECTORY``, where ``DIRECTORY/requests.json`` lists the arguments of
the requests. They are made one after the other, so that a kept connection is used again. Everything between the
spider and the disk is the product.
"""

import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import orjson
from scrapy import Request, Spider, signals
from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.http import Response

from crawler.archive.keys import new_snapshot_id
from crawler.archive.spool import Spool, SpooledRun
from crawler.capture.sink import CaptureSink
from crawler.capture.wire import WireDownloadHandler
from crawler.errors import CaptureError
from crawler.exporters.group_writer import GroupWriter, WriterOptions
from crawler.exporters.warc import WarcRecorder
from crawler.middlewares.content_coding import ContentCodingMiddleware
from crawler.middlewares.fallback import FallbackMiddleware
from crawler.state.history import History
from crawler.state.payloads import Payloads
from tests.captures import MOMENT, run_facts


def begin_run(directory: Path) -> SpooledRun:
    """A run in a spool of its own."""
    spool = Spool(directory / "spool", "file:///archive")
    spool.prepare()
    return spool.begin(run_facts(new_snapshot_id("exchanges", MOMENT), "exchanges"))


def a_writer(run: SpooledRun, level: int = 2) -> GroupWriter:
    """The writer of a run that knows no payload yet."""
    history = History(run.path / "history.sqlite")
    history.close()
    options = WriterOptions(level=level, warc_bytes=1 << 30, warc_seconds=3600, revisit_bytes=1024)
    return GroupWriter(run, options, Payloads(history.path))


class ExchangesSpider(Spider):
    """Makes the requests of the plan; whatever comes of one, the next follows."""

    name = "exchanges"

    def __init__(self, plan: Path) -> None:
        super().__init__()
        self.plan = plan

    async def start(self) -> AsyncIterator[Any]:
        """All requests, in order."""
        for number, arguments in enumerate(orjson.loads(self.plan.read_bytes())):
            yield Request(**arguments, priority=-number, dont_filter=True, errback=self.failed)

    def parse(self, response: Response) -> None:
        """The page is of no interest here."""

    def failed(self, failure: object) -> None:
        """Neither is the failure: the archive must tell it."""


class Recording:
    """Opens the recorder with the spider and seals it with the spider, as `Delivery` does."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._directory = Path(crawler.settings["EXCHANGES_DIRECTORY"])
        self._failures: list[CaptureError] = []
        crawler.signals.connect(self.spider_opened, signals.spider_opened)
        crawler.signals.connect(self.spider_closed, signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "Recording":
        return cls(crawler)

    async def spider_opened(self) -> None:
        self._run = begin_run(self._directory)
        writer = a_writer(self._run)
        self._recorder = WarcRecorder(writer, queue_bytes=1 << 20, on_failure=self._failures.append)
        CaptureSink.of(self._crawler).recorder = self._recorder

    async def spider_closed(self) -> None:
        sealed = await self._recorder.seal()
        self._run.release()
        stats = {"sealed": [str(file.path) for file in sealed], "stats": self._crawler.stats.get_stats()}
        (self._directory / "result.json").write_bytes(orjson.dumps(stats))


def recording_settings(directory: Path) -> dict[str, Any]:
    """Settings of a crawl that records and does nothing else; one request at a time."""
    return {
        "CONCURRENT_REQUESTS": 1,
        "DOWNLOAD_DELAY": 0,
        "DOWNLOADER_MIDDLEWARES": {
            HttpCompressionMiddleware: None,
            ContentCodingMiddleware: 590,
            FallbackMiddleware: 1000,
        },
        "DOWNLOAD_HANDLERS": dict.fromkeys(("http", "https"), WireDownloadHandler),
        "EXCHANGES_DIRECTORY": str(directory),
        "EXTENSIONS": {CaptureSink: 0, Recording: 1},
        "HTTPERROR_ALLOW_ALL": True,
        "LOG_LEVEL": "WARNING",
        "RETRY_ENABLED": False,
        "TELNETCONSOLE_ENABLED": False,
        "USER_AGENT": "newswarc/1",
    }


def main(directory: Path) -> None:
    """Run the crawl."""
    process = AsyncCrawlerProcess(recording_settings(directory))
    process.crawl(ExchangesSpider, plan=directory / "requests.json")
    process.start()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
