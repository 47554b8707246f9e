"""Cleans an article's texts. Cleaning a clean article changes nothing."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import replace

from crawler.articles.phrases import without_suffix
from crawler.items import Article, Block, Dateline, Image, Related
from crawler.sites import get_site

_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
"""Controls, soft hyphens, zero-width spaces, direction marks and lone surrogates. White space is dealt with after."""

_JOINERS = re.compile("(?<![\u0600-\u08ff\ufb50-\ufdff\ufe70-\ufeff\u0900-\u0dff])[\u200c\u200d]+|[\u200c\u200d]+$")
"""Zero-width joiners behind anything but the scripts that are written with them."""


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
        authors=_each(without_suffix(clean_text(name), suffix).rstrip(".").strip() for name in article.authors),
        dateline=Dateline(clean_text(dateline.place), _or_none(dateline.agency)) if dateline else None,
        published_raw=_or_none(article.published_raw),
        modified_raw=_or_none(article.modified_raw),
        tags=_each(article.tags),
        blocks=blocks,
        images=tuple(_image(image, suffix) for image in article.images),
        related=tuple(_related(link) for link in article.related if clean_text(link.title)),
        text=text,
        word_count=len(text.split()),
        content_digest=content_digest(title, text),
    )


def clean_text(text: str) -> str:
    """One line in Unicode NFC without invisible characters; every run of white space is one space."""
    visible = _JOINERS.sub("", _INVISIBLE.sub("", text))
    return " ".join(unicodedata.normalize("NFC", visible).split())


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


def _image(image: Image, suffix: str) -> Image:
    caption = without_suffix(clean_text(image.caption or ""), suffix)
    return Image(_or_none(image.url), caption or None, _or_none(image.credit))


def _related(link: Related) -> Related:
    return Related(_or_none(link.url), clean_text(link.title), link.relation, _or_none(link.section))
