"""`python -m tests.benchmarks.site_rules`: CPU of the site rules beside a bare set of precompiled XPaths.

Both read the same fields out of the same text, once parsed: the product with `extract_article`, the bare set with
one lxml parse. Runs are interleaved; a ratio is that of two runs that followed each other.
"""

import argparse
import gc
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from statistics import median

from crawler.articles import clean, extract_article
from tests.benchmarks.bare_xpaths import CURRENT, FIRST, BarePage
from tests.benchmarks.pages import site_pages
from tests.reference import REFERENCE

_BASE = "https://sputnikglobe.com"
_OLD = "https://sputniknews.com/columnists/201911181077343476-royal-self-indicting-arrogance/"


@dataclass(frozen=True, slots=True)
class Subject:
    """A page that is read in both ways."""

    name: str
    url: str
    html: str
    bare: BarePage


@dataclass(frozen=True, slots=True)
class Costs:
    """Milliseconds of CPU for one page, medians over all rounds."""

    bare: float
    rules: float
    """Of `extract_article`."""
    with_cleaning: float
    """Of `extract_article` and `clean`."""
    ratio: float
    """Of the rules to the bare set, median over the rounds."""


def subjects() -> Iterator[Subject]:
    """An article of the sample site as heavy as real ones and, where the reference is, a real page."""
    heavy = next(page for page in site_pages(1, _BASE) if page.path.endswith(".html"))
    yield Subject("sample", _BASE + heavy.path, heavy.body.decode(), CURRENT)
    real = REFERENCE / "pages" / "sputniknews.com_201911181077343476.html"
    if real.is_file():
        yield Subject("real", _OLD, real.read_text(encoding="utf-8"), FIRST)


def costs(subject: Subject, rounds: int, pages: int) -> Costs:
    """Measure so many interleaved rounds, each of so many pages."""
    found = [_round(subject, pages) for _ in range(rounds + 1)][1:]  # the first warms up
    bare, rules, cleaned = ([figures[at] for figures in found] for at in range(3))
    return Costs(median(bare), median(rules), median(cleaned), median(b / a for a, b, _ in found))


def _round(subject: Subject, pages: int) -> tuple[float, float, float]:
    def rules() -> object:
        return extract_article(subject.html, subject.url)

    def cleaned() -> object:
        return clean(extract_article(subject.html, subject.url))

    return (
        _milliseconds(lambda: subject.bare.read(subject.html), pages),
        _milliseconds(rules, pages),
        _milliseconds(cleaned, pages),
    )


def _milliseconds(work: Callable[[], object], pages: int) -> float:
    gc.collect()
    begun = time.process_time()
    for _ in range(pages):
        work()
    return (time.process_time() - begun) * 1000 / pages


def main() -> int:
    """Measure and show."""
    options = argparse.ArgumentParser(prog="python -m tests.benchmarks.site_rules", description=__doc__)
    options.add_argument("--rounds", type=int, default=15, help="interleaved rounds (default: 15)")
    options.add_argument("--pages", type=int, default=20, help="readings of the page in one round (default: 20)")
    chosen = options.parse_args()
    print("page    bytes   bare XPaths ms   site rules ms   with cleaning ms   rules : bare")
    for subject in subjects():
        found = costs(subject, chosen.rounds, chosen.pages)
        print(
            f"{subject.name:<6}  {len(subject.html):>6}  {found.bare:>14.3f}  {found.rules:>14.3f}"
            f"  {found.with_cleaning:>17.3f}  {found.ratio:>13.2f}"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
