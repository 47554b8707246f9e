"""Leases: who else is at work on a collection, and the claim on a store that takes one writer only.

A lease is advice. Any number of runs may publish to one store, because the log lets one of them win each number; a
lease lets a person know that two do. Where the store does not keep racing writers apart (`Traits.put_if_absent`) it
takes one writer, and a lease there is a claim: it is put, and then listed whether another is there. Of two that claim
at once each sees the other, or one does, and who sees another withdraws.

Times are by the clock of the store, so that a host whose clock is wrong harms nobody. A lease is renewed after a third
of its life. After two thirds a claim is no longer relied on; it is dead to others at the end: a third is left for what
lies between asking whether it stands and a commit, and for a store whose clocks differ.
"""

import math
import os
import socket
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from crawler.archive.keys import claims_prefix, is_claim_key, lease_epoch, lease_key, leases_prefix, new_claim_key
from crawler.errors import AnotherRunError, ObjectExistsError, StoreError, StoreUnavailableError
from crawler.state.holders import Found, Holder, discard, find
from crawler.storage.store import ObjectStore

_ATTEMPTS = 100


@dataclass(frozen=True, slots=True)
class _Terms:
    """What the leases of one run have in common."""

    store: ObjectStore
    collection: str
    life: timedelta
    elapsed: Callable[[], float]


class Lease(ABC):
    """What a run holds while it is at work. Safe for many threads at once."""

    def __init__(self, terms: _Terms, me: Holder) -> None:
        self.others: tuple[Holder, ...] = ()
        """Who else has a living lease, as it was found when this one was taken or last renewed."""
        self._terms = terms
        self._store = terms.store
        self._me = me
        self._keys: list[str] = []
        self._lock = threading.Lock()
        self._due = 0.0

    def renew_if_due(self) -> None:
        """Give a sign of life if a third of the lease's life is over. A store that fails is asked at the next third.

        Never raises `StoreError`: what must not be done under a dead lease asks `still_mine`.
        """
        with self._lock:
            if self._terms.elapsed() >= self._due:
                self._due = self._next_due()
                with suppress(StoreError):
                    self._renew()

    def release(self) -> None:
        """End the lease. Where the store refuses to delete it, it expires."""
        with self._lock:
            self._end()

    @abstractmethod
    def still_mine(self) -> bool:
        """False where a commit could meet that of another writer: keep everything and stop. Raises `StoreError`."""

    @abstractmethod
    def _renew(self) -> None:
        """Put the lease anew and delete the one before."""

    def _next_due(self) -> float:
        return self._terms.elapsed() + self._terms.life.total_seconds() / 3

    def _end(self) -> None:
        self._due = math.inf
        discard(self._store, self._keys)

    def _put(self, key: str, now: datetime) -> None:
        self._me = replace(self._me, renewed_at=now, expires_at=now + self._terms.life)
        self._store.put(key, self._me.to_bytes())

    def _living(self, found: list[Found], now: datetime) -> list[Found]:
        """Those of others; one that cannot be read is somebody's."""
        return [
            each
            for each in found
            if each.lives(now, self._terms.life)
            and each.key not in self._keys
            and (each.holder is None or each.holder.holder != self._me.holder)
        ]

    def _settle(self, found: list[Found], living: list[Found], mine: list[str]) -> None:
        """Go on with the keys in `mine`; delete what else is our own, what is dead, and what is damaged and old."""
        newest = {each.holder.holder: each.holder for each in living if each.holder}
        self.others = tuple(newest.values())
        kept = {*mine, *(each.key for each in living)}
        discard(self._store, sorted({*self._keys, *(each.key for each in found)} - kept))
        self._keys = mine
        self._due = self._next_due()


class Advice(Lease):
    """A lease under the next epoch of its spider. Nothing depends on it."""

    @classmethod
    def taken(cls, terms: _Terms, me: Holder) -> "Advice":
        """Take the lease, whoever else has one."""
        lease = cls(terms, me)
        lease._renew()
        return lease

    def still_mine(self) -> bool:
        """Always: the log lets one writer win each number."""
        return True

    def _renew(self) -> None:
        prefix = leases_prefix(self._terms.collection, self._me.spider)
        for attempts_left in reversed(range(_ATTEMPTS)):
            now = self._store.clock()
            found = find(self._store, prefix, lambda key: lease_epoch(key) is not None)
            epoch = max((lease_epoch(each.key) or 0 for each in found), default=0) + 1
            key = lease_key(self._terms.collection, self._me.spider, epoch)
            try:
                self._put(key, now)
            except ObjectExistsError:  # somebody was faster, and is to be seen in the next listing
                if not attempts_left:
                    raise
            else:
                self._settle(found, self._living(found, now), [key])
                return


