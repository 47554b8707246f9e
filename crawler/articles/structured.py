"""What pages say of themselves for machines: JSON-LD, meta elements, microdata. Hostile until read."""

from functools import cached_property

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.articles.json_ld import Author, LinkedData, texts
from crawler.articles.text import line, squeezed
from crawler.items import JsonObject

_TOLD = 'meta[content], title, h1, time, [itemprop], [rel~="author"], script[type*="ld+json" i]'
"""All that is read of most pages, found in one walk: a walk for each would cost as much again."""

_MAX_FOUND = 20_000


class Structured:
    """The structured data of one parsed page, found in one walk; JSON-LD is read when first asked for."""

    def __init__(self, page: LexborHTMLParser) -> None:
        self._metas: dict[str, list[str]] = {}
        self._items: dict[str, list[LexborNode]] = {}
        self._scripts: list[LexborNode] = []
        self.headings: list[LexborNode] = []
        """The `h1` elements."""
        self.times: list[LexborNode] = []
        """The `time` elements, those behind the first `h1` first."""
        self._times_before: list[LexborNode] = []
        self.author_links: list[LexborNode] = []
        """Elements that are links to an author, ``rel=author``."""
        self.title_element: LexborNode | None = None
        """The page's `title`."""
        for node in page.css(_TOLD)[:_MAX_FOUND]:
            self._take(node)
        self.times += self._times_before

    def _take(self, node: LexborNode) -> None:
        attributes, tag = node.attributes, node.tag
        if tag == "meta":
            content = squeezed(attributes.get("content"))
            for name in {attributes.get("property"), attributes.get("name"), attributes.get("itemprop")}:
                if name:
                    self._metas.setdefault(name.casefold(), []).append(content)
        elif tag == "h1":
            self.headings.append(node)
        elif tag == "time":
            (self.times if self.headings else self._times_before).append(node)
        elif tag == "script":
            self._scripts.append(node)
        elif tag == "title":
            self.title_element = self.title_element or node
        for name in (attributes.get("itemprop") or "").split():
            self._items.setdefault(name, []).append(node)
        if "author" in (attributes.get("rel") or "").split():
            self.author_links.append(node)

    @cached_property
    def linked(self) -> LinkedData:
        """The page's JSON-LD."""
        return LinkedData(script.text_content or script.text(deep=True) or "" for script in self._scripts)

    @property
    def article(self) -> JsonObject:
        """The article in the page's JSON-LD; empty without one."""
        return self.linked.article

    def meta(self, *names: str) -> str:
        """Content of the first of these meta elements that has any, empty without. Case does not matter."""
        return next((text for text in self.metas(*names) if text), "")

    def metas(self, *names: str) -> list[str]:
        """Contents of all meta elements of these names, the names in order of preference."""
        return [text for name in names for text in self._metas.get(name.casefold(), ())]

    def ld(self, name: str) -> list[str]:
        """Values of a JSON-LD property of the article as texts; of objects their name."""
        return texts(self.article.get(name))

    def ld_page(self, name: str) -> list[str]:
        """The same of the page, for pages that declare no article."""
        return texts(self.linked.page.get(name))

    def ld_authors(self) -> list[Author]:
        """Authors by JSON-LD."""
        return self.linked.authors()

    def microdata(self, name: str) -> list[str]:
        """Values of an item property, meta elements included."""
        values = (item_text(node) for node in self.items(name))
        return [value for value in values if value]

    def items(self, name: str) -> list[LexborNode]:
        """Elements of an item property."""
        return self._items.get(name, [])


def item_text(node: LexborNode) -> str:
    """An item property as text: of an item its name, of an organization nothing, because it wrote no article."""
    if (node.attributes.get("itemtype") or "").endswith("/Organization"):
        return ""
    name = node.css_first('[itemprop="name"]') if "itemscope" in node.attributes else None
    if name is not None:
        return squeezed(name.attributes.get("content")) or line(name)
    return squeezed(node.attributes.get("content") or node.attributes.get("datetime")) or line(node)
