"""What pages say of themselves for machines: JSON-LD, meta elements, microdata. Hostile until read."""

from collections.abc import Iterator
from typing import Any

import orjson
from selectolax.lexbor import LexborHTMLParser

from crawler.articles.text import line, squeezed
from crawler.items import JsonObject

_ARTICLE_TYPES = frozenset({"Article", "NewsArticle", "ReportageNewsArticle", "AnalysisNewsArticle", "LiveBlogPosting"})
_MAX_LD = 1 << 20
_MAX_NODES = 5000


class Structured:
    """The structured data of one parsed page, read once."""

    def __init__(self, page: LexborHTMLParser) -> None:
        self._page = page
        self._metas: dict[str, str] = {}
        for node in page.css("meta[content]"):
            name = node.attributes.get("property") or node.attributes.get("name") or node.attributes.get("itemprop")
            if name:
                self._metas.setdefault(name, squeezed(node.attributes.get("content")))
        self.article: JsonObject = next(self._articles(), {})
        """The first article in the page's JSON-LD; empty without one."""

    def meta(self, *names: str) -> str:
        """Content of the first of these meta elements that has any, empty without."""
        return next((self._metas[name] for name in names if self._metas.get(name)), "")

    def ld(self, name: str) -> list[str]:
        """Values of a JSON-LD property of the article as texts; of objects their name."""
        return [text for text in _texts(self.article.get(name)) if text]

    def microdata(self, name: str) -> list[str]:
        """Values of an item property outside of meta elements."""
        nodes = self._page.css(f'[itemprop="{name}"]')
        values = (
            squeezed(node.attributes.get("content") or node.attributes.get("datetime")) or line(node) for node in nodes
        )
        return [value for value in values if value]

    def _articles(self) -> Iterator[JsonObject]:
        for script in self._page.css('script[type="application/ld+json"]'):
            source = script.text_content or script.text(deep=True) or ""
            if len(source) > _MAX_LD:
                continue
            try:
                data = orjson.loads(source.strip().rstrip(";"))
            except (orjson.JSONDecodeError, UnicodeEncodeError):
                continue  # broken JSON-LD is common; the other layers remain
            yield from (node for node in _objects(data) if _ARTICLE_TYPES & set(_texts(node.get("@type"))))


def _objects(data: Any) -> Iterator[JsonObject]:  # noqa: ANN401  any JSON
    """Objects of a document: itself, the members of a list, those of `@graph`. Bounded, never recursive."""
    stack = [data]
    for _ in range(_MAX_NODES):
        if not stack:
            return
        node = stack.pop()
        if isinstance(node, list):
            stack.extend(reversed(node[:_MAX_NODES]))
        elif isinstance(node, dict):
            yield node
            stack.append(node.get("@graph"))


def _texts(value: Any) -> list[str]:  # noqa: ANN401  any JSON
    values = value if isinstance(value, list) else [value]
    named = (item.get("name") if isinstance(item, dict) else item for item in values[:_MAX_NODES])
    return [squeezed(item) for item in named if isinstance(item, str)]
