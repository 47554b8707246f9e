"""Times as pages write them: read into UTC, or refused with a reason; never guessed, never an exception."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.articles.times import far_from, from_epoch, read_time


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("20260729T1319+0800", "2026-07-29T05:19"),
        ("2026-05-02T13:19:00+03:00 ", "2026-05-02T10:19"),
        ("2026-05-02 13:19:00 +02:00", "2026-05-02T11:19"),
        ("2026-05-02T13:19:00.074Z", "2026-05-02T13:19"),
        ("2026-05-02T13:19:00+0200", "2026-05-02T11:19"),
        ("2026-05-02T13:19:00-05:00[America/New_York]", "2026-05-02T18:19"),
        ("2026-05-02T13:19:00 GMT+0100", "2026-05-02T12:19"),
        ("2026-05-02T9:30:00Z", "2026-05-02T09:30"),
        ("Sat, 02 May 2026 21:59:00 GMT", "2026-05-02T21:59"),
        ("Sat, 2 May 2026 21:59:00 -0500", "2026-05-03T02:59"),
        ("Sat May 02 19:20:00 CEST 2026", "2026-05-02T17:20"),
        ("May 2, 2026, 10:22 PM EST", "2026-05-03T03:22"),
        ("09:20 GMT 02.05.2026", "2026-05-02T09:20"),
        ("1777727940", "2026-05-02T13:19"),
        ("1777727940000", "2026-05-02T13:19"),
    ],
)
def test_a_time_that_names_its_zone_is_read_into_utc(text: str, expected: str) -> None:
    told = read_time(text, None)
    assert (told.at, told.note) == (utc(expected), "")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-05-02 13:19", "2026-05-02T13:19"),
        ("20260502T1319", "2026-05-02T13:19"),
        ("20260502131900", "2026-05-02T13:19"),
        ("02.05.2026 13:19 Uhr", "2026-05-02T13:19"),
        ("2026-05-02", "2026-05-02T00:00"),
        ("2026/05/02", "2026-05-02T00:00"),
        ("May 2, 2026", "2026-05-02T00:00"),
        ("2 May 2026", "2026-05-02T00:00"),
        ("12/22/2025 12:12 PM", "2025-12-22T12:12"),
    ],
)
def test_a_time_without_offset_keeps_its_day_and_is_marked(text: str, expected: str) -> None:
    told = read_time(text, None)
    assert (told.at, told.note) == (utc(expected), "no offset")
    own = read_time(text, 180)
    assert (own.at, own.note) == (utc(expected) - timedelta(hours=3), ""), "a known site's own offset is no guess"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2026-02-30", "no such day"),
        ("0000-00-00", "no such day"),
        ("2026-05-02T25:00:00Z", "no such day"),
        ("1970-01-01T00:00:00Z", "before 1990"),
        ("9999-12-31T00:00:00Z", "after 2100"),
        ("2026-05-02T13:19 IST", "no one meaning of IST"),
        ("May 2, 2026 at 1:19 pm ET", "no one meaning of ET"),
        ("04/05/2026", "not understood"),
        ("May 2026", "not understood"),
        ("Monday", "not understood"),
        ("2026-05-022026-05-03", "not understood"),
        ("", "not understood"),
    ],
)
def test_a_time_that_cannot_be_is_refused_with_its_reason(text: str, reason: str) -> None:
    assert read_time(text, None).at is None
    assert read_time(text, None).note == reason


@pytest.mark.parametrize(
    ("text", "expected"),
    [("09:30 BST", None), ("2026-03-29 01:30 BST", "2026-03-29T00:30"), ("2026-03-29 01:30 GMT", "2026-03-29T01:30")],
)
def test_c15_a_named_zone_is_an_offset_and_a_clock_alone_is_no_time(text: str, expected: str | None) -> None:
    assert read_time(text, None).at == (utc(expected) if expected else None)


def test_c15_an_hour_that_the_clocks_leave_out_does_not_raise() -> None:
    assert read_time("2026-03-29 01:30", 0).at == utc("2026-03-29T01:30")
    assert read_time("2026-03-29 02:30", None).note == "no offset"


def test_a_day_in_digits_is_no_epoch() -> None:
    assert from_epoch("20260502") is None
    assert from_epoch("202605021319") is None


def test_a_time_is_far_from_a_day_after_two_days() -> None:
    assert far_from(utc("2026-05-06T00:00"), "20260502")
    assert not far_from(utc("2026-05-03T20:00"), "20260502")
    assert not far_from(utc("2026-05-03T20:00"), "20269999"), "what is no day is no evidence"


@given(text=st.text(st.characters(exclude_categories=[]), max_size=80), offset=st.none() | st.integers(-840, 840))
def test_any_text_is_a_plausible_time_or_a_reason(text: str, offset: int | None) -> None:
    told = read_time(text, offset)
    assert told.at is None or 1990 <= told.at.year < 2101
    assert told.at is not None or told.note


@given(text=st.text("0123456789-/.:T +ZUTCGMAYPJan,()[]", max_size=40))
def test_any_text_of_what_dates_are_made_of_is_a_plausible_time_or_a_reason(text: str) -> None:
    told = read_time(text, None)
    assert told.at is None or (1990 <= told.at.year < 2101 and told.at.tzinfo is UTC)


MOMENTS = st.datetimes(datetime(1991, 1, 1), datetime(2099, 1, 1)).map(lambda moment: moment.replace(microsecond=0))  # noqa: DTZ001  zones are drawn beside


@given(moment=MOMENTS, minutes=st.integers(-14 * 60, 14 * 60))
def test_a_time_written_by_the_standard_comes_back(moment: datetime, minutes: int) -> None:
    written = moment.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    assert read_time(written.isoformat(), None).at == written
    assert read_time(written.strftime("%Y%m%dT%H%M%S%z"), None).at == written
    assert read_time(written.strftime("%a, %d %b %Y %H:%M:%S %z"), None).at == written
    assert read_time(str(int(written.timestamp() * 1000)), None).at in (written, None), "milliseconds of 13 digits"
