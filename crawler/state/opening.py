"""Opens an archive for writing: proves the store, learns what it can be relied on for, publishes what crashes left.

A store that does not answer keeps nobody from crawling, if it was written to before: the spool takes what is captured.
One that refuses, or was never seen to work, is an error before the first request.
"""

import logging
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

from crawler.archive.repository import Repository
from crawler.archive.spool import Spool
from crawler.errors import StoreUnavailableError
from crawler.options import ArchiveOptions
from crawler.state.history import History
from crawler.state.leases import Lease, Leases
from crawler.state.outcome import Publication
from crawler.state.publish import Publisher
from crawler.state.uploads import Uploads
from crawler.storage.store import ObjectStore, Traits

_TRAITS = "traits.json"

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Recovered:
    """A run that was found in the spool and is published now."""

    snapshot_id: str
    """Snapshot that it was to publish."""
    publication: Publication
    """What came of it."""


class RunLease:
    """The lease of a run, which may begin while the store does not answer: it is taken before the first commit then."""

    def __init__(self, leases: Leases, spider: str, snapshot_id: str) -> None:
        self._leases = leases
        self._spider = spider
        self._snapshot_id = snapshot_id
        self._lease: Lease | None = None

    def take(self) -> Lease:
        """The lease, taken once. Raises `AnotherRunError` where the store takes one writer and has one."""
        if self._lease is None:
            self._lease = self._leases.take(self._spider, self._snapshot_id)
            for other in self._lease.others:
                logger.warning("%s is at work too: both publish, and the later one decides again", other)
        return self._lease

    def still_mine(self) -> bool:
        """False where a commit could meet that of another writer."""
        return self.take().still_mine()

    def renew_if_due(self) -> None:
        """Give a sign of life."""
        if self._lease is not None:
            self._lease.renew_if_due()

    def release(self) -> None:
        """The run has ended."""
        if self._lease is not None:
            self._lease.release()


class ArchiveOpening:
    """What is done before a run begins, and by `scrapy publish` without one. All of it may block."""

    def __init__(self, store: ObjectStore, spool: Spool, options: ArchiveOptions) -> None:
        self.repository = Repository(store)
        self.store = store
        self._spool = spool
        self._options = options

    @property
    def history_path(self) -> Path:
        """File of the local history."""
        return self._spool.path / "history.sqlite"

    def prove(self) -> bool:
        """Prove the store and learn its traits; False where it does not answer now, but did before.

        Raises `StoreError` where it refuses, or never answered.
        """
        remembered = self._spool.remembered(_TRAITS)
        known = Traits.from_bytes(remembered, self.store.identity) if remembered is not None else None
        try:
            self.store.probe()
            if known is None:
                self.learn()
            else:
                self.store.traits = known
            self.store.sweep_unfinished(timedelta(days=self._options.orphan_days))
        except StoreUnavailableError as error:
            if known is None:
                raise
            self.store.traits = known
            logger.warning("%s; what is captured waits in the spool", error)
            return False
        return True

    def learn(self) -> Traits:
        """Find out what the store can be relied on for, and remember it."""
        traits = self.store.learn()
        self._spool.remember(_TRAITS, traits.to_bytes(self.store.identity))
        return traits

    def lease(self, spider: str, snapshot_id: str) -> RunLease:
        """The lease of a run, not taken yet. Its holder is this spool's spider: what crashed here is no other."""
        name = f"{quote(spider, safe='')}.holder"
        holder = self._spool.remembered(name) or secrets.token_hex(8).encode()
        self._spool.remember(name, holder)
        terms = (self._options.collection, holder.decode("ascii", "replace"), self._options.lease_seconds)
        return RunLease(Leases(self.store, *terms), spider, snapshot_id)

    def recover(self, history: History, lease: RunLease) -> Iterator[Recovered]:
        """Publish the runs that crashes left, oldest first. Raises `StoreError`; those that are left stay there."""
        left = self._spool.abandoned()
        uploads = Uploads(self.repository, self._options.upload_threads, lambda _: None)
        uploads.finish()
        publisher = Publisher(self.repository, history, uploads, lease)
        try:
            while left:
                publication = publisher.recover(left[0], self._options.gate_share)
                yield Recovered(left.pop(0).facts.snapshot_id, publication)
        finally:
            uploads.close()
            for run in left:
                run.release()
