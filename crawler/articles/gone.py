"""The event ``gone``: an article whose page is not there any more, told by what its last version said of itself."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import orjson

from crawler.articles.extract import EXTRACTOR
from crawler.items import SCHEMA_VERSION, Article, ArticleLink, CaptureRef, Dateline

DESCRIBED = (
    "version",
    "url",
    "canonical_url",
    "site",
    "section",
    "sections",
    "title",
    "subtitle",
    "authors",
    "dateline",
    "published_at",
    "published_raw",
    "modified_at",
    "modified_raw",
    "language",
    "tags",
    "content_digest",
    "flags",
)
"""Fields of the last version that the line of a gone article repeats."""


def description(values: Mapping[str, Any]) -> bytes:
    """What to remember of a version, from its line or from the fields of its `Article`: the same bytes from both."""
    return orjson.dumps({name: values.get(name) for name in DESCRIBED}, option=orjson.OPT_UTC_Z)


def is_page(url: str, described: bytes) -> bool:
    """True for the address of the version itself, whatever its host. A dead link to an older one says nothing of it."""
    last: dict[str, Any] = orjson.loads(described)
    return urlsplit(url).path in {urlsplit(last[name] or "").path for name in ("url", "canonical_url")}


def is_confirmed(first: CaptureRef, again: CaptureRef, gone_hours: float) -> bool:
    """True if the second of two sightings comes late enough after the first to call the article gone."""
    apart = again.fetched_at - first.fetched_at
    return first.record_id != again.record_id and 0 < apart.total_seconds() >= gone_hours * 3600


def gone(link: ArticleLink, described: bytes, first: CaptureRef, again: CaptureRef) -> Article:
    """The event, with both sightings as its evidence. Crawl date and snapshot are left open."""
    last: dict[str, Any] = orjson.loads(described)
    statuses = "/".join(dict.fromkeys(str(ref.status) for ref in (first, again)))
    since = first.fetched_at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return Article(
        schema_version=SCHEMA_VERSION,
        event="gone",
        article_id=link.article_id,
        version=last["version"],
        url=last["url"],
        canonical_url=last["canonical_url"],
        site=last["site"],
        section=last["section"],
        sections=tuple(last["sections"] or ()),
        title=last["title"],
        subtitle=last["subtitle"],
        authors=tuple(last["authors"] or ()),
        dateline=Dateline(**last["dateline"]) if last["dateline"] else None,
        published_at=_moment(last["published_at"]),
        published_raw=last["published_raw"],
        modified_at=_moment(last["modified_at"]),
        modified_raw=last["modified_raw"],
        language=last["language"],
        tags=tuple(last["tags"] or ()),
        text="",
        blocks=(),
        images=(),
        related=(),
        word_count=0,
        content_digest=last["content_digest"],
        flags=tuple(last["flags"] or ()),
        captures=(first, again),
        extractor=EXTRACTOR,
        provenance={"event": f"http {statuses} since {since}"},
        discovered_via=link.discovered_via,
    )


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
