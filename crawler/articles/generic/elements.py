"""Elements around text blocks, and which of them hold the body: masses of paragraphs, added up from the leaves."""

from collections.abc import Sequence
from dataclasses import dataclass

from crawler.articles.generic.vocabulary import ADVERT, BODY, CARD, COMMENT, RELATED, SHARE, SUBSCRIBE

HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
UNNAMED = 3
"""Rank of a page of which no element calls itself the body."""
_ELSEWHERE = RELATED | CARD | COMMENT | SUBSCRIBE | ADVERT | SHARE
_ENOUGH = 140
"""Goodness that an element must hold to be believed when it calls itself the body."""
_SHARES = (0.9, 0.75, 0.5)


@dataclass(slots=True, eq=False)
class Element:
    """A block element, with what was learnt on the way down to it and, later, of what stands in it."""

    parent: "Element | None"
    tag: str
    names: str
    """Its class and identifier."""
    kinds: int
    """What its names say, as bits of the vocabulary."""
    above: int
    """What the names of all elements around it say."""
    tags: frozenset[str]
    """Tags of the elements around it and its own."""
    hidden: bool = False
    """True where the page says that it is not shown."""
    body: bool = False
    """True inside an element that says in microdata that it is the article's body."""
    chosen: bool = False
    """True inside an element that was believed to be the body."""
    mass: float = 0.0
    """Goodness of the blocks in it."""
    direct: float = 0.0
    """Goodness of the blocks that are its own paragraphs."""
    linked: int = 0
    """Characters in links."""
    size: int = 0
    """Characters."""
    count: int = 0
    """Text blocks."""
    good: int = 0
    """Text blocks that are good paragraphs."""
    heads: int = 0
    """Headings."""
    images: int = 0
    """Images."""
    up: int = 0
    """Steps up from the element with most paragraphs to the nearest one that holds this one too."""
    down: int = 0
    """Steps down from there to this one."""
    regions: int = 0
    """In how many of the page's regions, each inside the one before, it stands."""


def rank_of(element: Element) -> int:
    """How an element calls itself the body: 0 in microdata, 1 by name, 2 by tag, 3 not at all."""
    if element.body and not (element.parent is not None and element.parent.body):
        return 0
    if (element.kinds | element.above) & _ELSEWHERE or element.tag in ("p", "span"):
        return UNNAMED
    if element.kinds & BODY:
        return 1
    return 2 if element.tag == "article" else UNNAMED


def choose(elements: Sequence[Element], sums: dict[int, float]) -> tuple[int, float]:
    """Mark the first element of the best rank, and by name its likes: rank, and its share of the page's goodness.

    `sums` is the goodness of the blocks that stand directly in each element, by its `id`.
    """
    for element in reversed(elements):
        if element.parent is not None:
            sums[id(element.parent)] = sums.get(id(element.parent), 0.0) + sums.get(id(element), 0.0)
    best, rank = None, UNNAMED
    for element in elements:
        if sums.get(id(element), 0.0) >= _ENOUGH and rank_of(element) < rank:
            best, rank = element, rank_of(element)
    if best is None:
        return UNNAMED, 0.0
    for element in elements:
        alike = element is best or (rank < 2 and element.tag == best.tag and element.names == best.names)
        element.chosen = alike or (element.parent is not None and element.parent.chosen)
    return rank, sums[id(best)] / sums[id(elements[0])]


def add_up(elements: Sequence[Element]) -> None:
    """Give every element what its children hold. Paragraphs count for the element around them."""
    for element in reversed(elements):
        parent = element.parent
        if parent is not None:
            parent.mass += element.mass
            parent.linked += element.linked
            parent.size += element.size
            parent.count += element.count
            parent.good += element.good
            parent.heads += element.heads
            parent.images += element.images
            if element.tag in ("p", "li", "blockquote") or not element.names:
                parent.direct += element.direct


def place(elements: Sequence[Element]) -> float:
    """Give every element its place: regions, and steps to the one with most paragraphs; the goodness of that one."""
    marks = _regions(elements)
    top = max(elements, key=lambda element: element.direct)
    path: dict[int, int] = {}
    step: Element | None = top
    while step is not None:
        path[id(step)] = len(path)
        step = step.parent
    for element in elements:
        parent = element.parent
        mark = path.get(id(element))
        if mark is not None:
            element.up = mark
        elif parent is not None:
            element.up, element.down = parent.up, parent.down + 1
        element.regions = max(parent.regions if parent is not None else 0, marks.get(id(element), 0))
    return top.direct


def _regions(elements: Sequence[Element]) -> dict[int, int]:
    """The innermost elements that hold 90, 75 and 50 in a hundred of the mass of the one before, by `id`."""
    heirs: dict[int, Element] = {}
    for element in elements:
        if element.parent is not None:
            known = heirs.get(id(element.parent))
            if known is None or element.mass > known.mass:
                heirs[id(element.parent)] = element
    at = elements[0]
    marks: dict[int, int] = {}
    for number, share in enumerate(_SHARES, 1):
        while (heir := heirs.get(id(at))) is not None and heir.mass and heir.mass >= share * at.mass:
            at = heir
        marks[id(at)] = number
    return marks
