"""The values that pass along the line: link → capture → article. All are frozen; each step makes a new one.
`crawler.evidence` has the capture itself.

Times are timezone-aware and in UTC. Digests read ``sha256:<64 hex digits>``. A docstring under a field is its
documentation for readers of the JSON lines too: `scrapy schema` and docs/loading.md are made of it, and None is null
there.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, Literal

from crawler.forms import (
    IDENTIFIED,
    ArticleId,
    Count,
    Day,
    Digest,
    Flag,
    Number,
    Origin,
    RecordId,
    Share,
    SnapshotId,
    Status,
    Url,
    WarcKey,
)

SCHEMA_VERSION = 1
"""Version of the JSON line. Within it fields are only ever added."""


@dataclass(frozen=True, slots=True)
class ArticleLink:
    """A link to an article as a source declared it."""

    url: str
    """Absolute URL without query and fragment, as it will be requested."""
    article_id: str
    """Key of the article, ``<site>:<the site's own ID>``. See `Article.article_id`."""
    discovered_via: str
    """Kind of source that declared it: ``section``, ``feed``, ``sitemap``, ``day_archive``."""
    source_url: str
    """URL of the page or file that declared it."""
    section: str | None = None
    """Section that the source stands for, as people read it: ``World``."""
    title: str | None = None
    """Headline as the source gave it."""
    published_at: datetime | None = None
    """Publication time as the source gave it."""
    wanted_section: str | None = None
    """Section that the run is after, where the source lists others too: an article of another gives no line."""


@dataclass(frozen=True, slots=True)
class CaptureRef:
    """Where a durable capture is: enough to read its record with one ranged request."""

    warc: WarcKey
    """Key of the WARC in the store: a path below its root."""
    offset: Count
    """First byte, in that WARC, of the gzip member of the `response` or `revisit` record."""
    length: Count
    """Length of that member in bytes, compressed."""
    record_id: RecordId
    """WARC-Record-ID of that record, without angle brackets: ``urn:uuid:…``."""
    payload_digest: Digest
    """SHA-256 of the payload as ``sha256:`` and 64 hexadecimal digits: transfer coding removed, content coding kept;
    where the page was not modified, that of the payload that the archive has."""
    fetched_at: datetime
    """WARC-Date of the record, UTC, to the microsecond: when the request began to be sent."""
    status: Status
    """HTTP status code as it came: 200 for a page, 304 where it was not modified, 404 or 410 where it is gone."""


@dataclass(frozen=True, slots=True)
class Absence:
    """The page of an article answered that it is not there: 404 or 410."""

    link: ArticleLink
    """The link that led there."""
    url: str
    """What answered so, after redirects."""
    capture: CaptureRef | None = None
    """The answer. None until it is durable."""


@dataclass(frozen=True, slots=True)
class Dateline:
    """Where and by whom an agency text was filed: ``WASHINGTON (Sputnik) - …``."""

    place: str
    """Place as written, a date behind it removed: ``WASHINGTON``."""
    agency: str | None
    """Agency as written: ``Sputnik``. Null where none stands there."""


BlockKind = Literal["paragraph", "heading", "quote", "list_item"]
"""What a block of a body can be."""


@dataclass(frozen=True, slots=True)
class Block:
    """One block of the body, in reading order."""

    kind: BlockKind
    """What the block is: ``heading`` is a subhead, ``quote`` one paragraph of a quotation set apart."""
    text: str
    """Its text, never empty: one line of plain text, Unicode NFC, every run of white space one space."""


@dataclass(frozen=True, slots=True)
class Image:
    """An image of the article with the texts around it."""

    url: Url | None
    """Absolute URL of the image, the largest that the page names, its query kept. Null where it names none."""
    caption: str | None
    """Caption without credit and without the site's name, else the alternative text. Null where there is neither."""
    credit: str | None
    """Photographer and agency without the © sign: ``AP Photo / Name``. Null where none is named."""


@dataclass(frozen=True, slots=True)
class Related:
    """A link to another article that stands inside or beside the body."""

    url: Url | None
    """Absolute URL without query and fragment. Null where the page shows a headline without a link."""
    title: str
    """Headline that the link shows, never empty."""
    relation: Literal["read_more", "card"]
    """``read_more``: a READ MORE line; ``card``: a related card."""
    section: str | None = None
    """Section that the card shows, as written. Null where it shows none."""


@dataclass(frozen=True, slots=True)
class NearDuplicate:
    """An article whose text is nearly the same."""

    article_id: ArticleId
    """`article_id` of the other article, which was there first."""
    score: Share
    """Estimate, to two decimals, of the share of all pairs of neighbouring words that both texts have: from 0.8, which
    makes a near duplicate, to 1. Case and punctuation do not count."""


@dataclass(frozen=True, slots=True)
class Rights:
    """What the publisher says about reuse of the page, as found."""

    robots: str | None = None
    """X-Robots-Tag header and robots meta element, in this order, joined by ``, ``. Null where there is neither."""
    tdm: str | None = None
    """Content of the ``tdm-reservation`` meta element (TDMRep): ``1`` reserves the rights. Null where there is none."""
    noarchive: bool = False
    """True if ``noarchive`` or ``none`` stands among the directives in `robots`."""


@dataclass(frozen=True, slots=True)
class Extractor:
    """What turned the page into the line."""

    name: str
    """Name of the extractor: ``newswarc``."""
    version: str
    """Its version: the same version makes the same line from the same record. No number to sort by."""


