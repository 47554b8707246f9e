"""Publishes a run: the crash ritual from the sealed WARCs to the end of the spool, written once, here, in the order
of `crawler.ritual.Arrow`:

put WARCs → derive lines and index → put them → put the log entry → update caches → remove the spool

Every step may be repeated after a crash: an object that stands already with the same bytes is done.
"""

import logging
from collections.abc import Iterable, Mapping
from concurrent.futures import Future
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from crawler.archive.cdxj import write_index
from crawler.archive.digests import file_sha256
from crawler.archive.jsonl import pack_lines
from crawler.archive.keys import articles_key, cdxj_key
from crawler.archive.log import ListedObject, LogEntry
from crawler.archive.repository import Head, Repository
from crawler.archive.salvage import salvage
from crawler.archive.spooled_run import SpooledRun
from crawler.archive.warc import SealedFile, sealed_file
from crawler.articles.extract import EXTRACTOR
from crawler.errors import AnotherRunError
from crawler.ritual import Arrow, passed
from crawler.sites import get_site
from crawler.state.drift import drift
from crawler.state.history import History
from crawler.state.outcome import Outcome, Publication, corrected, decided_again, judged
from crawler.state.projections import derive
from crawler.state.verdict import ADOPTED, CRASHED, RunCounts, Verdict

_EXTRACTOR = f"{EXTRACTOR.name} {EXTRACTOR.version}"

logger = logging.getLogger(__name__)


class Placing(Protocol):
    """Puts WARCs: `crawler.state.uploads`, which may have done so already."""

    def put(self, file: SealedFile) -> "Future[ListedObject]":
        """Put a file unless it is there; the future ends when the store holds it."""


class Sole(Protocol):
    """Says whether this process may commit: see `crawler.state.leases`."""

    def still_mine(self) -> bool:
        """False where another took over; True where any number may write."""


