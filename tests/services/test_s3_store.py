"""The S3 store on SeaweedFS: the contract of all stores, and what S3 alone has."""

import hashlib
import inspect
import socket
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import pytest

from crawler.errors import ObjectExistsError, ObjectMissingError, StoreError, StoreUnavailableError
from crawler.storage.race import one_wins
from crawler.storage.store import ObjectStore, Traits, open_store
from tests import test_object_store
from tests.services.seaweedfs import SECRET_KEY, BotoClient, Seaweed

pytestmark = pytest.mark.services

MIB = 1 << 20
BUCKET = "archive"
LEARNT = Traits(put_if_absent=True, checksum="sha256", multipart_if_absent=True)

globals().update(
    (name, test)
    for name, test in vars(test_object_store).items()
    if name.startswith("test_") and "opened" in inspect.signature(test).parameters
)
"""Every test of the contract, with the fixture `opened` of this module."""


@pytest.fixture
def place() -> str:
    """A place in the bucket that no other test knows."""
    return uuid4().hex


@pytest.fixture
def uri(place: str) -> str:
    return f"s3://{BUCKET}/{place}"


@pytest.fixture(params=["unknown", "learnt"])
def opened(request: pytest.FixtureRequest, s3_server: Seaweed, uri: str) -> Callable[[], ObjectStore]:
    """Opens the same store again and again: as one that nothing is known of, and as one that was learnt."""

    def open_again() -> ObjectStore:
        store = open_store(uri, s3_server.access())
        if request.param == "learnt":
            store.traits = LEARNT
        return store

    return open_again


@pytest.fixture
def store(s3_server: Seaweed, uri: str) -> ObjectStore:
    """A store that was learnt, with small parts."""
    store = open_store(uri, s3_server.access(part_bytes=5 * MIB))
    store.traits = LEARNT
    return store


@pytest.fixture
def client(s3_server: Seaweed) -> BotoClient:
    return s3_server.client()


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """A file of three parts."""
    path = tmp_path / "large"
    path.write_bytes(b"".join(hashlib.sha256(b"%d" % number).digest() * (1 << 10) for number in range(12 * 32)))
    return path


def sha256_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_it_learns_what_it_can_rely_on_and_leaves_nothing(s3_server: Seaweed, uri: str) -> None:
    store = open_store(uri, s3_server.access())
    assert store.learn() == store.traits == LEARNT
    assert list(store.list()) == []
    assert store.sweep_unfinished(timedelta(0)) == 0


@pytest.mark.parametrize(("wanted", "found"), [("md5", "md5"), ("none", "")])
def test_only_the_checksum_that_is_wanted_is_relied_on(s3_server: Seaweed, uri: str, wanted: str, found: str) -> None:
    store = open_store(uri, s3_server.access(checksum=wanted))
    assert store.learn() == Traits(put_if_absent=True, checksum=found, multipart_if_absent=True)
    store.put("a", b"read back")
    assert store.get("a", limit=10) == b"read back"


def test_a_large_file_goes_in_parts_and_is_there_once(store: ObjectStore, large: Path) -> None:
    store.put("warc/large", large)
    assert store.holds("warc/large", sha256_of(large), large.stat().st_size)
    with pytest.raises(ObjectExistsError, match="warc/large"):
        store.put("warc/large", large)
    assert store.sweep_unfinished(timedelta(0)) == 0


@pytest.mark.parametrize("checksum", ["sha256", "md5", ""])
def test_an_upload_that_broke_is_resumed(
    s3_server: Seaweed, uri: str, place: str, client: BotoClient, large: Path, checksum: str
) -> None:
    key = f"{place}/warc/large"
    algorithm = {"ChecksumAlgorithm": "SHA256"} if checksum == "sha256" else {}
    metadata = {"sha256": sha256_of(large), "begun-by": "the dead"}
    begun = client.create_multipart_upload(Bucket=BUCKET, Key=key, Metadata=metadata, **algorithm)
    first = large.read_bytes()[: 5 * MIB]
    client.upload_part(Bucket=BUCKET, Key=key, UploadId=begun["UploadId"], PartNumber=1, Body=first)
    store = open_store(uri, s3_server.access(part_bytes=5 * MIB, checksum=checksum or "none"))
    store.traits = Traits(put_if_absent=True, checksum=checksum, multipart_if_absent=True)
    store.put("warc/large", large)
    assert client.head_object(Bucket=BUCKET, Key=key)["Metadata"] == metadata, "another upload was completed"
    assert store.get("warc/large", limit=12 * MIB) == large.read_bytes()


