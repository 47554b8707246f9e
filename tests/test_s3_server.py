"""The S3 server of the tests is an S3 to the usual client library."""

import base64
import hashlib
import http.client
from collections.abc import Iterator

import pytest

from tests.faults.s3_client import Client, base64_of, begin, client_of, put, race, read, refused
from tests.faults.s3_faults import OTHER_KIND, Does, happens
from tests.faults.s3_server import ACCESS_KEY_ID, BUCKET, S3Server

MIB = 1 << 20


@pytest.fixture
def server() -> Iterator[S3Server]:
    with S3Server() as server:
        yield server


@pytest.fixture
def client(server: S3Server) -> Client:
    return client_of(server)


def test_an_object_comes_back_with_its_metadata(client: Client) -> None:
    made = put(client, "a b/+ü%", b"0123456789", Metadata={"sha256": "x"})
    assert made["ETag"] == f'"{hashlib.md5(b"0123456789", usedforsecurity=False).hexdigest()}"'
    head = client.head_object(Bucket=BUCKET, Key="a b/+ü%")
    assert (head["ContentLength"], head["Metadata"], head["ETag"]) == (10, {"sha256": "x"}, made["ETag"])
    assert read(client, "a b/+ü%") == b"0123456789"


@pytest.mark.parametrize(("asked", "sent"), [("bytes=2-4", b"234"), ("bytes=7-", b"789"), ("bytes=-2", b"89")])
def test_ranges_are_served(client: Client, asked: str, sent: bytes) -> None:
    put(client, "key", b"0123456789", ChecksumSHA256=base64_of(hashlib.sha256(b"0123456789").digest()))
    assert read(client, "key", Range=asked) == sent


def test_what_is_not_there_is_refused_by_its_code(client: Client) -> None:
    put(client, "key", b"0")
    with refused("InvalidRange"):
        read(client, "key", Range="bytes=1-")
    with refused("NoSuchKey"):
        read(client, "gone")
    with refused("404"):
        client.head_object(Bucket=BUCKET, Key="gone")
    with refused("NoSuchBucket"):
        client.put_object(Bucket="gone", Key="key", Body=b"")
    with refused("404"):
        client.head_bucket(Bucket="gone")
    client.create_bucket(Bucket="gone")
    client.head_bucket(Bucket="gone")
    client.delete_object(Bucket=BUCKET, Key="gone")


def test_an_access_key_must_be_known_and_the_log_holds_no_secret(server: S3Server) -> None:
    with refused("InvalidAccessKeyId"):
        put(client_of(server, "AKIDOFSOMEBODYELSE01"), "key", b"")
    (request,) = server.requests
    assert (request.operation, request.key) == ("PutObject", "key")
    assert "authorization" not in request.headers


def test_put_if_absent_lets_one_writer_win(server: S3Server, client: Client) -> None:
    assert sum(race(client, 8)) == 1
    with refused("PreconditionFailed"):
        put(client, "raced", b"late", IfNoneMatch="*")
    assert len(server.asked("PutObject", key="raced")) == 9


