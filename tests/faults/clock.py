"""Runs `scrapy …` by a clock of the test's own, which jumps while the crawl goes on. All else is the product.

Usage: ``python -m tests.faults.clock START JUMP scrapy-arguments…``: START is the time at which the program begins, as
in ``2026-12-31T23:59:58+00:00``, and JUMP the seconds by which the clock jumps when records are synced the second time.
"""

import datetime as clocks
import sys
from typing import Any

from scrapy.cmdline import execute

from crawler.ritual import EVENT, Arrow

_REAL = clocks.datetime
_SYNCS = 2


class _Kind(type):
    """What is made by the class, and what counts as made by it, are plain datetimes."""

    def __call__(cls, *arguments: Any, **named: Any) -> Any:  # noqa: ANN401  passed on
        """Make one."""
        return _REAL(*arguments, **named)

    def __instancecheck__(cls, instance: object) -> bool:
        """Any is."""
        return isinstance(instance, _REAL)


class Clock(clocks.datetime, metaclass=_Kind):
    """Stands in the place of `datetime.datetime`."""

    offset = clocks.timedelta()

    @classmethod
    def now(cls, tz: clocks.tzinfo | None = None) -> Any:  # noqa: ANN401  a plain datetime
        """The time by this clock."""
        return _REAL.now(tz) + cls.offset


class Jump:
    """An audit hook that puts the clock forward or back, once."""

    def __init__(self, by: clocks.timedelta) -> None:
        self._by = by
        self._syncs = 0

    def __call__(self, event: str, arguments: tuple[object, ...]) -> None:
        """Count the syncs."""
        if event == EVENT and arguments[0] == Arrow.GROUP_SYNCED:
            self._syncs += 1
            if self._syncs == _SYNCS:
                Clock.offset += self._by


if __name__ == "__main__":
    Clock.offset = _REAL.fromisoformat(sys.argv[1]) - _REAL.now(clocks.UTC)
    sys.addaudithook(Jump(clocks.timedelta(seconds=float(sys.argv[2]))))
    clocks.datetime = Clock  # type: ignore[misc]  # before the product's modules take it
    execute(["scrapy", *sys.argv[3:]])
