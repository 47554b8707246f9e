"""`history`: all versions of an article, and what has changed from each to the next, word by word."""

import argparse
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryFile
from typing import Any

from crawler.archive.article_lines import article_at, lines_of_article
from crawler.archive.repository import Repository
from crawler.articles.diff import Paragraph
from crawler.articles.versions import Version, versions
from crawler.cli.history_html import html_page
from crawler.cli.history_text import terminal_lines
from crawler.cli.output import Context
from crawler.errors import ConfigurationError, ExitCode, NotFoundError
from crawler.items import JsonObject
from crawler.sites import site_of
from crawler.sites.site import clean_url

SUMMARY = "Show all versions of an article and what has changed between them"
EXAMPLE = "scrapy history https://sputnikglobe.com/20260401/story-1120000001.html --html story.html"

_TOLD = (
    "event",
    "version",
    "article_id",
    "url",
    "title",
    "published_at",
    "modified_at",
    "word_count",
    "changed_fields",
    "snapshot_id",
    "captures",
    "provenance",
)
"""Fields of the line that `--json` gives; the line itself has the rest."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("article", metavar="URL|ID", help="any URL of the article, old or new, or its article_id")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print the versions as JSON, with what has changed as data")
    form.add_argument("--html", metavar="FILE", help="write a page to this file; it needs nothing else to be read")


def run(arguments: argparse.Namespace, context: Context) -> ExitCode:
    """Show. Raises `NotFoundError`, `ConfigurationError`, `DamagedArchiveError`."""
    found = versions(_lines(context.repository(), arguments.article))
    if arguments.json:
        context.say_json_list(_as_json(version) for version in found)
    elif arguments.html:
        _write(Path(arguments.html), found)
        context.say(f"wrote {arguments.html}")
    else:
        for line in terminal_lines(found, colour=context.in_colour):
            context.say_styled(line)
    return ExitCode.COMPLETE


def _lines(repository: Repository, name: str) -> Iterator[JsonObject]:
    """Lines of the article that a user names."""
    for key in _keys(repository, name.encode("utf-8", "replace").decode()):
        lines = lines_of_article(repository, key)
        first = next(lines, None)
        if first is not None:
            return chain([first], lines)
    raise NotFoundError(
        f"{repository.store.uri} holds no line of {name}: give a URL of an article, or its article_id as the lines "
        "have it, such as sputnik-international:1120000001"
    )


def _keys(repository: Repository, name: str) -> Iterator[str]:
    """What may be meant: the key in the URL if it holds one, or else that of the article at the URL as it stands."""
    if "://" not in name:
        yield name
        return
    try:
        key, urls = site_of(name).article_key(name), [name, clean_url(name)]
    except ValueError:  # no URL, such as http://[
        return
    if key:
        yield key
    if found := article_at(repository, urls):
        yield found


def _as_json(version: Version) -> dict[str, Any]:
    told = {name: version.line.get(name) for name in _TOLD}
    diff = {"title": _runs(version.title), "text": [_runs(runs) for runs in version.text]}
    return {**told, "diff": diff if version.compared else None}


def _runs(paragraph: Paragraph) -> list[dict[str, str]]:
    return [{"op": run.op, "text": run.text} for run in paragraph]


def _write(path: Path, found: Iterator[Version]) -> None:
    """Write the page, once it is whole: where the archive is damaged, the file stays as it was."""
    try:
        with TemporaryFile("w+", encoding="utf-8") as page:
            page.writelines(html_page(found))
            page.seek(0)
            with path.open("w", encoding="utf-8") as out:
                copyfileobj(page, out)
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be written ({error.strerror}): name another file") from error
