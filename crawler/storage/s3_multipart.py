"""Objects that are put in parts. What an earlier, broken upload of the same file sent already is not sent again."""

import re
import threading
from base64 import b64encode
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from crawler.errors import StoreError
from crawler.storage.retrying import RefusedError
from crawler.storage.s3_client import Answer, Bucket
from crawler.storage.s3_errors import is_denied, is_not_implemented
from crawler.storage.sending import Sending

MOST_PARTS = 10_000
"""S3's limit."""
CHECKSUM_ARGUMENTS = {"sha256": "ChecksumSHA256", "md5": "ContentMD5"}
"""Which argument of boto3 has the checksum that `Traits` names."""
UPLOAD_RIGHTS = "s3:ListBucketMultipartUploads, s3:ListMultipartUploadParts and s3:AbortMultipartUpload"
"""What a key needs to go on with a broken upload, or to remove it."""
_MIB = 1 << 20
_MD5 = re.compile(r"[0-9a-f]{32}\Z")


@dataclass(frozen=True, slots=True)
class Unfinished:
    """An upload that was begun and neither completed nor aborted."""

    key: str
    """Relative to the root of the store."""
    upload_id: str
    begun_at: datetime


@dataclass(frozen=True, slots=True)
class PartialUpload:
    """An upload of this very file, with what completes the parts that are there already, by their numbers."""

    upload_id: str
    kept: dict[int, Answer]


@dataclass(frozen=True, slots=True)
class Part:
    """What is sent by one request."""

    number: int
    """From 1."""
    start: int
    length: int


def unfinished_uploads(bucket: Bucket, prefix: str = "") -> Iterator[Unfinished]:
    """Uploads in progress of keys that begin with `prefix`; none where the store cannot list them."""
    root = bucket.name.prefix
    marker: dict[str, str] = {}
    while True:
        try:
            page = bucket.ask("list_multipart_uploads", "list uploads of", Prefix=root + prefix, **marker)
        except RefusedError as error:
            if is_not_implemented(error):
                return
            raise
        for found in page.get("Uploads", ()):
            if found["Key"].startswith(root):
                yield Unfinished(found["Key"].removeprefix(root), found["UploadId"], found["Initiated"])
        before = marker
        marker = {"KeyMarker": page.get("NextKeyMarker", ""), "UploadIdMarker": page.get("NextUploadIdMarker", "")}
        if not page.get("IsTruncated"):
            return
        if marker == before:
            raise StoreError(f"{bucket.name.uri} lists its unfinished uploads without end: report that to its maker")


def abort(bucket: Bucket, key: str, upload_id: str) -> bool:
    """Remove the parts of an upload; False if it was gone already. Raises `RefusedError`."""
    try:
        bucket.ask("abort_multipart_upload", "abort the upload of", key, UploadId=upload_id)
    except RefusedError as error:
        if error.status == 404:
            return False
        raise
    return True


def discard(bucket: Bucket, key: str, upload_id: str) -> None:
    """Remove the parts of an upload, if that is permitted; otherwise they stay until somebody sweeps them."""
    try:
        abort(bucket, key, upload_id)
    except RefusedError as error:
        if not is_denied(error):
            raise


def discard_all(bucket: Bucket, key: str) -> None:
    """Remove the parts of every upload of a key, as far as that is permitted."""
    for upload in uploads_of(bucket, key):
        discard(bucket, key, upload.upload_id)


def uploads_of(bucket: Bucket, key: str) -> list[Unfinished]:
    """Unfinished uploads of one key; none where the store cannot list them, or the key of ours may not."""
    try:
        return [upload for upload in unfinished_uploads(bucket, key) if upload.key == key]
    except RefusedError as error:
        if not is_denied(error):
            raise
        return []


