"""Counts the attributes of a page's elements: a parser looks through all of an element's for each further one."""

import re

MAX_ATTRIBUTES = 1000
"""Attributes that one element may have; pages of news have some tens."""

_MAX_ANYWHERE = 5000
"""The same where it is not known whether the element is one, or stands in a script, which may look like one."""

_SHORT = 1 << 17
"""Characters of a page that is not looked at: all of them as attributes of one element take a parser a few seconds."""

_ATTRIBUTE = r"""[\s/]*+[^\s/>][^\s/>=]*+(?:\s*+=\s*+(?:"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z)|[^\s>]*+))?+"""
"""As the tokenizer of the HTML standard reads it; data in quotation marks may be as long as it likes."""

_INSIDE = rf"[^\s/>]*+(?P<inside>(?:{_ATTRIBUTE})*+)"
_ANYWHERE = re.compile(rf"<[a-z]{_INSIDE}", re.IGNORECASE)
_OUTSIDE_OF_RAW_TEXT = re.compile(
    r"<!--.*?(?:-->|\Z)"
    rf"|<(?:(?P<raw>script|style|textarea|title)(?=[\s/>])|[a-z]){_INSIDE}(?(raw)[^>]*+>?.*?(?:</(?P=raw)|\Z))",
    re.IGNORECASE | re.DOTALL,
)
_COUNTED = re.compile(_ATTRIBUTE)


def has_endless_tag(html: str) -> bool:
    """True if an element has more than `MAX_ATTRIBUTES` attributes.

    Linear in the length of the page: each match of either reading begins where its last one ended.
    """
    if len(html) <= _SHORT:
        return False
    return _reaches(_OUTSIDE_OF_RAW_TEXT, html, MAX_ATTRIBUTES) or _reaches(_ANYWHERE, html, _MAX_ANYWHERE)


def _reaches(tag: re.Pattern[str], html: str, limit: int) -> bool:
    for match in tag.finditer(html):
        inside = match["inside"] or ""
        if len(inside) > 2 * limit and sum(1 for _ in _COUNTED.finditer(inside)) > limit:
            return True
    return False
