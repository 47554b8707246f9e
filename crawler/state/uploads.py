"""Puts sealed WARCs into the store while the crawl goes on, in threads that end with the process.

A store that is down is asked again until it answers or the run ends: what waits is in the spool.
"""

import logging
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future

from crawler.archive.log import ListedObject
from crawler.archive.repository import Repository
from crawler.archive.warc import SealedFile
from crawler.errors import StoreUnavailableError
from crawler.ritual import Arrow, passed

AGAIN_SECONDS = 30.0
"""A store that was down for as long as its patience lasts is left in peace for so long."""

logger = logging.getLogger(__name__)

OnFailure = Callable[[Exception], None]
"""Told, in the thread of the upload, of a failure that no waiting mends."""


class _Upload:
    def __init__(self, file: SealedFile) -> None:
        self.file = file
        self.future: Future[ListedObject] = Future()


class Uploads:
    """WARCs on their way into the store, by key."""

    def __init__(self, repository: Repository, threads: int, on_failure: OnFailure) -> None:
        self._repository = repository
        self._on_failure = on_failure
        self._uploads: dict[str, _Upload] = {}
        self._queue: queue.SimpleQueue[_Upload | None] = queue.SimpleQueue()
        self._threads = threads
        self._last = threading.Event()
        self._lock = threading.Lock()
        for number in range(threads):
            threading.Thread(target=self._work, name=f"upload-{number}", daemon=True).start()

    def put(self, file: SealedFile) -> "Future[ListedObject]":
        """Queue a file, unless it is on its way. The future ends when the store holds it, or fails with why not."""
        with self._lock:
            upload = self._uploads.get(file.key)
            if upload is None or (upload.future.done() and upload.future.exception() is not None):
                upload = self._uploads[file.key] = _Upload(file)
                self._queue.put(upload)
        return upload.future

    def forget(self, keys: list[str]) -> None:
        """These are committed."""
        with self._lock:
            for key in keys:
                self._uploads.pop(key, None)

    def finish(self) -> None:
        """The run ends: a store whose patience is over is not asked again."""
        self._last.set()

    def close(self) -> None:
        """No more files come: the threads end when all are put or have failed."""
        self.finish()
        for _ in range(self._threads):
            self._queue.put(None)

    def _work(self) -> None:
        while (upload := self._queue.get()) is not None:
            try:
                listed = self._put(upload.file)
            except Exception as error:  # noqa: BLE001  whoever waits for the future gets it
                upload.future.set_exception(error)
                if not isinstance(error, StoreUnavailableError):
                    self._on_failure(error)
            else:
                passed(Arrow.WARC_PUT)
                logger.info("%s is in the store: %d bytes", listed.key, listed.bytes)
                upload.future.set_result(listed)

    def _put(self, file: SealedFile) -> ListedObject:
        listed = ListedObject(file.key, file.sha256, file.bytes, file.records)
        while True:
            try:
                self._repository.put(listed, file.path)
            except StoreUnavailableError as error:
                if self._last.is_set():
                    raise
                logger.warning("%s; the crawl goes on, and what it captures waits in the spool", error)
                self._last.wait(AGAIN_SECONDS)
            else:
                return listed
