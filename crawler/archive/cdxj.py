"""CDXJ: the index of a WARC, one line per response, revisit and resource, sorted by bytes (LC_ALL=C).

A line is ``<SURT> <ts14> <JSON>``.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO

import orjson
import surt

from crawler.archive.captures import FACTS
from crawler.archive.keys import timestamp14
from crawler.archive.records import parse_warc_date, warc_date
from crawler.archive.sorting import sorted_lines
from crawler.archive.stored import StoredCapture, StoredFacts
from crawler.archive.warc import in_members, read_members, repeatable_member
from crawler.errors import DamagedArchiveError

LINES_PER_MEMBER = 300
"""Lines in one gzip member: a reader fetches and unpacks only the member that it needs."""

REVISIT = "warc/revisit"
"""What the index gives as media type of a revisit."""

_MEMBER_LIMIT = 64 << 20
_PLAIN = re.compile(r"(https?://[\w.:-]{1,260}/)((?:[\w-][\w.-]*/)*[\w-][\w.-]*)\Z", re.ASCII)
"""URLs of whose path the transform only makes lower case: origin and path."""
_MIME = re.compile(rb"[a-z0-9.+-]+/[a-z0-9.+-]+")


@dataclass(frozen=True, slots=True)
class IndexLine:
    """A line of an index, read back."""

    key: str
    """SURT of the URL."""
    timestamp: str
    """Fourteen digits, UTC."""
    fields: dict[str, str]
    """The JSON object; numbers are strings."""


def cdxj_line(stored: StoredCapture | StoredFacts) -> bytes:
    """The index line of a capture or a resource, with the keys of pywb and cdxj-indexer; numbers are strings there.

    A response that a revisit may refer to has more keys: `transfer` (coding), `record` (its id) and `date`; an
    answer to a request for a requisite has `requisite`, a revisit has `original`: the file that holds it. What says
    that an article is there, or is not, has `article` (its id) and `date`; the latter `record` too.
    """
    if isinstance(stored, StoredFacts):
        record = stored.located.record
        date = parse_warc_date(record.value("WARC-Date") or "")
        place = (stored.located.length, stored.located.offset, stored.warc)
        return _line(stored.url, date, FACTS, "", record.value("WARC-Payload-Digest") or "", place)
    ref, message = stored.ref, stored.message
    if stored.original is not None:
        mime = REVISIT
    else:
        found = _MIME.match((message.value(b"content-type") or b"").strip().lower())
        mime = found.group().decode("ascii") if found else "unk"
    more: dict[str, str] = {"requisite": stored.requisite} if stored.requisite and stored.answered else {}
    if stored.original is not None:
        more["original"] = stored.original.warc.rpartition("/")[2]
    if transfer := stored.transfer:
        more |= {"transfer": transfer, "record": ref.record_id, "date": warc_date(ref.fetched_at)}
    more |= _presence(stored)
    # A 304 is indexed without its status, as a page: players take the status from the original.
    status = "" if stored.original is not None and ref.status == 304 else str(ref.status)
    return _line(stored.url, ref.fetched_at, mime, status, ref.payload_digest, (ref.length, ref.offset, ref.warc), more)


def _presence(stored: StoredCapture) -> dict[str, str]:
    """Of which article the answer says that it is there or is not; nothing for any other answer."""
    ref, link = stored.ref, stored.link
    if link is None or not (stored.absent or (stored.answered and (ref.status == 200 or stored.original is not None))):
        return {}
    record = {"record": ref.record_id} if stored.absent else {}
    return record | {"date": warc_date(ref.fetched_at), "article": link.article_id}


def _line(
    url: str,
    date: datetime,
    mime: str,
    status: str,
    digest: str,
    place: tuple[int, int, str],
    more: Mapping[str, str] = MappingProxyType({}),
) -> bytes:
    length, offset, warc = place
    fields = {
        "url": url,
        "mime": mime,
        **({"status": status} if status else {}),
        "digest": digest,
        "length": str(length),
        "offset": str(offset),
        "filename": warc.rpartition("/")[2],
        **more,
    }
    return f"{surt_key(url)} {timestamp14(date)} ".encode() + orjson.dumps(fields) + b"\n"


def surt_key(url: str) -> str:
    """The URL's Sort-friendly URI Reordering Transform, without spaces, as the index sorts by it."""
    plain = _PLAIN.match(url)
    return _origin_key(plain[1]) + plain[2].lower() if plain else _transformed(url)


@lru_cache(maxsize=256)
def _origin_key(origin: str) -> str:
    return _transformed(origin)


def _transformed(url: str) -> str:
    return str(surt.surt(url)).replace(" ", "%20")


def read_index(stream: BinaryIO, name: str) -> Iterator[IndexLine]:
    """Lines of a snapshot's index. Raises `DamagedArchiveError` naming the object."""
    for _, _, data in read_members(stream, name, _MEMBER_LIMIT):
        for line in data.splitlines():
            key, _, rest = line.partition(b" ")
            timestamp, _, fields = rest.partition(b" ")
            try:
                parsed = orjson.loads(fields)
                yield IndexLine(key.decode(), timestamp.decode(), {str(k): str(v) for k, v in parsed.items()})
            except (ValueError, AttributeError) as error:
                raise DamagedArchiveError(f"{name}: not an index line ({error}); restore it from a copy") from error


def write_index(lines: Iterable[bytes], out: BinaryIO, directory: Path) -> int:
    """Write sorted lines in gzip members of `LINES_PER_MEMBER`, one at least; returns how many lines there are.

    `directory` takes what is too much to be sorted in memory.
    """
    count = 0
    for chunk in in_members(sorted_lines(lines, directory), LINES_PER_MEMBER):
        out.write(repeatable_member(b"".join(chunk)))
        count += len(chunk)
    if not count:
        out.write(repeatable_member(b""))
    return count
