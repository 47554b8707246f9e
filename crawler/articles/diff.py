"""What has changed from one text to another, word by word. Bounded in time for texts of any length.

Paragraphs are aligned first, by those that stand once in either text. Words are compared within pairs of paragraphs
that are alike; whatever would take too long is told as replaced whole.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import chain, takewhile
from typing import Literal

_WORD = re.compile(r"(?:\w+(?:['’-]\w+)*|[^\w\s])\s*|\s+")
"""A word or a sign with the white space behind it."""
_ALIKE = 0.5
"""Share of words that an edited paragraph keeps; one that keeps fewer was taken out, and another put in."""
_WINDOW = 100
"""Paragraphs among which the one that another became is looked for."""
_MOST = 50_000
"""Pairs of equal words that are looked at in two paragraphs: those of natural paragraphs of 1,500 words."""
_MOST_IN_ALL = 2_000_000
"""The same for all paragraphs of a text."""


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text."""

    op: Literal["same", "deleted", "inserted"]
    """Whether it stands in both texts, only in the old one or only in the new one."""
    text: str
    """The text, with its white space."""


_Step = tuple[Literal["same", "deleted", "inserted"], str]

Paragraph = tuple[Run, ...]
"""A paragraph of both texts; of one alone where all its runs are ``deleted``, or all ``inserted``."""


def diff_words(old: str, new: str) -> Paragraph:
    """Two lines of text, such as headlines, word by word. Runs that are not inserted make the old one."""
    if not (old or new):
        return ()
    return _compared(old, new, _MOST)[0]


def diff_text(old: str, new: str) -> tuple[Paragraph, ...]:
    """Two bodies, whose paragraphs are parted by blank lines. No paragraph is without a run."""
    before, after = _paragraphs(old), _paragraphs(new)
    found: list[Paragraph] = []
    left = _MOST_IN_ALL
    for paragraph, successor in _aligned(before, after):
        if paragraph is None or successor is None:
            found.append((Run("inserted", successor),) if successor is not None else (Run("deleted", paragraph or ""),))
        else:
            runs, cost = _compared(paragraph, successor, min(left, _MOST))
            left -= cost
            found.append(runs)
    return tuple(found)


def is_same(paragraph: Paragraph) -> bool:
    """True for a paragraph in which nothing has changed."""
    return all(run.op == "same" for run in paragraph)


def _paragraphs(text: str) -> list[str]:
    return text.split("\n\n") if text else []


def _aligned(old: list[str], new: list[str]) -> Iterator[tuple[str | None, str | None]]:
    """Each paragraph beside what it became, in reading order; None where it has no counterpart."""
    i = j = 0
    for same_i, same_j in (*_matches(old, new), (len(old), len(new))):
        yield from _paired(old[i:same_i], new[j:same_j])
        if same_i < len(old):
            yield old[same_i], new[same_j]
        i, j = same_i + 1, same_j + 1


def _paired(old: list[str], new: list[str]) -> Iterator[tuple[str | None, str | None]]:
    """Paragraphs of which none stands in both texts: edited ones beside each other, the others alone."""
    words, bags = [frozenset(text.split()) for text in old], [frozenset(text.split()) for text in new]
    at = 0
    for text, bag in zip(old, words, strict=True):
        near = range(at, min(at + _WINDOW, len(new)))
        match = next((number for number in near if _alike(bag, bags[number])), None)
        if match is None:
            yield text, None
            continue
        yield from ((None, added) for added in new[at:match])
        yield text, new[match]
        at = match + 1
    yield from ((None, added) for added in new[at:])


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    return 2 * len(one & other) >= _ALIKE * (len(one) + len(other)) > 0


def _matches(old: list[str], new: list[str]) -> list[tuple[int, int]]:
    """Places of equal paragraphs, both rising."""
    found: list[tuple[int, int]] = []
    i = j = 0
    for anchor_i, anchor_j in (*_anchors(old, new), (len(old), len(new))):
        found += ((i + m, j + n) for m, n in _between(old[i:anchor_i], new[j:anchor_j]))
        if anchor_i < len(old):
            found.append((anchor_i, anchor_j))
        i, j = anchor_i + 1, anchor_j + 1
    return found


