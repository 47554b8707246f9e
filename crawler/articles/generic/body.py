"""The last layer: trafilatura's reading of a page, for pages that no site rule and no structured data explains."""

from typing import Any

from selectolax.lexbor import LexborNode

from crawler.articles.body import Body
from crawler.articles.text import squeezed
from crawler.items import Block, BlockKind

_KINDS: dict[str, BlockKind] = {"p": "paragraph", "head": "heading", "quote": "quote", "item": "list_item"}
MIN_CHARACTERS = 150
"""Length that a body read so must have: less is a caption or a menu, and would be a wrong article."""


def generic_body(root: LexborNode, html: str, url: str, headline: str) -> Body:  # noqa: ARG001  the scorer's
    """Blocks of the body as trafilatura finds it, none where it finds none worth the name.

    Imported here, because it takes a third of a second and most runs never need it.
    """
    from trafilatura import bare_extraction

    found = bare_extraction(html, url=url, include_comments=False, include_tables=False, fast=True)
    body = found.body if found is not None and not isinstance(found, dict) else None
    blocks = _blocks(body) if body is not None else []
    return Body(blocks if sum(len(block.text) for block in blocks) >= MIN_CHARACTERS else [])


def _blocks(body: Any) -> list[Block]:  # noqa: ANN401  lxml ships no types
    """The innermost text elements; one inside a quotation is quoted."""
    blocks = []
    for element in body.iter(*_KINDS):
        text = squeezed(" ".join(element.itertext()))
        if text and not any(True for _ in element.iterdescendants(*_KINDS)):
            quoted = any(True for _ in element.iterancestors("quote"))
            blocks.append(Block("quote" if quoted else _KINDS[element.tag], text))
    return blocks
