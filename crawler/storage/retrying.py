"""Asking again: what to wait for how long, until the patience with a store is over."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from random import SystemRandom
from typing import TypeVar

from crawler.errors import StoreError, StoreUnavailableError

logger = logging.getLogger(__name__)
_RANDOM = SystemRandom()

FIRST_PAUSE = 0.2
"""Seconds within which the first pause lies; each later one may be twice as long."""
LONGEST_PAUSE = 30.0
"""Seconds that no pause is longer than, unless the store asks for it."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Passing:
    """A failure that may pass by itself."""

    words: str
    """What happened, for people: ``503 SlowDown``."""
    retry_after: float | None = None
    """Seconds that the store asked to be left alone."""
    maybe_done: bool = True
    """True if the store may have done what it was asked for all the same."""


class RefusedError(StoreError):
    """The store answered, and asking again would not help. Carries what decides what that means."""

    def __init__(self, message: str, code: str, status: int) -> None:
        super().__init__(message)
        self.code = code
        """S3's error code; the HTTP status as text where the answer has no body."""
        self.status = status
        """HTTP status; 0 where no request was sent."""
        self.doubted = False
        """True if an earlier attempt of the same request may have been carried out."""
        self.date: str | None = None
        """Date header of the answer."""


Judge = Callable[[Exception], Passing | StoreError]
"""Says what an error of a library means. It may raise what it cannot judge."""


def pause_before(attempt: int, share: float) -> float:
    """Seconds to wait before `attempt` (2 is the first repetition): exponential backoff with full jitter.

    `share` is a random number from 0 to 1.
    """
    return share * min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** min(attempt - 2, 30))


def retry_after_seconds(value: str | None, now: datetime) -> float | None:
    """Seconds that a ``Retry-After`` header (RFC 9110, 10.2.3) asks for; None where there is none that is valid."""
    text = (value or "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return max(0.0, ((moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - now).total_seconds())


class Patience:
    """Repeats what fails in passing, for `seconds` from its first attempt. For many threads at once."""

    def __init__(
        self,
        seconds: float,
        clock: Callable[[], float] = time.monotonic,
        share: Callable[[], float] = _RANDOM.random,
    ) -> None:
        self.retries = 0
        """How often something was asked again so far."""
        self._seconds = seconds
        self._clock = clock
        self._share = share
        self._given_up = threading.Event()
        self._counting = threading.Lock()

    def give_up(self) -> None:
        """End all waiting now; nothing is asked any more."""
        self._given_up.set()

    def check_wanted(self, what: str) -> None:
        """Raise `StoreUnavailableError` where it was given up."""
        if self._given_up.is_set():
            raise StoreUnavailableError(f"did not {what}: it was given up; what was to be put is kept: run again")

    def ask(self, what: str, attempt: Callable[[], T], judge: Judge, judged: tuple[type[Exception], ...]) -> T:
        """What `attempt` returns. Errors of the types `judged` go to `judge`, all others pass through.

        Raises `StoreUnavailableError` when the patience is over, or what `judge` returns that is no `Passing`.
        """
        until = self._clock() + self._seconds
        number = 1
        doubted = False
        while True:
            self.check_wanted(what)
            try:
                return attempt()
            except judged as error:
                judgement = judge(error)
                if isinstance(judgement, RefusedError):
                    judgement.doubted = doubted
                if not isinstance(judgement, Passing):
                    raise judgement from error
                doubted = doubted or judgement.maybe_done
                number += 1
                self._wait(what, judgement, number, until - self._clock(), error)

    def _wait(self, what: str, failure: Passing, number: int, left: float, error: Exception) -> None:
        """Wait until attempt `number` is due; the last one is at the very end of what is `left`."""
        if left <= 0:
            raise StoreUnavailableError(
                f"cannot {what}: {failure.words}, {number - 1} times in {self._seconds:.0f} s; what was to be put is "
                "kept: run again when the store answers, or raise ARCHIVE_STORE_SECONDS"
            ) from error
        pause = min(left, pause_before(number, self._share()) + (failure.retry_after or 0.0))
        logger.info("%s: %s; attempt %d in %.1f s", what, failure.words, number, pause)
        with self._counting:
            self.retries += 1
        self._given_up.wait(pause)
