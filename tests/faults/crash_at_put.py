"""Runs `scrapy …`, and dies by SIGKILL at one arrow of the commit: before or after the Nth put into the store.

Usage: ``python -m tests.faults.crash_at_put before|after N scrapy-arguments…``. All else is the product.
"""

import os
import signal
import sys
from pathlib import Path

from scrapy.cmdline import execute

from crawler.storage.local import LocalStore


class DyingStore(LocalStore):
    """A local store in a process that does not survive its Nth put."""

    when, nth = sys.argv[1], int(sys.argv[2])
    puts = 0

    def put(self, key: str, source: bytes | Path, sha256: str | None = None) -> None:
        """Put, and die where it was asked for."""
        DyingStore.puts += 1
        due = DyingStore.puts == self.nth
        if due and self.when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        super().put(key, source, sha256)
        if due:
            os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    import crawler.storage.local

    crawler.storage.local.LocalStore = DyingStore  # type: ignore[misc]
    execute(["scrapy", *sys.argv[3:]])
