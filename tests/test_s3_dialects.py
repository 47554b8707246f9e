"""Our S3 store on servers that say the same in other words, or know less of S3 than Amazon's."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.errors import ObjectExistsError
from crawler.storage.retrying import RefusedError
from crawler.storage.store import Traits
from tests.faults.s3_faults import COMPLETE, Does, happens, refuses_condition, says_otherwise
from tests.faults.s3_server import S3Server
from tests.faults.s3_store import PART, PREFIX, store_on, stored

KEY = "warc/a.warc.gz"
ALL = Traits(put_if_absent=True, checksum="sha256", multipart_if_absent=True)


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
    ("status", "code"), [(501, "NotImplemented"), (400, "InvalidArgument"), (400, "InvalidRequest"), (405, "")]
)
def test_a_store_that_refuses_conditions_is_asked_without_after_a_look(
    server: S3Server, parted: Path, status: int, code: str
) -> None:
    server.misbehave(refuses_condition(status, code))
    store = store_on(server)
    assert store.learn() == Traits(put_if_absent=False, checksum="sha256", multipart_if_absent=False)
    for source in (b"small", parted):
        store.put(KEY, source)
        with pytest.raises(ObjectExistsError):
            store.put(KEY, source)
        store.delete(KEY)


def test_conditions_that_are_refused_for_parts_are_sent_for_whole_objects_all_the_same(
    server: S3Server, parted: Path
) -> None:
    server.misbehave(refuses_condition(501, "NotImplemented", COMPLETE))
    store = store_on(server)
    store.put("warc/large", parted)
    store.put("log/00000001.json", b"{}")
    (put,) = server.asked("PutObject", key=f"{PREFIX}/log/00000001.json")
    assert put.if_absent, "of two writers of a log entry both would win"


def test_a_condition_that_was_understood_is_never_left_out(server: S3Server) -> None:
    store = store_on(server)
    store.put("log/00000001.json", b"{}")
    server.misbehave(refuses_condition(501, "NotImplemented"))
    with pytest.raises(RefusedError, match="501"):
        store.put("log/00000002.json", b"{}")
    assert stored(server, "log/00000002.json") is None


@pytest.mark.parametrize(("status", "code"), [(409, "ObjectAlreadyExists"), (409, "KeyAlreadyExists"), (304, "")])
def test_what_exists_is_told_in_other_words_too(server: S3Server, parted: Path, status: int, code: str) -> None:
    server.misbehave(says_otherwise(status, code))
    store = store_on(server)
    assert store.learn() == ALL
    store.put(KEY, b"first")
    for source in (b"second", parted):
        with pytest.raises(ObjectExistsError):
            store.put(KEY, source)
    assert stored(server, KEY) == b"first"


def test_a_listing_begins_at_no_key_without_its_prefix(server: S3Server) -> None:
    server.misbehave(happens(Does.REFUSES_FOREIGN_START))
    store = store_on(server)
    for key in ("a/1", "b/1", "b/2"):
        store.put(key, b"x")
    assert [info.key for info in store.list("b/", after="a/1")] == ["b/1", "b/2"]
    assert [info.key for info in store.list("b/", after="b/1")] == ["b/2"]
    assert list(store.list("a/", after="b/1")) == []


def test_a_store_that_gives_no_date_is_learnt(server: S3Server) -> None:
    server.misbehave(happens(Does.NO_DATE))
    assert store_on(server).learn() == ALL


@pytest.mark.parametrize("does", [Does.IGNORES_RANGE, Does.REFUSES_LONG_RANGE])
@pytest.mark.parametrize(
    ("offset", "length", "expected"),
    [(0, 1, b"0"), (3, 4, b"3456"), (7, None, b"789"), (7, 100, b"789"), (0, 100, b"0123456789"), (10, 1, b"")],
)
def test_a_range_is_what_was_asked_for_whatever_the_store_makes_of_ranges(
    server: S3Server, does: Does, offset: int, length: int | None, expected: bytes
) -> None:
    server.misbehave(happens(does))
    store = store_on(server)
    store.put(KEY, b"0123456789")
    with store.open(KEY, offset, length) as stream:
        assert stream.read() == expected
        assert stream.read(1) == b""
