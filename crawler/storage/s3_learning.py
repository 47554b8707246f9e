"""What a store can be relied on for, found out by trying. What it says of itself counts for nothing."""

import hashlib
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

from crawler.errors import AlteredObjectError, ObjectExistsError
from crawler.storage.race import one_wins
from crawler.storage.retrying import RefusedError
from crawler.storage.s3_client import Bucket
from crawler.storage.s3_errors import is_not_implemented, may_refuse_conditions
from crawler.storage.s3_multipart import CHECKSUM_ARGUMENTS, discard, discard_all
from crawler.storage.s3_objects import S3Objects
from crawler.storage.sending import sending
from crawler.storage.store import Traits

_ROUNDS = 3
_BYTES = b"what a store can be relied on for"


def learnt_traits(bucket: Bucket, objects: S3Objects, wanted: str) -> Traits:
    """Traits of a store, with `wanted` (ARCHIVE_S3_CHECKSUM) as the only checksum that is tried but for ``auto``.

    Raises `StoreError` where the store cannot be used. All that was put is removed again, as far as that is permitted.
    """
    trial = _Trial(bucket, objects)
    candidates = {"auto": ("sha256", "md5"), "none": ()}.get(wanted, (wanted,))
    try:
        checksum = next((name for name in candidates if trial.rejects_wrong(name)), "")
        return Traits(trial.one_wins(checksum), checksum, trial.parts_are_put_if_absent(checksum))
    finally:
        trial.clear()


class _Trial:
    """Requests whose answers show what a store does."""

    def __init__(self, bucket: Bucket, objects: S3Objects) -> None:
        self._bucket = bucket
        self._objects = objects
        self._keys: list[str] = []

    def rejects_wrong(self, checksum: str) -> bool:
        """True if right checksums are taken and wrong ones are not, for whole objects and for parts."""
        right, wrong = _digest(checksum, _BYTES), _digest(checksum, b"other bytes")
        key = self._key()
        if not self._takes("put_object", key, right) or self._takes("put_object", self._key(), wrong):
            return False
        arguments = {"ChecksumAlgorithm": "SHA256"} if checksum == "sha256" else {}
        try:
            begun = self._bucket.ask("create_multipart_upload", "try parts of", key, **arguments)
        except RefusedError as error:
            _raise_unusable(error)
            return is_not_implemented(error)  # such a store gets no parts
        part = {"UploadId": begun["UploadId"], "PartNumber": 1}
        try:
            return self._takes("upload_part", key, right | part) and not self._takes("upload_part", key, wrong | part)
        finally:
            discard(self._bucket, key, begun["UploadId"])

    def one_wins(self, checksum: str) -> bool:
        """True if put-if-absent holds in a race."""

        def put(key: str, data: bytes) -> bool:
            with sending(data) as sent:
                try:
                    self._objects.put(key, sent, hashlib.sha256(data).hexdigest(), checksum, proved=True)
                except ObjectExistsError:
                    return False
            return True

        try:
            return one_wins(put, (self._key() for _ in range(_ROUNDS)))
        except RefusedError as error:
            if not may_refuse_conditions(error):
                raise
            return False

    def parts_are_put_if_absent(self, checksum: str) -> bool:
        """True if an upload in parts can be completed under a new key, and not under one that stands."""
        key = self._key()
        digest = hashlib.sha256(_BYTES).hexdigest()
        with sending(_BYTES) as sent, self._nothing_unfinished(key):

            def put() -> bool:
                try:
                    self._objects.put_in_parts(key, sent, digest, checksum, proved=True)
                except ObjectExistsError:
                    return False
                return True

            try:
                if not put():
                    return False
                self._objects.prove(key, digest, sent.size, believe=False)
                return not put()
            except RefusedError as error:
                _raise_unusable(error)
                return False
            except AlteredObjectError:
                return False

    def clear(self) -> None:
        """Remove what was put."""
        for key in self._keys:
            try:
                self._bucket.ask("delete_object", "delete", key)
            except RefusedError as error:
                if error.status not in (403, 404):
                    raise

    @contextmanager
    def _nothing_unfinished(self, key: str) -> Iterator[None]:
        """Abort what uploads were begun, when one of them was refused."""
        yield
        discard_all(self._bucket, key)

    def _key(self) -> str:
        self._keys.append(f"probe/{uuid4().hex}")
        return self._keys[-1]

    def _takes(self, operation: str, key: str, arguments: dict[str, object]) -> bool:
        try:
            self._bucket.ask(operation, "try checksums of", key, Body=_BYTES, **arguments)
        except RefusedError as error:
            _raise_unusable(error)
            return False
        return True


def _digest(checksum: str, data: bytes) -> dict[str, object]:
    digest = hashlib.new(checksum, data, usedforsecurity=False).digest()
    return {CHECKSUM_ARGUMENTS[checksum]: b64encode(digest).decode()}


def _raise_unusable(error: RefusedError) -> None:
    """A store that does not let us in has no traits."""
    if error.status in (401, 403) or error.code == "NoSuchBucket":
        raise error
