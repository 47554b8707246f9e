"""What a run in progress works with: the archive that it opened, and the part of the run that is being written."""

import logging
from contextlib import ExitStack
from dataclasses import dataclass

from crawler.archive.originals import Originals
from crawler.archive.spool import Spool
from crawler.archive.spooled_run import RunFacts, SpooledRun
from crawler.errors import OutOfSpaceError, StoreUnavailableError
from crawler.exporters.group_writer import GroupWriter, WriterOptions
from crawler.exporters.jsonl import JsonLinesExporter
from crawler.exporters.warc import WarcRecorder
from crawler.options import ArchiveOptions
from crawler.state.history import History
from crawler.state.opening import ArchiveOpening, RunLease
from crawler.state.payloads import Payloads
from crawler.state.publications import Publications
from crawler.state.uploads import OnFailure, Uploads
from crawler.storage.store import ObjectStore

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class OpenedArchive:
    """What lasts as long as the run."""

    history: History
    """Known articles; belongs to the event loop's thread."""
    uploads: Uploads
    """Sealed WARCs on their way into the store."""
    publications: Publications
    """Ended parts on theirs."""
    lease: RunLease
    """The sign of life that others may see."""


@dataclass(slots=True)
class PartInProgress:
    """A part of the run: what becomes one snapshot. Most runs have one."""

    run: SpooledRun
    """Its directory in the spool."""
    lines: JsonLinesExporter
    """Its article lines."""
    recorder: WarcRecorder
    """Its WARCs."""
    began: float
    """When it began, by the monotonic clock."""
    lines_good: bool = True
    """False once a line may be missing."""


class RunParts:
    """Opens the archive for a run, and its parts one after the other.

    `originals` is the same store with little patience: the recorder asks it while pages wait.
    """

    def __init__(self, store: ObjectStore, spool: Spool, options: ArchiveOptions, originals: ObjectStore) -> None:
        self._store = store
        self._originals = originals
        self._spool = spool
        self._options = options

    def open(self, facts: RunFacts, held: ExitStack, on_failure: OnFailure) -> OpenedArchive:
        """Prove the store, take lock and lease, publish what crashes left. Blocks; raises what keeps a run from it.

        `held` keeps the lock; `on_failure` is told, in another thread, when an upload cannot succeed.
        """
        self._spool.prepare()
        held.enter_context(self._spool.only_run_of(facts.spider))
        opening = ArchiveOpening(self._store, self._spool, self._options)
        there = opening.prove()
        with ExitStack() as failing:
            lease = opening.lease(facts.spider, facts.snapshot_id)
            failing.callback(lease.release)
            history = History(opening.history_path)
            failing.callback(history.close)
            if there:
                self._catch_up(opening, history, lease)
            self._check_room()
            failing.pop_all()
        uploads = Uploads(opening.repository, self._options.upload_threads, on_failure)
        publications = Publications(opening.repository, opening.history_path, uploads, history.head(), lease)
        return OpenedArchive(history, uploads, publications, lease)

    def begin_files(self, facts: RunFacts, opened: OpenedArchive) -> tuple[SpooledRun, GroupWriter, JsonLinesExporter]:
        """Begin the files of a part. Blocks."""
        run = self._spool.begin(facts)
        options = WriterOptions(
            level=self._options.warc_compression,
            warc_bytes=self._options.warc_bytes,
            warc_seconds=self._options.warc_seconds,
            revisit_bytes=self._options.revisit_bytes,
        )
        payloads = Payloads(opened.history.path, Originals(self._originals.open).confirm)
        return run, GroupWriter(run, options, payloads, opened.uploads.put), JsonLinesExporter(run.lines_path)

    def _check_room(self) -> None:
        if self._spool.free_bytes() < self._options.free_bytes:
            raise OutOfSpaceError(
                f"{self._spool.free_bytes()} bytes are free on the disk of the spool {self._spool.path}, fewer than "
                f"ARCHIVE_FREE_BYTES={self._options.free_bytes}: free some space or set ARCHIVE_SPOOL"
            )

    def _catch_up(self, opening: ArchiveOpening, history: History, lease: RunLease) -> None:
        try:
            lease.take()
            for recovered in opening.recover(history, lease):
                verdict, entry = recovered.publication.verdict, recovered.publication.entry
                if entry is not None:
                    logger.warning("recovered %s: %s", recovered.snapshot_id, verdict.sentence)
            history.catch_up(opening.repository)
        except StoreUnavailableError as error:  # it answered a moment ago
            logger.warning("%s; what is captured waits in the spool", error)
