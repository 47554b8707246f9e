"""The S3 server of the tests goes wrong where it is told to, as the usual client library sees it."""

import hashlib
from collections.abc import Iterator

import pytest
from botocore.exceptions import (
    ClientError,
    ConnectionClosedError,
    FlexibleChecksumError,
    IncompleteReadError,
    PaginationError,
    ReadTimeoutError,
    ResponseStreamingError,
)

from tests.faults.s3_client import Client, base64_of, client_of, put, race, read, refused
from tests.faults.s3_faults import (
    Does,
    Fault,
    answers,
    at_most,
    conflict,
    denied,
    drips,
    happens,
    no_upload_listing,
    skewed,
    slow_down,
)
from tests.faults.s3_server import BUCKET, S3Server


@pytest.fixture
def server() -> Iterator[S3Server]:
    with S3Server() as server:
        yield server


@pytest.fixture
def client(server: S3Server) -> Client:
    return client_of(server)


def test_a_fault_comes_at_its_request_and_goes(server: S3Server, client: Client) -> None:
    server.misbehave(slow_down("PutObject", times=1, retry_after="7"), denied("PutObject", nth=3))
    with pytest.raises(ClientError) as raised:
        put(client, "key", b"")
    answered = raised.value.response["ResponseMetadata"]
    assert (answered["HTTPStatusCode"], answered["HTTPHeaders"]["retry-after"]) == (503, "7")
    put(client, "key", b"1")
    with refused("AccessDenied"):
        put(client, "key", b"2")
    assert read(client, "key") == b"1"


def test_refusals_name_their_code(server: S3Server, client: Client) -> None:
    server.misbehave(no_upload_listing(), conflict("PutObject", times=1), at_most(3), answers(403, "X", "DeleteObject"))
    with refused("NotImplemented"):
        client.list_multipart_uploads(Bucket=BUCKET)
    with refused("ConditionalRequestConflict"):
        put(client, "key", b"")
    with refused("EntityTooLarge"):
        put(client, "key", b"1234")
    with refused("X"):
        client.delete_object(Bucket=BUCKET, Key="key")


@pytest.mark.parametrize(
    ("fault", "kept"),
    [
        (happens(Does.CUTS_REQUEST), []),
        (happens(Does.LOSES_REPLY), [b"body"]),
    ],
    ids=["cut", "reply lost"],
)
def test_a_reset_comes_before_or_after_the_deed(
    server: S3Server, client: Client, fault: Fault, kept: list[bytes]
) -> None:
    server.misbehave(fault)
    with pytest.raises(ConnectionClosedError):
        put(client, "key", b"body")
    assert [stored.data for stored in server.bucket.objects.values()] == kept


def test_a_body_that_is_cut_leaves_an_empty_object_where_that_is_asked_for(server: S3Server, client: Client) -> None:
    server.misbehave(happens(Does.CUTS_REQUEST, times=1), happens(Does.EMPTY_IF_CUT))
    with pytest.raises(ConnectionClosedError):
        put(client, "key", b"body")
    assert server.bucket.get("key").data == b""


def test_a_hanging_server_ends_with_its_client_or_its_block(server: S3Server, client: Client) -> None:
    server.misbehave(happens(Does.HANGS))
    with pytest.raises(ReadTimeoutError):
        put(client, "key", b"body")
    assert server.bucket.objects == {}


def test_answers_break_off_and_drip(server: S3Server, client: Client) -> None:
    put(client, "key", b"0123456789")
    server.misbehave(happens(Does.CUTS_REPLY, "GetObject", times=1), drips("GetObject", seconds=0.001))
    with pytest.raises((IncompleteReadError, ResponseStreamingError)):
        read(client, "key")
    assert read(client, "key") == b"0123456789"


def test_what_is_stored_can_be_other_than_what_was_sent(server: S3Server, client: Client) -> None:
    server.misbehave(happens(Does.ALTERS))
    put(client, "altered", b"body")
    assert read(client, "altered") == b"boey"
    server.misbehave(happens(Does.KEEPS_FRAMING))
    put(client, "framed", b"body")
    assert read(client, "framed") == b"4\r\nbody\r\n0\r\n\r\n"
    server.misbehave(happens(Does.WRONG_ETAG))
    assert put(client, "tagged", b"body")["ETag"] == f'"{"0" * 32}"'


def test_an_altered_object_with_a_checksum_is_noticed_by_the_library(server: S3Server, client: Client) -> None:
    server.misbehave(happens(Does.ALTERS))
    put(client, "key", b"body", ChecksumSHA256=base64_of(hashlib.sha256(b"body").digest()))
    with pytest.raises(FlexibleChecksumError):
        read(client, "key", ChecksumMode="ENABLED")


def test_conditions_can_be_ignored_always_or_in_a_race(server: S3Server, client: Client) -> None:
    server.misbehave(happens(Does.RACES))
    assert sum(race(client, 4)) > 1
    with refused("PreconditionFailed"):
        put(client, "raced", b"late", IfNoneMatch="*")
    server.misbehave(happens(Does.IGNORES_CONDITION))
    put(client, "raced", b"late", IfNoneMatch="*")
    assert read(client, "raced") == b"late"


def test_a_listing_can_go_in_a_circle(server: S3Server, client: Client) -> None:
    put(client, "key", b"")
    server.misbehave(happens(Does.REPEATS_TOKEN))
    with pytest.raises(PaginationError):
        list(client.get_paginator("list_objects_v2").paginate(Bucket=BUCKET))


def test_the_clock_can_be_wrong(server: S3Server, client: Client) -> None:
    server.misbehave(skewed(-365 * 86400))
    head = client.head_bucket(Bucket=BUCKET)["ResponseMetadata"]["HTTPHeaders"]
    put(client, "key", b"")
    now = client.head_object(Bucket=BUCKET, Key="key")["LastModified"]
    assert int(head["date"].split(" ")[3]) < now.year
