"""Revisit records (ISO 28500 section 6.7): a capture whose payload an earlier response record has.

A revisit names its original by record id, target URI and date (sections 5.11 to 5.13), and by file and offset as
Heritrix does, so that it can be read without an index.
"""

import re
from dataclasses import dataclass
from datetime import datetime

from crawler.archive.http_message import HttpMessage
from crawler.archive.keys import warc_key_of
from crawler.archive.records import Fields, Record, new_record, parse_warc_date, warc_date
from crawler.evidence import Capture, Original

IDENTICAL_PAYLOAD = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
PROFILE = "WARC-Profile"

_VALIDATORS = re.compile(rb"^(?:If-None-Match|If-Modified-Since)[ \t]*:", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class NamedOriginal:
    """What a revisit says of the response that it refers to."""

    profile: str
    """WARC-Profile: why the payload is the same."""
    record_id: str
    """WARC-Record-ID, ``urn:uuid:…``."""
    url: str
    """Target URI."""
    date: datetime
    """WARC-Date."""
    warc: str
    """Key of the WARC that holds it."""
    offset: int
    """First byte of its gzip member there."""


def transfer_of(message: HttpMessage) -> str:
    """Transfer coding under which a payload was sent. Replay breaks where a revisit's and its original's differ."""
    coding = b",".join(message.values(b"transfer-encoding")).strip().lower()
    return coding.decode("latin-1") or "identity"


def confirmed_original(capture: Capture, message: HttpMessage) -> Original | None:
    """The response that a 304 confirms. None unless the request sent a validator: nothing else is to be trusted."""
    asked = _VALIDATORS.search(capture.request.partition(b"\r\n\r\n")[0]) is not None
    return capture.revalidates if asked and message.status == 304 and not capture.truncated else None


def revisit_record(
    capture: Capture, message: HttpMessage, payload_digest: str, original: Original, shared: Fields
) -> Record:
    """The revisit of a capture, between the records of its group.

    An identical payload keeps its own head as block, which is truncated by that (section 6.7.2). A 304 has an empty
    block, because players serve a block as the page; its bytes stand in the metadata record.
    """
    unmodified = message.status == 304
    names = [
        (PROFILE, NOT_MODIFIED if unmodified else IDENTICAL_PAYLOAD),
        *([] if unmodified else [("WARC-Truncated", "length")]),
        ("WARC-Refers-To", f"<{original.record_id}>"),
        ("WARC-Refers-To-Target-URI", original.url),
        ("WARC-Refers-To-Date", warc_date(original.date)),
        ("WARC-Refers-To-Filename", original.warc.rpartition("/")[2]),
        ("WARC-Refers-To-File-Offset", str(original.offset)),
        ("WARC-Payload-Digest", original.payload_digest if unmodified else payload_digest),
    ]
    content_type = "" if unmodified else "application/http;msgtype=response"
    return new_record(
        "revisit", capture.started_at, content_type, b"" if unmodified else message.head, [*shared, *names]
    )


def named_original(record: Record) -> NamedOriginal:
    """What a revisit refers to. Raises ValueError where a field is missing or cannot be read."""
    values = {name: record.value(name) for name in ("WARC-Refers-To", "WARC-Refers-To-Target-URI", PROFILE)}
    missing = [name for name, value in values.items() if not value]
    if missing:
        raise ValueError(f"a revisit without {missing[0]}")
    return NamedOriginal(
        profile=record.value(PROFILE) or "",
        record_id=(record.value("WARC-Refers-To") or "").strip("<>"),
        url=record.value("WARC-Refers-To-Target-URI") or "",
        date=parse_warc_date(record.value("WARC-Refers-To-Date") or ""),
        warc=warc_key_of(record.value("WARC-Refers-To-Filename") or ""),
        offset=int(record.value("WARC-Refers-To-File-Offset") or ""),
    )
