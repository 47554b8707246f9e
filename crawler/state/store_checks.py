"""Checks of the store for `scrapy doctor`: what it can be relied on for, its clock, who is at work, the log."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from time import monotonic

from crawler.archive.keys import collection_prefix, is_claim_key, lease_epoch
from crawler.archive.spool import Spool
from crawler.errors import ExitCode, NewswarcError, ObjectMissingError, StoreError
from crawler.options import ArchiveOptions
from crawler.state.adopt import orphan_runs
from crawler.state.diagnosis import Finding, Status, failed, not_checked, problem, warning, well
from crawler.state.history import History
from crawler.state.holders import Found, find
from crawler.state.opening import ArchiveOpening
from crawler.storage.local import LocalStore
from crawler.storage.store import ObjectStore

_SKEW = timedelta(seconds=5)
_SKEW_REFUSED = timedelta(minutes=15)
"""S3 refuses signatures that are further off: RequestTimeTooSkewed."""
_HOLDER = ".holder"


class StoreChecks:
    """The store, and what is in it. Checks that need the spool are told whether it is well."""

    def __init__(self, store: ObjectStore, spool: Spool, options: ArchiveOptions, *, spool_is_well: bool) -> None:
        self._store = store
        self._spool = spool
        self._options = options
        self._spool_is_well = spool_is_well
        self._opening = ArchiveOpening(store, spool, options)

    def all(self) -> list[Finding]:
        """All checks in order. One that needs another one which failed says so."""
        reached = check_reached(self._store)
        clock = check_clock(self._store)
        if reached.status is Status.PROBLEM:
            rest = ("writers", "checksums", "leases", "log", "orphans")
            return [reached, clock, *(not_checked(check, "store") for check in rest)]
        log = self._log()
        orphans = not_checked("orphans", "log") if log.status is Status.PROBLEM else self._orphans()
        return [reached, clock, *self._traits(), self._leases(), log, orphans]

    def _traits(self) -> list[Finding]:
        """Learns what the store is good for anew, and remembers it for the runs."""
        try:
            traits = self._opening.learn() if self._spool_is_well else self._store.learn()
        except NewswarcError as error:
            return [failed("writers", error), not_checked("checksums", "store")]
        parts = "" if traits.multipart_if_absent else ", but not objects that are put in parts"
        writers = well("writers", f"the store keeps racing writers apart{parts}")
        if not traits.put_if_absent:
            found = "the store does not keep racing writers apart: one may be at work at a time"
            writers = warning("writers", found, "use one with conditional writes where several hosts publish")
        if isinstance(self._store, LocalStore):
            return [writers, well("checksums", "a directory needs none")]
        if not traits.checksum:
            found = "the store rejects no wrong checksum: every object is read back, which costs a download each"
            return [writers, warning("checksums", found, "use one that checks SHA-256 or MD5")]
        return [writers, well("checksums", f"the store checks {traits.checksum}")]

    def _leases(self) -> Finding:
        """Who else is at work."""
        try:
            found = find(self._store, collection_prefix(self._options.collection), _is_lease)
            now = self._store.clock()
        except StoreError as error:
            return failed("leases", error)
        life = timedelta(seconds=self._options.lease_seconds)
        living = [each for each in found if each.lives(now, life)]
        if not living:
            return well("leases", "nobody else is at work")
        words = "at work: " + ", ".join(sorted({_who(each) for each in living}))
        if self._store.traits.put_if_absent:
            return well("leases", f"{words}; all of them may publish")
        if all(each.holder is not None and each.holder.holder in self._own_holders() for each in living):
            return warning("leases", f"{words}: it is of this spool", "wait for it; if it has crashed, run again")
        return problem("leases", words, "wait for it: the store takes one writer at a time", ExitCode.ANOTHER_RUN)

    def _own_holders(self) -> set[str]:
        known = (self._spool.remembered(path.name) for path in self._spool.path.glob(f"*{_HOLDER}"))
        return {holder.decode("ascii", "replace") for holder in known if holder is not None}

    def _log(self) -> Finding:
        """Whether the commit log can be read from where the local cache ends, and its format is ours."""
        if not self._spool_is_well:
            return not_checked("log", "spool")
        repository = self._opening.repository
        try:
            history = History(self._opening.history_path)
            try:
                number = history.catch_up(repository).seq
            finally:
                history.close()
            if not number:
                return well("log", f"{self._store.uri} holds no snapshot yet")
            version = repository.check_version()
        except ObjectMissingError as error:
            return warning("log", str(error), "the next run that publishes puts it again")
        except NewswarcError as error:
            return failed("log", error)
        return well("log", f"the chain is whole up to snapshot {number}, format version {version}")

    def _orphans(self) -> Finding:
        """Uploads of runs whose spool may be lost."""
        try:
            orphans, unreadable = orphan_runs(self._opening.repository)
        except NewswarcError as error:
            return failed("orphans", error)
        here = [orphan for orphan in orphans if self._spool.has(orphan.facts.snapshot_id)]
        lost = [orphan for orphan in orphans if orphan not in here]
        if unreadable:
            found = f"{len(unreadable)} WARCs in the store tell of no run, the first {next(iter(unreadable))}"
            return warning("orphans", found, "see `scrapy adopt --list`")
        if lost:
            found = f"{len(lost)} runs have WARCs in the store and no log entry, the first {lost[0].facts.snapshot_id}"
            return warning("orphans", found, "if none of them is at work any more, run `scrapy adopt`")
        return well("orphans", "no WARC is in the store without its log entry" + (", but of runs here" if here else ""))


def check_reached(store: ObjectStore) -> Finding:
    """Whether objects can be put there and read back, and how long that takes."""
    began = monotonic()
    try:
        store.probe()
    except StoreError as error:
        return failed("store", error)
    return well("store", f"{store.uri}: a small object was put and read back in {monotonic() - began:.2f} s")


def check_clock(store: ObjectStore, clock: Callable[[], datetime] | None = None) -> Finding:
    """Whether the clock here and that of the store agree, but for half the time that asking takes."""
    now = clock or partial(datetime.now, UTC)
    before = now()
    try:
        there = store.clock()
    except StoreError:
        return not_checked("clock", "store")
    after = now()
    skew = before + (after - before) / 2 - there
    words = f"the clock here is {abs(skew).total_seconds():.1f} s {'ahead of' if skew > timedelta() else 'behind'}"
    if abs(skew) > _SKEW_REFUSED and not isinstance(store, LocalStore):
        advice = "set the clock (NTP): requests with such a time are refused"
        return problem("clock", f"{words} that of the store", advice, ExitCode.NOT_PUBLISHED)
    if abs(skew) > _SKEW:
        return warning("clock", f"{words} that of the store", "set the clock (NTP): times in the archive are wrong")
    return well("clock", f"the clocks here and of the store differ by {abs(skew).total_seconds():.1f} s")


def _is_lease(key: str) -> bool:
    return is_claim_key(key) or lease_epoch(key) is not None


def _who(found: Found) -> str:
    return str(found.holder) if found.holder is not None else f"somebody whose lease cannot be read ({found.key})"
