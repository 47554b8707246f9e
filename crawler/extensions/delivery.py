"""Opens a run before its first request and publishes it after its last: the frame around a crawl."""

import asyncio
import logging
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider, NotConfigured
from scrapy.utils.conf import closest_scrapy_cfg

from crawler.archive.originals import Originals
from crawler.archive.repository import Head, Repository
from crawler.archive.spool import RunFacts, Spool, SpooledRun, spool_failure
from crawler.capture.sink import CaptureSink
from crawler.errors import CaptureError, NewswarcError
from crawler.exporters.group_writer import GroupWriter, WriterOptions
from crawler.exporters.jsonl import JsonLinesExporter
from crawler.exporters.warc import WarcRecorder
from crawler.extensions.run_facts import run_facts
from crawler.items import Article
from crawler.options import ArchiveOptions, StoreAccess
from crawler.politeness.addresses import is_public, private_hosts
from crawler.state.history import History
from crawler.state.payloads import Payloads
from crawler.state.publish import Outcome, Publication, Publisher
from crawler.state.run_stats import RunStats
from crawler.storage.store import ObjectStore, open_store

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Opened:
    """Everything that a run in progress works with."""

    run: SpooledRun
    publisher: Publisher
    history: History
    decided_at: Head
    lines: JsonLinesExporter
    recorder: WarcRecorder


