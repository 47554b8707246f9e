"""Copies a snapshot out of a repository, byte for byte, each object verified while it is written."""

import hashlib
import os
import shutil
from pathlib import Path

from crawler.archive.cdxj import read_index
from crawler.archive.keys import log_key, warc_key_of
from crawler.archive.log import ListedObject, LogEntry
from crawler.archive.repository import Repository
from crawler.errors import ConfigurationError, DamagedArchiveError, NewswarcError
from crawler.storage.local import fsync_directory, make_directories


def restore_snapshot(repository: Repository, entry: LogEntry, to: Path) -> list[Path]:
    """Write every object of a snapshot and its log entry below the directory `to`, under their keys.

    Raises `ConfigurationError` where `to` is not an empty or new directory, `DamagedArchiveError` for an object whose
    bytes are not what the log says. Everything appears under `to` at once, or nothing does.
    """
    if to.is_symlink() or (to.exists() and not to.is_dir()):
        raise ConfigurationError(f"{to} is not a directory: name a new or empty one with --to")
    if to.exists() and any(to.iterdir()):
        raise ConfigurationError(f"{to} is not empty: nothing was written; name a new or empty directory with --to")
    making = to.with_name(to.name + ".part")
    try:
        if making.exists():
            shutil.rmtree(making)
        for listed in entry.objects:
            _restore(repository, listed, making / listed.key)
        make_directories((making / log_key(entry.seq)).parent)
        (making / log_key(entry.seq)).write_bytes(repository.store.get(log_key(entry.seq), 1 << 30))
        if to.exists():
            to.rmdir()
        making.rename(to)
    except OSError as error:
        raise ConfigurationError(f"cannot write to {to}: {error.strerror}; name another directory with --to") from error
    except NewswarcError:
        shutil.rmtree(making, ignore_errors=True)
        raise
    return [to / listed.key for listed in entry.objects] + [to / log_key(entry.seq)]


def needed_by_revisits(repository: Repository, entry: LogEntry) -> dict[str, str | None]:
    """WARCs of other snapshots that revisits of this one refer to, each with its snapshot's id, None for a lost one."""
    own = {listed.key for listed in entry.of("warc")}
    needed: set[str] = set()
    for listed in entry.of("cdxj"):
        with repository.open(listed) as stream:
            named = (line.fields.get("original") for line in read_index(stream, listed.key))
            needed |= {warc_key_of(filename) for filename in named if filename}
    if not needed - own:
        return {}
    holders = {listed.key: other.snapshot_id for other, _ in repository.entries() for listed in other.of("warc")}
    return {key: holders.get(key) for key in sorted(needed - own)}


def _restore(repository: Repository, listed: ListedObject, target: Path) -> None:
    make_directories(target.parent)
    unverified = target.with_name(target.name + ".part")
    sha256 = hashlib.sha256()
    with repository.open(listed) as stream, unverified.open("xb") as out:
        while chunk := stream.read(1 << 20):
            sha256.update(chunk)
            out.write(chunk)
        out.flush()
        os.fsync(out.fileno())
    if sha256.hexdigest() != listed.sha256:
        unverified.unlink()
        raise DamagedArchiveError(
            f"{listed.key} has sha256 {sha256.hexdigest()}, the log says {listed.sha256}: it was not restored; "
            "`scrapy verify --deep` lists everything that is damaged"
        )
    unverified.rename(target)
    fsync_directory(target.parent)
