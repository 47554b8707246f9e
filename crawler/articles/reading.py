"""A page that is being read: parsed once, with everything that the readers of its fields need."""

from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.articles.structured import Structured
from crawler.items import ArticleLink
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
