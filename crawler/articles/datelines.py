"""Datelines: where and by whom an agency text was filed, at the head of its first paragraph.

======================================  ==========================
``WASHINGTON (Sputnik) - Text``         place (agency) dash
``LONDON, March 3 (Reuters) - Text``    with a date, which is no part of the place
``KYIV, Ukraine (AP) — Text``           with a country
``Madrid, 3 mar (EFE).- Texto``         the place in small letters: of an agency that is known
``(ANSA) - ROMA, 03 MAR - Testo``       the agency first
``МОСКВА, 31 мая — РИА Новости. Текст``  place, dash, agency
``МОСКВА, 31 мая. /ТАСС/. Текст``       between slashes
``WASHINGTON — Text``                   no agency: a place in capitals before a sentence
======================================  ==========================

What merely looks similar is text and stays: ``NATO (the alliance) - which``, ``UPDATE — The``, ``OPEC — the cartel``.
"""

import re

from crawler.items import Dateline

_AGENCIES = (
    "AP|AFP|dpa|DPA|EFE|ANSA|AGI|Adnkronos|APA|SDA|ATS|TT|PTI|ANI|IANS|AA|DHA|İHA|IHA|MTI|PAP|ČTK|CTK|LUSA|Lusa|TASS|"
    "Reuters|REUTERS|Thomson Reuters Foundation|Associated Press|The Associated Press|UPI|Xinhua|Kyodo|Yonhap|"
    "Bloomberg|Sputnik|Sputnik [A-Z]\\w+|RIA Novosti|Interfax|Interfax-Ukraine|Ukrinform|BelTA|Europa Press|"
    "Notimex|Télam|Agência Brasil|Agencia EFE|Anadolu|Anadolu Agency|Belga|ANP|NTB|Ritzau|STT|Tanjug|Hina|BTA|Agerpres|"
    "ТАСС|РИА Новости|Интерфакс|Спутник|Sputnik Беларусь|ПРАЙМ|БелТА|Укринформ|УНИАН|Рейтер|"
    "سبوتنيك|رويترز|أ ف ب|أ.ف.ب|فرانس برس|أسوشيتد برس|تاس|شينخوا|الأناضول|د ب أ"
)
_KNOWN = re.compile(_AGENCIES)
_DASH = r"\s*\.?\s*[-–—―−]{1,2}\s*"
_DATE = (
    r"(?:(?:\w{3,9}\.?,?\s+)?\d{1,2}(?:\.|er|º|st|nd|rd|th)?(?:\s+de)?\s+[^\W\d_]{3,10}\.?(?:,?\s+(?:de\s+)?\d{4})?"
    r"|[^\W\d_]{3,10}\.?\s+\d{1,2}(?:,?\s+\d{4})?|\d{1,2}[./]\d{1,2}(?:[./]\d{2,4})?)"
)
_DATE_BEHIND = re.compile(rf"[,.]\s*{_DATE}$")
_WITH_BRACKETS = re.compile(rf"(?P<place>[^\s(][^()\n]{{1,80}}?)\s*\((?P<agency>[^()\n]{{2,40}})\){_DASH}(?:(?=\S)|$)")
_AGENCY_FIRST = re.compile(
    rf"\((?P<agency>{_AGENCIES})\){_DASH}(?P<place>[^()\n.–—-]{{2,60}}?),?\s+{_DATE}{_DASH}(?=\S)"
)
_WITH_DASH = re.compile(
    rf"(?P<place>[^\W\d][^()\n.!?:;–—]{{1,60}}?)\s+[–—-]\s+(?P<agency>{_AGENCIES})(?:[.,:]\s*(?=\S)|[.,:]?$)"
)
_WITH_SLASHES = re.compile(
    rf"(?P<place>[^\W\d][^()\n!?:;/–—]{{1,60}}?)[.,]?\s*/(?P<agency>{_AGENCIES})/\.?\s*(?:[-–—]\s*)?(?:(?=\S)|$)"
)
_BARE = re.compile(
    r"(?P<place>[^\W\d_][\w .'’/-]{2,30}?(?:, [A-Z][\w. ]{1,20}?)?)(?:\s+(?:—|–|--|-)\s+|—)(?=[\"“«'‘]?[A-ZÀ-ÞА-Я0-9])"
)
_NO_PLACE = frozenset(
    {
        "UPDATE", "UPDATED", "UPDATES", "BREAKING", "WATCH", "LIVE", "VIDEO", "VIDEOS", "PHOTO", "PHOTOS",
        "EXCLUSIVE", "ANALYSIS", "OPINION", "CORRECTION", "EDITORIAL", "NEWS", "INTERVIEW", "EXPLAINER", "FACTBOX",
        "FACT", "TIMELINE", "NOTE", "EDITOR'S", "PODCAST", "QUIZ", "REVIEW", "COMMENT", "COLUMN", "SPORT", "WORLD",
        "READ", "URGENT", "ALERT", "WARNING", "DISCLAIMER", "POLL", "FILE", "BACKGROUND", "SUMMARY", "KEY", "POINTS",
        "LISTEN", "GALLERY", "SPOILER", "PART", "CHAPTER", "STEP", "QUESTION", "ANSWER", "NATO", "UNESCO", "UNICEF",
        "OPEC", "OPEC+", "BRICS", "ASEAN", "NASA", "FIFA", "UEFA", "INTERPOL", "OSCE", "IAEA", "COVID-19", "COVID",
    }
)  # fmt: skip
"""First words in capitals that are none: labels of newsrooms, and names that are written so."""
_MIN_LETTERS = 4
"""Letters of a place without an agency."""
_MAX_WORDS = 4
"""Words of a place in letters without case, such as Arabic."""


