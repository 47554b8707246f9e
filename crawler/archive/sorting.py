"""Sorts lines by their bytes in bounded memory: sorted runs in files without a name, merged as they are read."""

import heapq
import tempfile
from collections.abc import Generator, Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import IO

RUN_BYTES = 32 << 20
"""Bytes of lines that are sorted in memory at once; Python's objects take about twice as much."""


def sorted_lines(lines: Iterable[bytes], directory: Path, run_bytes: int = RUN_BYTES) -> Generator[bytes, None, None]:
    """The same lines in the order of ``LC_ALL=C sort``. Each ends with a line end; `directory` has room for all.

    Raises OSError where it has not.
    """
    with ExitStack() as files:
        runs: list[IO[bytes]] = []
        held: list[bytes] = []
        size = 0
        for line in lines:
            held.append(line)
            size += len(line)
            if size >= run_bytes:
                runs.append(files.enter_context(tempfile.TemporaryFile(dir=directory)))
                runs[-1].writelines(sorted(held))
                held, size = [], 0
        for run in runs:
            run.seek(0)
        yield from heapq.merge(*runs, sorted(held))