class MultipartPut:
    """One object on its way in parts. `checksum` is as in `Traits`; a failure leaves all parts for the next time."""

    def __init__(self, bucket: Bucket, key: str, source: Sending, sha256: str, checksum: str) -> None:
        self.key = key
        self.source = source
        self.sha256 = sha256
        self._bucket = bucket
        self._checksum = checksum
        self._parts = parts_of(source.size, bucket.access.part_bytes)

    def begun(self) -> PartialUpload:
        """A new upload."""
        arguments = {"ChecksumAlgorithm": "SHA256"} if self._checksum == "sha256" else {}
        metadata = {"sha256": self.sha256}
        answer = self._bucket.ask("create_multipart_upload", "put", self.key, Metadata=metadata, **arguments)
        return PartialUpload(answer["UploadId"], {})

    def resumed(self) -> PartialUpload | None:
        """The newest upload of this key, if it is of this file and has parts of it."""
        newest = max(uploads_of(self._bucket, self.key), key=lambda upload: upload.begun_at, default=None)
        kept = self._kept(newest) if newest else {}
        return PartialUpload(newest.upload_id, kept) if newest and kept else None

    def send(self, upload: PartialUpload) -> list[Answer]:
        """Bring all parts there that are missing; returns what completes the upload."""
        missing = [part for part in self._parts if part.number not in upload.kept]
        done = upload.kept | self._sent(upload.upload_id, missing)
        return [done[part.number] for part in self._parts]

    def _kept(self, upload: Unfinished) -> dict[int, Answer]:
        """Parts that are there and are proved to be ours. None at all if one is of another file.

        The proof is the ETag where it is the MD5 of the part, as S3 has it for unencrypted parts.
        """
        planned = {part.number: part for part in self._parts}
        kept: dict[int, Answer] = {}
        for listed in self._listed(upload):
            part = planned.get(listed["PartNumber"])
            etag = str(listed.get("ETag", "")).strip('"')
            if part is None or listed.get("Size") != part.length or not _MD5.match(etag):
                continue
            if self.source.digest("md5", part.start, part.length).hex() != etag:
                return {}  # the digest that the upload was begun with is that of another file
            digest = self._digest(part) if self._checksum == "sha256" else {}
            kept[part.number] = {"PartNumber": part.number, "ETag": listed["ETag"], **digest}
        return kept

    def _listed(self, upload: Unfinished) -> Iterator[Answer]:
        marker = 0
        while True:
            arguments = {"UploadId": upload.upload_id, "PartNumberMarker": marker}
            try:
                page = self._bucket.ask("list_parts", "list parts of", self.key, **arguments)
            except RefusedError as error:
                if is_not_implemented(error) or is_denied(error) or error.status == 404:
                    return
                raise
            yield from page.get("Parts", ())
            before, marker = marker, int(page.get("NextPartNumberMarker") or 0)
            if not page.get("IsTruncated"):
                return
            if marker <= before:
                raise StoreError(f"{self._bucket.name.uri} lists parts without end: report that to its maker")

    def _sent(self, upload_id: str, parts: list[Part]) -> dict[int, Answer]:
        """Send parts in threads. The first failure ends it, when the parts on their way have ended too.

        The threads end with the process: one that is told to stop does not wait for the network.
        """
        waiting = deque(parts)
        sent: dict[int, Answer] = {}
        failed: list[Exception] = []

        def work() -> None:
            while waiting and not failed:
                with suppress(IndexError):  # another thread took the last one
                    part = waiting.popleft()
                    try:
                        sent[part.number] = self._send(upload_id, part)
                    except Exception as error:  # noqa: BLE001  raised below
                        failed.append(error)

        count = min(self._bucket.access.threads, len(parts))
        threads = [threading.Thread(target=work, name="part", daemon=True) for _ in range(count)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if failed:
            raise failed[0]
        return sent

    def _send(self, upload_id: str, part: Part) -> Answer:
        digest = self._digest(part)
        body = self.source.section(part.start, part.length)
        arguments = {"UploadId": upload_id, "PartNumber": part.number, "ContentLength": part.length, **digest}
        answer = self._bucket.ask("upload_part", "put", self.key, Body=body, **arguments)
        digest.pop("ContentMD5", None)
        return {"PartNumber": part.number, "ETag": answer["ETag"], **digest}

    def _digest(self, part: Part) -> Answer:
        """The argument by which the store can check the part."""
        if not self._checksum:
            return {}
        digest = self.source.digest(self._checksum, part.start, part.length)
        return {CHECKSUM_ARGUMENTS[self._checksum]: b64encode(digest).decode()}


def parts_of(size: int, part_bytes: int) -> list[Part]:
    """Parts of equal size but for the last, whole MiB more where they would be too many."""
    least = -(-size // MOST_PARTS)
    length = part_bytes if part_bytes >= least else -(-least // _MIB) * _MIB
    return [
        Part(number, start, min(length, size - start)) for number, start in enumerate(range(0, size, length), start=1)
    ]
