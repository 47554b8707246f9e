"""Each record is one gzip member that every reader unpacks, whatever its block is and however it is packed."""

import gzip
import hashlib
import subprocess
import tracemalloc
import zlib
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from fastwarc.warc import ArchiveIterator as FastIterator
from hypothesis import given
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from crawler.archive.records import new_record
from crawler.archive.warc import (
    compress_member,
    read_records,
    record_member,
    repeatable_member,
    stored_member,
)
from tests.captures import MOMENT, a_capture, capture_records

KEY = "warc/2026/04/01/news-20260401123015-00000-abcdef.warc.gz"


LEVELS = (1, 2, 3)
NOISE = hashlib.shake_256().digest(3 << 20)
"""Three MiB that cannot be compressed, as images and compressed pages cannot."""


@given(parts=st.lists(st.binary(max_size=300), max_size=4), level=st.sampled_from(LEVELS))
def test_any_parts_become_one_member_that_zlib_reads(parts: list[bytes], level: int) -> None:
    packed = b"".join(compress_member(parts, level))
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
    assert unpacker.decompress(packed + b"behind") == b"".join(parts)
    assert unpacker.eof
    assert unpacker.unused_data == b"behind"
    assert packed == b"".join(compress_member(map(memoryview, parts), level))


@pytest.mark.parametrize("level", LEVELS)
def test_a_large_block_of_noise_hardly_grows_and_every_reader_finds_it_whole(level: int) -> None:
    record = new_record("resource", MOMENT, "application/octet-stream", NOISE)
    member = b"".join(compress_member(record.parts(), level))
    assert len(member) < len(record.to_bytes()) * 1.001
    assert gzip.decompress(member) == record.to_bytes()
    assert [read.content_stream().read() for read in ArchiveIterator(BytesIO(member * 2))] == [NOISE, NOISE]
    assert [read.reader.read() for read in FastIterator(BytesIO(member * 2))] == [NOISE, NOISE]
    assert [located.record.block for located in read_records(BytesIO(member * 2), KEY)] == [NOISE, NOISE]


def test_memory_stays_flat_while_a_large_block_is_compressed() -> None:
    def block() -> Iterator[memoryview]:
        for _ in range(20):
            yield memoryview(NOISE)

    tracemalloc.start()
    try:
        size = sum(len(piece) for piece in compress_member(block(), 1))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert size > 20 * len(NOISE)
    assert peak < 8_000_000, f"{peak} bytes for a member of {size}"


@given(
    head=st.binary(max_size=300),
    packed=st.one_of(
        st.binary(max_size=300), st.sampled_from([NOISE[:size] for size in (65534, 65535, 65536, 200_000)])
    ),
    end=st.binary(max_size=8),
    level=st.sampled_from(LEVELS),
)
def test_what_is_packed_already_stands_in_its_member_as_it_is(
    head: bytes, packed: bytes, end: bytes, level: int
) -> None:
    member = b"".join(stored_member(head, memoryview(packed), end, level))
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
    assert unpacker.decompress(member + b"behind") == head + packed + end
    assert unpacker.eof
    assert unpacker.unused_data == b"behind"
    assert packed[:65535] in member


@pytest.mark.parametrize("level", LEVELS)
def test_every_reader_finds_a_record_whole_whose_block_is_packed_already(level: int, tmp_path: Path) -> None:
    record = new_record("resource", MOMENT, "application/octet-stream", b"head" * 50 + NOISE, packed_from=200)
    member = b"".join(record_member(record, level))
    assert len(member) < len(NOISE) + 100 * 5 + 1000
    assert [read.content_stream().read() for read in ArchiveIterator(BytesIO(member * 2))] == [record.block] * 2
    assert [read.reader.read() for read in FastIterator(BytesIO(member * 2))] == [record.block] * 2
    assert [located.record for located in read_records(BytesIO(member * 2), KEY)] == [record] * 2
    path = tmp_path / "two.gz"
    path.write_bytes(member * 2)
    assert subprocess.run(["gzip", "-t", str(path)], check=False).returncode == 0


@pytest.mark.parametrize(
    ("fields", "stored"),
    [
        (b"Content-Encoding: gzip", True),
        (b"Content-Encoding: x-unheard-of", False),
        (b"Content-Encoding: identity", False),
        (b"Content-Type: image/jpeg", True),
        (b"Content-Type: IMAGE/WEBP ; q=1", True),
        (b"Content-Type: font/woff2", True),
        (b"Content-Type: image/svg+xml", False),
        (b"Content-Type: text/html", False),
        (b"X: y", False),
    ],
)
def test_a_body_is_stored_as_it_is_where_its_head_says_that_it_is_packed(fields: bytes, stored: bool) -> None:
    body = bytes(range(256)) * 8
    head = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n%s\r\n\r\n" % (len(body), fields)
    _, response, _ = capture_records(replace(a_capture(), response=head + body))
    member = b"".join(record_member(response, 2))
    assert (body in member) == stored
    assert gzip.decompress(member) == response.to_bytes()


def test_memory_stays_flat_while_a_large_packed_block_is_written() -> None:
    packed = memoryview(bytes(20 * len(NOISE)))
    tracemalloc.start()
    try:
        size = sum(len(piece) for piece in stored_member(b"head", packed, b"end", 1))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert size > len(packed)
    assert peak < 1_000_000, f"{peak} bytes for a member of {size}"


def test_a_member_that_may_be_compared_holds_neither_time_nor_name() -> None:
    member = repeatable_member(b"line\n")
    assert member.startswith(b"\x1f\x8b\x08" + bytes(5))
    assert gzip.decompress(member) == b"line\n"
