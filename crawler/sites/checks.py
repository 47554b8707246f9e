"""Whether a site's data can be used: a slip in it is found before a run, and not as a field that is always empty."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields
from itertools import chain
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser, SelectolaxError

from crawler.errors import ConfigurationError
from crawler.sites.site import Generation, Markup, Site

_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-(?:[A-Z]{2}|\d{3}))?")
_HOST = re.compile(r"(?!www\.)[a-z0-9.-]+")
_CLASS = re.compile(r"[^\s.#>,]+")
_BARE_START = re.compile(r"\^?\w")
"""Begins an expression that no path matches: all begin with a slash."""
_DAY_MINUTES = 14 * 60
"""No place on Earth is further from UTC."""


def check_site(site: Site) -> None:
    """Raise `ConfigurationError`, naming the site and the field, for data that cannot be used."""
    for field, fault in chain(_of_types(site), _of_site(site), _of_generations(site)):
        raise ConfigurationError(f"site {site.name!r}: {field} {fault}; see docs/adding-a-site.md")


def _of_types(site: Site) -> Iterator[tuple[str, str]]:
    """Values of another type than the rest can be asked about: a comma or a call that was forgotten."""
    if not isinstance(site.sections, Mapping):
        yield "sections", f"is {site.sections!r}: write {{'world': 'World'}}"
    if not isinstance(site.generations, tuple):
        yield "generations", "is no tuple: write (Generation(…),), with a comma"
    for generation in site.generations:
        where = f"generation {generation.name!r}:"
        if not isinstance(generation.article_path, re.Pattern):
            yield f"{where} article_path", f"is {generation.article_path!r}: write re.compile(r'…')"
        if not isinstance(generation.markup, Markup):
            yield f"{where} markup", "is no Markup(…)"


def _of_site(site: Site) -> Iterator[tuple[str, str]]:
    base = urlsplit(site.base)
    is_base = base.scheme in ("http", "https") and base.netloc and not base.path
    hosts = [host for host in site.hosts if not _HOST.fullmatch(host)]
    known_language = not site.language or _LANGUAGE.fullmatch(site.language)
    rules = (
        ("name", _NAME.fullmatch(site.name), "must be lower-case letters, digits and single dashes"),
        ("base", not site.base or is_base, f"is {site.base!r}: write scheme and host, like https://news.example"),
        ("hosts", not hosts, f"has {hosts}: a host is written in lower case, without scheme, path and www."),
        ("language", known_language, f"is {site.language!r}, which is no BCP 47 tag like en or pt-BR"),
        ("utc_offset_minutes", abs(site.utc_offset_minutes) <= _DAY_MINUTES, "is in minutes, at most 14 hours"),
        ("section_path", not site.section_path or "{section}" in site.section_path, "has no {section}"),
        ("feed_path", not site.feed_path or "{section}" in site.feed_path, "has no {section}"),
        ("dateline", _groups(site.dateline) >= {"place", "agency"}, "must have the groups place and agency"),
        ("sections", "" not in {*site.sections, *site.sections.values()}, "has an empty name"),
    )
    yield from ((field, fault) for field, right, fault in rules if not right)
    paths = ("section_path", "feed_path", "archive_feed_path", "sitemap_path")
    yield from _paths(site, paths)


def _of_generations(site: Site) -> Iterator[tuple[str, str]]:
    for generation in site.generations:
        where = f"generation {generation.name!r}:"
        until = generation.valid_until
        rules = (
            ("article_path", "id" in generation.article_path.groupindex, "has no group id: (?P<id>…)"),
            (
                "article_path",
                not _BARE_START.match(generation.article_path.pattern),
                f"is {generation.article_path.pattern!r}: a path begins with /",
            ),
            ("day_path", not generation.day_path or "{day}" in generation.day_path, "has no {day}"),
            ("valid_until", until is None or until >= generation.valid_from, "is before valid_from"),
        )
        yield from ((f"{where} {field}", fault) for field, right, fault in rules if not right)
        yield from ((f"{where} {field}", fault) for field, fault in _paths(generation, ("day_path",)))
        yield from ((f"{where} markup.{field}", fault) for field, fault in _of_markup(generation.markup))


def _paths(of: Site | Generation, names: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Paths that do not begin with a slash, or hold braces other than their own."""
    for name in names:
        path = getattr(of, name)
        rest = path.replace("{section}", "").replace("{day}", "")
        if path and (not path.startswith("/") or "{" in rest or "}" in rest):
            yield name, f"is {path!r}: a path begins with / and holds no other braces"


def _of_markup(markup: Markup) -> Iterator[tuple[str, str]]:
    """Selectors that are none, and classes that are selectors. A string is no tuple: its comma was forgotten."""
    page = LexborHTMLParser("<p>")
    for field in fields(Markup):
        value = getattr(markup, field.name)
        if isinstance(value, str):
            yield field.name, f"is the text {value!r}: write it ({value!r},), with a comma"
        elif isinstance(value, frozenset):
            yield from (
                (field.name, f"has {name!r}, which is no class") for name in value if not _CLASS.fullmatch(name)
            )
        elif isinstance(value, tuple):
            yield from (
                (field.name, f"has {css!r}, which is no CSS selector") for css in value if not _valid(page, css)
            )


def _valid(page: LexborHTMLParser, selector: str) -> bool:
    try:
        page.css_first(selector)
    except SelectolaxError:
        return False
    return True


def _groups(pattern: re.Pattern[str] | None) -> set[str]:
    """Named groups; those that are asked for where there is no pattern."""
    return set(pattern.groupindex) if pattern is not None else {"place", "agency"}
