"""From the bytes of a response to the text of a page: the one way, while crawling and when deriving from the WARC."""

import re

from crawler.articles.attributes import MAX_ATTRIBUTES, has_endless_tag
from crawler.articles.charsets import PageText, decoded_page
from crawler.errors import NotAnArticleError

_HTML_TYPES = ("text/html", "application/xhtml+xml")
_LOOKS_LIKE_HTML = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<!doctype\s+html|<html|<head|<!--)", re.IGNORECASE)

MAX_DEPTH = 5000
"""Elements that may be open at once."""

MAX_BYTES = 16 << 20
"""Bytes of a page that is read; the longest live blogs have five million."""

MAX_FORMATTING = 500
"""Formatting elements that may be left open: parsers open each of them again in every new paragraph."""

_FORMATTING = "(?=[bcefinstuBCEFINSTU])(?i:font|b|i|em|strong|u|s|small|code|nobr|tt|big|strike)"
"""Looks at the first letter first, and ignores case no earlier than it must: the search is twice as fast."""
_FORMATTING_OPENED = re.compile(rf"<{_FORMATTING}[ >]", re.ASCII)
_FORMATTING_CLOSED = re.compile(rf"</{_FORMATTING}>", re.ASCII)

_TAG = re.compile(r"<(?P<close>/?)(?P<name>[a-zA-Z][a-zA-Z0-9-]*)")
_NEVER_OPEN = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"}
    | {"p", "li", "dt", "dd", "option", "tr", "td", "th", "path", "circle", "use"}
)
"""Elements without an end tag, or whose end tag pages leave out: counting them would see depth where there is none."""


def page_text(body: bytes, content_type: str | None, url: str) -> PageText:
    """Decode an HTML page: by its charset, or by another one where the bytes show that the label is wrong.

    `articles.charsets` has the rule. Raises `NotAnArticleError` (reasons ``not_html``, ``too_large``, ``too_deep``):
    nothing is read from anything that is not HTML; a missing Content-Type is sniffed.
    """
    media_type = (content_type or "").partition(";")[0].strip().lower()
    if media_type not in _HTML_TYPES and not (not media_type and _LOOKS_LIKE_HTML.match(body)):
        shown = media_type or "no media type"
        raise NotAnArticleError(
            "not_html", f"{url} is {shown}, not an HTML page: its bytes are archived, no article is made"
        )
    if len(body) > MAX_BYTES:
        raise NotAnArticleError("too_large", f"{url} has {len(body)} bytes: it is archived, nothing is read from it")
    page = decoded_page(body, content_type)
    check_depth(page.text, url)
    return page


def check_depth(html: str, url: str) -> None:
    """Raise `NotAnArticleError` (reason ``too_deep``) for a page that nests, or goes on in one tag, without end.

    Parsing takes quadratic time in the number of open elements, and in that of the attributes of one; browsers
    themselves stop far earlier.
    """
    if has_endless_tag(html):
        raise NotAnArticleError(
            "too_deep", f"{url} gives an element over {MAX_ATTRIBUTES} attributes: nothing is read from it"
        )
    if _unclosed_formatting(html) > MAX_FORMATTING:
        raise NotAnArticleError(
            "too_deep", f"{url} leaves over {MAX_FORMATTING} formatting tags open: nothing is read from it"
        )
    if html.count("<") < MAX_DEPTH:
        return
    depth = 0
    for match in _TAG.finditer(html):
        if match["name"].lower() not in _NEVER_OPEN:
            depth = max(depth + (-1 if match["close"] else 1), 0)
        if depth > MAX_DEPTH:
            raise NotAnArticleError("too_deep", f"{url} nests more than {MAX_DEPTH} elements: nothing is read from it")


def _unclosed_formatting(html: str) -> int:
    opened = sum(1 for _ in _FORMATTING_OPENED.finditer(html))
    return opened - sum(1 for _ in _FORMATTING_CLOSED.finditer(html)) if opened > MAX_FORMATTING else 0
