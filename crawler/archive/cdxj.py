"""CDXJ: the index of a WARC, one line per response: ``<SURT> <ts14> <JSON>``, sorted by bytes (LC_ALL=C)."""

import re
from collections.abc import Iterable
from typing import BinaryIO

import orjson
import surt

from crawler.archive.captures import StoredCapture
from crawler.archive.keys import timestamp14
from crawler.archive.warc import repeatable_member

LINES_PER_MEMBER = 300
"""Lines in one gzip member: a reader fetches and unpacks only the member that it needs."""

_MIME = re.compile(rb"[a-z0-9.+-]+/[a-z0-9.+-]+")


def cdxj_line(capture: StoredCapture) -> bytes:
    """The index line of a capture, with the keys that pywb and cdxj-indexer use; numbers are strings there."""
    mime = _MIME.match((capture.message.value(b"content-type") or b"").strip().lower())
    fields = {
        "url": capture.url,
        "mime": mime.group().decode("ascii") if mime else "unk",
        "status": str(capture.ref.status),
        "digest": capture.ref.payload_digest,
        "length": str(capture.ref.length),
        "offset": str(capture.ref.offset),
        "filename": capture.ref.warc.rpartition("/")[2],
    }
    key = surt_key(capture.url)
    return f"{key} {timestamp14(capture.ref.fetched_at)} ".encode() + orjson.dumps(fields) + b"\n"


def surt_key(url: str) -> str:
    """The URL's Sort-friendly URI Reordering Transform, without spaces, as the index sorts by it."""
    return str(surt.surt(url)).replace(" ", "%20")


def write_index(lines: Iterable[bytes], out: BinaryIO) -> int:
    """Write sorted lines in gzip members of `LINES_PER_MEMBER`; returns how many lines there are."""
    ordered = sorted(lines)
    chunks = (ordered[start : start + LINES_PER_MEMBER] for start in range(0, len(ordered), LINES_PER_MEMBER))
    out.writelines(repeatable_member(b"".join(chunk)) for chunk in chunks)
    return len(ordered)
