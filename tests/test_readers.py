"""Other readers accept our files. Where a reader is at fault, the exact set of its complaints is asserted."""

import gzip
import subprocess
from pathlib import Path

import pytest
from fastwarc.warc import ArchiveIterator as FastIterator
from warcio.archiveiterator import ArchiveIterator

from crawler.archive.warc import read_records
from tests.running import Project
from tests.site.articles import SampleSite
from tests.site.server import running


@pytest.fixture(scope="module")
def warc(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A WARC of the sample site, a third of whose articles are sent in chunks."""
    project = Project(tmp_path_factory.mktemp("readers"))
    with running(SampleSite(articles=12)) as site:
        assert project.crawl(site.base_url).code == 0
    (path,) = project.archive.glob("warc/**/*.warc.gz")
    return path


def test_gzip_finds_nothing_wrong(warc: Path) -> None:
    assert subprocess.run(["gzip", "-t", str(warc)], check=False).returncode == 0


def test_warcio_complains_of_exactly_the_records_with_transfer_encoding(warc: Path) -> None:
    """It takes the payload digest over the chunks with their framing; ISO 28500 takes it over the payload."""
    complaints, chunked = set(), set()
    with warc.open("rb") as stream:
        for record in ArchiveIterator(stream, check_digests=True):
            record_id = record.rec_headers.get_header("WARC-Record-ID")
            record.content_stream().read()
            while record.raw_stream.read():
                pass
            if record.rec_type == "response" and record.http_headers.get_header("Transfer-Encoding"):
                chunked.add(record_id)
            if record.digest_checker.problems:
                complaints.add(record_id)
    assert chunked
    assert complaints == chunked


def test_fastwarc_reads_every_record_and_agrees_on_every_block(warc: Path) -> None:
    with warc.open("rb") as stream:
        ours = [located.record.record_id for located in read_records(stream, warc.name)]
    theirs = []
    with warc.open("rb") as stream:
        for record in FastIterator(stream, parse_http=False):
            assert record.verify_block_digest(), record.record_id
            theirs.append(str(record.record_id).strip("<>"))
    assert theirs == ours


def test_the_file_is_one_plain_gzip_stream_of_warc_records(warc: Path) -> None:
    text = gzip.decompress(warc.read_bytes())
    assert text.startswith(b"WARC/1.1\r\nWARC-Type: warcinfo\r\n")
    assert text.endswith(b"\r\n\r\n")
