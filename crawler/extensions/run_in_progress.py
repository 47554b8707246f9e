"""A run from its opened archive to its last publication: one part after the other.

One part ends and the next begins when no page is on its way between the wire and its line, so that both are in one
snapshot; whoever asks for the next part has seen to that.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from functools import partial
from time import monotonic

from crawler.archive.spooled_run import RunFacts
from crawler.capture.sink import CaptureSink
from crawler.errors import NewswarcError, StoreUnavailableError
from crawler.exporters.warc import WarcRecorder
from crawler.extensions.background import in_background
from crawler.extensions.run_parts import OpenedArchive, PartInProgress, RunParts
from crawler.options import ArchiveOptions
from crawler.state.outcome import Outcome, Publication
from crawler.state.publications import Part
from crawler.state.run_stats import RunStats
from crawler.state.verdict import CONTINUES, RunCounts
from crawler.storage.store import ObjectStore

_LOOK_SECONDS = 0.2
"""From one look whether the run was told to stop to the next, while it is published."""
_RELEASE_SECONDS = 5.0
"""A lease that is not released by then expires."""

OnFailure = Callable[[Exception], None]
"""Told, in the event loop's thread, that nothing more can be delivered."""


class RunInProgress:
    """Belongs to the thread of the event loop. `next_part` and `publish_last` exclude each other."""

    def __init__(self, opened: OpenedArchive, parts: RunParts, sink: CaptureSink, stats: RunStats) -> None:
        self.held_back = 0.0
        """Seconds that the crawl was held back for want of room."""
        self.last: Future[Publication] | None = None
        """The publication of the last part, once it is under way."""
        self.kept = False
        """True where a part could not be published and waits in the spool."""
        self.history = opened.history
        self._opened = opened
        self._parts = parts
        self._sink = sink
        self._stats = stats
        self._turn = asyncio.Lock()
        self._began = monotonic()
        self._part: PartInProgress | None = None
        self._first = ""
        self._counted = RunCounts()
        self._before: Future[Publication] | None = None
        self._renewing: asyncio.Task[None] | None = None
        self._closed = False

    @property
    def part(self) -> PartInProgress | None:
        """The part that is being written; None where the run has ended, or could not begin one."""
        return None if self._closed else self._part

    @property
    def seconds(self) -> float:
        """How long the run takes."""
        return monotonic() - self._began

    async def begin_part(self, facts: RunFacts, options: ArchiveOptions, on_failure: OnFailure) -> None:
        """Begin the first part, or the one after an ended part."""
        self._first = self._first or facts.snapshot_id
        if facts.snapshot_id != self._first:
            facts = replace(facts, run_id=self._first)
        run, writer, lines = await in_background(partial(self._parts.begin_files, facts, self._opened))
        recorder = WarcRecorder(writer, queue_bytes=options.queue_bytes, on_failure=on_failure)
        self._part = PartInProgress(run, lines, recorder, monotonic())
        self._sink.recorder = recorder

    async def next_part(self, facts: RunFacts, options: ArchiveOptions, on_failure: OnFailure) -> None:
        """Publish what there is and go on in a new part. `on_failure` is told of whatever keeps it from either."""
        async with self._turn:
            part = self.part
            if part is None:
                return
            try:
                published = self._before = await self._end_part(part, CONTINUES, options)
                self._part = None  # until the next one has begun: it must not be published twice
                told = partial(self._part_published, asyncio.get_running_loop(), part, on_failure)
                published.add_done_callback(told)
                await self.begin_part(facts, options, on_failure)
            except (NewswarcError, OSError) as error:
                self.kept = self.kept or self._part is part
                on_failure(error)

    async def publish_last(self, reason: str, options: ArchiveOptions, wait: "Wait") -> Publication | None:
        """Publish the last part. Where none could be begun after another, that one's end is waited for.

        Raises what keeps it from being published: the spool has it then.
        """
        async with self._turn:
            try:
                return await self._publish_last(reason, options, wait)
            except Exception:
                if self._part is not None:
                    self._part.run.release()
                raise
            finally:
                await self.close()

    async def _publish_last(self, reason: str, options: ArchiveOptions, wait: "Wait") -> Publication | None:
        if self._part is not None:
            self.last = await self._end_part(self._part, reason, options)
        self._opened.publications.finish()
        if self.last is not None:
            return await wait(self.last)
        if self._before is not None:
            await wait(self._before)
        return None

    async def close(self) -> None:
        """Let go of what was opened."""
        self._closed = True
        self._opened.publications.finish()
        releasing = asyncio.ensure_future(in_background(self._opened.lease.release))
        await asyncio.wait({releasing}, timeout=_RELEASE_SECONDS)
        self.history.close()

    def renew_lease(self) -> None:
        """Give a sign of life, now and then, without waiting for the store."""
        if not self._closed and (self._renewing is None or self._renewing.done()):
            self._renewing = asyncio.ensure_future(in_background(self._opened.lease.renew_if_due))

    async def _end_part(self, part: PartInProgress, reason: str, options: ArchiveOptions) -> "Future[Publication]":
        """Seal a part and queue it for publication. Raises `CaptureError` if it could not be written."""
        self._sink.recorder = None
        sealed = await part.recorder.seal()
        part.lines.close()
        whole = self._stats.counts(self._counted.captures + part.recorder.captures)
        counts, self._counted = whole.since(self._counted), whole
        seconds = {"run": round(self.seconds, 3), "held_back": round(self.held_back, 3)}
        outcome = Outcome(counts, reason, options.gate_share, whole, seconds, options.drift_since_stamp)
        return self._opened.publications.publish(Part(part.run, outcome, sealed, part.lines_good))

    def _part_published(
        self,
        loop: asyncio.AbstractEventLoop,
        part: PartInProgress,
        on_failure: OnFailure,
        published: "Future[Publication]",
    ) -> None:
        """Called in the publisher's thread."""
        if not loop.is_closed():
            loop.call_soon_threadsafe(self._forget_part, part, on_failure, published)

    def _forget_part(self, part: PartInProgress, on_failure: OnFailure, published: "Future[Publication]") -> None:
        error = published.exception()
        if error is not None:
            self.kept = True
            on_failure(error if isinstance(error, Exception) else RuntimeError(str(error)))
        elif not self._closed:
            self.history.drop_pending_of(part.run.facts.snapshot_id)


class Wait:
    """Waits for a publication: for as long as it takes, or for a limited time once the run was told to stop."""

    def __init__(self, store: ObjectStore, stop_seconds: float, is_crawling: Callable[[], bool]) -> None:
        self._store = store
        self._stop_seconds = stop_seconds
        self._is_crawling = is_crawling

    async def __call__(self, publishing: "Future[Publication]") -> Publication:
        """What came of it. Raises `StoreUnavailableError` when the time is over."""
        waiting = asyncio.wrap_future(publishing)
        waiting.add_done_callback(lambda done: done.exception())  # nobody may be there any more
        told = None
        while not (await asyncio.wait({waiting}, timeout=_LOOK_SECONDS))[0]:
            if self._is_crawling():
                continue
            told = told or monotonic()
            if monotonic() - told >= self._stop_seconds:
                self._store.give_up()
                raise StoreUnavailableError(
                    f"{self._store.uri} did not take everything within ARCHIVE_STOP_SECONDS={self._stop_seconds:g}: "
                    "run again, or `scrapy publish`"
                )
        return waiting.result()
