"""Opens a run before its first request and publishes it after its last: the frame around a crawl.

A long run is published in parts while it crawls. One part ends and the next begins when no page is on its way between
the wire and its line, so that both are in one snapshot: the crawl is held back for that moment.
"""

import asyncio
import logging
from concurrent.futures import Future
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from time import monotonic

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider, NotConfigured

from crawler.archive.spool import RunFacts, Spool, spool_failure
from crawler.capture.sink import CaptureSink
from crawler.errors import NewswarcError, StoreUnavailableError
from crawler.exporters.warc import WarcRecorder
from crawler.extensions.background import in_background
from crawler.extensions.close_failures import CloseFailures
from crawler.extensions.run_facts import run_facts, spool_directory
from crawler.extensions.run_parts import OpenedArchive, PartInProgress, RunParts
from crawler.items import Article
from crawler.options import ArchiveOptions, StoreAccess
from crawler.politeness.addresses import is_public, private_hosts
from crawler.state.publications import Part
from crawler.state.publish import Outcome, Publication
from crawler.state.run_stats import RunStats
from crawler.state.verdict import CLOSED_BADLY, CONTINUES, RunCounts
from crawler.storage.store import ObjectStore, open_store

_LOOK_SECONDS = 0.2
"""From one look whether the run was told to stop to the next, while it is published."""
_ORIGINAL_SECONDS = 3.0
"""Patience with a store that is asked for the original of a revisit: pages wait for the answer."""
_RELEASE_SECONDS = 5.0
"""A lease that is not released by then expires."""

logger = logging.getLogger(__name__)


