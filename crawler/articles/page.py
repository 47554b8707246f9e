"""From the bytes of a response to the text of a page: the one way, while crawling and when deriving from the WARC."""

import re

from w3lib.encoding import html_to_unicode

from crawler.errors import NotAnArticleError

_HTML_TYPES = ("text/html", "application/xhtml+xml")
_LOOKS_LIKE_HTML = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<!doctype\s+html|<html|<head|<!--)", re.IGNORECASE)


def page_text(body: bytes, content_type: str | None, url: str) -> str:
    """Decode an HTML page: byte order mark, then the header's charset, then the page's own, then detection.

    Raises `NotAnArticleError` (reason ``not_html``) for anything that is not HTML; a missing Content-Type is sniffed.
    """
    media_type = (content_type or "").partition(";")[0].strip().lower()
    if media_type not in _HTML_TYPES and not (not media_type and _LOOKS_LIKE_HTML.match(body)):
        shown = media_type or "no media type"
        raise NotAnArticleError(
            "not_html", f"{url} is {shown}, not an HTML page: its bytes are archived, no article is made"
        )
    return str(html_to_unicode(content_type, body, default_encoding="utf-8", auto_detect_fun=_detected)[1])


def _detected(body: bytes) -> str:
    """UTF-8 if it is; else windows-1252, which the HTML standard falls back to."""
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"
