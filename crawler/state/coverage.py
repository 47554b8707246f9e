"""Which source gave each field of the pages that a run read as articles: counted per page, shown as a table.

A source is what `Article.provenance` names; its layer is the part before the first colon. `crawler.state.drift` judges.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from crawler.items import Article

FIELDS = (
    "title", "subtitle", "authors", "dateline", "published_at", "modified_at", "section", "language", "tags", "text",
    "images", "related",
)  # fmt: skip
"""The fields that are counted."""

NONE = "none"
"""Source of a field that has no value."""
UNNAMED = "unnamed"
"""Source of a value of which the extractor does not say where it is from."""
OTHER = "other"
"""Sources beyond `MOST_SOURCES`."""
REJECTED = "rejected:"
"""Begins the source of a value that cannot be believed: the field has none."""
MISSED = {"no_title": "title", "no_body": "text"}
"""Why a page is no article → the field that it lacks. Such a page counts in the row of that field, and in no other."""
MOST_SOURCES = 20
"""Sources of a field that are told apart."""

Place = tuple[str, str]
"""A field and its source on one page."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """How often each field came from each source. The counts of a row together are the pages."""

    rows: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """Field → source → pages."""

    def row(self, name: str) -> Mapping[str, int]:
        """Sources of a field with their pages."""
        return self.rows.get(name, {})

    def pages(self, name: str) -> int:
        """Pages on which a field was looked for."""
        return sum(self.row(name).values())

    def since(self, before: "Coverage") -> "Coverage":
        """What was counted after `before`."""
        rows = {name: Counter(self.row(name)) - Counter(before.row(name)) for name in self.rows}
        return Coverage({name: row for name, row in rows.items() if row})

    def as_rows(self) -> dict[str, dict[str, int]]:
        """Plain values for the log entry: fields in the order of `FIELDS`, sources most frequent first."""
        ordered = {name: sorted(self.row(name).items(), key=_frequent_first) for name in FIELDS}
        return {name: dict(row) for name, row in ordered.items() if row}


def together(parts: Iterable[Coverage]) -> Coverage:
    """The coverage of several parts, or runs, as one."""
    rows: dict[str, Counter[str]] = {}
    for part in parts:
        for name, row in part.rows.items():
            rows.setdefault(name, Counter()).update(row)
    return Coverage(rows)


def places(article: Article) -> Iterator[Place]:
    """Each field of a cleaned article with its source."""
    for name in FIELDS:
        source = article.provenance.get(name, "")
        if getattr(article, name):
            yield name, source or UNNAMED
        else:
            yield name, source if source.startswith(REJECTED) else NONE


def missed(reason: str) -> Iterator[Place]:
    """The field that a page lacks which is no article for this reason, if it is for want of a field."""
    if reason in MISSED:
        yield MISSED[reason], reason


def told_apart(source: str, known: Collection[str]) -> str:
    """The name under which a source is counted, beside those that are counted already."""
    return source if source in known or len(known) < MOST_SOURCES else OTHER


class CoverageCount:
    """Counts page by page."""

    def __init__(self) -> None:
        self._rows: dict[str, Counter[str]] = {}

    def add(self, counted: Iterable[Place]) -> None:
        """Count a page."""
        for name, source in counted:
            row = self._rows.setdefault(name, Counter())
            row[told_apart(source, row)] += 1

    def coverage(self) -> Coverage:
        """What was counted so far."""
        return Coverage({name: dict(row) for name, row in self._rows.items()})


def has_value(source: str) -> bool:
    """True for a source that gives a value."""
    return source != NONE and source not in MISSED and not source.startswith(REJECTED)


def layer(source: str) -> str:
    """The layer of a source: ``site``, ``json-ld``, …; one for all that gives no value."""
    return source.partition(":")[0] if has_value(source) else NONE


def table(coverage: Coverage) -> list[str]:
    """A field in each line, its share by layer: the layers most frequent first, what has no value last."""
    by_layer = {name: _layers(coverage.row(name)) for name in FIELDS if coverage.pages(name)}
    columns = [name for name, _ in sorted(_layers_of_all(by_layer).items(), key=_frequent_first) if name != NONE]
    columns += [NONE]
    widths = [max(len(column), 5) for column in columns]
    heads = "  ".join(column.rjust(width) for column, width in zip(columns, widths, strict=True))
    lines = [f"{'field':<12}  {'pages':>6}  {heads}"]
    for name, layers in by_layer.items():
        pages = coverage.pages(name)
        shares = (f"{layers[column] / pages:.0%}" if layers[column] else "-" for column in columns)
        cells = "  ".join(share.rjust(width) for share, width in zip(shares, widths, strict=True))
        lines.append(f"{name:<12}  {pages:6d}  {cells}")
    return lines


def sources(coverage: Coverage) -> list[str]:
    """A field in each line with all its sources, most frequent first."""
    lines = []
    for name, row in coverage.as_rows().items():
        shares = (f"{source} {count / coverage.pages(name):.0%}" for source, count in row.items())
        lines.append(f"{name:<12}  {', '.join(shares)}")
    return lines


def _layers(row: Mapping[str, int]) -> Counter[str]:
    found: Counter[str] = Counter()
    for source, count in row.items():
        found[layer(source)] += count
    return found


def _layers_of_all(by_layer: Mapping[str, Counter[str]]) -> Counter[str]:
    found: Counter[str] = Counter()
    for layers in by_layer.values():
        found.update(layers)
    return found


def _frequent_first(counted: tuple[str, int]) -> tuple[int, str]:
    return -counted[1], counted[0]