class Delivery:
    """Extension. After the crawl `publication` says what was committed, or `failure` why nothing was.

    `kept` is True where a run that could not be published waits in the spool.
    """

    def __init__(self, crawler: Crawler, options: ArchiveOptions, store: ObjectStore, parts: RunParts) -> None:
        self.publication: Publication | None = None
        self.failure: NewswarcError | None = None
        self.kept = False
        self.held_back = 0.0
        """Seconds that the crawl was held back for want of room."""
        self._crawler = crawler
        self._options = options
        self._store = store
        self._parts = parts
        self._stats = RunStats(crawler.stats)
        self._opened: OpenedArchive | None = None
        self._part: PartInProgress | None = None
        self._facts: RunFacts | None = None
        self._held = ExitStack()
        self._turn = asyncio.Lock()
        self._closing: asyncio.Task[None] | None = None
        self._counted = RunCounts()
        self._began = monotonic()
        self._renewing: asyncio.Task[None] | None = None
        self._last: Future[Publication] | None = None
        self._before: Future[Publication] | None = None
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

    async def spider_opened(self) -> None:
        """Prove the store, take the lock, publish what a crash left, begin the run. Stops the crawl if any fails."""
        facts = self._facts = run_facts(self._crawler, self._options, datetime.now(UTC))
        on_failure = partial(self._upload_failed, asyncio.get_running_loop())
        self._close_failures.listen()
        try:
            opened = self._opened = await in_background(partial(self._parts.open, facts, self._held, on_failure))
            await self._begin_part(opened, facts)
        except Exception as error:
            self._not_published(error)
            if self._opened is not None:
                await self._let_go(self._opened)
            self._held.close()
            raise CloseSpider("archive_not_opened") from error
        CaptureSink.of(self._crawler).guard = self._may_ask

    def _may_ask(self, host: str, port: int, address: str) -> bool:
        """What pages name must not lead into the operator's own network; what the operator names may."""
        named = private_hosts(getattr(self._crawler.spider, "named_base", ""), self._options.private_hosts)
        return (host, port) in named or (host, None) in named or is_public(address)

    async def spider_closed(self, reason: str) -> None:
        """Seal and publish. The spool keeps everything that could not be."""
        self._close_failures.stop()
        if reason == "finished" and self._close_failures.seen:
            reason = CLOSED_BADLY
        opened = self._opened
        if opened is None:
            return
        async with self._turn:
            try:
                await self._publish_last(opened, reason)
            except Exception as error:  # noqa: BLE001  Scrapy would log it and end with exit code 0
                self._not_published(error)
                self.kept = True
                if self._part is not None:
                    self._part.run.release()
            finally:
                await self._let_go(opened)
                self._held.close()

    async def _publish_last(self, opened: OpenedArchive, reason: str) -> None:
        """Publish the last part. Where none could be begun after another, that one's end is waited for."""
        if self._part is not None:
            self._last = await self._end_part(opened, self._part, reason)
        opened.publications.finish()
        if self._last is not None:
            self.publication = await self._in_time(self._last)
        elif self._before is not None:
            await self._in_time(self._before)

    async def _let_go(self, opened: OpenedArchive) -> None:
        """Close what `RunParts.open` opened."""
        self._opened = None
        opened.publications.finish()
        releasing = asyncio.ensure_future(in_background(opened.lease.release))
        await asyncio.wait({releasing}, timeout=_RELEASE_SECONDS)
        opened.history.close()

    async def _in_time(self, publishing: "Future[Publication]") -> Publication:
        """Wait for a publication: for as long as it takes, or for a limited time once the run was told to stop."""
        waiting = asyncio.wrap_future(publishing)
        waiting.add_done_callback(lambda done: done.exception())  # nobody may be there any more
        told = None
        while not (await asyncio.wait({waiting}, timeout=_LOOK_SECONDS))[0]:
            if self._crawler.crawling:
                continue
            told = told or monotonic()
            if monotonic() - told >= self._options.stop_seconds:
                self._store.give_up()
                raise StoreUnavailableError(
                    f"{self._store.uri} did not take everything within ARCHIVE_STOP_SECONDS="
                    f"{self._options.stop_seconds:g}: run again, or `scrapy publish`"
                )
        return waiting.result()

    async def next_part(self) -> None:
        """Publish what there is and go on in a new part; the caller has seen to it that no page is on its way."""
        async with self._turn:
            opened, part, first = self._opened, self._part, self._facts
            if opened is None or part is None or first is None or self.failure is not None:
                return
            try:
                published = self._before = await self._end_part(opened, part, CONTINUES)
                self._part = None  # until the next one has begun: it must not be published twice
                published.add_done_callback(partial(self._part_published, asyncio.get_running_loop(), part))
                facts = run_facts(self._crawler, self._options, datetime.now(UTC))
                await self._begin_part(opened, replace(facts, run_id=first.snapshot_id))
            except (NewswarcError, OSError) as error:
                self._not_delivered(error)

    @property
    def in_progress(self) -> bool:
        """True from the opening of the archive to its end."""
        return self._opened is not None and self._part is not None

    @property
    def seconds(self) -> float:
        """How long the run takes."""
        return monotonic() - self._began

    @property
    def part_bytes(self) -> int:
        """Bytes of WARCs in the part that is being written."""
        return self._part.recorder.bytes if self._part is not None else 0

    @property
    def part_seconds(self) -> float:
        """Age of that part."""
        return monotonic() - self._part.began if self._part is not None else 0.0

    def renew_lease(self) -> None:
        """Give a sign of life, now and then, without waiting for the store."""
        if self._opened is not None and (self._renewing is None or self._renewing.done()):
            self._renewing = asyncio.ensure_future(in_background(self._opened.lease.renew_if_due))

    def item_error(self) -> None:
        """A pipeline failed on an item: the lines in the spool lack it and are made anew from the WARCs."""
        if self._part is not None:
            self._part.lines_good = False

    def requisite_due(self, url: str) -> bool:
        """True for a requisite that is to be fetched in this run. Raises `CaptureError` if the disk fails."""
        since = datetime.now(UTC) - timedelta(days=self._options.requisites_days)
        return self._running()[0].history.requisite_due(url, since)

    def identified(self, article: Article) -> Article | None:
        """The event that an article is, or None if it is unchanged. Raises `CaptureError` if the disk fails."""
        opened, part = self._running()
        part.recorder.accept(article.captures)
        return opened.history.identified(article, part.run.facts.snapshot_id)

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
        if self._last is None or self.publication is not None or self.failure is not None:
            return True
        if not self._last.done():
            return False
        try:
            self.publication = self._last.result()
        except Exception as error:  # noqa: BLE001  as in `spider_closed`
            self._not_published(error)
            self.kept = True
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

    def _running(self) -> tuple[OpenedArchive, PartInProgress]:
        if self._opened is None or self._part is None:
            raise RuntimeError("no run is open")
        return self._opened, self._part

    async def _begin_part(self, opened: OpenedArchive, facts: RunFacts) -> None:
        run, writer, lines = await in_background(partial(self._parts.begin_files, facts, opened))
        recorder = WarcRecorder(writer, queue_bytes=self._options.queue_bytes, on_failure=self.fail)
        self._part = PartInProgress(run, lines, recorder, monotonic())
        CaptureSink.of(self._crawler).recorder = recorder

    async def _end_part(self, opened: OpenedArchive, part: PartInProgress, reason: str) -> "Future[Publication]":
        """Seal a part and queue it for publication. Raises `CaptureError` if it could not be written."""
        CaptureSink.of(self._crawler).recorder = None
        sealed = await part.recorder.seal()
        part.lines.close()
        whole = self._stats.counts(self._counted.captures + part.recorder.captures)
        counts, self._counted = whole.since(self._counted), whole
        seconds = {"run": round(self.seconds, 3), "held_back": round(self.held_back, 3)}
        outcome = Outcome(counts, reason, self._options.gate_share, whole, seconds)
        return opened.publications.publish(Part(part.run, outcome, sealed, part.lines_good and self.failure is None))

    def _part_published(
        self, loop: asyncio.AbstractEventLoop, part: PartInProgress, published: "Future[Publication]"
    ) -> None:
        """Called in the publisher's thread."""
        if not loop.is_closed():
            loop.call_soon_threadsafe(self._forget_part, part, published)

    def _forget_part(self, part: PartInProgress, published: "Future[Publication]") -> None:
        error = published.exception()
        if error is not None:
            self.kept = True
            self._not_delivered(error if isinstance(error, Exception) else RuntimeError(str(error)))
        elif self._opened is not None:
            self._opened.history.drop_pending_of(part.run.facts.snapshot_id)
