"""Removes from the store what no reader will ever look at. Evidence is never removed: WARCs are adopted."""

from datetime import timedelta

from crawler.archive.keys import snapshot_id_of
from crawler.archive.repository import Repository


def superseded_projections(repository: Repository, older_than: timedelta) -> list[str]:
    """Keys of lines and indexes that were derived again before their snapshot was committed, if they are old enough.

    Those of a snapshot that is not committed stay: its run may be publishing. Raises `StoreError`.
    """
    committed = {entry.snapshot_id: {listed.key for listed in entry.objects} for entry, _ in repository.entries()}
    oldest = repository.store.clock() - older_than
    found = []
    for folder in ("articles/", "cdxj/"):
        for info in repository.store.list(folder):
            named = committed.get(snapshot_id_of(info.key) or "")
            if named is not None and info.key not in named and info.modified_at < oldest:
                found.append(info.key)
    return found
