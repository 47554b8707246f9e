"""What a site is: one frozen value of data and a few expressions. A site's own file fills it in and holds no code."""

import re
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit, urlunsplit

from crawler.errors import ConfigurationError

_SLUG = re.compile(r"[a-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class Markup:
    """CSS selectors of a generation of pages, each a list in order of preference, and the words around its texts."""

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

    name: str
    """How people call it."""
    valid_from: date
    """First day."""
    valid_until: date | None
    """Last day; None while it lasts."""
    article_path: re.Pattern[str]
    """Path of an article: groups `id`, `date` (YYYYMMDD) and `slug`."""
    day_path: str
    """Path of a day's archive, with `{day}` as YYYYMMDD."""
    markup: Markup
    """Where things stand on its pages."""


@dataclass(frozen=True, slots=True)
class Site:
    """A news site. The host is no part of an article's identity: editions move and mirrors exist."""

    name: str
    """Key of the site: ``sputnik-international``."""
    title: str
    """Name as the site appends it to headlines and captions: ``Sputnik International``."""
    base: str
    """Scheme and host that it is crawled at unless told otherwise."""
    hosts: frozenset[str]
    """Hosts that it is or was served from."""
    language: str
    """Language of its texts, BCP 47."""
    utc_offset_minutes: int
    """Offset of times that name none."""
    section_path: str
    """Path of a section page, with `{section}`."""
    feed_path: str
    """Path of a section's feed, with `{section}`."""
    archive_feed_path: str
    """Path of the feed of all sections."""
    sitemap_path: str
    """Path of the sitemap index."""
    sections: dict[str, str]
    """Sections: slug in the URL → name that people read."""
    generations: tuple[Generation, ...]
    """Its generations, the current one first."""

    def __hash__(self) -> int:
        """Hash by name: a site's name is unique."""
        return hash(self.name)

    def article_key(self, url: str) -> str | None:
        """``<site>:<ID>`` where the URL is an article's, else None. Old, new, AMP and print URLs have one key.

        A site without generations knows no IDs: the URL itself, without scheme and query, tells its articles apart.
        """
        if not self.generations:
            parts = urlsplit(url)
            host = (parts.hostname or "").removeprefix("www.")
            return f"{self.name}:{host}{parts.path or '/'}" if host else None
        match = self._match(url)
        return f"{self.name}:{match['id']}" if match else None

    def day_of(self, url: str) -> str | None:
        """Day in an article's URL, ``YYYYMMDD``, else None."""
        match = self._match(url)
        return match["date"] if match else None

    def _match(self, url: str) -> re.Match[str] | None:
        path = urlsplit(url).path
        matches = (generation.article_path.match(path) for generation in self.generations)
        return next((match for match in matches if match), None)

    def day_urls(self, base: str, day: date) -> list[str]:
        """Archives of a day, by the generations that were valid on it, the current one first."""
        valid = (
            generation
            for generation in self.generations
            if generation.valid_from <= day and (generation.valid_until is None or day <= generation.valid_until)
        )
        return [base + generation.day_path.format(day=day.strftime("%Y%m%d")) for generation in valid]

    def section_url(self, base: str, section: str) -> str:
        """URL of a section page. Raises `ConfigurationError` for a section that is no slug."""
        if not _SLUG.fullmatch(section):
            raise ConfigurationError(f"-a section={section!r} is no section: it is the word in the URL, like world")
        return base.rstrip("/") + self.section_path.format(section=section)

    def section_name(self, slug: str) -> str:
        """Name of a section as people read it."""
        return self.sections.get(slug) or slug.replace("_", " ").replace("-", " ").capitalize()


def clean_url(url: str) -> str:
    """The URL without query and fragment, which on news sites only track readers."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc, parts.path, "", ""))
