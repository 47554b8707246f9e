"""From a page to an article. Pure: the same page, URL and link give the same article, whoever asks and whenever."""

from dataclasses import dataclass, field

from selectolax.lexbor import LexborNode

from crawler.articles import dates, metadata, not_articles
from crawler.articles.body import Body, read_body
from crawler.articles.canonical import canonical_url
from crawler.articles.clean import clean_text, content_digest, joined
from crawler.articles.datelines import split_dateline
from crawler.articles.generic.body import generic_body
from crawler.articles.images import image_of, unique
from crawler.articles.language import language
from crawler.articles.page import check_depth
from crawler.articles.phrases import is_noise
from crawler.articles.reading import PageReading, read_page
from crawler.articles.text import classes, first, line
from crawler.errors import NotAnArticleError
from crawler.items import SCHEMA_VERSION, Article, ArticleLink, Block, Dateline, Extractor, JsonObject
from crawler.sites import site_of
from crawler.sites.site import Markup, Site, clean_url, host_of

EXTRACTOR = Extractor("newswarc", "2")
"""Raised with every change that could make another line of the same record."""


def extract_article(
    html: str,
    url: str,
    *,
    site: Site | None = None,
    link: ArticleLink | None = None,
    robots_header: str | None = None,
    flags: tuple[str, ...] = (),
) -> Article:
    """The article on a page, not cleaned yet (`articles.clean` does that).

    `link` is what led here, `robots_header` the response's X-Robots-Tag, `flags` what is known of the text already,
    such as ``charset_repaired``. Event, version, captures, crawl date and snapshot are left open. Raises
    `NotAnArticleError` (reasons ``no_id``, ``too_deep``, ``offsite``, ``other_section``, ``no_title``, ``no_body``, and
    those of `articles.not_articles`).
    """
    site = site or site_of(url)
    key = site.article_key(url)
    if key is None:
        raise NotAnArticleError("no_id", f"{url} holds no article ID of {site.name}: the page was redirected or moved")
    check_depth(html, url)
    if link is not None and host_of(url) not in {host_of(link.url), *site.hosts}:
        raise NotAnArticleError("offsite", f"{link.url} led to {url}, which is another site: no article is made of it")
    reading = read_page(html, url, site, link)
    if reading is None:
        raise NotAnArticleError("no_title", f"{url} is an empty page: its bytes are archived, no article is made")
    not_articles.check_page(reading)
    return _article(reading, key, robots_header, flags)


@dataclass(slots=True)
class _Notes:
    """What is noted on the way: the source of each field, and what a reader should know about the line."""

    sources: dict[str, str] = field(default_factory=dict)
    flags: set[str] = field(default_factory=set)


def _article(reading: PageReading, key: str, robots_header: str | None, flags: tuple[str, ...]) -> Article:
    """The straight line: what the article says, when it was published, what the page says of it."""
    notes = _Notes(flags=set(flags))
    text = _text(reading, notes)
    times = _times(reading, notes)
    not_articles.check_evidence(reading, notes.sources["published_at"], notes.sources["text"])
    told = _told(reading, text["text"], notes)
    canonical, names_another = canonical_url(reading, key)
    notes.flags |= {"canonical_elsewhere"} if names_another else set()
    link = reading.link
    return Article(
        schema_version=SCHEMA_VERSION,
        event=None,
        article_id=key,
        version=None,
        url=clean_url(reading.url),
        canonical_url=canonical,
        site=reading.site.name,
        **text,
        **times,
        **told,
        flags=tuple(sorted(notes.flags)),
        rights=metadata.rights(reading, robots_header),
        extractor=EXTRACTOR,
        provenance={name: source for name, source in notes.sources.items() if source},
        discovered_via=link.discovered_via if link else None,
    )


def _text(reading: PageReading, notes: _Notes) -> JsonObject:
    """Headline, standfirst and body. Raises `NotAnArticleError` for a page without headline or body."""
    headline, notes.sources["title"] = metadata.title(reading)
    if not headline:
        name = reading.site.name
        message = f"{reading.url} has no headline where {name} has it: check its markup"
        raise not_articles.nothing_found(reading, "no_title", message)
    body, notes.sources["text"] = _body(reading, headline)
    dateline, blocks = _without_dateline(body.blocks, reading.site)
    lead, selector = first(reading.root, reading.markup.lead)
    notes.sources["subtitle"] = f"site:{selector}" if selector else ""
    notes.sources["dateline"] = "text" if dateline else ""
    text = joined(blocks)
    notes.flags |= set() if text else {"no_text"}
    return {
        "title": headline,
        "subtitle": line(lead) or None,
        "dateline": dateline,
        "text": text,
        "blocks": tuple(blocks),
        "images": unique(body.images),
        "related": tuple(body.related),
        "word_count": len(text.split()),
        "content_digest": content_digest(headline, text),
    }


