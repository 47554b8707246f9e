"""The recorder syncs now and then, but keeps nobody waiting for that who has to wait for room or for the end."""

import asyncio
from pathlib import Path

import pytest

from crawler.errors import CaptureError
from crawler.exporters.warc import WarcRecorder
from crawler.items import CaptureRef
from tests.captures import a_capture
from tests.faults.record_exchanges import a_writer, begin_run


def test_a_full_queue_and_the_end_do_not_wait_until_a_sync_is_due(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crawler.exporters.warc.SYNC_SECONDS", 1e6)
    failures: list[CaptureError] = []

    async def record() -> list[CaptureRef | None]:
        run = begin_run(tmp_path)
        recorder = WarcRecorder(a_writer(run), queue_bytes=1000, on_failure=failures.append)
        receipts = [await recorder.put(a_capture(body=bytes(2000))) for _ in range(5)]
        await recorder.seal()
        run.release()
        return await asyncio.gather(*receipts)

    refs = asyncio.run(asyncio.wait_for(record(), timeout=60))
    assert not failures
    assert len({ref.record_id for ref in refs if ref is not None}) == 5
