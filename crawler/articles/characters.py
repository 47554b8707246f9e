"""Which characters of a page belong into a text: what Unicode calls default-ignorable goes, unless a script needs it.

A cleaned text holds no control, no direction mark and no zero-width character but those listed here. The page as it
came, with all of them, is in the WARC. Letters that look like others (homoglyphs) are letters and stay.
"""

import re
import unicodedata

_JOINED = (
    "\u0600-\u08ff\ufb50-\ufdff\ufe70-\ufefe"
    "\u0900-\u0dff\u1000-\u109f\u1780-\u18af\u1b00-\u1bff\ua840-\ua87f\ua8e0-\ua8ff"
)
"""Scripts that are written with zero-width joiners: Arabic and its kin, the Indic ones, Burmese, Khmer, Mongolian."""
_EMOJI = "\u203c\u2049\u2122\u2139\u2190-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff"
_KEYCAPS = "#*0-9\u00a9\u00ae"
_IDEOGRAPHS = "\u3000-\u303f\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_SELECTORS_16 = "\ufe00-\ufe0f"
_SELECTORS = f"{_SELECTORS_16}\U000e0100-\U000e01ef"
_MONGOLIAN = "\u180b-\u180f"
_TAGS = "\U000e0020-\U000e007f"
_JOINERS = "\u200c\u200d"

_ALWAYS_16 = (
    "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f"  # controls; those that are white space become spaces
    "\u00ad\u034f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff"  # soft hyphen, zero width, direction
    "\u17b4\u17b5\u3164\uffa0"  # letters that show nothing
    "\ufdd0-\ufdef\ufff0-\ufffc\ufffe\uffff\ud800-\udfff"  # placeholders, noncharacters, halves of characters
)
_ALWAYS = (
    f"{_ALWAYS_16}\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e001f\U000e0080-\U000e00ff\U000e01f0-\U000e0fff"
    + "".join(f"{chr(plane * 0x10000 + 0xFFFE)}{chr(plane * 0x10000 + 0xFFFF)}" for plane in range(1, 17))
)
"""Never part of a text. What Unicode calls default-ignorable and no script needs, and what is no character at all."""

_PLAIN = re.compile(f"[^{_ALWAYS_16}{_SELECTORS_16}{_MONGOLIAN}{_JOINERS}\U00010000-\U0010ffff]*")
"""A text with none of what is dealt with below. All beyond 16 bits is looked at again: its ranges make this slow."""
_NEVER = re.compile(f"[{_ALWAYS}]+")
_FLAG_OR_TAGS = re.compile(f"(\U0001f3f4[{_TAGS}]{{1,10}}\U000e007f)|[{_TAGS}]+")
"""Tag characters: part of the flags of England and others, otherwise a way to hide a message."""
_STRAY_SELECTOR = re.compile(f"(?<![{_EMOJI}{_KEYCAPS}{_IDEOGRAPHS}\u1000-\u109f])[{_SELECTORS}]")
_STRAY_MONGOLIAN = re.compile(f"(?<![\u1800-\u180a\u1810-\u18af])[{_MONGOLIAN}]")
_JOINER_RUN = re.compile(f"([{_JOINERS}])[{_JOINERS}]+")
_STRAY_JOINER = re.compile(
    rf"[{_JOINERS}](?!(?<=[{_JOINED}][{_JOINERS}])[^\s{_JOINERS}])(?!(?<=[{_EMOJI}\ufe0f]\u200d)[{_EMOJI}])"
)
"""A joiner that is not inside a word of a script that has them, nor between two emoji."""


def visible(text: str) -> str:
    """The text in Unicode NFC with only those characters that show, or that a script or an emoji needs."""
    if text.isascii() and text.isprintable():
        return text
    text = unicodedata.normalize("NFC", text)
    if _PLAIN.fullmatch(text):
        return text
    kept = _FLAG_OR_TAGS.sub(r"\1", _NEVER.sub("", text))
    kept = _STRAY_MONGOLIAN.sub("", _STRAY_SELECTOR.sub("", kept))
    kept = _STRAY_JOINER.sub("", _JOINER_RUN.sub(r"\1", kept))
    return unicodedata.normalize("NFC", kept)