class Delivery:
    """Extension. After the crawl `publication` says what was committed, or `failure` why nothing was.

    `kept` is True where a run that could not be published waits in the spool.
    """

    def __init__(self, crawler: Crawler, options: ArchiveOptions, store: ObjectStore, spool: Spool) -> None:
        self.publication: Publication | None = None
        self.failure: NewswarcError | None = None
        self.kept = False
        self._crawler = crawler
        self._options = options
        self._store = store
        self._spool = spool
        self._stats = RunStats(crawler.stats)
        self._opened: _Opened | None = None
        self._held = ExitStack()
        self._closing: asyncio.Task[None] | None = None
        self._lines_in_doubt = False
        self._publishing: Future[Publication] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "Delivery":
        """Build for a crawl. Raises `ConfigurationError` for a setting that cannot be used; no I/O happens yet."""
        options = ArchiveOptions.from_settings(crawler.settings)
        store = open_store(options.store, StoreAccess.from_settings(crawler.settings, options))
        delivery = cls(crawler, options, store, Spool(spool_directory(options), store.uri))
        crawler.signals.connect(delivery.spider_opened, signals.spider_opened)
        crawler.signals.connect(delivery.spider_closed, signals.spider_closed)
        crawler.signals.connect(delivery.item_error, signals.item_error)
        return delivery

    @classmethod
    def of(cls, crawler: Crawler) -> "Delivery":
        """The delivery of a crawl. Raises NotConfigured where the add-on is not enabled."""
        delivery = crawler.get_extension(cls)
        if delivery is None:
            raise NotConfigured("no delivery: enable the add-on with ADDONS = {'crawler.addon.ArchiveAddon': 100}")
        return delivery

    async def spider_opened(self) -> None:
        """Prove the store, take the lock, publish what a crash left, begin the run. Stops the crawl if any fails."""
        facts = run_facts(self._crawler, self._options, datetime.now(UTC))
        try:
            run, publisher, history, decided_at = await asyncio.to_thread(self._open, facts)
            confirm = Originals(self._store.open).confirm
            writer = GroupWriter(run, _writer_options(self._options), Payloads(history.path, confirm))
            recorder = WarcRecorder(writer, queue_bytes=self._options.queue_bytes, on_failure=self.fail)
            lines = JsonLinesExporter(run.lines_path)
        except Exception as error:
            self._held.close()
            self._not_published(error)
            raise CloseSpider("archive_not_opened") from error
        self._opened = _Opened(run, publisher, history, decided_at, lines, recorder)
        sink = CaptureSink.of(self._crawler)
        sink.recorder, sink.guard = recorder, self._may_ask

    def _may_ask(self, host: str, port: int, address: str) -> bool:
        """What pages name must not lead into the operator's own network; what the operator names may."""
        named = private_hosts(getattr(self._crawler.spider, "named_base", ""), self._options.private_hosts)
        return (host, port) in named or (host, None) in named or is_public(address)

    async def spider_closed(self, reason: str) -> None:
        """Seal and publish. The spool keeps everything that could not be."""
        if self._opened is None:
            return
        CaptureSink.of(self._crawler).recorder = None
        try:
            self.publication = await self._publish(self._opened, reason)
        except Exception as error:  # noqa: BLE001  Scrapy would log it and end with exit code 0
            self._not_published(error)
            self._opened.run.release()
            self.kept = True
        finally:
            self._opened.history.close()
            self._held.close()

    def item_error(self) -> None:
        """A pipeline failed on an item: the lines in the spool lack it and are made anew from the WARCs."""
        self._lines_in_doubt = True

    def requisite_due(self, url: str) -> bool:
        """True for a requisite that is to be fetched in this run. Raises `CaptureError` if the disk fails."""
        since = datetime.now(UTC) - timedelta(days=self._options.requisites_days)
        return self._running().history.requisite_due(url, since)

    def identified(self, article: Article) -> Article | None:
        """The event that an article is, or None if it is unchanged. Raises `CaptureError` if the disk fails."""
        opened = self._running()
        opened.recorder.accept(article.captures)
        return opened.history.identified(article, opened.run.facts.snapshot_id)

    def export(self, article: Article) -> None:
        """Write an article's line to the spool. Raises `CaptureError` if the disk fails."""
        try:
            self._running().lines.export(article)
        except OSError as error:
            raise spool_failure(error) from error

    def fail(self, error: CaptureError) -> None:
        """The archive cannot be written: stop the crawl now, rather than fetch what cannot be kept."""
        self.failure = self.failure or error
        if self._closing is None and self._crawler.engine is not None:
            closing = self._crawler.engine.close_spider_async(reason="archive_failed")
            self._closing = asyncio.ensure_future(closing)

    def settle(self) -> None:
        """Wait for a publication that was under way when a signal stopped the event loop."""
        if self._publishing is None or self.publication is not None or self.failure is not None:
            return
        try:
            self.publication = self._publishing.result()
        except Exception as error:  # noqa: BLE001  as in `spider_closed`
            self._not_published(error)
            self.kept = True

    def _not_published(self, error: Exception) -> None:
        """Keep the first reason; what nobody foresaw is logged whole."""
        if not isinstance(error, NewswarcError | OSError):
            logger.error("the archive failed in a way that nobody foresaw", exc_info=error)
        self.failure = self.failure or (error if isinstance(error, NewswarcError) else spool_failure(error))

    def _running(self) -> _Opened:
        if self._opened is None:
            raise RuntimeError("no run is open")
        return self._opened

    def _open(self, facts: RunFacts) -> tuple[SpooledRun, Publisher, History, Head]:
        """Blocking part of the opening; runs in a thread."""
        self._store.probe()
        self._spool.prepare()
        self._held.enter_context(self._spool.only_run_of(facts.spider))
        repository = Repository(self._store)
        history = History(self._spool.path / "history.sqlite")
        publisher = Publisher(repository, history)
        for left in self._spool.abandoned():
            recovered = publisher.recover(left, self._options.gate_share)
            if recovered.entry is not None:
                logger.warning("recovered %s: %s", left.facts.snapshot_id, recovered.verdict.sentence)
        decided_at = history.catch_up(repository)
        return self._spool.begin(facts), publisher, history, decided_at

    async def _publish(self, opened: _Opened, reason: str) -> Publication:
        sealed = await opened.recorder.seal()
        opened.lines.close()
        outcome = Outcome(self._stats.counts(opened.recorder.captures), reason, self._options.gate_share)
        decided_at = opened.decided_at if self.failure is None and not self._lines_in_doubt else None
        publish = partial(opened.publisher.publish, opened.run, outcome, sealed, decided_at)
        with ThreadPoolExecutor(1, "publisher") as thread:
            self._publishing = thread.submit(publish)
            return await asyncio.wrap_future(self._publishing)


def _writer_options(options: ArchiveOptions) -> WriterOptions:
    return WriterOptions(
        level=options.warc_compression,
        warc_bytes=options.warc_bytes,
        warc_seconds=options.warc_seconds,
        revisit_bytes=options.revisit_bytes,
    )


def spool_directory(options: ArchiveOptions) -> Path:
    """Where the spool of this project is: ARCHIVE_SPOOL, relative to the directory of scrapy.cfg."""
    configuration = closest_scrapy_cfg()
    project = Path(configuration).parent if configuration else Path.cwd()
    return project / options.spool
