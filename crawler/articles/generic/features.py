"""What can be measured of a text block, as numbers: its text, the elements around it, its place, its neighbours."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from crawler.articles.generic.blocks import Outline, TextBlock
from crawler.articles.generic.elements import HEADINGS, Element, add_up, choose, place
from crawler.articles.generic.vocabulary import KINDS
from crawler.articles.generic.wording import Wording, goodness

_TAGS = ("p", "h1", "h2", "h3", "h4", "li", "blockquote", "td", "div", "section", "pre", "figcaption", "dd", "dt")
_AROUND = ("article", "main", "aside", "header", "footer", "form", "table", "ul", "section", "blockquote")
_REACH = 12
"""Blocks that are looked at for the next paragraph of the same element."""

_OF_ELEMENTS = (
    *(f"{who}_{what}" for what in ("mass", "linked", "size", "count", "good", "images") for who in ("parent", "grand", "great")),
    "parent_direct", "grand_direct", "parent_heads", "grand_heads", "parent_mean", "grand_mean",
    "list_count", "list_linked", "list_mean", "list_mass",
)  # fmt: skip
_OF_PLACE = (
    "mass", "shape", "regions", "mass_before", "mass_behind", "from_first", "to_last", "from_headline", "times_on_page",
    "chosen", "rank", "chosen_share", "element_linked", "up", "down", "paragraph_ahead", "paragraph_behind", "hidden",
    "tag", *(f"in_{tag}" for tag in _AROUND),
)  # fmt: skip
_OF_NEIGHBOURS = tuple(f"{what}{step:+d}" for step in (-2, -1, 1, 2) for what in ("words", "linked", "good", "alike"))
NAMES = (
    *Wording.NAMES, *_OF_PLACE, *_OF_ELEMENTS, *_OF_NEIGHBOURS,
    *(f"near_{number}" for number in range(len(KINDS))), *(f"far_{number}" for number in range(len(KINDS))),
)  # fmt: skip
"""The features, in the order of a row."""


@dataclass(slots=True)
class _Survey:
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


def measure(found: Outline, wording: Wording) -> list[list[float] | None]:
    """A row of numbers for each block, in the order of `NAMES`; None for one that is plainly none of the body."""
    survey = _surveyed(found, wording)
    before = 0.0
    rows: list[list[float] | None] = []
    for at, block in enumerate(found.blocks):
        behind = survey.total - before - block.good
        if _is_outside(block, at, survey):
            rows.append(None)
        else:
            rows.append([*wording.row(block), *_place(block, at, before, behind, survey), *_elements(block, survey)])
            rows[-1] += _neighbours(at, survey) + _kinds(block)  # type: ignore[operator]  # just appended
        before += block.good
    return rows


def _surveyed(found: Outline, wording: Wording) -> _Survey:
    """Weigh every block, and add up what the elements hold."""
    blocks = found.blocks
    sums: dict[int, float] = {}
    for block in blocks:
        block.good = goodness(block)
        sums[id(block.element)] = sums.get(id(block.element), 0.0) + block.good
    rank, share = choose(found.elements, sums)
    times: dict[str, int] = {}
    shapes: dict[tuple[str, str, str], float] = {}
    headline = -1
    for at, block in enumerate(blocks):
        element = block.element
        if block.text in times or (rank < 3 and not element.chosen):
            block.good = 0.0
        times[block.text] = times.get(block.text, 0) + 1
        if headline < 0 and wording.is_headline(block.text):
            headline = at
        element.mass += block.good
        element.direct += block.good
        element.linked += block.linked
        element.size += len(block.text)
        element.count += 1
        element.good += block.good > 0
        element.heads += element.tag in HEADINGS
        shapes[_shape(element)] = shapes.get(_shape(element), 0.0) + block.good
    add_up(found.elements)
    top = place(found.elements)
    good = [at for at, block in enumerate(blocks) if block.good and block.element.regions >= 2]
    return _Survey(
        found, max(found.elements[0].mass, 1.0), top or 1.0, rank, share, shapes, times,
        [block.text.count(" ") + 1 for block in blocks], good[0] if good else len(blocks), good[-1] if good else -1, headline,
    )  # fmt: skip


def _is_outside(block: TextBlock, at: int, survey: _Survey) -> bool:
    """True for short or linked text far from the paragraphs, and for what follows outside of the body's element."""
    element = block.element
    if survey.rank < 2 and not element.chosen and at > survey.first:
        return True
    share, count = block.linked / len(block.text), survey.counts[at]
    beside = at < survey.first or at > survey.last or (survey.rank < 2 and not element.chosen)
    if share > 0.95 and count < 12 and beside:
        return True
    if element.up < 3:
        return False
    if at > survey.last + 3:
        return count < 15 or share > 0.5
    return at < survey.first - 3 and (count < 8 or share > 0.5)


