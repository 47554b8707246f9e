"""The race for a key: whether of writers that put at once exactly one wins."""

import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future

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

    def race(number: int, won: "Future[bool]") -> None:
        start.wait()
        try:
            won.set_result(put(key, b"writer %d" % number))
        except Exception as error:  # noqa: BLE001  passed on to who waits
            won.set_exception(error)

    results: list[Future[bool]] = [Future() for _ in range(WRITERS)]
    for number, won in enumerate(results):  # daemons: a process that is told to stop does not wait for a store
        threading.Thread(target=race, args=(number, won), name=f"race-{number}", daemon=True).start()
    return sum(won.result() for won in results)
