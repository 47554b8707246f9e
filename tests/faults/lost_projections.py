"""Takes away all that is no evidence, and tells whether it comes out the same when it is derived again."""

import gzip
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from crawler.archive.keys import log_key
from crawler.archive.log import ListedObject, LogEntry
from crawler.archive.repository import Repository
from crawler.archive.spool import Spool
from crawler.state.adopt import facts_in
from crawler.state.history import History
from crawler.state.projections import derive
from crawler.storage.store import open_store
from tests.running import Project

_EVIDENCE = {"run.json", "warc"}
"""What of a run may not be derived from anything."""


def lose_projections(project: Project) -> None:
    """Delete history, memory of the store, lines and index: all of the spool but the WARCs that are not published."""
    for path in project.spool.glob("*/*"):
        if not path.is_dir():
            path.unlink()
            continue
        for part in path.iterdir():
            if part.name not in _EVIDENCE:
                part.unlink()


def derived_otherwise(project: Project, scratch: Path) -> list[str]:
    """Committed lines, indexes and counts of fields that differ from what the WARCs give now, by snapshot."""
    copy = open_store(str(scratch / "archive"))
    spool = Spool(scratch / "spool", copy.uri)
    spool.prepare()
    history = History(spool.path / "history.sqlite")
    repository = Repository(copy)
    found: list[str] = []
    number = 0
    for entry in project.entries():
        for unused in range(number + 1, entry.seq):
            copy.put(log_key(unused), b"")
        number = entry.seq
        _copy(project, entry, scratch / "archive")
        history.catch_up(repository)
        found.extend(_differing(project, entry, spool, history, repository))
        if repository.append(entry) is None:
            raise AssertionError(f"{entry.snapshot_id} is not number {entry.seq} of the copy")
    history.close()
    return found


def _copy(project: Project, entry: LogEntry, to: Path) -> None:
    for listed in entry.objects:
        path = to / listed.key
        path.parent.mkdir(parents=True, exist_ok=True)
        with project.repository.open(listed) as stream, path.open("wb") as out:
            shutil.copyfileobj(stream, out)


def _differing(
    project: Project, entry: LogEntry, spool: Spool, history: History, repository: Repository
) -> Iterator[str]:
    facts = facts_in(repository, entry.of("warc")[0].key)
    run = spool.begin(replace(facts, snapshot_id=entry.snapshot_id))
    for listed in entry.of("warc"):
        shutil.copy(Path(repository.store.uri) / listed.key, run.path / "warc")
    counts = derive(run, history, repository)
    if entry.fields != counts.coverage.as_rows():
        yield f"fields of {entry.snapshot_id}"
    history.drop_pending()
    lines = run.lines_path.read_bytes().splitlines()
    index = run.index_path.read_bytes().splitlines()
    for kind, derived in (("articles", lines), ("cdxj", index)):
        committed = [line for listed in entry.of(kind) for line in _lines(project, listed)]
        if sorted(committed) != sorted(derived):
            yield f"{kind} of {entry.snapshot_id}"
    run.remove()


def _lines(project: Project, listed: ListedObject) -> list[bytes]:
    with project.repository.open(listed) as stream:
        return gzip.decompress(stream.read()).splitlines()
