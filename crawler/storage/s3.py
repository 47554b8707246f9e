"""A bucket of an S3-compatible store. Written against the S3 API (2006-03-01) and what its copies leave out."""

import logging
from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from crawler.errors import AlteredObjectError, StoreError
from crawler.options import StoreAccess
from crawler.storage.retrying import RefusedError
from crawler.storage.s3_client import Bucket
from crawler.storage.s3_errors import is_denied, is_missing
from crawler.storage.s3_learning import learnt_traits
from crawler.storage.s3_listing import listed_objects
from crawler.storage.s3_multipart import UPLOAD_RIGHTS, abort, unfinished_uploads
from crawler.storage.s3_name import S3Name
from crawler.storage.s3_objects import S3Objects
from crawler.storage.sending import Sending, sending
from crawler.storage.store import ObjectInfo, ObjectStore, Traits, check_key

logger = logging.getLogger(__name__)


class S3Store(ObjectStore):
    """Objects of a bucket behind a prefix."""

    def __init__(self, name: S3Name, access: StoreAccess) -> None:
        self.uri = name.uri
        self.traits = Traits(put_if_absent=False, checksum="", multipart_if_absent=False)
        self._access = access
        self._bucket = Bucket(name, access)
        self._objects = S3Objects(self._bucket)

    @property
    def identity(self) -> str:
        """See `ObjectStore.identity`: at another endpoint a bucket of the same name is another store.

        So it is for another ARCHIVE_S3_CHECKSUM, which says what is tried out.
        """
        return f"{self.uri} at {self._bucket.endpoint}, checksum {self._bucket.access.checksum}"

    @property
    def retries(self) -> int:
        """See `ObjectStore.retries`."""
        return self._bucket.patience.retries

    def put(self, key: str, source: bytes | Path, sha256: str | None = None) -> None:
        """See `ObjectStore.put`. PutObject or, over the size of a part, a multipart upload, with ``If-None-Match: *``.

        Where that was not proved to be obeyed, it is looked first whether there is an object.
        """
        check_key(key)
        wanted = partial(self._bucket.patience.check_wanted, f"put {key} in {self.uri}")
        with sending(source, wanted) as sent:
            digest = sent.digest("sha256").hex()
            if sha256 not in (None, digest):
                advice = "it was changed, or its disk is failing; nothing was put"
                raise StoreError(f"what is to be put under {key} has sha256 {digest} and not {sha256}: {advice}")
            try:
                self._put(key, sent, digest)
            except RefusedError:
                sent.check_unchanged()  # a wrong checksum is explained by that
                raise
            sent.check_unchanged()
            self._objects.prove(key, digest, sent.size, believe=self._checks_sums)

    def holds(self, key: str, sha256: str, size: int) -> bool:
        """See `ObjectStore.holds`. The metadata of objects put by newswarc hold their digest."""
        return self._objects.holds(check_key(key), sha256, size, believe=self._checks_sums)

    def open(self, key: str, offset: int = 0, length: int | None = None) -> AbstractContextManager[BinaryIO]:
        """See `ObjectStore.open`. Ranged GetObject, repeated from the byte reached where a connection breaks."""
        return self._objects.reading(check_key(key), offset, length)

    def head(self, key: str) -> ObjectInfo:
        """See `ObjectStore.head`."""
        found = self._objects.head(check_key(key))
        return ObjectInfo(key, found["ContentLength"], found["LastModified"].astimezone(UTC))

    def list(self, prefix: str = "", after: str = "") -> Iterator[ObjectInfo]:
        """See `ObjectStore.list`."""
        yield from listed_objects(self._bucket, prefix, after)

    def delete(self, key: str) -> None:
        """See `ObjectStore.delete`."""
        try:
            self._bucket.ask("delete_object", "delete", check_key(key))
        except RefusedError as error:
            if not is_missing(error):
                raise

    def probe(self) -> None:
        """See `ObjectStore.probe`. The object put is removed again; whoever may not delete may archive all the same.

        It begins with a listing, because a refused HEAD does not say why it is refused.
        """
        self._bucket.ask("list_objects_v2", "list", Prefix=f"{self._bucket.name.prefix}probe/", MaxKeys=1)
        key = f"probe/{uuid4().hex}"
        self.put(key, b"probe")
        if self.get(key, limit=100) != b"probe":
            raise AlteredObjectError(f"{key} was put into {self.uri}, which gives other bytes: do not trust this store")
        try:
            self.delete(key)
        except RefusedError as error:
            if error.status != 403:
                raise

    def learn(self) -> Traits:
        """See `ObjectStore.learn`."""
        self.traits = learnt_traits(self._bucket, self._objects, self._access.checksum)
        return self.traits

    def sweep_unfinished(self, older_than: timedelta) -> int:
        """See `ObjectStore.sweep_unfinished`: multipart uploads begun so long ago are aborted.

        Whoever lacks the rights for that may archive all the same, and is warned of what it leaves.
        """
        before = self.clock() - older_than
        try:
            old = [upload for upload in unfinished_uploads(self._bucket) if upload.begun_at < before]
            return sum(abort(self._bucket, upload.key, upload.upload_id) for upload in old)
        except RefusedError as error:
            if not is_denied(error):
                raise
            logger.warning(
                "%s: what broken uploads left stays there and costs room, and they begin again from their first byte; "
                "give the key the rights %s",
                error,
                UPLOAD_RIGHTS,
            )
            return 0

    def clock(self) -> datetime:
        """See `ObjectStore.clock`: the Date of an answer; a refusal has one too, so that a wrong clock can be told."""
        return self._bucket.time()

    def give_up(self) -> None:
        """See `ObjectStore.give_up`."""
        self._bucket.patience.give_up()

    @property
    def _checks_sums(self) -> bool:
        return self.traits.checksum != ""

    @property
    def _checksum(self) -> str:
        """The checksum to send: before anything is known MD5, which every copy of S3 takes."""
        known = {"auto": "md5", "none": ""}.get(self._access.checksum, self._access.checksum)
        return self.traits.checksum or known

    def _put(self, key: str, sent: Sending, digest: str) -> None:
        if sent.size > self._access.part_bytes:
            self._objects.refuse_existing(key)  # not one byte of a large file for nothing
            self._objects.put_in_parts(key, sent, digest, self._checksum, proved=self.traits.multipart_if_absent)
            return
        if not self.traits.put_if_absent:
            self._objects.refuse_existing(key)
        self._objects.put(key, sent, digest, self._checksum, proved=self.traits.put_if_absent)
