"""A page that is being read: parsed once, with everything that the readers of its fields need."""

from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.articles.structured import Structured
from crawler.articles.text import first
from crawler.items import ArticleLink
from crawler.sites.site import NO_MARKUP, Markup, Site

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
    html: str
    """The text that was parsed."""
    body: LexborNode | None = None
    """The element that holds the body, None where no rule of the site finds it."""
    body_selector: str = ""
    """The rule that found it."""


def read_page(html: str, url: str, site: Site, link: ArticleLink | None) -> PageReading | None:
    """Parse a page; None for an empty one.

    Its markup is told by its body, because old URLs are served in new markup too.
    """
    page = LexborHTMLParser(html)
    root = page.root
    if root is None:
        return None
    markups = [generation.markup for generation in site.generations]
    for markup in markups:
        body, selector = first(root, markup.body)
        if body is not None:
            return PageReading(page, root, Structured(page), url, site, markup, link, html, body, selector)
    return PageReading(page, root, Structured(page), url, site, next(iter(markups), NO_MARKUP), link, html)
