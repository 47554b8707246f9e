"""A series of crawls, interleaved so that a machine that grows slower or faster is slow or fast for all alike."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import orjson

from tests.benchmarks.measured import Measured
from tests.benchmarks.pages import listings
from tests.benchmarks.variants import BASELINE

TIME_LIMIT = 900
"""Seconds after which a crawl is taken for stuck."""


class BenchmarkFailedError(Exception):
    """A process did not do its part; the message says which and what it said."""


def planned(variants: list[str], rounds: int) -> list[str]:
    """The order of the crawls: every round forwards or backwards in turn (ABBA), and the baseline once more."""
    forwards = [BASELINE, *variants]
    order: list[str] = []
    for number in range(rounds):
        order += forwards if number % 2 == 0 else forwards[::-1]
    return [*order, BASELINE]


def measured(variants: list[str], rounds: int, articles: int) -> Iterator[Measured]:
    """Run the series; raises `BenchmarkFailedError` where a crawl fails or misses a page."""
    expected = articles + listings(articles)
    with _server(articles) as base:
        for variant in planned(variants, rounds):
            result = _crawl(variant, base)
            if result.pages != expected:
                raise BenchmarkFailedError(f"{variant} got {result.pages} pages of {expected}: see its log above")
            yield result


@contextmanager
def _server(articles: int) -> Iterator[str]:
    """The server while the block runs; gives its address."""
    command = [sys.executable, "-m", "tests.benchmarks.pages_server", str(articles)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            base = process.stdout.readline().strip() if process.stdout else ""
            if not base:
                raise BenchmarkFailedError("the server of the benchmark did not start: see its traceback above")
            yield base
        finally:
            process.terminate()


def _crawl(variant: str, base: str) -> Measured:
    with TemporaryDirectory(prefix="newswarc-bench-") as directory:
        command = [sys.executable, "-m", "tests.benchmarks.crawls", variant, base, str(Path(directory))]
        try:
            done = subprocess.run(command, stdout=subprocess.PIPE, timeout=TIME_LIMIT, check=True)
        except subprocess.SubprocessError as error:
            raise BenchmarkFailedError(f"the crawl {variant} failed: {error}") from error
        return Measured(**orjson.loads(done.stdout))
