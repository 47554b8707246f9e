"""Holds the crawl back while there is no room for what it would capture, and lets a long run publish as it goes."""

import asyncio
import logging
from contextlib import suppress
from functools import partial
from time import monotonic

from scrapy import signals
from scrapy.core.engine import ExecutionEngine
from scrapy.crawler import Crawler

from crawler.archive.spool import Spool
from crawler.extensions.delivery import Delivery
from crawler.extensions.run_facts import spool_directory
from crawler.extensions.run_in_progress import RunInProgress
from crawler.extensions.run_parts import PartInProgress
from crawler.options import ArchiveOptions, StoreAccess
from crawler.state.room import Room
from crawler.state.verdict import OUT_OF_SPACE
from crawler.storage.store import open_store

WATCH_SECONDS = 1.0
"""From one look at the disk, the spool and the clock to the next."""
_TURN_SECONDS = 0.05

logger = logging.getLogger(__name__)


class Backpressure:
    """Extension. The engine is paused while it holds the crawl back: what is on its way ends, nothing new begins."""

    def __init__(self, crawler: Crawler, options: ArchiveOptions, spool: Spool) -> None:
        self._crawler = crawler
        self._options = options
        self._spool = spool
        self._room = Room(options.free_bytes, options.spool_bytes)
        self._held_since: float | None = None
        self._watching: asyncio.Task[None] | None = None
        self._ended = asyncio.Event()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "Backpressure":
        """Build for a crawl."""
        options = ArchiveOptions.from_settings(crawler.settings)
        store = open_store(options.store, StoreAccess.from_settings(crawler.settings, options))
        extension = cls(crawler, options, Spool(spool_directory(options), store.uri))
        crawler.signals.connect(extension.engine_started, signals.engine_started)
        crawler.signals.connect(extension.spider_closed, signals.spider_closed)
        return extension

    def engine_started(self) -> None:
        """Begin to watch."""
        delivery = Delivery.of(self._crawler)
        self._watching = asyncio.ensure_future(self._watch(delivery))
        self._watching.add_done_callback(partial(_watched, delivery))

    def spider_closed(self) -> None:
        """Watch no more. A change from one part to the next that is under way comes to its end."""
        self._ended.set()

    async def _watch(self, delivery: Delivery) -> None:
        while not await self._ended_within(WATCH_SECONDS):
            engine = self._crawler.engine
            run = delivery.run
            if engine is not None and engine.running and run is not None and run.part is not None:
                await self._look(engine, delivery, run, run.part)

    async def _ended_within(self, seconds: float) -> bool:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._ended.wait(), seconds)
        return self._ended.is_set()

    async def _look(
        self, engine: ExecutionEngine, delivery: Delivery, run: RunInProgress, part: PartInProgress
    ) -> None:
        run.renew_lease()
        held = self._held_since is not None
        short = self._room.shortage(self._spool.free_bytes(), self._spool.waiting_bytes(), held=held)
        if short is not None:
            self._hold(engine, delivery, short)
        elif held:
            self._let_go(engine, run)
        if part.recorder.bytes and (short is not None or self._is_due(part)):
            await self._next_part(engine, delivery)

    def _hold(self, engine: ExecutionEngine, delivery: Delivery, short: str) -> None:
        if engine.spider_is_idle():  # nothing is left to hold back, and its end makes room
            engine.unpause()
            return
        engine.pause()
        if self._held_since is None:
            self._held_since = monotonic()
            logger.warning("%s: the crawl is held back until there is room", short)
        elif monotonic() - self._held_since >= self._options.pause_seconds:
            logger.error("%s, for %.0f s now: the crawl is stopped", short, monotonic() - self._held_since)
            delivery.stop(OUT_OF_SPACE)

    def _let_go(self, engine: ExecutionEngine, run: RunInProgress) -> None:
        if self._held_since is not None:
            run.held_back += monotonic() - self._held_since
            self._held_since = None
            logger.warning("there is room again: the crawl goes on")
        engine.unpause()

    def _is_due(self, part: PartInProgress) -> bool:
        is_old = monotonic() - part.began >= self._options.publish_seconds
        return is_old or part.recorder.bytes >= self._options.publish_bytes

    async def _next_part(self, engine: ExecutionEngine, delivery: Delivery) -> None:
        """Wait until no page is on its way, then let the run go on in a new part, unless it is at its end anyway."""
        engine.pause()
        while engine.downloader.active or not (engine.scraper.slot is None or engine.scraper.slot.is_idle()):
            if await self._ended_within(_TURN_SECONDS):
                return
        at_end = engine.spider_is_idle()
        if engine.running and not at_end:
            await delivery.next_part()
        if self._held_since is None or at_end:
            engine.unpause()


def _watched(delivery: Delivery, watching: "asyncio.Task[None]") -> None:
    """A run that is not watched any more fills the disk, or stays held back for ever: it is stopped."""
    if not watching.cancelled() and isinstance(error := watching.exception(), Exception):
        delivery.fail(error)
