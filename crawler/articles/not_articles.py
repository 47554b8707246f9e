"""Pages that stand in an article's place: walls against robots, requests for consent, soft 404s, shells without text.

A phrase alone decides nothing, because there are articles about walls and consent: it counts where the page gives no
evidence of an article and says little else.
"""

import re
from urllib.parse import urlsplit

from crawler.articles.canonical import named_url
from crawler.articles.clean import clean_text
from crawler.articles.links import absolute_url
from crawler.articles.reading import PageReading
from crawler.articles.text import first, line, lines
from crawler.articles.wall_phrases import WALLS, Wall, plain
from crawler.errors import NotAnArticleError

_PARTS = re.compile(r"\s+[-–—|·•:»/]+\s+|\s*[|•»]\s*")
"""What stands between a title and the site's name."""
_MOST_PROSE = 4000
"""Characters in paragraphs: a page with more says more than that it is a wall."""
_PARAGRAPH = 80
"""Characters of a line that is prose; shorter ones are menus and headlines."""
_SHORT_PAGE = 1500
"""Characters of all text of a page that says nothing but one thing."""
_SHOWN = 100
"""Characters of a title in a message."""
_SHELL = 200
"""Characters of all text of a page that is filled by its scripts."""
_OVERLAYS = '[id*="consent" i], [id*="cookie" i], [class*="consent" i], [class*="cookie" i]'
_MOST_OVERLAYS = 20
_NOT_OF_PAGE = ("link:", "rejected:")
_ARTICLE_PARTS = '[itemprop="articleBody"], [itemprop="headline"], [itemprop="datePublished"]'
_FILLED_LATER = 'script, iframe, meta[http-equiv="refresh" i]'


def check_page(reading: PageReading) -> None:
    """Raise `NotAnArticleError` (``block_page``, ``consent_page``, ``soft_404``, ``empty_shell``) for such a page."""
    if _tells_of_article(reading):
        return
    heads = _heads(reading)
    found = next(((wall, head) for wall in WALLS for head in heads if _is_head_of(head, wall)), None)
    if found is not None and _prose(reading) <= _MOST_PROSE:
        _refuse(reading, found[0], f"its title says “{clean_text(found[1])[:_SHOWN]}”")
    if _is_front_page(reading):
        message = f"{reading.url} answers with the front page: its bytes are archived, no article is made"
        raise NotAnArticleError("soft_404", message)
    shown = _shown(reading)
    if len(shown) > _SHORT_PAGE:
        return
    for wall in WALLS:
        for phrase in wall.texts:
            if phrase in shown:
                _refuse(reading, wall, f"it says “{phrase}” and little else")


def check_evidence(reading: PageReading, published_source: str, body_source: str) -> None:
    """Raise `NotAnArticleError` (``no_article_evidence``) for a page of a known site that nothing shows an article.

    Neither the site's own markup holds its text, nor do dates or structured data tell of an article. Of a site that is
    not known nothing can be missed.
    """
    dated = published_source != "" and not published_source.startswith(_NOT_OF_PAGE)
    if not reading.site.generations or body_source.startswith("site:") or dated or _tells_of_article(reading):
        return
    raise NotAnArticleError(
        "no_article_evidence",
        f"{reading.url} has text, but not where {reading.site.name} has it, and no date: no article is made of it; "
        "look at the page, and check the site's markup if it is one",
    )


def nothing_found(reading: PageReading, reason: str, message: str) -> NotAnArticleError:
    """The refusal of a page on which something was not found: an ``empty_shell`` where scripts were to bring it."""
    shown = len(line(reading.page.body))
    if shown > _SHELL or reading.page.css_first(_FILLED_LATER) is None:
        return NotAnArticleError(reason, message)
    words = f"{reading.url} has {shown} characters of text and scripts or a redirect to bring the rest"
    return NotAnArticleError("empty_shell", f"{words}: its bytes are archived, no article is made")


def _refuse(reading: PageReading, wall: Wall, seen: str) -> None:
    raise NotAnArticleError(
        wall.reason, f"{reading.url} is {wall.words}: {seen}; its bytes are archived, no article is made"
    )


def _tells_of_article(reading: PageReading) -> bool:
    """True where machines are told of an article, or the site's own markup holds one."""
    structured = reading.structured
    return bool(
        structured.article
        or structured.meta("og:type").casefold().startswith("article")
        or structured.meta("article:published_time", "datePublished", "analytics:p_ts")
        or line(first(reading.root, reading.markup.body)[0])
        or reading.root.css_first(_ARTICLE_PARTS) is not None
    )


def _is_front_page(reading: PageReading) -> bool:
    """True where a page at the URL of an article calls itself a site, and the root of a host its own URL."""
    own = named_url(reading) or absolute_url(reading.structured.meta("og:url"), reading.url)
    is_root = urlsplit(own).path in ("", "/") and urlsplit(reading.url).path not in ("", "/")
    return bool(own) and is_root and reading.structured.meta("og:type").casefold() == "website"


def _heads(reading: PageReading) -> list[str]:
    """Title, headline for machines, and first heading; whole, and what stands before and behind the site's name.

    A word that stands alone there may be the section: it counts only where it is all that the title says.
    """
    nodes = [reading.page.css_first(selector) for selector in ("head > title", "h1", "h2")]
    texts = [line(nodes[0]), reading.structured.meta("og:title"), line(nodes[1]) or line(nodes[2])]
    whole = [text for text in texts if 0 < len(text) < _SHORT_PAGE]
    parts = [part for text in whole for part in _PARTS.split(text) if " " in part.strip()]
    return list(dict.fromkeys([*whole, *parts]))


def _shown(reading: PageReading) -> str:
    """The words of the page; without what lies over it and asks for consent, where an article shows below."""
    body = reading.page.body
    whole = lines(body) if body is not None else []
    asked = {text for node in reading.page.css(_OVERLAYS)[:_MOST_OVERLAYS] for text in lines(node)}
    below = [text for text in whole if text not in asked]
    prose = sum(len(text) for text in below if len(text) >= _PARAGRAPH)
    return plain(" ".join(below if asked and prose >= _SHELL else whole))


def _is_head_of(head: str, wall: Wall) -> bool:
    words = plain(head)
    return words in wall.titles or any(f"{words} ".startswith(f"{phrase} ") for phrase in wall.beginnings)


def _prose(reading: PageReading) -> int:
    """Characters of the page's lines that are long enough for paragraphs."""
    body = reading.page.body
    return sum(len(text) for text in lines(body) if len(text) >= _PARAGRAPH) if body is not None else 0
