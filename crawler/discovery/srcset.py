"""The addresses in a `srcset` attribute, as "parse a srcset attribute" of the HTML standard finds them."""

import re
from collections.abc import Iterator

_BETWEEN = re.compile(r"[\t\n\f\r ,]*")
_URL = re.compile(r"[^\t\n\f\r ]+")
_SPACE = re.compile(r"[\t\n\f\r ]*")
# A comma or white space inside of parentheses belongs to the descriptor; parentheses do not nest.
_DESCRIPTOR = re.compile(r"(?:[^\t\n\f\r ,(]++|\([^)]*+\)?)++")
_WHOLE = re.compile(r"0*[1-9][0-9]*[wh]")
_DENSITY = re.compile(r"(?P<number>-?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+))(?:[eE][-+]?[0-9]+)?x")
_NEGATIVE = re.compile(r"-[0.]*[1-9]")


def candidates(srcset: str) -> Iterator[str]:
    """The address of each image candidate, in order; a candidate whose descriptors are wrong is none.

    An address may hold commas. Takes linear time.
    """
    position = _end(_BETWEEN, srcset, 0)
    while url := _URL.match(srcset, position):
        address, position = url[0].rstrip(","), url.end()
        descriptors: list[str] = []
        if address == url[0]:
            descriptors, position = _descriptors(srcset, position)
        if _valid(descriptors):
            yield address
        position = _end(_BETWEEN, srcset, position)


def _descriptors(srcset: str, position: int) -> tuple[list[str], int]:
    """The descriptors from here to the next comma, and where that is."""
    found = []
    position = _end(_SPACE, srcset, position)
    while descriptor := _DESCRIPTOR.match(srcset, position):
        found.append(descriptor[0])
        position = _end(_SPACE, srcset, descriptor.end())
    return found, position


def _valid(descriptors: list[str]) -> bool:
    """Either nothing, or one density, or a width, to which a height may be added; no zero width or height."""
    kinds = [_kind(descriptor) for descriptor in descriptors]
    return sorted(kinds) in ([], ["x"], ["w"], ["h", "w"])


def _kind(descriptor: str) -> str:
    """``w``, ``h`` or ``x``; empty for what is no descriptor."""
    if _WHOLE.fullmatch(descriptor):
        return descriptor[-1]
    density = _DENSITY.fullmatch(descriptor)
    return "x" if density and not _NEGATIVE.match(density["number"]) else ""


def _end(pattern: re.Pattern[str], text: str, position: int) -> int:
    """Where a pattern that matches everywhere, be it nothing, ends."""
    match = pattern.match(text, position)
    return match.end() if match else position
