"""The fields of an article beside its body. Each takes the best layer that has it, and says which in `provenance`.

Layers, best first: the site's own markup, JSON-LD, microdata, meta elements, the link that led here.
"""

from dataclasses import dataclass
from datetime import datetime

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.articles.phrases import without_suffix
from crawler.articles.structured import Structured
from crawler.articles.text import first, line, squeezed
from crawler.articles.times import far_from, from_epoch, from_text
from crawler.items import ArticleLink, Rights
from crawler.sites.site import Markup, Site

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
    """Publication time: the epoch in the page's markup, what the page tells machines, what it shows people."""
    names = ("article:published_time", "datePublished")
    moment = _time(reading, reading.markup.published, "datePublished", names, check_day=True)
    if moment.at is None and reading.link is not None and reading.link.published_at is not None:
        return Moment(reading.link.published_at, moment.raw, f"link:{reading.link.discovered_via}")
    return moment


def modified(reading: PageReading) -> Moment:
    """Time of the last change that the page states."""
    names = ("article:modified_time", "dateModified")
    return _time(reading, reading.markup.modified, "dateModified", names, check_day=False)


def authors(reading: PageReading) -> tuple[tuple[str, ...], str]:
    """Names of people; the agency itself is no author."""
    structured = reading.structured
    layers = (
        (structured.ld("author"), "json-ld:author"),
        (structured.microdata("author"), "microdata:author"),
        ([structured.meta("author", "analytics:author", "article:author")], "meta:author"),
    )
    for values, source in layers:
        names = tuple(dict.fromkeys(name for value in values if (name := _person(value, reading.site))))
        if names:
            return names, source
    return (), ""


def tags(reading: PageReading) -> tuple[str, ...]:
    """Tags in page order."""
    found = [line(node) for selector in reading.markup.tags for node in reading.root.css(selector)]
    return tuple(dict.fromkeys(tag for tag in found if tag))


def sections(reading: PageReading, tags: tuple[str, ...]) -> tuple[tuple[str, ...], str]:
    """Sections by the order of evidence, and which evidence decided.

    A first tag that is one of the site's sections; the page's breadcrumb or section header; `articleSection`; the
    section that the source stands for.
    """
    names = {name.casefold(): name for name in reading.site.sections.values()}
    evidence: list[Found] = []
    if tags and tags[0].casefold() in names:
        evidence.append((names[tags[0].casefold()], "tag"))
    for selector in reading.markup.section:
        shown = (line(node) for node in reading.page.css(selector))
        evidence += [(names[text.casefold()], f"site:{selector}") for text in shown if text.casefold() in names]
    told = [*reading.structured.ld("articleSection"), *reading.structured.microdata("articleSection")]
    told.append(reading.structured.meta("article:section"))
    evidence += [(names[text.casefold()], "articleSection") for text in told if text.casefold() in names]
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
    reading: PageReading, selectors: tuple[str, ...], name: str, metas: tuple[str, ...], *, check_day: bool
) -> Moment:
    """A time by its layers. What people are shown comes last: it often names no zone."""
    structured = reading.structured
    nodes = [(node, selector) for selector in selectors for node in reading.root.css(selector)[:3]]
    candidates: list[Found] = [
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
