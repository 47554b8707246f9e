"""A page as a row of text blocks: one walk over the parsed tree, never recursive, linear in its size."""

from dataclasses import dataclass, field
from typing import NamedTuple

from selectolax.lexbor import LexborNode

from crawler.articles.generic.elements import Element
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
MAX_BLOCKS = 20_000
"""Blocks of a page that are read; the longest live blogs have some thousands."""
_SLANTED = frozenset({"i", "em", "cite"})


@dataclass(slots=True, eq=False)
class TextBlock:
    """A run of text that no block element parts."""

    element: Element
    """The block element that holds it."""
    parts: list[str] = field(default_factory=list)
    """Its text as it stands in the page; ``\\n`` for a line break."""
    linked: int = 0
    """Characters in links."""
    slanted: int = 0
    """Characters in italics."""
    link: LexborNode | None = None
    """The first link in it."""
    kinds: int = 0
    """What the names of the inline elements around its longest part say."""
    longest: int = 0
    lines: list[str] = field(default_factory=list)
    """Its text by line, none empty, white space normalized."""
    text: str = ""
    good: float = 0.0
    """How much it weighs as a paragraph of a body; 0 for a short or linked one."""


@dataclass(slots=True)
class Outline:
    """What the walk finds."""

    blocks: list[TextBlock] = field(default_factory=list)
    elements: list[Element] = field(default_factory=list)
    """Every block element that was entered, parents before children."""
    figures: list[tuple[int, LexborNode]] = field(default_factory=list)
    """Figures, each with the number of blocks before it."""
    pictures: list[tuple[int, LexborNode]] = field(default_factory=list)
    """Images outside of figures, each with the number of blocks before it."""
    alternatives: set[str] = field(default_factory=set)
    """What images say that they show."""


class _Inline(NamedTuple):
    """What inline elements say of the text in them."""

    link: LexborNode | None = None
    slanted: bool = False
    kinds: int = 0


_PLAIN = _Inline()


def outline(root: LexborNode) -> Outline:
    """The blocks of a page in reading order, the first `MAX_BLOCKS` of them."""
    found = Outline()
    top = Element(None, "", "", 0, 0, frozenset())
    found.elements.append(top)
    stack: list[tuple[LexborNode, Element, _Inline]] = [(root, top, _PLAIN)]
    run = TextBlock(top)
    while stack and len(found.blocks) < MAX_BLOCKS:
        node, around, inline = stack.pop()
        tag = node.tag or ""
        if tag == "-text":
            if run.element is not around:
                run = _next(run, around, found)
            _add(run, node.text_content or "", inline)
        elif tag in _SKIPPED:
            continue
        elif tag == "br":
            run.parts.append("\n")
        elif tag == "img":
            around.images += 1
            found.pictures.append((len(found.blocks), node))
            found.alternatives.add(" ".join((node.attributes.get("alt") or "").split()))
        elif tag == "figure":
            run = _next(run, around, found)
            found.figures.append((len(found.blocks), node))
        else:
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
    if not run.parts:
        run.element = around
        return run
    lines = [squeezed for line in "".join(run.parts).split("\n") if (squeezed := " ".join(line.split()))]
    if lines:
        run.lines, run.text = lines, " ".join(lines)
        found.blocks.append(run)
    return TextBlock(around)


def _add(run: TextBlock, text: str, inline: _Inline) -> None:
    size = len(text)
    run.parts.append(text.replace("\n", " "))
    if inline is not _PLAIN:
        if inline.link is not None:
            run.linked += size
            run.link = run.link or inline.link
        run.slanted += size if inline.slanted else 0
    if size > run.longest:
        run.longest, run.kinds = size, inline.kinds


def _inline(node: LexborNode, tag: str, inline: _Inline) -> _Inline:
    names = node.attributes.get("class")
    kinds = inline.kinds | kinds_of(names) if names else inline.kinds
    return _Inline(node if tag == "a" else inline.link, inline.slanted or tag in _SLANTED, kinds)


def _element(node: LexborNode, tag: str, around: Element) -> Element:
    attributes = node.attributes
    above = around.above | around.kinds
    tags = around.tags if tag in around.tags else around.tags | {tag}
    if not attributes:
        return Element(around, tag, "", 0, above, tags, around.hidden, around.body)
    names = f"{attributes.get('class') or ''} {attributes.get('id') or ''}".strip()
    kinds = kinds_of(names) if names and tag not in ("html", "body") else 0
    style = attributes.get("style") or ""
    unseen = (
        "hidden" in attributes
        or attributes.get("aria-hidden") == "true"
        or ("display" in style and "display:none" in style.replace(" ", "").lower())
    )
    body = "articleBody" in (attributes.get("itemprop") or "")
    return Element(around, tag, names, kinds, above, tags, around.hidden or unseen, around.body or body)
