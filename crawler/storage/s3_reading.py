"""Reading an object by ranged requests: where a connection breaks, another goes on from the byte reached."""

import re
from typing import Any

from crawler.errors import StoreError
from crawler.storage.retrying import RefusedError
from crawler.storage.s3_client import Answer, Bucket
from crawler.storage.s3_errors import JUDGED, judge_of

_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+|\*)\Z")
_CHUNK = 1 << 16


class RangeReader:
    """The bytes of an object from `offset` up to `end` (its own end where that is None). Asks when it is made."""

    def __init__(self, bucket: Bucket, key: str, offset: int, end: int | None) -> None:
        self._bucket = bucket
        self._key = key
        self._what = f"read {key} in {bucket.name.uri}"
        self._position = offset
        self._end = end
        self._version: tuple[str, int] | None = None
        self._surplus = 0
        self._stream: Any = None
        self._open()

    def close(self) -> None:
        """Let go of the connection."""
        if self._stream is not None:
            self._stream.close()
            self._stream = None

    def readinto(self, buffer: memoryview) -> int:
        """Fill `buffer` with what comes next; 0 at the end. Raises `StoreError`, `StoreUnavailableError`."""
        return self._bucket.patience.ask(self._what, lambda: self._read(buffer), judge_of(self._what), JUDGED)

    def _read(self, buffer: memoryview) -> int:
        if self._end is not None and self._position >= self._end:
            return 0
        if self._stream is None:
            self._open()
        try:
            self._skip()
            left = len(buffer) if self._end is None else self._end - self._position
            data: bytes = self._stream.read(min(len(buffer), left, _CHUNK))
            if not data:
                raise ConnectionError("the answer ended early")
        except JUDGED:
            self.close()
            raise
        buffer[: len(data)] = data
        self._position += len(data)
        return len(data)

    def _open(self) -> None:
        """Ask for what is left."""
        try:
            answer = self._asked()
        except RefusedError as error:
            if error.status not in (400, 416) or self._version is not None:
                raise
            size = int(self._bucket.ask("head_object", "read", self._key)["ContentLength"])
            self._end = size if self._end is None else min(self._end, size)
            if self._position >= self._end:
                return  # there is nothing from there on
            answer = self._asked()  # not all stores cut a range at the end of the object
        self._stream = answer["Body"]
        first, size = _extent(answer, self._what)
        version = (str(answer.get("ETag")), size)
        if first > self._position or (self._version is not None and version != self._version):
            self.close()
            raise StoreError(f"cannot {self._what}: what the store gives changed while it was read; verify the archive")
        self._version = version
        self._end = size if self._end is None else min(self._end, size)
        self._surplus = self._position - first

    def _asked(self) -> Answer:
        last = "" if self._end is None else str(self._end - 1)
        ranged = {} if self._position == 0 and not last else {"Range": f"bytes={self._position}-{last}"}
        return self._bucket.ask("get_object", "read", self._key, **ranged)

    def _skip(self) -> None:
        """Pass over what a store without ranges sends first."""
        while self._surplus > 0:
            data = self._stream.read(min(self._surplus, _CHUNK))
            if not data:
                raise ConnectionError("the answer ended early")
            self._surplus -= len(data)


def _extent(answer: Answer, what: str) -> tuple[int, int]:
    """First byte that comes, and size of the object (RFC 9110, 14.4), which a store may give in several answers."""
    found = _RANGE.match(str(answer.get("ContentRange") or ""))
    if found:
        return int(found[1]), int(found[2]) + 1 if found[3] == "*" else int(found[3])
    partial = answer["ResponseMetadata"]["HTTPStatusCode"] == 206
    if partial or answer.get("ContentLength") is None:
        raise StoreError(
            f"cannot {what}: the store does not say what part of it comes, or how long it is; use one that speaks S3"
        )
    return 0, int(answer["ContentLength"])
