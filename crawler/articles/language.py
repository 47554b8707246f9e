"""The language of an article: the page's own word, checked against the text.

The page names it in ``<html lang>``, JSON-LD, ``og:locale`` or ``Content-Language``; else the site's language counts.
A text of twenty words or more is checked: its script first, then its commonest words. Where it contradicts every word
of the page, or the page has none, a detector (py3langid) is asked if the words alone do not settle it.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from crawler.articles.language_signs import (
    ALIKE,
    ALSO_LATIN,
    LATIN,
    ONLY,
    SCRIPTS,
    SCRIPTS_OF,
    SPACELESS,
    WITH_WORDS,
    WORDS,
)
from crawler.articles.reading import Found, PageReading

_TAG = re.compile(
    r"(?P<language>[a-z]{2,3})(?:-(?P<script>[a-z]{4}))?(?:-(?P<region>[a-z]{2}|\d{3}))?(?:-[a-z0-9]{5,8})*",
    re.IGNORECASE,
)
_RENAMED = {"iw": "he", "in": "id", "ji": "yi", "mo": "ro", "jp": "ja", "cn": "zh", "ua": "uk", "gr": "el"}
"""Codes that BCP 47 replaced, and codes of countries that pages take for languages."""
_NONE = frozenset({"und", "mul", "mis", "zxx", "xx"})

MIN_WORDS = 20
"""Words that a text must have to be judged; of scripts without spaces three letters count as a word."""
_SAMPLE = 1500
"""Characters that are looked at."""
_KANA = 0.1
"""Share of its own letters that Japanese has at least; it has ideographs too."""
_STEP = 4
"""Of so many characters one is looked at for its script."""
_COMMON = 0.12
"""Share of its commonest words that a text in a language has at least; most have two or three times as many."""
_FOREIGN = 0.04
"""Share of them up to which a text in a language is not believed to be in it."""
_EVEN = 0.8
"""A language that the page names needs this part of the highest share."""
_NEARLY = 0.6
"""A language with this part of the highest share is not told apart from it by words alone."""
_SURE = 0.99
"""Probability from which the detector is believed."""


@dataclass(frozen=True, slots=True)
class Language:
    """The language of an article and where it is from."""

    code: str
    """BCP 47; empty where nothing tells it."""
    source: str
    """Layer and rule, as in `Article.provenance`."""
    flags: tuple[str, ...] = ()
    """``language_mismatch`` where the text contradicts the page."""


def language(reading: PageReading, text: str) -> Language:
    """Language of the page with that text. The same page and text give the same language always."""
    told = _told(reading)
    seen, source = language_of(text, [code for code, _ in told])
    if not seen:
        return Language(*told[0]) if told else Language("", "")
    for code, layer in told:
        if agrees(code, seen):
            return Language(code, layer)
    return Language(seen, source, ("language_mismatch",) if told else ())


def tag_of(text: str) -> str:
    """A language tag in its BCP 47 form: ``en_US`` → ``en-US``, ``EN`` → ``en``; empty for anything else."""
    match = _TAG.fullmatch(text.strip().replace("_", "-"))
    if match is None or match["language"].lower() in _NONE:
        return ""
    code = match["language"].lower()
    script, region = (match["script"] or "").title(), (match["region"] or "").upper()
    return "-".join(part for part in (_RENAMED.get(code, code), script, region) if part)


def agrees(code: str, other: str) -> bool:
    """True for the same language, or for two that a text does not tell apart."""
    mine, its = code.partition("-")[0], other.partition("-")[0]
    return mine == its or its in ALIKE.get(mine, "").split()


def language_of(text: str, told: Sequence[str] = ()) -> Found:
    """The language that a text shows, and by what; empty where it is too short or shows none clearly.

    One of the languages that are `told` is seen at a first glance; any other must be beyond doubt.
    """
    sample = text[:_SAMPLE]
    words = sample.lower().split()
    script = _script(sample)
    if not script or (len(words) < MIN_WORDS and not (script in SPACELESS and len(sample) >= 3 * MIN_WORDS)):
        return "", ""
    possible = [code for code in told if _is_written_in(code, script)]
    if script in ONLY:
        return (possible or [ONLY[script]])[0], "text:script"
    shares = _shares(words, script)
    best = max(sorted(shares), key=lambda code: shares[code], default="")
    highest = shares.get(best, 0.0)
    for code in possible:
        if _primary(code) not in WITH_WORDS and highest < _COMMON:
            return code, "text:script"
        if shares.get(_primary(code), 0.0) >= max(_EVEN * highest, _FOREIGN):
            return code, "text:words"
    rivals = [share for code, share in shares.items() if not agrees(code, best)]
    denied = all(_primary(code) in WITH_WORDS and shares.get(_primary(code), 0.0) <= _FOREIGN for code in possible)
    if highest >= _COMMON and denied and max(rivals, default=0.0) < _NEARLY * highest:
        return best, "text:words"
    code = _detected(sample, script)
    agreeing = next((known for known in possible if code and agrees(known, code)), "")
    if agreeing or (code and (denied or (highest >= _COMMON and agrees(best, code)))):
        return agreeing or code, "text:py3langid"
    return "", ""


def _detected(sample: str, script: str) -> str:
    """What the detector is sure of; empty for nothing."""
    code, confidence = _detector().classify(sample)
    return str(code) if confidence >= _SURE and _is_written_in(code, script) else ""


def _told(reading: PageReading) -> list[Found]:
    """What the page says, best first; of a locale only the language, because its regions are none: ``en_EN``."""
    structured = reading.structured
    html = reading.page.root.attributes.get("lang") if reading.page.root is not None else None
    header = reading.page.css_first('meta[http-equiv="content-language" i][content]')
    said = [
        (html or "", "html:lang"),
        *((text, "json-ld:inLanguage") for text in structured.ld("inLanguage")[:1]),
        (structured.meta("og:locale").replace("_", "-").partition("-")[0], "meta:og:locale"),
        (header.attributes.get("content") or "" if header is not None else "", "meta:content-language"),
        (reading.site.language, "site"),
    ]
    return [(code, source) for text, source in said if (code := tag_of(text))]


def _primary(code: str) -> str:
    return code.partition("-")[0]


def _script(sample: str) -> str:
    """The script of most letters, by its name in ISO 15924; empty where there are few letters."""
    if sample.isascii():
        return "Latn"
    spread = sample[::_STEP]
    beyond = LATIN.sub("", spread)
    if len(beyond) * 4 < len(spread):
        return "Latn"
    for script, letters in SCRIPTS.items():
        share = 1 - len(letters.sub("", beyond)) / len(beyond)
        if share > (_KANA if script == "Kana" else 0.5):
            return script
    return ""


def _is_written_in(code: str, script: str) -> bool:
    language = _primary(code)
    scripts = SCRIPTS_OF.get(language)
    if scripts is None or script == "Latn":
        return script == "Latn" and (scripts is None or language in ALSO_LATIN)
    return script in scripts


def _shares(words: list[str], script: str) -> dict[str, float]:
    """For each language of that script the share of its commonest words among these."""
    counts: Counter[str] = Counter()
    for word, count in Counter(words).items():
        for code in WORDS.get(word, ()):
            counts[code] += count
    return {code: count / len(words) for code, count in counts.items() if _is_written_in(code, script)}


@cache
def _detector() -> Any:  # noqa: ANN401  it ships no types
    """The model, read once. Imported here: it takes half a second and 100 MB, which most runs never need."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
