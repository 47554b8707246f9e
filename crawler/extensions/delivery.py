"""Opens a run before its first request and publishes it after its last: the frame around a crawl."""

import asyncio
import logging
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider, NotConfigured

from crawler.archive.spool import Spool, spool_failure
from crawler.capture.sink import CaptureSink
from crawler.errors import NewswarcError
from crawler.extensions.background import in_background
from crawler.extensions.close_failures import CloseFailures
from crawler.extensions.run_facts import run_facts, spool_directory
from crawler.extensions.run_in_progress import RunInProgress, Wait
from crawler.extensions.run_parts import PartInProgress, RunParts
from crawler.items import Absence, Article
from crawler.options import ArchiveOptions, StoreAccess
from crawler.politeness.addresses import is_public, private_hosts
from crawler.state.coverage import table
from crawler.state.outcome import Publication
from crawler.state.run_stats import RunStats
from crawler.state.verdict import CLOSED_BADLY
from crawler.storage.store import ObjectStore, open_store

_ORIGINAL_SECONDS = 3.0
"""Patience with a store that is asked for the original of a revisit: pages wait for the answer."""

logger = logging.getLogger(__name__)


class Delivery:
    """Extension. After the crawl `publication` says what was committed, or `failure` why nothing was."""

    def __init__(self, crawler: Crawler, options: ArchiveOptions, store: ObjectStore, parts: RunParts) -> None:
        self.publication: Publication | None = None
        self.failure: NewswarcError | None = None
        self._kept = False
        self.run: RunInProgress | None = None
        """The run, from the opening of the archive on."""
        self._crawler = crawler
        self._options = options
        self._store = store
        self._parts = parts
        self._held = ExitStack()
        self._closing: asyncio.Task[None] | None = None
        self._close_failures = CloseFailures(crawler)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "Delivery":
        """Build for a crawl. Raises `ConfigurationError` for a setting that cannot be used; no I/O happens yet."""
        options = ArchiveOptions.from_settings(crawler.settings)
        access = StoreAccess.from_settings(crawler.settings, options)
        store = open_store(options.store, access)
        originals = open_store(options.store, replace(access, patience=min(_ORIGINAL_SECONDS, access.patience)))
        parts = RunParts(store, Spool(spool_directory(options), store.uri), options, originals)
        delivery = cls(crawler, options, store, parts)
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

    @property
    def store_retries(self) -> int:
        """How often the store had to be asked again."""
        return self._store.retries

    @property
    def kept(self) -> bool:
        """True where a part of the run that could not be published waits in the spool."""
        return self._kept or (self.run is not None and self.run.kept)

    async def spider_opened(self) -> None:
        """Prove the store, take the lock, publish what a crash left, begin the run. Stops the crawl if any fails."""
        facts = run_facts(self._crawler, self._options, datetime.now(UTC))
        on_failure = partial(self._upload_failed, asyncio.get_running_loop())
        sink = CaptureSink.of(self._crawler)
        self._close_failures.listen()
        run = None
        try:
            opened = await in_background(partial(self._parts.open, facts, self._held, on_failure))
            run = RunInProgress(opened, self._parts, sink, RunStats(self._crawler.stats))
            await run.begin_part(facts, self._options, self.fail)
        except Exception as error:
            self._not_published(error)
            if run is not None:
                await run.close()
            self._held.close()
            raise CloseSpider("archive_not_opened") from error
        self.run = run
        sink.guard = self._may_ask

    def _may_ask(self, host: str, port: int, address: str) -> bool:
        """What pages name must not lead into the operator's own network; what the operator names may."""
        named = private_hosts(getattr(self._crawler.spider, "named_base", ""), self._options.private_hosts)
        return (host, port) in named or (host, None) in named or is_public(address)

    async def spider_closed(self, reason: str) -> None:
        """Seal and publish. The spool keeps everything that could not be."""
        self._close_failures.stop()
        if reason == "finished" and self._close_failures.seen:
            reason = CLOSED_BADLY
        if self.run is None:
            return
        if self.failure is not None and self.run.part is not None:
            self.run.part.lines_good = False
        wait = Wait(self._store, self._options.stop_seconds, lambda: self._crawler.crawling)
        try:
            self.publication = await self.run.publish_last(reason, self._options, wait)
        except Exception as error:  # noqa: BLE001  Scrapy would log it and end with exit code 0
            self._not_published(error)
            self._kept = True
        finally:
            self._crawler.stats.set_value("archive/store/retries", self.store_retries)
            self._report_fields()
            self._held.close()

    def _report_fields(self) -> None:
        """Where the fields of this run's articles came from."""
        coverage = RunStats(self._crawler.stats).coverage()
        if coverage.rows:
            logger.info("fields by layer:\n%s", "\n".join(table(coverage)))

    async def next_part(self) -> None:
        """Publish what there is and go on in a new part; the caller has seen to it that no page is on its way."""
        if self.run is not None and self.failure is None:
            facts = run_facts(self._crawler, self._options, datetime.now(UTC))
            await self.run.next_part(facts, self._options, self.fail)

    def item_error(self) -> None:
        """A pipeline failed on an item: the lines in the spool lack it and are made anew from the WARCs."""
        if self.run is not None and self.run.part is not None:
            self.run.part.lines_good = False

    def requisite_due(self, url: str) -> bool:
        """True for a requisite that is to be fetched in this run. Raises `CaptureError` if the disk fails."""
        since = datetime.now(UTC) - timedelta(days=self._options.requisites_days)
        return self._running()[0].history.requisite_due(url, since)

    def identified(self, article: Article) -> Article | None:
        """The event that an article is, or None if it is unchanged. Raises `CaptureError` if the disk fails."""
        run, part = self._running()
        part.recorder.accept(article.captures)
        return run.history.identified(article, part.run.facts.snapshot_id)

    def is_gone(self, article_id: str) -> bool:
        """True for an article whose last event is ``gone``. Raises `CaptureError` if the disk fails."""
        return self._running()[0].history.is_gone(article_id)

    def absent(self, absence: Absence) -> Article | None:
        """The event ``gone``, where an absence confirms an earlier one. Raises `CaptureError` if the disk fails."""
        run, part = self._running()
        return run.history.absent(absence, part.run.facts.snapshot_id, part.run.facts.gone_hours)

    def export(self, article: Article) -> None:
        """Write an article's line to the spool. Raises `CaptureError` if the disk fails."""
        try:
            self._running()[1].lines.export(article)
        except OSError as error:
            raise spool_failure(error) from error

    def fail(self, error: Exception) -> None:
        """The archive cannot be written or looked after: stop the crawl now, rather than fetch what cannot be kept."""
        self._not_delivered(error)

    def stop(self, reason: str) -> None:
        """Stop the crawl, once; what there is is published."""
        if self._closing is None and self._crawler.engine is not None:
            closing = self._crawler.engine.close_spider_async(reason=reason)
            self._closing = asyncio.ensure_future(closing)

    def settle(self) -> bool:
        """Take what came of a publication when the event loop was stopped before it could; False if it goes on."""
        last = self.run.last if self.run is not None else None
        if last is None or self.publication is not None or self.failure is not None:
            return True
        if not last.done():
            return False
        try:
            self.publication = last.result()
        except Exception as error:  # noqa: BLE001  as in `spider_closed`
            self._not_published(error)
            self._kept = True
        return True

    def _upload_failed(self, loop: asyncio.AbstractEventLoop, error: Exception) -> None:
        """Called in the thread of the upload."""
        if not loop.is_closed():
            loop.call_soon_threadsafe(self._not_delivered, error)

    def _not_delivered(self, error: Exception) -> None:
        """Nothing more can be delivered: stop."""
        self._not_published(error)
        self.stop("archive_failed")

    def _not_published(self, error: Exception) -> None:
        """Keep the first reason; what nobody foresaw is logged whole."""
        if not isinstance(error, NewswarcError | OSError):
            logger.error("the archive failed in a way that nobody foresaw", exc_info=error)
        self.failure = self.failure or (error if isinstance(error, NewswarcError) else spool_failure(error))

    def _running(self) -> tuple[RunInProgress, PartInProgress]:
        if self.run is None or self.run.part is None:
            raise RuntimeError("no run is open")
        return self.run, self.run.part