class Publisher:
    """Publishes runs to one repository."""

    def __init__(self, repository: Repository, history: History, placing: Placing, sole: Sole | None = None) -> None:
        self._repository = repository
        self._history = history
        self._placing = placing
        self._sole = sole

    def publish(
        self, run: SpooledRun, outcome: Outcome, sealed: Iterable[SealedFile] = (), decided_at: Head | None = None
    ) -> Publication:
        """Commit a run whose WARCs are all sealed and remove it from the spool.

        `sealed` saves reading the WARCs again. `decided_at` is the head that the lines in the spool were decided
        against; without it, and where another writer has moved the head since, they are made anew from the WARCs.
        Raises `StoreError`, and then the spool keeps everything.
        """
        entry = None
        counts = outcome.counts
        head = self._history.catch_up(self._repository)
        fallen = self._fallen(run, outcome)
        as_written = head == decided_at
        warcs: list[ListedObject] = []
        while self._uncommitted(run):
            waiting = {key for _, key in run.sealed()}  # fewer, once a snapshot of the run was adopted meanwhile
            warcs = [listed for listed in warcs if listed.key in waiting] or self._put_warcs(run, sealed)
            if head != decided_at:
                decided = decided_again(counts, derive(run, self._history, self._repository))
                outcome, counts = corrected(outcome, decided, counts), decided
                decided_at, as_written = head, False
            passed(Arrow.PROJECTIONS_DERIVED)
            objects = (*warcs, *self._put_projections(run))
            self._check_sole(run)
            verdict = judged(counts, outcome, fallen)
            entry = self._repository.append(_entry(run, head, objects, counts, outcome.seconds, verdict))
            if entry is None:
                logger.info("number %d of the log was taken: deciding again", head.seq + 1)
            else:
                passed(Arrow.ENTRY_PUT)
            head = self._history.catch_up(self._repository)
        passed(Arrow.CACHES_UPDATED)
        self._history.drop_pending()
        run.remove()
        return Publication(
            entry or self._committed_before(run, outcome),
            judged(counts, outcome, fallen),
            head if as_written else None,
        )

    def recover(self, run: SpooledRun, gate_share: float, reason: str = CRASHED) -> Publication:
        """Publish a run that a crash left in the spool: whole captures are kept, everything else is derived."""
        for opened in run.unsealed():
            salvaged = salvage(opened, run.cut_tails)
            if salvaged.aside is not None:
                logger.warning(
                    "%s: %d whole groups kept; the rest is in %s", opened.name, salvaged.groups, salvaged.aside
                )
        return self.publish(run, Outcome(RunCounts(), reason, gate_share))

    def _fallen(self, run: SpooledRun, outcome: Outcome) -> str:
        """Fields that a run which came to its end finds no longer, in words."""
        if outcome.reason != "finished":
            return ""
        facts = run.facts
        before = self._history.last_runs(
            facts.series, _EXTRACTOR, facts.run_id or facts.snapshot_id, outcome.drift_since
        )
        site = get_site(facts.site) if facts.site else None
        return drift((outcome.whole or outcome.counts).coverage, before, site)

    def _uncommitted(self, run: SpooledRun) -> bool:
        """True while WARCs of the run wait for a commit.

        Where its snapshot is there without some of them, it was adopted from its uploads before it had ended: what it
        captured since then becomes a snapshot of its own.
        """
        while keys := {key for _, key in run.sealed()}:
            seq = self._history.commit_of(run.facts.snapshot_id)
            if seq is None:
                return True
            committed = {listed.key for listed in self._repository.entry(seq).objects}
            if keys <= committed:
                return False
            run.go_on_as_rest(committed)
        return False

    def _committed_before(self, run: SpooledRun, outcome: Outcome) -> LogEntry | None:
        """The commit of a run in progress whose reply was lost. What crashed has been reported by who recovered it."""
        seq = self._history.commit_of(run.facts.snapshot_id) if outcome.reason not in (CRASHED, ADOPTED) else None
        return self._repository.entry(seq) if seq is not None else None

    def _put_warcs(self, run: SpooledRun, sealed: Iterable[SealedFile]) -> list[ListedObject]:
        self._repository.describe(run.facts.collection)
        known = {file.key: file for file in sealed}
        files = [known.get(key) or sealed_file(path, key) for path, key in run.sealed()]
        waiting = [self._placing.put(file) for file in files]
        listed = [future.result() for future in waiting]
        passed(Arrow.WARCS_PUT)
        return listed

    def _put_projections(self, run: SpooledRun) -> list[ListedObject]:
        """Index and lines; a snapshot without lines has no part, because an empty part breaks loaders."""
        index = run.path / "index.cdxj.gz"
        with index.open("wb") as out, run.index_path.open("rb") as lines:
            captures = write_index(lines, out, run.path)
        sha256 = file_sha256(index)
        objects = [self._put(cdxj_key(run.facts.snapshot_id, sha256), index, captures, sha256)]
        passed(Arrow.INDEX_PUT)
        part = run.path / "articles.jsonl.gz"
        with part.open("wb") as out:
            count = pack_lines(run.lines_path, out)
        if count:
            sha256 = file_sha256(part)
            objects.append(self._put(articles_key(run.facts.snapshot_id, 0, sha256), part, count, sha256))
        passed(Arrow.LINES_PUT)
        return objects

    def _put(self, key: str, path: Path, records: int, sha256: str) -> ListedObject:
        listed = ListedObject(key, sha256, path.stat().st_size, records)
        self._repository.put(listed, path)
        return listed

    def _check_sole(self, run: SpooledRun) -> None:
        if self._sole is not None and not self._sole.still_mine():
            raise AnotherRunError(
                f"{run.facts.snapshot_id} is not committed: another writer has taken over "
                f"{self._repository.store.uri}, which takes one at a time; run again when the other has ended"
            )


def _entry(
    run: SpooledRun,
    head: Head,
    objects: tuple[ListedObject, ...],
    counts: RunCounts,
    seconds: Mapping[str, float],
    verdict: Verdict,
) -> LogEntry:
    return LogEntry(
        seq=head.seq + 1,
        kind="crawl",
        snapshot_id=run.facts.snapshot_id,
        parent_sha256=head.sha256,
        began_at=run.facts.began_at,
        committed_at=datetime.now(UTC),
        objects=objects,
        counts=counts.as_counts(),
        verdict=verdict.name,
        summary=verdict.sentence,
        software=run.facts.software,
        configuration_digest=run.facts.configuration_digest,
        run_id=run.facts.run_id or run.facts.snapshot_id,
        seconds=dict(seconds),
        series=run.facts.series,
        extractor=_EXTRACTOR,
        fields=counts.coverage.as_rows(),
    )
