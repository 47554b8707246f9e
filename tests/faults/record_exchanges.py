"""Makes requests in a real crawl that records what crosses the wire, and leaves the sealed WARC and the stats.

Usage: ``python -m tests.faults.record_exchanges DIRECTORY [verify]``, where ``DIRECTORY/requests.json`` lists the
arguments of the requests and ``verify`` has certificates verified. The requests are made one after the other, so that
a kept connection is used again. Everything between the spider and the disk is the product.
"""

import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import orjson
from scrapy import Request, Spider, signals
from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.exceptions import StopDownload
from scrapy.http import Response
from twisted.internet.tcp import Connection
from twisted.python.failure import Failure

from crawler.archive.keys import new_snapshot_id
from crawler.archive.spool import Spool
from crawler.archive.spooled_run import SpooledRun
from crawler.capture.failures import failure
from crawler.capture.occasion import REVALIDATES_META
from crawler.capture.sink import CaptureSink
from crawler.capture.wire import WireDownloadHandler
from crawler.errors import CaptureError
from crawler.evidence import Original
from crawler.exporters.group_writer import GroupWriter, WriterOptions
from crawler.exporters.warc import WarcRecorder
from crawler.middlewares.content_coding import ContentCodingMiddleware
from crawler.middlewares.fallback import FallbackMiddleware
from crawler.state.history import History
from crawler.state.payloads import Payloads
from tests.captures import MOMENT, run_facts

A_WARC = "warc/2026/04/01/news-20260401123015-00000-aaaaaa.warc.gz"


def begin_run(directory: Path) -> SpooledRun:
    """A run in a spool of its own."""
    spool = Spool(directory / "spool", "file:///archive")
    spool.prepare()
    return spool.begin(run_facts(new_snapshot_id("exchanges", MOMENT), "exchanges"))


OPTIONS = WriterOptions(level=2, warc_bytes=1 << 30, warc_seconds=3600, revisit_bytes=1024)


def a_writer(run: SpooledRun, options: WriterOptions = OPTIONS) -> GroupWriter:
    """The writer of a run that knows no payload yet."""
    history = History(run.path / "history.sqlite")
    history.close()
    return GroupWriter(run, options, Payloads(history.path, lambda _: True), lambda _: None)


class ExchangesSpider(Spider):
    """Makes the requests of the plan; whatever comes of one, the next follows."""

    name = "exchanges"

    def __init__(self, plan: Path) -> None:
        super().__init__()
        self.plan = plan
        self.reasons: dict[str, str] = {}

    async def start(self) -> AsyncIterator[Any]:
        """All requests, in order."""
        for number, arguments in enumerate(orjson.loads(self.plan.read_bytes())):
            meta = arguments["meta"]
            if "confirms" in meta:
                meta[REVALIDATES_META] = Original("urn:uuid:1", meta["confirms"], MOMENT, "sha256:0", A_WARC, 0)
            yield Request(**arguments, priority=-number, dont_filter=True, errback=self.failed)

    def parse(self, response: Response) -> None:
        """The page is of no interest here."""

    def failed(self, failed: Failure) -> None:
        """The failure, as the product's spider would count it."""
        request: Request = failed.request  # type: ignore[attr-defined]
        self.reasons[request.url] = failure(failed.value or RuntimeError("no reason"))[0]


class Recording:
    """Opens the recorder with the spider and seals it with the spider, as `Delivery` does."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._directory = Path(crawler.settings["EXCHANGES_DIRECTORY"])
        self._failures: list[CaptureError] = []
        crawler.signals.connect(self.spider_opened, signals.spider_opened)
        crawler.signals.connect(self.spider_closed, signals.spider_closed)
        crawler.signals.connect(self.read_in_pieces, signals.request_reached_downloader)
        crawler.signals.connect(self.stop_at_head, signals.headers_received)
        crawler.signals.connect(self.stop_at_body, signals.bytes_received)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "Recording":
        return cls(crawler)

    async def spider_opened(self) -> None:
        self._run = begin_run(self._directory)
        writer = a_writer(self._run)
        self._recorder = WarcRecorder(writer, queue_bytes=1 << 20, on_failure=self._failures.append)
        CaptureSink.of(self._crawler).recorder = self._recorder

    def read_in_pieces(self, request: Request) -> None:
        """Read so many bytes at a time as the request says: of packets that arrive together no piece hides."""
        Connection.bufferSize = request.meta.get("read_size", 1 << 16)

    def stop_at_head(self, request: Request) -> None:
        """Stop where the request says so."""
        if request.meta.get("stop") == "head":
            raise StopDownload(fail=request.meta["stop_fails"])

    def stop_at_body(self, request: Request) -> None:
        """Stop where the request says so."""
        if request.meta.get("stop") == "body":
            raise StopDownload(fail=request.meta["stop_fails"])

    async def spider_closed(self) -> None:
        sealed = await self._recorder.seal()
        self._run.release()
        result = {"sealed": [str(file.path) for file in sealed], "stats": self._crawler.stats.get_stats()}
        result |= {"reasons": getattr(self._crawler.spider, "reasons", {})}
        (self._directory / "result.json").write_bytes(orjson.dumps(result))


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


def main(directory: Path, *, verify: bool) -> None:
    """Run the crawl."""
    settings = recording_settings(directory) | {"DOWNLOAD_TIMEOUT": 3, "DOWNLOAD_VERIFY_CERTIFICATES": verify}
    process = AsyncCrawlerProcess(settings)
    process.crawl(ExchangesSpider, plan=directory / "requests.json")
    process.start()


if __name__ == "__main__":
    main(Path(sys.argv[1]), verify="verify" in sys.argv[2:])
