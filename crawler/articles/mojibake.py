"""Texts that were decoded with the wrong charset before the page was written: ``cafÃ©``, ``РџСЂРёРІРµС‚``."""

import re

_CLEAR = "\x80-\x9f\xa1-\xad\xaf-\xba\xbc-\xbf€‚ƒ„†‡ˆ‰Š‹ŒŽ˜šœžŸ"
"""Bytes 80 to BF as windows-1252 shows them, but for those that good texts have right behind a capital letter."""
_UNCLEAR = "\xa0®»‘“”•–—…™›"
"""The others: ``IRMÃ”`` may be Portuguese. Clear in the middle of a word, as in ``maÃ®tre``."""
_CYRILLIC = "\xa0ЂЃ‚ѓ„…†‡€‰Љ‹ЊЌЋЏђ‘’“”•–—™љ›њќћџЎўЈ¤Ґ¦§Ё©Є«¬®Ї°±Ііґµ¶·ё№є»јЅѕї"
"""The same bytes as windows-1251 shows them."""

_ONE_BYTE = f"[{_CLEAR}{_UNCLEAR}’]"
_PERHAPS = re.compile(f"[\xc2-\xf0]{_ONE_BYTE}")
_LATIN = re.compile(
    f"[\xc2-\xdf](?:[{_CLEAR}]|[{_UNCLEAR}][a-z])|[\xe0-\xef](?:[{_CLEAR}]{_ONE_BYTE}|{_ONE_BYTE}[{_CLEAR}])|ðŸ"
)
_PAIRS_OF_CYRILLIC = re.compile(f"[РС][{_CYRILLIC}](?:[РС][{_CYRILLIC}]){{2}}")


def looks_scrambled(text: str) -> bool:
    """True where the text holds UTF-8 in the characters of another charset, which good text has no use for."""
    if text.isascii():
        return False
    if _PERHAPS.search(text) and _LATIN.search(text):
        return True
    return "вЂ" in text or _PAIRS_OF_CYRILLIC.search(text) is not None


def unscrambled(text: str) -> str:
    """The text as it was meant. One that is good, or whose evidence is not clear, comes back as it is.

    The repair is ftfy's, and nothing else of what it can do. It is imported here, because most runs never need it.
    """
    if not looks_scrambled(text):
        return text
    from ftfy import fix_encoding

    return fix_encoding(text)
