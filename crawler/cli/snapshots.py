"""`snapshots`: what the archive holds, one line per snapshot; or where the fields of one run's articles came from."""

import argparse

from crawler.archive.log import LogEntry
from crawler.archive.repository import Repository
from crawler.cli.output import Context, size_text
from crawler.errors import ExitCode, NotFoundError
from crawler.state.coverage import Coverage, sources, table, together

SUMMARY = "List the snapshots of the archive"
EXAMPLE = "scrapy snapshots --json"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("--json", action="store_true", help="print the commit log entries, or the fields, as JSON")
    parser.add_argument(
        "--fields",
        nargs="?",
        const="",
        metavar="SNAPSHOT",
        help="where the fields of the articles came from, in the run of a snapshot; of the last run unless it is named",
    )


def run(arguments: argparse.Namespace, context: Context) -> ExitCode:
    """List. Raises `DamagedArchiveError` for a broken log, `NotFoundError` for a snapshot that is not there."""
    repository = context.repository()
    if arguments.fields is not None:
        return _show_fields(arguments.fields, repository, context, as_json=arguments.json)
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


def _show_fields(snapshot_id: str, repository: Repository, context: Context, *, as_json: bool) -> ExitCode:
    """Of all parts of the run together."""
    entries = [entry for entry, _ in repository.entries()]
    chosen = [entry for entry in entries if entry.snapshot_id == snapshot_id or (entry.fields and not snapshot_id)]
    if not chosen:
        what = f"no snapshot {snapshot_id}" if snapshot_id else "no snapshot that says where its fields came from"
        raise NotFoundError(f"{what} in {repository.store.uri}: `scrapy snapshots` lists what there is")
    last = chosen[-1]
    parts = [entry for entry in entries if entry.run_id == last.run_id] if last.run_id else [last]
    coverage = together(Coverage(entry.fields) for entry in parts)
    if as_json:
        context.say_json(coverage.as_rows())
        return ExitCode.COMPLETE
    context.say(
        f"{last.run_id or last.snapshot_id}: {last.series or 'a run'}, read by {last.extractor or 'an extractor'}"
    )
    if not coverage.rows:
        context.say("no article was read whole, or it was published before fields were counted")
        return ExitCode.COMPLETE
    for text in (*table(coverage), "", *sources(coverage)):
        context.say(text)
    return ExitCode.COMPLETE
