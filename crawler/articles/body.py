"""The body of an article: one walk over its element, in reading order, into blocks, images and related links."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from selectolax.lexbor import LexborNode

from crawler.articles.images import image_of
from crawler.articles.links import target_of
from crawler.articles.phrases import is_noise, read_more_title
from crawler.articles.reading import PageReading
from crawler.articles.text import classes, first, line, lines, pieces, squeezed
from crawler.items import Block, Image, Related

_SKIPPED_TAGS = frozenset(
    {"script", "style", "noscript", "template", "aside", "iframe", "form", "nav", "svg", "noindex"}
    | {"-comment", "!doctype"}
)
_DROPPED_TYPES = frozenset({"banner", "infographics", "audio", "video", "poll", "subscribe", "tweet", "embed"})
_HEADINGS = frozenset({"h2", "h3", "h4"})
_TEXT_TYPES = frozenset({"text", "vrez", "list", "table"})
_INLINE = frozenset({"-text", "a", "b", "i", "em", "strong", "span", "u", "sup", "sub", "font"})
_MAX_ANCHORS = 50
_MAX_SECTION = 60
"""Characters: a longer line in a card is a description, not the name of a section."""

Anchor = tuple[str, str | None]
"""What a link shows, and where it leads."""


@dataclass(slots=True)
class Body:
    """What the walk finds."""

    blocks: list[Block] = field(default_factory=list)
    images: list[Image] = field(default_factory=list)
    related: list[Related] = field(default_factory=list)


def read_body(root: LexborNode, reading: PageReading) -> Body:
    """Walk the body element by the markup of its page. Never recursive: pages nest as deep as they like."""
    walk = _Walk(reading, Body())
    stack: list[str | LexborNode] = [root]
    while stack:
        piece = stack.pop()
        if isinstance(piece, str):
            walk.lines_of([piece], [])
        elif not walk.take(piece):
            stack.extend(reversed(pieces(piece) if reading.markup.bare_text else list(piece.iter())))
    return walk.body


@dataclass(frozen=True, slots=True)
class _Walk:
    """A walk under way: the page that is read, and what was found so far."""

    reading: PageReading
    body: Body

    def take(self, node: LexborNode) -> bool:
        """True if the node is dealt with, False to look inside it."""
        body, markup, tag, own = self.body, self.reading.markup, node.tag, classes(node)
        kind = node.attributes.get("data-type") or ""
        if tag in _SKIPPED_TAGS or own & markup.dropped_classes or kind in _DROPPED_TYPES:
            return True
        if own & markup.card_classes or (kind == "article" and "article__block" in own):
            body.related.extend(_card(node, self.reading))
        elif own & markup.media_classes or tag == "figure":
            body.images.extend(image_of(node, self.reading.url, self.reading.site, markup))
        elif own & markup.quote_classes or tag == "blockquote":
            body.blocks.extend(Block("quote", text) for text in lines(node))
        elif own & markup.heading_classes or tag in _HEADINGS:
            body.blocks.extend(Block("heading", text) for text in lines(node))
        elif tag == "li":
            body.blocks.extend(Block("list_item", text) for text in [line(node)] if text)
        elif own & markup.paragraph_classes or tag == "p" or _is_bare_text(node, kind):
            self.paragraphs(node)
        else:
            return False
        return True

    def paragraphs(self, node: LexborNode) -> None:
        """A paragraph element: its lines are paragraphs or links to read more; a list in it is a list."""
        inside = node.css("a[href], li")
        links = [element for element in inside if element.tag == "a"][:_MAX_ANCHORS]
        anchors = [(line(link), target_of(link, self.reading.url)) for link in links]
        if all(element.tag != "li" for element in inside):
            self.lines_of(lines(node), anchors)
            return
        stack: list[str | LexborNode] = [node]
        while stack:
            piece = stack.pop()
            if isinstance(piece, str):
                self.lines_of([piece], anchors)
            elif piece.tag in ("ul", "ol"):
                items = (line(item) for item in piece.css("li"))
                self.body.blocks.extend(Block("list_item", text) for text in items if text)
            elif piece.css_first("li") is not None:
                stack.extend(reversed(pieces(piece)))
            else:
                self.lines_of(lines(piece), anchors)

    def lines_of(self, texts: list[str], anchors: list[Anchor]) -> None:
        """Lines of text: paragraphs, or links to read more, whose label may stand on a line of its own."""
        site = self.reading.site
        label_waits = False
        for text in texts:
            title = text if label_waits else read_more_title(text)
            label_waits = title == ""
            if title:
                self.body.related.extend(_read_more(title, anchors))
            elif title is None and text not in site.boilerplate and not is_noise(text, site.title):
                self.body.blocks.append(Block("paragraph", text))


def _is_bare_text(node: LexborNode, kind: str) -> bool:
    """True for an element with text of its own that is a block of text, or stands in one under any class."""
    if node.tag not in ("div", "td", "section"):
        return False
    block = kind or (node.parent.attributes.get("data-type") if node.parent is not None else "")
    if block not in _TEXT_TYPES:
        return False
    return any(child.tag in _INLINE and squeezed(child.text(deep=True)) for child in node.iter(include_text=True))


def _read_more(title: str, anchors: list[Anchor]) -> Iterator[Related]:
    """The links of a READ MORE line; the whole line where it has none."""
    whole = f"READ MORE: {title}"
    here = ((read_more_title(text) or text, target) for text, target in anchors if text and text in whole)
    inside = list(dict.fromkeys(here))
    if len(inside) == 1 and inside[0][1]:
        yield Related(inside[0][1], title, "read_more")
    elif inside:
        yield from (Related(target, text, "read_more") for text, target in inside)
    else:
        yield Related(anchors[0][1] if len(anchors) == 1 else None, title, "read_more")


def _card(node: LexborNode, reading: PageReading) -> Iterator[Related]:
    heading, _ = first(node, reading.markup.card_title)
    if heading is None:  # a card whose headline has no class of its own: its longest link
        heading = max(node.css("a[href]"), key=lambda found: len(line(found)), default=None)
    title = line(heading) or squeezed(heading.attributes.get("title") if heading is not None else "")
    if not title:
        return
    anchor = heading if heading is not None and heading.tag == "a" else node.css_first("a[href]")
    if anchor is None and node.tag == "a":
        anchor = node
    target = target_of(anchor, reading.url) if anchor is not None else None
    yield Related(target, title, "card", _card_section(node, title, reading))


def _card_section(node: LexborNode, title: str, reading: PageReading) -> str | None:
    """The section that a card shows: an element called so, a section's name, or its one short line besides."""
    called = node.css_first('[class*="rubric"], [class*="supertag"], [class*="section"], [itemprop="articleSection"]')
    if called is not None:
        return line(called) or None
    pieces = [squeezed(part.text_content) for part in node.traverse(include_text=True) if part.tag == "-text"]
    names = set(reading.site.sections.values())
    named = next((piece for piece in pieces if piece in names), None)
    if named:
        return named
    noise = {title}
    for selector in reading.markup.card_noise:
        for found in node.css(selector):
            inside = lines(found)
            noise |= set(inside) if title not in inside else set()
    rest = [text for text in lines(node) if text not in noise and len(text) <= _MAX_SECTION]
    return rest[0] if len(rest) == 1 and title not in rest[0] else None
