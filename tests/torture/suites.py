"""What the test suite does in a short form, at length, by pytest in a process of its own."""

import os
import subprocess
import sys

from tests.running import ROOT


def power_cuts(count: int) -> bool:
    """So many power cuts of all kinds, each followed by a plain second run."""
    return _passes("tests/test_power_cut.py", "-k", "many", TORTURE_CUTS=str(count))


def projections() -> bool:
    """All projections deleted, recovered, compared."""
    compared = "tests/test_publish.py::test_lines_derived_from_the_warc_are_those_of_the_live_crawl"
    return _passes("tests/test_lost_projections.py", compared)


def _passes(*arguments: str, **environment: str) -> bool:
    print(f"\n$ pytest {' '.join(arguments)}", flush=True)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments]
    return not subprocess.run(command, cwd=ROOT, env=os.environ | environment, check=False).returncode
