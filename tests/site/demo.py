"""`make demo`: the whole line on the bundled sample site, told in a few lines. Run it again to see revisions.

`tests.services.demo_s3` shows the same with the archive in a bucket.
"""

import os
import subprocess
import sys
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from crawler.archive.jsonl import read_lines
from crawler.archive.log import LogEntry
from crawler.archive.repository import Repository
from crawler.cli.output import size_text
from crawler.items import JsonObject
from crawler.options import StoreAccess
from crawler.storage.store import open_store
from tests.site.articles import SampleSite
from tests.site.server import running

PORT = 8765
ARTICLES = 12
REQUISITES = ("-s", "ARCHIVE_REQUISITES=1")
HINTS = """\
  make demo                                  again: unchanged articles give no line, revised ones do
  make demo-s3                               the same with the archive in a bucket
  .venv/bin/scrapy snapshots                 what archive/ holds
  .venv/bin/scrapy history sputnik-international:1120000008   one article's versions; the second demo revises it
  .venv/bin/scrapy restore {snapshot} --to restored
  make crawl CONTACT=you@example.org         the live World section"""


@dataclass(frozen=True)
class Place:
    """Where a demo keeps its archive."""

    store: str
    """ARCHIVE_STORE."""
    hints: str
    """What to try next; ``{snapshot}`` stands for the snapshot's id."""
    settings: tuple[str, ...] = ()
    """More arguments of every command."""
    access: StoreAccess | None = None
    """How the store is reached, where it is a bucket."""
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ, repr=False)
    """Environment of every command, which says the same to it."""


def demonstrate(place: Place) -> int:
    """Crawl the next edition of the sample site, verify, and tell what is there. Returns the first exit code not 0."""
    repository = Repository(open_store(place.store, place.access))
    edition = sum(1 for _ in repository.entries()) + 1
    with running(SampleSite(articles=ARTICLES, edition=edition), port=PORT) as server:
        print(f"The sample site is at {server.base_url}/world/, edition {edition}.\n")
        site = ("-a", f"base={server.base_url}", "-s", "DOWNLOAD_DELAY=0")
        crawled = _scrapy(place, "crawl", "world", *site, *REQUISITES)
    if crawled:
        return crawled
    entry = [entry for entry, _ in repository.entries()][-1]
    verified = _scrapy(place, "verify", entry.snapshot_id, "--deep")
    _tell(repository, entry)
    print(f"What to try next:\n{place.hints.format(snapshot=entry.snapshot_id)}")
    return verified


def _scrapy(place: Place, *arguments: str) -> int:
    command = [*arguments, "-s", f"ARCHIVE_STORE={place.store}", *place.settings]
    print(f"$ scrapy {' '.join(command)}", flush=True)
    code = subprocess.run([sys.executable, "-m", "scrapy", *command], env=place.environment, check=False).returncode
    print(flush=True)
    return code


def _tell(repository: Repository, entry: LogEntry) -> None:
    print(f"Stored in {repository.store.uri}:")
    for listed in entry.objects:
        print(f"  {listed.key}  ({listed.records} records, {size_text(listed.bytes)})")
    lines = [line for listed in entry.of("articles") for line in _lines(repository, listed.key)]
    print(f"  log/{entry.seq:08d}.json  names them all with their sha256\n")
    for line in lines:
        if line["event"] == "revision":
            print(f"Revised: {line['title']} (version {line['version']}: {', '.join(line['changed_fields'])})")
    if lines:
        _show(max(lines, key=lambda line: (line["event"] == "revision", line["word_count"])))


def _lines(repository: Repository, key: str) -> list[JsonObject]:
    with repository.store.open(key) as stream:
        return list(read_lines(stream, key))


def _show(line: JsonObject) -> None:
    """One article as a person would read it."""
    capture = line["captures"][0]
    by = ", ".join(line["authors"]) or (line["dateline"] or {}).get("agency") or "no author"
    place = (line["dateline"] or {}).get("place")
    print("\nOne article:\n")
    print(textwrap.indent(textwrap.fill(line["title"], 92), "    "))
    print(f"    {line['section']} · {line['published_at']} · {by}" + (f" · {place}" if place else ""))
    for block in line["blocks"][:3]:
        print("\n" + textwrap.indent(textwrap.fill(block["text"], 92), "    "))
    print(f"    … {line['word_count']} words in {len(line['blocks'])} blocks, {len(line['images'])} images")
    print(f"    evidence: byte {capture['offset']} of {Path(capture['warc']).name}\n")


if __name__ == "__main__":
    sys.exit(demonstrate(Place("archive", HINTS)))
