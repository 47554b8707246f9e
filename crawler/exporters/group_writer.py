"""Writes evidence as groups of records into WARC files that rotate, with the index lines beside."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from time import monotonic
from typing import BinaryIO

from crawler.archive.captures import attempt_records, capture_records, declaration_record
from crawler.archive.cdxj import cdxj_line
from crawler.archive.http_message import HttpMessage, parse_response
from crawler.archive.records import Record
from crawler.archive.revisits import confirmed_original, transfer_of
from crawler.archive.spooled_run import SpooledRun
from crawler.archive.stored import StoredFacts, stored_capture
from crawler.archive.warc import LocatedRecord, SealedFile, WarcFile
from crawler.archive.warcinfo import warcinfo_record
from crawler.evidence import Capture, Declaration, Evidence, FailedAttempt, Original
from crawler.items import CaptureRef
from crawler.state.payloads import Payloads

OnSealed = Callable[[SealedFile], object]
"""Told, in the writer's thread, of each file that is sealed."""


@dataclass(frozen=True, slots=True)
class WriterOptions:
    """How WARC files are written."""

    level: int
    """Compression level of the gzip members."""
    warc_bytes: int
    """Size in bytes after which a new file is begun."""
    warc_seconds: float
    """Age in seconds after which a new file is begun."""
    revisit_bytes: int
    """Payloads under this size are stored again rather than referred to."""


class GroupWriter:
    """Owned by the recorder's thread. A file is rotated between groups only."""

    def __init__(self, run: SpooledRun, options: WriterOptions, payloads: Payloads, on_sealed: OnSealed) -> None:
        self.directory = run.path
        self._on_sealed = on_sealed
        self._run = run
        self._options = options
        self._payloads = payloads
        self._serial = 0
        self._sealed_bytes = 0
        self.sealed: list[SealedFile] = []
        self._file: WarcFile | None = None
        self._opened = 0.0
        self._warcinfo_id = ""
        self._index: BinaryIO = run.index_path.open("wb")

    @property
    def bytes(self) -> int:
        """Bytes of all files so far."""
        file = self._file
        return self._sealed_bytes + (file.bytes if file is not None else 0)

    def write(self, evidence: Evidence, message: HttpMessage | None = None) -> CaptureRef | None:
        """Write one group; says where the response of a capture stands. `message` is that response taken apart."""
        if self._file is not None and self._is_due(self._file):
            self._seal(self._file)
        file = self._file or self._begin_file()
        if isinstance(evidence, Capture):
            return self._write_capture(file, evidence, message or parse_response(evidence.response, evidence.method))
        if isinstance(evidence, FailedAttempt):
            file.write(attempt_records(evidence, self._warcinfo_id))
        else:
            self._write_facts(file, evidence)
        return None

    def accept(self, refs: Sequence[CaptureRef]) -> None:
        """The pages of these captures are articles: revisits may refer to them."""
        self._payloads.accept(refs)

    def sync(self) -> None:
        """Make the file durable. The index is a projection and need not be."""
        if self._file is not None:
            self._file.sync()

    def seal(self) -> None:
        """End the run's files."""
        if self._file is not None:
            self._seal(self._file)
        self._index.close()
        self._payloads.close()

    def close(self) -> None:
        """Let go of the files as they are. On a full disk closing fails as well: what was not synced is lost anyway."""
        for file in (self._file, self._index, self._payloads):
            if file is not None:
                with suppress(OSError):
                    file.close()

    def _seal(self, file: WarcFile) -> None:
        sealed = file.seal()
        self._file = None
        self.sealed.append(sealed)
        self._sealed_bytes += sealed.bytes
        self._on_sealed(sealed)

    def _write_capture(self, file: WarcFile, capture: Capture, message: HttpMessage) -> CaptureRef:
        payload_digest, size = message.payload_digest()
        original = self._original(capture, message, payload_digest, size)
        records = capture_records(capture, message, payload_digest, self._warcinfo_id, original)
        _, response, _ = file.write(records)
        stored = stored_capture(capture, message, payload_digest, response, file.key)
        self._payloads.note(stored)
        self._index.write(cdxj_line(stored))
        return stored.ref

    def _original(self, capture: Capture, message: HttpMessage, digest: str, size: int) -> Original | None:
        if message.status == 304:
            return confirmed_original(capture, message)
        if size < self._options.revisit_bytes or not may_be_revisit(capture, message):
            return None
        return self._payloads.find(digest, transfer_of(message))

    def _write_facts(self, file: WarcFile, declaration: Declaration) -> None:
        located: list[LocatedRecord] = file.write([declaration_record(declaration, self._warcinfo_id)])
        url = located[0].record.value("WARC-Target-URI") or ""
        self._index.write(cdxj_line(StoredFacts(url, located[0], file.key)))

    def _is_due(self, file: WarcFile) -> bool:
        return file.bytes >= self._options.warc_bytes or monotonic() - self._opened >= self._options.warc_seconds

    def _begin_file(self) -> WarcFile:
        now = datetime.now(UTC)
        self._file = self._run.new_warc(now, self._serial, self._options.level)
        self._opened = monotonic()
        self._serial += 1
        info: Record = warcinfo_record(self._run.facts, self._file.key, now)
        self._warcinfo_id = info.record_id
        self._file.write([info])
        return self._file


def may_be_revisit(capture: Capture, message: HttpMessage) -> bool:
    """True for a complete 200 response whose bytes, but for its payload, are all in its head."""
    return (
        capture.method == "GET"
        and message.status == 200
        and message.complete
        and not (message.surplus or message.decorated or capture.truncated or capture.flags)
        and capture.taken == "wire"
    )
