"""Whether a site's markup has moved away from its selectors: the coverage of a run against that of the last runs.

A field has fallen where the share of pages that the site's own selectors serve, or the share that has a value at all,
is lower by `LEAST_FALL` points, and so low a share was to be expected in fewer than one of a thousand runs. What is to
be expected follows from the last runs as a beta-binomial distribution. Where fewer than `LEAST_EXPECTED` values were to
be expected nothing is said.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import exp, lgamma

from crawler.sites.site import Site
from crawler.state.coverage import FIELDS, MISSED, REJECTED, UNNAMED, Coverage, has_value, together

RUNS = 5
"""So many runs before are compared with."""
LEAST_FALL = 30
"""Points by which a share must be lower, of a hundred."""
LEAST_EXPECTED = 5
"""Values that must be expected on the pages of the run, and pages without a field that say something by themselves."""
MOST_CHANCE = 0.001
"""Probability of so low a share, had nothing changed, at or above which nothing is said."""
STEADY = 90
"""A field that so many of a hundred pages have does not hang on what the news is about."""
ALIKE = 16
"""Articles of one day are like each other: for any other field the last runs tell no more than so many pages would."""
_NAMED = 3
"""Fields that are spelt out in one sentence."""
_OWN = "site:"
_FIRST_TAG = "tag"
"""A section by the page's first tag stands in the site's markup too, and is preferred to its section selectors."""


@dataclass(frozen=True, slots=True)
class Fall:
    """A field that is found far less often than before."""

    field: str
    """Name of the field."""
    source: str
    """The source that lost most."""
    before: float
    """Share of the pages of the last runs that had the field from it, 0 to 1."""
    after: float
    """Share of the pages of this run."""
    pages: int
    """Pages of this run on which the field was looked for."""
    runs: int
    """Runs that it is compared with."""
    instead: str
    """The source that gained most; empty where none did."""

    def __str__(self) -> str:
        name = self.source.removeprefix(_OWN)
        found = "a value was there" if self.source == UNNAMED else f"{name} matched"
        runs = f"the last {self.runs} runs" if self.runs > 1 else "the last run"
        now = f"{self.after:.0%} of {self.pages} now ({_instead(self.instead)})"
        return f"{self.field}: {found} on {self.before:.0%} of pages in {runs} and on {now}"


def _instead(source: str) -> str:
    if source.startswith(REJECTED):
        return f"{source.removeprefix(REJECTED)} is there and cannot be believed"
    return f"{source} serves instead" if source and has_value(source) else "nothing serves instead"


def drift(now: Coverage, before: Sequence[Coverage], site: Site | None) -> str:
    """What has fallen, in words for the verdict; empty where nothing has. `before` are the last runs, in any order."""
    missing = dict(_missing(now, site))
    found = missing | {fall.field: str(fall) for fall in falls(now, before)}
    if not found:
        return ""
    names = list(found)
    shown = "; ".join(found[name] for name in names[:_NAMED])
    shown += f"; and {', '.join(names[_NAMED:])}" if names[_NAMED:] else ""
    accepting = "; ARCHIVE_DRIFT_SINCE accepts it as it is" if found.keys() - missing.keys() else ""
    return f"{shown}: the site's markup has changed, see docs/adding-a-site.md{accepting}"


def falls(now: Coverage, before: Sequence[Coverage]) -> Iterator[Fall]:
    """Fields that have fallen, in the order of `FIELDS`."""
    past = together(before)
    for name in FIELDS:
        for counts in (_is_own, has_value):
            if _fell(past.row(name), now.row(name), counts):
                yield _fall(name, now, past, sum(1 for run in before if run.pages(name)), counts)
                break


def _is_own(source: str) -> bool:
    return source.startswith(_OWN) or source == _FIRST_TAG


def _fell(past: Mapping[str, int], now: Mapping[str, int], counts: Callable[[str], bool]) -> bool:
    """True where the share of the sources that count is lower than chance allows."""
    pages_past, pages_now = sum(past.values()), sum(now.values())
    found_past = sum(count for source, count in past.items() if counts(source))
    found_now = sum(count for source, count in now.items() if counts(source))
    if not pages_past or found_past * pages_now < LEAST_EXPECTED * pages_past:
        return False
    if 100 * (found_past * pages_now - found_now * pages_past) < LEAST_FALL * pages_past * pages_now:
        return False
    return chance(found_past, pages_past, found_now, pages_now) < MOST_CHANCE


def chance(found_past: int, pages_past: int, found_now: int, pages_now: int) -> float:
    """Probability of so few values now or fewer, by what the last runs found: beta-binomial, after Jeffreys' prior."""
    steady = 100 * found_past >= STEADY * pages_past
    weight = 1.0 if steady else min(1.0, ALIKE / pages_past)
    found, without = found_past * weight + 0.5, (pages_past - found_past) * weight + 0.5
    ways = lgamma(pages_now + 1) - lgamma(found_now + 1) - lgamma(pages_now - found_now + 1)
    term = exp(ways + _beta(found_now + found, pages_now - found_now + without) - _beta(found, without))
    total = term
    for number in range(found_now, 0, -1):
        term *= number * (pages_now - number + without) / ((pages_now - number + 1) * (number - 1 + found))
        total += term
    return min(total, 1.0)


def _beta(one: float, other: float) -> float:
    """Logarithm of the beta function."""
    return lgamma(one) + lgamma(other) - lgamma(one + other)


def _fall(name: str, now: Coverage, past: Coverage, runs: int, counts: Callable[[str], bool]) -> Fall:
    before, after = _shares(past.row(name)), _shares(now.row(name))
    every = sorted({*before, *after})
    gains = {source: after.get(source, 0.0) - before.get(source, 0.0) for source in every}
    lost = min((source for source in every if counts(source)), key=gains.__getitem__)
    gained = max(every, key=gains.__getitem__)
    return Fall(
        field=name,
        source=lost,
        before=before.get(lost, 0.0),
        after=after.get(lost, 0.0),
        pages=now.pages(name),
        runs=runs,
        instead=gained if gains[gained] > 0 else "",
    )


def _shares(row: Mapping[str, int]) -> dict[str, float]:
    pages = sum(row.values())
    return {source: count / pages for source, count in row.items()} if pages else {}


def _missing(now: Coverage, site: Site | None) -> Iterator[tuple[str, str]]:
    """Headline or text, where half of the pages or more are no articles for want of it: that needs no run before."""
    for reason, name in MISSED.items():
        pages, lacking = now.pages(name), now.row(name).get(reason, 0)
        if lacking >= LEAST_EXPECTED and 2 * lacking >= pages:
            selectors = _selectors(site, name)
            tried = f"none of {', '.join(selectors)} matched" if selectors else "no layer has it"
            yield name, f"{name}: {tried} on {lacking} of {pages} pages"


def _selectors(site: Site | None, name: str) -> tuple[str, ...]:
    """Selectors of the site's current pages for headline or text."""
    if site is None or not site.generations:
        return ()
    markup = site.generations[0].markup
    return markup.title if name == "title" else markup.body