@pytest.mark.parametrize(
    "wrong",
    [
        {"ContentMD5": base64_of(bytes(16))},
        {"ChecksumSHA256": base64_of(bytes(32))},
        {"ChecksumCRC32": base64_of(bytes(4))},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_a_wrong_checksum_is_rejected_and_nothing_is_stored(
    server: S3Server,
    client: Client,
    wrong: dict[str, str],
) -> None:
    with refused("BadDigest"):
        put(client, "key", b"body", **wrong)
    assert server.bucket.objects == {}
    server.misbehave(happens(Does.IGNORES_CHECKSUMS))
    put(client, "key", b"body", **wrong)
    assert read(client, "key", ChecksumMode="ENABLED") == b"body"


def test_a_listing_has_pages_and_every_key_as_it_is(server: S3Server, client: Client) -> None:
    keys = sorted(["a/1", "a/2 +%&<", "a/é", "a/😀", "a/z", "b"])
    for key in keys:
        put(client, key, b"x" * len(key))
    pages = client.get_paginator("list_objects_v2").paginate(
        Bucket=BUCKET, Prefix="a/", StartAfter="a/1", PaginationConfig={"PageSize": 2}
    )
    listed = [(found["Key"], found["Size"]) for page in pages for found in page["Contents"]]
    assert listed == [(key, len(key)) for key in keys if "a/1" < key < "b"]
    assert len(server.asked("ListObjectsV2")) == 2


def test_an_object_is_put_in_parts(client: Client) -> None:
    upload, parts = begin(client, "key", b"a" * 5 * MIB, b"b")
    listed = client.list_parts(Bucket=BUCKET, Key="key", UploadId=upload, MaxParts=1)
    assert ([part["Size"] for part in listed["Parts"]], listed["IsTruncated"]) == ([5 * MIB], True)
    begin(client, "other")
    (first,) = client.list_multipart_uploads(Bucket=BUCKET, MaxUploads=1)["Uploads"]
    assert first["UploadId"] == upload
    done = client.complete_multipart_upload(Bucket=BUCKET, Key="key", UploadId=upload, MultipartUpload=parts)
    assert done["ETag"].endswith('-2"')
    assert read(client, "key") == b"a" * 5 * MIB + b"b"
    (left,) = client.list_multipart_uploads(Bucket=BUCKET)["Uploads"]
    client.abort_multipart_upload(Bucket=BUCKET, Key="other", UploadId=left["UploadId"])
    with refused("NoSuchUpload"):
        client.list_parts(Bucket=BUCKET, Key="other", UploadId=left["UploadId"])


def test_parts_are_completed_only_where_all_is_right(server: S3Server, client: Client) -> None:
    upload, parts = begin(client, "key", b"a", b"b")
    asked = {"Bucket": BUCKET, "Key": "key", "UploadId": upload}
    with refused("EntityTooSmall"):
        client.complete_multipart_upload(**asked, MultipartUpload=parts)
    with refused("InvalidPart"):
        client.complete_multipart_upload(**asked, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": "x"}]})
    put(client, "key", b"first")
    last = {"Parts": parts["Parts"][1:]}
    with refused("PreconditionFailed"):
        client.complete_multipart_upload(**asked, MultipartUpload=last, IfNoneMatch="*")
    server.misbehave(*OTHER_KIND)
    client.complete_multipart_upload(**asked, MultipartUpload=last, IfNoneMatch="*")
    assert read(client, "key") == b"b"


def test_framing_is_taken_off_and_its_trailer_is_compared(server: S3Server) -> None:
    assert put_framed(server, hashlib.sha256(b"hello").digest()) == 200
    assert server.bucket.get("framed").data == b"hello"
    assert put_framed(server, bytes(32)) == 400
    server.misbehave(happens(Does.KEEPS_FRAMING))
    assert put_framed(server, hashlib.sha256(b"hello").digest()) == 200
    assert server.bucket.get("framed").data.startswith(b"5\r\nhello\r\n0\r\n")
    server.misbehave(*OTHER_KIND)
    assert put_framed(server, hashlib.sha256(b"hello").digest()) == 400


def put_framed(server: S3Server, digest: bytes) -> int:
    """PutObject as clients send it over TLS, with a trailer; the status."""
    connection = http.client.HTTPConnection(server.base.removeprefix("http://"))
    body = b"5\r\nhello\r\n0\r\nx-amz-checksum-sha256:%s\r\n\r\n" % base64.b64encode(digest)
    headers = {
        "Authorization": f"AWS4-HMAC-SHA256 Credential={ACCESS_KEY_ID}/20260101/us-east-1/s3/aws4_request",
        "Content-Encoding": "aws-chunked",
        "x-amz-trailer": "x-amz-checksum-sha256",
    }
    connection.request("PUT", f"/{BUCKET}/framed", body, headers)
    status = connection.getresponse().status
    connection.close()
    return status
