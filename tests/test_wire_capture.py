"""What a real crawl records is, to the byte, what a raw server received and sent. `SCRIPTS` lists the exchanges."""

import asyncio
import hashlib
import resource
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from fastwarc.warc import ArchiveIterator as FastWarcIterator
from warcio.archiveiterator import ArchiveIterator

from crawler.archive.spooled_run import SpooledRun
from crawler.archive.warc import WarcFile, sealed_file
from crawler.errors import CaptureError
from crawler.exporters.warc import WarcRecorder
from crawler.items import CaptureRef
from tests.captures import a_capture
from tests.faults.exchanges import SCRIPTS, SECRET, ZIPPED
from tests.faults.loopback_server import LOOPBACK
from tests.faults.record_exchanges import OPTIONS, a_writer, begin_run
from tests.faults.recorded import Recorded, recording
from tests.faults.script import PAGE

PATIENCE = 10
"""Seconds after which a receipt that should have failed is taken for lost."""


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Recorded]:
    """One crawl over all scripts."""
    with recording(SCRIPTS, tmp_path_factory.mktemp("exchanges")) as found:
        yield found


@pytest.mark.parametrize("name", SCRIPTS)
def test_the_response_on_record_is_what_the_server_sent(recorded: Recorded, name: str) -> None:
    assert [group.response.block for group in recorded.of(name)] == SCRIPTS[name].responses


@pytest.mark.parametrize(
    "name", sorted(SCRIPTS.keys() - {"authorization", "no-answer", "sent-again-on-a-new-connection", "through-a-proxy"})
)
def test_the_request_on_record_is_what_the_server_received(recorded: Recorded, name: str) -> None:
    assert recorded.asked(name), "the server was asked nothing"
    assert [group.request.block for group in recorded.of(name)] == recorded.asked(name)


@pytest.mark.parametrize("name", SCRIPTS)
def test_what_is_odd_about_an_exchange_is_told_and_nothing_else(recorded: Recorded, name: str) -> None:
    script = SCRIPTS[name]
    told = [(group.facts.get("flags"), group.response.value("WARC-Truncated")) for group in recorded.of(name)]
    assert told == [(script.flags, script.truncated)] * len(script.responses)


def test_what_the_spider_got_is_what_was_recorded(recorded: Recorded) -> None:
    assert "archive/captures/body_mismatch" not in recorded.stats


def test_two_exchanges_on_one_connection_keep_apart(recorded: Recorded) -> None:
    received = recorded.servers["kept-connection"].requests
    assert [request.connection for request in received] == [0, 0], "the connection was not kept: nothing is proved"


def test_a_request_that_is_sent_again_is_on_record_once(recorded: Recorded) -> None:
    first, lost, again = recorded.servers["sent-again-on-a-new-connection"].requests
    assert (lost.data, lost.connection + 1) == (again.data, again.connection)
    blocks = [group.request.block for group in recorded.of("sent-again-on-a-new-connection")]
    assert blocks == [first.data, again.data]


@pytest.mark.parametrize(
    ("name", "header"), [("authorization", "Authorization"), ("through-a-proxy", "Proxy-Authorization")]
)
def test_credentials_are_cut_and_the_metadata_says_so(recorded: Recorded, name: str, header: str) -> None:
    (group,) = recorded.of(name)
    (received,) = recorded.asked(name)
    lines = received.splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith(header.encode() + b":")]
    assert len(lines) == len(kept) + 1, "the server did not get the credentials"
    assert group.request.block == b"".join(kept)
    assert group.facts["redacted-request-headers"] == header
    assert SECRET.encode() not in b"".join(record.to_bytes() for record in group.records)


def test_a_redirect_is_named_by_the_exchange_it_led_to(recorded: Recorded) -> None:
    first, second = recorded.of("redirect")
    assert second.response.value("WARC-Target-URI") == f"{recorded.servers['redirect'].base}/redirect/target"
    assert second.facts["via"] == first.response.value("WARC-Target-URI")


@pytest.mark.parametrize(
    ("name", "version", "cipher"), [("tls-1.2", "tls/1.2", "ECDHE-ECDSA-"), ("tls-1.3", "tls/1.3", "TLS_")]
)
def test_tls_is_named_on_request_and_response(recorded: Recorded, name: str, version: str, cipher: str) -> None:
    for group in recorded.of(name):
        for record in (group.request, group.response):
            assert [value for name, value in record.fields if name == "WARC-Protocol"] == ["http/1.1", version]
            assert (record.value("WARC-Cipher-Suite") or "none").startswith(cipher)


def test_a_request_without_a_response_is_on_record_with_its_cause(recorded: Recorded) -> None:
    (attempt,) = recorded.attempts_of("no-answer")
    assert attempt.request is not None
    assert [attempt.request.block] == recorded.asked("no-answer")
    assert attempt.facts["failed"] == "broken"
    assert attempt.facts["attempt"] == "1"
    assert recorded.stats["archive/attempts/failed/broken"] == 1


@pytest.mark.parametrize(
    ("name", "payload"),
    [("content-length", PAGE), ("chunked-with-extensions-and-trailers", PAGE), ("gzip-body", ZIPPED)],
)
def test_the_payload_digest_is_taken_without_transfer_coding(recorded: Recorded, name: str, payload: bytes) -> None:
    (group,) = recorded.of(name)
    assert group.response.value("WARC-Payload-Digest") == f"sha256:{hashlib.sha256(payload).hexdigest()}"


