"""The history of an article as one HTML page, which needs nothing beside it and runs nothing."""

from collections.abc import Iterable, Iterator
from html import escape
from itertools import groupby

from crawler.articles.diff import Paragraph, is_same
from crawler.articles.versions import Version
from crawler.cli.history_text import facts, time_of, unchanged
from crawler.cli.output import safe

_TAGS = {"same": "{}", "deleted": "<del>{}</del>", "inserted": "<ins>{}</ins>"}
_HEAD = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; --in: #d9f5dd; --out: #fbdcdc; --rule: #ccc; }}
@media (prefers-color-scheme: dark) {{ :root {{ --in: #16451f; --out: #5a1e1e; --rule: #444; }} }}
body {{ font: 1rem/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 46rem; padding: 0 1rem; }}
section {{ border-top: 1px solid var(--rule); overflow-wrap: anywhere; }}
ins {{ background: var(--in); text-decoration: none; }}
del {{ background: var(--out); }}
dl {{ display: grid; grid-template-columns: max-content 1fr; gap: 0 1rem; font-size: .85rem; }}
dd {{ margin: 0; }}
.unchanged {{ opacity: .6; }}
</style>
</head>
<body>
<h1>{title}</h1>
"""


def html_page(versions: Iterable[Version]) -> Iterator[str]:
    """The page, piece by piece. What comes from pages of the site is text in it and nothing else."""
    for number, version in enumerate(versions):
        line = version.line
        if not number:
            yield _HEAD.format(title=_text(line["article_id"]))
        when = time_of(line["captures"][-1]["fetched_at"])
        yield f"<section>\n<h2>Version {_text(line['version'])}: {_text(line['event'])}, {_text(when)}</h2>\n<dl>\n"
        yield from (f"<dt>{_text(name)}</dt><dd>{_text(value)}</dd>\n" for name, value in facts(line))
        yield "</dl>\n"
        yield f'<h3 dir="auto">{_marked(version.title) if version.compared else _text(line["title"])}</h3>\n'
        yield from _body(version.text)
        yield "</section>\n"
    yield "</body>\n</html>\n"


def _body(text: tuple[Paragraph, ...]) -> Iterator[str]:
    for same, group in groupby(text, is_same):
        if same:
            yield f'<p class="unchanged">{unchanged(len(list(group)))}</p>\n'
        else:
            yield from (f'<p dir="auto">{_marked(paragraph)}</p>\n' for paragraph in group)


def _marked(paragraph: Paragraph) -> str:
    return "".join(_TAGS[run.op].format(_text(run.text)) for run in paragraph)


def _text(value: object) -> str:
    return escape(safe(str(value)))
