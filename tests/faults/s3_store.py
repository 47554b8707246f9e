"""The product's S3 store on the S3 server of the tests."""

from typing import Any

from crawler.options import StoreAccess
from crawler.storage.store import ObjectStore, open_store
from tests.faults.s3_server import ACCESS_KEY_ID, BUCKET, SECRET_ACCESS_KEY, S3Server

PREFIX = "news"
PART = 5 << 20
"""Bytes of the smallest part that S3 takes."""


def store_on(server: S3Server, **changes: Any) -> ObjectStore:  # noqa: ANN401  fields of StoreAccess
    """A store that is patient for a second, with `changes` to how it is reached."""
    access = {
        "access_key_id": ACCESS_KEY_ID,
        "secret_access_key": SECRET_ACCESS_KEY,
        "endpoint_url": server.base,
        "region": "us-east-1",
        "patience": 1.0,
        "part_bytes": PART,
        "addressing": "path",
        **changes,
    }
    return open_store(f"s3://{BUCKET}/{PREFIX}", access=StoreAccess(**access))


def stored(server: S3Server, key: str) -> bytes | None:
    """What the server keeps under a key of the store; None where there is nothing."""
    found = server.bucket.objects.get(f"{PREFIX}/{key}")
    return None if found is None else found.data
