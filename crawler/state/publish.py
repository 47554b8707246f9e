"""Publishes a run: the crash ritual from the sealed WARCs to the end of the spool, written once, here, in this order:

put WARCs → derive and put lines and index → put the log entry → update caches → remove the spool

Every step may be repeated after a crash: an object that stands already with the same bytes is done.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from crawler.archive.cdxj import write_index
from crawler.archive.digests import file_sha256, stream_sha256
from crawler.archive.jsonl import pack_lines
from crawler.archive.keys import articles_key, cdxj_key
from crawler.archive.log import ListedObject, LogEntry
from crawler.archive.repository import Head, Repository
from crawler.archive.salvage import salvage
from crawler.archive.spool import SpooledRun
from crawler.archive.warc import SealedFile, sealed_file
from crawler.errors import ObjectExistsError, StoreError
from crawler.state.history import History
from crawler.state.projections import derive
from crawler.state.verdict import CRASHED, RunCounts, Verdict, judge

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended, before it is published."""

    counts: RunCounts
    """What it did."""
    reason: str
    """Scrapy's reason for closing: ``finished``, ``shutdown``; ``crashed`` for a run found in the spool."""
    gate_share: float
    """Share of what was due that must be delivered."""


@dataclass(frozen=True, slots=True)
class Publication:
    """What came of publishing."""

    entry: LogEntry | None
    """The commit; None where the run holds no capture, or was committed before it crashed."""
    verdict: Verdict
    """The verdict on the run, after the last decision on identity."""


class Publisher:
    """Publishes runs to one repository."""

    def __init__(self, repository: Repository, history: History) -> None:
        self._repository = repository
        self._history = history

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
        warcs: list[ListedObject] = []
        while run.sealed() and self._history.commit_of(run.facts.snapshot_id) is None:
            warcs = warcs or self._put_warcs(run, sealed)
            if head != decided_at:
                counts = _decided_again(counts, derive(run, self._history, self._repository))
                decided_at = head
            objects = (*warcs, *self._put_projections(run))
            entry = _entry(run, head, objects, counts, judge(counts, outcome.gate_share, outcome.reason))
            if not self._repository.append(entry):
                logger.info("number %d of the log was taken: deciding again", entry.seq)
            head = self._history.catch_up(self._repository)
        self._history.drop_pending()
        run.remove()
        return Publication(entry, judge(counts, outcome.gate_share, outcome.reason))

    def recover(self, run: SpooledRun, gate_share: float) -> Publication:
        """Publish a run that a crash left in the spool: whole captures are kept, everything else is derived."""
        for opened in run.unsealed():
            salvaged = salvage(opened, run.cut_tails)
            if salvaged.aside is not None:
                logger.warning(
                    "%s: %d whole groups kept; the rest is in %s", opened.name, salvaged.groups, salvaged.aside
                )
        return self.publish(run, Outcome(RunCounts(), CRASHED, gate_share))

    def _put_warcs(self, run: SpooledRun, sealed: Iterable[SealedFile]) -> list[ListedObject]:
        self._repository.describe(run.facts.collection)
        known = {file.key: file for file in sealed}
        files = [known.get(key) or sealed_file(path, key) for path, key in run.sealed()]
        return [self._put(file.key, file.path, file.records, file.sha256) for file in files]

    def _put_projections(self, run: SpooledRun) -> list[ListedObject]:
        """Index and lines; a snapshot without lines has no part, because an empty part breaks loaders."""
        index = run.path / "index.cdxj.gz"
        with index.open("wb") as out, run.index_path.open("rb") as lines:
            captures = write_index(lines, out)
        objects = [self._put(cdxj_key(run.facts.snapshot_id), index, captures, file_sha256(index))]
        part = run.path / "articles.jsonl.gz"
        with part.open("wb") as out:
            count = pack_lines(run.lines_path, out)
        if count:
            sha256 = file_sha256(part)
            objects.append(self._put(articles_key(run.facts.snapshot_id, 0, sha256), part, count, sha256))
        return objects

    def _put(self, key: str, path: Path, records: int, sha256: str) -> ListedObject:
        listed = ListedObject(key, sha256, path.stat().st_size, records)
        try:
            self._repository.store.put(key, path)
        except ObjectExistsError:
            with self._repository.open(listed) as stream:
                found = stream_sha256(stream)
            if found != sha256:
                where = self._repository.store.uri
                raise StoreError(
                    f"{key} in {where} exists with other bytes (sha256 {found}): nothing was overwritten; "
                    "move that object aside, then run again"
                ) from None
        return listed


def _decided_again(counts: RunCounts, derived: RunCounts) -> RunCounts:
    """The run's counts with the decisions that were made again; of a crashed run only the derived counts are known."""
    if counts == RunCounts():
        return derived
    return replace(counts, new=derived.new, revised=derived.revised, unchanged=derived.unchanged)


def _entry(
    run: SpooledRun, head: Head, objects: tuple[ListedObject, ...], counts: RunCounts, verdict: Verdict
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
    )