def _shape(element: Element) -> tuple[str, str, str]:
    parent = element.parent
    return (element.tag, element.names, parent.names or parent.tag if parent is not None else "")


def _place(block: TextBlock, at: int, before: float, behind: float, survey: _Survey) -> list[float]:
    element = block.element
    total = survey.total
    return [
        element.mass / total,
        survey.shapes[_shape(element)] / total,
        element.regions,
        before / total,
        behind / total,
        min(max(at - survey.first, -20), 200),
        min(max(survey.last - at, -20), 200),
        max(min(at - survey.headline, 50), -50) if survey.headline >= 0 else -60,
        survey.times[block.text],
        element.chosen,
        survey.rank,
        survey.share,
        element.linked / (element.size or 1),
        element.up,
        element.down,
        _paragraph(at, 1, survey),
        _paragraph(at, -1, survey),
        element.hidden,
        _TAGS.index(element.tag) if element.tag in _TAGS else len(_TAGS),
        *[tag in element.tags for tag in _AROUND],
    ]


def _paragraph(at: int, step: int, survey: _Survey) -> int:
    """Blocks to the next good one that stands in the same parent or grandparent."""
    blocks = survey.found.blocks
    parent = blocks[at].element.parent
    around = (parent, parent.parent if parent is not None else None)
    for distance in range(1, _REACH + 1):
        other = at + step * distance
        if not 0 <= other < len(blocks):
            break
        holder = blocks[other].element.parent
        if blocks[other].good and holder is not None and (holder in around or holder.parent in around):
            return distance
    return _REACH + 1


def _elements(block: TextBlock, survey: _Survey) -> list[float]:
    """What the elements around the block's own hold; the same for all blocks of one parent."""
    parent = block.element.parent or block.element
    known = survey.of_elements.get(id(parent))
    if known is None:
        grand = parent.parent or parent
        great = grand.parent or grand
        three = (parent, grand, great)
        known = [
            *[element.mass / survey.total for element in three],
            *[element.linked / (element.size or 1) for element in three],
            *[element.size for element in three],
            *[element.count for element in three],
            *[element.good for element in three],
            *[element.images for element in three],
            parent.direct / survey.top,
            grand.direct / survey.top,
            parent.heads,
            grand.heads,
            parent.size / (parent.count or 1),
            grand.size / (grand.count or 1),
            *_list(block.element, parent, grand),
        ]
        survey.of_elements[id(parent)] = known
    return known


def _list(*around: Element) -> list[float]:
    """Of the list that a block stands in: blocks, linked share, width of a block, and the mass around it."""
    for element in around:
        if element.tag in ("ul", "ol"):
            outer = element.parent or element
            return [
                element.count,
                element.linked / (element.size or 1),
                element.size / (element.count or 1),
                outer.mass,
            ]
    return [0.0, 0.0, 0.0, 0.0]


def _neighbours(at: int, survey: _Survey) -> list[float]:
    blocks = survey.found.blocks
    element = blocks[at].element
    shape = _shape(element)
    row: list[float] = []
    for other in (at - 2, at - 1, at + 1, at + 2):
        if 0 <= other < len(blocks):
            beside = blocks[other]
            alike = (beside.element.parent is element.parent) + (_shape(beside.element) == shape)
            row += (survey.counts[other], beside.linked / len(beside.text), beside.good, alike)
        else:
            row += (0.0, 0.0, 0.0, 0.0)
    return row


def _kinds(block: TextBlock) -> list[float]:
    """What the names of the nearest elements say, and those of all others."""
    element = block.element
    parent = element.parent or element
    grand = parent.parent or parent
    near = block.kinds | element.kinds | parent.kinds | grand.kinds
    return [*_bits(near), *_bits(element.above)]


def _bits(kinds: int) -> Iterable[float]:
    return [1.0 if kinds & kind else 0.0 for kind in KINDS]
