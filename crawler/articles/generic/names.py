"""Names of people out of the texts that pages put them in."""

import re

from crawler.articles.text import squeezed

_LEAD = re.compile(
    r"^(?:[^\w(]*)(?:(?:written|reported|posted|words?|story|text|reporting|analysis|opinion|published|edited)\s+)?"
    r"(?:by|von|par|por|door|av|af|di|autorin/autor|autor(?:in|es|en)?|author|authors|text|from|yazan|przez|автор|текст)\b\s*:?\s*",
    re.IGNORECASE,
)
_GLUED = re.compile(r"^(?:By|BY|Von|Par|Por|Di)(?=[A-ZÀ-Þ][a-zß-ÿ])|\s(?:기자|記者)$")
"""What pages write against a name without a space, and the word for reporter behind one."""

_BRACKETS = re.compile(r"\s*[(\[][^()\[\]]*[)\]]")
_ADDRESS = re.compile(r"\S+@\S+|https?:\S*|www\.\S*|@\w+")
_GENERATION = re.compile(r",\s*(?=(?:Jr|Sr|I{2,3}|IV)\b)")
_DEGREE = re.compile(r",\s*(?:M\.?D|Ph\.?D|M\.?A|M\.?S|M\.?Sc|B\.?Sc|MBA|MPH|R\.?N|RDN?|J\.?D|Esq|CPA)\b\.?(?!\s\w)")
_AND = re.compile(r"\s+(?:and|und|et|y|og|och|en|e|i|&|with|mit)\s+|\s*;\s*|\s+/\s+", re.IGNORECASE)
_BEHIND = re.compile(r"\s*[|•·]\s*|\s+[-–—]\s+|\s+(?:for|in|at)\s+", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_][\w.'’´`\-]*\.?")
_ROLES = frozenset(
    {
        "reporter", "writer", "editor", "correspondent", "columnist", "contributor", "staff", "journalist", "producer",
        "photographer", "author", "redaktion", "redakteur", "redakteurin", "korrespondent", "korrespondentin",
        "reporterin", "journalistin", "desk", "team", "news", "analyst", "chief", "intern", "professor", "fellow",
        "freelance", "senior", "associate", "assistant", "deputy", "managing", "bureau", "follow", "share", "comments",
        "email", "twitter", "facebook", "read", "more", "min", "minutes", "updated", "published", "by", "image",
        "images", "photo", "photos", "getty", "subscribe", "sign", "menu", "home", "the",
    }
)  # fmt: skip
"""Words of functions and of what stands beside bylines: a text with one of them is no name."""

_PARTICLES = frozenset(
    {
        "de", "del", "della", "di", "da", "do", "dos", "das", "du", "des", "d", "la", "le", "el", "al", "bin", "ibn",
        "ben", "abu", "van", "von", "der", "den", "ten", "ter", "zu", "zum", "vom", "y", "e", "i", "af", "av", "st",
    }
)  # fmt: skip
"""Words of names that are written small."""

_NOBODY = frozenset(
    {"admin", "administrator", "webmaster", "guest", "anonymous", "author", "none", "null", "undefined"}
)
"""What software writes where no author is known."""

_MAX_TEXT = 500
_MAX_NAME = 60


def names_of(text: str) -> list[str]:
    """The names in a text that holds nothing but names and what stands around them: ``By A, B and C (Reuters)``.

    They stay as they are written, capitals included: what is an abbreviation and what is shouted cannot be told.
    """
    if len(text) > _MAX_TEXT:
        return []
    bare = _BRACKETS.sub("", without_lead(squeezed(text)))
    bare = _GENERATION.sub(" ", _DEGREE.sub("", _ADDRESS.sub("", bare))).strip(" .,;:|-–—")
    if not any(character.isalpha() for character in bare):
        return []
    pieces = [piece for part in _AND.split(bare) for piece in part.split(",")] if _is_list(bare) else bare.split(";")
    names = [name for piece in pieces if (name := _name(piece)) and name.casefold() not in _NOBODY]
    if len(names) > 1 and any(is_name(name) for name in names):  # behind a name stand a function, a place, a newspaper
        names = [name for name in names if is_name(name) or (len(name.split()) == 1 and "." not in name)]
    return names


def without_lead(text: str) -> str:
    """A byline without the words before its names: ``Written by``."""
    return _LEAD.sub("", text, count=1)


def _name(piece: str) -> str:
    """One name without what is written behind it: ``A B - Reuters``, ``A B for The Post``."""
    name = _GLUED.sub("", piece.strip(" .,;:|-–—"))
    first = _BEHIND.split(name, maxsplit=1)[0]
    return first if is_name(first) else name


def _is_list(text: str) -> bool:
    """True where marks part several names: both sides of an ``and`` are whole names, so `Le Courrier et AFP` is one."""
    if "," in text:
        return any(len(part.split()) > 1 for part in text.split(","))
    return ";" in text or all(len(part.split()) > 1 for part in _AND.split(text))


def is_name(text: str) -> bool:
    """True for what looks like a person's name: a few words with capitals, particles apart; no function, no digit."""
    words = text.split()
    if not words or len(text) > _MAX_NAME or not all(_WORD.fullmatch(word) for word in words):
        return False
    if any(word.casefold().strip(".") in _ROLES for word in words):
        return False
    if not words[0][0].islower() and not words[0][0].isupper():  # scripts without capitals
        return len(words) <= 5
    small = (word for word in words if not word[0].isupper())
    particles = all(word.casefold() in _PARTICLES or word[1:2] in ("'", "’") for word in small)
    return 2 <= len(words) <= 6 and sum(word[0].isupper() for word in words) >= 2 and particles
