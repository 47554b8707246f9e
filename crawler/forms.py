"""What the JSON Schema of a line says of a value beside its type: its form, its limits, the values that are known.

Annotations only, in the words of JSON Schema; nothing is checked when a value is made. Patterns are of the regular
expressions that Python and ECMA 262 share.
"""

from dataclasses import dataclass
from typing import Annotated


@dataclass(frozen=True, slots=True)
class Form:
    """The form of a value; stands in `Annotated`."""

    pattern: str | None = None
    """Regular expression that a string holds."""
    format: str | None = None
    """Format of JSON Schema: ``date``."""
    minimum: float | None = None
    """Least value of a number."""
    maximum: float | None = None
    """Greatest value of a number."""
    known: tuple[tuple[str, str], ...] = ()
    """Values that this version writes, each with its meaning. Readers must take others too."""
    null_in_lines: bool = True
    """False for a field that is None only until the line is written."""
    always_there: bool = True
    """False for a field that lines of an earlier newswarc lack."""


IDENTIFIED = Form(null_in_lines=False)
"""Of a field that is None until the article is identified, and in no line."""

ADDED = Form(always_there=False)
"""Of a field that the schema version did not have from its first day. It has a default, which its absence means."""

Url = Annotated[str, Form(pattern="^https?://")]
"""An absolute URL of the web, as found: it may hold characters that RFC 3986 wants percent-encoded."""

ArticleId = Annotated[str, Form(pattern="^[a-z0-9-]+:.")]
"""``<site>:<the site's own ID>``."""

Digest = Annotated[str, Form(pattern="^sha256:[0-9a-f]{64}$")]
"""SHA-256 in lower-case hexadecimal digits."""

RecordId = Annotated[str, Form(pattern="^urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
"""WARC-Record-ID without its angle brackets."""

WarcKey = Annotated[str, Form(pattern="^warc/[0-9]{4}/[0-9]{2}/[0-9]{2}/[a-z0-9-]+[.]warc[.]gz$")]
"""Key of a WARC in the store."""

Day = Annotated[str, Form(pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}$", format="date")]
"""A day of the calendar in UTC."""

SnapshotId = Annotated[str, Form(pattern="^[0-9]{14}-[a-z0-9-]+-[a-z2-7]{6}$")]
"""``<ts14>-<spider>-<6 random base32>``."""

Count = Annotated[int, Form(minimum=0)]
"""How many, or how many bytes."""

Number = Annotated[int, Form(minimum=1)]
"""Counts from 1."""

Status = Annotated[int, Form(minimum=100, maximum=999)]
"""Status code of HTTP: three digits."""

Share = Annotated[float, Form(minimum=0, maximum=1)]
"""From 0 to 1."""

FLAGS = {
    "no_date": "no publication time was found, or none that can be believed: `published_at` is null",
    "no_text": "the page has no text and needs none, such as a gallery or a video: `text` is empty",
    "canonical_elsewhere": "the page calls a URL of another host or of another page its own: it is not believed",
    "charset_repaired": "the page was decoded by another charset than it declares, or than a browser takes without",
    "mojibake_repaired": "text that had been decoded by a wrong charset before it was published was put right",
    "language_mismatch": "the text is in another language than the page declares, or its site has",
}
"""Known values of `Article.flags`. Lines may hold only these; a new one is no new version of the schema."""

ORIGINS = {
    "section": "a section page",
    "feed": "a feed",
    "sitemap": "a sitemap",
    "day_archive": "the archive of a day",
}
"""Known values of `Article.discovered_via`."""

Flag = Annotated[str, Form(known=tuple(FLAGS.items()))]
"""A key of `FLAGS`."""

Origin = Annotated[str, Form(known=tuple(ORIGINS.items()))]
"""Kind of source that declares articles."""
