"""The verdict on a run: counts → exit code and one sentence."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace

from crawler.errors import ExitCode
from crawler.state.coverage import Coverage

CRASHED = "crashed"
"""Reason of a run that was found in the spool without its process."""
CONTINUES = "continues"
"""Reason of a part of a run that is published while the run goes on."""
ADOPTED = "adopted"
"""Reason of a run of which only the uploads were found."""
OUT_OF_SPACE = "out_of_space"
"""Reason of a run that was stopped because the disk under its spool, or the room it may take there, was full."""

CLOSED_BADLY = "closed_badly"
"""Reason of a run that was done when a part of the project, such as a pipeline, failed in its last step."""

_MOST_DUPLICATES = 3
"""So many articles may have the text of another one, whatever their share."""


@dataclass(frozen=True, slots=True)
class RunCounts:
    """What a run did."""

    sources: int = 0
    """Source pages that were due."""
    sources_read: int = 0
    """Source pages that declared at least one article."""
    due: int = 0
    """Articles that the sources declared and the run was to fetch."""
    new: int = 0
    """Articles seen for the first time."""
    revised: int = 0
    """Articles whose headline or text changed."""
    unchanged: int = 0
    """Articles fetched and found as known; those that are gone, and answered so again, among them."""
    gone: int = 0
    """Known articles whose page answered 404 or 410, confirmed over time."""
    restored: int = 0
    """Gone articles whose page is there again."""
    duplicates: int = 0
    """Of the new and revised ones, those whose text another article had first, but for a few words."""
    skipped: int = 0
    """Articles fetched from a source of all sections that belong to another section."""
    captures: int = 0
    """HTTP exchanges in the archive."""
    requisites: int = 0
    """Requisites of pages that were fetched."""
    requisites_failed: int = 0
    """Requisites that could not be fetched; the verdict is no worse for them."""
    source_failure: str | None = None
    """Why the first source that failed declared nothing, in one sentence."""
    failures: Mapping[str, int] = field(default_factory=dict)
    """Why articles or sources were not delivered: reason → how many."""
    coverage: Coverage = field(default_factory=Coverage)
    """Which source gave each field."""

    def since(self, before: "RunCounts") -> "RunCounts":
        """What was counted after `before`; what is no count stays."""
        counted = {f.name: getattr(self, f.name) - getattr(before, f.name) for f in fields(self) if f.type is int}
        failures = {why: count - before.failures.get(why, 0) for why, count in self.failures.items()}
        failed = {why: count for why, count in failures.items() if count}
        return replace(self, **counted, failures=failed, coverage=self.coverage.since(before.coverage))

    @property
    def delivered(self) -> int:
        """Articles that were fetched and understood, or are known to be gone."""
        return self.new + self.revised + self.unchanged + self.gone + self.restored + self.skipped

    def as_counts(self) -> dict[str, int]:
        """Flat counts for the log entry; what is seldom counted is there only where it was."""
        names = ["sources", "sources_read", "due", "new", "revised", "unchanged", "skipped", "captures"]
        seldom = ("gone", "restored", "duplicates", "requisites", "requisites_failed")
        names += [name for name in seldom if getattr(self, name)]
        failed = {f"failed/{reason}": count for reason, count in sorted(self.failures.items())}
        return {name: getattr(self, name) for name in names} | failed


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a run came to."""

    exit_code: ExitCode
    """What the command returns."""
    sentence: str
    """One line for people: what happened and, unless all is well, what to do next."""
    part: bool = False
    """True where the run goes on."""

    @property
    def name(self) -> str:
        """``complete``, ``over the gate``, …; ``continues`` for a part."""
        return CONTINUES if self.part else self.exit_code.name.lower().replace("_", " ")

    def __str__(self) -> str:
        return f"{self.name}: {self.sentence}"


def judge(counts: RunCounts, gate_share: float, reason: str, drift: str = "") -> Verdict:
    """Judge a run by what was due and what was delivered. `reason` is Scrapy's: ``finished`` or why it stopped.

    `drift` says which fields are no longer found: see `crawler.state.drift`.
    """
    known = f"{counts.captures} captures kept" if reason in (CRASHED, ADOPTED) else f"{counts.due} due"
    done = f"{known}, {counts.new} new, {counts.revised} revised, {counts.unchanged} unchanged"
    done += f", {counts.gone} gone" if counts.gone else ""
    done += f", {counts.restored} restored" if counts.restored else ""
    done += f", {counts.skipped} of other sections" if counts.skipped else ""
    done += f", {counts.requisites} requisites" if counts.requisites else ""
    done += f" ({counts.requisites_failed} not fetched)" if counts.requisites_failed else ""
    failed = ", ".join(f"{count} {why}" for why, count in sorted(counts.failures.items()))
    done += f", failed: {failed}" if failed else ""
    if reason == CONTINUES:
        return Verdict(ExitCode.COMPLETE, f"{done} in this part; the run goes on", part=True)
    if reason == CRASHED:
        return Verdict(ExitCode.INTERRUPTED, f"{done}; the run had crashed")
    if reason == ADOPTED:
        return Verdict(ExitCode.INTERRUPTED, f"{done}; adopted from the uploads of a run whose spool is lost")
    if reason == OUT_OF_SPACE:
        return Verdict(ExitCode.OUT_OF_SPACE, f"{done}; stopped for want of space: free some, then run again")
    if reason == CLOSED_BADLY:
        return Verdict(ExitCode.INTERRUPTED, f"{done}; a pipeline failed in its last step: mend it, then run again")
    if reason != "finished":
        return Verdict(ExitCode.INTERRUPTED, f"{done}; stopped early ({reason}): run the same command again")
    if counts.sources_read == 0:
        return Verdict(
            ExitCode.OVER_THE_GATE, counts.source_failure or "no source was read: run with -L INFO to see why"
        )
    if counts.source_failure:
        done += f"; a source failed: {counts.source_failure}"
    advice = []
    if counts.duplicates > max(_MOST_DUPLICATES, (counts.new + counts.revised) / 2):
        advice.append(
            f"{counts.duplicates} have one text with another: a consent or block page may stand for them, look at one"
        )
    if counts.delivered < gate_share * counts.due:
        advice.append(f"under {gate_share:.0%} of what was due was delivered: see the warnings above")
    if drift:
        advice.append(drift)
    return Verdict(ExitCode.OVER_THE_GATE if advice else ExitCode.COMPLETE, "; ".join([done, *advice]))
