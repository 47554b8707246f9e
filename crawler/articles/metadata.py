"""The fields of an article beside its body and its times. Each takes the best layer that has it, and says which.

Layers, best first: the site's own markup, JSON-LD, microdata, meta elements, the link that led here.
"""

from collections.abc import Iterable

from crawler.articles.generic import bylines
from crawler.articles.generic.title import headline
from crawler.articles.phrases import without_suffix
from crawler.articles.reading import Found, PageReading
from crawler.articles.text import all_of_first, first, line, squeezed
from crawler.items import Rights
from crawler.sites.site import Site


def title(reading: PageReading) -> Found:
    """Headline, without the site's suffix; empty where the page has none. A site's own markup is believed at once."""
    node, selector = first(reading.root, reading.markup.title)
    if text := line(node):
        return text, f"site:{selector}"
    if not reading.site.generations:
        return headline(reading)
    candidates = [
        *((text, "json-ld:headline") for text in reading.structured.ld("headline")[:1]),
        (
            without_suffix(reading.structured.meta("og:title", "twitter:title"), reading.site.title),
            "meta:og:title",
        ),
    ]
    return next(((text, source) for text, source in candidates if text), ("", ""))


def authors(reading: PageReading) -> tuple[tuple[str, ...], str]:
    """Names of people; the agency itself is no author."""
    site = reading.site
    shown, selector = all_of_first(reading.root, reading.markup.authors)
    names = _people((line(node) for node in shown), site)
    if names:
        return names, f"site:{selector}"
    found, source = bylines.authors(reading)
    return _people(found, site), source


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


def rights(reading: PageReading, robots_header: str | None) -> Rights:
    """What the publisher says about reuse, in the page and in the response's header."""
    told = [squeezed(text) for text in (robots_header or "", reading.structured.meta("robots"))]
    directives = {part.strip().lower() for text in told for part in text.split(",")}
    return Rights(
        robots=", ".join(text for text in told if text) or None,
        tdm=reading.structured.meta("tdm-reservation") or None,
        noarchive=bool(directives & {"noarchive", "none"}),
    )


def _people(values: Iterable[str], site: Site) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for value in values if (name := _person(value, site))))


def _person(value: str, site: Site) -> str:
    """A name without the agency behind it; empty for the agency itself and for addresses."""
    name = value.removesuffix(site.title).strip(" .,|-–—")
    agency = {"", site.title.casefold(), *site.title.casefold().split()[:1]}
    return "" if "://" in name or name.casefold() in agency else name