def split_dateline(paragraph: str) -> tuple[Dateline | None, str]:
    """Dateline and the rest of a first paragraph; None and the paragraph as it is where it has none."""
    for pattern, is_one in _FORMS:
        match = pattern.match(paragraph)
        if match is None:
            continue
        place = _DATE_BEHIND.sub("", match["place"].strip(" ,")).rstrip(" ,")
        agency = match["agency"].strip() if "agency" in pattern.groupindex else None
        rest = paragraph[match.end() :]
        if is_one(place, agency, rest):
            return Dateline(place, agency), rest
    return None, paragraph


def _by_brackets(place: str, agency: str | None, rest: str) -> bool:
    """A known agency behind a name; an unknown one behind a place in capitals and before a sentence."""
    if agency is None or not place:
        return False
    if _KNOWN.fullmatch(agency):
        return _in_capitals(place) or (_is_named(place) and not rest[:1].islower())
    if agency[:1].islower() or agency.casefold().startswith(("the ", "a ")) or rest[:1].islower():
        return False
    initials = "".join(word[0] for word in agency.split() if word[0].isupper())
    return _in_capitals(place) and _has_case(place) and initials != place


def _by_agency(place: str, agency: str | None, rest: str) -> bool:  # noqa: ARG001  one form of many
    """An agency that is known, and a place in capitals."""
    return _in_capitals(place)


def _bare(place: str, agency: str | None, rest: str) -> bool:  # noqa: ARG001  one form of many
    """A place in capitals that is none of the words that newsrooms write so."""
    head = place.partition(",")[0]
    words = head.replace("/", " ").split()
    letters = sum(character.isalpha() for character in head)
    return (
        head == head.upper() != head.lower()
        and letters >= _MIN_LETTERS
        and len(words) <= 3
        and not {word.strip(".'’").upper() for word in words} & _NO_PLACE
    )


def _in_capitals(place: str) -> bool:
    """True for ``KYIV, Ukraine``: what stands before the first comma is in capitals, or in letters without case."""
    head = place.partition(",")[0]
    letters = [character for character in head if character.isalpha()]
    short = _has_case(head) or len(head.split()) <= _MAX_WORDS
    return bool(letters) and short and sum(not character.islower() for character in letters) >= 0.7 * len(letters)


def _has_case(place: str) -> bool:
    return place.lower() != place.upper()


def _is_named(place: str) -> bool:
    """True for a few words that each begin with a capital: ``Rio de Janeiro``."""
    words = [
        word for word in re.split(r"[\s,/-]+", place) if word not in ("de", "del", "la", "do", "da", "of", "am", "sur")
    ]
    return 0 < len(words) <= 5 and all(not word[0].islower() for word in words if word)


_FORMS = (
    (_AGENCY_FIRST, _by_agency),
    (_WITH_BRACKETS, _by_brackets),
    (_WITH_SLASHES, _by_agency),
    (_WITH_DASH, _by_agency),
    (_BARE, _bare),
)
"""Forms of a dateline, and what makes one of what looks like it."""
