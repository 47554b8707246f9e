"""The values that pass along the line: link → capture → article. All are frozen; each step makes a new one.
`crawler.evidence` has the capture itself.

Times are timezone-aware and in UTC. Digests read ``sha256:<64 hex digits>``. A docstring under a field is its
documentation for readers of the JSON lines too.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

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
    """Where a durable capture is: enough to read its response record with one ranged request."""

    warc: str
    """Key of the WARC object in the store."""
    offset: int
    """First byte of the response record's gzip member in that object."""
    length: int
    """Compressed length of the member in bytes."""
    record_id: str
    """WARC-Record-ID of the response record, ``urn:uuid:…``."""
    payload_digest: str
    """Digest of the payload: transfer coding removed, content coding kept."""
    fetched_at: datetime
    """WARC-Date of the capture."""
    status: int
    """HTTP status code."""


@dataclass(frozen=True, slots=True)
class Absence:
    """The page of an article answered that it is not there: 404 or 410."""

    link: ArticleLink
    """The link that led there."""
    capture: CaptureRef | None = None
    """The answer. None until it is durable."""


@dataclass(frozen=True, slots=True)
class Dateline:
    """Where and by whom an agency text was filed: ``WASHINGTON (Sputnik) - …``."""

    place: str
    """Place as written: ``WASHINGTON``."""
    agency: str | None
    """Agency as written: ``Sputnik``."""


BlockKind = Literal["paragraph", "heading", "quote", "list_item"]
"""What a block of a body can be."""


@dataclass(frozen=True, slots=True)
class Block:
    """One block of the body, in reading order."""

    kind: BlockKind
    """What the block is."""
    text: str
    """Its text: one line, white space normalized."""


@dataclass(frozen=True, slots=True)
class Image:
    """An image of the article with the texts around it."""

    url: str | None
    """Absolute URL of the image, the largest that the page names."""
    caption: str | None
    """Caption without credit and without the agency's suffix."""
    credit: str | None
    """Photographer and agency without the © sign: ``AP Photo / Name``."""


@dataclass(frozen=True, slots=True)
class Related:
    """A link to another article that stands inside or beside the body."""

    url: str | None
    """Absolute URL, query stripped, where the page gives one."""
    title: str
    """Headline that the link shows."""
    relation: Literal["read_more", "card"]
    """``read_more``: a READ MORE line; ``card``: a related card."""
    section: str | None = None
    """Section that the card shows, if it does."""


@dataclass(frozen=True, slots=True)
class NearDuplicate:
    """An article whose text is nearly the same."""

    article_id: str
    """The other article's key."""
    score: float
    """Similarity, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Rights:
    """What the publisher says about reuse of the page."""

    robots: str | None = None
    """Directives of the robots meta element and the X-Robots-Tag header, joined by ``, ``."""
    tdm: str | None = None
    """Text and data mining reservation (TDMRep), as found."""
    noarchive: bool = False
    """True if ``noarchive`` or ``none`` stands among the robots directives."""


@dataclass(frozen=True, slots=True)
class Extractor:
    """What turned the page into the line."""

    name: str
    """Name of the extractor."""
    version: str
    """Its version: the same version makes the same line from the same record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One event in the life of an article: one JSON line. Fields stand in the order in which they are written."""

    schema_version: int
    """Version of this layout."""
    event: Literal["article", "revision", "gone", "restored"] | None
    """``article``: first version; ``revision``: headline or text changed; ``gone``: 404 or 410, confirmed over time;
    ``restored``: there again after that. None until it is identified."""
    article_id: str
    """Stable key: ``<site>:<the site's own ID>``. Survives changes of URL, markup and host."""
    version: int | None
    """1 for the first version, then counting up; ``gone`` has that of the version that is gone. None until it is
    identified."""
    url: str
    """URL that was fetched, query stripped."""
    canonical_url: str
    """URL that the page calls its own; the fetched URL where it names none or one of another article."""
    site: str
    """Name of the site's rules: ``sputnik-international``."""
    section: str | None
    """Section that the article belongs to; `provenance` says which evidence decided."""
    sections: tuple[str, ...]
    """All sections that the page or its sources name, the deciding one first."""
    title: str
    """Headline without the site's suffix."""
    subtitle: str | None
    """Lead or standfirst, not part of `text`."""
    authors: tuple[str, ...]
    """Names of people, agency suffixes removed."""
    dateline: Dateline | None
    """Dateline, split off the first paragraph."""
    published_at: datetime | None
    """Publication time, UTC."""
    published_raw: str | None
    """The string that `published_at` was read from."""
    modified_at: datetime | None
    """Time of the last change that the page states, UTC."""
    modified_raw: str | None
    """The string that `modified_at` was read from."""
    language: str | None
    """Language of the text, BCP 47: ``en``."""
    tags: tuple[str, ...]
    """Tags as the page shows them, in its order, without doubles."""
    text: str
    """The body: texts of `blocks` joined by blank lines."""
    blocks: tuple[Block, ...]
    """The body in typed blocks."""
    images: tuple[Image, ...]
    """Images of the article in page order."""
    related: tuple[Related, ...]
    """Links to other articles in page order."""
    word_count: int
    """Words in `text`, split at white space."""
    content_digest: str
    """Digest over headline and text: equal digests mean an unchanged article; ``gone`` has that of its last version."""
    duplicate_of: str | None = None
    """`article_id` of the article whose text is the same under another id."""
    near_duplicate_of: NearDuplicate | None = None
    """Article whose text is nearly the same."""
    changed_fields: tuple[str, ...] = ()
    """For a revision or restored: the fields that differ from the version before, in the order of this layout."""
    flags: tuple[str, ...] = ()
    """What a reader should know about the line, such as ``no_date``."""
    rights: Rights = field(default_factory=Rights)
    """What the publisher says about reuse."""
    captures: tuple[CaptureRef, ...] = ()
    """The evidence: captures that this line was made from; of ``gone`` the first sighting and the one that confirms."""
    extractor: Extractor
    """What made this line."""
    provenance: dict[str, str] = field(default_factory=dict)
    """For each field the layer and rule that gave its value."""
    discovered_via: str | None = None
    """Kind of source that declared the article in this run."""
    crawl_date: str | None = None
    """Day on which the snapshot began, ``YYYY-MM-DD``; the `date=` directory that holds the line."""
    snapshot_id: str | None = None
    """Snapshot that the line was published with."""

    def __hash__(self) -> int:
        """Hash by key and content: `provenance` is a mapping and cannot take part."""
        return hash((self.article_id, self.version, self.content_digest))


JsonObject = dict[str, Any]
"""A JSON object as Python reads it."""
