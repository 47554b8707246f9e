"""`publish`: finish what runs have left, without a crawl."""

import argparse
from datetime import timedelta

from crawler.cli.output import Context
from crawler.errors import ExitCode, StoreUnavailableError
from crawler.state.adopt import orphan_runs
from crawler.state.history import History
from crawler.state.opening import ArchiveOpening, Recovered
from crawler.state.sweep import superseded_projections

SUMMARY = "Publish what crashed or failed runs left in the spool, and tidy the store"
EXAMPLE = "scrapy publish -s ARCHIVE_STORE=s3://bucket/news"

_HOLDER = "publish"
"""What stands for a spider in lock and lease."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("--json", action="store_true", help="print the result as JSON")


def run(arguments: argparse.Namespace, context: Context) -> ExitCode:
    """Publish. Raises `StoreError`, and then the spool keeps what is left; `AnotherRunError` beside another."""
    spool = context.spool()
    spool.prepare()
    opening = ArchiveOpening(context.store(), spool, context.options)
    if not opening.prove():
        raise StoreUnavailableError(f"{opening.store.uri} does not answer: the spool keeps everything, try again later")
    with spool.only_run_of(_HOLDER):  # two with one holder would take each other's claim for their own
        published = _published(opening, context, arguments)
    swept = superseded_projections(opening.repository, timedelta(days=context.options.orphan_days))
    for key in swept:
        opening.store.delete(key)
    orphans, unreadable = orphan_runs(opening.repository)
    if arguments.json:
        context.say_json(
            {
                "published": [_plain(recovered) for recovered in published],
                "swept": swept,
                "orphans": {orphan.facts.snapshot_id: orphan.keys for orphan in orphans},
                "unreadable": unreadable,
            }
        )
        return ExitCode.COMPLETE
    context.say(f"{len(published)} runs published, {len(swept)} superseded objects removed from {opening.store.uri}")
    for orphan in orphans:
        context.say(
            f"note: {len(orphan.keys)} WARCs of {orphan.facts.snapshot_id} are in the store and in no log entry: a run "
            "is at work, or its spool is lost; then `scrapy adopt` commits them"
        )
    for message in unreadable.values():
        context.say(f"note: {message}")
    return ExitCode.COMPLETE


def _published(opening: ArchiveOpening, context: Context, arguments: argparse.Namespace) -> list[Recovered]:
    lease = opening.lease(_HOLDER, "")
    history = History(opening.history_path)
    published = []
    try:
        for recovered in opening.recover(history, lease):
            published.append(recovered)
            if not arguments.json:
                context.say(_line(recovered))
    finally:
        lease.release()
        history.close()
    return published


def _line(recovered: Recovered) -> str:
    entry = recovered.publication.entry
    where = f"log {entry.seq}" if entry is not None else "was published already, or holds nothing"
    return f"{recovered.snapshot_id}: {recovered.publication.verdict.sentence} ({where})"


def _plain(recovered: Recovered) -> dict[str, object]:
    entry = recovered.publication.entry
    return {
        "run": recovered.snapshot_id,
        "snapshot": entry.snapshot_id if entry is not None else None,
        "seq": entry.seq if entry is not None else None,
        "summary": recovered.publication.verdict.sentence,
    }