def test_an_upload_of_another_file_is_not_resumed_but_removed(
    store: ObjectStore, place: str, client: BotoClient, large: Path
) -> None:
    key = f"{place}/warc/large"
    begun = client.create_multipart_upload(Bucket=BUCKET, Key=key, Metadata={"begun-by": "another"})
    other = bytes(5 * MIB)
    client.upload_part(Bucket=BUCKET, Key=key, UploadId=begun["UploadId"], PartNumber=1, Body=other)
    store.put("warc/large", large)
    assert client.head_object(Bucket=BUCKET, Key=key)["Metadata"] == {"sha256": sha256_of(large)}
    assert store.sweep_unfinished(timedelta(0)) == 0


def test_only_uploads_that_are_old_enough_are_swept(store: ObjectStore, place: str, client: BotoClient) -> None:
    for key in (f"{place}/warc/a", f"{place}/warc/b", f"{place}-of-another/warc/c"):
        client.create_multipart_upload(Bucket=BUCKET, Key=key)
    assert store.sweep_unfinished(timedelta(hours=1)) == 0
    assert store.sweep_unfinished(timedelta(hours=-1)) == 2
    left = client.list_multipart_uploads(Bucket=BUCKET, Prefix=place)["Uploads"]
    assert [upload["Key"] for upload in left] == [f"{place}-of-another/warc/c"]


def test_o20_a_listing_of_many_pages_has_every_key_once_and_no_foreign_ones(
    store: ObjectStore, place: str, client: BotoClient
) -> None:
    keys = [f"log/{number:08d}.json" for number in range(1500)]
    foreign = ["a b", "a+b", "ü", "日本", "x\ty", "x\x01y", "%41", "log/.hidden", "folder/"]
    with ThreadPoolExecutor(8) as threads:
        list(
            threads.map(lambda key: client.put_object(Bucket=BUCKET, Key=f"{place}/{key}", Body=b"{}"), keys + foreign)
        )
    assert [info.key for info in store.list()] == keys
    assert [info.key for info in store.list("log/0000", after=keys[998])] == keys[999:]


def test_what_a_writer_that_died_left_is_not_taken_for_the_object(
    store: ObjectStore, s3_server: Seaweed, place: str, client: BotoClient
) -> None:
    die_while_putting(s3_server, client, f"{place}/warc/a", {})
    digest = hashlib.sha256(b"whole").hexdigest()
    try:
        store.put("warc/a", b"whole")
    except ObjectExistsError:
        assert not store.holds("warc/a", digest, 5)
    else:
        assert store.holds("warc/a", digest, 5)


def test_a_writer_that_sent_a_checksum_and_died_left_nothing(
    store: ObjectStore, s3_server: Seaweed, place: str, client: BotoClient
) -> None:
    die_while_putting(s3_server, client, f"{place}/warc/a", {"ContentMD5": "jahD/2UgWmE3Swm4HtD6NQ=="})
    with pytest.raises(ObjectMissingError):
        store.head("warc/a")


