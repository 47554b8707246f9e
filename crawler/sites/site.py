"""What a site is: one frozen value of data and a few expressions. A site's own file fills it in and holds no code.

Whatever a site leaves out is read by the layers below it: JSON-LD, microdata, meta elements, the generic readers.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import urlsplit, urlunsplit

from crawler.errors import ConfigurationError

_SLUG = re.compile(r"[a-z0-9_-]+")
_NO_DIGIT = re.compile(r"\D")


@dataclass(frozen=True, slots=True)
class Markup:
    """Where things stand on the pages of a generation: CSS selectors, each list in order of preference, and classes."""

    listing: tuple[str, ...] = ()
    """Links to articles on section pages; without any, every link to an article counts."""
    listing_items: frozenset[str] = frozenset()
    """Class of an element that holds such a link and its time."""
    listing_time: tuple[str, ...] = ()
    """The time in such an element, as ``03:34 17.03.2018``; epoch seconds in `data-unixtime` are found without."""

    title: tuple[str, ...] = ()
    """Headline."""
    lead: tuple[str, ...] = ()
    """Standfirst."""
    published: tuple[str, ...] = ()
    """Elements with the publication time: epoch seconds in `data-unixtime`, otherwise their text."""
    modified: tuple[str, ...] = ()
    """Elements whose text holds the time of the last change."""
    authors: tuple[str, ...] = ()
    """Elements whose text is the name of an author."""
    section: tuple[str, ...] = ()
    """Elements that may name the section, such as a breadcrumb: believed where the site has such a section."""
    rubric: tuple[str, ...] = ()
    """Elements that name the section of the page and nothing else."""
    tags: tuple[str, ...] = ()
    """Elements whose text is one tag."""
    body: tuple[str, ...] = ()
    """The element that holds the body."""
    bare_text: bool = False
    """True where paragraphs also stand in the body without an element of their own, parted by line breaks."""
    without_text: tuple[str, ...] = ()
    """Elements of pages that need no text: galleries, videos."""
    header_media: tuple[str, ...] = ()
    """Media of the article outside its body; what stands in cards or in dropped elements is passed over."""
    paragraph_classes: frozenset[str] = frozenset()
    """Class of an element that is a paragraph."""
    quote_classes: frozenset[str] = frozenset()
    """Class of an element that is a quotation."""
    heading_classes: frozenset[str] = frozenset()
    """Class of an element that is a subhead."""
    media_classes: frozenset[str] = frozenset()
    """Class of an element that holds an image with its caption and credit."""
    card_classes: frozenset[str] = frozenset()
    """Class of an element that is a related card."""
    card_title: tuple[str, ...] = ()
    """Headline in a related card."""
    card_noise: tuple[str, ...] = ()
    """What else stands in a card: description, date, share buttons."""
    caption: tuple[str, ...] = ()
    """Caption in media."""
    credit: tuple[str, ...] = ()
    """Credit in media."""
    dropped_classes: frozenset[str] = frozenset()
    """Class of an element inside the body that is not part of it."""


NO_MARKUP = Markup()
"""Of a page of which nothing is known."""


@dataclass(frozen=True, slots=True)
class Generation:
    """A time in which the site's URLs and pages had one form."""

    article_path: re.Pattern[str]
    """Path of an article, from its start to its ``$``: group `id`, and `date` where the path has one (20260502,
    2026/05/02). It is case-sensitive; the query is no part of it."""
    name: str = "current"
    """How people call it."""
    valid_from: date = date.min
    """First day."""
    valid_until: date | None = None
    """Last day; None while it lasts."""
    day_path: str = ""
    """Path of a day's archive, with `{day}` as YYYYMMDD; empty where there is none."""
    markup: Markup = NO_MARKUP
    """Where things stand on its pages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A news site. The host is no part of an article's identity: editions move and mirrors exist."""

    name: str
    """Key of the site, ``sputnik-international``; in every line and never changed."""
    title: str
    """Name as the site appends it to headlines and captions: ``Sputnik International``."""
    base: str
    """Scheme and host that it is crawled at unless told otherwise."""
    hosts: frozenset[str] = frozenset()
    """Hosts that it is or was served from, without ``www.``; that of `base` need not be named."""
    moves: bool = False
    """True where it is met on hosts that nobody knows beforehand: there its articles are told by their paths."""
    language: str = ""
    """Language of its texts, BCP 47."""
    utc_offset_minutes: int = 0
    """Offset of times that name none."""
    section_path: str = "/{section}/"
    """Path of a section page, with `{section}`."""
    feed_path: str = ""
    """Path of a section's feed, with `{section}`; empty where there is none, as below."""
    archive_feed_path: str = ""
    """Path of the feed of all sections."""
    sitemap_path: str = ""
    """Path of the sitemap index."""
    sections: Mapping[str, str] = field(default_factory=dict)
    """Sections: slug in the URL, as it is written there → name that people read."""
    dateline: re.Pattern[str] | None = None
    """Start of a first paragraph: groups `place` and `agency`; beside the form ``WASHINGTON (Sputnik) -``."""
    boilerplate: frozenset[str] = frozenset()
    """Lines that stand around every article of the site and belong to none."""
    generations: tuple[Generation, ...] = ()
    """Its generations, the current one first."""

    def __post_init__(self) -> None:
        """The host of `base` is one of the hosts."""
        object.__setattr__(self, "hosts", self.hosts | ({host_of(self.base)} - {""}))

    def __hash__(self) -> int:
        """Hash by name: a site's name is unique."""
        return hash(self.name)

    def article_key(self, url: str) -> str | None:
        """``<site>:<ID>`` where the URL is an article's, else None. Old, new, AMP and print URLs have one key.

        A site without generations knows no IDs: the URL itself, without scheme and query, tells its articles apart.
        """
        if not self.generations:
            host = host_of(url)
            return f"{self.name}:{host}{urlsplit(url).path or '/'}" if host else None
        match = self._match(url)
        return f"{self.name}:{match['id']}" if match else None

    def day_of(self, url: str) -> str | None:
        """Day in an article's URL, ``YYYYMMDD``, else None."""
        match = self._match(url)
        day = match.groupdict().get("date") if match else None
        return _NO_DIGIT.sub("", day) if day else None

    def _match(self, url: str) -> re.Match[str] | None:
        path = urlsplit(url).path
        matches = (generation.article_path.match(path) for generation in self.generations)
        return next((match for match in matches if match), None)

    def day_urls(self, base: str, day: date) -> list[str]:
        """Archives of a day, by the generations that were valid on it, the current one first."""
        valid = (
            generation
            for generation in self.generations
            if generation.day_path
            and generation.valid_from <= day
            and (generation.valid_until is None or day <= generation.valid_until)
        )
        return [base + generation.day_path.format(day=day.strftime("%Y%m%d")) for generation in valid]

    def section_url(self, base: str, section: str) -> str:
        """URL of a section page. Raises `ConfigurationError` for a section that is no slug and none of the site's."""
        if section not in self.sections and not _SLUG.fullmatch(section):
            raise ConfigurationError(f"-a section={section!r} is no section: it is the word in the URL, like world")
        return base.rstrip("/") + self.section_path.format(section=section)

    def section_name(self, slug: str) -> str:
        """Name of a section as people read it."""
        return self.sections.get(slug) or slug.replace("_", " ").replace("-", " ").capitalize()


def host_of(url: str) -> str:
    """The host of a URL in lower case, without ``www.``; empty where it has none. Raises ValueError for no URL."""
    return (urlsplit(url).hostname or "").removeprefix("www.")


def clean_url(url: str) -> str:
    """The URL without query and fragment, which on news sites only track readers."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc, parts.path, "", ""))
