"""The authors of a page of which nothing is known: who its layers name, best first."""

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborNode

from crawler.articles.generic.names import is_name, names_of, without_lead
from crawler.articles.generic.publisher import Publisher, publisher_of
from crawler.articles.reading import PageReading
from crawler.articles.structured import item_text
from crawler.articles.text import short_line, squeezed

Names = tuple[tuple[str, ...], str]
"""Names and the layer that gave them."""

_METAS = (
    "author", "article:author", "og:article:author", "article:byline", "byl", "sailthru.author", "dc.creator",
    "dcterms.creator", "dc.contributor", "articleauthor", "cxenseparse:author", "citation_author", "parsely-author",
    "analytics:author", "og:author", "authors", "creator",
)  # fmt: skip
_SLUG = re.compile(r"[a-z]+(?:-[a-z]+)+")
_BYLINES = (
    'h1, [rel~="author"], [class*="byline" i], [class*="author" i], [class*="autor" i], [id*="byline" i],'
    ' [data-testid*="byline" i], [href*="/author/" i], [href*="/authors/" i], [class*="writer" i]'
)
_ELSEWHERE = re.compile(
    r"comment|quote|image|photo|credit|caption|related|teaser|recommend|avatar|social|follow|sidebar|footer|promo"
    r"|copyright|picture|video|more-|widget|newsletter|popular|latest|trending|card|authority",
    re.IGNORECASE,
)
"""Of classes: not the byline of this article."""

_NOT_BYLINES = frozenset({"figure", "figcaption", "aside", "nav", "footer", "blockquote", "form"})
_MAX_AROUND = 5
_MAX_ITEMS = 50

_NAMED = (
    '[rel~="author"], [href*="author" i], [href*="autor" i], [href*="/profile" i], [href*="/people/" i],'
    ' [href*="/staff" i], [href*="/by/" i], [itemprop="name"], [class~="fn"], [class*="author-name" i],'
    ' [class*="authorname" i]'
)
_TAIL = re.compile(
    r"\s*(?:\||•|·|—|\s[-–]\s|@|\bfor\b|\bin\b\s|\bis an?\b|\bupdated\b|\bpublished\b|\bon\b\s|\d).*$",
    re.IGNORECASE | re.DOTALL,
)
_JOINS = re.compile(r"^(?:[,;|&•·]|(?:and|und|et|y|og|och|en|e|with|mit)\b)\s*", re.IGNORECASE)
_ENDS_OPEN = re.compile(r"[,;&]$|\s(?:and|und|et|y|og|och|en|e)$", re.IGNORECASE)
_MAX_PIECES = 30
_MAX_BYLINES = 12
_MAX_CLIMB = 3
_MAX_BYLINE = 400
"""Characters of a byline with all that stands in it."""

_SHORT_TEXTS = "h1, p, span, li, dd, div"
_MAX_TEXTS = 60
_MAX_SHOWN = 2000
_MAX_LINE = 200


def authors(reading: PageReading) -> Names:
    """Who wrote the article. The publisher's own name, and an organization's, count only where no person is named.

    Bylines are looked for only on sites that have no file: a file names them, and what it does not find is not there.
    """
    publisher = publisher_of(reading.structured, reading.url)
    weak: Names = ((), "")
    for names, source, person in _layers(reading, publisher):
        unique = tuple(dict.fromkeys(names))
        people = tuple(name for name in unique if not publisher.owns(name))
        if people and person:
            return (unique if source.startswith("json-ld") else people), source
        if unique and not weak[0]:
            weak = unique, source
    return weak


def _layers(reading: PageReading, publisher: Publisher) -> Iterator[tuple[list[str], str, bool]]:
    """The layers, best first and each only when asked for, and whether what it names is a person."""
    structured = reading.structured
    told = structured.ld_authors()
    person = not all(organization for _, organization in told)
    yield [name for text, _ in told for name in names_of(text)], "json-ld:author", person
    for meta in _METAS:
        texts = [text for text in structured.metas(meta) if not _SLUG.fullmatch(text)]
        if found := [name for text in texts for name in names_of(text)]:
            yield found, f"meta:{meta}", True
    items = [node for node in (structured.items("author") or structured.items("creator")) if not _in_comment(node)]
    yield [name for node in items[:_MAX_ITEMS] for name in names_of(item_text(node))], "microdata:author", True
    if not reading.site.generations:
        yield _byline(reading.root, publisher), "byline", True
        yield _by_words(reading.root, publisher), "text", True


