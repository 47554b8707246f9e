"""`snapshots`: what the archive holds, one line per snapshot."""

import argparse

from crawler.archive.log import LogEntry
from crawler.cli.output import Context, size_text
from crawler.errors import ExitCode

SUMMARY = "List the snapshots of the archive"
EXAMPLE = "scrapy snapshots --json"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("--json", action="store_true", help="print the commit log entries as JSON")


def run(arguments: argparse.Namespace, context: Context) -> ExitCode:
    """List. Raises `DamagedArchiveError` for a broken log."""
    repository = context.repository()
    entries = [entry for entry, _ in repository.entries()]
    if arguments.json:
        context.say_json([entry.as_json() for entry in entries])
        return ExitCode.COMPLETE
    for entry in entries:
        context.say(_line(entry))
    if not entries:
        context.say(f"{repository.store.uri} holds no snapshot yet: `scrapy crawl world` makes one")
    return ExitCode.COMPLETE


def _line(entry: LogEntry) -> str:
    counts = entry.counts
    lines = sum(listed.records for listed in entry.of("articles"))
    return (
        f"{entry.seq:6d}  {entry.snapshot_id}  {counts.get('captures', 0):6d} captures  {lines:5d} lines  "
        f"{size_text(entry.total_bytes):>8}  {entry.verdict}"
    )
