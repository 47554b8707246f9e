"""The usual client library against the S3 server of the tests, with nothing of the product in between."""

import base64
import threading
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.faults.s3_server import ACCESS_KEY_ID, BUCKET, SECRET_ACCESS_KEY, S3Server

Client = Any
"""boto3 makes its classes as it goes."""
Value = Any
"""Parameters and results of boto3."""


def client_of(server: S3Server, access_key: str = ACCESS_KEY_ID) -> Client:
    return boto3.client(
        "s3",
        endpoint_url=server.base,
        region_name="us-east-1",
        aws_access_key_id=access_key,
        aws_secret_access_key=SECRET_ACCESS_KEY,
        config=Config(
            retries={"total_max_attempts": 1},
            read_timeout=1,
            request_checksum_calculation="when_required",
            s3={"addressing_style": "path"},
        ),
    )


def put(client: Client, key: str, body: bytes, **more: Value) -> Value:
    return client.put_object(Bucket=BUCKET, Key=key, Body=body, **more)


def read(client: Client, key: str, **more: Value) -> bytes:
    body: bytes = client.get_object(Bucket=BUCKET, Key=key, **more)["Body"].read()
    return body


def refused(code: str) -> pytest.RaisesExc[ClientError]:
    return pytest.raises(ClientError, match=rf"\({code}\)")


def begin(client: Client, key: str, *parts: bytes) -> tuple[str, Value]:
    upload = client.create_multipart_upload(Bucket=BUCKET, Key=key)["UploadId"]
    etags = [
        client.upload_part(Bucket=BUCKET, Key=key, UploadId=upload, PartNumber=number, Body=part)["ETag"]
        for number, part in enumerate(parts, 1)
    ]
    return upload, {"Parts": [{"PartNumber": number, "ETag": etag} for number, etag in enumerate(etags, 1)]}


def base64_of(digest: bytes) -> str:
    return base64.b64encode(digest).decode()


def race(client: Client, writers: int) -> list[bool]:
    """Write one key at once; who won."""
    start = threading.Barrier(writers)
    won: list[bool] = []

    def write(number: int) -> None:
        start.wait()
        try:
            put(client, "raced", b"%d" % number, IfNoneMatch="*")
        except ClientError:
            won.append(False)
        else:
            won.append(True)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return won
