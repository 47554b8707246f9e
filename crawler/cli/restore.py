"""`restore`: copy one snapshot out of the archive, verified."""

import argparse
from pathlib import Path

from crawler.archive.restore import needed_by_revisits, restore_snapshot
from crawler.cli.output import Context, size_text
from crawler.errors import ExitCode

SUMMARY = "Copy a snapshot out of the archive, byte for byte, verified while it is written"
EXAMPLE = "scrapy restore 20260401120000-world-k3v7qa --to restored"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("snapshot", metavar="ID", help="snapshot to restore, as `scrapy snapshots` lists it")
    parser.add_argument("--to", required=True, metavar="DIR", help="new or empty directory to write to")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")


def run(arguments: argparse.Namespace, context: Context) -> ExitCode:
    """Restore. Raises `NotFoundError`, `ConfigurationError`, `DamagedArchiveError`."""
    repository = context.repository()
    entry = repository.find(arguments.snapshot)
    to = Path(arguments.to)
    written = restore_snapshot(repository, entry, to)
    needs = needed_by_revisits(repository, entry)
    if arguments.json:
        files = [path.relative_to(to).as_posix() for path in written]
        about = {"snapshot": entry.snapshot_id, "to": str(to), "bytes": entry.total_bytes, "files": files}
        context.say_json({**about, "needs": needs})
    else:
        context.say(
            f"restored {entry.snapshot_id} to {to}: {len(written)} files, {size_text(entry.total_bytes)}, all verified"
        )
        if needs:
            others = ", ".join(sorted({snapshot or "a lost one" for snapshot in needs.values()}))
            context.say(
                f"its revisits refer to {len(needs)} WARCs of other snapshots: to replay it, restore {others} too"
            )
    return ExitCode.COMPLETE
