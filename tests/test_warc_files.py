"""WARC files: groups of records in gzip members, sealed by a ritual, salvaged after a crash at any byte."""

import gzip
from dataclasses import replace
from pathlib import Path

import pytest

from crawler.archive.records import Record
from crawler.archive.salvage import salvage
from crawler.archive.stored import read_captures
from crawler.archive.warc import (
    WarcFile,
    read_members,
    read_records,
    record_member,
    sealed_file,
)
from crawler.archive.warcinfo import warcinfo_record
from crawler.errors import DamagedArchiveError
from crawler.evidence import Capture
from crawler.exporters.group_writer import WriterOptions
from tests.captures import BASE, MOMENT, a_capture, a_link, capture_records, run_facts
from tests.faults.record_exchanges import OPTIONS, a_writer, begin_run

KEY = "warc/2026/04/01/news-20260401123015-00000-abcdef.warc.gz"
FACTS = run_facts("20260401123015-world-abcdef", "world")
CAPTURES = [a_capture(), a_capture(f"{BASE}/20260401/story-1100000001.html", link=a_link(), seconds=1)]


@pytest.fixture
def written(tmp_path: Path) -> WarcFile:
    """A file with warcinfo and two captures, not sealed yet."""
    file = WarcFile(tmp_path / KEY.rpartition("/")[2], KEY, 2)
    info = warcinfo_record(FACTS, KEY, MOMENT)
    file.write([info])
    for capture in CAPTURES:
        file.write(capture_records(capture, info.record_id))
    file.sync()
    return file


def records_of(path: Path) -> list[Record]:
    with path.open("rb") as stream:
        return [located.record for located in read_records(stream, KEY)]


def test_a_file_is_open_while_written_and_takes_its_name_when_sealed(written: WarcFile) -> None:
    assert not written.path.exists()
    sealed = written.seal()
    assert sealed.path.exists()
    assert sealed == sealed_file(sealed.path, KEY)
    assert gzip.decompress(sealed.path.read_bytes()).startswith(b"WARC/1.1\r\nWARC-Type: warcinfo\r\n")


def test_each_record_is_a_gzip_member_of_its_own_at_the_place_it_says(written: WarcFile) -> None:
    data = written.seal().path.read_bytes()
    with written.path.open("rb") as stream:
        for located in read_records(stream, KEY):
            member = data[located.offset : located.offset + located.length]
            assert gzip.decompress(member) == located.record.to_bytes()


def test_a_capture_is_request_response_and_metadata_of_one_date(written: WarcFile) -> None:
    _, *group = records_of(written.seal().path)[:4]
    assert [record.kind for record in group] == ["request", "response", "metadata"]
    assert {record.value("WARC-Date") for record in group} == {"2026-04-01T12:30:15.123456Z"}
    request, response, metadata = group
    assert request.block == CAPTURES[0].request
    assert response.block == CAPTURES[0].response
    assert request.value("WARC-Concurrent-To") == metadata.value("WARC-Concurrent-To") == f"<{response.record_id}>"
    assert [value for name, value in response.fields if name == "WARC-Protocol"] == ["http/1.1", "tls/1.3"]


def test_captures_are_read_back_with_their_link_and_place(written: WarcFile) -> None:
    path = written.seal().path
    with path.open("rb") as stream:
        listing, article = list(read_captures(read_records(stream, KEY), KEY))
    assert listing.link is None
    assert article.link == a_link()
    assert article.ref.warc == KEY
    assert article.ref.fetched_at == CAPTURES[1].started_at
    with path.open("rb") as stream:
        stream.seek(article.ref.offset)
        member = stream.read(article.ref.length)
    assert CAPTURES[1].response in gzip.decompress(member)


def test_a_crash_at_any_byte_keeps_the_whole_groups_and_sets_the_rest_aside(written: WarcFile, tmp_path: Path) -> None:
    data = written.seal().path.read_bytes()
    with written.path.open("rb") as stream:
        ends = [offset + length for offset, length, _ in read_members(stream, KEY)]
    groups = [ends[3], ends[6]]
    for cut in [*range(0, len(data), 17), *groups, len(data)]:
        opened = tmp_path / f"{cut}.warc.gz.open"
        opened.write_bytes(data[:cut])
        salvaged = salvage(opened, tmp_path / "aside")
        expected = max((end for end in groups if end <= cut), default=0)
        assert not opened.exists()
        assert (salvaged.sealed.read_bytes() if salvaged.sealed else b"") == data[:expected], f"cut at byte {cut}"
        assert (salvaged.aside.read_bytes() if salvaged.aside else b"") == data[expected:cut], f"cut at byte {cut}"


