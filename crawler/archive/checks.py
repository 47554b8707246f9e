"""Checks of an archive against its commit log: fixity, framing, digests, pairing, and that all projections agree."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from crawler.archive.cdxj import cdxj_line
from crawler.archive.digests import digest, stream_sha256
from crawler.archive.http_message import parse_response
from crawler.archive.jsonl import plain, read_lines
from crawler.archive.log import ListedObject, LogEntry
from crawler.archive.originals import Originals
from crawler.archive.records import Record
from crawler.archive.repository import Repository
from crawler.archive.stored import Stored, StoredAttempt, StoredCapture, read_stored
from crawler.archive.warc import LocatedRecord, read_members, read_records
from crawler.errors import ConfigurationError, DamagedArchiveError, ObjectMissingError
from crawler.items import CaptureRef, JsonObject


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is not as it must be."""

    key: str
    """Object that it was found in."""
    rule: str
    """Short name of the rule that is broken."""
    message: str
    """What is wrong, where, and what to do."""


def check_snapshot(repository: Repository, entry: LogEntry, *, deep: bool) -> Iterator[Problem]:
    """Problems of one snapshot. Shallow: objects are there in their size. Deep: every byte is read and compared."""
    whole = True
    for listed in entry.objects:
        for problem in _check_object(repository, listed, deep=deep):
            whole = False
            yield problem
    if deep and whole:
        yield from _check_contents(repository, entry)


def _check_object(repository: Repository, listed: ListedObject, *, deep: bool) -> Iterator[Problem]:
    try:
        size = repository.store.head(listed.key).bytes
        if size != listed.bytes:
            yield _problem(listed.key, "size", f"has {size} bytes, the log says {listed.bytes}: restore it from a copy")
        elif deep:
            with repository.open(listed) as stream:
                found = stream_sha256(stream)
            if found != listed.sha256:
                yield _problem(
                    listed.key, "sha256", f"has sha256 {found}, the log says {listed.sha256}: restore it from a copy"
                )
    except ObjectMissingError as error:
        yield Problem(listed.key, "missing", str(error))


def _check_contents(repository: Repository, entry: LogEntry) -> Iterator[Problem]:
    """What only reading tells, once all bytes are known to be the ones that were committed."""
    expected: list[bytes] = []
    captures: dict[str, CaptureRef] = {}
    originals = Originals(repository.store.open)
    if len(entry.of("cdxj")) != 1:
        yield _problem(f"log/{entry.seq:08d}.json", "cdxj_missing", "must name one index: restore the log entry")
    for listed in entry.of("warc"):
        try:
            for stored in _checked_stored(repository, listed):
                if isinstance(stored, StoredAttempt):
                    continue
                expected.append(cdxj_line(stored))
                if isinstance(stored, StoredCapture):
                    captures[stored.ref.record_id] = stored.ref
                    yield from _check_capture(stored, originals)
        except _Broken as broken:
            yield broken.problem
        except DamagedArchiveError as error:
            yield Problem(listed.key, "warc", str(error))
    yield from _check_index(repository, entry, sorted(expected))
    yield from _check_lines(repository, entry, captures, originals)


class _Broken(Exception):  # noqa: N818  carries a problem out of a generator
    def __init__(self, problem: Problem) -> None:
        self.problem = problem


def _checked_stored(repository: Repository, listed: ListedObject) -> Iterator[Stored]:
    with repository.open(listed) as stream:
        yield from read_stored(_checked_records(read_records(stream, listed.key), listed), listed.key)


def _check_capture(stored: StoredCapture, originals: Originals) -> Iterator[Problem]:
    """A revisit leads to what it says; a response that is not marked as cut has all that its head announces."""
    key, where = stored.ref.warc, f"at byte {stored.ref.offset}"
    if stored.original is not None:
        try:
            originals.resolved(stored)
        except (DamagedArchiveError, ObjectMissingError) as error:
            yield _problem(key, "revisit", f"{where}: the revisit leads nowhere: {error}")
    elif not stored.message.complete and not stored.truncated:
        yield _problem(key, "http_framing", f"{where}: the response is shorter than its head says, and not marked so")


