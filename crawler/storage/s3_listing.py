"""Listing a bucket, page by page, by ListObjectsV2: in key order and once each, whatever the store makes of that."""

from collections.abc import Iterator
from datetime import UTC

from crawler.errors import StoreError
from crawler.storage.s3_client import Answer, Bucket
from crawler.storage.store import ObjectInfo, is_key


def listed_objects(bucket: Bucket, prefix: str, after: str) -> list[ObjectInfo]:
    """Objects whose keys begin with `prefix` and sort after `after`. Not all stores keep the order, so it is made.

    No store is asked to begin at a key without the prefix: some refuse that (501), and it would say nothing.
    """
    root = bucket.name.prefix
    found: dict[str, ObjectInfo] = {}
    within = after.startswith(prefix)
    if after > prefix and not within:
        return []
    for page in _pages(bucket, root + prefix, root + after if after and within else ""):
        for listed in page.get("Contents", ()):
            key = str(listed["Key"])
            if not key.startswith(root + prefix):
                continue
            key = key.removeprefix(root)
            if key > after and is_key(key):
                found[key] = ObjectInfo(key, int(listed["Size"]), listed["LastModified"].astimezone(UTC))
    return [found[key] for key in sorted(found)]


def _pages(bucket: Bucket, prefix: str, after: str) -> Iterator[Answer]:
    start = {"StartAfter": after} if after else {}
    seen: set[str] = set()
    while True:
        page = bucket.ask("list_objects_v2", "list", Prefix=prefix, **start)
        yield page
        if not page.get("IsTruncated"):
            return
        token = str(page.get("NextContinuationToken") or "")
        if not token or token in seen:
            raise StoreError(f"cannot list {bucket.name.uri}: its pages never end; report that to the store's maker")
        seen.add(token)
        start = {"ContinuationToken": token}
