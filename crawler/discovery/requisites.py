"""What a page needs so that a browser shows it as it was: images, stylesheets, fonts and icons, on whatever host."""

from collections.abc import Mapping
from itertools import islice

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.discovery.requisite_gate import Requisite, RequisiteGate, absolute
from crawler.discovery.srcset import candidates
from crawler.discovery.stylesheet import read_declarations, read_rules
from crawler.evidence import RequisiteKind

MAX_ELEMENTS = 100_000
"""Elements of a page that are looked at."""

MAX_ESCAPED_TAGS = 50
"""Tags that the text of a `<noscript>` may hold; text with more is not read, as nothing has checked its nesting."""

_SOURCES = (
    *("src", "data-src", "data-original", "data-original-src", "data-lazy", "data-lazy-src", "data-lazyload"),
    *("data-echo", "data-img-src", "data-hi-res-src", "data-src-retina", "data-fallback-src"),
)
_SETS = (
    *("srcset", "data-srcset", "data-lazy-srcset", "data-lazyload-srcset"),
    *("data-original-set", "data-original-srcset"),
)
_BACKGROUNDS = ("data-bg", "data-background", "data-background-image", "data-bg-image", "data-bg-src")
"""Where scripts that load images late keep the addresses; what stands in `src` meanwhile is a spinner or nothing."""

_WITH_BACKGROUND = frozenset({"body", "table", "thead", "tbody", "tfoot", "tr", "td", "th"})
_ICONS = frozenset(
    {"icon", "apple-touch-icon", "apple-touch-icon-precomposed", "apple-touch-startup-image", "mask-icon"}
)
_PRELOADED: Mapping[str, RequisiteKind] = {"style": "stylesheet", "font": "font", "image": "image"}
_NEEDY = "img, source, link, style, noscript, input, video, image, use, [style], [background], [data-bgset]"
_SELECTOR = f":is({_NEEDY}, {', '.join(f'[{name}]' for name in _BACKGROUNDS)})"

Attributes = Mapping[str, str | None]


def requisites_of_page(html: str, url: str) -> tuple[Requisite, ...]:
    """What the page at `url` needs, in page order, once each, at most `MAX_REQUISITES`.

    Every candidate of a `srcset` is needed: which one a browser takes depends on its window. Never raises; the depth
    of the page must have been checked (`crawler.articles.page.check_depth`), or parsing takes quadratic time.
    """
    page = LexborHTMLParser(html)
    gate = RequisiteGate(_base_url(page, url))
    _read(page, gate)
    return gate.requisites()


def _base_url(page: LexborHTMLParser, url: str) -> str:
    """What the first `<base href>` says (HTML standard, 2.4.3), else the URL of the page."""
    base = page.css_first("base[href]")
    return (absolute(base.attributes.get("href") or "", url) if base is not None else None) or url


def _read(page: LexborHTMLParser, gate: RequisiteGate, inside_noscript: bool = False) -> None:
    for node in islice(page.css(_SELECTOR), MAX_ELEMENTS):
        if gate.full:
            return
        attributes = node.attributes
        _read_element(node, attributes, gate)
        _read_backgrounds(node, attributes, gate)
        if node.tag == "noscript" and not inside_noscript:
            _read_escaped(node.text(deep=False), gate)


def _read_element(node: LexborNode, attributes: Attributes, gate: RequisiteGate) -> None:
    match node.tag:
        case "img":
            _read_image(attributes, gate)
        case "source" if node.parent is not None and node.parent.tag == "picture":
            _read_image(attributes, gate)
        case "link":
            _read_link(attributes, gate)
        case "style" if _is_css(attributes):
            read_rules(node.text(), gate)
        case "input" if (attributes.get("type") or "").lower() == "image":
            _offer(attributes, ("src",), gate)
        case "video":
            _offer(attributes, ("poster", "data-poster"), gate)
        case "image" | "use":
            _offer(attributes, ("href", "xlink:href"), gate)


def _read_image(attributes: Attributes, gate: RequisiteGate) -> None:
    _offer(attributes, _SOURCES, gate)
    _offer_sets(attributes, _SETS, gate)


def _read_link(attributes: Attributes, gate: RequisiteGate) -> None:
    """A stylesheet, unless it is an alternate one or in another language; an icon; what is preloaded."""
    relations = set((attributes.get("rel") or "").lower().split())
    href = attributes.get("href")
    preloaded = _PRELOADED.get((attributes.get("as") or "").strip().lower())
    if "stylesheet" in relations and "alternate" not in relations and _is_css(attributes):
        gate.offer(href, "stylesheet")
    elif relations & _ICONS:
        gate.offer(href, "icon")
    elif "preload" in relations and preloaded:
        gate.offer(href, preloaded)
        if preloaded == "image":
            _offer_sets(attributes, ("imagesrcset",), gate)


def _read_backgrounds(node: LexborNode, attributes: Attributes, gate: RequisiteGate) -> None:
    if node.tag in _WITH_BACKGROUND:
        gate.offer(attributes.get("background"), "image")
    read_declarations(attributes.get("style") or "", gate)
    for name in _BACKGROUNDS:
        value = attributes.get(name) or ""
        if "url(" in value.lower():
            read_declarations(f"background: {value}", gate)
        else:
            gate.offer(value if _is_address(value) else None, "image")
    _offer_sets(attributes, ("data-bgset",), gate)


def _read_escaped(text: str, gate: RequisiteGate) -> None:
    """The markup that a `<noscript>` holds as text: some pages escape it, and parsers that run scripts leave it so."""
    if 0 < text.count("<") <= MAX_ESCAPED_TAGS:
        _read(LexborHTMLParser(text), gate, inside_noscript=True)


def _offer(attributes: Attributes, names: tuple[str, ...], gate: RequisiteGate) -> None:
    for name in names:
        value = attributes.get(name)
        if value and (not name.startswith("data-") or _is_address(value)):
            gate.offer(value, "image")


def _offer_sets(attributes: Attributes, names: tuple[str, ...], gate: RequisiteGate) -> None:
    for name in names:
        for address in candidates(attributes.get(name) or ""):
            if gate.full:
                return
            gate.offer(address, "image")


def _is_address(value: str) -> bool:
    """Scripts keep flags, colours, numbers and JSON under the same names."""
    return ("/" in value or "." in value) and not value.lstrip().startswith(("{", "[", "<"))


def _is_css(attributes: Attributes) -> bool:
    """No media type means CSS."""
    return (attributes.get("type") or "text/css").partition(";")[0].strip().lower() == "text/css"
