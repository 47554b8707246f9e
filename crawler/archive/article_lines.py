"""The lines of one article, found through the commit log and in its order; superseded snapshots are passed over."""

from collections.abc import Iterator, Sequence

import orjson

from crawler.archive.jsonl import read_lines
from crawler.archive.repository import Repository
from crawler.items import JsonObject


def lines_of_article(repository: Repository, article_id: str) -> Iterator[JsonObject]:
    """All lines of an article, first version first. Raises `DamagedArchiveError`, `StoreError`."""
    for line in _lines_holding(repository, [article_id]):
        if line["article_id"] == article_id:
            yield line


def article_at(repository: Repository, urls: Sequence[str]) -> str | None:
    """`article_id` of the last line that has one of these as its URL or canonical URL; None where none has."""
    found = None
    for line in _lines_holding(repository, urls):
        if line.get("url") in urls or line.get("canonical_url") in urls:
            found = str(line["article_id"])
    return found


def _lines_holding(repository: Repository, values: Sequence[str]) -> Iterator[JsonObject]:
    """Lines in which one of these texts stands as a value, and perhaps others; one line at a time is held."""
    entries = [entry for entry, _ in repository.entries()]
    superseded = {snapshot_id for entry in entries for snapshot_id in entry.supersedes}
    holding = [orjson.dumps(value) for value in values]
    for entry in entries:
        for listed in entry.of("articles") if entry.snapshot_id not in superseded else ():
            with repository.open(listed) as stream:
                yield from read_lines(stream, listed.key, holding)
