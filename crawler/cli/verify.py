"""`verify`: the archive against its commit log."""

import argparse
from dataclasses import asdict

from crawler.archive.checks import check_snapshot, unnamed_objects
from crawler.cli.output import Context
from crawler.errors import DamagedArchiveError, ExitCode, NewswarcError, NotFoundError

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
    stored = {info.key for info in repository.store.list()}
    if not entries:
        raise _nothing_to_verify(repository.store.uri, stored)
    unnamed = sorted(unnamed_objects(stored, entries))
    if arguments.snapshot:
        entries = [repository.find(arguments.snapshot)]
    problems = [problem for entry in entries for problem in check_snapshot(repository, entry, deep=arguments.deep)]
    objects = sum(len(entry.objects) for entry in entries)
    if arguments.json:
        found = [asdict(problem) for problem in problems]
        context.say_json(
            {
                "snapshots": len(entries),
                "objects": objects,
                "deep": arguments.deep,
                "problems": found,
                "unnamed": unnamed,
            }
        )
    else:
        for problem in problems:
            context.say(f"{problem.rule}: {problem.message}")
        if unnamed:
            context.say(
                f"note: no log entry names {len(unnamed)} objects, {unnamed[0]} first: a run is being published or was "
                "interrupted, or the end of the log is lost"
            )
        depth = "every byte read" if arguments.deep else "sizes only, --deep reads every byte"
        result = f"{len(problems)} problems" if problems else "all well"
        context.say(f"{result}: {len(entries)} snapshots, {objects} objects in {repository.store.uri} ({depth})")
    return ExitCode.DAMAGED if problems else ExitCode.COMPLETE


def _nothing_to_verify(uri: str, stored: set[str]) -> NewswarcError:
    if stored:
        return DamagedArchiveError(f"{uri} holds {len(stored)} objects but no commit log: restore log/ from a copy")
    return NotFoundError(f"there is no archive in {uri}: set ARCHIVE_STORE, or make one with `scrapy crawl world`")
