"""Asking again: how long is waited, how often, and when it ends."""

import threading
from datetime import UTC, datetime

import pytest

from crawler.errors import StoreError, StoreUnavailableError
from crawler.storage.retrying import LONGEST_PAUSE, Passing, Patience, RefusedError, pause_before, retry_after_seconds

NOW = datetime(2026, 4, 1, 12, 0, 0, tzinfo=UTC)


class Failures:
    """Fails as it was told to, then succeeds; `clock` stands still but for what a failure takes."""

    def __init__(self, *failures: Passing | StoreError, seconds: float = 1.0) -> None:
        self.asked = 0
        self.time = 0.0
        self._failures = list(failures)
        self._seconds = seconds

    def attempt(self) -> str:
        self.asked += 1
        self.time += self._seconds
        if self._failures:
            raise OSError
        return "done"

    def judge(self, error: Exception) -> Passing | StoreError:
        assert isinstance(error, OSError)
        return self._failures.pop(0)

    def asked_by(self, patience: Patience) -> str:
        return patience.ask("put a", self.attempt, self.judge, (OSError,))

    def patience(self, seconds: float) -> Patience:
        """One that never waits, because all its random numbers are 0."""
        return Patience(seconds, clock=lambda: self.time, share=lambda: 0.0)


def refused() -> RefusedError:
    return RefusedError("no", "AccessDenied", 403)


def test_pauses_double_up_to_a_limit_and_are_random_from_nothing_on() -> None:
    assert [pause_before(attempt, 1.0) for attempt in (2, 3, 4)] == [0.2, 0.4, 0.8]
    assert pause_before(20, 1.0) == pause_before(10_000, 1.0) == LONGEST_PAUSE
    assert pause_before(5, 0.0) == 0.0


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120.0),
        (" 7 ", 7.0),
        ("Wed, 01 Apr 2026 12:01:30 GMT", 90.0),
        ("Wed, 01 Apr 2026 11:00:00 GMT", 0.0),
        ("9" * 400, 999_999_999.0),
        ("-5", None),
        ("soon", None),
        ("Wed, 01 Apr 99999999999999999999 12:01:30 GMT", None),
        ("", None),
        (None, None),
        ("²", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(value: str | None, seconds: float | None) -> None:
    assert retry_after_seconds(value, NOW) == seconds


def test_o01_what_passes_is_asked_again_and_counted(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    failures = Failures(Passing("HTTP 503 SlowDown"), Passing("HTTP 503 SlowDown"))
    patience = failures.patience(60)
    assert failures.asked_by(patience) == "done"
    assert (failures.asked, patience.retries) == (3, 2)
    assert "put a: HTTP 503 SlowDown; attempt 3 in 0.0 s" in caplog.text


def test_o02_what_never_passes_ends_with_the_patience() -> None:
    failures = Failures(*[Passing("HTTP 503 SlowDown")] * 100)
    with pytest.raises(StoreUnavailableError, match=r"HTTP 503 SlowDown, 10 times in 10 s; .*run again"):
        failures.asked_by(failures.patience(10))
    assert failures.asked == 10


def test_without_patience_it_is_asked_once() -> None:
    failures = Failures(Passing("no connection"))
    with pytest.raises(StoreUnavailableError, match="1 times"):
        failures.asked_by(failures.patience(0))
    assert failures.asked == 1


def test_what_does_not_pass_is_not_asked_again() -> None:
    failures = Failures(refused())
    with pytest.raises(RefusedError) as caught:
        failures.asked_by(failures.patience(60))
    assert failures.asked == 1
    assert not caught.value.doubted


@pytest.mark.parametrize("maybe_done", [True, False])
def test_a_refusal_after_a_lost_reply_is_in_doubt(*, maybe_done: bool) -> None:
    failures = Failures(
        Passing("no answer", maybe_done=maybe_done), Passing("no connection", maybe_done=False), refused()
    )
    with pytest.raises(RefusedError) as caught:
        failures.asked_by(failures.patience(60))
    assert caught.value.doubted == maybe_done


def test_a_store_that_asks_for_more_than_the_patience_gets_what_is_left_of_it() -> None:
    failures = Failures(*[Passing("HTTP 503", retry_after=3600.0)] * 2, seconds=0.0)
    waits = Patience(0.05)
    with pytest.raises(StoreUnavailableError):
        failures.asked_by(waits)
    assert failures.asked == 2


def test_giving_up_ends_a_wait_and_all_that_comes_later() -> None:
    failures = Failures(*[Passing("HTTP 503", retry_after=600.0)] * 2)
    patience = Patience(600)
    threading.Timer(0.05, patience.give_up).start()
    with pytest.raises(StoreUnavailableError, match="given up"):
        failures.asked_by(patience)
    with pytest.raises(StoreUnavailableError, match="given up"):
        patience.ask("put b", lambda: "done", failures.judge, (OSError,))
    assert failures.asked == 1
