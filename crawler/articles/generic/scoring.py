"""The score of a text block: a few dozen small trees, evaluated in plain Python."""

from collections.abc import Sequence
from typing import TypeAlias

from crawler.articles.generic.weights import BASE, TREES

Tree: TypeAlias = "float | tuple[int, float, Tree, Tree]"
"""A leaf's log odds, or a split: feature, threshold, the branch for values not above it, the other branch."""


def score(row: Sequence[float]) -> float:
    """Log odds that the block that was measured so is one of the body: above 0 more likely than not."""
    total = BASE
    for tree in _TREES:
        node = tree
        while type(node) is tuple:
            node = node[2] if row[node[0]] <= node[1] else node[3]
        total += node  # type: ignore[operator]  # a leaf
    return total


def _grown(words: list[str]) -> Tree:
    """A tree from its words in preorder: read from the end, every branch is there before its split."""
    stack: list[Tree] = []
    for word in reversed(words):
        feature, split, threshold = word.partition("<")
        stack.append((int(feature), float(threshold), stack.pop(), stack.pop()) if split else float(word))
    return stack[0]


_TREES = tuple(_grown(tree.split()) for tree in TREES.replace("\n ", " ").splitlines())
