"""Finds the responses that revisits refer to, with one ranged read each."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from itertools import islice
from typing import BinaryIO

from crawler.archive.revisits import IDENTICAL_PAYLOAD, NamedOriginal, transfer_of
from crawler.archive.stored import StoredCapture, read_captures, response_capture
from crawler.archive.warc import read_records
from crawler.errors import DamagedArchiveError, ObjectMissingError, StoreError, StoreUnavailableError
from crawler.evidence import Original
from crawler.items import CaptureRef

OpenWarc = Callable[[str, int], AbstractContextManager[BinaryIO]]
"""Opens a WARC by its key, from a byte on. Raises `ObjectMissingError`."""


class Originals:
    """Resolves revisits."""

    def __init__(self, open_warc: OpenWarc) -> None:
        self._open_warc = open_warc

    def resolved(self, revisit: StoredCapture) -> StoredCapture:
        """A capture with the payload that its revisit record refers to; any other capture as it is.

        Raises `DamagedArchiveError` where the original is not what the revisit says, or must not be one (ISO 28500
        section 6.7.2): not whole, of another payload, or under another transfer coding.
        """
        named = revisit.original
        if named is None:
            return revisit
        original = self._find(named)
        where = f"{revisit.ref.warc} at byte {revisit.ref.offset}: a revisit of {named.record_id}"
        payload_digest, _ = original.message.payload_digest()
        if revisit.ref.payload_digest != payload_digest:
            raise DamagedArchiveError(f"{where}, which has another payload; restore both files from a copy")
        if named.profile == IDENTICAL_PAYLOAD:
            if original.transfer is None:
                raise DamagedArchiveError(f"{where}, which is no whole page or requisite: players cannot show it")
            if transfer_of(revisit.message) != original.transfer:
                raise DamagedArchiveError(f"{where}, which has another transfer coding: players cannot show it")
        if named.profile == IDENTICAL_PAYLOAD:
            message = replace(original.message, fields=revisit.message.fields)
            return replace(revisit, message=message)
        return replace(revisit, message=original.message)

    def confirm(self, original: Original) -> bool:
        """True if an original is where it should be, whole, with its payload. Reads it.

        Raises `ObjectMissingError` where its whole file is gone, `StoreUnavailableError` where the store does not
        answer; any other trouble of the store is a no.
        """
        named = NamedOriginal(
            IDENTICAL_PAYLOAD, original.record_id, original.url, original.date, original.warc, original.offset
        )
        try:
            return self._find(named).message.payload_digest()[0] == original.payload_digest
        except (ObjectMissingError, StoreUnavailableError):
            raise
        except (DamagedArchiveError, StoreError):
            return False

    def ref_at(self, warc: str, offset: int) -> CaptureRef | None:
        """The capture whose response record begins there, None where none does.

        Raises `DamagedArchiveError`, and `ObjectMissingError` where the file is gone.
        """
        found = self._at(warc, offset)
        return replace(found.ref, offset=offset) if found is not None else None

    def _find(self, named: NamedOriginal) -> StoredCapture:
        where = f"{named.warc} at byte {named.offset}"
        try:
            found = self._at(named.warc, named.offset)
        except DamagedArchiveError:
            found = None
        if found is None or found.ref.record_id != named.record_id:
            found = self._moved(named)  # a file that lost a damaged part when it was salvaged
        if found is None:
            raise DamagedArchiveError(f"{where}: no response that revisit records refer to; restore it from a copy")
        if (found.url, found.ref.fetched_at) != (named.url, named.date) or not found.whole:
            raise DamagedArchiveError(f"{where}: not the whole response that revisit records say it is; restore it")
        return found

    def _at(self, warc: str, offset: int) -> StoredCapture | None:
        where = f"{warc} at byte {offset}"
        with self._open_warc(warc, offset) as stream:
            records = list(islice(read_records(stream, where), 2))
        if [located.record.kind for located in records] != ["response", "metadata"]:
            return None
        try:
            return response_capture(records[0], records[1], warc)
        except ValueError as error:
            raise DamagedArchiveError(f"{where}: the capture cannot be read ({error}); restore it") from error

    def _moved(self, named: NamedOriginal) -> StoredCapture | None:
        with self._open_warc(named.warc, 0) as stream:
            captures = read_captures(read_records(stream, named.warc), named.warc)
            return next((found for found in captures if found.ref.record_id == named.record_id), None)
