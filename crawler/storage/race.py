"""The race for a key: whether of writers that put at once exactly one wins."""

import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor

WRITERS = 8
"""Writers of one round."""


def one_wins(put: Callable[[str, bytes], bool], keys: Iterable[str]) -> bool:
    """True if in each round, one for each of `keys`, exactly one writer won, and one that comes late does not.

    `put` puts bytes under a key if there is nothing, and returns True if it did. Its errors pass through.
    """
    return all(_wins(put, key) == 1 and not put(key, b"late") for key in keys)


def _wins(put: Callable[[str, bytes], bool], key: str) -> int:
    """How many writers of different bytes believe that they have won; all begin when the last one is ready."""
    start = threading.Barrier(WRITERS)

    def race(number: int) -> bool:
        start.wait()
        return put(key, b"writer %d" % number)

    with ThreadPoolExecutor(WRITERS, "race") as writers:
        return sum(writers.map(race, range(WRITERS)))
