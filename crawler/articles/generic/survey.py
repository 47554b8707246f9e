"""A page surveyed as a whole, before its blocks are measured one by one."""

from dataclasses import dataclass, field

from crawler.articles.generic.blocks import Outline, TextBlock
from crawler.articles.generic.elements import HEADINGS, UNNAMED, Element, add_up, choose, place
from crawler.articles.generic.wording import Wording, goodness

_FAR = 3
"""Blocks, and steps in the tree, from which a block is far from the paragraphs."""
_WITHIN = 2
"""Regions in which the first and the last paragraph of the body stand."""


@dataclass(slots=True)
class Survey:
    """What is known of the whole page while its blocks are measured."""

    found: Outline
    total: float
    """Goodness of the page."""
    top: float
    """Goodness of the element with most paragraphs."""
    rank: int
    share: float
    shapes: dict[tuple[str, str, str], float]
    """Goodness by the tag and the names of an element and of its parent."""
    times: dict[str, int]
    """How often each text stands on the page."""
    counts: list[int]
    """Words of each block."""
    first: int
    """The first good block of the body's region."""
    last: int
    headline: int
    """The block that is the headline, -1 without."""
    of_elements: dict[int, list[float]] = field(default_factory=dict)


def surveyed(found: Outline, wording: Wording) -> Survey:
    """Weigh every block, and add up what the elements hold."""
    blocks = found.blocks
    sums: dict[int, float] = {}
    for block in blocks:
        block.good = goodness(block)
        sums[id(block.element)] = sums.get(id(block.element), 0.0) + block.good
    rank, share = choose(found.elements, sums)
    times: dict[str, int] = {}
    shapes: dict[tuple[str, str, str], float] = {}
    for block in blocks:
        element = block.element
        if block.text in times or (rank < UNNAMED and not element.chosen):
            block.good = 0.0
        times[block.text] = times.get(block.text, 0) + 1
        shapes[shape_of(element)] = shapes.get(shape_of(element), 0.0) + block.good
        _count(block, element)
    add_up(found.elements)
    top = place(found.elements)
    good = [at for at, block in enumerate(blocks) if block.good and block.element.regions >= _WITHIN]
    return Survey(
        found=found,
        total=max(found.elements[0].mass, 1.0),
        top=top or 1.0,
        rank=rank,
        share=share,
        shapes=shapes,
        times=times,
        counts=[block.text.count(" ") + 1 for block in blocks],
        first=good[0] if good else len(blocks),
        last=good[-1] if good else -1,
        headline=next((at for at, block in enumerate(blocks) if wording.is_headline(block.text)), -1),
    )


def _count(block: TextBlock, element: Element) -> None:
    element.mass += block.good
    element.direct += block.good
    element.linked += block.linked
    element.size += len(block.text)
    element.count += 1
    element.good += block.good > 0
    element.heads += element.tag in HEADINGS


def is_outside(block: TextBlock, at: int, survey: Survey) -> bool:
    """True for short or linked text far from the paragraphs, and for what follows outside of the body's element."""
    element = block.element
    if survey.rank < 2 and not element.chosen and at > survey.first:
        return True
    share, count = block.linked / len(block.text), survey.counts[at]
    beside = at < survey.first or at > survey.last or (survey.rank < 2 and not element.chosen)
    if share > 0.95 and count < 12 and beside:
        return True
    if element.up < _FAR:
        return False
    if at > survey.last + _FAR:
        return count < 15 or share > 0.5
    return at < survey.first - _FAR and (count < 8 or share > 0.5)


def shape_of(element: Element) -> tuple[str, str, str]:
    """What paragraphs of one body have in common: tag, names, and the names of the parent, else its tag."""
    parent = element.parent
    return (element.tag, element.names, parent.names or parent.tag if parent is not None else "")