class Claim(Lease):
    """A lease on a whole collection, for a store that takes one writer."""

    def __init__(self, terms: _Terms, me: Holder) -> None:
        super().__init__(terms, me)
        self._held = ""
        self._relied_on_until = me.renewed_at

    @classmethod
    def taken(cls, terms: _Terms, me: Holder) -> "Claim":
        """Claim the collection. Raises `AnotherRunError` while another holds or claims it."""
        claim = cls(terms, me)
        with ExitStack() as withdrawal:
            withdrawal.callback(claim.release)
            key, now, found = claim._put_and_find()
            rivals = claim._living(found, now)
            if rivals:
                raise AnotherRunError(_refusal(terms.store, rivals[0]))
            claim._settled(key, found, rivals)
            withdrawal.pop_all()
        return claim

    def still_mine(self) -> bool:
        """False once the claim was removed, or was not renewed in time while another claimed. Renews it."""
        with self._lock:
            if not self._over():
                self._renew()
            return not self._over()

    def _renew(self) -> None:
        """A claim in good time keeps its place before those that come and withdraw again; a late one comes anew."""
        held = self._held
        key, now, found = self._put_and_find()
        living = self._living(found, now)
        in_time = now < self._relied_on_until
        if held in {each.key for each in found} and (in_time or not living):
            self._settled(key, found, living)
        else:
            self._end()

    def _over(self) -> bool:
        return self._due == math.inf

    def _settled(self, key: str, found: list[Found], living: list[Found]) -> None:
        """While another claims, the claims before this one stay: its listing may have those, and not this one."""
        self._settle(found, living, self._keys if living else [key])
        self._held = key
        self._relied_on_until = self._me.renewed_at + self._terms.life * 2 / 3

    def _put_and_find(self) -> tuple[str, datetime, list[Found]]:
        """Put, then list: in this order two never miss each other. The time is that between both."""
        began = self._store.clock()
        key = new_claim_key(self._terms.collection, began)
        self._keys.append(key)  # before the put: it may be stored though its reply is lost
        with suppress(ObjectExistsError):  # nobody else makes this key: a reply was lost
            self._put(key, began)
        now = self._store.clock()
        if now >= began + self._terms.life * 2 / 3:
            raise StoreUnavailableError(
                f"{self._store.uri} took {now - began} to store a claim, which is as good as dead then: "
                "run again when it is faster, or raise ARCHIVE_LEASE_SECONDS"
            )
        return key, now, find(self._store, claims_prefix(self._terms.collection), is_claim_key)


class Leases:
    """Leases of one host's runs on a collection.

    `holder` is a random id, kept beside the lock that admits one process at a time: whatever else has it is a run that
    crashed there. Each spider of a spool has its own. `seconds` is the life of a lease. `elapsed` is a clock in seconds
    that never goes back.
    """

    def __init__(
        self,
        store: ObjectStore,
        collection: str,
        holder: str,
        seconds: float,
        *,
        elapsed: Callable[[], float] = time.monotonic,
        host: str | None = None,
    ) -> None:
        self._terms = _Terms(store, collection, timedelta(seconds=seconds), elapsed)
        self._holder = holder
        self._host = host or socket.gethostname()

    def take(self, spider: str, snapshot_id: str) -> Lease:
        """Take a lease, at once and whoever else has one: see `Lease.others`.

        Where the store takes one writer this is a claim, which raises `AnotherRunError` while another holds one.
        Raises `StoreError` where the store fails.
        """
        now = self._terms.store.clock()
        me = Holder(self._holder, spider, snapshot_id, self._host, os.getpid(), now, now, now + self._terms.life)
        kind = Advice if self._terms.store.traits.put_if_absent else Claim
        return kind.taken(self._terms, me)


def _refusal(store: ObjectStore, rival: Found) -> str:
    who = str(rival.holder) if rival.holder else "a run whose claim cannot be read"
    return (
        f"{who} publishes to {store.uri}, which takes one writer at a time because it does not keep racing writers "
        f"apart: wait for it or stop it, or use a store with conditional writes; its claim {rival.key} expires if "
        "that run is dead"
    )
