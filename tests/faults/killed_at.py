"""Runs `scrapy …`, and dies by SIGKILL the Nth time that a named arrow is passed. All else is the product.

Usage: ``python -m tests.faults.killed_at ARROW N scrapy-arguments…``; arrows are those of `crawler.ritual`.
"""

import os
import signal
import sys

from scrapy.cmdline import execute

from crawler.ritual import EVENT, Arrow


class Killer:
    """An audit hook that kills its process."""

    def __init__(self, arrow: Arrow, nth: int) -> None:
        self._arrow = arrow
        self._left = nth

    def __call__(self, event: str, arguments: tuple[object, ...]) -> None:
        """Count the passes of the arrow, and kill at the last."""
        if event == EVENT and arguments[0] == self._arrow:
            self._left -= 1
            if not self._left:
                os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    sys.addaudithook(Killer(Arrow(sys.argv[1]), int(sys.argv[2])))
    execute(["scrapy", *sys.argv[3:]])
