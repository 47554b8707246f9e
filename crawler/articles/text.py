"""Text out of parsed nodes."""

import re
from collections.abc import Iterable

from selectolax.lexbor import LexborNode

_NO_TEXT = frozenset({"script", "style", "noscript", "template", "iframe", "svg", "button", "select", "textarea"})
_BREAKS = frozenset(
    {"br", "p", "div", "li", "ul", "ol", "blockquote", "h1", "h2", "h3", "h4", "figure", "section", "article", "tr"}
)
_INLINE = frozenset({"a", "b", "i", "em", "strong", "span", "u", "s", "sup", "sub", "font", "small", "mark", "abbr"})
_SPACE = re.compile(r"\s+")


def classes(node: LexborNode) -> frozenset[str]:
    """Classes of an element."""
    return frozenset((node.attributes.get("class") or "").split())


def squeezed(text: str | None) -> str:
    """One line: every run of white space, no-break spaces included, is one space."""
    return " ".join((text or "").split())


def first(node: LexborNode, selectors: Iterable[str]) -> tuple[LexborNode | None, str]:
    """The first element that any selector finds, in order of preference, and the selector."""
    for selector in selectors:
        found = node.css_first(selector)
        if found is not None:
            return found, selector
    return None, ""


def all_of_first(node: LexborNode, selectors: Iterable[str]) -> tuple[list[LexborNode], str]:
    """All elements of the first selector that finds any, and the selector."""
    for selector in selectors:
        found = node.css(selector)
        if found:
            return found, selector
    return [], ""


def lines(node: LexborNode) -> list[str]:
    """The node's text as lines that are not empty: block elements and `br` break lines, inline elements do not."""
    parts: list[str] = []
    stack: list[LexborNode | None] = [node]  # None is a line break that waits behind an element
    while stack:
        current = stack.pop()
        if current is None:
            parts.append("\n")
        elif current.tag == "-text":
            parts.append(_SPACE.sub(" ", current.text_content or ""))
        elif current.tag not in _NO_TEXT and not current.is_comment_node:
            if current.tag in _BREAKS:
                parts.append("\n")
                stack.append(None)
            stack.extend(reversed(list(current.iter(include_text=True))))
    found = (squeezed(line) for line in "".join(parts).split("\n"))
    return [line for line in found if line]


def pieces(node: LexborNode) -> list[str | LexborNode]:
    """What stands directly in an element, in order: runs of text with its inline elements, and block elements."""
    found: list[str | LexborNode] = []
    run: list[str] = []
    for child in [*node.iter(include_text=True), None]:
        if child is not None and child.tag == "-text":
            run.append(_SPACE.sub(" ", child.text_content or ""))
        elif child is not None and child.tag in _INLINE:
            run.append(_SPACE.sub(" ", child.text(deep=True)))
        else:
            if text := squeezed("".join(run)):
                found.append(text)
            run = []
            if child is not None and child.tag != "br":
                found.append(child)
    return found


def line(node: LexborNode | None) -> str:
    """The node's text as one line; empty without a node."""
    return " ".join(lines(node)) if node is not None else ""


def short_line(node: LexborNode, longest: int) -> str:
    """The node's text as one line; empty where it holds more than `longest` characters, without a walk over them."""
    return line(node) if len(node.text(deep=True)) <= longest else ""