def _anchors(old: list[str], new: list[str]) -> list[tuple[int, int]]:
    """Places of the paragraphs that stand once in either text: the longest row of them that kept its order."""
    once = {text for text, count in Counter(old).items() if count == 1}
    once &= {text for text, count in Counter(new).items() if count == 1}
    places = {text: number for number, text in enumerate(old) if text in once}
    pairs = [(places[text], number) for number, text in enumerate(new) if text in once]
    ends: list[int] = []  # by length of row: the smallest place that such a row ends at, and its pair
    last: list[int] = []
    before: list[int] = []
    for number, (place, _) in enumerate(pairs):
        length = bisect_left(ends, place)
        before.append(last[length - 1] if length else -1)
        ends[length:] = [place, *ends[length + 1 :]]
        last[length:] = [number, *last[length + 1 :]]
    row: list[tuple[int, int]] = []
    number = last[-1] if last else -1
    while number >= 0:
        row.append(pairs[number])
        number = before[number]
    return row[::-1]


def _between(old: list[str], new: list[str]) -> Iterator[tuple[int, int]]:
    """Places of equal paragraphs between two anchors: at the beginning, at the end, and what lies in order between."""
    head = _common(zip(old, new, strict=False))
    tail = _common(zip(reversed(old[head:]), reversed(new[head:]), strict=False))
    yield from ((number, number) for number in range(head))
    middle = old[head : len(old) - tail], new[head : len(new) - tail]
    if _cost(*middle) <= _MOST:
        for block in SequenceMatcher(None, *middle, autojunk=False).get_matching_blocks():
            yield from ((head + block.a + number, head + block.b + number) for number in range(block.size))
    yield from ((len(old) - number, len(new) - number) for number in range(tail, 0, -1))


def _common(pairs: Iterable[tuple[str, str]]) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _cost(old: Sequence[str], new: Sequence[str]) -> int:
    """Pairs of equal items, which is what the comparison looks at."""
    counts = Counter(new)
    return sum(counts[item] for item in old) + len(old) + len(new)


def _compared(old: str, new: str, limit: int) -> tuple[Paragraph, int]:
    """Two paragraphs word by word, and what that took; replaced whole where it would take more than `limit`."""
    if old == new:
        return (Run("same", old),), 0
    words, others = _WORD.findall(old), _WORD.findall(new)
    head = _common(zip(words, others, strict=False))
    tail = _common(zip(reversed(words[head:]), reversed(others[head:]), strict=False))
    middle, other = words[head : len(words) - tail], others[head : len(others) - tail]
    bare, other_bare = [word.rstrip() for word in middle], [word.rstrip() for word in other]
    cost = _cost(bare, other_bare)
    if cost > limit:
        changes: Iterable[_Step] = (("deleted", "".join(middle)), ("inserted", "".join(other)))
    else:
        blocks = SequenceMatcher(None, bare, other_bare, autojunk=False).get_opcodes()
        changes = chain.from_iterable(_steps(op, middle[i:i_end], other[j:j_end]) for op, i, i_end, j, j_end in blocks)
    begin: _Step = ("same", "".join(words[:head]))
    end: _Step = ("same", "".join(words[len(words) - tail :]))
    return tuple(_merged([begin, *changes, end])), min(cost, limit)


def _steps(op: str, old: list[str], new: list[str]) -> Iterator[_Step]:
    """One block; in one of equal words the white space behind them may differ."""
    if op != "equal":
        yield "deleted", "".join(old)
        yield "inserted", "".join(new)
    elif old == new:
        yield "same", "".join(old)
    else:
        for word, other in zip(old, new, strict=True):
            bare = len(word.rstrip())
            yield "same", word if word == other else word[:bare]
            if word != other:
                yield "deleted", word[bare:]
                yield "inserted", other[bare:]


def _merged(steps: Iterable[_Step]) -> Iterator[Run]:
    """Runs that alternate; white space behind both what went and what came is no part of the change."""
    same = deleted = inserted = ""
    for op, text in (*steps, ("same", "")):
        if op == "deleted":
            deleted += text
        elif op == "inserted":
            inserted += text
        elif deleted or inserted:
            space = deleted[len(deleted.rstrip()) :]
            space = space if space == inserted[len(inserted.rstrip()) :] else ""
            yield from _runs(same, deleted.removesuffix(space), inserted.removesuffix(space))
            same, deleted, inserted = space + text, "", ""
        else:
            same += text
    yield from _runs(same, "", "")


def _runs(same: str, deleted: str, inserted: str) -> Iterator[Run]:
    if same:
        yield Run("same", same)
    if deleted:
        yield Run("deleted", deleted)
    if inserted:
        yield Run("inserted", inserted)
