"""Times as pages write them, read into UTC. No clock: whether a time lies in the future is for its capture to say.

The forms are those of ISO 8601 and RFC 3339, RFC 2822, `Date.toString`, epoch seconds and milliseconds, and English
dates as dateutil knows them. Dates in other languages are left to the last layer, `generic.dates`.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo

from dateutil import parser

_ISO = re.compile(
    r"(?P<year>\d{4})(?P<sep>[-/.]?)(?P<month>\d{2})(?P=sep)(?P<day>\d{2})(?:(?:\s*T\s*|,?\s+|_)"
    r"(?P<hour>\d{1,2}):?(?P<minute>\d{2})(?::?(?P<second>\d{2}))?(?:[.,]\d+)?\s*(?P<zone>[^\s\d\[].{0,11}?)?(?:\[.+\])?)?",
    re.IGNORECASE | re.ASCII,
)
_DAY_FIRST = re.compile(r"(\d{1,2}):(\d{2})(?:\s+(GMT|UTC))?\s+(\d{2})\.(\d{2})\.(\d{4})", re.ASCII)
_DOTTED = re.compile(
    r"(\d{1,2})\.\s?(\d{1,2})\.(\d{4})(?:\D{1,6}(\d{1,2}):(\d{2})(?::(\d{2}))?)?(?:\s*(?:Uhr|h))?", re.ASCII
)
_EITHER_WAY = re.compile(r"(\d{1,2})[-/](\d{1,2})[-/]\d{4}", re.ASCII)
_WORDED = re.compile(r"(?=.*\d{4})(?=.*(?:[a-z]{3}|/))[\w\s,.:/+()-]{8,60}", re.IGNORECASE | re.ASCII)
_OFFSET = re.compile(r"(?:UTC|GMT)?\s*([+\-−])(\d{1,2})(?::?(\d{2}))?", re.IGNORECASE)

_ZONES = {
    "Z": 0, "UTC": 0, "GMT": 0, "WET": 0, "BST": 1, "CET": 1, "MEZ": 1, "CEST": 2, "MESZ": 2, "EET": 2, "EEST": 3,
    "MSK": 3, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "AKST": -9,
    "AKDT": -8, "JST": 9, "KST": 9, "AEST": 10, "AEDT": 11,
}  # fmt: skip
"""Hours from UTC. On pages BST is British Summer Time and CST is Central; IST and AST have no one meaning."""

_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
_LATEST = datetime(2100, 1, 1, tzinfo=UTC)
_GAPS = (datetime(1, 1, 1), datetime(2, 2, 2))  # noqa: DTZ001
"""What fills the gaps of a date: one that comes out differently with each has gaps."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a text says: a time in UTC with what is weak about it, or no time and why."""

    at: datetime | None
    note: str = ""


def read_time(text: str, utc_offset_minutes: int | None) -> Told:
    """The time that a text names. Never raises.

    A time without offset is taken in the site's own; where that is not known (None), in UTC, which keeps the day
    within one, and said so. A zone whose name has several meanings, or a day that could be read as another, is no time.
    """
    cleaned = text.strip().strip("()")[:200]
    moment = from_epoch(cleaned)
    if moment is not None:
        return Told(moment)
    try:
        found = _iso(cleaned) or _digits(cleaned) or _dotted(cleaned) or _worded(cleaned)
        if found is None:
            return Told(None, "not understood")
        if found.tzinfo is not None:
            return _checked(found.astimezone(UTC), "")
        known = timezone(timedelta(minutes=utc_offset_minutes or 0))
        note = "no offset" if utc_offset_minutes is None else ""
        return _checked(found.replace(tzinfo=known).astimezone(UTC), note)
    except _UnknownZoneError as error:
        return Told(None, f"no one meaning of {error}")
    except (ValueError, OverflowError):
        return Told(None, "no such day")


