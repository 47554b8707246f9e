"""Credits of photos: the sign or word before them, their places at the head, the tail and in brackets of a caption.

``© AP Photo / Name``, ``A ship. Photo: Name``, ``A ship (AP Photo/Name)``, ``A ship. Name/Getty Images``.
"""

import re

_SIGN = (
    r"(?:(?:photo|image|picture|foto|credits?)?\s*(?:©|\(c\)|copyright\b\s*©?)\s*:?|(?:{words})\s*[:：]"
    r"|(?:photo(?:graph(?:ed)?)?\s+by|courtesy\s+of)\b\s*:?)\s*"
)
_WORDS = (
    r"(?:photo|image|picture|media|video)?\s*credits?|photo(?:graph|s)?|image|picture|pic|courtesy"
    r"|foto(?:graf[ií]a|grafie)?|immagine|imagem|imagen|bild|fotoğraf|crédit(?:s|o|os)?(?:\s+photo)?|фото(?:графия)?|صورة|الصورة"
)
_CREDIT_SIGN = re.compile(_SIGN.format(words=_WORDS), re.IGNORECASE)
_AGENCIES = (
    r"Getty(?:\s+Images)?|AFP|REUTERS|AP(?:\s+Photo)?|Reuters|EPA(?:-EFE)?|EFE|Shutterstock|Alamy|iStock(?:photo)?|dpa|ANSA|TASS"
    r"|Sputnik|Bloomberg|Xinhua|Anadolu|NurPhoto|Zuma(?:\s+Press)?|WireImage|Unsplash|Pixabay|Flickr|Imago|Belga|ANP|Scanpix"
    r"|PA(?:\s+(?:Wire|Media|Images))?|ТАСС|РИА Новости|Спутник|Рейтер|سبوتنيك|رويترز"
)
_NAMED = re.compile(rf"(?<!\w)(?:{_AGENCIES})(?!\w)", re.IGNORECASE)
_IN_BRACKETS = re.compile(r"\s*[(\[](?P<credit>[^()\[\]]{2,120})[)\]]\s*\.?$")
_BRACKETS = re.compile(r"[(\[]\s*([^()\[\]]+?)\s*[)\]]")
"""A credit that stands in brackets as a whole: with none inside, it is undone once."""
_BRACKETED = re.compile(
    rf"(?:{_WORDS})(?:\s+(?:by|of|via|von|de|di|par)\b|\s*[:/])|©|\bvia\s|\b(?:file|handout|pool)\s+(?:photo|image)"
    rf"|(?:.{{0,80}}[/|,]\s*)?(?:{_AGENCIES})(?:\s*(?:[/|,]|via\b).{{0,80}})?$",
    re.IGNORECASE,
)
_SENTENCE_END = r"(?<=[.!?…»”\"])\s+"
_SIGN_BEHIND = re.compile(
    rf"(?:{_SENTENCE_END}|\s+(?=©)|\s+[|–—-]\s+){_SIGN.format(words=_WORDS)}(?P<credit>\S[^.!?]{{1,100}}\.?)$",
    re.IGNORECASE,
)
_AGENCY_BEHIND = re.compile(
    rf"{_SENTENCE_END}(?P<credit>(?:[^\W\d_][^.!?:;,]{{0,60}}\s*[/|]\s*|[^\W\d_][\w'’-]*(?:\s[^\W\d_][\w.'’-]*){{0,3}}\s+via\s+)?"
    rf"(?:{_AGENCIES})(?:\s*/\s*[^.!?:;]{{2,60}}|\s+via\s+[^.!?:;]{{2,40}})?)\.?$"
)


def credit_of(text: str) -> str | None:
    """Credit without its © sign or the word before it: ``AP Photo / Name``."""
    line = text.strip()
    start = 0
    while match := _CREDIT_SIGN.match(line, start):
        start = match.end()
    credit = line[start:]
    bracketed = _BRACKETS.fullmatch(credit)
    return (credit_of(bracketed[1]) if bracketed else credit) or None


def split_credit(text: str, caption: str) -> tuple[str | None, str]:
    """Credit and caption of a line that may hold both; `caption` is what the image's alternative text says.

    A line without any sign of a credit is a caption, whole.
    """
    line = text.strip()
    if caption and line != caption and line.endswith(caption) and _CREDIT_SIGN.match(line):
        return credit_of(line.removesuffix(caption)), caption
    if caption and line != caption and line.startswith(caption):
        rest = line.removeprefix(caption).strip()
        if _CREDIT_SIGN.match(rest):
            return credit_of(rest), caption
    if _CREDIT_SIGN.match(line):
        return credit_of(line), ""
    bracketed = _IN_BRACKETS.search(line)
    if bracketed is not None and _BRACKETED.match(bracketed["credit"]):
        return credit_of(bracketed["credit"]), line[: bracketed.start()].rstrip()
    behind = _SIGN_BEHIND.search(line) or _AGENCY_BEHIND.search(line)
    if behind is not None:
        return credit_of(behind["credit"]), line[: behind.start()].rstrip()
    return None, text
