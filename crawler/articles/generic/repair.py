"""What no body has, whatever its score: the headline again, captions, calls to subscribe, hidden text, asides."""

from crawler.articles.generic.blocks import Outline, TextBlock
from crawler.articles.generic.elements import Element
from crawler.articles.generic.vocabulary import CAPTION, CREDIT, META, SUBSCRIBE
from crawler.articles.generic.wording import Wording, calls

_PAGE = frozenset({"", "html", "body", "main", "article"})
_CAPTION_WORDS = 60
_BOX_BLOCKS, _BOX_CHARACTERS = 3, 450
"""What an element with an image and nothing but its caption and credit holds at most."""
_CALLS_WHERE_NAMED, _CALLS_ANYWHERE = 2, 4
"""Words of calls from which a short block is one: in an element that is named so, and in any other."""
_CALL_WORDS = 60
_META_WORDS = 12
"""Words that a date or a line of particulars has at most."""


def repaired(found: Outline, kept: list[bool], wording: Wording) -> list[bool]:
    """The choice without the blocks that cannot be the body's; hidden ones go where more is shown than hidden."""
    sizes = [len(block.text) if keep else 0 for block, keep in zip(found.blocks, kept, strict=True)]
    unseen = sum(size for block, size in zip(found.blocks, sizes, strict=True) if block.element.hidden)
    shown = sum(sizes) - unseen
    return [
        keep
        and not (block.element.hidden and unseen < shown)
        and "aside" not in block.element.tags
        and not wording.is_headline(block.text)
        and not is_caption(block, found.alternatives)
        and not _is_call(block)
        for block, keep in zip(found.blocks, kept, strict=True)
    ]


def is_caption(block: TextBlock, alternatives: set[str]) -> bool:
    """True for text that is called a caption, repeats what an image shows, or stands in a box with an image."""
    if block.text.count(" ") >= _CAPTION_WORDS:
        return False
    element = block.element
    named = (block.kinds | element.kinds) & (CAPTION | CREDIT)
    return bool(named) or element.tag == "figcaption" or block.text in alternatives or _is_box(element.parent)


def _is_box(element: Element | None) -> bool:
    return (
        element is not None
        and element.images > 0
        and element.count <= _BOX_BLOCKS
        and element.size <= _BOX_CHARACTERS
        and element.tag not in _PAGE
    )


def _is_call(block: TextBlock) -> bool:
    """True for a short call to subscribe, follow or donate, and for a line of particulars."""
    size = block.text.count(" ") + 1
    if size > _CALL_WORDS:
        return False
    element = block.element
    near = block.kinds | element.kinds | (element.parent.kinds if element.parent is not None else 0)
    if size <= _META_WORDS and near & META:
        return True
    return calls(block.text) >= (_CALLS_WHERE_NAMED if near & SUBSCRIBE else _CALLS_ANYWHERE)
