"""The recorder: takes evidence from the reactor thread, makes it durable in a thread of its own, gives receipts.

Captures wait in a queue that is bounded in bytes; `put` waits while it is full, so that a slow disk slows the
downloader down. The thread writes all that waits, syncs once, and only then resolves the receipts.
"""

import asyncio
import queue
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

from crawler.archive.http_message import HttpMessage
from crawler.archive.spool import spool_failure
from crawler.archive.warc import SealedFile
from crawler.errors import CaptureError
from crawler.evidence import Capture, Evidence, FailedAttempt
from crawler.exporters.group_writer import GroupWriter
from crawler.items import CaptureRef
from crawler.ritual import Arrow, passed

Receipt = asyncio.Future[CaptureRef | None]
"""Resolves when the records are fsynced, for a capture with its place. Fails with `CaptureError` if they cannot be."""

_OVERHEAD = 2000
"""Bytes that evidence takes beside its messages."""

SYNC_SECONDS = 0.03
"""Least time from one sync to the next, unless the queue is full; what comes after such a pause is synced at once."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    evidence: Evidence
    receipt: Receipt
    message: HttpMessage | None

    @property
    def bytes(self) -> int:
        if isinstance(self.evidence, Capture):
            return _OVERHEAD + len(self.evidence.request) + len(self.evidence.response)
        return _OVERHEAD + (len(self.evidence.received) if isinstance(self.evidence, FailedAttempt) else 0)


@dataclass(frozen=True, slots=True)
class _Accepted:
    refs: tuple[CaptureRef, ...]


class WarcRecorder:
    """Writes the WARCs of one run. Create it in the thread of the running event loop."""

    def __init__(self, writer: GroupWriter, *, queue_bytes: int, on_failure: Callable[[CaptureError], None]) -> None:
        self.captures = 0
        self.directory = writer.directory
        self._writer = writer
        self._queue_bytes = queue_bytes
        self._on_failure = on_failure
        self._loop = asyncio.get_running_loop()
        self._queue: queue.SimpleQueue[_Waiting | _Accepted | None] = queue.SimpleQueue()
        self._waiting_bytes = 0
        self._room: deque[asyncio.Future[None]] = deque()
        self._failure: CaptureError | None = None
        self._synced_at = 0.0
        self._sealing = False
        self._pressed = threading.Event()
        self._thread = threading.Thread(target=self._work, name="warc-recorder", daemon=True)
        self._thread.start()

    @property
    def bytes(self) -> int:
        """Bytes of WARCs that are written, about: another thread writes on."""
        return self._writer.bytes

    async def put(self, evidence: Evidence, message: HttpMessage | None = None) -> Receipt:
        """Wait for room, then queue the evidence. Raises `CaptureError` once writing has failed.

        `message` is the response of a capture taken apart, where that was done already.
        """
        while self._waiting_bytes >= self._queue_bytes and self._failure is None:
            self._pressed.set()
            turn: asyncio.Future[None] = self._loop.create_future()
            self._room.append(turn)
            await turn
        if self._failure is not None:
            raise self._failure
        if self._sealing:
            raise CaptureError("the run is being published: what is exchanged now belongs to no run; run again")
        waiting = _Waiting(evidence, self._loop.create_future(), message)
        waiting.receipt.add_done_callback(_seen)
        self._waiting_bytes += waiting.bytes
        self._queue.put(waiting)
        return waiting.receipt

    def accept(self, refs: tuple[CaptureRef, ...]) -> None:
        """The pages of these durable captures are articles: from now on revisits may refer to them."""
        self._queue.put(_Accepted(refs))

    def fail(self, error: Exception) -> None:
        """Evidence was lost before it came here, for an error of the disk: nothing more is taken, the run stops."""
        if self._failure is None:
            self._failed(spool_failure(error), [])

    async def seal(self) -> list[SealedFile]:
        """Write what waits, seal the last file and end the thread. Raises `CaptureError` if writing failed."""
        self._sealing = True
        self._queue.put(None)
        self._pressed.set()
        await asyncio.to_thread(self._thread.join)
        await asyncio.sleep(0)  # what the thread told the loop last is handled now
        if self._failure is not None:
            raise self._failure
        return self._writer.sealed

    def _work(self) -> None:
        """The thread: batches until the end mark. Any error of the disk ends it and fails everything that waits."""
        batch: list[_Waiting] = []
        try:
            while True:
                batch, last = self._next_batch()
                refs = [self._writer.write(waiting.evidence, waiting.message) for waiting in batch]
                if batch:
                    passed(Arrow.GROUP_WRITTEN)
                    self._writer.sync()
                    self._synced_at = monotonic()
                    passed(Arrow.GROUP_SYNCED)
                    self._tell(self._written, batch, refs)
                batch = []
                if last:
                    self._writer.seal()
                    return
        except Exception as error:  # noqa: BLE001  whatever it is, pages would be lost: stop the run
            self._writer.close()
            failure = spool_failure(error)
            failure.__cause__ = error
            self._tell(self._failed, failure, batch)

    def _next_batch(self) -> tuple[list[_Waiting], bool]:
        """What waits; under load, what comes until the next sync is due. A sync costs as much as writing some pages.

        The thread sleeps until then: to wake it for every capture costs the reactor's thread as well.
        """
        batch: list[_Waiting] = []
        waiting = self._queue.get()
        self._pressed.wait(max(self._synced_at + SYNC_SECONDS - monotonic(), 0))
        self._pressed.clear()
        while waiting is not None:
            if isinstance(waiting, _Accepted):
                self._writer.accept(waiting.refs)
            else:
                batch.append(waiting)
            try:
                waiting = self._queue.get_nowait()
            except queue.Empty:
                return batch, False
        return batch, True

    def _tell(self, callback: Callable[..., None], *args: object) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(callback, *args)

    def _written(self, batch: list[_Waiting], refs: list[CaptureRef | None]) -> None:
        for waiting, ref in zip(batch, refs, strict=True):
            self.captures += ref is not None
            self._waiting_bytes -= waiting.bytes
            if not waiting.receipt.done():
                waiting.receipt.set_result(ref)
        passed(Arrow.ACKNOWLEDGED)
        self._wake()

    def _failed(self, failure: CaptureError, batch: list[_Waiting]) -> None:
        self._failure = failure
        while True:
            for waiting in batch:
                if not waiting.receipt.done():
                    waiting.receipt.set_exception(failure)
            try:
                left = self._queue.get_nowait()
            except queue.Empty:
                break
            batch = [left] if isinstance(left, _Waiting) else []
        self._wake()
        self._on_failure(failure)

    def _wake(self) -> None:
        while self._room:
            turn = self._room.popleft()
            if not turn.done():
                turn.set_result(None)


def _seen(receipt: Receipt) -> None:
    """Mark a failure as retrieved: nobody awaits the receipts of listings, and `on_failure` has told it already."""
    if not receipt.cancelled():
        receipt.exception()
