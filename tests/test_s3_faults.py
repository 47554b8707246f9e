"""What our S3 store makes of a server that goes wrong: cases O of the fault table, but for those on what it keeps."""

import hashlib
import logging
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from crawler.errors import ConfigurationError, ObjectExistsError, StoreError, StoreUnavailableError
from crawler.storage.store import ObjectStore, open_store
from tests.faults.s3_faults import (
    COMPLETE,
    Does,
    Fault,
    conflict,
    denied,
    expired,
    happens,
    internal_error,
    slow_down,
)
from tests.faults.s3_objects import Stored
from tests.faults.s3_server import SECRET_ACCESS_KEY, S3Server
from tests.faults.s3_store import PART, PREFIX, store_on, stored

KEY = "warc/a.warc.gz"
BODY = b"a body that is long enough to be cut"
PARTED = bytes(range(256)) * (2 * PART // 256) + b"and the rest"
"""A body that is put in three parts."""


@pytest.fixture
def server() -> Iterator[S3Server]:
    with S3Server() as server:
        yield server


@pytest.fixture
def parted(tmp_path: Path) -> Path:
    path = tmp_path / "sealed.warc.gz"
    path.write_bytes(PARTED)
    return path


def sha256(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def seconds_since(begin: float) -> float:
    return time.monotonic() - begin


@pytest.mark.parametrize("answer", [slow_down, internal_error])
def test_o01_slow_down_is_waited_out(
    server: S3Server, answer: Callable[..., Fault], caplog: pytest.LogCaptureFixture
) -> None:
    server.misbehave(answer("PutObject", times=2))
    with caplog.at_level(logging.INFO, "crawler"):
        store_on(server).put(KEY, BODY)
    assert stored(server, KEY) == BODY
    assert len(server.asked("PutObject")) == 3
    assert "attempt 3" in caplog.text


def test_o01_the_store_is_left_alone_for_as_long_as_it_asks(server: S3Server) -> None:
    server.misbehave(slow_down("PutObject", times=1, retry_after="1"))
    begin = time.monotonic()
    store_on(server, patience=5.0).put(KEY, BODY)
    assert seconds_since(begin) >= 1


def test_o01_it_may_ask_until_a_date(server: S3Server) -> None:
    until = (datetime.now(UTC) + timedelta(seconds=2)).replace(microsecond=0)
    server.misbehave(slow_down("PutObject", times=1, retry_after=format_datetime(until, usegmt=True)))
    store_on(server, patience=5.0).put(KEY, BODY)
    assert datetime.now(UTC) >= until


def test_o02_patience_has_an_end(server: S3Server) -> None:
    server.misbehave(slow_down("PutObject"))
    begin = time.monotonic()
    with pytest.raises(StoreUnavailableError, match=r"SlowDown.*run again"):
        store_on(server).put(KEY, BODY)
    assert seconds_since(begin) < 10
    server.misbehave()
    store_on(server).put(KEY, BODY)
    assert stored(server, KEY) == BODY


def test_o02_a_store_that_asks_for_too_much_time_is_not_waited_for(server: S3Server) -> None:
    server.misbehave(slow_down("PutObject", retry_after="86400"))
    begin = time.monotonic()
    with pytest.raises(StoreUnavailableError):
        store_on(server).put(KEY, BODY)
    assert seconds_since(begin) < 10


def test_o05_a_put_that_hangs_has_an_end(server: S3Server) -> None:
    server.misbehave(happens(Does.HANGS, "PutObject"))
    begin = time.monotonic()
    with pytest.raises(StoreUnavailableError):
        store_on(server).put(KEY, BODY)
    assert seconds_since(begin) < 10


def test_o05_a_connection_that_breaks_in_the_middle_is_made_again(server: S3Server, parted: Path) -> None:
    server.misbehave(happens(Does.CUTS_REQUEST, "PutObject", "UploadPart", times=2))
    store = store_on(server)
    store.put("log/00000001.json", BODY)
    store.put(KEY, parted)
    assert stored(server, "log/00000001.json") == BODY
    assert stored(server, KEY) == PARTED


def test_o06_a_put_whose_reply_is_lost_is_no_conflict_with_itself(server: S3Server) -> None:
    server.misbehave(happens(Does.LOSES_REPLY, "PutObject", times=1))
    store_on(server).put(KEY, BODY)
    assert stored(server, KEY) == BODY


def test_o06_nor_is_one_in_parts(server: S3Server, parted: Path) -> None:
    server.misbehave(happens(Does.LOSES_REPLY, "UploadPart", times=1), happens(Does.LOSES_REPLY, COMPLETE, times=1))
    store_on(server).put(KEY, parted)
    assert stored(server, KEY) == PARTED
    assert server.bucket.uploads == {}


def test_o06_it_is_a_conflict_where_somebody_else_was_there(server: S3Server) -> None:
    store_on(server).put(KEY, b"of somebody else")
    server.misbehave(slow_down("PutObject", times=1))
    with pytest.raises(ObjectExistsError, match=KEY):
        store_on(server).put(KEY, BODY)
    assert stored(server, KEY) == b"of somebody else"


def test_o06_an_empty_object_that_a_broken_put_left_is_not_taken_for_ours(server: S3Server) -> None:
    server.misbehave(happens(Does.CUTS_REQUEST, "PutObject", times=1), happens(Does.EMPTY_IF_CUT))
    store = store_on(server)
    with pytest.raises(StoreError):
        store.put(KEY, BODY)
    assert not store.holds(KEY, sha256(BODY), len(BODY))


@pytest.mark.parametrize("fault", [denied(nth=3), expired(nth=3)], ids=["denied", "expired"])
def test_o07_a_refusal_ends_at_once_and_says_what_to_do(server: S3Server, fault: Fault) -> None:
    store = store_on(server, patience=60.0)
    store.put("before", BODY)
    server.misbehave(fault)
    begin = time.monotonic()
    with pytest.raises(StoreError, match="AWS_") as raised:
        put_five(store)
    assert not isinstance(raised.value, StoreUnavailableError)
    assert seconds_since(begin) < 10
    assert SECRET_ACCESS_KEY not in str(raised.value)


def put_five(store: ObjectStore) -> None:
    for number in range(5):
        store.put(f"key{number}", BODY)


def test_o07_a_wrong_key_is_not_tried_twice(server: S3Server) -> None:
    with pytest.raises(StoreError, match="AWS_ACCESS_KEY_ID") as raised:
        store_on(server, access_key_id="AKIDOFSOMEBODYELSE01").probe()
    assert not isinstance(raised.value, StoreUnavailableError)
    assert len(server.requests) == 1


def test_o18_a_conflict_of_conditions_is_tried_again(server: S3Server, parted: Path) -> None:
    server.misbehave(conflict("PutObject", times=2), conflict(COMPLETE, times=1))
    store = store_on(server)
    store.put("log/00000001.json", BODY)
    store.put(KEY, parted)
    assert stored(server, "log/00000001.json") == BODY
    assert stored(server, KEY) == PARTED


def test_o20_a_listing_of_many_keys_is_whole_and_holds_ours_alone(server: S3Server) -> None:
    ours = [f"log/{number:08d}.json" for number in range(1, 1501)]
    others = ["log/a b", "log/a+b", "log/a%20b", "log/ü", "log/😀", "log/&<>", "log//x", "log/../x", "log/"]
    for key in (*ours, *others):
        server.bucket.objects[f"{PREFIX}/{key}"] = Stored(b"{}", "x")
    server.bucket.objects["newspaper/log/00000009.json"] = Stored(b"{}", "x")
    store = store_on(server)
    assert [info.key for info in store.list("log/")] == ours
    assert [info.key for info in store.list("log/", after=ours[1400])] == ours[1401:]
    assert len(server.asked("ListObjectsV2")) == 3


def test_o20_an_answer_without_a_body_is_no_empty_listing(server: S3Server) -> None:
    store = store_on(server)
    store.put("log/00000001.json", BODY)
    server.misbehave(happens(Does.EMPTIES_REPLY, "ListObjectsV2", times=1))
    assert [info.key for info in store.list("log/")] == ["log/00000001.json"]
    server.misbehave(happens(Does.EMPTIES_REPLY, "ListObjectsV2"))
    with pytest.raises(StoreUnavailableError, match="list"):
        list(store.list("log/"))


def test_answers_that_say_too_little_are_asked_for_again(server: S3Server, parted: Path) -> None:
    server.misbehave(
        happens(Does.EMPTIES_REPLY, "CreateMultipartUpload", "UploadPart", times=2),
        happens(Does.DATES_BADLY, "HeadObject", nth=2, times=1),
    )
    store_on(server).put(KEY, parted)
    assert stored(server, KEY) == PARTED


def test_o20_a_listing_that_goes_in_a_circle_has_an_end(server: S3Server) -> None:
    store = store_on(server)
    store.put("log/00000001.json", BODY)
    server.misbehave(happens(Does.REPEATS_TOKEN))
    with pytest.raises(StoreError, match="list"):
        list(store.list())


@pytest.mark.parametrize("key", ["../up", "/abs", "a//b", "a/../b", "a/./b", "a\\b", "a/%2e%2e/b"])
def test_o21_no_key_leaves_the_prefix(server: S3Server, key: str) -> None:
    store = store_on(server)
    for use in (lambda: store.put(key, BODY), lambda: store.head(key), lambda: store.delete(key)):
        with pytest.raises(ConfigurationError, match="not a key"):
            use()
    assert server.requests == []


@pytest.mark.parametrize("uri", ["s3://archive/../x", "s3://archive//x", "s3://../x", "s3://archive/a/%2e%2e"])
def test_o21_nor_does_the_prefix_leave_its_bucket(uri: str) -> None:
    with pytest.raises(ConfigurationError, match="ARCHIVE_STORE"):
        open_store(uri)
