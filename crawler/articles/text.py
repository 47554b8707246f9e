"""Text out of parsed nodes."""

from collections.abc import Iterable

from selectolax.lexbor import LexborNode

_NO_TEXT = frozenset(
    {"script", "style", "noscript", "template", "iframe", "svg", "button", "select", "textarea", "-comment"}
)
_BREAKS = frozenset(
    {"br", "p", "div", "li", "ul", "ol", "blockquote", "h1", "h2", "h3", "h4", "figure", "section", "article", "tr"}
)
_INLINE = frozenset({"a", "b", "i", "em", "strong", "span", "u", "s", "sup", "sub", "font", "small", "mark", "abbr"})


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
    found: list[str] = []
    run: list[str] = []
    stack: list[LexborNode | None] = [node]  # None is a line break that waits behind an element
    while stack:
        current = stack.pop()
        tag = current.tag if current is not None else "br"
        if tag in _BREAKS:
            found.append("".join(run))
            run = []
        if current is None or tag in _NO_TEXT:
            continue
        if tag == "-text":
            run.append(current.text_content or "")
            continue
        if tag in _BREAKS:
            stack.append(None)
        child = current.last_child
        while child is not None:
            stack.append(child)
            child = child.prev
    found.append("".join(run))
    return [text for part in found if (text := squeezed(part))]


def pieces(node: LexborNode) -> list[str | LexborNode]:
    """What stands directly in an element, in order: runs of text with its inline elements, and block elements."""
    found: list[str | LexborNode] = []
    run: list[str] = []
    for child in [*node.iter(include_text=True), None]:
        if child is not None and child.tag == "-text":
            run.append(child.text_content or "")
        elif child is not None and child.tag in _INLINE:
            run.append(child.text(deep=True))
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
