"""The history of an article for a terminal, or for a file without colours."""

import re
from collections.abc import Iterable, Iterator
from itertools import groupby

from crawler.articles.diff import Paragraph, Run, is_same
from crawler.articles.versions import Version
from crawler.cli.output import safe
from crawler.items import JsonObject

_PLAIN = {"same": "{}", "deleted": "[-{}-]", "inserted": "{{+{}+}}", "bold": "{}"}
_COLOURED = {
    "same": "{}",
    "deleted": "\x1b[31;9m{}\x1b[0m",
    "inserted": "\x1b[32m{}\x1b[0m",
    "bold": "\x1b[1m{}\x1b[0m",
}
_KEPT = 6
"""Words that are shown before and after a change; of a longer stretch the rest is left out."""
_WORD = re.compile(r"\S+\s*")


def terminal_lines(versions: Iterable[Version], *, colour: bool) -> Iterator[str]:
    """Lines to print; what comes from pages is neutralised in them."""
    marks = _COLOURED if colour else _PLAIN
    for number, version in enumerate(versions):
        line = version.line
        if not number:
            yield marks["bold"].format(_plain(line["article_id"]))
        yield ""
        heading = f"version {line['version']}  {line['event']}  {time_of(line['captures'][-1]['fetched_at'])}"
        yield marks["bold"].format(_plain(heading))
        yield from (f"  {name:9}  {_plain(value)}" for name, value in facts(line))
        yield f"  {'title':9}  {_marked(version.title, marks) if version.compared else _plain(line['title'])}"
        if version.compared:
            yield from (f"    {told}" for told in _body(version.text, marks))


def facts(line: JsonObject) -> Iterator[tuple[str, str]]:
    """What is told of every version beside its texts."""
    for name in ("published", "modified"):
        if line[f"{name}_at"]:
            yield name, time_of(line[f"{name}_at"])
    if line["changed_fields"]:
        yield "changed", ", ".join(line["changed_fields"])
    if line["event"] == "gone":
        yield "evidence", line["provenance"].get("event", "")
    yield "snapshot", line["snapshot_id"]
    for capture in line["captures"]:
        yield "warc", f"{capture['warc']} at byte {capture['offset']}, HTTP {capture['status']}"
    yield "url", line["url"]
    if line["event"] != "gone":
        yield "words", str(line["word_count"])


def time_of(text: str) -> str:
    """A time of the line as people read it: ``2026-04-01 12:30:15 UTC``."""
    return f"{text[:10]} {text[11:19]} UTC"


def unchanged(count: int) -> str:
    """What stands for paragraphs that are the same."""
    return f"… {count} paragraph{'s' if count > 1 else ''} unchanged"


def shortened(paragraph: Paragraph) -> Iterator[Run]:
    """The runs, with long stretches that have not changed cut to the words beside the changes."""
    for number, run in enumerate(paragraph):
        words = _WORD.findall(run.text) if run.op == "same" else []
        before = _KEPT if number else 0
        after = _KEPT if number < len(paragraph) - 1 else 0
        if len(words) > before + after + 1:
            parts = "".join(words[:before]), "… " if after else "…", "".join(words[len(words) - after :])
            yield Run("same", "".join(parts))
        else:
            yield run


def _body(text: tuple[Paragraph, ...], marks: dict[str, str]) -> Iterator[str]:
    for same, group in groupby(text, is_same):
        if same:
            yield unchanged(len(list(group)))
        else:
            yield from (_marked(shortened(paragraph), marks) for paragraph in group)


def _marked(runs: Iterable[Run], marks: dict[str, str]) -> str:
    return "".join(marks[run.op].format(_plain(run.text)) for run in runs)


def _plain(text: str) -> str:
    """One line, whatever a page says."""
    return " ".join(safe(text).split("\n"))
