"""`python -m tests.benchmarks`: what capture costs beside bare Scrapy, in CPU per page."""

import argparse
import sys
from pathlib import Path

from tests.benchmarks.measured import Measured
from tests.benchmarks.report import as_json, summaries, table
from tests.benchmarks.series import BenchmarkFailedError, measured, planned
from tests.benchmarks.variants import BASELINE, VARIANTS


def main() -> int:
    """Run the series, show the table, leave the figures."""
    compared = [variant for variant in VARIANTS if variant != BASELINE]
    options = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    options.add_argument("--pairs", type=_positive, default=5, help="runs of each variant (default: 5)")
    options.add_argument("--pages", type=_positive, default=2000, help="articles of the site (default: 2000)")
    options.add_argument("--variants", nargs="+", choices=compared, default=compared, help="default: all")
    options.add_argument("--json", type=Path, default=Path("bench.json"), help="file for all figures")
    chosen = options.parse_args()
    total = len(planned(chosen.variants, chosen.pairs))
    series: list[Measured] = []
    try:
        for run in measured(chosen.variants, chosen.pairs, chosen.pages):
            series.append(run)
            print(
                f"{len(series)}/{total} {run.variant}: {run.cpu_ms_per_page:.2f} ms/page", file=sys.stderr, flush=True
            )
    except BenchmarkFailedError as error:
        print(f"make bench: {error}", file=sys.stderr)
        return 1
    found = summaries(series)
    chosen.json.write_bytes(as_json(series, found))
    print(table(found))
    return 0


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


if __name__ == "__main__":
    sys.exit(main())
