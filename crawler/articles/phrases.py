"""The set phrases of agency pages: datelines, READ MORE lines, credits, suffixes."""

import re

from crawler.items import Dateline

_DATELINE = re.compile(r"(?P<place>[^\s(][^()\n]{1,80}?)\s*\((?P<agency>[^()\n]{2,40})\)\s*[-–—―−]{1,2}\s*(?:(?=\S)|$)")
_READ_MORE = re.compile(r"(?:read|see)\s+(?:more|also)\s*:\s*(?P<title>.*)", re.IGNORECASE)
_CREDIT_SIGN = re.compile(r"^(?:©|\(c\)|copyright|photo\s*:)\s*", re.IGNORECASE)
_MARK = r"\s*[-–—|,.]\s*"
_DATE_BEHIND = re.compile(r",\s*(?:[^\W\d]+\.?\s+\d{1,2}|\d{1,2}\s+[^\W\d]+)$")


_BOILERPLATE = frozenset(
    {
        "Subscribe",
        "Newsfeed",
        "0",
        "To participate in the discussion",
        "log in or register",
        "loader",
        "Chats",
        "Заголовок открываемого материала",
    }
)
"""Lines that pages of the site show around every article."""


def split_dateline(paragraph: str) -> tuple[Dateline | None, str]:
    """Dateline and the rest of a first paragraph: ``WASHINGTON (Sputnik) - US Secretary …``.

    A dateline is in capitals; text that merely has brackets in it is none.
    """
    match = _DATELINE.match(paragraph)
    if match is None:
        return None, paragraph
    place = _DATE_BEHIND.sub("", match["place"].strip(" ,"))
    letters = [character for character in place if character.isalpha()]
    capitals = sum(character.isupper() or not character.islower() for character in letters)
    known = match["agency"][:1].isupper() and not match["agency"].casefold().startswith(("the ", "a "))
    if not known or not letters or capitals < 0.7 * len(letters):
        return None, paragraph
    return Dateline(place, match["agency"].strip()), paragraph[match.end() :]


def read_more_title(text: str) -> str | None:
    """Headline behind ``READ MORE:``, possibly empty; None where the line is an ordinary one."""
    match = _READ_MORE.fullmatch(text)
    return match["title"].strip() if match else None


def is_noise(text: str, name: str) -> bool:
    """True for a line that stands around articles and never in them: boilerplate, an image's alternative text."""
    return text in _BOILERPLATE or bool(name and re.search(rf"\s[-–—]\s*{re.escape(name)}$", text))


def without_suffix(text: str, name: str) -> str:
    """The text without the site's name as pages append it to titles, captions and authors, with what is behind it.

    `` - Sputnik International``, ``, 04.12.2023, Sputnik International``, ``. Sputnik International, 1920``.
    """
    if not name:
        return text
    behind = rf"{re.escape(name)}(?:,[\s\d.,]*)?$"
    return re.sub(rf"(?:{_MARK}\d\d\.\d\d\.\d{{4}})?{_MARK}{behind}", "", text).strip()


def credit_of(text: str) -> str | None:
    """Credit without its © sign: ``AP Photo / Name``."""
    return _CREDIT_SIGN.sub("", text.strip()).strip() or None


def split_credit(text: str, caption: str) -> tuple[str | None, str]:
    """Credit and caption of a line that may hold both; `caption` is what the image's alternative text says."""
    if not _CREDIT_SIGN.match(text.strip()):
        return None, text
    if caption and text.endswith(caption):
        return credit_of(text.removesuffix(caption)), caption
    return credit_of(text), ""
