"""When an article was published and changed, by the layers of its page. Times that cannot be believed are rejected."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from crawler.articles.reading import Found, PageReading
from crawler.articles.text import line
from crawler.articles.times import far_from, from_epoch, from_text

_EPOCH_METAS = ("analytics:p_ts",)
"""Meta elements with the publication time in epoch seconds."""

_OFFSET = re.compile(r"[+-]\d\d:?\d\d\s*$")
"""A zone that is written out is believed."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A time with the string that it was read from."""

    at: datetime | None
    raw: str | None
    source: str


def published(reading: PageReading) -> Moment:
    """Publication time: an epoch, which has no zone to lie about; then what the page tells machines; what it shows."""
    names = ("article:published_time", "datePublished")
    moment = _time(reading, reading.markup.published, "datePublished", names, _EPOCH_METAS, check_day=True)
    if moment.at is None and reading.link is not None and reading.link.published_at is not None:
        return Moment(reading.link.published_at, moment.raw, f"link:{reading.link.discovered_via}")
    return moment


def modified(reading: PageReading, published: Moment) -> Moment:
    """Time of the last change that the page states.

    Pages of 2019 give Moscow time as if it were UTC. Where the page's own publication time is off the epoch by whole
    hours in the same layer, that lie is taken off the time of the change as well.
    """
    names = ("article:modified_time", "dateModified")
    moment = _time(reading, reading.markup.modified, "dateModified", names, (), check_day=False)
    if moment.at is None or not moment.source.startswith(("microdata:", "meta:")) or _OFFSET.search(moment.raw or ""):
        return moment
    lie = _zone_lie(reading, published)
    if not lie:
        return moment
    hours = f"{-lie.total_seconds() / 3600:+.0f} h"
    return Moment(moment.at - lie, moment.raw, f"{moment.source}, zone corrected by {hours}")


def _zone_lie(reading: PageReading, published: Moment) -> timedelta:
    """How far the page's machine-readable publication time is from its epoch, if by whole hours; else nothing."""
    raw = reading.structured.meta("datePublished", "article:published_time")
    told = from_text(raw, reading.site.utc_offset_minutes)
    if told is None or published.at is None or not published.source.startswith(("meta:analytics", "site:")):
        return timedelta()
    lie = told - published.at
    hours = timedelta(hours=round(lie.total_seconds() / 3600))
    return hours if abs(lie - hours) <= timedelta(minutes=2) and abs(hours) <= timedelta(hours=14) else timedelta()


def _time(
    reading: PageReading,
    selectors: tuple[str, ...],
    name: str,
    metas: tuple[str, ...],
    epochs: tuple[str, ...],
    *,
    check_day: bool,
) -> Moment:
    """A time by its layers. What people are shown comes last: it often names no zone."""
    structured = reading.structured
    nodes = [(node, selector) for selector in selectors for node in reading.root.css(selector)[:3]]
    candidates: list[Found] = [(structured.meta(meta), f"meta:{meta}") for meta in epochs]
    candidates += [
        (node.attributes.get("data-unixtime") or "", f"site:{selector}@data-unixtime") for node, selector in nodes
    ]
    candidates += [(text, f"json-ld:{name}") for text in structured.ld(name)]
    candidates += [(text, f"microdata:{name}") for text in structured.microdata(name)]
    candidates += [(structured.meta(meta), f"meta:{meta}") for meta in metas]
    candidates += [(line(node), f"site:{selector}") for node, selector in nodes]
    return _first_time(reading, candidates, check_day=check_day)


def _first_time(reading: PageReading, candidates: list[Found], *, check_day: bool) -> Moment:
    """The first candidate that can be read and believed; if none can, the first raw string with the reason."""
    day = reading.site.day_of(reading.url) if check_day else None
    rejected: list[Found] = []
    for raw, source in candidates:
        if not raw:
            continue
        moment = from_epoch(raw) or from_text(raw, reading.site.utc_offset_minutes)
        if moment is not None and not far_from(moment, day):
            return Moment(moment, raw, source)
        rejected.append((raw, source))
    if not rejected:
        return Moment(None, None, "")
    raw, source = rejected[0]
    return Moment(None, raw, f"rejected:{source}")
