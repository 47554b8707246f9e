"""`schema`: what a line of the archive holds, for programs and for people. Needs no archive."""

import argparse

from crawler.archive.schema import line_schema
from crawler.archive.schema_table import schema_table
from crawler.cli.output import Context
from crawler.errors import ExitCode

SUMMARY = "Print the JSON Schema of an article line"
EXAMPLE = "scrapy schema > line.schema.json"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument(
        "--strict",
        action="store_true",
        help="exactly what this version writes; a reader of later lines must take additions, and leaves this out",
    )
    parser.add_argument("--markdown", action="store_true", help="print tables of the fields instead")


def run(arguments: argparse.Namespace, context: Context) -> ExitCode:
    """Print."""
    schema = line_schema(strict=arguments.strict)
    if arguments.markdown:
        context.say(schema_table(schema).rstrip())
    else:
        context.say_json(schema)
    return ExitCode.COMPLETE
