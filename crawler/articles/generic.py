"""The last layer: trafilatura's reading of a page, for pages that no site rule and no structured data explains."""

from typing import Any

from crawler.articles.text import squeezed
from crawler.items import Block, BlockKind

_KINDS: dict[str, BlockKind] = {"p": "paragraph", "head": "heading", "quote": "quote", "item": "list_item"}
MIN_WORDS = 25
"""Words that a body read so must have: less is a caption or a menu, and would be a wrong article."""


def generic_blocks(html: str, url: str) -> list[Block]:
    """Blocks of the body as trafilatura finds it, none where it finds none worth the name.

    Imported here, because it takes a third of a second and most runs never need it.
    """
    from trafilatura import bare_extraction

    found = bare_extraction(html, url=url, include_comments=False, include_tables=False, favor_precision=True)
    body = found.body if found is not None and not isinstance(found, dict) else None
    blocks = _blocks(body) if body is not None else []
    return blocks if sum(len(block.text.split()) for block in blocks) >= MIN_WORDS else []


def _blocks(body: Any) -> list[Block]:  # noqa: ANN401  lxml ships no types
    blocks = []
    for element in body.iter("p", "head", "quote", "item"):
        text = squeezed("".join(element.itertext()))
        inside = {str(parent.tag) for parent in element.iterancestors()} & _KINDS.keys()
        if text and not inside:
            blocks.append(Block(_KINDS[str(element.tag)], text))
    return blocks
