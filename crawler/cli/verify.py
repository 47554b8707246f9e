"""`verify`: the archive against its commit log."""

import argparse
from dataclasses import asdict

from crawler.archive.checks import check_snapshot
from crawler.cli.output import Context
from crawler.errors import ExitCode, NotFoundError

SUMMARY = "Check one snapshot or the whole archive against the commit log"
EXAMPLE = "scrapy verify --deep"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("snapshot", nargs="?", metavar="ID", help="snapshot to check (default: all)")
    parser.add_argument("--deep", action="store_true", help="read every byte: digests, records, index and lines")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")


def run(arguments: argparse.Namespace, context: Context) -> ExitCode:
    """Check. Raises `DamagedArchiveError` for a broken log, `NotFoundError` for an unknown snapshot."""
    repository = context.repository()
    entries = [entry for entry, _ in repository.entries()]
    if arguments.snapshot:
        entries = [entry for entry in entries if entry.snapshot_id == arguments.snapshot]
        if not entries:
            raise NotFoundError(f"no snapshot {arguments.snapshot} in {repository.store.uri}: see `scrapy snapshots`")
    problems = [problem for entry in entries for problem in check_snapshot(repository, entry, deep=arguments.deep)]
    objects = sum(len(entry.objects) for entry in entries)
    if arguments.json:
        found = [asdict(problem) for problem in problems]
        context.say_json({"snapshots": len(entries), "objects": objects, "deep": arguments.deep, "problems": found})
    else:
        for problem in problems:
            context.say(f"{problem.rule}: {problem.message}")
        depth = "every byte read" if arguments.deep else "sizes only, --deep reads every byte"
        result = f"{len(problems)} problems" if problems else "all well"
        context.say(f"{result}: {len(entries)} snapshots, {objects} objects in {repository.store.uri} ({depth})")
    return ExitCode.DAMAGED if problems else ExitCode.COMPLETE
