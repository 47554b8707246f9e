"""What pages say of themselves for machines: JSON-LD, meta elements, microdata. Hostile until read."""

import re
from collections.abc import Iterator
from typing import Any

import orjson
from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.articles.text import line, squeezed
from crawler.items import JsonObject

_ARTICLE_TYPES = frozenset({"Article", "NewsArticle", "ReportageNewsArticle", "AnalysisNewsArticle", "LiveBlogPosting"})
_WRAPPING = re.compile(r"<!--|-->|(?:/[/*]\s*)?<!\[CDATA\[(?:\s*\*/)?|(?:/[/*]\s*)?\]\]>(?:\s*\*/)?")
"""What pages put around scripts for browsers of the nineties; none of it can stand in JSON outside of a string."""

_MAX_LD = 1 << 20
_MAX_NODES = 5000


class Structured:
    """The structured data of one parsed page, read once."""

    def __init__(self, page: LexborHTMLParser) -> None:
        self._page = page
        self._metas: dict[str, str] = {}
        for node in page.css("meta[content]"):
            for name in {node.attributes.get(key) for key in ("property", "name", "itemprop")} - {None, ""}:
                self._metas.setdefault(str(name), squeezed(node.attributes.get("content")))
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
        values = (_item_text(node) for node in self._page.css(f'[itemprop="{name}"]'))
        return [value for value in values if value]

    def _articles(self) -> Iterator[JsonObject]:
        for script in self._page.css('script[type="application/ld+json"]'):
            source = script.text_content or script.text(deep=True) or ""
            if len(source) > _MAX_LD:
                continue
            try:
                data = orjson.loads(_WRAPPING.sub("", source).strip().rstrip(";"))
            except (orjson.JSONDecodeError, UnicodeEncodeError):
                continue  # broken JSON-LD is common; the other layers remain
            yield from (node for node in _objects(data) if _ARTICLE_TYPES & set(_texts(node.get("@type"))))


def _item_text(node: LexborNode) -> str:
    """An item property as text: of an item its name, of an organization nothing, because it wrote no article."""
    if (node.attributes.get("itemtype") or "").endswith("/Organization"):
        return ""
    name = node.css_first('[itemprop="name"]') if "itemscope" in node.attributes else None
    if name is not None:
        return line(name)
    return squeezed(node.attributes.get("content") or node.attributes.get("datetime")) or line(node)


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
