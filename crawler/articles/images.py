"""Images with their captions and credits."""

import re
from collections.abc import Iterator
from urllib.parse import urljoin

from selectolax.lexbor import LexborNode

from crawler.articles.credits import credit_of, split_credit
from crawler.articles.phrases import without_suffix
from crawler.articles.text import first, line, squeezed
from crawler.items import Image
from crawler.sites.site import Markup, Site

_CANDIDATE = re.compile(r"(\S+?),?(?:\s+(\d+(?:\.\d+)?)[wx])?\s*(?:,|$)")


def image_of(node: LexborNode, url: str, site: Site, markup: Markup) -> Iterator[Image]:
    """The image that a media element holds; none for an element without image, caption or credit."""
    picture = node.css_first("img, amp-img")
    credit, _ = first(node, markup.credit)
    caption, _ = first(node, markup.caption)
    credit_text, caption_text = credit_of(line(credit)) if credit is not None else None, line(caption)
    alternative = squeezed(
        (picture.attributes.get("alt") or picture.attributes.get("title")) if picture is not None else ""
    )
    if credit is not None:
        caption_text = caption_text.replace(line(credit), "").strip()
    elif not credit_text:
        credit_text, caption_text = split_credit(caption_text, without_suffix(alternative, site.title))
    caption_text = without_suffix(caption_text or alternative, site.title)
    source = _largest(picture, url) if picture is not None else None
    if source or caption_text or credit_text:
        yield Image(source, caption_text or None, credit_text)


def _largest(picture: LexborNode, url: str) -> str | None:
    """The largest URL that an image names; lazy ones keep theirs in data attributes."""
    attributes = picture.attributes
    widest = (0.0, "")
    for name in ("srcset", "data-srcset"):
        for match in _CANDIDATE.finditer(attributes.get(name) or ""):
            widest = max(widest, (float(match[2] or 1), match[1]), key=lambda candidate: candidate[0])
    plain = [attributes.get(name) or "" for name in ("data-src", "src")]
    for source in (widest[1], *plain):
        try:
            absolute = urljoin(url, source.strip()) if source.strip() else ""
        except ValueError:  # an address that is no URL
            continue
        if absolute.startswith(("http://", "https://")):
            return absolute
    return None


def unique(images: list[Image]) -> tuple[Image, ...]:
    """Images in order, each caption and each address once: pages repeat the main photo."""
    seen: set[str] = set()
    kept = []
    for image in images:
        keys = {key for key in (image.url, image.caption) if key}
        if not keys & seen:
            kept.append(image)
        seen |= keys
    return tuple(kept)
