"""What a stylesheet needs: those that it imports, its fonts and its images."""

import re
from collections.abc import Callable, Iterable
from itertools import islice

import tinycss2
from tinycss2.ast import Node
from tinycss2.bytes import decode_stylesheet_bytes

from crawler.discovery.requisite_gate import MAX_CSS, Requisite, RequisiteGate
from crawler.evidence import RequisiteKind

_MARK = re.compile(r"[!-/:-@\[-^`{-~]|\s+")
_URL_FUNCTIONS = ("url", "src")
_IMAGE_SETS = ("image-set", "-webkit-image-set")


def requisites_of_stylesheet(css: bytes | str, url: str, encoding: str | None = None) -> tuple[Requisite, ...]:
    """What the stylesheet at `url` needs, in its order, once each; nothing of one that is longer than `MAX_CSS`.

    Bytes are decoded as CSS Syntax Level 3 (3.2) says: byte order mark, then `encoding` (the charset of the
    Content-Type), then ``@charset``, then UTF-8. A relative address is relative to the stylesheet.
    """
    gate = RequisiteGate(url)
    if len(css) <= MAX_CSS:
        text = decode_stylesheet_bytes(css, encoding)[0] if isinstance(css, bytes) else css
        read_rules(text.removeprefix("\ufeff"), gate)
    return gate.requisites()


def read_rules(css: str, gate: RequisiteGate) -> None:
    """Offer what a stylesheet or a `<style>` element needs.

    An import is taken wherever it stands at the top; browsers pass over those behind other rules.
    """
    for rule in _parsed(css, tinycss2.parse_stylesheet, gate):
        if rule.type == "at-rule" and rule.lower_at_keyword == "import":
            if rule.content is None:
                gate.offer(_imported(rule.prelude), "stylesheet")
        else:
            _read([rule], gate)


def read_declarations(css: str, gate: RequisiteGate) -> None:
    """Offer what the declarations of a `style` attribute need."""
    if "(" in css:  # most attributes name no file, and only functions do
        _read(_parsed(css, tinycss2.parse_blocks_contents, gate), gate)


def _parsed(css: str, parse: Callable[..., Iterable[Node]], gate: RequisiteGate) -> list[Node]:
    """What the parser makes of the text; nothing where that would take too long, see `MAX_CSS_MARKS`.

    The parser keeps its own stack and so takes any depth. It raises ValueError for a number of over 4300 digits.
    """
    marks = sum(1 for _ in islice(_MARK.finditer(css), gate.marks_left + 1))
    if gate.full or len(css) > MAX_CSS or marks > gate.marks_left:
        return []
    gate.marks_left -= marks
    try:
        return list(parse(css, skip_comments=True, skip_whitespace=True))
    except ValueError:
        return []


def _imported(prelude: Iterable[Node]) -> str | None:
    """Address of an ``@import``; its layer, its conditions and its media stand behind."""
    first = next((token for token in prelude if token.type not in ("whitespace", "comment")), None)
    if first is None:
        return None
    return first.value if first.type == "string" else _address(first)


def _read(nodes: list[Node], gate: RequisiteGate) -> None:
    """Offer the files in all declarations, at any depth; preludes name namespaces and conditions, no files."""
    todo = [(node, False) for node in reversed(nodes)]
    while todo and not gate.full:
        node, in_font_face = todo.pop()
        if node.type == "declaration":
            kind: RequisiteKind = "font" if in_font_face and node.lower_name == "src" else "image"
            _read_value(node.value, kind, gate)
        elif node.type in ("at-rule", "qualified-rule") and node.content:
            font_face = node.type == "at-rule" and node.lower_at_keyword == "font-face"
            inner = tinycss2.parse_blocks_contents(node.content, skip_comments=True, skip_whitespace=True)
            todo.extend((child, font_face) for child in reversed(inner))


def _read_value(tokens: list[Node], kind: RequisiteKind, gate: RequisiteGate) -> None:
    """Offer the files that a value names; a plain string is one only in ``image-set()``."""
    todo = list(reversed(tokens))
    while todo and not gate.full:
        token = todo.pop()
        address = _address(token)
        if address is not None:
            gate.offer(address, kind)
        elif token.type == "function":
            if token.lower_name in _IMAGE_SETS:
                for choice in token.arguments:
                    gate.offer(choice.value if choice.type == "string" else None, kind)
            todo.extend(reversed(token.arguments))
        elif token.type.endswith("block"):
            todo.extend(reversed(token.content))


def _address(token: Node) -> str | None:
    """What ``url(x)``, ``url("x")`` and ``src("x")`` name; None for every other token."""
    if token.type == "url":
        return str(token.value)
    if token.type == "function" and token.lower_name in _URL_FUNCTIONS:
        return next((str(argument.value) for argument in token.arguments if argument.type == "string"), None)
    return None
