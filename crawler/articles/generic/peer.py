"""trafilatura's reading of a page, asked where ours is in doubt: another opinion that errs elsewhere."""

from functools import cached_property
from typing import Any

from crawler.articles.generic.wording import trigrams, words
from crawler.articles.text import squeezed
from crawler.items import Block, BlockKind

_KINDS: dict[str, BlockKind] = {"p": "paragraph", "head": "heading", "quote": "quote", "item": "list_item"}


class Peer:
    """A page as trafilatura reads it, once and only if it is asked. It finds nothing in an empty one."""

    def __init__(self, html: str, url: str) -> None:
        self._html = html
        self._url = url

    def blocks(self) -> list[Block]:
        """The innermost text elements; one inside a quotation is quoted."""
        blocks = []
        for element in self._body.iter(*_KINDS) if self._body is not None else ():
            text = squeezed(" ".join(element.itertext()))
            if text and not any(True for _ in element.iterdescendants(*_KINDS)):
                quoted = any(True for _ in element.iterancestors("quote"))
                blocks.append(Block("quote" if quoted else _KINDS[element.tag], text))
        return blocks

    def share(self, text: str) -> float:
        """How much of a text, 0 to 1, is in the body that trafilatura found."""
        found = words(text)
        grams = trigrams(found)
        if not grams:
            return float(" ".join(found) in self._lines)
        return len(grams & self._grams) / len(grams)

    @cached_property
    def _body(self) -> Any:  # noqa: ANN401  lxml ships no types
        """Imported here, because it takes a third of a second and most runs never need it."""
        from trafilatura import bare_extraction

        found = bare_extraction(self._html, url=self._url, include_comments=False, fast=True) if self._html else None
        return found.body if found is not None and not isinstance(found, dict) else None

    @cached_property
    def _words(self) -> list[str]:
        return words(" ".join(self._body.itertext())) if self._body is not None else []

    @cached_property
    def _grams(self) -> frozenset[tuple[str, ...]]:
        return trigrams(self._words)

    @cached_property
    def _lines(self) -> frozenset[str]:
        return frozenset(" ".join(words(block.text)) for block in self.blocks())
