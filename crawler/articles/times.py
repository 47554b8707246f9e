"""Times as pages write them, read into UTC. No clock: a time is checked against the day that the URL names."""

import re
from datetime import UTC, datetime, timedelta, timezone

from dateutil import parser

_COMPACT = re.compile(r"(\d{8})T(\d{4})(\d{2})?\s*(Z|[+-]\d{2}:?\d{2})?")
_DAY_FIRST = re.compile(r"(\d{2}:\d{2})(?:\s+(GMT|UTC))?\s+(\d{2}\.\d{2}\.\d{4})")
_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
_LATEST = datetime(2100, 1, 1, tzinfo=UTC)


def from_epoch(text: str) -> datetime | None:
    """Seconds since 1970, as `data-unixtime` holds them."""
    digits = text.strip()
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 11):
        return None
    return _plausible(datetime.fromtimestamp(int(digits), UTC))


def from_text(text: str, utc_offset_minutes: int) -> datetime | None:
    """ISO 8601 in its long and compact forms, ``09:20 GMT 04.12.2023`` and what dateutil knows besides.

    A time without an offset is taken in the site's own.
    """
    cleaned = text.strip().strip("()")
    compact = _COMPACT.fullmatch(cleaned)
    shown = _DAY_FIRST.search(cleaned)
    try:
        if compact:
            day, clock, seconds, zone = compact.groups()
            form = "%Y%m%d%H%M%S%z" if zone else "%Y%m%d%H%M%S"
            moment = datetime.strptime(day + clock + (seconds or "00") + (zone or ""), form)  # noqa: DTZ007  set below
        elif shown:
            moment = datetime.strptime(f"{shown[3]} {shown[1]}", "%d.%m.%Y %H:%M")  # noqa: DTZ007  set below
            moment = moment.replace(tzinfo=UTC) if shown[2] else moment
        elif re.match(r"\d{4}-\d{2}-\d{2}", cleaned):
            moment = parser.isoparse(cleaned.replace(" ", "T", 1))
        else:
            return None
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=timezone(timedelta(minutes=utc_offset_minutes)))
        return _plausible(moment.astimezone(UTC))
    except (ValueError, OverflowError):
        return None


def far_from(moment: datetime, day: str | None) -> bool:
    """True if a time is more than two days from the day in the article's URL, ``YYYYMMDD``."""
    if day is None:
        return False
    try:
        named = datetime.strptime(day, "%Y%m%d").replace(tzinfo=UTC)
    except ValueError:
        return False
    return abs(moment - named - timedelta(hours=12)) > timedelta(days=2)


def _plausible(moment: datetime) -> datetime | None:
    return moment if _EARLIEST <= moment < _LATEST else None
