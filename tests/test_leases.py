"""Who is at work: leases that advise, and claims on a store that takes one writer."""

import math
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import orjson
import pytest

from crawler.archive.keys import new_claim_key, new_snapshot_id
from crawler.errors import AnotherRunError, ConfigurationError, ExitCode, StoreError, StoreUnavailableError
from crawler.options import ArchiveOptions
from crawler.state.leases import Lease, Leases
from crawler.storage.local import LocalStore
from crawler.storage.memory import Kept, MemoryStore
from crawler.storage.store import ObjectStore, Traits
from tests.test_object_store import at_once, keys

LIFE = 900.0
ADVICE = "leases/news/world/"
CLAIMS = "leases/news/exclusive/"


class Time:
    """A clock that goes when it is told to."""

    def __init__(self) -> None:
        self.moment = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.moment

    def passes(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)


class Directory(LocalStore):
    """A directory whose clock goes when it is told to."""

    def __init__(self, root: Path, time: Time, traits: Traits) -> None:
        super().__init__(root)
        self.traits = traits
        self.time = time

    def clock(self) -> datetime:
        return self.time()


class Place:
    """One store, seen by several hosts."""

    def __init__(self, kind: str, root: Path, *, put_if_absent: bool) -> None:
        self.time = Time()
        self.kind = kind
        self.root = root
        self.put_if_absent = put_if_absent
        self.objects: dict[str, Kept] = {}
        self.store = self.opened()

    def opened(self) -> ObjectStore:
        if self.kind == "memory":
            return self.memory()
        traits = Traits(self.put_if_absent, "", multipart_if_absent=self.put_if_absent)
        return Directory(self.root, self.time, traits)

    def memory(self) -> MemoryStore:
        return MemoryStore(self.objects, put_if_absent=self.put_if_absent, clock=self.time)

    def host(self, name: str, store: ObjectStore | None = None, started: float = 0.0) -> Leases:
        """Leases of a host whose own clock began at any second."""
        since = self.time()
        return Leases(
            store or self.opened(),
            "news",
            f"holder-of-{name}",
            LIFE,
            elapsed=lambda: started + (self.time() - since).total_seconds(),
            host=name,
        )


