"""What can be measured of a text block, as numbers: its text, the elements around it, its place, its neighbours."""

from collections.abc import Iterable

from crawler.articles.generic.blocks import Outline, TextBlock
from crawler.articles.generic.elements import Element
from crawler.articles.generic.survey import Survey, is_outside, shape_of, surveyed
from crawler.articles.generic.vocabulary import KINDS
from crawler.articles.generic.wording import Wording

_TAGS = ("p", "h1", "h2", "h3", "h4", "li", "blockquote", "td", "div", "section", "pre", "figcaption", "dd", "dt")
_AROUND = ("article", "main", "aside", "header", "footer", "form", "table", "ul", "section", "blockquote")
_REACH = 12
"""Blocks that are looked at for the next paragraph of the same element."""

_OF_ELEMENTS = (
    *(
        f"{who}_{what}"
        for what in ("mass", "linked", "size", "count", "good", "images")
        for who in ("parent", "grand", "great")
    ),
    *("parent_direct", "grand_direct", "parent_heads", "grand_heads", "parent_mean", "grand_mean"),
    *("list_count", "list_linked", "list_mean", "list_mass"),
)
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


def measure(found: Outline, wording: Wording) -> list[list[float] | None]:
    """A row of numbers for each block, in the order of `NAMES`; None for one that is plainly none of the body."""
    survey = surveyed(found, wording)
    before = 0.0
    rows: list[list[float] | None] = []
    for at, block in enumerate(found.blocks):
        behind = survey.total - before - block.good
        if is_outside(block, at, survey):
            rows.append(None)
        else:
            row = [*wording.row(block), *_place(block, at, before, behind, survey), *_elements(block, survey)]
            rows.append(row + _neighbours(at, survey) + _kinds(block))
        before += block.good
    return rows


def _place(block: TextBlock, at: int, before: float, behind: float, survey: Survey) -> list[float]:
    element = block.element
    total = survey.total
    return [
        element.mass / total,
        survey.shapes[shape_of(element)] / total,
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


def _paragraph(at: int, step: int, survey: Survey) -> int:
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


def _elements(block: TextBlock, survey: Survey) -> list[float]:
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


def _neighbours(at: int, survey: Survey) -> list[float]:
    blocks = survey.found.blocks
    element = blocks[at].element
    shape = shape_of(element)
    row: list[float] = []
    for other in (at - 2, at - 1, at + 1, at + 2):
        if 0 <= other < len(blocks):
            beside = blocks[other]
            alike = (beside.element.parent is element.parent) + (shape_of(beside.element) == shape)
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
