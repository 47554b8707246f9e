"""Reads the first page of a section: the articles that it lists, in its order."""

from datetime import UTC, datetime
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.items import ArticleLink
from crawler.sites.site import Site, clean_url

_LINKS = "a.list__title, a.cell-list__item, a.cell-main-photo__image, a.cell-main-photo__title, .cell-main-photo a"
_MAX_URL = 2048
_EPOCH_YEARS = (631152000, 4102444800)
"""1990 to 2100: an epoch outside is no publication time."""


def links(html: str, url: str, site: Site, section: str) -> tuple[ArticleLink, ...]:
    """Links to articles on the page at `url`, which lists `section`: one per article, http(s), same host only."""
    found: dict[str, ArticleLink] = {}
    for anchor in LexborHTMLParser(html).css(_LINKS):
        target = _target(anchor, url)
        key = site.article_key(target) if target else None
        if target is None or key is None or key in found:
            continue
        found[key] = ArticleLink(
            url=target,
            article_id=key,
            discovered_via="section",
            source_url=url,
            section=site.section_name(section),
            title=_title(anchor),
            published_at=_published(anchor),
        )
    return tuple(found.values())


def _target(anchor: LexborNode, url: str) -> str | None:
    try:
        target = urljoin(url, (anchor.attributes.get("href") or "").strip())
        parts = urlsplit(target)
        same_host = parts.scheme in ("http", "https") and parts.netloc == urlsplit(url).netloc
    except ValueError:  # a href that is no URL
        return None
    return clean_url(target) if same_host and len(target) <= _MAX_URL else None


def _title(anchor: LexborNode) -> str | None:
    text = anchor.attributes.get("title") or anchor.text(deep=True)
    return " ".join(text.split()) or None


def _published(anchor: LexborNode) -> datetime | None:
    """Time in `data-unixtime` of the anchor's list item."""
    item: LexborNode | None = anchor
    while item is not None and not {"list__item", "cell-list__item"} & set(
        (item.attributes.get("class") or "").split()
    ):
        item = item.parent
    stamp = item.css_first("[data-unixtime]") if item is not None else None
    value = (stamp.attributes.get("data-unixtime") or "") if stamp is not None else ""
    if not (value.isascii() and value.isdigit() and _EPOCH_YEARS[0] <= int(value[:12]) <= _EPOCH_YEARS[1]):
        return None
    return datetime.fromtimestamp(int(value), UTC)
