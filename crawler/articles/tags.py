"""Tags: lists of them split, the signs of hashtags and doubles dropped."""

import re
from collections.abc import Iterable

MAX_TAGS = 100
"""Tags that an article may have; a page with more lists everything that it ever wrote about."""
MAX_LENGTH = 100
"""Characters of a tag; what is longer is a sentence."""

_SURE = re.compile(r"\s*[;；|،]\s*|\s+(?=#\w)")
_ALL = re.compile(r"\s*[,，;；|،]\s*|\s+(?=#\w)")
_HASH = re.compile(r"^#+(?=\w)")


def split_tags(texts: Iterable[str]) -> tuple[str, ...]:
    """Single tags in order, each in its first form: ``a, b; c``, ``#hashtag``.

    One comma may belong to a tag (``Washington, D.C.``); where a text has more of them, or a semicolon, it is a list.
    """
    found: dict[str, str] = {}
    for text in texts:
        listed = _SURE.search(text) is not None or text.count(",") > 1
        for part in (_ALL if listed else _SURE).split(text):
            tag = _HASH.sub("", part.strip(" ,"))
            if tag and len(tag) <= MAX_LENGTH:
                found.setdefault(tag.casefold(), tag)
    return tuple(found.values())[:MAX_TAGS]
