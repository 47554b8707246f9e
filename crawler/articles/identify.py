"""Whether an article is new, revised or unchanged. Decided on its cleaned text, never on the bytes of its page."""

import hashlib
from dataclasses import dataclass, replace
from typing import Any, Literal

import orjson

from crawler.items import Article, JsonObject

COMPARED = (
    "section",
    "title",
    "subtitle",
    "authors",
    "dateline",
    "published_at",
    "modified_at",
    "tags",
    "text",
    "images",
)
"""Fields that `changed_fields` may name, in the order of the line. Only title and text make a revision."""


@dataclass(frozen=True)
class Known:
    """What is remembered of the latest version of an article."""

    article_id: str
    """Key of the article."""
    version: int
    """Number of that version."""
    content_digest: str
    """Digest over headline and text."""
    fields: dict[str, str]
    """Short digest of each compared field."""


def identify(article: Article, known: Known | None, *, gone: bool = False) -> Article | None:
    """The article as the event that it is; None if headline and text are unchanged.

    One that was `gone` is restored, as a version of its own even where nothing has changed: every version has one
    beginning and at most one end.
    """
    if known is None:
        return replace(article, event="article", version=1, changed_fields=())
    if known.content_digest == article.content_digest and not gone:
        return None
    now = known_from(article).fields
    changed = tuple(name for name in COMPARED if now[name] != known.fields.get(name))
    event: Literal["restored", "revision"] = "restored" if gone else "revision"
    return replace(article, event=event, version=known.version + 1, changed_fields=changed)


def known_from(article: Article) -> Known:
    """What to remember of an article that was identified."""
    plain = {name: _plain(getattr(article, name)) for name in COMPARED}
    version = article.version or 0
    return Known(article.article_id, version, article.content_digest, _short_digests(plain))


def known_from_line(line: JsonObject) -> Known:
    """The same, from a line that was published."""
    return Known(line["article_id"], line["version"], line["content_digest"], _short_digests(line))


def _plain(value: Any) -> Any:  # noqa: ANN401  any field of an article
    """A field as the JSON line holds it."""
    return orjson.loads(orjson.dumps(value, option=orjson.OPT_UTC_Z))


def _short_digests(values: JsonObject) -> dict[str, str]:
    return {
        name: hashlib.sha256(orjson.dumps(values.get(name), option=orjson.OPT_SORT_KEYS)).hexdigest()[:16]
        for name in COMPARED
    }