def die_while_putting(server: Seaweed, client: BotoClient, key: str, arguments: dict[str, str]) -> None:
    """Send the head of a request, not its body, and wait until the server has seen that nothing more comes."""
    parameters = {"Bucket": BUCKET, "Key": key, "IfNoneMatch": "*", **arguments}
    url = urlsplit(client.generate_presigned_url("put_object", parameters))
    headers = {"Host": url.netloc, "Content-Length": "1000", "If-None-Match": "*"}
    if md5 := arguments.get("ContentMD5"):
        headers["Content-MD5"] = md5
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    address = urlsplit(server.endpoint)
    with socket.create_connection((address.hostname, address.port), timeout=30) as connection:
        connection.sendall(f"PUT {url.path}?{url.query} HTTP/1.1\r\n{head}\r\n".encode())
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(1 << 16):
            pass


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"secret_access_key": "a-wrong-secret"}, "SignatureDoesNotMatch"),
        ({"access_key_id": "nobody", "session_token": "a-token"}, "InvalidAccessKeyId"),
    ],
)
def test_o07_wrong_credentials_fail_at_once_and_are_never_told(
    s3_server: Seaweed, uri: str, change: dict[str, str], code: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    store = open_store(uri, s3_server.access(patience=600.0, **change))
    with pytest.raises(StoreError, match=rf"{code}.*AWS_ACCESS_KEY_ID") as caught:
        store.probe()
    assert not isinstance(caught.value, StoreUnavailableError)
    said = str(caught.value) + caplog.text
    assert not [secret for secret in (SECRET_KEY, "a-wrong-secret", "a-token") if secret in said]


def test_a_missing_bucket_is_to_be_created_first(s3_server: Seaweed) -> None:
    store = open_store("s3://no-such-bucket/prefix", s3_server.access())
    for use in (store.probe, store.learn, lambda: list(store.list()), lambda: store.put("a", b"x")):
        with pytest.raises(StoreError, match="create the bucket"):
            use()


def test_ranges_are_those_of_a_file(store: ObjectStore, large: Path) -> None:
    store.put("warc/large", large)
    with large.open("rb") as local:
        for offset, length in ((0, 1), (5, 4 * MIB), (11 * MIB, None), (12 * MIB - 1, 5), (7, 0)):
            local.seek(offset)
            with store.open("warc/large", offset, length) as stream:
                assert stream.read() == local.read(-1 if length is None else length)
    for offset in (12 * MIB, 13 * MIB):
        with store.open("warc/large", offset, 10) as stream:
            assert stream.read() == b""


def test_its_clock_is_the_time(store: ObjectStore) -> None:
    assert abs(store.clock() - datetime.now(UTC)) < timedelta(minutes=1)


def test_a_refusal_tells_the_time_too(s3_server: Seaweed, uri: str) -> None:
    store = open_store(uri, s3_server.access(access_key_id="nobody"))
    assert abs(store.clock() - datetime.now(UTC)) < timedelta(minutes=1)


def test_over_tls_an_own_authority_is_enough(s3_server_with_tls: Seaweed, uri: str, large: Path) -> None:
    store = open_store(uri, s3_server_with_tls.access(part_bytes=5 * MIB))
    store.probe()
    assert store.learn() == LEARNT
    store.put("small", b"small")
    store.put("large", large)
    assert store.get("small", limit=10) == b"small"
    assert store.holds("large", sha256_of(large), large.stat().st_size)


def test_over_tls_nobody_else_is_believed(s3_server_with_tls: Seaweed, uri: str) -> None:
    with pytest.raises(StoreError, match="AWS_VERIFY"):
        open_store(uri, s3_server_with_tls.access(verify=None, patience=600.0)).probe()


def test_a_race_over_a_put_without_condition_is_no_race(place: str, client: BotoClient) -> None:
    def put(key: str, data: bytes) -> bool:
        client.put_object(Bucket=BUCKET, Key=f"{place}/{key}", Body=data)
        return True

    assert not one_wins(put, ["a"])


def test_giving_up_ends_a_call_that_waits(uri: str, s3_server: Seaweed) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        endpoint = f"http://127.0.0.1:{nobody.getsockname()[1]}"
        store = open_store(uri, s3_server.access(endpoint_url=endpoint, patience=600.0))
        threading.Timer(0.2, store.give_up).start()
        with pytest.raises(StoreUnavailableError, match="given up"):
            store.head("a")
