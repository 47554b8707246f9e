"""Adopts WARCs that were uploaded by a run whose spool is lost: what they hold is committed from their own records.

They are copied back into the spool, as a run that crashed, and published by the same ritual.
"""

import os
import shutil
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from crawler.archive.keys import is_of_spider, is_warc_name
from crawler.archive.records import parse_warc_fields
from crawler.archive.repository import Repository
from crawler.archive.spool import Spool
from crawler.archive.spooled_run import RunFacts, SpooledRun
from crawler.archive.warc import read_records, sealed_file
from crawler.errors import ConfigurationError, DamagedArchiveError
from crawler.sites import get_site
from crawler.storage.local import fsync_directory

_FIRST_RECORD = 1 << 20
"""Bytes in which the warcinfo record of a file is looked for, packed and unpacked."""
_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class OrphanRun:
    """WARCs in the store that no log entry names, of one run."""

    facts: RunFacts
    """What the run was, by its warcinfo records."""
    keys: tuple[str, ...]
    """Its WARCs, in the order of their keys."""
    bytes: int
    """Their size together."""


def orphan_runs(repository: Repository) -> tuple[list[OrphanRun], dict[str, str]]:
    """Runs of which only uploads are left, oldest first; and the WARCs that tell of no run, each with why.

    Raises `StoreError`.
    """
    named = {listed.key for entry, _ in repository.entries() for listed in entry.of("warc")}
    runs: dict[str, OrphanRun] = {}
    unreadable: dict[str, str] = {}
    for info in repository.store.list("warc/"):
        if info.key in named or not is_warc_name(info.key.rpartition("/")[2]):
            continue
        try:
            facts = facts_in(repository, info.key)
        except DamagedArchiveError as error:
            unreadable[info.key] = str(error)
            continue
        run = runs.get(facts.snapshot_id, OrphanRun(facts, (), 0))
        runs[facts.snapshot_id] = OrphanRun(run.facts, (*run.keys, info.key), run.bytes + info.bytes)
    return sorted(runs.values(), key=lambda run: run.facts.snapshot_id), unreadable


def copy_back(repository: Repository, orphan: OrphanRun, spool: Spool) -> SpooledRun:
    """The run as it stood in its lost spool, in this one. Raises `DamagedArchiveError` naming the file that is cut.

    A copy that is not whole is never taken for a WARC of the run; where this stops, nothing is left of it.
    """
    run = spool.begin(orphan.facts)
    try:
        for key in orphan.keys:
            _copy(repository, key, run.place_of(key))
    except BaseException:
        run.remove()
        raise
    return run


def _copy(repository: Repository, key: str, place: Path) -> None:
    part = place.with_name(place.name + ".part")
    with repository.store.open(key) as source, part.open("wb") as out:
        shutil.copyfileobj(source, out, 1 << 20)
        out.flush()
        os.fsync(out.fileno())
    sealed_file(part, key)
    part.rename(place)
    fsync_directory(place.parent)


def facts_in(repository: Repository, key: str) -> RunFacts:
    """What a WARC says of its run. Raises `DamagedArchiveError` where it does not, or where it cannot be true."""
    with repository.store.open(key, 0, _FIRST_RECORD) as stream:
        first = next(read_records(stream, key, _FIRST_RECORD), None)
    if first is None or first.record.kind != "warcinfo":
        raise DamagedArchiveError(f"{key} does not begin with warcinfo: move it aside and keep it")
    fields = parse_warc_fields(first.record.block)
    snapshot_id, spider, site = (fields.get(name, "") for name in ("snapshot-id", "spider", "site"))
    if not is_of_spider(snapshot_id, spider) or not _is_file_name(spider):
        raise DamagedArchiveError(f"{key} names no snapshot of a spider: it is not of a run of newswarc")
    try:
        began_at = datetime.strptime(snapshot_id[:14], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        if site:
            get_site(site)
        gone_hours = float(fields["gone-hours"]) if "gone-hours" in fields else None
    except (ConfigurationError, ValueError) as error:
        raise DamagedArchiveError(f"{key} tells of no run that can be published ({error})") from error
    run = RunFacts(
        snapshot_id=snapshot_id,
        spider=spider,
        site=site,
        collection=fields.get("isPartOf", ""),
        began_at=began_at,
        software=fields.get("software", ""),
        operator=fields.get("operator", ""),
        user_agent=fields.get("http-header-user-agent", ""),
        robots=fields.get("robots", ""),
        configuration_digest=fields.get("configuration-digest", ""),
    )
    return run if gone_hours is None else replace(run, gone_hours=gone_hours)


def _is_file_name(spider: str) -> bool:
    """True if the lock of a spider may be named by it: what a WARC says is anybody's word."""
    return spider.isprintable() and "/" not in spider and len(spider.encode()) <= _LONGEST_NAME
