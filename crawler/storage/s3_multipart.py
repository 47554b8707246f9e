"""Objects that are put in parts. What an earlier, broken upload of the same file sent already is not sent again."""

import re
from base64 import b64encode
from collections.abc import Iterator
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from crawler.errors import StoreError
from crawler.storage.retrying import RefusedError
from crawler.storage.s3_client import Answer, Bucket
from crawler.storage.s3_errors import is_not_implemented
from crawler.storage.sending import Sending

MOST_PARTS = 10_000
"""S3's limit."""
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
class _Part:
    number: int
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
            if is_not_implemented(error) or error.status == 404:
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


def abort(bucket: Bucket, upload: Unfinished) -> bool:
    """Remove the parts of an upload; False if it was gone already."""
    try:
        bucket.ask("abort_multipart_upload", "abort the upload of", upload.key, UploadId=upload.upload_id)
    except RefusedError as error:
        if error.status == 404:
            return False
        raise
    return True


class MultipartPut:
    """One object on its way in parts. `checksum` is as in `Traits`; a failure leaves all parts for the next time."""

    def __init__(self, bucket: Bucket, key: str, source: Sending, sha256: str, checksum: str) -> None:
        self._bucket = bucket
        self._key = key
        self._source = source
        self._sha256 = sha256
        self._checksum = checksum
        self._parts = _planned(source.size, bucket.access.part_bytes)

    def send(self) -> tuple[str, list[Answer]]:
        """Bring all parts there; returns the upload and what completes it."""
        upload_id, kept = self._resumed()
        missing = [part for part in self._parts if part.number not in kept]
        done = kept | self._sent(upload_id, missing)
        return upload_id, [done[part.number] for part in self._parts]

    def abort_all(self) -> None:
        """Remove the parts of every upload of this key."""
        for upload in list(self._unfinished()):
            abort(self._bucket, upload)

    def _unfinished(self) -> Iterator[Unfinished]:
        return (upload for upload in unfinished_uploads(self._bucket, self._key) if upload.key == self._key)

    def _resumed(self) -> tuple[str, dict[int, Answer]]:
        """The newest upload of this very file with the parts that it has, or a new one."""
        found = sorted(self._unfinished(), key=lambda upload: upload.begun_at)
        if found and (kept := self._kept(found[-1])):
            return found[-1].upload_id, kept
        arguments = {"ChecksumAlgorithm": "SHA256"} if self._checksum == "sha256" else {}
        metadata = {"sha256": self._sha256}
        answer = self._bucket.ask("create_multipart_upload", "put", self._key, Metadata=metadata, **arguments)
        return answer["UploadId"], {}

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
            if self._source.digest("md5", part.start, part.length).hex() != etag:
                return {}  # the digest that the upload was begun with is that of another file
            completing = self._completing(part, listed)
            if listed.get("ChecksumSHA256") == completing.get("ChecksumSHA256"):
                kept[part.number] = completing
        return kept

    def _listed(self, upload: Unfinished) -> Iterator[Answer]:
        marker = 0
        while True:
            arguments = {"UploadId": upload.upload_id, "PartNumberMarker": marker}
            try:
                page = self._bucket.ask("list_parts", "list parts of", self._key, **arguments)
            except RefusedError as error:
                if is_not_implemented(error) or error.status == 404:
                    return
                raise
            yield from page.get("Parts", ())
            before, marker = marker, int(page.get("NextPartNumberMarker") or 0)
            if not page.get("IsTruncated"):
                return
            if marker <= before:
                raise StoreError(f"{self._bucket.name.uri} lists parts without end: report that to its maker")

    def _sent(self, upload_id: str, parts: list[_Part]) -> dict[int, Answer]:
        """Send parts in threads. The first failure ends it, when the parts on their way have ended too."""
        with ThreadPoolExecutor(self._bucket.access.threads, "part") as threads:
            tasks = {part.number: threads.submit(self._send, upload_id, part) for part in parts}
            wait(tasks.values(), return_when=FIRST_EXCEPTION)
            for task in tasks.values():
                task.cancel()
        failed = [task.exception() for task in tasks.values() if not task.cancelled() and task.exception()]
        for error in failed:
            if error is not None:
                raise error
        return {number: task.result() for number, task in tasks.items()}

    def _send(self, upload_id: str, part: _Part) -> Answer:
        digest: dict[str, Any] = {}
        if self._checksum == "md5":
            digest = {"ContentMD5": b64encode(self._source.digest("md5", part.start, part.length)).decode()}
        elif self._checksum == "sha256":
            digest = self._part_sha256(part)
        body = self._source.section(part.start, part.length)
        arguments = {"UploadId": upload_id, "PartNumber": part.number, "ContentLength": part.length, **digest}
        return self._completing(part, self._bucket.ask("upload_part", "put", self._key, Body=body, **arguments))

    def _completing(self, part: _Part, answer: Answer) -> Answer:
        digest = self._part_sha256(part) if self._checksum == "sha256" else {}
        return {"PartNumber": part.number, "ETag": answer["ETag"], **digest}

    def _part_sha256(self, part: _Part) -> Answer:
        return {"ChecksumSHA256": b64encode(self._source.digest("sha256", part.start, part.length)).decode()}


def _planned(size: int, part_bytes: int) -> list[_Part]:
    """Parts of equal size but for the last, whole MiB more where they would be too many."""
    least = -(-size // MOST_PARTS)
    length = part_bytes if part_bytes >= least else -(-least // _MIB) * _MIB
    return [
        _Part(number, start, min(length, size - start)) for number, start in enumerate(range(0, size, length), start=1)
    ]