@pytest.mark.parametrize(("damaged", "kept"), [(1, 1), (2, 1), (3, 1), (4, 1), (6, 1), (0, 0)])
def test_damage_in_the_middle_costs_only_its_own_group_and_no_byte_is_thrown_away(
    written: WarcFile, tmp_path: Path, damaged: int, kept: int
) -> None:
    data = bytearray(written.seal().path.read_bytes())
    with written.path.open("rb") as stream:
        members = [(offset, length) for offset, length, _ in read_members(stream, KEY)]
    offset, length = members[damaged]
    data[offset + length // 2] ^= 0xFF
    opened = tmp_path / "damaged.warc.gz.open"
    opened.write_bytes(data)
    salvaged = salvage(opened, tmp_path / "aside")
    assert salvaged.groups == kept
    assert salvaged.aside is not None
    assert salvaged.aside.read_bytes()[-100:] == bytes(data)[-100:]
    if salvaged.sealed is not None:
        with salvaged.sealed.open("rb") as stream:
            assert len(list(read_captures(read_records(stream, KEY), KEY))) == kept


def test_groups_inside_the_body_of_a_damaged_capture_are_not_taken_for_captures(tmp_path: Path) -> None:
    forged = b"".join(b"".join(record_member(record, 2)) for record in capture_records(CAPTURES[1]))
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(forged)
    file = WarcFile(tmp_path / KEY.rpartition("/")[2], KEY, 2)
    info = warcinfo_record(FACTS, KEY, MOMENT)
    file.write([info])
    _, response, _ = file.write(capture_records(replace(CAPTURES[0], response=head + forged), info.record_id))
    file.write(capture_records(CAPTURES[1], info.record_id))
    data = bytearray(file.seal().path.read_bytes())
    assert forged in data
    data[response.offset + 12] ^= 0xFF
    opened = tmp_path / "damaged.warc.gz.open"
    opened.write_bytes(data)
    salvaged = salvage(opened, tmp_path / "aside")
    assert salvaged.groups == 1
    assert salvaged.sealed is not None
    assert [record.block for record in records_of(salvaged.sealed)[2:3]] == [CAPTURES[1].response]


def test_damage_is_named_with_its_byte(written: WarcFile) -> None:
    path = written.seal().path
    data = bytearray(path.read_bytes())
    data[-4] ^= 0xFF
    path.write_bytes(data)
    with pytest.raises(DamagedArchiveError, match="at byte"):
        records_of(path)


def test_a_response_without_its_metadata_is_no_capture(written: WarcFile) -> None:
    path = written.seal().path
    with path.open("rb") as stream:
        located = list(read_records(stream, KEY))
    with pytest.raises(DamagedArchiveError, match="make no whole capture"):
        list(read_captures(located[:-1], KEY))


def test_credentials_and_oddities_are_told_in_the_metadata() -> None:
    odd = Capture(
        **{name: getattr(CAPTURES[0], name) for name in CAPTURES[0].__slots__} | {"redacted": ("Authorization",)}
    )
    *_, metadata = capture_records(odd)
    assert b"redacted-request-headers: Authorization" in metadata.block


@pytest.mark.parametrize(
    ("options", "files"), [(replace(OPTIONS, warc_bytes=1), 3), (replace(OPTIONS, warc_seconds=1e-9), 3), (OPTIONS, 1)]
)
def test_files_are_rotated_by_size_and_by_age_and_only_between_groups(
    tmp_path: Path, options: WriterOptions, files: int
) -> None:
    run = begin_run(tmp_path)
    writer = a_writer(run, options)
    for seconds in range(3):
        writer.write(a_capture(seconds=seconds))
    writer.seal()
    run.release()
    assert len(writer.sealed) == files
    assert len({sealed.path.name for sealed in writer.sealed}) == files
    captures = 0
    for sealed in writer.sealed:
        with sealed.path.open("rb") as stream:
            first, *rest = read_records(stream, sealed.key)
        assert first.record.kind == "warcinfo"
        captures += len(list(read_captures(rest, sealed.key)))
    assert captures == 3
