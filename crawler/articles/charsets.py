"""In which charset a page is written. Labels lie; bytes that are valid UTF-8 in many places do not.

The rule, in this order:

1. A byte order mark decides.
2. Zero bytes at every other place are UTF-16.
3. Valid UTF-8 that is more than ASCII is UTF-8, whatever single-byte charset the header or the page names. Against a
   multi-byte charset it takes ten characters, for a few of them can be both. A character cut off at the end of the page
   does not count.
4. The charset that the Content-Type header names, else the one that the page names, as browsers do it, unless the
   bytes deny it: most of them are no UTF-8, or a western charset shows long rows of accented letters.
5. Then the page's own word counts, if the header had the first; else what charset-normalizer finds in letters that are
   not Latin, whose charsets it tells apart well; else the charset of the page's language, which mostly is windows-1252.

Names that no browser knows, such as ``bogus`` or ``rot13``, count as no name.
"""

import re
from dataclasses import dataclass
from itertools import islice

from w3lib.encoding import (
    html_body_declared_encoding,
    http_content_type_encoding,
    read_bom,
    to_unicode,
)

_LATIN = frozenset({"cp1250", "cp1252", "cp1254", "cp1257", "iso8859-2", "iso8859-4", "iso8859-15", "mac-roman"})
_OTHER = (
    frozenset({"cp1251", "cp1253", "cp1255", "cp1256", "cp1258", "cp866", "cp874", "koi8-r", "koi8-u", "mac-cyrillic"})
    | frozenset({"iso8859-3", "iso8859-5", "iso8859-6", "iso8859-7", "iso8859-8"})
    | frozenset({"iso8859-10", "iso8859-13", "iso8859-14", "iso8859-16"})
)
_MULTI_BYTE = frozenset({"gb18030", "big5hkscs", "cp932", "euc_jp", "iso2022_jp", "cp949", "johab"})
_UTF_16 = frozenset({"utf-16", "utf-16-le", "utf-16-be"})
_KNOWN = _LATIN | _OTHER | _MULTI_BYTE | _UTF_16 | {"utf-8"}
"""What the Encoding standard of browsers has, by the names of Python's codecs."""

_CANDIDATES = [
    "cp1251", "cp1252", "cp1253", "cp1255", "cp1256", "koi8_r", "iso8859_5",
    "gb18030", "big5", "cp932", "euc_jp", "cp949", "cp874", "cp866",
]  # fmt: skip
_OF_LANGUAGE = dict.fromkeys((b"bs", b"cs", b"hr", b"hu", b"pl", b"ro", b"sk", b"sl"), "cp1250") | {b"tr": "cp1254"}
_LANGUAGE = re.compile(rb"<html[^>]{0,500}?\slang=[\"']?([a-zA-Z]{2})\b")
_FOREIGN = re.compile(rb"[\xc0-\xff]{4}|[\x80-\x9f\xa1-\xff]{8}")
"""No language that is written in Latin letters has as many letters with accents in a row."""
_ENOUGH = 3
_BETWEEN_TAGS = re.compile(rb">([^<>]+)")
_SAMPLE = 8192
"""Bytes that the detector sees."""
_HEAD = 2048
"""Bytes in which UTF-16 shows."""
_ZEROS = 16
"""One byte in so many is zero in UTF-16 at least, and as many at all: pages begin with markup."""
_BOTH = 10
"""Bytes beyond one for each character that tell UTF-8 from another multi-byte charset."""


@dataclass(frozen=True, slots=True)
class PageText:
    """The text of a page and how it was read."""

    text: str
    """The page, decoded, without NUL; bytes that mean nothing are U+FFFD."""
    charset: str
    """Python's name of the charset."""
    repaired: bool = False
    """True where that is another charset than the one a browser would take."""

    @property
    def flags(self) -> tuple[str, ...]:
        """What a line made from this text should say: ``charset_repaired``."""
        return ("charset_repaired",) if self.repaired else ()


def decoded_page(body: bytes, content_type: str | None) -> PageText:
    """Decode a page by the rule above. Any bytes give some text."""
    page = _decoded(body, content_type)
    return page if "\0" not in page.text else PageText(page.text.replace("\0", ""), page.charset, page.repaired)


