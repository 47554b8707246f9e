"""WARC records: what is written is read back, and no value can break a header."""

from contextlib import suppress
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from crawler.archive.records import new_record, parse_record, parse_warc_date, parse_warc_fields, warc_date, warc_fields
from crawler.errors import DamagedArchiveError
from tests.captures import MOMENT

names = st.from_regex(r"[A-Za-z][A-Za-z0-9-]{0,20}", fullmatch=True)
values = st.text(st.characters(exclude_categories=["Cs"]))


@given(block=st.binary(max_size=200))
def test_a_record_is_read_back_as_it_was(block: bytes) -> None:
    record = new_record("resource", MOMENT, "text/plain", block, [("WARC-Target-URI", "https://news.example/a")])
    assert parse_record(record.to_bytes(), "here") == record


@given(value=st.text())
def test_no_value_breaks_out_of_its_header_line(value: str) -> None:
    record = new_record("resource", MOMENT, "text/plain", b"x", [("X-Value", value)])
    head = record.to_bytes().partition(b"\r\n\r\n")[0]
    assert head.count(b"\r\n") == len(record.fields) + 1
    assert head.isascii()


@given(pairs=st.dictionaries(names, values))
def test_warc_fields_are_read_back_whatever_the_values_hold(pairs: dict[str, str]) -> None:
    assert parse_warc_fields(warc_fields(pairs.items())) == pairs


def test_a_lone_surrogate_in_a_fact_does_not_stop_the_writer() -> None:
    assert parse_warc_fields(warc_fields([("title", "a\ud800b")])) == {"title": "a?b"}


def test_warcio_reads_our_records() -> None:
    record = new_record("metadata", MOMENT, "application/warc-fields", b"via: x\r\n")
    (read,) = list(ArchiveIterator(BytesIO(record.to_bytes())))
    assert read.rec_headers.get_header("WARC-Type") == "metadata"
    assert read.rec_headers.protocol == "WARC/1.1"


def test_dates_keep_their_microseconds() -> None:
    assert warc_date(MOMENT) == "2026-04-01T12:30:15.123456Z"
    assert parse_warc_date(warc_date(MOMENT)) == MOMENT


@pytest.mark.parametrize("cut", [0, 5, 40, -1, -5])
def test_a_record_that_is_cut_is_named_with_its_place(cut: int) -> None:
    data = new_record("resource", MOMENT, "text/plain", b"0123456789").to_bytes()[:cut]
    with pytest.raises(DamagedArchiveError, match="file at byte 7"):
        parse_record(data, "file at byte 7")


@given(data=st.binary(max_size=300))
def test_arbitrary_bytes_are_refused_or_read_but_never_crash(data: bytes) -> None:
    with suppress(DamagedArchiveError):
        parse_record(b"WARC/1.1\r\n" + data, "here")