def _checked_records(records: Iterator[LocatedRecord], listed: ListedObject) -> Iterator[LocatedRecord]:
    """The same records, each with its block digest compared, ids unique, warcinfo first and all named after it."""
    seen: set[str] = set()
    warcinfo = previous = None
    for located in records:
        record = located.record
        where = f"at byte {located.offset}"
        if record.value("WARC-Block-Digest") != digest(record.block):
            raise _Broken(_problem(listed.key, "block_digest", f"{where}: the block is not what its digest says"))
        if record.record_id in seen:
            raise _Broken(_problem(listed.key, "record_id", f"{where}: the id {record.record_id} stands twice"))
        if warcinfo is None and record.kind != "warcinfo":
            raise _Broken(_problem(listed.key, "warcinfo", f"{where}: the file does not begin with warcinfo"))
        warcinfo = warcinfo or record.record_id
        if record.kind != "warcinfo" and record.value("WARC-Warcinfo-ID") != f"<{warcinfo}>":
            raise _Broken(_problem(listed.key, "warcinfo", f"{where}: the record names another warcinfo"))
        payload = record.value("WARC-Payload-Digest")
        if record.kind == "response" and payload != _payload_digest(previous, record):
            raise _Broken(_problem(listed.key, "payload_digest", f"{where}: the payload is not what its digest says"))
        previous = record
        seen.add(record.record_id)
        yield located
    if len(seen) != listed.records:
        raise _Broken(_problem(listed.key, "records", f"holds {len(seen)} records, the log says {listed.records}"))


def _payload_digest(request: Record | None, response: Record) -> str:
    method = request.block.partition(b" ")[0].decode("latin-1") if request is not None else "GET"
    return parse_response(response.block, method).payload_digest()[0]


def _check_index(repository: Repository, entry: LogEntry, expected: list[bytes]) -> Iterator[Problem]:
    for listed in entry.of("cdxj"):
        try:
            with repository.open(listed) as stream:
                found = b"".join(data for _, _, data in read_members(stream, listed.key)).splitlines(keepends=True)
        except DamagedArchiveError as error:
            yield Problem(listed.key, "cdxj", str(error))
            continue
        if found != sorted(found):
            yield _problem(listed.key, "cdxj_order", "is not sorted by bytes (LC_ALL=C)")
        if sorted(found) != expected:
            count = len(set(found) ^ set(expected))
            yield _problem(listed.key, "cdxj_content", f"differs from the WARCs in {count} lines")


def _check_lines(
    repository: Repository, entry: LogEntry, captures: dict[str, CaptureRef], originals: Originals
) -> Iterator[Problem]:
    versions: set[tuple[object, ...]] = set()
    for listed in entry.of("articles"):
        count = 0
        try:
            with repository.open(listed) as stream:
                for line in read_lines(stream, listed.key):
                    count += 1
                    version = (line["article_id"], line.get("version"), line.get("event") == "gone")
                    if version in versions:
                        yield _problem(listed.key, "jsonl_double", f"line {count}: {version[0]} has that version twice")
                    versions.add(version)
                    where = f"line {count}"
                    yield from _check_line(line, where, listed.key, entry)
                    yield from _check_evidence(line, where, listed.key, captures, originals)
        except DamagedArchiveError as error:
            yield Problem(listed.key, "jsonl", str(error))
        if count != listed.records:
            yield _problem(listed.key, "records", f"holds {count} lines, the log says {listed.records}")


def _check_line(line: JsonObject, where: str, key: str, entry: LogEntry) -> Iterator[Problem]:
    """The digest of a gone article is that of its last version, whose text is not here."""
    named = f"{where}: {line['article_id']}"
    if line.get("snapshot_id") != entry.snapshot_id:
        yield _problem(key, "jsonl_snapshot", f"{named} names snapshot {line.get('snapshot_id')}")
    blocks = line.get("blocks")
    text = "\n\n".join(str(block.get("text")) for block in blocks) if isinstance(blocks, list) else None
    content = digest(f"{line.get('title')}\n\n{line.get('text')}".encode())
    if line.get("text") != text or (line.get("content_digest") != content and line.get("event") != "gone"):
        yield _problem(key, "jsonl_content", f"{named} is not what its content digest says")


def _check_evidence(
    line: JsonObject, where: str, key: str, captures: dict[str, CaptureRef], originals: Originals
) -> Iterator[Problem]:
    """Each capture is one of the snapshot; but of a gone article all before the last may be in earlier ones."""
    found = line.get("captures")
    evidence = found if isinstance(found, list) and found else [{}]
    for capture in evidence:
        ref = captures.get(str(capture.get("record_id")))
        if ref is None and line.get("event") == "gone" and capture is not evidence[-1]:
            ref = _earlier(capture, originals)
        if ref is None or capture != plain(ref):
            yield _problem(key, "jsonl_evidence", f"{where}: {line['article_id']} names a capture that is not there")


def _earlier(capture: JsonObject, originals: Originals) -> CaptureRef | None:
    try:
        return originals.ref_at(str(capture.get("warc")), int(capture.get("offset", 0)))
    except (ConfigurationError, DamagedArchiveError, ObjectMissingError, ValueError):
        return None


def unnamed_objects(stored: Iterable[str], entries: Iterable[LogEntry]) -> set[str]:
    """Keys of data objects that no log entry names."""
    named = {listed.key for entry in entries for listed in entry.objects}
    return {key for key in stored if key.partition("/")[0] in ("warc", "cdxj", "articles")} - named


def _problem(key: str, rule: str, message: str) -> Problem:
    return Problem(key, rule, f"{key} {message}")
