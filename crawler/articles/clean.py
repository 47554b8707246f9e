"""Cleans an article's texts. Cleaning a clean article changes nothing.

What the fields hold then: Unicode NFC, one line each, no control, direction mark or zero-width character but those
that a script or an emoji needs (`articles.characters`), no mojibake (`articles.mojibake`). The page keeps all of it:
its bytes are in the WARC.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from crawler.articles.characters import visible
from crawler.articles.credits import credit_of, split_credit
from crawler.articles.mojibake import looks_scrambled, unscrambled
from crawler.articles.phrases import without_suffix
from crawler.articles.tags import split_tags
from crawler.items import Article, Block, Dateline, Image, Related
from crawler.sites import get_site

MOJIBAKE_REPAIRED = "mojibake_repaired"
"""Flag of an article with a text that had been decoded with the wrong charset before the page was written."""

_FULL_STOP = re.compile(r"(?<=\w{3})[\s.]+$")
"""Behind a name, but for ``Jr.`` and initials."""
_MAX_NAME = 300


def clean(article: Article) -> Article:
    """The article with clean texts, and with everything that follows from the text made anew."""
    suffix = get_site(article.site).title
    blocks = tuple(Block(block.kind, text) for block in article.blocks if (text := clean_text(block.text)))
    title = clean_text(article.title)
    text = joined(blocks)
    dateline = article.dateline
    return replace(
        article,
        title=title,
        subtitle=_or_none(article.subtitle),
        section=_or_none(article.section),
        sections=_each(article.sections),
        authors=_each(_name(clean_text(name), suffix) for name in article.authors),
        dateline=Dateline(clean_text(dateline.place), _or_none(dateline.agency)) if dateline else None,
        published_raw=_or_none(article.published_raw),
        modified_raw=_or_none(article.modified_raw),
        tags=split_tags(clean_text(tag) for tag in article.tags),
        blocks=blocks,
        images=tuple(_image(image, suffix) for image in article.images),
        related=tuple(_related(link) for link in article.related if clean_text(link.title)),
        text=text,
        word_count=len(text.split()),
        content_digest=content_digest(title, text),
        flags=_flags(article),
    )


def clean_text(text: str) -> str:
    """One line in Unicode NFC without invisible characters and mojibake; every run of white space is one space."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    while (cleaner := " ".join(visible(unscrambled(text)).split())) != text:
        text = cleaner  # what was hidden or scrambled may have hidden or scrambled more
    return text


def joined(blocks: Iterable[Block]) -> str:
    """The text of an article: its blocks with a blank line between."""
    return "\n\n".join(block.text for block in blocks)


def content_digest(title: str, text: str) -> str:
    """Digest over headline, blank line and text, UTF-8: what decides whether an article is unchanged."""
    return "sha256:" + hashlib.sha256(f"{title}\n\n{text}".encode("utf-8", "replace")).hexdigest()


def _or_none(text: str | None) -> str | None:
    return clean_text(text or "") or None


def _each(texts: Iterable[str]) -> tuple[str, ...]:
    """Clean texts in order, none empty, none twice."""
    return tuple(dict.fromkeys(cleaned for text in texts if (cleaned := clean_text(text))))


def _name(text: str, suffix: str) -> str:
    """An author without the agency behind the name; what is too long to be a name stays as it is."""
    if len(text) > _MAX_NAME:
        return text
    while (shorter := _FULL_STOP.sub("", without_suffix(text, suffix))) != text:
        text = shorter
    return text


def _image(image: Image, suffix: str) -> Image:
    while (cleaner := _parted(image, suffix)) != image:
        image = cleaner  # what stood beside a credit may have hidden that it is scrambled
    return image


def _parted(image: Image, suffix: str) -> Image:
    """The image with its credit apart from its caption, wherever it was found."""
    caption = without_suffix(clean_text(image.caption or ""), suffix)
    credit = credit_of(clean_text(image.credit or ""))
    if credit is None:
        credit, caption = split_credit(caption, "")
        caption = without_suffix(caption, suffix)
    return Image(_or_none(image.url), caption or None, credit)


def _related(link: Related) -> Related:
    return Related(_or_none(link.url), clean_text(link.title), link.relation, _or_none(link.section))


def _flags(article: Article) -> tuple[str, ...]:
    """The article's flags, with one more where a text is repaired."""
    scrambled = (text for text in _texts(article) if text and looks_scrambled(text) and unscrambled(text) != text)
    repaired = next(scrambled, None) is not None
    return tuple(sorted({*article.flags, MOJIBAKE_REPAIRED})) if repaired else article.flags


def _texts(article: Article) -> Iterator[str | None]:
    yield from (article.title, article.subtitle, *article.sections, *article.authors, *article.tags)
    yield from (block.text for block in article.blocks)
    for image in article.images:
        yield from (image.caption, image.credit)
    yield from (link.title for link in article.related)
