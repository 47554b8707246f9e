"""How a run ended and what came of publishing it: the values that `state.publish` takes, corrects and gives."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from crawler.archive.log import LogEntry
from crawler.archive.repository import Head
from crawler.state.verdict import RunCounts, Verdict, judge

_DECIDED = ("new", "revised", "unchanged", "duplicates", "gone", "restored")
"""Counts that hang on what other runs have published."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run, or a part of one that goes on, ended before it is published."""

    counts: RunCounts
    """What it did."""
    reason: str
    """Scrapy's reason for closing: ``finished``, ``shutdown``; or one of `crawler.state.verdict`'s own."""
    gate_share: float
    """Share of what was due that must be delivered."""
    whole: RunCounts | None = None
    """What the whole run did, where this is its last part: the verdict is on that."""
    seconds: Mapping[str, float] = field(default_factory=dict)
    """How long the run took, and what it waited for."""
    drift_since: str = ""
    """Time, as snapshot ids begin with it, from which on runs before this one are compared with it."""


@dataclass(frozen=True, slots=True)
class Publication:
    """What came of publishing."""

    entry: LogEntry | None
    """The commit; None where the run holds no capture, or was committed before it crashed."""
    verdict: Verdict
    """The verdict on the run, after the last decision on identity."""
    head: Head | None = None
    """The head that the commit made, where it follows the one that the lines were decided against while they were
    written; None where they were made anew."""


def decided_again(counts: RunCounts, derived: RunCounts) -> RunCounts:
    """The run's counts with the decisions that were made again; of a crashed run only the derived counts are known."""
    if counts == RunCounts():
        return derived
    return replace(counts, **{name: getattr(derived, name) for name in _DECIDED})


def corrected(outcome: Outcome, decided: RunCounts, before: RunCounts) -> Outcome:
    """The outcome of the whole run after the decisions on its last part were made again."""
    whole = outcome.whole
    if whole is None:
        return outcome
    changed = {name: getattr(whole, name) + getattr(decided, name) - getattr(before, name) for name in _DECIDED}
    return replace(outcome, whole=replace(whole, **changed))


def judged(counts: RunCounts, outcome: Outcome, fallen: str) -> Verdict:
    """The verdict on the whole run; `fallen` names fields that it finds no longer."""
    return judge(outcome.whole or counts, outcome.gate_share, outcome.reason, fallen)
