"""The authors of a page of which nothing is known: who the page's layers name, cleaned into names."""

import re
from collections.abc import Iterable, Iterator

from selectolax.lexbor import LexborNode

from crawler.articles.generic.publisher import Publisher, publisher_of
from crawler.articles.reading import PageReading
from crawler.articles.text import line, lines, squeezed

Names = tuple[tuple[str, ...], str]
"""Names and the layer that gave them."""

_METAS = (
    "author", "article:author", "og:article:author", "article:byline", "byl", "sailthru.author", "dc.creator",
    "dcterms.creator", "dc.contributor", "articleauthor", "cxenseparse:author", "citation_author", "parsely-author",
    "analytics:author", "og:author", "authors", "creator",
)  # fmt: skip
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

_NAMED = '[rel~="author"], [href*="author" i], [href*="/profile" i], [href*="/people/" i], [href*="/staff" i], [href*="/by/" i], [href*="autor" i], [itemprop="name"], [class~="fn"], [class*="author-name" i], [class*="authorname" i]'
_MAX_BYLINES = 12
_MAX_CLIMB = 3
_MAX_BYLINE = 400

_LEAD = re.compile(
    r"^(?:[^\w(]*)(?:(?:written|reported|posted|words?|story|text|reporting|analysis|opinion|published|edited)\s+)?"
    r"(?:by|von|par|por|door|av|af|di|autor(?:in|es|en)?|author|authors|text|from|yazan|przez|автор|текст)\b\s*:?\s*",
    re.IGNORECASE,
)
_GLUED = re.compile(r"^(?:By|BY|Von|Par|Por|Di)(?=[A-ZÀ-Þ][a-zß-ÿ])|\s(?:기자|記者)$")
_BRACKETS = re.compile(r"\s*[(\[][^()\[\]]*[)\]]")
_TAIL = re.compile(
    r"\s*(?:\||•|·|—|\s[-–]\s|@|\bfor\b|\bin\b\s|\bis an?\b|\bupdated\b|\bpublished\b|\bon\b\s|\d).*$",
    re.IGNORECASE | re.DOTALL,
)
_AND = re.compile(r"\s+(?:and|und|et|y|og|och|en|e|i|&|with|mit)\s+|\s*;\s*|\s+/\s+", re.IGNORECASE)
_ADDRESS = re.compile(r"\S+@\S+|https?:\S*|www\.\S*|@\w+")
_SLUG = re.compile(r"[a-z]+(?:-[a-z]+)+")
_ROLES = frozenset(
    "reporter writer editor correspondent columnist contributor staff journalist producer photographer author redaktion"
    " redakteur redakteurin korrespondent korrespondentin reporterin journalistin desk team news analyst chief intern"
    " professor fellow freelance senior associate assistant deputy managing bureau follow share comments email twitter"
    " facebook read more min minutes updated published by image images photo photos getty subscribe sign menu home".split()
)
_PARTICLES = frozenset(
    "de del della di da do dos das du des d la le el al bin ibn ben abu van von der den ten ter zu zum vom y e i af av"
    " st".split()
)
_WORD = re.compile(r"[^\W\d_][\w.'’´`\-]*\.?")


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
    for name in _METAS:
        found = [name for text in structured.metas(name) if not _SLUG.fullmatch(text) for name in names_of(text)]
        if found:
            yield found, f"meta:{name}", True
    items = structured.microdata("author") or structured.microdata("creator")
    yield [name for text in items for name in names_of(text)], "microdata:author", True
    if not reading.site.generations:
        yield byline(reading.root, publisher), "byline", True


def names_of(text: str) -> list[str]:
    """The names in a text that holds nothing but names and what stands around them: ``By A, B and C (Reuters)``."""
    text = squeezed(text)
    bare = _ADDRESS.sub("", _BRACKETS.sub("", _LEAD.sub("", text, count=1))).strip(" .,;:|-–—")
    if not bare or len(bare) > 300 or not re.search(r"[^\W\d_]", bare):
        return []
    pieces = [piece for part in _AND.split(bare) for piece in part.split(",")] if _is_list(bare) else bare.split(";")
    names = [name for piece in pieces if (name := _GLUED.sub("", piece.strip(" .,;:|-–—")))]
    people = [name for name in names if is_name(name)]
    if len(names) > 1 and people:  # behind a name stand a function, a place, a newspaper
        names = [name for name in names if is_name(name) or (len(name.split()) == 1 and "." not in name)]
    return names


def _is_list(text: str) -> bool:
    """True where marks part several names: both sides of an ``and`` are whole names, so `Le Figaro et AFP` is one."""
    if "," in text:
        parts = [part.split() for part in text.split(",")]
        return any(len(part) > 1 for part in parts)
    return all(len(part.split()) > 1 for part in _AND.split(text)) or ";" in text


def is_name(text: str) -> bool:
    """True for what looks like a person's name: a few words with capitals, particles apart; no function, no digit."""
    words = text.split()
    if not words or len(text) > 60 or not all(_WORD.fullmatch(word) for word in words):
        return False
    if any(word.casefold().strip(".") in _ROLES for word in words):
        return False
    if not words[0][0].islower() and not words[0][0].isupper():  # scripts without capitals
        return len(words) <= 5
    capitals = sum(word[0].isupper() for word in words)
    others = [word for word in words if not word[0].isupper() and word.casefold() not in _PARTICLES and word[1:2] not in "'’"]
    return 2 <= len(words) <= 6 and capitals >= 2 and not others


def byline(root: LexborNode, publisher: Publisher) -> list[str]:
    """The names in the byline: the first element called so behind the headline, or else the last before it."""
    found = root.css(_BYLINES)
    heads = [number for number, node in enumerate(found) if node.tag == "h1"]
    at = heads[0] if heads else 0
    behind = [node for node in found[at:] if node.tag != "h1"][:_MAX_BYLINES]
    before = [node for node in reversed(found[:at]) if node.tag != "h1"][: _MAX_BYLINES // 3]
    for node in [*behind, *before]:
        if not _ELSEWHERE.search(f"{node.attributes.get('class') or ''} {node.attributes.get('id') or ''}"):
            names = [name for name in _shown(node) if not publisher.owns(name)]
            whole = [name for name in _shown(_all_of(node)) if name[0].isupper()] if names else []
            if names:
                return list(dict.fromkeys(whole if len(whole) > len(names) else names))
    return []


def _all_of(node: LexborNode) -> LexborNode:
    """The whole byline that an element is part of: what stands around it is no longer than one."""
    for _ in range(_MAX_CLIMB):
        parent = node.parent
        if parent is None or len(parent.text(deep=True)) > _MAX_BYLINE or len(line(parent)) > _MAX_BYLINE // 2:
            break
        if parent.css_first("h1, h2, p + p") is not None:
            break
        node = parent
    return node


def _shown(node: LexborNode) -> list[str]:
    """Names in an element: of the elements in it that are names, else of its lines."""
    inner = [node] if "author" in (node.attributes.get("rel") or "").split() else node.css(_NAMED)[:_MAX_BYLINES]
    named = [name for part in inner for name in names_of(line(part)) if is_name(name)]
    return named or list(_in_lines(lines(node)[:6]))


def _in_lines(texts: Iterable[str]) -> Iterator[str]:
    """Names in lines of text that hold more: ``By Nick Levine | February 28, 2023``."""
    for text in texts:
        if len(text) <= 200:
            yield from (name for name in names_of(_TAIL.sub("", _LEAD.sub("", text, count=1))) if is_name(name))