def test_warcinfo_comes_first_and_every_record_names_it(recorded: Recorded) -> None:
    assert recorded.warcinfo.kind == "warcinfo"
    named = {record.value("WARC-Warcinfo-ID") for group in recorded.groups for record in group.records}
    assert named == {f"<{recorded.warcinfo.record_id}>"}


def test_the_records_of_a_capture_share_date_target_and_address(recorded: Recorded) -> None:
    for group in recorded.groups:
        assert [record.kind for record in group.records] == ["request", "response", "metadata"]
        for name in ("WARC-Date", "WARC-Target-URI"):
            assert len({record.value(name) for record in group.records}) == 1, name
        assert group.response.value("WARC-IP-Address") == LOOPBACK


def test_warcio_reads_every_record(recorded: Recorded) -> None:
    with recorded.path.open("rb") as stream:
        read = [
            (record.rec_headers.get_header("WARC-Record-ID"), record.raw_stream.read())
            for record in ArchiveIterator(stream, no_record_parse=True)
        ]
    assert read == recorded.blocks


def test_warcio_confirms_the_digests_but_takes_chunks_and_surplus_for_payload(recorded: Recorded) -> None:
    problems = {}
    with recorded.path.open("rb") as stream:
        for record in ArchiveIterator(stream, check_digests=True):
            record.raw_stream.read()
            if record.digest_checker.problems:
                problems[record.rec_headers.get_header("WARC-Record-ID")] = record.digest_checker.problems
    scripts = ("chunked-with-extensions-and-trailers", "chunks-cut", "longer-than-its-content-length")
    assert problems.keys() == {f"<{group.response.record_id}>" for name in scripts for group in recorded.of(name)}
    assert not [problem for found in problems.values() for problem in found if "block" in problem]


def test_fastwarc_reads_every_record_and_finds_the_blocks_unchanged(recorded: Recorded) -> None:
    with recorded.path.open("rb") as stream:
        read = []
        for record in FastWarcIterator(stream, parse_http=False):  # which it gives up on at chunk extensions
            assert record.verify_block_digest(), record.record_id
            read.append((record.headers["WARC-Record-ID"], record.reader.read()))
    assert read == recorded.blocks


class SlowDisk(SpooledRun):
    """A run whose first file cannot be opened before the disk is free."""

    def __init__(self, run: SpooledRun) -> None:
        vars(self).update(vars(run))
        self.free = threading.Event()

    def new_warc(self, opened: datetime, serial: int, level: int) -> WarcFile:
        self.free.wait()
        return super().new_warc(opened, serial, level)


@contextmanager
def full_disk(limit: int) -> Iterator[None]:
    """The kernel refuses to write beyond `limit` bytes of any file."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_queue_makes_the_downloader_wait_and_goes_on_when_the_disk_does(tmp_path: Path) -> None:
    async def scenario() -> None:
        run = SlowDisk(begin_run(tmp_path))
        recorder = WarcRecorder(a_writer(run), queue_bytes=100, on_failure=failures.append)
        first = await recorder.put(a_capture(body=b"x" * 100))
        waiting = [asyncio.ensure_future(recorder.put(a_capture(seconds=number))) for number in (1, 2)]
        await asyncio.wait(waiting, timeout=0)
        assert not first.done(), "a receipt was given before anything was on the disk"
        assert not any(put.done() for put in waiting), "put did not wait although the queue was full"
        run.free.set()
        receipts = [first, *await asyncio.gather(*waiting)]
        refs = await asyncio.gather(*receipts)
        (sealed,) = await recorder.seal()
        run.release()
        assert sealed == sealed_file(sealed.path, sealed.key)
        offsets = [ref.offset for ref in refs if ref is not None]
        assert offsets == sorted(offsets)
        assert len(offsets) == len(refs)
        assert sealed.records == 1 + 3 * len(refs)

    failures: list[CaptureError] = []
    asyncio.run(scenario())
    assert failures == []


def test_a_disk_that_fails_fails_every_receipt_and_tells_it_once(tmp_path: Path) -> None:
    async def scenario() -> None:
        run = begin_run(tmp_path)
        recorder = WarcRecorder(a_writer(run, replace(OPTIONS, level=1)), queue_bytes=100, on_failure=failures.append)
        body = hashlib.shake_256().digest(9_000)  # nothing that could be compressed
        with full_disk(limit=20_000):
            puts = [recorder.put(a_capture(body=body, seconds=number)) for number in range(5)]
            results = await asyncio.wait_for(asyncio.gather(*puts, return_exceptions=True), PATIENCE)
            receipts = [receipt for receipt in results if isinstance(receipt, asyncio.Future)]
            outcomes = await asyncio.wait_for(asyncio.gather(*receipts, return_exceptions=True), PATIENCE)
        lost = [outcome for outcome in outcomes + results if isinstance(outcome, CaptureError)]
        kept = [outcome for outcome in outcomes if isinstance(outcome, CaptureRef)]
        assert len(lost) + len(kept) == len(puts), (outcomes, results)
        assert lost, "the disk was not full"
        with pytest.raises(CaptureError, match="the spool cannot be written"):
            await recorder.put(a_capture())
        with pytest.raises(CaptureError, match="the spool cannot be written"):
            await recorder.seal()
        run.release()

    failures: list[CaptureError] = []
    asyncio.run(scenario())
    assert len(failures) == 1
