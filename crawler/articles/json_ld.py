"""JSON-LD as pages write it: read where it is valid, mended where what is wrong with it is common, never trusted.

The vocabulary is schema.org's. Nothing here is recursive, and all of it is bounded.
"""

import html
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

import orjson

from crawler.articles.text import squeezed
from crawler.items import JsonObject

_PAGE_TYPES = frozenset({"WebPage", "ItemPage", "CreativeWork", "ClaimReview", "Review", "VideoObject", "Report"})
"""What stands for an article on pages that declare none."""

_ORGANIZATIONS = ("Organization", "Corporation", "Agency", "Brand", "WebSite")
_WRAPPING = re.compile(r"<!--|-->|(?:/[/*]\s*)?<!\[CDATA\[(?:\s*\*/)?|(?:/[/*]\s*)?\]\]>(?:\s*\*/)?")
"""What pages put around scripts for browsers of the nineties; none of it can stand in JSON outside of a string."""

_STRING_OR_COMMENT = re.compile(r'"(?:[^"\\]|\\.)*+"?|//[^\n]*|/\*.*?(?:\*/|\Z)', re.DOTALL)
"""One that is never closed goes on to the end: to look for its end again from every quote would be quadratic."""
_STRING_OR_COMMA = re.compile(r'"(?:[^"\\]|\\.)*+"?|,(?=\s*[}\]])', re.DOTALL)
_WRONG_ESCAPE = re.compile(r'\\(?:([^"\\/bfnrtu])|(u(?![0-9a-fA-F]{4})))|(\\.)', re.DOTALL)
_BETWEEN = re.compile(r"[\s,;]*")

_MAX_LD = 1 << 20
_MAX_NODES = 5000
_MAX_DOCUMENTS = 50

Author = tuple[str, bool]
"""A name, and whether it is an organization's."""


class LinkedData:
    """What the JSON-LD of one page says of its article."""

    def __init__(self, sources: Iterable[str]) -> None:
        nodes = [node for source in sources for data in _documents(source) for node in _objects(data)]
        articles = [node for node in nodes if any(_is_article(kind) for kind in _types(node))]
        whole = (
            node for node in articles if node.get("headline") and (node.get("datePublished") or node.get("author"))
        )
        self.article: JsonObject = next(whole, articles[0] if articles else {})
        """The page's article: the first that says who or when; empty without one."""
        self.page: JsonObject = next((node for node in nodes if _PAGE_TYPES & set(_types(node))), {})
        """The page itself, or what else stands for an article."""
        self._nodes = nodes

    def authors(self) -> list[Author]:
        """Authors of the article, or else of the page, with references resolved."""
        found = self._people(self.article.get("author")) or self._people(self.article.get("creator"))
        return found or self._people(self.page.get("author"))

    def _people(self, value: Any) -> list[Author]:  # noqa: ANN401  any JSON
        found: list[Author] = []
        stack = [value]
        for _ in range(_MAX_NODES):
            if not stack:
                break
            item = stack.pop()
            if isinstance(item, list):
                stack.extend(reversed(item[:_MAX_NODES]))
            elif isinstance(item, str):
                found.append((_text(item), False))
            elif isinstance(item, dict):
                known = item if item.keys() - {"@id", "@type"} else self._named(item.get("@id")) or item
                organization = any(kind.endswith(_ORGANIZATIONS) for kind in _types(known))
                found += [(name, organization) for name in _names(known)]
        return [(name, organization) for name, organization in found if name]

    def _named(self, identifier: Any) -> JsonObject:  # noqa: ANN401  any JSON
        """The object that a reference means: `@graph` holds each once and names it elsewhere."""
        return next((node for node in self._nodes if node.get("@id") == identifier and node.get("name")), {})


def texts(value: Any) -> list[str]:  # noqa: ANN401  any JSON
    """The texts of a property: strings, and of objects their names."""
    values = value if isinstance(value, list) else [value]
    named = (item.get("name") if isinstance(item, dict) else item for item in values[:_MAX_NODES])
    return [text for item in named if isinstance(item, str) and (text := _text(item))]


def _names(node: JsonObject) -> list[str]:
    whole = texts(node.get("name"))
    parts = [*texts(node.get("givenName"))[:1], *texts(node.get("familyName"))[:1]]
    return whole or ([" ".join(parts)] if parts else [])


def _text(value: str) -> str:
    """One line of valid Unicode: pages escape texts twice, and name halves of surrogate pairs."""
    if not value.isascii():
        value = value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return squeezed(html.unescape(value) if "&" in value else value)


def _types(node: JsonObject) -> list[str]:
    """Types without their vocabulary: ``https://schema.org/NewsArticle`` and ``schema:NewsArticle`` are one."""
    value = node.get("@type")
    kinds = value if isinstance(value, list) else [value]
    return [re.split(r"[/:#]", kind)[-1] for kind in kinds[:20] if isinstance(kind, str)]


def _is_article(kind: str) -> bool:
    """True for `Article` and its subclasses, which schema.org names after it, and for blog posts."""
    return kind.endswith(("Article", "BlogPosting"))


def _documents(source: str) -> list[Any]:
    """The JSON documents of a script, none where they are beyond mending."""
    if len(source) > _MAX_LD:
        return []
    try:
        return [orjson.loads(source)]
    except (orjson.JSONDecodeError, UnicodeEncodeError):
        wrapped = "<!" in source or "-->" in source or "]]>" in source
        return list(_mended(_WRAPPING.sub("", source) if wrapped else source))


def _mended(source: str) -> Iterator[Any]:
    """Documents out of JSON with the faults that pages have.

    Quotes escaped as in HTML, comments, trailing commas, wrong escapes, raw control characters in strings, halves of
    surrogate pairs, several documents one behind the other.
    """
    if '"' not in source:
        source = html.unescape(source)
    source = _STRING_OR_COMMENT.sub(lambda match: _string(match[0]) if match[0][0] == '"' else " ", source)
    source = _STRING_OR_COMMA.sub(lambda match: match[0] if match[0][0] == '"' else " ", source)
    decoder = json.JSONDecoder(strict=False)
    at = 0
    for _ in range(_MAX_DOCUMENTS):
        at = _after(source, at)
        try:
            data, at = decoder.raw_decode(source, at)
        except (ValueError, RecursionError):  # not JSON, or nested without end: the other layers remain
            return
        yield data


def _after(source: str, at: int) -> int:
    match = _BETWEEN.match(source, at)
    return match.end() if match else at


def _string(text: str) -> str:
    """A string whose wrong escapes stand for the character behind them."""
    return _WRONG_ESCAPE.sub(lambda match: match[1] or match[2] or match[3], text) if "\\" in text else text


def _objects(data: Any) -> Iterator[JsonObject]:  # noqa: ANN401  any JSON
    """Objects of a document: itself, the members of a list, those of `@graph`, and what a page is mainly about."""
    stack = [data]
    for _ in range(_MAX_NODES):
        if not stack:
            return
        node = stack.pop()
        if isinstance(node, list):
            stack.extend(reversed(node[:_MAX_NODES]))
        elif isinstance(node, dict):
            yield node
            stack += [node.get("mainEntity"), node.get("@graph")]
