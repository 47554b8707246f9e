"""The recorder: takes captures from the reactor thread, makes them durable in a thread of its own, gives receipts.

Captures wait in a queue that is bounded in bytes; `put` waits while it is full, so that a slow disk slows the
downloader down. The thread writes all that waits, syncs once, and only then resolves the receipts.
"""

import asyncio
import queue
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import BinaryIO

from crawler.archive.captures import capture_records, read_captures
from crawler.archive.cdxj import cdxj_line
from crawler.archive.spool import SpooledRun, spool_failure
from crawler.archive.warc import SealedFile, WarcFile
from crawler.archive.warcinfo import warcinfo_record
from crawler.errors import CaptureError
from crawler.items import Capture, CaptureRef

Receipt = asyncio.Future[CaptureRef]
"""Resolves when the capture's records are fsynced; fails with `CaptureError` when they cannot be."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    capture: Capture
    receipt: Receipt

    @property
    def bytes(self) -> int:
        return len(self.capture.request) + len(self.capture.response)


class WarcRecorder:
    """Writes the WARCs of one run. Create it in the thread of the running event loop."""

    def __init__(
        self,
        run: SpooledRun,
        *,
        level: int,
        warc_bytes: int,
        queue_bytes: int,
        on_failure: Callable[[CaptureError], None],
    ) -> None:
        self.captures = 0
        self._writer = _GroupWriter(run, level, warc_bytes)
        self._queue_bytes = queue_bytes
        self._on_failure = on_failure
        self._loop = asyncio.get_running_loop()
        self._queue: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._waiting_bytes = 0
        self._room: deque[asyncio.Future[None]] = deque()
        self._failure: CaptureError | None = None
        self._thread = threading.Thread(target=self._work, name="warc-recorder", daemon=True)
        self._thread.start()

    async def put(self, capture: Capture) -> Receipt:
        """Wait for room, then queue the capture. Raises `CaptureError` once writing has failed."""
        while self._waiting_bytes >= self._queue_bytes and self._failure is None:
            turn: asyncio.Future[None] = self._loop.create_future()
            self._room.append(turn)
            await turn
        if self._failure is not None:
            raise self._failure
        waiting = _Waiting(capture, self._loop.create_future())
        waiting.receipt.add_done_callback(_seen)
        self._waiting_bytes += waiting.bytes
        self._queue.put(waiting)
        return waiting.receipt

    async def seal(self) -> list[SealedFile]:
        """Write what waits, seal the last file and end the thread. Raises `CaptureError` if writing failed."""
        self._queue.put(None)
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
                refs = [self._writer.write(waiting.capture) for waiting in batch]
                self._writer.sync()
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
        batch: list[_Waiting] = []
        waiting = self._queue.get()
        while waiting is not None:
            batch.append(waiting)
            try:
                waiting = self._queue.get_nowait()
            except queue.Empty:
                return batch, False
        return batch, True

    def _tell(self, callback: Callable[..., None], *args: object) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(callback, *args)

    def _written(self, batch: list[_Waiting], refs: list[CaptureRef]) -> None:
        for waiting, ref in zip(batch, refs, strict=True):
            self.captures += 1
            self._waiting_bytes -= waiting.bytes
            if not waiting.receipt.done():
                waiting.receipt.set_result(ref)
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
            batch = [left] if left is not None else []
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


class _GroupWriter:
    """Capture groups into files that rotate by size, with the index lines beside. Owned by the recorder's thread."""

    def __init__(self, run: SpooledRun, level: int, warc_bytes: int) -> None:
        self._run = run
        self._level = level
        self._warc_bytes = warc_bytes
        self._serial = 0
        self.sealed: list[SealedFile] = []
        self._file: WarcFile | None = None
        self._warcinfo_id = ""
        self._index: BinaryIO = run.index_path.open("wb")

    def write(self, capture: Capture) -> CaptureRef:
        """Write one group; a full file is sealed first, so that a group is never split."""
        if self._file is not None and self._file.bytes >= self._warc_bytes:
            self.sealed.append(self._file.seal())
            self._file = None
        file = self._file or self._begin_file()
        located = file.write(capture_records(capture, self._warcinfo_id))
        (stored,) = read_captures(located, file.key)
        self._index.write(cdxj_line(stored))
        return stored.ref

    def sync(self) -> None:
        """Make the file durable. The index is a projection and need not be."""
        if self._file is not None:
            self._file.sync()

    def seal(self) -> None:
        """End the run's files."""
        if self._file is not None:
            self.sealed.append(self._file.seal())
        self._index.close()

    def close(self) -> None:
        """Let go of the files as they are. On a full disk closing fails as well: what was not synced is lost anyway."""
        for file in (self._file, self._index):
            if file is not None:
                with suppress(OSError):
                    file.close()

    def _begin_file(self) -> WarcFile:
        now = datetime.now(UTC)
        self._file = self._run.new_warc(now, self._serial, self._level)
        self._serial += 1
        info = warcinfo_record(self._run.facts, self._file.key, now)
        self._warcinfo_id = info.record_id
        self._file.write([info])
        return self._file