def _byline(root: LexborNode, publisher: Publisher) -> list[str]:
    """The names in the byline: the first element called so behind the headline, or else the last before it."""
    found = root.css(_BYLINES)
    at = next((number for number, node in enumerate(found) if node.tag == "h1"), 0)
    behind = [node for node in found[at:] if node.tag != "h1"][:_MAX_BYLINES]
    before = [node for node in reversed(found[:at]) if node.tag != "h1"][: _MAX_BYLINES // 3]
    for node in [*behind, *before]:
        if _is_elsewhere(node):
            continue
        if names := [name for name in _shown(node) if not publisher.owns(name)]:
            whole = [name for name in _shown(_whole(node)) if name[0].isupper() and not publisher.owns(name)]
            return list(dict.fromkeys(whole if len(whole) > len(names) else names))
    return []


def _is_elsewhere(node: LexborNode) -> bool:
    """True for a name in a caption, a card, a comment: not of those who wrote the article."""
    if _ELSEWHERE.search(f"{node.attributes.get('class') or ''} {node.attributes.get('id') or ''}"):
        return True
    around = node.parent
    for _ in range(_MAX_AROUND):
        if around is None:
            return False
        if around.tag in _NOT_BYLINES:
            return True
        around = around.parent
    return False


def _in_comment(node: LexborNode) -> bool:
    """True for the author of a reader's comment, who is an author too, but of that."""
    around: LexborNode | None = node
    for _ in range(_MAX_AROUND * 2):
        if around is None:
            return False
        named = (around.attributes.get(name) or "" for name in ("class", "id", "itemprop", "itemtype"))
        if "comment" in " ".join(named).casefold() and around.tag != "body":
            return True
        around = around.parent
    return False


def _by_words(root: LexborNode, publisher: Publisher) -> list[str]:
    """The names in the first short line behind the headline that begins like a byline: ``By Noor Haddad``."""
    found = root.css(_SHORT_TEXTS)
    at = next((number for number, node in enumerate(found) if node.tag == "h1"), -1) + 1
    for node in found[at : at + _MAX_TEXTS]:
        pieces = _pieces(node, _MAX_BYLINE)
        if pieces and without_lead(pieces[0]) != pieces[0]:
            names = [name for name in _in_pieces(pieces) if not publisher.owns(name)]
            if names:
                return names
    return []


def _whole(node: LexborNode) -> LexborNode:
    """The whole byline that an element is part of: what stands around it is no longer than one."""
    for _ in range(_MAX_CLIMB):
        parent = node.parent
        if parent is None or not 0 < len(short_line(parent, _MAX_BYLINE)) <= _MAX_LINE:
            break
        if parent.css_first("h1, h2, p + p") is not None:
            break
        node = parent
    return node


def _shown(node: LexborNode) -> list[str]:
    """Names in an element: of the elements in it that are names, else of its lines."""
    inner = [node] if "author" in (node.attributes.get("rel") or "").split() else node.css(_NAMED)[:_MAX_BYLINES]
    named = [name for part in inner for name in names_of(short_line(part, _MAX_LINE)) if is_name(name)]
    return named or _in_pieces(_pieces(node, _MAX_SHOWN))


def _pieces(node: LexborNode, longest: int) -> list[str]:
    """The texts of an element, one for each run without markup; none where it holds more than a byline may."""
    text = node.text(deep=True, separator="\n")
    return [piece for part in text.split("\n") if (piece := squeezed(part))] if len(text) <= longest else []


def _in_pieces(pieces: list[str]) -> list[str]:
    """The first names among pieces of text, and those that commas and words like ``and`` join to them.

    ``By | Noor Haddad | and | Wei Lin | Old Harbour | May 2``: what is not joined is a place, a function, a date.
    """
    found: list[str] = []
    joined = False
    for piece in pieces[:_MAX_PIECES]:
        if found and _JOINS.fullmatch(piece):
            joined = True
            continue
        if found and not joined and not _JOINS.match(piece):
            break
        names = [
            name for name in names_of(_TAIL.sub("", without_lead(_JOINS.sub("", piece, count=1)))) if is_name(name)
        ]
        if found and not names:
            break
        found, joined = found + names, bool(_ENDS_OPEN.search(piece))
    return found
