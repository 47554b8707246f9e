"""A page as a row of text blocks: one walk over the parsed tree, never recursive, linear in its size."""

from dataclasses import dataclass, field
from typing import NamedTuple

from selectolax.lexbor import LexborNode

from crawler.articles.generic.vocabulary import kinds_of

_SKIPPED = frozenset(
    {"script", "style", "noscript", "template", "iframe", "svg", "head", "button", "select", "textarea", "object"}
    | {"-comment", "!doctype", "nav", "math", "canvas", "audio", "video", "dialog", "map", "input", "noindex"}
)
"""Elements without text of an article."""

_INLINE = frozenset(
    {"a", "b", "i", "em", "strong", "span", "u", "s", "sup", "sub", "font", "small", "mark", "abbr", "time", "cite"}
    | {"q", "code", "kbd", "var", "ins", "del", "wbr", "tt", "big", "strike", "acronym", "dfn", "bdi", "bdo", "label"}
    | {"nobr", "data", "samp"}
)
_BOLD = frozenset({"b", "strong"})
_SLANTED = frozenset({"i", "em", "cite"})


@dataclass(slots=True, eq=False)
class Element:
    """An element that holds text, with what was learnt on the way down to it."""

    parent: "Element | None"
    tag: str
    names: str
    """Its class and identifier."""
    kinds: int
    """What its names say, as bits of the vocabulary."""
    above: int
    """What the names of all elements around it say."""
    tags: frozenset[str]
    """Tags of the elements around it and its own."""
    hidden: bool = False
    body: bool = False
    """True inside an element that says in microdata that it is the article's body."""
    mass: float = 0.0
    """Characters of good paragraphs in it."""
    images: int = 0
    items: int = 0
    chosen: bool = False
    good: int = 0
    heads: int = 0
    direct: float = 0.0
    linked: int = 0
    size: int = 0
    count: int = 0
    up: int = 0
    down: int = 0
    regions: int = 0
    """In how many of the page's regions, each inside the one before, it stands."""


@dataclass(slots=True, eq=False)
class TextBlock:
    """A run of text that no block element parts."""

    element: Element
    """The block element that holds it."""
    parts: list[str] = field(default_factory=list)
    linked: int = 0
    """Characters in links."""
    bold: int = 0
    slanted: int = 0
    link: LexborNode | None = None
    """The first link in it."""
    kinds: int = 0
    """What the names of the inline elements around its longest part say."""
    longest: int = 0
    lines: list[str] = field(default_factory=list)
    """Its text by line, none empty, white space normalized."""
    text: str = ""


@dataclass(slots=True)
class Outline:
    """What the walk finds."""

    blocks: list[TextBlock] = field(default_factory=list)
    elements: list[Element] = field(default_factory=list)
    """Every element that was entered, parents before children."""
    figures: list[tuple[int, LexborNode]] = field(default_factory=list)
    """Figures, each with the number of blocks before it."""
    alternatives: set[str] = field(default_factory=set)
    """What images say that they show."""


class _Inline(NamedTuple):
    """What inline elements say of the text in them."""

    link: LexborNode | None
    bold: bool
    slanted: bool
    kinds: int


_PLAIN = _Inline(None, False, False, 0)  # noqa: FBT003


def outline(root: LexborNode) -> Outline:
    """The blocks of a page in reading order."""
    found = Outline()
    top = Element(None, "html", "", 0, 0, frozenset())
    found.elements.append(top)
    stack: list[tuple[LexborNode, Element, _Inline]] = [(root, top, _PLAIN)]
    run = TextBlock(top)
    while stack:
        node, around, inline = stack.pop()
        tag = node.tag or ""
        if tag == "-text":
            if run.element is not around:
                run = _next(run, around, found)
            _add(run, node.text_content or "", inline)
            continue
        if tag in _SKIPPED:
            continue
        if tag == "br":
            run.parts.append("\n")
            continue
        if tag == "img":
            around.images += 1
            found.alternatives.add(" ".join((node.attributes.get("alt") or "").split()))
            continue
        if tag == "figure":
            run = _next(run, around, found)
            found.figures.append((len(found.blocks), node))
            continue
        if tag in _INLINE:
            inline = _inline(node, tag, inline)
        else:
            around = _element(node, tag, around)
            found.elements.append(around)
            run = _next(run, around, found)
        stack.extend([(child, around, inline) for child in node.iter(include_text=True)][::-1])
    _next(run, top, found)
    return found


def _next(run: TextBlock, around: Element, found: Outline) -> TextBlock:
    """Close a run, kept if it has text, and begin another."""
    lines = [squeezed for line in "".join(run.parts).split("\n") if (squeezed := " ".join(line.split()))]
    if lines:
        run.lines, run.text = lines, " ".join(lines)
        found.blocks.append(run)
    elif run.element is around and not run.parts:
        return run
    return TextBlock(around)


def _add(run: TextBlock, text: str, inline: _Inline) -> None:
    size = len(text)
    run.parts.append(text if "\n" not in text and "\r" not in text else " ".join(text.splitlines()))
    if inline is not _PLAIN:
        run.linked += size if inline.link is not None else 0
        run.bold += size if inline.bold else 0
        run.slanted += size if inline.slanted else 0
        run.link = run.link or inline.link
    if size > run.longest:
        run.longest, run.kinds = size, inline.kinds


def _inline(node: LexborNode, tag: str, inline: _Inline) -> _Inline:
    attributes = node.attributes
    names = attributes.get("class") or attributes.get("id")
    return _Inline(
        node if tag == "a" else inline.link,
        inline.bold or tag in _BOLD,
        inline.slanted or tag in _SLANTED,
        inline.kinds | kinds_of(names) if names else inline.kinds,
    )


def _element(node: LexborNode, tag: str, around: Element) -> Element:
    attributes = node.attributes
    if not attributes:
        return Element(
            around, tag, "", 0, around.above | around.kinds, _with(around.tags, tag), around.hidden, around.body
        )
    names = f"{attributes.get('class') or ''} {attributes.get('id') or ''}".strip()
    style = attributes.get("style") or ""
    return Element(
        around,
        tag,
        names,
        kinds_of(names) if names and tag not in ("html", "body") else 0,
        around.above | around.kinds,
        _with(around.tags, tag),
        around.hidden
        or "hidden" in attributes
        or attributes.get("aria-hidden") == "true"
        or ("display" in style and "display:none" in style.replace(" ", "").lower()),
        around.body or "articleBody" in (attributes.get("itemprop") or ""),
    )


def _with(tags: frozenset[str], tag: str) -> frozenset[str]:
    return tags if tag in tags else tags | {tag}
