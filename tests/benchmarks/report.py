"""What a series of crawls shows: medians, spreads, and ratios of crawls that ran beside each other."""

import os
import platform
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib.metadata import version
from statistics import median

import orjson

from tests.benchmarks.measured import Measured
from tests.benchmarks.variants import BASELINE

_MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Spread:
    """Median and extremes of some figures."""

    median: float
    min: float
    max: float

    @classmethod
    def of(cls, values: Iterable[float]) -> "Spread":
        """Of at least one value."""
        known = list(values)
        return cls(median(known), min(known), max(known))

    def shown(self, digits: int) -> str:
        """``median (min–max)``."""
        return f"{self.median:.{digits}f} ({self.min:.{digits}f}–{self.max:.{digits}f})"


@dataclass(frozen=True, slots=True)
class Summary:
    """One variant over the whole series."""

    cpu_ms_per_page: Spread
    reactor_cpu_ms_per_page: Spread
    wall_ms_per_page: Spread
    peak_rss_bytes: Spread
    bytes_per_page: Spread
    ratio: Spread
    """CPU in proportion to the baseline's of the same round; for the baseline the control: to its run before."""


def summaries(series: list[Measured]) -> dict[str, Summary]:
    """A summary for each variant, the baseline first."""
    by_variant: dict[str, list[Measured]] = {}
    for run in series:
        by_variant.setdefault(run.variant, []).append(run)
    baseline = by_variant[BASELINE]
    return {
        variant: _summary(runs, _ratios(runs[1:] if variant == BASELINE else runs, baseline))
        for variant, runs in by_variant.items()
    }


def _ratios(runs: list[Measured], baseline: list[Measured]) -> list[float]:
    pairs = zip(runs, baseline, strict=False)  # the last run of the baseline stands for itself
    return [run.cpu_ms_per_page / beside.cpu_ms_per_page for run, beside in pairs]


def _summary(runs: list[Measured], ratios: list[float]) -> Summary:
    def spread(figure: Callable[[Measured], float]) -> Spread:
        return Spread.of(figure(run) for run in runs)

    return Summary(
        cpu_ms_per_page=spread(lambda run: run.cpu_ms_per_page),
        reactor_cpu_ms_per_page=spread(lambda run: 1000 * run.reactor_cpu_seconds / run.pages),
        wall_ms_per_page=spread(lambda run: 1000 * run.wall_seconds / run.pages),
        peak_rss_bytes=spread(lambda run: run.peak_rss_bytes),
        bytes_per_page=spread(lambda run: run.bytes_written / run.pages),
        ratio=Spread.of(ratios),
    )


def table(found: dict[str, Summary]) -> str:
    """The summaries for people. The baseline's ratio shows how far equal runs lie apart on this machine."""
    head = ("variant", "CPU ms/page", "of them reactor", "CPU : bare", "wall ms/page", "peak MiB", "bytes/page")
    rows = [head] + [
        (
            variant,
            summary.cpu_ms_per_page.shown(2),
            f"{summary.reactor_cpu_ms_per_page.median:.2f}",
            summary.ratio.shown(3),
            summary.wall_ms_per_page.shown(2),
            f"{summary.peak_rss_bytes.median / _MIB:.0f}",
            f"{summary.bytes_per_page.median:.0f}",
        )
        for variant, summary in found.items()
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def as_json(series: list[Measured], found: dict[str, Summary]) -> bytes:
    """Everything that was measured, and on what."""
    machine = {
        "cpus": os.cpu_count(),
        "platform": platform.platform(),
        "python": platform.python_version(),
        "scrapy": version("scrapy"),
    }
    options = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
    return orjson.dumps({"machine": machine, "summaries": found, "runs": series}, option=options)
