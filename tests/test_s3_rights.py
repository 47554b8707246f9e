"""What a key may do that has not all rights on the uploads of a bucket."""

import logging
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from crawler.errors import ObjectExistsError, StoreError, StoreUnavailableError
from crawler.storage.store import Traits
from tests.faults.s3_faults import Fault, answers, denied, internal_error, no_upload_listing
from tests.faults.s3_server import S3Server
from tests.faults.s3_store import PART, PREFIX, store_on, stored

KEY = "warc/a.warc.gz"
PARTED = b"x" * PART + b"y"
"""A body that is put in two parts."""
LISTS_NOTHING = denied("ListMultipartUploads", "ListParts", "AbortMultipartUpload")
LISTS_NO_PARTS = denied("ListParts")
ABORTS_NOTHING = denied("AbortMultipartUpload")


@pytest.fixture
def server() -> Iterator[S3Server]:
    with S3Server() as server:
        yield server


@pytest.fixture
def parted(tmp_path: Path) -> Path:
    path = tmp_path / "sealed.warc.gz"
    path.write_bytes(PARTED)
    return path


@pytest.mark.parametrize("lacking", [LISTS_NOTHING, LISTS_NO_PARTS, ABORTS_NOTHING])
def test_a_large_file_is_put_without_rights_on_uploads(server: S3Server, parted: Path, lacking: Fault) -> None:
    server.misbehave(internal_error("UploadPart", nth=2), lacking)
    with pytest.raises(StoreUnavailableError):
        store_on(server, threads=1).put(KEY, parted)
    server.misbehave(lacking)
    store = store_on(server)
    store.put(KEY, parted)
    assert stored(server, KEY) == PARTED
    with pytest.raises(ObjectExistsError):
        store.put(KEY, parted)


@pytest.mark.parametrize("lacking", [LISTS_NOTHING, ABORTS_NOTHING])
def test_a_store_is_learnt_without_rights_on_uploads(server: S3Server, lacking: Fault) -> None:
    server.misbehave(lacking)
    assert store_on(server).learn() == Traits(put_if_absent=True, checksum="sha256", multipart_if_absent=True)


@pytest.mark.parametrize("lacking", [denied("ListMultipartUploads"), no_upload_listing()])
def test_an_upload_that_comes_too_late_is_removed_though_it_is_not_listed(server: S3Server, lacking: Fault) -> None:
    server.misbehave(lacking)
    assert store_on(server).learn().multipart_if_absent
    assert server.bucket.uploads == {}


@pytest.mark.parametrize("lacking", [LISTS_NOTHING, ABORTS_NOTHING])
def test_whoever_may_not_sweep_is_told_which_rights_that_needs(
    server: S3Server, lacking: Fault, caplog: pytest.LogCaptureFixture
) -> None:
    server.bucket.begin(f"{PREFIX}/a").began_at -= timedelta(days=8)
    server.misbehave(lacking)
    assert store_on(server).sweep_unfinished(timedelta(days=7)) == 0
    (record,) = [record for record in caplog.records if record.levelno == logging.WARNING]
    for right in ("s3:ListBucketMultipartUploads", "s3:ListMultipartUploadParts", "s3:AbortMultipartUpload"):
        assert right in record.getMessage()


def test_a_key_that_is_over_lacks_no_right(server: S3Server) -> None:
    server.misbehave(answers(403, "ExpiredToken", "ListMultipartUploads"))
    with pytest.raises(StoreError, match="AWS_SESSION_TOKEN"):
        store_on(server).sweep_unfinished(timedelta(days=7))
