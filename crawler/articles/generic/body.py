"""The body of a page of which nothing is known: its text blocks, each kept or dropped by its score."""

import re
from typing import Any

import orjson
from selectolax.lexbor import LexborNode

from crawler.articles.body import Body
from crawler.articles.generic.blocks import Outline, TextBlock, outline
from crawler.articles.generic.features import PageFacts, measure, trigrams, words
from crawler.articles.generic.media import images_of, related_of
from crawler.articles.generic.scoring import score
from crawler.articles.text import squeezed
from crawler.items import Block, BlockKind

_TOLD = re.compile(r'"articleBody"\s*:\s*("(?:[^"\\]|\\.)*")')
_TAG = re.compile(r"<[^>]{0,500}>")
_KINDS: dict[str, BlockKind] = {"p": "paragraph", "head": "heading", "quote": "quote", "item": "list_item"}
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
MIN_CHARACTERS = 150
"""Length that a body read so must have: less is a caption or a menu, and would be a wrong article."""
_CUT = -0.2
"""Log odds from which a block is kept."""


def generic_body(root: LexborNode, html: str, url: str, headline: str) -> Body:
    """Blocks, images and related links of the body, without blocks where none is found worth the name.

    Where no block is sure enough, trafilatura is asked.
    """
    found = outline(root)
    rows = measure(found, facts_of(root, html, headline))
    kept = [score(row) > _CUT for row in rows]
    blocks = [piece for block, keep in zip(found.blocks, kept, strict=True) if keep for piece in _typed(block)]
    if sum(len(block.text) for block in blocks) < MIN_CHARACTERS:
        return Body(_by_trafilatura(html, url))
    return _with_media(found, kept, blocks, url)


def _with_media(found: Outline, kept: list[bool], blocks: list[Block], url: str) -> Body:
    first, last = kept.index(True), len(kept) - kept[::-1].index(True)
    figures = [node for at, node in found.figures if first - 6 <= at <= last + 1]
    related = [
        link
        for at in range(first, min(last + 3, len(kept)))
        if not kept[at] and (link := related_of(found.blocks[at], url))
    ]
    return Body(blocks, list(images_of(figures, url)), list(dict.fromkeys(related)))


def _typed(block: TextBlock) -> list[Block]:
    """The block by its kind; a paragraph that has line breaks is several."""
    element = block.element
    if element.tag in _HEADINGS:
        return [Block("heading", block.text)]
    if "li" in element.tags:
        return [Block("list_item", block.text)]
    if "blockquote" in element.tags:
        return [Block("quote", line) for line in block.lines]
    return [Block("paragraph", line) for line in block.lines]


def facts_of(root: LexborNode, html: str, headline: str) -> PageFacts:
    """What the page says of its article outside of its blocks."""
    description = root.css_first('meta[property="og:description"], meta[name="description"]')
    described = description.attributes.get("content") or "" if description is not None else ""
    return PageFacts(
        frozenset(words(headline)), trigrams(words(_told(html))), trigrams(words(described)), set()
    )


def _told(html: str) -> str:
    """The longest body that structured data tell."""
    longest = ""
    for match in _TOLD.finditer(html):
        try:
            text = orjson.loads(match[1])
        except orjson.JSONDecodeError:
            continue
        longest = max(longest, text, key=len)
    return _TAG.sub(" ", longest)


def _by_trafilatura(html: str, url: str) -> list[Block]:
    """What trafilatura finds. Imported here, because it takes a third of a second and most runs never need it."""
    from trafilatura import bare_extraction

    found = bare_extraction(html, url=url, include_comments=False, include_tables=False, fast=True)
    body = found.body if found is not None and not isinstance(found, dict) else None
    blocks = _blocks(body) if body is not None else []
    return blocks if sum(len(block.text) for block in blocks) >= MIN_CHARACTERS else []


def _blocks(body: Any) -> list[Block]:  # noqa: ANN401  lxml ships no types
    """The innermost text elements; one inside a quotation is quoted."""
    blocks = []
    for element in body.iter(*_KINDS):
        text = squeezed(" ".join(element.itertext()))
        if text and not any(True for _ in element.iterdescendants(*_KINDS)):
            quoted = any(True for _ in element.iterancestors("quote"))
            blocks.append(Block("quote" if quoted else _KINDS[element.tag], text))
    return blocks