@pytest.fixture(params=["local", "memory"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    return Place(request.param, tmp_path / "store", put_if_absent=True)


@pytest.fixture(params=["local", "memory"])
def single(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """A store that does not keep racing writers apart."""
    return Place(request.param, tmp_path / "store", put_if_absent=False)


@pytest.fixture
def memory(tmp_path: Path) -> Place:
    return Place("memory", tmp_path, put_if_absent=True)


@pytest.fixture
def single_memory(tmp_path: Path) -> Place:
    return Place("memory", tmp_path, put_if_absent=False)


def take(leases: Leases, spider: str = "world") -> Lease:
    return leases.take(spider, new_snapshot_id(spider, datetime.now(UTC)))


def hosts(lease: Lease) -> list[str]:
    return [other.host for other in lease.others]


def refusing(verb: str) -> Callable[[str, str], None]:
    def refuse(asked: str, key: str) -> None:
        if asked == verb:
            raise StoreError(f"{verb} {key}: access denied")

    return refuse


# Leases


def test_the_first_lease_is_epoch_one_and_says_who_holds_it(place: Place) -> None:
    lease = place.host("alpha").take("world", "20260101000000-world-abcdef")
    assert keys(place.store) == ["leases/news/world/00000001.json"]
    held = orjson.loads(place.store.get("leases/news/world/00000001.json", 10_000))
    assert (held["holder"], held["host"], held["spider"]) == ("holder-of-alpha", "alpha", "world")
    assert held["snapshot_id"] == "20260101000000-world-abcdef"
    life = datetime.fromisoformat(held["expires_at"]) - datetime.fromisoformat(held["renewed_at"])
    assert life == timedelta(seconds=LIFE)
    assert lease.others == ()


def test_a_second_host_takes_the_next_epoch_and_is_told_of_the_first(place: Place) -> None:
    take(place.host("alpha"))
    second = take(place.host("beta"))
    assert keys(place.store) == [f"{ADVICE}00000001.json", f"{ADVICE}00000002.json"]
    assert re.fullmatch(
        r"world on alpha \(process \d+, since \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC\)", str(second.others[0])
    )


def test_two_spiders_do_not_meet(place: Place) -> None:
    take(place.host("alpha"), "world")
    assert take(place.host("beta"), "backfill").others == ()


def test_a_lease_never_stands_in_the_way_of_a_commit(place: Place) -> None:
    first = take(place.host("alpha"))
    take(place.host("beta"))
    place.time.passes(LIFE * 10)
    assert first.still_mine()


def test_a_released_lease_is_gone(place: Place) -> None:
    take(place.host("alpha")).release()
    assert keys(place.store) == []
    assert take(place.host("beta")).others == ()


def test_an_expired_lease_is_taken_over_silently(place: Place) -> None:
    take(place.host("alpha"))
    place.time.passes(LIFE)
    assert take(place.host("beta")).others == ()
    assert keys(place.store) == [f"{ADVICE}00000002.json"]


def test_a_run_takes_over_what_its_own_holder_left_in_a_crash(place: Place) -> None:
    take(place.host("alpha"))
    assert take(place.host("alpha")).others == ()
    assert keys(place.store) == [f"{ADVICE}00000002.json"]


def test_a_lease_is_renewed_after_a_third_of_its_life_and_not_before(place: Place) -> None:
    lease = take(place.host("alpha"))
    place.time.passes(LIFE / 3 - 1)
    lease.renew_if_due()
    assert keys(place.store) == [f"{ADVICE}00000001.json"]
    place.time.passes(1)
    lease.renew_if_due()
    lease.renew_if_due()
    assert keys(place.store) == [f"{ADVICE}00000002.json"]


def test_a_lease_that_is_renewed_lives_on(place: Place) -> None:
    lease = take(place.host("alpha"))
    for _ in range(6):
        place.time.passes(LIFE / 3)
        lease.renew_if_due()
    place.time.passes(LIFE - 1)
    second = take(place.host("beta"))
    assert hosts(second) == ["alpha"]
    assert second.others[0].began_at == place.time() - timedelta(seconds=LIFE * 3 - 1)


def test_a_zombie_that_renews_its_lease_is_seen_again_and_harms_nobody(place: Place) -> None:
    zombie = take(place.host("alpha"))
    place.time.passes(LIFE * 2)
    second = take(place.host("beta"))
    zombie.renew_if_due()
    assert hosts(zombie) == ["beta"]
    assert hosts(take(place.host("gamma"))) == ["beta", "alpha"]
    assert second.still_mine()


def test_a_lease_is_not_renewed_after_its_release(place: Place) -> None:
    lease = take(place.host("alpha"))
    lease.release()
    place.time.passes(LIFE)
    lease.renew_if_due()
    assert keys(place.store) == []


@pytest.mark.parametrize("skew", [-3600.0, 3600.0], ids=["an hour slow", "an hour fast"])
def test_hosts_whose_clocks_are_an_hour_wrong_agree_on_what_lives(
    memory: Place, skew: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.time", lambda: datetime.now(UTC).timestamp() + skew)
    memory.time.passes(skew)
    take(memory.host("alpha", started=1e9))
    memory.time.passes(LIFE - 1)
    assert hosts(take(memory.host("beta", started=5.0))) == ["alpha"]
    memory.time.passes(1)
    assert hosts(take(memory.host("gamma", started=-3.0))) == ["beta"]


DAMAGED = {
    "empty": b"",
    "cut": b'{"holder": "x", "spid',
    "no object": b"[1, 2]",
    "without times": b'{"holder": "x", "spider": "world", "snapshot_id": "s", "host": "h", "process_id": 1}',
    "too large": b" " * 20_000,
    "not text": b"\xff\xfe",
}


def holder_file(**changed: object) -> bytes:
    now = datetime.now(UTC)
    fields = {
        "holder": "stranger",
        "spider": "world",
        "snapshot_id": "20260101000000-world-abcdef",
        "host": "stranger",
        "process_id": 7,
        "began_at": now,
        "renewed_at": now,
        "expires_at": now + timedelta(seconds=LIFE),
    }
    return orjson.dumps({**fields, **changed})


DAMAGED |= {
    "a time without zone": holder_file(expires_at="2026-01-01T00:00:00"),
    "a time out of range": holder_file(expires_at="0001-01-01T00:00:00+14:00"),
    "a number for a time": holder_file(began_at=5),
    "control characters": holder_file(host="\x1b[2J"),
    "a wild process": holder_file(process_id="x"),
}


@pytest.mark.parametrize("data", DAMAGED.values(), ids=DAMAGED.keys())
def test_a_damaged_lease_is_ignored_and_deleted_when_it_is_old(place: Place, data: bytes) -> None:
    place.store.put(f"{ADVICE}00000007.json", data)
    lease = take(place.host("alpha"))
    assert lease.others == ()
    assert keys(place.store) == [f"{ADVICE}00000007.json", f"{ADVICE}00000008.json"]
    place.time.passes(LIFE + 60)
    lease.renew_if_due()
    assert keys(place.store) == [f"{ADVICE}00000009.json"]


def test_files_of_other_names_are_left_alone(place: Place) -> None:
    place.store.put(f"{ADVICE}note.txt", b"ours")
    place.store.put(f"{ADVICE}backup/00000001.json", b"ours")
    place.time.passes(LIFE * 2)
    take(place.host("alpha")).release()
    assert keys(place.store) == [f"{ADVICE}backup/00000001.json", f"{ADVICE}note.txt"]


def test_nothing_lives_for_more_than_a_day_after_it_was_put(memory: Place) -> None:
    memory.store.put(f"{ADVICE}00000001.json", holder_file(expires_at=datetime(9999, 1, 1, tzinfo=UTC)))
    memory.time.passes(86_000)
    assert hosts(take(memory.host("alpha"))) == ["stranger"]
    memory.time.passes(400)
    assert hosts(take(memory.host("beta"))) == ["alpha"]


def test_losing_all_leases_does_no_harm(place: Place) -> None:
    lease = take(place.host("alpha"))
    place.store.delete(f"{ADVICE}00000001.json")
    place.time.passes(LIFE / 2)
    lease.renew_if_due()
    assert keys(place.store) == [f"{ADVICE}00000001.json"]
    lease.release()
    assert keys(place.store) == []


def test_a_store_that_refuses_to_delete_does_no_harm(memory: Place) -> None:
    store = memory.memory()
    store.faults = refusing("delete")
    lease = take(memory.host("alpha", store))
    memory.time.passes(LIFE / 2)
    lease.renew_if_due()
    lease.release()
    assert len(keys(memory.store)) == 2
    assert hosts(take(memory.host("beta"))) == ["alpha"]
    memory.time.passes(LIFE)
    assert take(memory.host("gamma")).others == ()
    assert keys(memory.store) == [f"{ADVICE}00000004.json"]


def test_a_renewal_that_the_store_does_not_answer_is_made_at_the_next_third(memory: Place) -> None:
    store = memory.memory()
    lease = take(memory.host("alpha", store))
    store.faults = refusing("put")
    memory.time.passes(LIFE / 3)
    lease.renew_if_due()
    store.faults = None
    lease.renew_if_due()
    assert keys(memory.store) == [f"{ADVICE}00000001.json"]
    memory.time.passes(LIFE / 3)
    lease.renew_if_due()
    assert keys(memory.store) == [f"{ADVICE}00000002.json"]


def test_a_lost_reply_costs_a_number_and_nothing_else(memory: Place) -> None:
    store = memory.memory()
    store.reply_faults = refusing("put")
    with pytest.raises(StoreError):
        take(memory.host("alpha", store))
    store.reply_faults = None
    assert take(memory.host("alpha", store)).others == ()
    assert keys(memory.store) == [f"{ADVICE}00000002.json"]


def test_many_hosts_that_begin_at_once_all_get_a_lease(place: Place) -> None:
    leases: list[Lease] = []
    at_once(*(partial(lambda name: leases.append(take(place.host(name))), f"host-{number}") for number in range(8)))
    assert len(leases) == 8
    assert keys(place.store) == [f"{ADVICE}{epoch:08d}.json" for epoch in range(1, 9)]
    assert max(len(lease.others) for lease in leases) == 7, "the last one sees all others"


@pytest.mark.parametrize("seconds", [0.0, -1.0, 86_401.0, math.inf, math.nan])
def test_a_life_that_is_no_use_is_refused_by_the_settings(seconds: float) -> None:
    with pytest.raises(ConfigurationError, match="ARCHIVE_LEASE_SECONDS"):
        ArchiveOptions.from_settings({"ARCHIVE_LEASE_SECONDS": seconds})


# Claims


def test_a_store_that_takes_one_writer_refuses_the_second_and_says_what_to_do(single: Place) -> None:
    first = take(single.host("alpha"))
    with pytest.raises(AnotherRunError) as refused:
        take(single.host("beta"), "backfill")
    assert refused.value.exit_code == ExitCode.ANOTHER_RUN
    (claim,) = keys(single.store)
    message = str(refused.value)
    for part in ("world on alpha", "process", "since", single.store.uri, "wait for it", "conditional writes", claim):
        assert part in message
    assert first.still_mine()


def test_a_claim_is_for_all_spiders_and_ends_with_its_release(single: Place) -> None:
    take(single.host("alpha"), "world").release()
    assert keys(single.store) == []
    assert take(single.host("beta"), "backfill").still_mine()


def test_an_expired_claim_is_taken_over(single: Place) -> None:
    take(single.host("alpha"))
    single.time.passes(LIFE)
    assert take(single.host("beta")).still_mine()
    assert len(keys(single.store)) == 1


def test_a_run_takes_over_the_claim_that_its_own_holder_left_in_a_crash(single: Place) -> None:
    take(single.host("alpha"))
    assert take(single.host("alpha")).still_mine()
    assert len(keys(single.store)) == 1


def test_a_claim_that_is_renewed_keeps_others_out(single: Place) -> None:
    claim = take(single.host("alpha"))
    for _ in range(9):
        single.time.passes(LIFE / 3)
        claim.renew_if_due()
        with pytest.raises(AnotherRunError):
            take(single.host("beta"))
    assert len(keys(single.store)) == 1
    assert claim.still_mine()


def test_a_zombie_may_not_commit_while_its_heir_is_at_work(single: Place) -> None:
    zombie = take(single.host("alpha"))
    single.time.passes(LIFE)
    heir = take(single.host("beta"))
    assert not zombie.still_mine()
    assert heir.still_mine()
    assert not zombie.still_mine()
    assert len(keys(single.store)) == 1


def test_a_zombie_may_not_commit_when_its_heir_has_gone(single: Place) -> None:
    zombie = take(single.host("alpha"))
    single.time.passes(LIFE)
    take(single.host("beta")).release()
    zombie.renew_if_due()
    assert not zombie.still_mine()
    assert keys(single.store) == []


def test_a_late_run_that_nobody_took_over_from_may_commit(single: Place) -> None:
    late = take(single.host("alpha"))
    single.time.passes(LIFE * 3)
    assert late.still_mine()
    with pytest.raises(AnotherRunError):
        take(single.host("beta"))


def test_a_claim_that_somebody_removed_is_lost(single: Place) -> None:
    claim = take(single.host("alpha"))
    single.store.delete(keys(single.store)[0])
    assert not claim.still_mine()
    assert keys(single.store) == []


def test_a_released_claim_is_nobodys(single: Place) -> None:
    claim = take(single.host("alpha"))
    claim.release()
    assert not claim.still_mine()
    assert keys(single.store) == []


def test_threads_that_race_for_a_claim_never_both_get_it(single: Place) -> None:
    for number in range(20):
        won: list[Lease] = []
        refused: list[AnotherRunError] = []

        def race(name: str, won: list[Lease] = won, refused: list[AnotherRunError] = refused) -> None:
            try:
                won.append(take(single.host(name)))
            except AnotherRunError as error:
                refused.append(error)

        at_once(*(partial(race, f"host-{number}-{racer}") for racer in range(5)))
        assert len(won) <= 1
        assert len(won) + len(refused) == 5
        assert len(keys(single.store)) == len(won), "who is refused leaves nothing behind"
        for claim in won:
            claim.release()


def test_of_two_that_have_both_put_their_claim_neither_passes(single_memory: Place) -> None:
    store = single_memory.memory()
    second = single_memory.host("beta")

    def second_comes(verb: str, _key: str) -> None:
        if verb == "list":
            store.faults = None
            with pytest.raises(AnotherRunError, match="alpha"):
                take(second)
            single_memory.store.put(new_claim_key("news", single_memory.time()), holder_file())

    store.faults = second_comes
    with pytest.raises(AnotherRunError, match="stranger"):
        take(single_memory.host("alpha", store))


def test_one_that_comes_and_is_refused_does_not_drive_out_the_holder(single_memory: Place) -> None:
    store = single_memory.memory()
    claim = take(single_memory.host("alpha", store))

    def another_has_put(verb: str, _key: str) -> None:
        if verb == "list":
            store.faults = None
            single_memory.store.put(new_claim_key("news", single_memory.time()), holder_file())

    store.faults = another_has_put
    assert claim.still_mine()
    assert [other.host for other in claim.others] == ["stranger"]


def test_a_renewal_while_another_looks_is_not_missed(single_memory: Place) -> None:
    claim = take(single_memory.host("alpha"))
    store = single_memory.memory()

    def renewed_between_listing_and_reading(verb: str, _key: str) -> None:
        if verb == "head":
            store.faults = None
            assert claim.still_mine()

    store.faults = renewed_between_listing_and_reading
    with pytest.raises(AnotherRunError, match="alpha"):
        take(single_memory.host("beta", store))
    assert claim.still_mine()
    assert len(keys(single_memory.store)) == 1, "the claims that were kept for the other's sake are gone with it"


def test_a_late_holder_gives_way_to_whoever_claims(single_memory: Place) -> None:
    claim = take(single_memory.host("alpha"))
    single_memory.time.passes(LIFE * 0.7)  # it lives for others, who withdraw, but they need not have seen it in time
    single_memory.store.put(
        new_claim_key("news", single_memory.time()),
        holder_file(expires_at=single_memory.time() + timedelta(seconds=LIFE)),
    )
    assert not claim.still_mine()
    assert len(keys(single_memory.store)) == 1


def test_a_claim_that_took_too_long_to_store_is_withdrawn(single_memory: Place) -> None:
    store = single_memory.memory()

    def slow(verb: str, _key: str) -> None:
        if verb == "put":
            single_memory.time.passes(LIFE * 0.7)

    store.faults = slow
    with pytest.raises(StoreUnavailableError, match="ARCHIVE_LEASE_SECONDS"):
        take(single_memory.host("alpha", store))
    assert keys(single_memory.store) == []


def test_a_claim_whose_reply_was_lost_is_withdrawn(single_memory: Place) -> None:
    store = single_memory.memory()
    store.reply_faults = refusing("put")
    with pytest.raises(StoreError, match="put"):
        take(single_memory.host("alpha", store))
    assert keys(single_memory.store) == []
    assert take(single_memory.host("beta")).still_mine()


def test_a_commit_is_not_made_on_a_guess_while_the_store_does_not_answer(single_memory: Place) -> None:
    store = single_memory.memory()
    claim = take(single_memory.host("alpha", store))
    store.faults = refusing("list")
    with pytest.raises(StoreError, match="list"):
        claim.still_mine()
    store.faults = None
    assert claim.still_mine()
    assert len(keys(single_memory.store)) == 1


@pytest.mark.parametrize("data", DAMAGED.values(), ids=DAMAGED.keys())
def test_a_claim_that_cannot_be_read_keeps_others_out_until_it_is_old(single: Place, data: bytes) -> None:
    single.store.put(f"{CLAIMS}20260101000000-abcdef.json", data)
    with pytest.raises(AnotherRunError, match=r"cannot be read .*20260101000000-abcdef"):
        take(single.host("alpha"))
    single.time.passes(LIFE + 60)
    assert take(single.host("alpha")).still_mine()
    assert len(keys(single.store)) == 1


def test_files_of_other_names_are_no_claims(single: Place) -> None:
    single.store.put(f"{CLAIMS}note.txt", b"ours")
    single.store.put(f"{CLAIMS}00000001.json", holder_file())
    take(single.host("alpha")).release()
    assert keys(single.store) == [f"{CLAIMS}00000001.json", f"{CLAIMS}note.txt"]


def test_where_claims_cannot_be_deleted_they_expire(single_memory: Place) -> None:
    store = single_memory.memory()
    store.faults = refusing("delete")
    zombie = take(single_memory.host("alpha", store))
    single_memory.time.passes(LIFE)
    heir = take(single_memory.host("beta", store))
    assert not zombie.still_mine()
    assert heir.still_mine()
    heir.release()
    with pytest.raises(AnotherRunError):
        take(single_memory.host("gamma", store))
    single_memory.time.passes(LIFE)
    assert take(single_memory.host("gamma", store)).still_mine()


def test_hosts_whose_clocks_differ_agree_on_who_may_write(single_memory: Place) -> None:
    single_memory.time.passes(3600)
    claim = take(single_memory.host("alpha", started=1e9))
    single_memory.time.passes(LIFE - 1)
    with pytest.raises(AnotherRunError):
        take(single_memory.host("beta", started=-5.0))
    single_memory.time.passes(1)
    assert take(single_memory.host("beta", started=-5.0)).still_mine()
    assert not claim.still_mine()
