"""When an article was published and changed, by the layers of its page. Times that cannot be believed are rejected."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from crawler.articles.generic.dates import (
    MODIFIED_METAS,
    PUBLISHED_METAS,
    by_library,
    day_in_url,
    epochs,
    shown_dates,
    shown_times,
)
from crawler.articles.reading import Found, PageReading
from crawler.articles.text import line
from crawler.articles.times import far_from, from_text, read_time

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
    """Publication time: an epoch, which has no zone to lie about; then what the page tells machines; what it shows.

    Of a site that has no file the layers that know no site follow.
    """
    day = reading.site.day_of(reading.url)
    moment = _first_time(reading, _published(reading), day)
    if moment.at is None and not reading.site.generations:
        layers = _below(reading, library=not moment.raw)
        below = _first_time(reading, layers, day_in_url(reading.url))
        moment = below if below.at is not None or not moment.raw else moment
    if moment.at is None and reading.link is not None and reading.link.published_at is not None:
        return Moment(reading.link.published_at, moment.raw, f"link:{reading.link.discovered_via}")
    return moment


def modified(reading: PageReading, published: Moment) -> Moment:
    """Time of the last change that the page states.

    Pages of 2019 give Moscow time as if it were UTC. Where the page's own publication time is off the epoch by whole
    hours in the same layer, that lie is taken off the time of the change as well.
    """
    moment = _first_time(reading, _layers(reading, reading.markup.modified, "dateModified", MODIFIED_METAS), None)
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


def _published(reading: PageReading) -> Iterator[Found]:
    structured = reading.structured
    yield from ((text, f"meta:{name}") for name in _EPOCH_METAS for text in structured.metas(name)[:1])
    yield from _layers(reading, reading.markup.published, "datePublished", PUBLISHED_METAS)


def _layers(reading: PageReading, selectors: tuple[str, ...], name: str, metas: tuple[str, ...]) -> Iterator[Found]:
    """The layers of a time, each read only when asked for. What people are shown comes last: it may lack a zone."""
    structured = reading.structured
    nodes = [(node, selector) for selector in selectors for node in reading.root.css(selector)[:3]]
    yield from ((node.attributes.get("data-unixtime") or "", f"site:{css}@data-unixtime") for node, css in nodes)
    yield from ((text, f"json-ld:{name}") for text in structured.ld(name))
    yield from ((text, f"microdata:{name}") for text in structured.microdata(name))
    yield from ((text, f"meta:{meta}") for meta in metas for text in structured.metas(meta)[:1])
    yield from ((line(node), f"site:{css}") for node, css in nodes)


def _below(reading: PageReading, *, library: bool) -> Iterator[Found]:
    """The layers for pages that tell machines nothing. The library would read again what was rejected above."""
    structured = reading.structured
    yield from shown_times(structured)
    yield from ((text, f"json-ld:{name}") for name in ("dateCreated", "uploadDate") for text in structured.ld(name))
    yield from ((text, "json-ld:page:datePublished") for text in structured.ld_page("datePublished"))
    yield from epochs(reading.page)
    yield day_in_url(reading.url) or "", "url"
    yield from shown_dates(reading.page)
    if library:
        yield from by_library(reading.html, reading.url)


def _first_time(reading: PageReading, candidates: Iterable[Found], day: str | None) -> Moment:
    """The first candidate that can be read and believed; if none can, the first raw string with the reason.

    `day` is the one in the page's URL, which a time may not be far from.
    """
    offset = reading.site.utc_offset_minutes if reading.site.generations else None
    rejected: Moment | None = None
    for raw, source in candidates:
        if not raw:
            continue
        told = read_time(raw, offset)
        if told.at is not None and not far_from(told.at, day):
            return Moment(told.at, raw, f"{source}, {told.note}" if told.note else source)
        why = told.note if told.at is None else "far from the day in the URL"
        rejected = rejected or Moment(None, raw, f"rejected:{source}: {why}")
    return rejected or Moment(None, None, "")