def _times(reading: PageReading, notes: _Notes) -> JsonObject:
    """When the article was published and changed."""
    published = dates.published(reading)
    modified = dates.modified(reading, published)
    notes.sources |= {"published_at": published.source, "modified_at": modified.source}
    notes.flags |= set() if published.at else {"no_date"}
    return {
        "published_at": published.at,
        "published_raw": published.raw,
        "modified_at": modified.at,
        "modified_raw": modified.raw,
    }


def _told(reading: PageReading, text: str, notes: _Notes) -> JsonObject:
    """Authors, tags, sections and language, which is held against the text."""
    authors, notes.sources["authors"] = metadata.authors(reading)
    tags, notes.sources["tags"] = metadata.tags(reading)
    sections, notes.sources["section"] = _sections(reading, tags)
    spoken = language(reading, text)
    notes.sources["language"] = spoken.source
    notes.flags |= set(spoken.flags)
    return {
        "section": sections[0] if sections else None,
        "sections": sections,
        "authors": authors,
        "language": spoken.code or None,
        "tags": tags,
    }


def _sections(reading: PageReading, tags: tuple[str, ...]) -> tuple[tuple[str, ...], str]:
    """Sections and what decided. Raises `NotAnArticleError` for an article of a section that the run is not after."""
    sections, source = metadata.sections(reading, tags)
    wanted = reading.link.wanted_section if reading.link is not None else None
    if wanted and sections[:1] != (wanted,):
        shown = clean_text(sections[0]) if sections else "no section"
        raise NotAnArticleError("other_section", f"{reading.url} belongs to {shown} by its {source or 'silence'}")
    return sections, source


def _body(reading: PageReading, headline: str) -> tuple[Body, str]:
    """Body by the site's rules, else by the generic layer. Raises `NotAnArticleError` where there is no text.

    Galleries and videos need none.
    """
    body, source = _body_by_rules(reading)
    if body.blocks or first(reading.root, reading.markup.without_text)[0] is not None:
        return body, source
    found = generic_body(reading.root, reading.html, reading.url, headline)
    body.blocks = [block for block in found.blocks if not _is_around(block.text, headline, reading.site)]
    body.images, body.related = body.images or found.images, body.related or found.related
    if not body.blocks:
        name = reading.site.name
        message = f"{reading.url} has no text where {name} has it: check its markup"
        raise not_articles.nothing_found(reading, "no_body", message)
    return body, "generic:blocks"


def _is_around(text: str, headline: str, site: Site) -> bool:
    """True for a line that the generic layer takes for text although it stands around it."""
    return text == headline or text in site.boilerplate or is_noise(text, site.title)


def _body_by_rules(reading: PageReading) -> tuple[Body, str]:
    """Media of the header come first, then what stands in the body."""
    body = read_body(reading.body, reading) if reading.body is not None else Body()
    media = _header_media(reading.root, reading.markup)
    shown = [image for node in media for image in image_of(node, reading.url, reading.site, reading.markup)]
    body.images = [*shown, *body.images]
    return body, f"site:{reading.body_selector}"


def _header_media(root: LexborNode, markup: Markup) -> list[LexborNode]:
    """Media of the article outside its body, by the first selector that finds any."""
    elsewhere = markup.card_classes | markup.dropped_classes
    known: dict[int, bool] = {}
    for selector in markup.header_media:
        found = [node for node in root.css(selector) if not _inside(node, elsewhere, known)]
        if found:
            return found
    return []


def _inside(node: LexborNode, of_classes: frozenset[str], known: dict[int, bool]) -> bool:
    """True if an element around the node is of one of the classes.

    `known` remembers it of elements by their addresses: each is looked at once, however deep pages nest.
    """
    climbed: list[int] = []
    around = node.parent
    while around is not None and around.mem_id not in known and not classes(around) & of_classes:
        climbed.append(around.mem_id)
        around = around.parent
    inside = around is not None and known.get(around.mem_id, True)
    known |= dict.fromkeys(climbed, inside)
    return inside


def _without_dateline(blocks: list[Block], site: Site) -> tuple[Dateline | None, list[Block]]:
    """The dateline at the head of the first paragraph, or alone in it."""
    for number, block in enumerate(blocks):
        if block.kind == "paragraph":
            dateline, rest = _split_dateline(block.text, site)
            if dateline is None:
                return None, blocks
            return dateline, [*blocks[:number], *([Block("paragraph", rest)] if rest else []), *blocks[number + 1 :]]
    return None, blocks


def _split_dateline(paragraph: str, site: Site) -> tuple[Dateline | None, str]:
    """Dateline and rest of a first paragraph, by the site's own form of datelines, else by that of agencies."""
    match = site.dateline.match(paragraph) if site.dateline is not None else None
    if match is None:
        return split_dateline(paragraph)
    return Dateline(match["place"], match["agency"]), paragraph[match.end() :]
