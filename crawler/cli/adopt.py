"""`adopt`: commit WARCs whose run is lost."""

import argparse

from crawler.cli.output import Context, size_text
from crawler.errors import AnotherRunError, DamagedArchiveError, ExitCode, NotFoundError
from crawler.state.adopt import OrphanRun, copy_back, orphan_runs
from crawler.state.history import History
from crawler.state.opening import ArchiveOpening
from crawler.state.publish import Publisher
from crawler.state.uploads import Uploads
from crawler.state.verdict import ADOPTED

SUMMARY = "Commit WARCs that a lost spool's run had uploaded, from their own records"
EXAMPLE = "scrapy adopt --list"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("snapshot", nargs="?", metavar="ID", help="snapshot to adopt (default: all that are orphaned)")
    parser.add_argument("--list", action="store_true", help="only say what would be adopted")
    parser.add_argument("--force", action="store_true", help="also what a run that gives signs of life may be writing")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")


def run(arguments: argparse.Namespace, context: Context) -> ExitCode:
    """Adopt. Raises `AnotherRunError` where a run may be writing them, `NotFoundError`, `StoreError`."""
    spool = context.spool()
    spool.prepare()
    opening = ArchiveOpening(context.store(), spool, context.options)
    opening.prove()
    orphans, damaged = orphan_runs(opening.repository)
    here = [orphan for orphan in orphans if spool.has(orphan.facts.snapshot_id)]
    chosen = [orphan for orphan in orphans if arguments.snapshot in (None, orphan.facts.snapshot_id)]
    if arguments.snapshot and not chosen:
        raise NotFoundError(
            f"no orphaned WARC of {arguments.snapshot} in {opening.store.uri}: see `scrapy adopt --list`"
        )
    adopted: dict[str, str] = {}
    for orphan in chosen:
        if orphan in here:
            context.note(f"{orphan.facts.snapshot_id} is in the spool here: `scrapy publish` publishes it")
        elif not arguments.list:
            try:
                adopted[orphan.facts.snapshot_id] = _adopt(orphan, opening, context, force=arguments.force)
            except DamagedArchiveError as error:
                damaged[orphan.facts.snapshot_id] = str(error)
    _tell(arguments, context, chosen, adopted, damaged)
    return ExitCode.DAMAGED if damaged else ExitCode.COMPLETE


def _adopt(orphan: OrphanRun, opening: ArchiveOpening, context: Context, *, force: bool) -> str:
    """Commit one run; says what came of it."""
    spool = context.spool()
    with spool.only_run_of(orphan.facts.spider):
        lease = opening.lease(orphan.facts.spider, orphan.facts.snapshot_id)
        history = History(opening.history_path)
        uploads = Uploads(opening.repository, context.options.upload_threads, lambda _: None)
        uploads.finish()
        try:
            others = lease.take().others
            if others and not force:
                raise AnotherRunError(
                    f"{others[0]} gives signs of life: {orphan.facts.snapshot_id} may be what it is writing; "
                    "wait until it has ended, or adopt with --force"
                )
            run = copy_back(opening.repository, orphan, spool)
            publisher = Publisher(opening.repository, history, uploads, lease)
            return publisher.recover(run, context.options.gate_share, ADOPTED).verdict.sentence
        finally:
            uploads.close()
            lease.release()
            history.close()


def _tell(
    arguments: argparse.Namespace,
    context: Context,
    chosen: list[OrphanRun],
    adopted: dict[str, str],
    damaged: dict[str, str],
) -> None:
    if arguments.json:
        found = {orphan.facts.snapshot_id: orphan.keys for orphan in chosen}
        context.say_json({"orphans": found, "adopted": adopted, "damaged": damaged})
        return
    for orphan in chosen:
        done = adopted.get(orphan.facts.snapshot_id, "not adopted")
        size = f"{len(orphan.keys)} WARCs, {size_text(orphan.bytes)}"
        context.say(f"{orphan.facts.snapshot_id}: {size}: {done}")
    for message in damaged.values():
        context.say(f"damaged: {message}")
    if not chosen and not damaged:
        context.say("no WARC in the store is without its log entry")
