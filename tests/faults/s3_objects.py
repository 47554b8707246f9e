"""What an S3 server keeps: buckets, objects, unfinished uploads. In memory, in S3's terms, safe for many threads."""

import hashlib
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import uuid4

CHECKSUM = "x-amz-checksum-"
CHECKSUM_ELEMENTS = {f"Checksum{name}": f"{CHECKSUM}{name.lower()}" for name in ("CRC32", "SHA1", "SHA256")}
"""What the checksum headers are called in documents."""
_MEETING = 0.25
"""Seconds that a writer waits for another one who is to win as well."""


class S3Error(Exception):
    """An answer that is a refusal, as the error responses of the S3 API name it."""

    def __init__(self, status: int, code: str, message: str = "") -> None:
        super().__init__(f"{code}: {message}")
        self.status = status
        self.code = code
        self.message = message


@dataclass(frozen=True)
class Stored:
    """An object, or a part of one."""

    data: bytes
    etag: str
    """Without quotation marks."""
    headers: tuple[tuple[str, str], ...] = ()
    """What a GET gives back beside: metadata, type, checksums that it was put with."""
    modified_at: datetime = field(default_factory=lambda: datetime.now(UTC))


@dataclass(frozen=True)
class PartListed:
    """How a client names a part of which an object is to be made."""

    number: int
    etag: str
    sums: Mapping[str, str]
    """Checksums by the names of their headers."""

    @classmethod
    def of(cls, children: Mapping[str, str]) -> "PartListed":
        """From the children of its element. Raises KeyError, ValueError."""
        sums = {header: children[name] for name, header in CHECKSUM_ELEMENTS.items() if name in children}
        return cls(int(children["PartNumber"]), children["ETag"].strip('"'), sums)


@dataclass
class Upload:
    """A multipart upload that is neither completed nor aborted."""

    key: str
    headers: tuple[tuple[str, str], ...]
    algorithm: str = ""
    """The checksum that every part has to come with."""
    began_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    id: str = field(default_factory=lambda: uuid4().hex)
    parts: dict[int, Stored] = field(default_factory=dict)


class Bucket:
    """Objects by key. All changes are made under one lock, which is what makes put-if-absent atomic."""

    def __init__(self, smallest_part: int = 5 << 20) -> None:
        """`smallest_part` is the number of bytes under which no part is taken but the last."""
        self.objects: dict[str, Stored] = {}
        self.uploads: dict[str, Upload] = {}
        self._smallest_part = smallest_part
        self._lock = threading.Lock()
        self._looking: Counter[str] = Counter()
        self._looked = threading.Condition()

    def put(self, key: str, stored: Stored, *, if_absent: bool) -> None:
        """Store an object. Raises `S3Error` 412 where one stands under `key` and `if_absent` is asked for."""
        with self._lock:
            self._check_absent(key, if_absent=if_absent)
            self.objects[key] = stored

    def get(self, key: str) -> Stored:
        """Raises `S3Error` 404."""
        try:
            return self.objects[key]
        except KeyError:
            raise S3Error(404, "NoSuchKey", "The specified key does not exist.") from None

    def delete(self, key: str) -> None:
        """Nothing happens where there is none."""
        with self._lock:
            self.objects.pop(key, None)

    def after(self, prefix: str, key: str) -> Iterator[tuple[str, Stored]]:
        """Objects under `prefix` that sort after `key`, in the order of their keys in UTF-8."""
        with self._lock:
            found = sorted(item for item in self.objects.items() if item[0].startswith(prefix) and item[0] > key)
        return iter(found)

    def begin(self, key: str, headers: tuple[tuple[str, str], ...] = (), algorithm: str = "") -> Upload:
        """A new multipart upload."""
        upload = Upload(key, headers, algorithm)
        with self._lock:
            self.uploads[upload.id] = upload
        return upload

    def upload(self, key: str, upload_id: str) -> Upload:
        """Raises `S3Error` 404."""
        upload = self.uploads.get(upload_id)
        if upload is None or upload.key != key:
            raise S3Error(404, "NoSuchUpload", "The specified multipart upload does not exist.")
        return upload

    def put_part(self, key: str, upload_id: str, number: int, stored: Stored) -> None:
        """Store a part, instead of one with that number. Raises `S3Error` 404."""
        with self._lock:
            self.upload(key, upload_id).parts[number] = stored

    def complete(self, key: str, upload_id: str, listed: list[PartListed], *, if_absent: bool) -> Stored:
        """Make an object of the parts listed, by number and ETag. Raises `S3Error`; the upload stays then."""
        with self._lock:
            upload = self.upload(key, upload_id)
            self._check_absent(key, if_absent=if_absent)
            parts = [_listed_part(upload, one) for one in listed]
            if any(len(part.data) < self._smallest_part for part in parts[:-1]):
                raise S3Error(400, "EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size")
            stored = Stored(b"".join(part.data for part in parts), multipart_etag(parts), upload.headers)
            self.objects[key] = stored
            del self.uploads[upload_id]
        return stored

    def abort(self, key: str, upload_id: str) -> None:
        """Forget an upload and its parts. Raises `S3Error` 404."""
        with self._lock:
            del self.uploads[self.upload(key, upload_id).id]

    def meet(self, key: str) -> None:
        """Wait until another writer of `key` has seen, too, that there is none; not for long."""
        with self._looked:
            self._looking[key] += 1
            self._looked.notify_all()
            self._looked.wait_for(lambda: self._looking[key] > 1, _MEETING)

    def _check_absent(self, key: str, *, if_absent: bool) -> None:
        if if_absent and key in self.objects:
            raise S3Error(412, "PreconditionFailed", "At least one of the pre-conditions you specified did not hold")


def _listed_part(upload: Upload, listed: PartListed) -> Stored:
    part = upload.parts.get(listed.number)
    if part is None or part.etag != listed.etag:
        raise S3Error(400, "InvalidPart", f"Part {listed.number} could not be found, or has another ETag.")
    kept = dict(part.headers)
    if any(kept.get(header, value) != value for header, value in listed.sums.items()):
        raise S3Error(400, "InvalidPart", f"Part {listed.number} has another checksum.")
    if upload.algorithm and f"{CHECKSUM}{upload.algorithm.lower()}" not in listed.sums:
        raise S3Error(400, "InvalidRequest", "The complete request must include the checksum for each part.")
    return part


def multipart_etag(parts: list[Stored]) -> str:
    """As Amazon makes it: MD5 of the MD5s of the parts, and their number."""
    digests = b"".join(hashlib.md5(part.data, usedforsecurity=False).digest() for part in parts)
    return f"{hashlib.md5(digests, usedforsecurity=False).hexdigest()}-{len(parts)}"
