"""Putting one object, and proving what stands under a key: by HEAD, by its metadata, or by reading it."""

import hashlib
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from io import BytesIO
from typing import Any, BinaryIO

from crawler.errors import AlteredObjectError, ObjectExistsError, ObjectMissingError, StoreUnavailableError
from crawler.storage.reading import StoreReader
from crawler.storage.retrying import RefusedError
from crawler.storage.s3_client import Answer, Bucket
from crawler.storage.s3_errors import is_missing, is_there_already, may_refuse_conditions
from crawler.storage.s3_multipart import CHECKSUM_ARGUMENTS, MultipartPut, PartialUpload, discard, discard_all
from crawler.storage.s3_reading import RangeReader
from crawler.storage.sending import Sending

_DIGEST = "sha256"
"""Name of the metadata (``x-amz-meta-sha256``) with the hex digest of the object, as its writer knew it."""
_CHUNK = 1 << 20


class S3Objects:
    """The objects of a bucket, one at a time."""

    def __init__(self, bucket: Bucket) -> None:
        self._bucket = bucket
        self._takes_condition: dict[str, bool] = {}
        """Of boto3's operations, whether the store was seen to take ``If-None-Match``, or to do without it only."""

    def head(self, key: str) -> Answer:
        """What the store says of an object. Raises `ObjectMissingError`."""
        with self.missing(key):
            return self._bucket.ask("head_object", "read", key)

    def put(self, key: str, source: Sending, sha256: str, checksum: str, *, proved: bool) -> None:
        """Put an object whole, if there is none. `checksum` is as in `Traits`. Raises `ObjectExistsError`.

        Where put-if-absent is `proved`, nothing is ever put without it.
        """
        digest = _checksum_of(source, sha256, checksum)
        arguments = {"ContentLength": source.size, "Metadata": {_DIGEST: sha256}, **digest}
        body = source.section(0, source.size)
        try:
            self._ask_if_absent("put_object", key, proved, Body=body, **arguments)
        except RefusedError as error:
            self._settle(error, key, sha256, source.size)

    def put_in_parts(self, key: str, source: Sending, sha256: str, checksum: str, *, proved: bool) -> None:
        """Put an object in parts, if there is none; otherwise as `put`. Raises `ObjectExistsError`."""
        parts = MultipartPut(self._bucket, key, source, sha256, checksum)
        try:
            self._resume_or_begin(parts, proved)
        except ObjectExistsError:
            discard_all(self._bucket, key)
            raise
        discard_all(self._bucket, key)

    @contextmanager
    def reading(self, key: str, offset: int = 0, length: int | None = None) -> Iterator[BinaryIO]:
        """The bytes of a range, read as they are needed. Raises `ObjectMissingError`."""
        if length == 0:
            self.head(key)
            yield BytesIO()
            return
        with self.missing(key):
            reader = RangeReader(self._bucket, key, offset, None if length is None else offset + length)
        try:
            yield StoreReader(reader.readinto, None, nullcontext).buffered()
        finally:
            reader.close()

    def refuse_existing(self, key: str) -> None:
        """Raise `ObjectExistsError` if there is an object."""
        if self._is_there(key):
            raise self._exists(key)

    def holds(self, key: str, sha256: str, size: int, *, believe: bool) -> bool:
        """True if the object is this one. `believe` its metadata, rather than read it, where the store checks sums."""
        try:
            found = self.head(key)
            if found["ContentLength"] != size:
                return False
            return (believe and _digest_in(found) == sha256) or self._digest_of(key) == sha256
        except ObjectMissingError:
            return False

    def prove(self, key: str, sha256: str, size: int, *, believe: bool) -> None:
        """Raise `AlteredObjectError` unless what was just put is there. ETags prove nothing: each store has its own."""
        try:
            found = self.head(key)
            if found["ContentLength"] != size:
                raise self._altered(key, f"{found['ContentLength']} bytes instead of {size}")
            if _digest_in(found) not in ("", sha256):  # of an upload that another file was begun with
                raise self._altered(key, "the digest of another file beside it")
            if not believe and self._digest_of(key) != sha256:
                raise self._altered(key, "other bytes")
        except ObjectMissingError:
            raise self._altered(key, "nothing") from None

    @contextmanager
    def missing(self, key: str) -> Iterator[None]:
        """Tell of a missing object by its name."""
        try:
            yield
        except RefusedError as error:
            if not is_missing(error):
                raise
            message = f"{key} is missing in {self._bucket.name.uri}: restore it from a copy"
            raise ObjectMissingError(message) from error

    def _resume_or_begin(self, parts: MultipartPut, proved: bool) -> None:
        if begun_before := parts.resumed():
            try:
                self._finish(parts, begun_before, proved)
            except RefusedError as error:
                if error.status != 400:
                    raise
            else:
                return
        self._finish(parts, parts.begun(), proved)  # an earlier one may want other checksums

    def _finish(self, parts: MultipartPut, upload: PartialUpload, proved: bool) -> None:
        try:
            sent = parts.send(upload)
            parts.source.check_unchanged()
            arguments = {"UploadId": upload.upload_id, "MultipartUpload": {"Parts": sent}}
            self._ask_if_absent("complete_multipart_upload", parts.key, proved, **arguments)
        except RefusedError as error:
            try:
                self._settle(error, parts.key, parts.sha256, parts.source.size)
            except ObjectExistsError:
                discard(self._bucket, parts.key, upload.upload_id)  # not all stores list it
                raise

    def _settle(self, error: RefusedError, key: str, sha256: str, size: int) -> None:
        """Return if the object stands all the same, because an attempt whose reply was lost has put it."""
        upload_gone = error.status == 404 and error.code == "NoSuchUpload"
        if not is_there_already(error) and not upload_gone:
            raise error
        if error.doubted and self.holds(key, sha256, size, believe=False):
            return
        if is_there_already(error) or self._is_there(key):
            raise self._exists(key) from error
        message = f"the upload of {key} to {self._bucket.name.uri} was ended by somebody else: put it again"
        raise StoreUnavailableError(message) from error

    def _ask_if_absent(self, operation: str, key: str, proved: bool, **arguments: Any) -> None:  # noqa: ANN401  boto3's own
        """Ask with ``If-None-Match: *``. A store that does not know it there is asked without, after a look.

        Not where it is `proved` to, or was seen to take it: a refusal is one then, and no whim of a gateway takes the
        condition away. That is known of each operation alone: some stores know the header for whole objects only.
        """
        if proved or self._takes_condition.get(operation, True):
            try:
                self._bucket.ask(operation, "put", key, IfNoneMatch="*", **arguments)
            except RefusedError as error:
                if proved or self._takes_condition.get(operation, False) or not may_refuse_conditions(error):
                    raise
            else:
                self._takes_condition[operation] = True
                return
        self.refuse_existing(key)
        self._bucket.ask(operation, "put", key, **arguments)
        self._takes_condition[operation] = False  # so it was the condition

    def _is_there(self, key: str) -> bool:
        try:
            self.head(key)
        except ObjectMissingError:
            return False
        return True

    def _digest_of(self, key: str) -> str:
        """Digest of what is read back."""
        found = hashlib.sha256()
        with self.reading(key) as stream:
            while chunk := stream.read(_CHUNK):
                found.update(chunk)
        return found.hexdigest()

    def _exists(self, key: str) -> ObjectExistsError:
        return ObjectExistsError(f"{key} exists in {self._bucket.name.uri}; objects are written once and never changed")

    def _altered(self, key: str, what: str) -> AlteredObjectError:
        advice = "do not trust this store; look at what lies between here and it, and at ARCHIVE_S3_CHECKSUM"
        return AlteredObjectError(f"{key} was put into {self._bucket.name.uri}, which keeps {what}: {advice}")


def _checksum_of(source: Sending, sha256: str, checksum: str) -> dict[str, str]:
    """The argument of a put by which the store can see that what came is what was sent."""
    if not checksum:
        return {}
    digest = bytes.fromhex(sha256) if checksum == "sha256" else source.digest(checksum)
    return {CHECKSUM_ARGUMENTS[checksum]: b64encode(digest).decode()}


def _digest_in(found: Answer) -> str:
    """What the writer said of the object. Some stores change the case of the names."""
    metadata: dict[str, Any] = found.get("Metadata") or {}
    return next((str(value).lower() for name, value in metadata.items() if name.lower() == _DIGEST), "")