Event = Literal["article", "revision", "gone", "restored"]
"""What can happen to an article."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One event in the life of an article: one JSON line. Fields stand in the order in which they are written."""

    schema_version: Number
    """Version of this layout: 1. Within it fields are only ever added."""
    event: Annotated[Event | None, IDENTIFIED]
    """``article``: the first version; ``revision``: headline or text changed; ``gone``: the page answered 404 or 410,
    and did so again later; ``restored``: it is there again after that. ``gone`` repeats what the last version said of
    the article, without text, images and links."""
    article_id: ArticleId
    """Key of the article: ``<site>:<the site's own ID>``. The same for every URL, markup and host of the article."""
    version: Annotated[Number | None, IDENTIFIED]
    """Number of the version: 1 for the first, one more for each ``revision`` and ``restored``; ``gone`` has the number
    of the version that is gone."""
    url: Url
    """URL that was fetched, redirects followed, without query and fragment."""
    canonical_url: Url
    """URL that the page calls its own, without query and fragment; `url` where it names none or another article's."""
    site: str
    """Name of the site's rules: ``sputnik-international``."""
    section: str | None
    """Section that the article belongs to, as people read it: ``World``. `provenance` says what decided. Null where no
    evidence names one."""
    sections: tuple[str, ...]
    """All sections that the page and its source name, each once, `section` first."""
    title: str
    """Headline without the site's name: one line of plain text."""
    subtitle: str | None
    """Standfirst as the page sets it apart, not part of `text`. Null where there is none."""
    authors: tuple[str, ...]
    """Names in page order, each once: of people; where the page names none, of an organization that it gives as the
    author. The site itself is none, but for sites without a file of their own. Empty where the page names nobody."""
    dateline: Dateline | None
    """Dateline, split off the first paragraph and no part of `text`. Null where there is none."""
    published_at: datetime | None
    """When the article was published, UTC, from 1990 to 2099. Null where no time can be believed (flag ``no_date``)."""
    published_raw: str | None
    """What the page says of it, as written. `published_at` was read from it, unless `provenance` says that it was
    rejected (``rejected:…``) or that the source's time stands instead (``link:…``). Null where nothing was found."""
    modified_at: datetime | None
    """When the page says that it was last changed, UTC. Null where it does not or cannot be believed."""
    modified_raw: str | None
    """What the page says of it, as written, read or rejected like `published_raw`. Null where it says nothing."""
    language: str | None
    """Language of the text, in the form of BCP 47: ``en``, ``en-GB``. As the page declares it, else the site's, else as
    the text shows it; where the text denies what the page says, by the text (flag ``language_mismatch``). Null where
    nothing tells it."""
    tags: tuple[str, ...]
    """Tags as the page shows them, in its order, each once whatever its case; where it shows none, its keywords."""
    text: str
    """The body as plain text: texts of `blocks` with a blank line between (two line feeds). Empty for ``gone`` and for
    pages that need no text (flag ``no_text``)."""
    blocks: tuple[Block, ...]
    """The body in blocks, in reading order, without dateline, captions, related links and what stands around it. Empty
    where `text` is."""
    images: tuple[Image, ...]
    """Images of the article in page order, each once, those above the body first."""
    related: tuple[Related, ...]
    """Links to other articles in page order."""
    word_count: Count
    """Words in `text`, split at white space."""
    content_digest: Digest
    """SHA-256 over `title`, a blank line and `text` in UTF-8, as ``sha256:`` and 64 hexadecimal digits: it changes when
    headline or text do. ``gone`` has that of the version that is gone."""
    duplicate_of: ArticleId | None = None
    """`article_id` of the article that had the very same text first. Null where there is none, and for texts of under
    30 words."""
    near_duplicate_of: NearDuplicate | None = None
    """Article that had nearly the same text first: the oldest in the archive that is itself no near duplicate. Null
    where there is none, where `duplicate_of` is not null, and for texts of under 30 words."""
    changed_fields: tuple[str, ...] = ()
    """For ``revision`` and ``restored``: fields that differ from the version before, in the order of this layout.
    Compared are section, title, subtitle, authors, dateline, published_at, modified_at, tags, text, images."""
    flags: tuple[Flag, ...] = ()
    """What a reader should know about the line. More values may come."""
    rights: Rights = field(default_factory=Rights)
    """What the publisher says about reuse."""
    captures: tuple[CaptureRef, ...] = ()
    """The evidence, one at least: the capture that the line was made from; for ``gone`` the two that found no page."""
    extractor: Extractor
    """What made this line."""
    provenance: dict[str, str] = field(default_factory=dict)
    """By name of a field, the layer and rule that gave its value: ``site:<selector>``, ``json-ld:…``, ``microdata:…``,
    ``meta:…``, ``link:…`` (the source), ``generic:…`` and others; ``rejected:…`` for a time that was not believed.
    Images and related links are not named; ``gone`` has `event` alone, the answer and since when."""
    discovered_via: Origin | None = None
    """Kind of source that declared the article first in this run. Null where none did. More values may come."""
    crawl_date: Annotated[Day | None, IDENTIFIED] = None
    """Day on which the snapshot began, UTC, ``YYYY-MM-DD``: that of the `date=` directory that holds the line."""
    snapshot_id: Annotated[SnapshotId | None, IDENTIFIED] = None
    """Id of the snapshot that the line was published with, as the commit log has it: ``<ts14>-<spider>-<6 random
    base32>``, which sorts by time."""

    def __hash__(self) -> int:
        """Hash by key and content: `provenance` is a mapping and cannot take part."""
        return hash((self.article_id, self.version, self.content_digest))


JsonObject = dict[str, Any]
"""A JSON object as Python reads it."""
