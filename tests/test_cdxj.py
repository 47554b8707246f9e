"""The index is packed so that no line, however long, makes it unreadable."""

from io import BytesIO
from pathlib import Path

import orjson

from crawler.archive.cdxj import LINES_PER_MEMBER, read_index, write_index
from crawler.archive.warc import MEMBER_BYTES, in_members, read_members


def line(number: int, size: int = 0) -> bytes:
    return b"com,example)/%06d 20260401123015 " % number + orjson.dumps({"url": "x" * size}) + b"\n"


def test_lines_are_packed_by_number_and_by_size() -> None:
    small = [line(number) for number in range(2 * LINES_PER_MEMBER + 1)]
    assert [len(group) for group in in_members(small, LINES_PER_MEMBER)] == [LINES_PER_MEMBER, LINES_PER_MEMBER, 1]
    large = [line(number, MEMBER_BYTES // 3) for number in range(7)]
    assert [len(group) for group in in_members(large, LINES_PER_MEMBER)] == [3, 3, 1]


def test_an_index_of_long_lines_is_read_back(tmp_path: Path) -> None:
    out = BytesIO()
    lines = [line(number, 300_000) for number in range(300)]
    assert write_index(reversed(lines), out, tmp_path) == 300
    out.seek(0)
    members = [len(data) for _, _, data in read_members(out, "index")]
    assert max(members) < MEMBER_BYTES + 400_000
    out.seek(0)
    assert [found.key for found in read_index(out, "index")] == [text.split(b" ")[0].decode() for text in lines]


def test_an_index_without_lines_is_a_readable_file(tmp_path: Path) -> None:
    out = BytesIO()
    assert write_index([], out, tmp_path) == 0
    out.seek(0)
    assert [data for _, _, data in read_members(out, "index")] == [b""]