def from_epoch(text: str) -> datetime | None:
    """Seconds or milliseconds since 1970, as `data-unixtime` holds them."""
    digits = text.strip().partition(".")[0]
    if not (digits.isascii() and digits.isdigit() and len(digits) in (9, 10, 13)):
        return None
    moment = datetime.fromtimestamp(int(digits[:10]), UTC)
    return moment if _EARLIEST <= moment < _LATEST else None


def from_text(text: str, utc_offset_minutes: int) -> datetime | None:
    """The time that a text names, by the site's own offset where it names none."""
    return read_time(text, utc_offset_minutes).at


def far_from(moment: datetime, day: str | None) -> bool:
    """True if a time is more than two days from the day in the article's URL, ``YYYYMMDD``."""
    if day is None:
        return False
    try:
        named = datetime.strptime(day, "%Y%m%d").replace(tzinfo=UTC)
    except ValueError:
        return False
    return abs(moment - named - timedelta(hours=12)) > timedelta(days=2)


class _UnknownZoneError(Exception):
    """A zone that is no one offset."""


def _checked(moment: datetime, note: str) -> Told:
    if moment < _EARLIEST:
        return Told(None, "before 1990")
    return Told(moment, note) if moment < _LATEST else Told(None, "after 2100")


def _iso(text: str) -> datetime | None:
    """Year first: ISO 8601 in its long and compact forms, and what pages make of them."""
    match = _ISO.fullmatch(text)
    if match is None:
        return None
    year, month, day, hour, minute, second = (
        int(match[name] or 0) for name in ("year", "month", "day", "hour", "minute", "second")
    )
    zone = _zone(match["zone"]) if match["zone"] else None
    return datetime(year, month, day, hour, minute, second, tzinfo=zone)


def _digits(text: str) -> datetime | None:
    """``20231222140500``: nothing but digits."""
    if not (text.isascii() and text.isdigit() and len(text) in (12, 14)):
        return None
    return datetime.strptime(text.ljust(14, "0"), "%Y%m%d%H%M%S")  # noqa: DTZ007  set by the caller


def _dotted(text: str) -> datetime | None:
    """``09:20 GMT 04.12.2023`` and ``04.12.2023 09:20``: where days are parted by points, they come first."""
    shown = _DAY_FIRST.search(text)
    if shown:
        hour, minute, zone, day, month, year = shown.groups()
        return datetime(int(year), int(month), int(day), int(hour), int(minute), tzinfo=UTC if zone else None)
    match = _DOTTED.fullmatch(text)
    if match is None:
        return None
    day, month, year, hour, minute, second = (int(part or 0) for part in match.groups())
    return datetime(year, month, day, hour, minute, second)  # noqa: DTZ001  set by the caller


def _worded(text: str) -> datetime | None:
    """English dates and RFC 2822, by dateutil. What it would have to guess is no date."""
    numbers = _EITHER_WAY.search(text)
    if not _WORDED.fullmatch(text) or (numbers and numbers[1] != numbers[2] and max(map(int, numbers.groups())) <= 12):
        return None
    try:
        found = [parser.parse(text, default=default, tzinfos=_named_zone) for default in _GAPS]
    except (parser.ParserError, TypeError, AttributeError):  # dateutil trips over odd texts
        return None
    return found[0] if found[0] == found[1] else None


def _named_zone(name: str | None, offset: int | None) -> tzinfo | None:
    """For dateutil, which would read names by the machine's own zone."""
    if offset is not None:
        return timezone(timedelta(seconds=offset))
    return _zone(name) if name else None


def _zone(text: str) -> tzinfo:
    """A zone by its offset or its name, or by both: ``-0500 (EST)``, where the offset says it all."""
    written = text.strip().upper()
    offset = _OFFSET.match(written)
    if offset:
        minutes = int(offset[2]) * 60 + int(offset[3] or 0)
        return timezone(timedelta(minutes=minutes if offset[1] == "+" else -minutes))
    if written not in _ZONES:
        raise _UnknownZoneError(text)
    return timezone(timedelta(hours=_ZONES[written]))
