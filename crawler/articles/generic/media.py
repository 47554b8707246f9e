"""Images and related links of a page of which nothing is known."""

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborNode

from crawler.articles.generic.blocks import Outline, TextBlock
from crawler.articles.generic.repair import is_caption
from crawler.articles.images import image_of
from crawler.articles.links import target_of
from crawler.articles.phrases import read_more_title
from crawler.items import Image, Related
from crawler.sites.any_site import ANY_SITE
from crawler.sites.site import NO_MARKUP, Markup, clean_url

_MARKUP = Markup(
    caption=("figcaption", '[class*="caption"]', '[class*="Caption"]', '[itemprop="caption"]'),
    credit=('[class*="credit"]', '[class*="Credit"]', '[class*="copyright"]', '[itemprop="copyrightHolder"]'),
)
_CALL = re.compile(
    r"(?:read|see) (?:more|also|next)|also read|related|don't miss"
    r"|lesen sie|mehr zum|lire aussi|à lire|lea tambi|leia|leggi",
    re.IGNORECASE,
)
_AUTHOR = re.compile(r"^https?://[^/]+/(?:[^/]+/)?(?:authors?|by)/", re.IGNORECASE)
"""The page of an author: the link is a byline."""
_MIN_TITLE = 15
"""Characters of a headline; less is a button."""
_MIN_SPACES = 3
"""Spaces in a caption; less is a credit or a label."""


def images_of(figures: list[LexborNode], url: str) -> Iterator[Image]:
    """The images of figures, with their captions and credits."""
    for figure in figures:
        yield from image_of(figure, url, ANY_SITE, _MARKUP)


def captioned_of(found: Outline, first: int, last: int, url: str) -> Iterator[Image]:
    """Images outside of figures with the caption that stands in or right behind them, among these blocks."""
    pictures = dict(found.pictures)  # the last one before each block
    for at in range(max(first, 0), min(last, len(found.blocks))):
        block = found.blocks[at]
        if block.linked or not is_caption(block, found.alternatives):
            continue
        picture = pictures.get(at) or pictures.get(at - 1)
        image = next(image_of(picture, url, ANY_SITE, NO_MARKUP), None) if picture is not None else None
        if image is not None and image.url and block.text.count(" ") >= _MIN_SPACES:
            yield Image(image.url, block.text, None)


def related_of(block: TextBlock, url: str) -> list[Related]:
    """The article that a block beside the body leads to, where it is nothing but a link."""
    if block.link is None or block.linked < 0.6 * len(block.text) or len(block.text) < _MIN_TITLE:
        return []
    target = target_of(block.link, url)
    if target is None or target == clean_url(url) or _AUTHOR.search(target):
        return []
    if "author" in (block.link.attributes.get("rel") or "").split():
        return []
    title = read_more_title(block.text)
    is_call = title is not None or _CALL.match(block.text) is not None
    return [Related(target, title or block.text, "read_more" if is_call else "card")]


def read_more_of(block: TextBlock, url: str) -> list[Related]:
    """The READ MORE lines of a block of the body. Which of several lines a link stands in is not known."""
    target = target_of(block.link, url) if block.link is not None and len(block.lines) == 1 else None
    titles = map(read_more_title, block.lines)
    return [Related(target, title, "read_more") for title in titles if title]
