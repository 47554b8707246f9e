"""What our S3 store finds out about a server, and how it gets along with the kinds that there are."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawler.errors import ObjectExistsError, StoreError
from crawler.storage.store import Traits
from tests.faults.s3_faults import (
    COMPLETE,
    OTHER_KIND,
    Does,
    Fault,
    denied,
    drips,
    happens,
    no_upload_listing,
    skewed,
)
from tests.faults.s3_server import S3Server
from tests.faults.s3_store import PART, PREFIX, store_on, stored

KEY = "warc/a.warc.gz"


@pytest.fixture
def server() -> Iterator[S3Server]:
    with S3Server() as server:
        yield server


@pytest.mark.parametrize(
    ("faults", "traits"),
    [
        ((), Traits(put_if_absent=True, checksum="sha256", multipart_if_absent=True)),
        (OTHER_KIND, Traits(put_if_absent=True, checksum="", multipart_if_absent=False)),
        (
            (happens(Does.IGNORES_CONDITION, "PutObject"),),
            Traits(put_if_absent=False, checksum="sha256", multipart_if_absent=True),
        ),
        ((happens(Does.RACES),), Traits(put_if_absent=False, checksum="sha256", multipart_if_absent=True)),
        (
            (happens(Does.IGNORES_CONDITION, COMPLETE),),
            Traits(put_if_absent=True, checksum="sha256", multipart_if_absent=False),
        ),
        ((happens(Does.REFUSES_CHECKSUMS),), Traits(put_if_absent=True, checksum="md5", multipart_if_absent=True)),
    ],
    ids=["honest", "other kind", "no conditions", "lost races", "no conditions on parts", "no new checksums"],
)
def test_what_a_server_can_do_is_found_out_and_leaves_nothing(
    server: S3Server, faults: tuple[Fault, ...], traits: Traits
) -> None:
    server.misbehave(*faults)
    store = store_on(server)
    assert store.learn() == traits
    assert store.traits == traits
    assert (server.bucket.objects, server.bucket.uploads) == ({}, {})


def test_a_server_of_the_other_kind_takes_objects_whole_and_in_parts(server: S3Server, tmp_path: Path) -> None:
    server.misbehave(*OTHER_KIND)
    source = tmp_path / "sealed.warc.gz"
    source.write_bytes(b"x" * PART + b"y")
    store = store_on(server)
    store.learn()
    store.put(KEY, source)
    store.put("log/00000001.json", b"{}")
    assert stored(server, KEY) == source.read_bytes()
    with pytest.raises(ObjectExistsError):
        store.put(KEY, b"other")
    source.write_bytes(b"z" * PART + b"y")
    with pytest.raises(ObjectExistsError):
        store.put(KEY, source)
    assert stored(server, KEY) == b"x" * PART + b"y"


def test_an_answer_that_breaks_off_is_read_on_from_there(server: S3Server) -> None:
    store = store_on(server)
    body = bytes(range(256)) * 4000
    store.put(KEY, body)
    server.misbehave(happens(Does.CUTS_REPLY, "GetObject", times=3))
    assert store.get(KEY, len(body)) == body
    assert len(server.asked("GetObject", key=f"{PREFIX}/{KEY}")) >= 4


def test_an_answer_that_drips_is_read_to_its_end(server: S3Server) -> None:
    store = store_on(server)
    store.put(KEY, b"0123456789")
    server.misbehave(drips("GetObject", seconds=0.01))
    assert store.get(KEY, 10) == b"0123456789"


def test_unfinished_uploads_are_swept_by_age_and_only_ours(server: S3Server) -> None:
    store = store_on(server)
    old, new, others = (server.bucket.begin(key) for key in (f"{PREFIX}/a", f"{PREFIX}/b", "newspaper/c"))
    old.began_at -= timedelta(days=8)
    others.began_at -= timedelta(days=8)
    assert store.sweep_unfinished(timedelta(days=7)) == 1
    assert server.bucket.uploads.keys() == {new.id, others.id}


def test_a_server_that_lists_no_uploads_has_none_to_sweep(server: S3Server) -> None:
    server.misbehave(no_upload_listing())
    assert store_on(server).sweep_unfinished(timedelta(days=7)) == 0


def test_the_clock_is_the_servers(server: S3Server) -> None:
    server.misbehave(skewed(3600))
    assert timedelta(minutes=59) < store_on(server).clock() - datetime.now(UTC) < timedelta(minutes=61)


def test_a_probe_that_may_not_clear_up_says_so(server: S3Server) -> None:
    server.misbehave(denied("DeleteObject"))
    with pytest.raises(StoreError, match="delete"):
        store_on(server).learn()
