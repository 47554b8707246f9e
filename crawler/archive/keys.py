"""Names of snapshots and of the objects under a repository's root. The layout is docs/format.md."""

import base64
import hashlib
import re
import secrets
from datetime import UTC, datetime

ARCHIVE_KEY = "archive.json"
LOG_PREFIX = "log/"

_BASE32 = "abcdefghijklmnopqrstuvwxyz234567"
_WARC_NAME = re.compile(r"[a-z0-9-]+-(?P<stamp>\d{14})-\d{5,}-[a-z2-7]{6}\.warc\.gz")
_OF_SNAPSHOT = re.compile(
    r"(\d{14}-[a-z0-9-]+?-[a-z2-7]{6})(?:-\d{5,}-[0-9a-f]{12}\.jsonl\.gz|-[0-9a-f]{12}\.cdxj\.gz)\Z"
)
_SNAPSHOT = re.compile(r"(\d{14})-[a-z0-9-]+-[a-z2-7]{6}\Z")
_LEASE = re.compile(r"leases/[^/]+/[^/]+/(\d{8,})\.json")
_CLAIM = re.compile(r"leases/[^/]+/exclusive/\d{14}-[a-z2-7]{6}\.json")


def timestamp14(moment: datetime) -> str:
    """``YYYYMMDDhhmmss`` in UTC, the form of CDXJ and of file names."""
    utc = moment.astimezone(UTC)
    return f"{utc.year:04d}{utc.month:02d}{utc.day:02d}{utc.hour:02d}{utc.minute:02d}{utc.second:02d}"


def new_snapshot_id(spider: str, began: datetime) -> str:
    """``<ts14>-<spider>-<6 random base32>``: sorts by time, unique without asking anyone."""
    return f"{timestamp14(began)}-{_plain(spider)}-{_random()}"


def rest_snapshot_id(snapshot_id: str, key: str) -> str:
    """Id of the snapshot that holds what one of that id lacks, from the first WARC on that it does not name."""
    suffix = base64.b32encode(hashlib.sha256(key.encode()).digest()).decode().lower()[:6]
    return f"{snapshot_id.rpartition('-')[0]}-{suffix}"


def is_snapshot_id(name: str) -> bool:
    """True if `name` has the form of a snapshot id."""
    return _SNAPSHOT.match(name) is not None


def is_of_spider(snapshot_id: str, spider: str) -> bool:
    """True if a snapshot id is one that `new_snapshot_id` gives for the spider."""
    return is_snapshot_id(snapshot_id) and snapshot_id[15:-7] == _plain(spider)


def crawl_date(snapshot_id: str) -> str:
    """Day on which the snapshot began, ``YYYY-MM-DD``."""
    return f"{snapshot_id[:4]}-{snapshot_id[4:6]}-{snapshot_id[6:8]}"


def warc_key(collection: str, opened: datetime, serial: int, snapshot_id: str) -> str:
    """Key of a WARC: ``warc/<yyyy>/<mm>/<dd>/<collection>-<ts14>-<serial5>-<snapshot suffix>.warc.gz``."""
    stamp = timestamp14(opened)
    suffix = snapshot_id.rpartition("-")[2]
    return f"warc/{stamp[:4]}/{stamp[4:6]}/{stamp[6:8]}/{collection}-{stamp}-{serial:05d}-{suffix}.warc.gz"


def is_warc_name(filename: str) -> bool:
    """True if `filename` has the form of the names that `warc_key` gives."""
    return _WARC_NAME.fullmatch(filename) is not None


def warc_key_of(filename: str) -> str:
    """Key of a WARC by its file's name, which holds the day. Raises ValueError for a foreign name."""
    match = _WARC_NAME.fullmatch(filename)
    if match is None:
        raise ValueError(f"{filename!r} is not the name of a WARC of this archive")
    stamp = match["stamp"]
    return f"warc/{stamp[:4]}/{stamp[4:6]}/{stamp[6:8]}/{filename}"


def log_key(seq: int) -> str:
    """Key of a commit log entry."""
    return f"{LOG_PREFIX}{seq:08d}.json"


def cdxj_key(snapshot_id: str, sha256: str) -> str:
    """Key of a snapshot's index, named by content so that another derivation never meets it."""
    return f"cdxj/{snapshot_id}-{sha256[:12]}.cdxj.gz"


def snapshot_id_of(key: str) -> str | None:
    """Snapshot that an index or a part of lines belongs to, by its key; None for any other key."""
    match = _OF_SNAPSHOT.match(key.rpartition("/")[2])
    return match[1] if match is not None else None


def articles_key(snapshot_id: str, serial: int, sha256: str) -> str:
    """Key of a part of JSON lines, named by content so that another derivation never meets it."""
    return f"articles/date={crawl_date(snapshot_id)}/{snapshot_id}-{serial:05d}-{sha256[:12]}.jsonl.gz"


def collection_prefix(collection: str) -> str:
    """Where the leases of a collection are, and the claims on it."""
    return f"leases/{collection}/"


def leases_prefix(collection: str, spider: str) -> str:
    """Where the leases of a spider are."""
    return f"{collection_prefix(collection)}{_plain(spider)}/"


def lease_key(collection: str, spider: str, epoch: int) -> str:
    """Key of a lease: ``leases/<collection>/<spider>/<epoch8>.json``."""
    return f"{leases_prefix(collection, spider)}{epoch:08d}.json"


def lease_epoch(key: str) -> int | None:
    """Epoch of a lease by its key; None for the key of anything else."""
    match = _LEASE.fullmatch(key)
    return int(match[1]) if match else None


def claims_prefix(collection: str) -> str:
    """Where the claims on a collection are whose store takes one writer."""
    return f"{collection_prefix(collection)}exclusive/"


def new_claim_key(collection: str, claimed: datetime) -> str:
    """``leases/<collection>/exclusive/<ts14>-<6 random base32>.json``: unique without asking anyone."""
    return f"{claims_prefix(collection)}{timestamp14(claimed)}-{_random()}.json"


def is_claim_key(key: str) -> bool:
    """True if `key` has the form that `new_claim_key` gives."""
    return _CLAIM.fullmatch(key) is not None


def _plain(spider: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", spider.lower()).strip("-") or "spider"


def _random() -> str:
    return "".join(secrets.choice(_BASE32) for _ in range(6))
