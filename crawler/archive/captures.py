"""Captures, failed attempts and facts of the ledger as groups of WARC records. `stored.py` reads them back."""

import re

import orjson

from crawler.archive.content_coding import is_coded
from crawler.archive.digests import digest
from crawler.archive.http_message import HttpMessage
from crawler.archive.metadata import attempt_facts, capture_facts
from crawler.archive.records import WARC_FIELDS, Fields, Record, new_record, warc_fields
from crawler.archive.revisits import revisit_record
from crawler.evidence import UNDECODABLE, Capture, Declaration, FailedAttempt, Original

REQUEST = "application/http;msgtype=request"
RESPONSE = "application/http;msgtype=response"
FACTS = "application/x-ndjson"

_PACKED = re.compile(
    rb"(?:image/(?:avif|gif|jpeg|png|webp)|font/woff2?|audio/.*|video/.*)\Z", re.IGNORECASE | re.DOTALL
)


def capture_records(
    capture: Capture, message: HttpMessage, payload_digest: str, warcinfo_id: str, original: Original | None = None
) -> tuple[Record, Record, Record]:
    """The records of a capture, which share one WARC-Date and name each other (section 5.7).

    `message` is the response taken apart. With an `original` a revisit stands in the place of the response.
    """
    named = _shared(capture.url, capture.peer, warcinfo_id)
    shared = (*named, *_protocols(capture))
    if original is not None:
        response = revisit_record(capture, message, payload_digest, original, shared)
    else:
        cut = [("WARC-Truncated", capture.truncated)] if capture.truncated else []
        fields = [*shared, *cut, ("WARC-Payload-Digest", payload_digest)]
        packed = message.head_end if is_packed(message) and UNDECODABLE not in capture.flags else None
        response = new_record("response", capture.started_at, RESPONSE, capture.response, fields, packed_from=packed)
    beside = ("WARC-Concurrent-To", f"<{response.record_id}>")
    request = new_record("request", capture.started_at, REQUEST, capture.request, [*shared, beside])
    received = capture.response if original is not None and message.status == 304 else b""
    facts = warc_fields(capture_facts(capture, message, received))
    return request, response, new_record("metadata", capture.started_at, WARC_FIELDS, facts, [*named, beside])


def is_packed(message: HttpMessage) -> bool:
    """True for a response whose body says that it is compressed: by its content coding or by its media type."""
    if is_coded(message.values(b"content-encoding")):
        return True
    return _PACKED.match((message.value(b"content-type") or b"").partition(b";")[0].strip()) is not None


def attempt_records(attempt: FailedAttempt, warcinfo_id: str) -> tuple[Record, ...]:
    """The records of a failed attempt: what was sent, if anything was, and why nothing came of it."""
    shared = _shared(attempt.url, attempt.peer, warcinfo_id)
    records: list[Record] = []
    if attempt.request:
        records.append(new_record("request", attempt.started_at, REQUEST, attempt.request, shared))
        shared = (*shared, ("WARC-Concurrent-To", f"<{records[0].record_id}>"))
    facts = warc_fields(attempt_facts(attempt))
    return *records, new_record("metadata", attempt.started_at, WARC_FIELDS, facts, shared)


def declaration_record(declaration: Declaration, warcinfo_id: str) -> Record:
    """The resource record (section 6.4) of what a source declared: one line of JSON for each link."""
    source = declaration.source
    if source is None:
        raise ValueError(f"what {declaration.source_url} declared has no capture yet")
    block = b"".join(orjson.dumps(link, option=orjson.OPT_UTC_Z) + b"\n" for link in declaration.links)
    fields = [
        ("WARC-Target-URI", f"urn:newswarc:declared:{declaration.kind}:{declaration.source_url}"),
        ("WARC-Warcinfo-ID", f"<{warcinfo_id}>"),
        ("WARC-Concurrent-To", f"<{source.record_id}>"),
        ("WARC-Payload-Digest", digest(block)),
    ]
    return new_record("resource", source.fetched_at, FACTS, block, fields)


def _shared(url: str, peer: str | None, warcinfo_id: str) -> Fields:
    """Header fields that all records of a group have."""
    address = [("WARC-IP-Address", peer)] if peer else []
    return ("WARC-Target-URI", url), *address, ("WARC-Warcinfo-ID", f"<{warcinfo_id}>")


def _protocols(capture: Capture) -> Fields:
    """WARC-Protocol and WARC-Cipher-Suite, as the IIPC proposes them."""
    cipher = [("WARC-Cipher-Suite", capture.cipher)] if capture.cipher else []
    return *(("WARC-Protocol", protocol) for protocol in capture.protocols), *cipher
