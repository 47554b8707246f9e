"""The JSON line of an article: every key in every line, in the order of `Article`, RFC 3339 times, no BOM."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from crawler.archive.warc import in_members, read_members, repeatable_member
from crawler.errors import DamagedArchiveError
from crawler.items import Article, JsonObject

LINES_PER_MEMBER = 500
"""Lines in one gzip member of a part: what a reader unpacks at once."""

_MEMBER_LIMIT = 1 << 30


def article_line(article: Article) -> bytes:
    """The article as one line of JSON with its line end. Raises `DamagedArchiveError` for text that is no Unicode."""
    try:
        return orjson.dumps(article, option=orjson.OPT_UTC_Z | orjson.OPT_APPEND_NEWLINE)
    except TypeError as error:
        raise DamagedArchiveError(f"{article.url}: the line cannot be written as JSON ({error})") from error


def plain(value: Any) -> Any:  # noqa: ANN401  any value of a line
    """A value as the JSON line holds it, read back."""
    return orjson.loads(orjson.dumps(value, option=orjson.OPT_UTC_Z))


def pack_lines(lines: Path, out: BinaryIO) -> int:
    """Compress a file of lines as a part: gzip members of `LINES_PER_MEMBER` lines. Returns how many."""
    count = 0
    with lines.open("rb") as stream:
        for chunk in in_members(stream, LINES_PER_MEMBER):
            out.write(repeatable_member(b"".join(chunk)))
            count += len(chunk)
    return count


def read_lines(stream: BinaryIO, name: str, holding: Sequence[bytes] = ()) -> Iterator[JsonObject]:
    """Lines of a `.jsonl.gz` part. Raises `DamagedArchiveError` naming the line that is not one.

    Where `holding` names any, only lines that hold one of these byte strings are looked at: parsing takes longest.
    """
    number = 0
    rest = b""
    for _, _, data in read_members(stream, name, _MEMBER_LIMIT):
        *whole, rest = (rest + data).split(b"\n")
        for line in whole:
            number += 1
            if not holding or any(wanted in line for wanted in holding):
                yield _parsed(line, f"{name} line {number}")
    if rest:
        raise DamagedArchiveError(
            f"{name} line {number + 1}: the last line is cut; derive the part again or restore it"
        )


def _parsed(line: bytes, where: str) -> JsonObject:
    try:
        value = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise DamagedArchiveError(f"{where}: not JSON ({error}); restore the part from a copy") from error
    if not isinstance(value, dict) or not isinstance(value.get("article_id"), str):
        raise DamagedArchiveError(f"{where}: not an article line; restore the part from a copy")
    return value
