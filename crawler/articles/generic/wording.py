"""What the words of a text block say: whether it reads as a paragraph, a call, a credit, the headline again."""

import re
from collections.abc import Sequence

from crawler.articles.generic.blocks import TextBlock

_WORD = re.compile(r"\w+")
_END = re.compile(r"[.!?…。！？][\"'”’»)\]]*$")
_STOP = re.compile(r"[.!?,;:](?=\s|$)|[。！？،、，]")
_WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]")
_CREDITS = frozenset({
    "afp", "alamy", "ap", "bild", "courtesy", "credit", "dpa", "epa", "foto", "fotos", "getty", "image", "images",
    "imago", "photo", "photograph", "photos", "picture", "reuters", "shutterstock", "video",
})  # fmt: skip
"""Words of credits under images."""
_CALLS = frozenset({
    "abo", "abonnieren", "account", "advert", "advertisement", "affiliate", "anzeige", "app", "click", "comment",
    "comments", "cookie", "cookies", "donate", "download", "facebook", "follow", "instagram", "join", "leia",
    "lesen", "lire", "listen", "mehr", "miss", "more", "newsletter", "newsletters", "read", "register", "related",
    "share", "sign", "sponsored", "subscribe", "subscription", "support", "telegram", "twitter", "watch",
    "whatsapp", "подписывайтесь", "подпишитесь", "читайте",
})  # fmt: skip
"""Words of calls to do something."""
_LEGAL = frozenset({
    "contact", "contributed", "copyright", "correction", "disclaimer", "editing", "email", "privacy", "rechte",
    "reporting", "reserved", "rights", "terms",
})  # fmt: skip
"""Words of notices."""
_GOOD = 60
"""Width from which a block may be a paragraph."""
_MOST = 1500
"""Width up to which a longer paragraph weighs more."""
_HEAD = 40
"""Words in which a call, a credit or a notice is looked for."""


def words(text: str) -> list[str]:
    """Words in lower case."""
    return _WORD.findall(text.lower())


def trigrams(found: Sequence[str]) -> frozenset[tuple[str, ...]]:
    """Every three words that stand together."""
    return frozenset(zip(found, found[1:], found[2:], strict=False))


def width(text: str) -> int:
    """Characters, those of scripts without spaces counted twice."""
    return len(text) if text.isascii() else len(text) + len(_WIDE.findall(text))


def calls(text: str) -> int:
    """How many words of calls to do something its beginning has."""
    return len(frozenset(words(text)[:_HEAD]) & _CALLS)


def goodness(block: TextBlock) -> float:
    """Width of a paragraph that may be one of the body, 0 for a short or linked one."""
    free = len(block.text) - 2 * block.linked
    if free < _GOOD / 2:
        return 0.0
    wide = width(block.text) - 2 * block.linked
    return float(min(wide, _MOST)) if wide >= _GOOD and _STOP.search(block.text) else 0.0


class Wording:
    """Measures the words of blocks against what the page says of its article outside of them."""

    NAMES = (
        "words", "width", "linked", "slanted", "ended", "capitals", "digits", "lines", "call", "credit", "legal",
        "headline", "described", "told", "pictured", "colon",
    )  # fmt: skip

    def __init__(self, headline: str, description: str, told: str, alternatives: set[str]) -> None:
        self._headline = frozenset(words(headline))
        self._description = trigrams(words(description))
        self._told = trigrams(words(told))
        self._alternatives = alternatives

    def is_headline(self, text: str) -> bool:
        """True for the headline, give or take a word."""
        if not self._headline or len(text) > 400:
            return False
        found = frozenset(words(text))
        return len(found & self._headline) >= 0.9 * len(found | self._headline)

    def row(self, block: TextBlock) -> list[float]:
        """The numbers of `NAMES`."""
        text = block.text
        size = len(text)
        found = words(text)
        short = frozenset(found[:_HEAD])
        grams = trigrams(found)
        many = len(grams) or 1
        return [
            len(found),
            width(text),
            block.linked / size,
            block.slanted / size,
            _END.search(text[-4:]) is not None,
            sum(map(str.isupper, text)) / size,
            sum(map(str.isdigit, text)) / size,
            len(block.lines),
            len(short & _CALLS),
            len(short & _CREDITS) + ("©" in text),
            len(short & _LEGAL) + ("©" in text),
            len(short & self._headline) / max(len(short | self._headline), 1),
            len(grams & self._description) / many,
            (len(grams & self._told) / many if grams else 0.5) if self._told else -1.0,
            text in self._alternatives,
            text[-1] == ":",
        ]
