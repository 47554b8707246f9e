"""How our S3 store ends: when it is given up, and with its process."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.errors import StoreUnavailableError
from tests.faults.s3_faults import Does, happens, sips
from tests.faults.s3_server import S3Server
from tests.faults.s3_store import store_on
from tests.running import ROOT

KEY = "warc/a.warc.gz"


@pytest.fixture
def server() -> Iterator[S3Server]:
    with S3Server() as server:
        yield server


def test_a_part_that_goes_slowly_ends_when_the_store_is_given_up(server: S3Server, tmp_path: Path) -> None:
    """The server takes a quarter of an hour for it."""
    server.misbehave(sips("UploadPart", seconds=1.0))
    source = tmp_path / "sealed.warc.gz"
    with source.open("wb") as out:
        out.truncate(64 << 20)
    store = store_on(server, patience=60.0, part_bytes=60 << 20, threads=1)
    failures: list[StoreUnavailableError] = []

    def put() -> None:
        with pytest.raises(StoreUnavailableError, match="given up") as raised:
            store.put(KEY, source)
        failures.append(raised.value)

    putting = threading.Thread(target=put)
    putting.start()
    assert server.sipping.wait(30), "no part was sent"
    store.give_up()
    putting.join(10)
    assert failures, "the part is still being sent"


_PUT_AND_LEAVE = """
import sys, threading
from crawler.options import StoreAccess
from crawler.storage.store import open_store
from tests.faults.s3_server import ACCESS_KEY_ID, BUCKET, SECRET_ACCESS_KEY

access = StoreAccess(ACCESS_KEY_ID, SECRET_ACCESS_KEY, endpoint_url=sys.argv[1], region="us-east-1", part_bytes=5 << 20)
store = open_store(f"s3://{BUCKET}/news", access)
threading.Thread(target=store.put, args=("warc/large", bytes(11 << 20)), daemon=True).start()
while not any(thread.name.startswith("part") for thread in threading.enumerate()):
    pass
"""


def test_a_process_that_ends_waits_for_no_part_of_an_upload(server: S3Server) -> None:
    server.misbehave(happens(Does.HANGS, "UploadPart"))
    ended = subprocess.run(
        [sys.executable, "-c", _PUT_AND_LEAVE, server.base],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
