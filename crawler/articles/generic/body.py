"""The body of a page of which nothing is known: its text blocks, each kept or dropped by its score."""

import re

import orjson
from selectolax.lexbor import LexborNode

from crawler.articles.body import Body
from crawler.articles.generic.blocks import Outline, TextBlock, outline
from crawler.articles.generic.elements import HEADINGS
from crawler.articles.generic.features import measure
from crawler.articles.generic.media import captioned_of, images_of, read_more_of, related_of
from crawler.articles.generic.peer import Peer
from crawler.articles.generic.repair import repaired
from crawler.articles.generic.scoring import score
from crawler.articles.generic.wording import Wording, width
from crawler.articles.phrases import read_more_title
from crawler.items import Block, Related

MIN_CHARACTERS = 150
"""Width that a body read so must have: less is a caption or a menu, and would be a wrong article."""
_OUT = -9.0
"""Log odds of a block that is plainly none of the body."""
_DOUBT = 1.0
"""Log odds, either way, up to which a block is doubtful."""
_DOUBTFUL = 0.1
"""Share of doubtful words among those kept from which trafilatura is asked as well."""
_MAX_ASKED = 3 << 20
"""Characters of a page that trafilatura is asked about: it takes a second for each million."""
_VOTE = 4.0
"""Log odds of trafilatura's choice."""
_BEFORE, _BEHIND = 6, 2
"""Blocks before and behind the body within which its images and related links stand."""

_TOLD = re.compile(r'"articleBody"\s*:\s*("(?:[^"\\]|\\.)*")')
_TAG = re.compile(r"<[^<>]{0,500}>")


def generic_body(root: LexborNode, html: str, url: str, headline: str) -> Body:
    """Blocks, images and related links of the body; no blocks where none are found that are worth the name.

    One walk over the parsed page; only where many blocks are doubtful, or too few are kept, trafilatura is asked too.
    """
    found = outline(root)
    wording = _wording(root, html, headline, found)
    odds = [_OUT if row is None else score(row) for row in measure(found, wording)]
    peer = Peer(html if len(html) <= _MAX_ASKED else "", url)
    if _is_doubtful(found.blocks, odds):
        odds = [
            value + _VOTE * (2 * peer.share(block.text) - 1) for block, value in zip(found.blocks, odds, strict=True)
        ]
    kept = repaired(found, [value > 0 for value in odds], wording)
    if sum(width(block.text) for block, keep in zip(found.blocks, kept, strict=True) if keep) < MIN_CHARACTERS:
        return _peers(peer)
    return _body(found, kept, url)


def _peers(peer: Peer) -> Body:
    """The body that trafilatura found, if it is worth the name."""
    blocks = peer.blocks()
    if sum(width(block.text) for block in blocks) < MIN_CHARACTERS:
        return Body()
    titles = [read_more_title(block.text) for block in blocks]
    kept = [block for block, title in zip(blocks, titles, strict=True) if title is None]
    return Body(kept, related=[Related(None, title, "read_more") for title in titles if title])


def _wording(root: LexborNode, html: str, headline: str, found: Outline) -> Wording:
    """What the page says of its article outside of its blocks."""
    meta = root.css_first('meta[property="og:description"], meta[name="description"]')
    description = meta.attributes.get("content") or "" if meta is not None else ""
    return Wording(headline, description, _told(html), found.alternatives)


def _told(html: str) -> str:
    """The longest body that structured data tell."""
    longest = ""
    for match in _TOLD.finditer(html):
        try:
            text = orjson.loads(match[1])
        except (orjson.JSONDecodeError, UnicodeEncodeError):  # not JSON after all, or a lone surrogate
            continue
        longest = max(longest, text, key=len)
    return _TAG.sub(" ", longest)


def _is_doubtful(blocks: list[TextBlock], odds: list[float]) -> bool:
    """True where blocks near the threshold hold a good part of the text that is kept."""
    kept = doubtful = 0
    for block, value in zip(blocks, odds, strict=True):
        size = len(block.text)
        kept += size if value > 0 else 0
        doubtful += size if abs(value) < _DOUBT else 0
    return doubtful > _DOUBTFUL * kept


def _body(found: Outline, kept: list[bool], url: str) -> Body:
    first, last = kept.index(True), len(kept) - kept[::-1].index(True)
    blocks = [piece for block, keep in zip(found.blocks, kept, strict=True) if keep for piece in _typed(block)]
    figures = [node for at, node in found.figures if first - _BEFORE <= at < last + _BEHIND]
    near = range(first, min(last + _BEHIND, len(kept)))
    related = [link for at in near for link in (read_more_of if kept[at] else related_of)(found.blocks[at], url)]
    images = [*images_of(figures, url), *captioned_of(found, first - _BEFORE, last + _BEHIND, url)]
    return Body(blocks, images, list(dict.fromkeys(related)))


def _typed(block: TextBlock) -> list[Block]:
    """The block by its kind, without READ MORE lines; a paragraph or quotation with line breaks is several."""
    lines = [line for line in block.lines if read_more_title(line) is None]
    if not lines:
        return []
    if block.element.tag in HEADINGS:
        return [Block("heading", block.text)]
    if "li" in block.element.tags:
        return [Block("list_item", block.text)]
    return [Block("quote" if "blockquote" in block.element.tags else "paragraph", line) for line in lines]
