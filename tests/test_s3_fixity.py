"""What our S3 store makes of a server that keeps other bytes than it was sent: cases O09 to O16 of the fault table."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.errors import AlteredObjectError, StoreError, StoreUnavailableError
from tests.faults.s3_faults import Does, at_most, happens, internal_error
from tests.faults.s3_objects import Bucket, Stored
from tests.faults.s3_server import BUCKET, S3Server
from tests.faults.s3_store import PART, store_on, stored

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


def test_o09_an_object_that_the_store_altered_is_noticed(server: S3Server) -> None:
    server.misbehave(happens(Does.ALTERS), happens(Does.IGNORES_CHECKSUMS))
    store = store_on(server)
    with pytest.raises(AlteredObjectError, match=KEY):
        store.put(KEY, BODY)
    assert not store.holds(KEY, sha256(BODY), len(BODY))


def test_o09_and_so_is_one_in_parts(server: S3Server, parted: Path) -> None:
    server.misbehave(happens(Does.ALTERS, "UploadPart", nth=2, times=1), happens(Does.IGNORES_CHECKSUMS))
    with pytest.raises(AlteredObjectError, match=KEY):
        store_on(server).put(KEY, parted)


def test_o09_a_store_that_takes_wrong_checksums_is_found_out(server: S3Server) -> None:
    assert store_on(server).learn().checksum == "sha256"
    server.misbehave(happens(Does.IGNORES_CHECKSUMS))
    store = store_on(server)
    assert store.learn().checksum == ""
    server.misbehave(happens(Does.IGNORES_CHECKSUMS), happens(Does.ALTERS))
    with pytest.raises(AlteredObjectError, match=KEY):
        store.put(KEY, BODY)


def test_o10_an_etag_is_believed_in_nothing(server: S3Server, parted: Path) -> None:
    server.misbehave(happens(Does.WRONG_ETAG))
    store = store_on(server)
    store.put("log/00000001.json", BODY)
    store.put(KEY, parted)
    assert store.holds("log/00000001.json", sha256(BODY), len(BODY))
    assert store.holds(KEY, sha256(PARTED), len(PARTED))


@pytest.mark.parametrize("checksum", ["auto", "md5", "none"])
def test_o11_a_store_that_refuses_new_checksums_is_put_to_without(
    server: S3Server, parted: Path, checksum: str
) -> None:
    server.misbehave(happens(Does.REFUSES_CHECKSUMS))
    store = store_on(server, checksum=checksum)
    assert store.learn().checksum == ("" if checksum == "none" else "md5")
    store.put("log/00000001.json", BODY)
    store.put(KEY, parted)
    assert stored(server, KEY) == PARTED


def test_o11_nobody_asked_for_new_checksums_before_the_store_was_learned(server: S3Server, parted: Path) -> None:
    server.misbehave(happens(Does.REFUSES_CHECKSUMS))
    store = store_on(server)
    store.put("log/00000001.json", BODY)
    store.put(KEY, parted)
    assert stored(server, KEY) == PARTED


def test_o12_framing_in_an_object_is_noticed(server: S3Server) -> None:
    store = store_on(server)
    server.misbehave(happens(Does.KEEPS_FRAMING))
    with pytest.raises(AlteredObjectError, match=KEY):
        store.put(KEY, BODY)
    server.misbehave()
    store.learn()
    server.misbehave(happens(Does.KEEPS_FRAMING))
    with pytest.raises(AlteredObjectError, match="log/00000001"):
        store.put("log/00000001.json", BODY)


def test_o15_what_is_too_large_for_one_request_goes_in_parts(server: S3Server, parted: Path) -> None:
    server.misbehave(at_most(PART))
    store_on(server).put(KEY, parted)
    assert stored(server, KEY) == PARTED
    assert len(server.asked("UploadPart")) == 3


def test_o15_where_parts_are_too_large_the_setting_is_named(server: S3Server, parted: Path) -> None:
    server.misbehave(at_most(PART - 1))
    with pytest.raises(StoreError, match="ARCHIVE_PART_BYTES"):
        store_on(server).put(KEY, parted)


def test_an_object_is_never_kept_under_the_digest_of_another_file(server: S3Server, parted: Path) -> None:
    """Its upload was begun for a file that differs in a part which had not come."""
    store = store_on(server, threads=1)
    store.learn()
    digest = sha256(PARTED)
    server.misbehave(internal_error("UploadPart", nth=2))
    with pytest.raises(StoreUnavailableError):
        store.put(KEY, parted)
    server.misbehave()
    parted.write_bytes(PARTED[:-1] + b"?")
    with pytest.raises(AlteredObjectError, match="digest"):
        store.put(KEY, parted)
    store.delete(KEY)
    store.put(KEY, parted)
    assert stored(server, KEY) == parted.read_bytes()
    assert not store.holds(KEY, digest, len(PARTED))


class GrowingSource(Bucket):
    """A bucket while whose first part comes, somebody appends to the file."""

    def __init__(self, source: Path) -> None:
        super().__init__()
        self._source = source

    def put_part(self, key: str, upload_id: str, number: int, stored: Stored) -> None:
        super().put_part(key, upload_id, number, stored)
        with self._source.open("ab") as stream:
            stream.write(b"more")


def test_o16_a_file_that_changes_while_it_is_put_is_never_visible_half(server: S3Server, parted: Path) -> None:
    server.buckets[BUCKET] = GrowingSource(parted)
    with pytest.raises(StoreError, match=r"sealed\.warc\.gz"):
        store_on(server, threads=1).put(KEY, parted, sha256(PARTED))
    assert stored(server, KEY) is None


def test_o16_a_file_that_is_not_what_its_digest_says_is_not_put(server: S3Server, parted: Path) -> None:
    parted.write_bytes(BODY)
    with pytest.raises(StoreError, match=sha256(PARTED)):
        store_on(server).put(KEY, parted, sha256(PARTED))
    assert stored(server, KEY) is None
