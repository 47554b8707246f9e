"""The fields of an article beside its body. Each takes the best layer that has it, and says which in `provenance`.

Layers, best first: the site's own markup, JSON-LD, microdata, meta elements, the link that led here.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.articles.phrases import without_suffix
from crawler.articles.structured import Structured
from crawler.articles.text import all_of_first, first, line, squeezed
from crawler.articles.times import far_from, from_epoch, from_text
from crawler.items import ArticleLink, Rights
from crawler.sites.site import Markup, Site

_EPOCH_METAS = ("analytics:p_ts",)
"""Meta elements with the publication time in epoch seconds."""

_OFFSET = re.compile(r"[+-]\d\d:?\d\d\s*$")
"""A zone that is written out is believed."""

Found = tuple[str, str]
"""A value and where it was found."""


@dataclass(frozen=True, slots=True)
class PageReading:
    """A parsed page with everything that the readers of its fields need."""

    page: LexborHTMLParser
    root: LexborNode
    structured: Structured
    url: str
    site: Site
    markup: Markup
    link: ArticleLink | None


@dataclass(frozen=True, slots=True)
class Moment:
    """A time with the string that it was read from."""

    at: datetime | None
    raw: str | None
    source: str


def title(reading: PageReading) -> Found:
    """Headline, without the site's suffix; empty where the page has none."""
    node, selector = first(reading.root, reading.markup.title)
    candidates = [
        (line(node), f"site:{selector}"),
        *((text, "json-ld:headline") for text in reading.structured.ld("headline")[:1]),
        (
            without_suffix(reading.structured.meta("og:title", "twitter:title"), reading.site.title),
            "meta:og:title",
        ),
    ]
    return next(((text, source) for text, source in candidates if text), ("", ""))


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


def authors(reading: PageReading) -> tuple[tuple[str, ...], str]:
    """Names of people; the agency itself is no author."""
    structured = reading.structured
    shown, selector = all_of_first(reading.root, reading.markup.authors)
    layers = (
        ([line(node) for node in shown], f"site:{selector}"),
        (structured.ld("author"), "json-ld:author"),
        (structured.microdata("author"), "microdata:author"),
        ([structured.meta("author", "analytics:author", "article:author")], "meta:author"),
    )
    for values, source in layers:
        names = tuple(dict.fromkeys(name for value in values if (name := _person(value, reading.site))))
        if names:
            return names, source
    return (), ""


def tags(reading: PageReading) -> tuple[tuple[str, ...], str]:
    """Tags in page order; where the page shows none, its keywords."""
    shown, selector = all_of_first(reading.root, reading.markup.tags)
    found = [line(node) for node in shown]
    told = reading.structured.meta("analytics:tags", "news_keywords", "keywords").split(",")
    for values, source in ((found, f"site:{selector}"), ([squeezed(tag) for tag in told], "meta:keywords")):
        unique = tuple(dict.fromkeys(tag for tag in values if tag))
        if unique:
            return unique, source
    return (), ""


def sections(reading: PageReading, tags: tuple[str, ...]) -> tuple[tuple[str, ...], str]:
    """Sections by the order of evidence, and which evidence decided.

    A first tag that is one of the site's sections; the page's breadcrumb, section header or rubric; `articleSection`;
    the section that the source stands for.
    """
    site, structured = reading.site, reading.structured
    names = {name.casefold(): name for name in site.sections.values()}
    evidence: list[Found] = []
    if tags and tags[0].casefold() in names:
        evidence.append((names[tags[0].casefold()], "tag"))
    for selector in reading.markup.section:
        shown = (line(node) for node in reading.page.css(selector))
        evidence += [(names[text.casefold()], f"site:{selector}") for text in shown if text.casefold() in names]
    for selector in reading.markup.rubric:
        evidence += [(text, f"site:{selector}") for node in reading.page.css(selector)[:1] if (text := line(node))]
    told = [*structured.ld("articleSection"), *structured.microdata("articleSection")]
    told.append(structured.meta("article:section"))
    evidence += [(names[text.casefold()], "articleSection") for text in told if text.casefold() in names]
    if not evidence and (slug := structured.meta("analytics:rubric")):
        evidence.append((site.section_name(slug) if slug.isascii() else slug, "meta:analytics:rubric"))
    if reading.link is not None and reading.link.section:
        evidence.append((reading.link.section, f"source:{reading.link.discovered_via}"))
    return tuple(dict.fromkeys(name for name, _ in evidence)), evidence[0][1] if evidence else ""


def language(reading: PageReading) -> Found:
    """Language by the page's own word, else the site's."""
    html = reading.page.root.attributes.get("lang") if reading.page.root is not None else None
    locale = reading.structured.meta("og:locale").replace("_", "-")
    told = [(html or "", "html:lang"), *((text, "json-ld:inLanguage") for text in reading.structured.ld("inLanguage"))]
    told.append((locale.partition("-")[0], "meta:og:locale"))
    for text, source in told:
        if text.replace("-", "").isalnum() and 2 <= len(text) <= 12:
            return text, source
    return reading.site.language, "site"


def rights(reading: PageReading, robots_header: str | None) -> Rights:
    """What the publisher says about reuse, in the page and in the response's header."""
    told = [squeezed(text) for text in (robots_header or "", reading.structured.meta("robots"))]
    directives = {part.strip().lower() for text in told for part in text.split(",")}
    return Rights(
        robots=", ".join(text for text in told if text) or None,
        tdm=reading.structured.meta("tdm-reservation") or None,
        noarchive=bool(directives & {"noarchive", "none"}),
    )


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


def _person(value: str, site: Site) -> str:
    """A name without the agency behind it; empty for the agency itself and for addresses."""
    name = value.removesuffix(site.title).strip(" .,|-–—")
    return (
        ""
        if "://" in name or name.casefold() in ("", site.title.casefold(), site.title.split()[0].casefold())
        else name
    )
