"""Runs `scrapy …` and records every change to what lies below a directory, and every arrow that is passed.

Usage: ``python -m tests.faults.recorded_disk LOG ROOT scrapy-arguments…``. All else is the product. What stands below
ROOT at the beginning is recorded as durable. SQLite writes from C and is not recorded: its files are caches.
"""

import os
import sys
from pathlib import Path

from crawler.ritual import EVENT
from tests.faults.disk_log import Passed
from tests.faults.recorded_files import open_with
from tests.faults.recorded_system import RecordedSystem


def record(log: Path, root: Path) -> None:
    """From now on this process records what it does."""
    import builtins
    import io

    system = RecordedSystem(root, os.open(log, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o644))
    system.install()
    builtins.open = io.open = open_with(system)  # type: ignore[assignment]

    def on_event(event: str, arguments: tuple[object, ...]) -> None:
        if event == EVENT:
            system.note(Passed(str(arguments[0])))

    sys.addaudithook(on_event)


if __name__ == "__main__":
    record(Path(sys.argv[1]), Path(sys.argv[2]))
    from scrapy.cmdline import execute

    execute(["scrapy", *sys.argv[3:]])
