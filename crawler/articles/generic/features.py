"""What can be measured of a text block, as numbers: itself, its element, its place on the page."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from crawler.articles.generic.blocks import Element, Outline, TextBlock
from crawler.articles.generic.vocabulary import ADVERT, BODY, CARD, COMMENT, KINDS, RELATED, SHARE, SUBSCRIBE

_WORD = re.compile(r"\w+")
_END = re.compile(r"[.!?…。！？][\"'”’»)\]]*$")
_STOP = re.compile(r"[.!?。！？](?=\s|$)|[。！？،]|[,;:，、](?=\s|$)")
_WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]")
_TIME = re.compile(r"\d{1,2}[:.]\d\d|(?:19|20)\d\d|\d+\s?(?:min|hours?|days?)\b")
_CREDIT = re.compile(r"©|\(c\)|getty|reuters|\bafp\b|\bap\b|\bdpa\b|photo|foto|image|bild|shutterstock|video|credit", re.I)
_CALL = re.compile(
    r"subscri|newsletter|sign up|sign in|log in|register|follow us|follow|click here|download|read more|read also|see also|also read"
    r"|related|watch|listen|comment|share|cookie|advert|anzeige|abonn|melden sie|mehr zum|lesen sie|lesen|lire aussi|lea tamb|leia|"
    r"читайте|подпис|join|sponsored|affiliate|donate|support|app\b|whatsapp|telegram|facebook|twitter|instagram",
    re.I,
)
_LEGAL = re.compile(r"copyright|all rights|rights reserved|©|terms|privacy|disclaimer|alle rechte|contributed to this|edit(?:ed|ing) by|reporting by", re.I)
_TAGS = ("p", "h1", "h2", "h3", "h4", "li", "blockquote", "td", "div", "section", "pre", "figcaption", "dd", "dt")
_AROUND = ("article", "main", "aside", "header", "footer", "form", "table", "ul", "ol", "section", "blockquote", "li", "td")
GOOD = 60
"""Width of text from which a block counts as a paragraph."""


@dataclass(slots=True)
class PageFacts:
    """What is known of the whole page while its blocks are measured."""

    headline: frozenset[str]
    told: frozenset[str]
    """Trigrams of the body that structured data tell."""
    description: frozenset[str]
    alternatives: set[str]
    total: float = 1.0
    shapes: dict[tuple[str, str, str], float] = field(default_factory=dict)
    seen: dict[str, int] = field(default_factory=dict)
    title_at: int = -1
    top: float = 1.0
    rank: int = 9
    chosen_share: float = 0.0
    around: dict[int, int] = field(default_factory=dict)


def words(text: str) -> list[str]:
    """Words in lower case."""
    return _WORD.findall(text.lower())


def trigrams(found: Sequence[str]) -> frozenset[str]:
    """Three words each, as one text."""
    return frozenset(" ".join(found[at : at + 3]) for at in range(len(found) - 2))


def width(text: str) -> int:
    """Characters, those of scripts without spaces counted twice."""
    return len(text) if text.isascii() else len(text) + len(_WIDE.findall(text))


def goodness(block: TextBlock) -> float:
    """Width of a paragraph that may be one of the body; 0 for a short, linked or hidden one."""
    text = block.text
    wide = width(text) - 2 * block.linked
    element = block.element
    if wide < GOOD or not _STOP.search(text) or element.tag in ("figcaption", "button"):
        return 0.0
    return float(min(wide, 1500))


_ELSEWHERE = RELATED | CARD | COMMENT | SUBSCRIBE | ADVERT | SHARE
_ENOUGH = 140


def _choose(found: Outline, good: list[float], facts: PageFacts) -> None:
    """The element that calls itself the body, by microdata or by name, and its likes."""
    sums: dict[int, float] = {}
    for block, value in zip(found.blocks, good, strict=True):
        step: Element | None = block.element
        sums[id(step)] = sums.get(id(step), 0.0) + value
    for element in reversed(found.elements):
        if element.parent is not None:
            sums[id(element.parent)] = sums.get(id(element.parent), 0.0) + sums.get(id(element), 0.0)
    best: Element | None = None
    rank = 9
    for element in found.elements:
        own = 9
        if element.body and not (element.parent and element.parent.body):
            own = 0
        elif element.kinds & BODY and not (element.kinds | element.above) & _ELSEWHERE and element.tag not in ("p", "span"):
            own = 1
        elif element.tag == "article" and not (element.kinds | element.above) & _ELSEWHERE:
            own = 2
        if own < rank and sums.get(id(element), 0.0) >= _ENOUGH:
            best, rank = element, own
    facts.rank = rank
    for element in found.elements:
        element.chosen = (element.parent is not None and element.parent.chosen) or (
            best is not None and element.tag == best.tag and element.names == best.names and (rank < 2 or element is best)
        )
    facts.chosen_share = sums.get(id(best), 0.0) / (sums.get(id(found.elements[0]), 0.0) or 1.0)


def weigh(found: Outline, facts: PageFacts) -> list[float]:
    """Goodness of each block, added up over the elements around it and over elements of the same shape."""
    good = []
    _choose(found, [goodness(block) for block in found.blocks], facts)
    for block in found.blocks:
        value = goodness(block) if block.element.chosen or facts.rank > 2 else 0.0
        key = block.text
        if key in facts.seen:
            value = 0.0
        facts.seen[key] = facts.seen.get(key, 0) + 1
        good.append(value)
        element = block.element
        element.mass += value
        element.direct += value
        element.linked += block.linked
        element.size += len(block.text)
        element.count += 1
        element.heads += element.tag in ("h1", "h2", "h3", "h4", "h5", "h6")
        element.items += element.tag == "li"
        element.good += value > 0
        if value:
            shape = _shape(element)
            facts.shapes[shape] = facts.shapes.get(shape, 0.0) + value
    for element in reversed(found.elements):
        if element.parent is not None:
            element.parent.mass += element.mass
            element.parent.linked += element.linked
            element.parent.size += element.size
            element.parent.count += element.count
            element.parent.images += element.images
            element.parent.heads += element.heads
            element.parent.items += element.items
            element.parent.good += element.good
            if element.tag in ("p", "li", "span", "blockquote") or not element.names:
                element.parent.direct += element.direct
    facts.total = max(found.elements[0].mass, 1.0)
    _regions(found, facts)
    return good


_SHARES = (0.9, 0.75, 0.5)


def _regions(found: Outline, facts: PageFacts) -> None:
    """Mark the innermost elements that hold 90, 75 and 50 in a hundred of the mass of the one before."""
    heirs: dict[int, Element] = {}
    for element in found.elements:
        if element.parent is not None:
            known = heirs.get(id(element.parent))
            if known is None or element.mass > known.mass:
                heirs[id(element.parent)] = element
    at = found.elements[0]
    marks: dict[int, int] = {}
    for number, share in enumerate(_SHARES, 1):
        while (heir := heirs.get(id(at))) is not None and heir.mass >= share * at.mass and heir.mass:
            at = heir
        marks[id(at)] = number
    top = max(found.elements, key=lambda element: element.direct)
    facts.top = top.direct or 1.0
    facts.around = {}
    step: Element | None = top
    while step is not None:
        facts.around[id(step)] = len(facts.around)
        step = step.parent
    for element in found.elements:
        mark = facts.around.get(id(element))
        element.up = mark if mark is not None else element.parent.up if element.parent else 99
        element.down = 0 if mark is not None else element.parent.down + 1 if element.parent else 99
        inherited = element.parent.regions if element.parent is not None else 0
        element.regions = max(inherited, marks.get(id(element), 0))


def _shape(element: Element) -> tuple[str, str, str]:
    parent = element.parent
    return (element.tag, element.names, parent.names or parent.tag if parent is not None else "")


def measure(found: Outline, facts: PageFacts) -> list[list[float]]:
    """A row of numbers for each block, in the order of `NAMES`."""
    facts.alternatives = found.alternatives - {""}
    good = weigh(found, facts)
    blocks = found.blocks
    total = facts.total
    first = next((at for at, block in enumerate(blocks) if good[at] and block.element.regions >= 2), len(blocks))
    last = next((at for at in range(len(blocks) - 1, -1, -1) if good[at] and blocks[at].element.regions >= 2), -1)
    own = [_own(block, facts) for block in blocks]
    facts.title_at = next((at for at, row in enumerate(own) if row[_SAME] >= 0.9), -1)
    before = 0.0
    behind = total
    rows = []
    for at, block in enumerate(blocks):
        element = block.element
        parent = element.parent or element
        grand = parent.parent or parent
        great = grand.parent or grand
        behind -= good[at]
        near = block.kinds | element.kinds | parent.kinds | grand.kinds
        far = element.above
        row = own[at]
        place = [
            element.mass / total,
            parent.mass / total,
            grand.mass / total,
            great.mass / total,
            facts.shapes.get(_shape(element), 0.0) / total,
            element.regions,
            before / total,
            behind / total,
            min(max(at - first, -20), 200),
            min(max(last - at, -20), 200),
            float(facts.title_at >= 0 and at > facts.title_at),
            min(at - facts.title_at, 50) if facts.title_at >= 0 else -1,
            facts.seen.get(block.text, 1),
            float(element.chosen), facts.rank, facts.chosen_share,
            *[e.linked / (e.size or 1) for e in (element, parent, grand, great)],
            parent.count, grand.count, great.count,
            element.direct / facts.top, parent.direct / facts.top, grand.direct / facts.top,
            element.up, element.down,
            parent.images, grand.images, great.images,
            parent.size, grand.size, great.size,
            parent.heads, grand.heads,
            parent.good, grand.good, great.good,
            parent.size / parent.count, grand.size / grand.count,
            *_listed(element),
            *_section(at, own, blocks, good),
            good[at],
        ]
        around = []
        for step in (-2, -1, 1, 2):
            other = at + step
            if 0 <= other < len(blocks):
                neighbour = blocks[other]
                around += [
                    own[other][0],
                    own[other][_LINKED],
                    good[other],
                    float(neighbour.element.parent is element.parent) + float(_shape(neighbour.element) == _shape(element)),
                ]
            else:
                around += [0.0, 0.0, 0.0, 0.0]
        before += good[at]
        rows.append([*row, *place, *around, *[float(bool(near & kind)) + 0.0 for kind in KINDS], *[float(bool(far & kind)) for kind in KINDS]])
    return rows


def _listed(element: Element) -> list[float]:
    """Of the list that it stands in: items, linked share, width of an item."""
    step: Element | None = element
    while step is not None and step.tag not in ("ul", "ol"):
        step = step.parent
        if step is not None and step.tag in ("article", "main", "body", "section"):
            step = None
    if step is None:
        return [0.0, 0.0, 0.0, 0.0]
    return [step.count, step.linked / (step.size or 1), step.size / (step.count or 1), (step.parent or step).mass]


def _section(at: int, own: list[list[float]], blocks: list[TextBlock], good: list[float]) -> list[float]:
    """For a short block: how far the next and the last paragraph of the same parent or grandparent stand."""
    element = blocks[at].element
    around = (element.parent, element.parent.parent if element.parent else None)
    ahead = next((step for step in range(1, 13) if at + step < len(blocks) and good[at + step] and _kin(blocks[at + step].element, around)), 13)
    behind = next((step for step in range(1, 13) if at - step >= 0 and good[at - step] and _kin(blocks[at - step].element, around)), 13)
    return [ahead, behind]


def _kin(other: Element, around: tuple[Element | None, ...]) -> bool:
    return other.parent in around or (other.parent is not None and other.parent.parent in around)


_SAME = 14
_LINKED = 2


def _own(block: TextBlock, facts: PageFacts) -> list[float]:
    text, element = block.text, block.element
    found = words(text)
    size = len(text)
    count = len(found)
    grams = trigrams(found)
    inside = frozenset(found)
    tags = element.tags
    return [
        count,
        width(text),
        block.linked / size,
        block.bold / size,
        block.slanted / size,
        float(bool(_END.search(text))),
        len(_STOP.findall(text)) / (count + 1),
        sum(map(str.isupper, text)) / size,
        sum(map(str.isdigit, text)) / size,
        float(text[0].islower()),
        len(block.lines),
        float(bool(_TIME.search(text))),
        float(bool(_CREDIT.search(text))) * (1 + (count < 25)),
        float(bool(_CALL.search(text))) * (1 + (count < 25)),
        len(inside & facts.headline) / max(len(inside | facts.headline), 1),
        len(grams & facts.description) / (len(grams) or 1),
        (len(grams & facts.told) / len(grams) if grams else 0.5) if facts.told else -1.0,
        float(text in facts.alternatives),
        float(bool(_LEGAL.search(text))),
        float(text[-1] == ":"),
        float(element.hidden),
        float(element.body),
        float("|" in text or "»" in text or "›" in text or "→" in text),
        _TAGS.index(element.tag) if element.tag in _TAGS else len(_TAGS),
        *[float(tag in tags) for tag in _AROUND],
    ]
