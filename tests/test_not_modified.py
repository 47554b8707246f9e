"""A 304 is a revisit only as the answer to a validator that we sent, and only of the response it came from."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from crawler.archive.cdxj import cdxj_line, write_index
from crawler.archive.groups import read_groups
from crawler.archive.metadata import RECEIVED
from crawler.archive.originals import Originals
from crawler.archive.records import Record, parse_warc_fields
from crawler.archive.revisits import NOT_MODIFIED
from crawler.archive.stored import StoredCapture, read_captures
from crawler.archive.warc import read_records
from crawler.errors import DamagedArchiveError
from crawler.evidence import Original
from tests.captures import BASE, a_capture
from tests.faults.record_exchanges import a_writer, begin_run

FEED = f"{BASE}/export/rss2/world/index.xml"
NOT_CHANGED = b'HTTP/1.1 304 Not Modified\r\nETag: "\xe9 100%"\r\nX-Odd:\t1\r\n\r\n'
VALIDATED = b'GET /export/rss2/world/index.xml HTTP/1.1\r\nHost: news.example\r\nif-none-match: "\xe9 100%"\r\n\r\n'


class Written:
    """A file with a feed that was fetched once in full, and what came of asking again."""

    def __init__(self, directory: Path, **changes: object) -> None:
        self._run = begin_run(directory)
        writer = a_writer(self._run)
        first = writer.write(a_capture(FEED, b"<rss/>"))
        assert first is not None
        self.original = Original(
            first.record_id, FEED, first.fetched_at, first.payload_digest, first.warc, first.offset
        )
        again = a_capture(FEED, seconds=60)
        values = {"request": VALIDATED, "response": NOT_CHANGED, "revalidates": self.original, **changes}
        writer.write(replace(again, **values))  # type: ignore[arg-type]
        writer.seal()
        (self.sealed,) = writer.sealed

    def records(self) -> list[Record]:
        """Records of the second capture."""
        with self.sealed.path.open("rb") as stream:
            groups = list(read_groups(read_records(stream, self.sealed.key), self.sealed.key))
        return [located.record for located in groups[-1]]

    def capture(self) -> StoredCapture:
        with self.sealed.path.open("rb") as stream:
            return list(read_captures(read_records(stream, self.sealed.key), self.sealed.key))[-1]

    def originals(self) -> Originals:
        return Originals(self._run.open_warc)

    def publish(self, archive: Path) -> None:
        """Put file and index where they stand in an archive."""
        warc, index = archive / self.sealed.key, archive / "cdxj" / "one.cdxj.gz"
        for path in (warc, index):
            path.parent.mkdir(parents=True)
        shutil.copy(self.sealed.path, warc)
        with self._run.index_path.open("rb") as lines, index.open("wb") as out:
            write_index(lines, out, index.parent)

    def release(self) -> None:
        self._run.release()


@pytest.fixture
def written(tmp_path: Path) -> Iterator[Written]:
    made = Written(tmp_path)
    yield made
    made.release()


def test_it_names_the_response_whose_validator_was_sent(written: Written) -> None:
    _, revisit, _ = written.records()
    assert (revisit.kind, revisit.value("WARC-Profile")) == ("revisit", NOT_MODIFIED)
    assert revisit.value("WARC-Refers-To") == f"<{written.original.record_id}>"
    assert revisit.value("WARC-Refers-To-Target-URI") == FEED
    assert revisit.value("WARC-Refers-To-Date") == "2026-04-01T12:30:15.123456Z"
    assert revisit.value("WARC-Payload-Digest") == written.original.payload_digest


def test_its_block_is_empty_and_its_bytes_stand_in_the_metadata(written: Written) -> None:
    """Players serve a block as the page: with the 304 in it they show nothing."""
    request, revisit, metadata = written.records()
    assert request.block == VALIDATED
    assert (revisit.block, revisit.value("Content-Type")) == (b"", None)
    assert parse_warc_fields(metadata.block)[RECEIVED].encode("latin-1") == NOT_CHANGED


def test_it_is_read_back_as_the_304_it_was_and_resolves_to_the_payload(written: Written) -> None:
    stored = written.capture()
    assert stored.ref.status == 304
    assert stored.message.raw == NOT_CHANGED
    resolved = written.originals().resolved(stored)
    assert (resolved.message.status, resolved.message.payload) == (200, b"<rss/>")
    assert b'"mime":"warc/revisit"' in cdxj_line(stored)


@pytest.mark.parametrize(
    "changes",
    [
        {"request": VALIDATED.replace(b"if-none-match", b"X-None-Match")},
        {"request": VALIDATED.replace(b"if-none-match", b"X") + b"If-None-Match: in the body\r\n"},
        {"revalidates": None},
        {"truncated": "disconnect"},
    ],
    ids=["no-validator", "validator-in-the-body", "nobody-knows-the-original", "cut"],
)
def test_without_a_validator_that_we_sent_it_is_a_plain_response(tmp_path: Path, changes: dict[str, object]) -> None:
    written = Written(tmp_path, **changes)
    _, response, _ = written.records()
    assert (response.kind, response.block) == ("response", NOT_CHANGED)
    written.release()


@pytest.mark.parametrize(
    "wrong",
    [
        {"record_id": "urn:uuid:00000000-0000-0000-0000-000000000000"},
        {"url": f"{BASE}/other"},
        {"payload_digest": "sha256:" + "0" * 64},
    ],
)
def test_one_that_names_another_response_does_not_resolve(tmp_path: Path, wrong: dict[str, str]) -> None:
    first = Written(tmp_path / "first")
    written = Written(tmp_path / "second", revalidates=replace(first.original, **wrong))  # type: ignore[arg-type]
    with pytest.raises(DamagedArchiveError, match=r"restore|another payload"):
        first.originals().resolved(written.capture())
    first.release()
    written.release()
