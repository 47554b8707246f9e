"""The parts of a run on their way into the archive: published one after the other, in a thread, while the run goes on.

A store that is down keeps them waiting, in order, until it answers or the run ends. After a failure that no waiting
mends nothing more is published: the spool keeps the rest.
"""

import logging
import queue
import threading
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path

from crawler.archive.repository import Head, Repository
from crawler.archive.spooled_run import SpooledRun
from crawler.archive.warc import SealedFile
from crawler.errors import StoreUnavailableError
from crawler.state.history import History
from crawler.state.outcome import Outcome, Publication
from crawler.state.publish import Publisher, Sole
from crawler.state.uploads import AGAIN_SECONDS, Uploads

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Part:
    """A run, or a part of one, whose WARCs are all sealed."""

    run: SpooledRun
    """Its directory in the spool."""
    outcome: Outcome
    """How it ended."""
    sealed: Sequence[SealedFile]
    """Its WARCs."""
    lines_good: bool
    """False where the lines in the spool may lack some: they are made anew."""
    future: "Future[Publication]" = field(default_factory=Future)
    """Ends when it is published, or fails with why not."""


class Publications:
    """Publishes parts in the order in which they come. `decided_at` is the head when the first one began."""

    def __init__(
        self, repository: Repository, history_path: Path, uploads: Uploads, decided_at: Head, sole: Sole | None
    ) -> None:
        self._repository = repository
        self._history_path = history_path
        self._uploads = uploads
        self._decided_at: Head | None = decided_at
        self._sole = sole
        self._queue: queue.SimpleQueue[Part | None] = queue.SimpleQueue()
        self._last = threading.Event()
        self._failure: Exception | None = None
        threading.Thread(target=self._work, name="publisher", daemon=True).start()

    def publish(self, part: Part) -> "Future[Publication]":
        """Queue a part."""
        self._queue.put(part)
        return part.future

    def finish(self) -> None:
        """The run ends: a store whose patience is over is not asked again, and no more parts come."""
        self._last.set()
        self._uploads.finish()
        self._queue.put(None)

    def _work(self) -> None:
        while (part := self._queue.get()) is not None:
            try:
                publication = self._publish(part)
            except Exception as error:  # noqa: BLE001  whoever waits for the future gets it
                self._failure = error
                part.run.release()
                part.future.set_exception(error)
            else:
                self._uploads.forget([file.key for file in part.sealed])
                if publication.entry is not None:  # without one there were no lines to decide on
                    self._decided_at = publication.head
                    logger.info("published %s: %s", publication.entry.snapshot_id, publication.verdict.sentence)
                part.future.set_result(publication)

    def _publish(self, part: Part) -> Publication:
        while True:
            if self._failure is not None:  # a part before this one is not published: order is kept
                raise self._failure
            try:
                return self._publish_once(part)
            except StoreUnavailableError as error:
                if self._last.is_set():
                    raise
                logger.warning("%s; %s is published later", error, part.run.facts.snapshot_id)
                self._last.wait(AGAIN_SECONDS)

    def _publish_once(self, part: Part) -> Publication:
        history = History(self._history_path)  # of its own: the run in progress has pending decisions in another
        try:
            publisher = Publisher(self._repository, history, self._uploads, self._sole)
            decided_at = self._decided_at if part.lines_good else None
            return publisher.publish(part.run, part.outcome, part.sealed, decided_at)
        finally:
            history.close()
