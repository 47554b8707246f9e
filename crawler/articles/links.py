"""Where links of a page lead."""

from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborNode

from crawler.sites.site import clean_url


def absolute_url(text: str, base: str) -> str:
    """A URL that a page names, absolute and without query; empty for what can be none."""
    try:
        named = clean_url(urljoin(base, text.strip())) if text.strip() else ""
        usable = named.startswith(("http://", "https://")) and bool(urlsplit(named).hostname)
    except ValueError:
        return ""
    return named if usable else ""


def target_of(anchor: LexborNode, base: str) -> str | None:
    """Where an anchor leads, as `absolute_url`; None where it leads to no page."""
    return absolute_url(anchor.attributes.get("href") or "", base) or None