def _decoded(body: bytes, content_type: str | None) -> PageText:
    mark_says, mark = read_bom(body)
    if mark_says is not None and mark is not None:
        return PageText(to_unicode(body[len(mark) :], mark_says), mark_says)
    labels = _labels(body, content_type)
    label = labels[0] if labels else ""
    if wide := _utf_16(body):
        return PageText(to_unicode(body, wide), wide, repaired=label not in _UTF_16)
    text = _as_utf_8(body)
    if text is not None and (label in ("", "utf-8") or _denies(body, text, label)):
        return PageText(text, "utf-8", repaired=label not in ("", "utf-8"))
    return _by_label_or_detection(body, labels)


def _labels(body: bytes, content_type: str | None) -> list[str]:
    """Charsets that the header and the page name, in this order, as browsers understand them."""
    inside = html_body_declared_encoding(body)
    if inside in _UTF_16:  # the name itself could be read, so it is wrong: the HTML standard has UTF-8 then
        inside = "utf-8"
    return [label for label in (http_content_type_encoding(content_type), inside) if label in _KNOWN and label]


def _utf_16(body: bytes) -> str:
    """UTF-16 by its zero bytes: markup is ASCII, of which every other byte is one then."""
    head = body[:_HEAD]
    if b"\0" not in head:
        return ""
    even, odd = head[::2].count(0), head[1::2].count(0)
    if max(even, odd) < max(len(head) // _ZEROS, _ZEROS) or min(even, odd) * 50 > max(even, odd):
        return ""
    return "utf-16-le" if odd > even else "utf-16-be"


def _as_utf_8(body: bytes) -> str | None:
    """The text if the bytes are valid UTF-8, but for a character cut off at the end; else None."""
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        cut = error.end == len(body) and error.reason == "unexpected end of data"
        return body[: error.start].decode() + "\ufffd" if cut and not body[: error.start].isascii() else None


def _denies(body: bytes, text: str, label: str) -> bool:
    """True where bytes that are valid UTF-8 show that the label is wrong."""
    if label in _UTF_16:
        return True
    return len(body) - len(text) >= (_BOTH if label in _MULTI_BYTE else 1)


def _by_label_or_detection(body: bytes, labels: list[str]) -> PageText:
    """Rules 4 and 5, for bytes that are not UTF-8 or that a charset explains as well."""
    label = labels[0] if labels else ""
    foreign = len(list(islice(_FOREIGN.finditer(body), _ENOUGH))) == _ENOUGH
    text = to_unicode(body, label) if label else ""
    if label and not (_mostly_lost(text) if label == "utf-8" else foreign and label in _LATIN):
        return PageText(text, label)
    inside = labels[-1] if len(labels) > 1 and labels[-1] not in (label, "utf-8") else ""
    if inside and not (foreign and inside in _LATIN) and _valid(body, inside):
        return PageText(to_unicode(body, inside), inside, repaired=True)
    charset = (_detected(body) if foreign else "") or (label if label != "utf-8" else "") or _of_language(body)
    return PageText(to_unicode(body, charset), charset, repaired=charset != (label or "cp1252"))


def _mostly_lost(text: str) -> bool:
    """True where UTF-8 explains fewer of the characters beyond ASCII than it does not."""
    beyond = len(text) - len(text.encode("ascii", "ignore"))
    return text.count("\ufffd") * 2 > beyond


def _valid(body: bytes, charset: str) -> bool:
    try:
        body.decode(charset)
    except UnicodeDecodeError:
        return False
    return True


def _of_language(body: bytes) -> str:
    """The charset that pages without a label are written in, by the language that they name."""
    named = _LANGUAGE.search(body[:_HEAD])
    return _OF_LANGUAGE.get(named[1].lower(), "cp1252") if named else "cp1252"


def _detected(body: bytes) -> str:
    """Charset of the page's words by charset-normalizer; empty where it is not sure.

    Imported here, because few pages need it.
    """
    from charset_normalizer import from_bytes

    sample = b""
    for match in _BETWEEN_TAGS.finditer(b">" + body):
        if not match[1].isascii():
            sample += match[1][: _SAMPLE // 2] + b"\n"
        if len(sample) > _SAMPLE:
            break
    found = from_bytes(sample, cp_isolation=_CANDIDATES, enable_fallback=False).best() if sample else None
    return found.encoding if found is not None and found.encoding not in _LATIN else ""
