"""What our S3 store finds out about a server, and how it gets along with the kinds that there are."""

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawler.errors import ObjectExistsError, StoreError, StoreUnavailableError
from crawler.storage.store import Traits
from tests.faults.s3_faults import (
    COMPLETE,
    OTHER_KIND,
    Does,
    Fault,
    answers,
    denied,
    drips,
    happens,
    internal_error,
    no_upload_listing,
    refuses_condition,
    skewed,
)
from tests.faults.s3_server import S3Server
from tests.faults.s3_store import PART, PREFIX, store_on, stored

KEY = "warc/a.warc.gz"


@pytest.fixture
def server() -> Iterator[S3Server]:
    with S3Server() as server:
        yield server


@pytest.fixture
def parted(tmp_path: Path) -> Path:
    """A file that is put in two parts."""
    path = tmp_path / "sealed.warc.gz"
    path.write_bytes(b"x" * PART + b"y")
    return path


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
        (
            (refuses_condition(501, "NotImplemented"),),
            Traits(put_if_absent=False, checksum="sha256", multipart_if_absent=False),
        ),
        (
            (refuses_condition(501, "NotImplemented", COMPLETE),),
            Traits(put_if_absent=True, checksum="sha256", multipart_if_absent=False),
        ),
    ],
    ids=[
        "honest",
        "other kind",
        "no conditions",
        "lost races",
        "no conditions on parts",
        "no new checksums",
        "conditions refused",
        "conditions refused on parts",
    ],
)
def test_what_a_server_can_do_is_found_out_and_leaves_nothing(
    server: S3Server, faults: tuple[Fault, ...], traits: Traits
) -> None:
    server.misbehave(*faults)
    store = store_on(server)
    assert store.learn() == traits
    assert store.traits == traits
    assert (server.bucket.objects, server.bucket.uploads) == ({}, {})


def test_a_store_that_refuses_the_condition_on_parts_is_asked_with_it_for_whole_objects(
    server: S3Server, parted: Path
) -> None:
    server.misbehave(refuses_condition(501, "NotImplemented", COMPLETE))
    store = store_on(server)
    store.learn()
    store.put(KEY, parted)
    assert stored(server, KEY) == parted.read_bytes()
    store.put("log/00000001.json", b"{}")
    (commit,) = server.asked("PutObject", key=f"{PREFIX}/log/00000001.json")
    assert commit.if_absent, "a commit was put that could have replaced another"


def test_where_put_if_absent_is_proved_nothing_is_put_without(server: S3Server) -> None:
    store = store_on(server)
    store.learn()
    server.misbehave(refuses_condition(501, "NotImplemented", times=1))
    with pytest.raises(StoreError):
        store.put("log/00000001.json", b"{}")
    assert stored(server, "log/00000001.json") is None
    store.put("log/00000001.json", b"{}")
    assert all(put.if_absent for put in server.asked("PutObject", key=f"{PREFIX}/log/00000001.json"))


def test_a_server_of_the_other_kind_takes_objects_whole_and_in_parts(server: S3Server, parted: Path) -> None:
    server.misbehave(*OTHER_KIND)
    store = store_on(server)
    store.learn()
    store.put(KEY, parted)
    store.put("log/00000001.json", b"{}")
    assert stored(server, KEY) == parted.read_bytes()
    with pytest.raises(ObjectExistsError):
        store.put(KEY, b"other")
    parted.write_bytes(b"z" * PART + b"y")
    with pytest.raises(ObjectExistsError):
        store.put(KEY, parted)
    assert stored(server, KEY) == b"x" * PART + b"y"


def test_an_answer_that_breaks_off_is_read_on_from_there(server: S3Server) -> None:
    store = store_on(server)
    body = bytes(range(256)) * 4000
    store.put(KEY, body)
    server.misbehave(happens(Does.CUTS_REPLY, "GetObject", times=3))
    assert store.get(KEY, len(body)) == body
    assert len(server.asked("GetObject", key=f"{PREFIX}/{KEY}")) >= 4


def test_of_a_server_that_knows_no_ranges_not_one_byte_too_many_is_read(server: S3Server) -> None:
    store = store_on(server)
    store.put(KEY, b"0123456789")
    server.misbehave(happens(Does.IGNORES_RANGE, "GetObject"))
    for offset, length in ((0, 4), (3, 4), (3, None), (8, 4)):
        with store.open(KEY, offset, length) as stream:
            end = None if length is None else offset + length
            assert stream.read() == b"0123456789"[offset:end]


def test_a_part_that_does_not_say_which_it_is_is_not_taken_for_the_one_asked_for(server: S3Server) -> None:
    store = store_on(server)
    store.put(KEY, b"0123456789")
    server.misbehave(happens(Does.HIDES_RANGE, "GetObject"))
    with pytest.raises(StoreError, match="what part"), store.open(KEY, 3, 4) as stream:
        stream.read()


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


def test_whoever_may_not_delete_may_archive_all_the_same(server: S3Server) -> None:
    server.misbehave(denied("DeleteObject"))
    store = store_on(server)
    store.probe()
    assert store.learn().put_if_absent
    assert [info.key for info in store.list() if not info.key.startswith("probe/")] == []


def test_an_error_under_the_status_of_a_success_is_an_error(server: S3Server, parted: Path) -> None:
    server.misbehave(answers(200, "InternalError", COMPLETE, times=1))
    store_on(server).put(KEY, parted)
    assert stored(server, KEY) == parted.read_bytes()


def test_a_read_that_hangs_has_an_end(server: S3Server) -> None:
    store = store_on(server)
    store.put(KEY, b"0123456789")
    server.misbehave(happens(Does.HANGS, "GetObject"))
    begin = time.monotonic()
    with pytest.raises(StoreUnavailableError, match=KEY):
        store.get(KEY, 10)
    assert time.monotonic() - begin < 10


def test_parts_that_came_before_a_failure_are_not_sent_again(server: S3Server, parted: Path) -> None:
    server.misbehave(internal_error("UploadPart", nth=2))
    with pytest.raises(StoreUnavailableError):
        store_on(server, threads=1).put(KEY, parted)
    before = len(server.asked("UploadPart"))
    server.misbehave()
    store_on(server).put(KEY, parted)
    assert stored(server, KEY) == parted.read_bytes()
    assert [request.query["partNumber"] for request in server.asked("UploadPart")[before:]] == ["2"]
    assert server.bucket.uploads == {}


def test_parts_of_another_file_are_not_taken_for_ours(server: S3Server, parted: Path) -> None:
    server.misbehave(internal_error("UploadPart", nth=2))
    with pytest.raises(StoreUnavailableError):
        store_on(server, threads=1).put(KEY, parted)
    server.misbehave()
    parted.write_bytes(b"z" * (PART + 1))
    store_on(server).put(KEY, parted)
    assert stored(server, KEY) == parted.read_bytes()


def test_of_two_writers_in_parts_one_wins_and_the_other_is_told(server: S3Server, tmp_path: Path) -> None:
    ends: list[str] = []

    def write(byte: bytes) -> None:
        source = tmp_path / byte.decode()
        source.write_bytes(byte * (PART + 1))
        try:
            store_on(server).put(KEY, source)
        except ObjectExistsError:
            ends.append("exists")
        else:
            ends.append("put")

    threads = [threading.Thread(target=write, args=(byte,)) for byte in (b"a", b"b", b"c")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ends) == ["exists", "exists", "put"]
