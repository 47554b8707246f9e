"""From a page to an article. Pure: the same page, URL and link give the same article, whoever asks and whenever."""

from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.articles import dates, metadata, not_articles
from crawler.articles.body import Body, read_body
from crawler.articles.canonical import canonical_url
from crawler.articles.clean import content_digest, joined
from crawler.articles.dates import Moment
from crawler.articles.generic.body import generic_body
from crawler.articles.images import image_of, unique
from crawler.articles.page import check_depth
from crawler.articles.phrases import is_noise, read_more_title, split_dateline
from crawler.articles.reading import PageReading
from crawler.articles.structured import Structured
from crawler.articles.text import classes, first, line
from crawler.errors import NotAnArticleError
from crawler.items import SCHEMA_VERSION, Article, ArticleLink, Block, Dateline, Extractor
from crawler.sites import site_of
from crawler.sites.site import NO_MARKUP, Markup, Site, clean_url

EXTRACTOR = Extractor("newswarc", "1")
"""Raised with every change that could make another line of the same record."""


def extract_article(
    html: str,
    url: str,
    *,
    site: Site | None = None,
    link: ArticleLink | None = None,
    robots_header: str | None = None,
) -> Article:
    """The article on a page, not cleaned yet (`articles.clean` does that).

    `link` is what led here, `robots_header` the response's X-Robots-Tag. Event, version, captures, crawl date and
    snapshot are left open. Raises `NotAnArticleError` (reasons ``no_id``, ``too_deep``, ``offsite``,
    ``other_section``, ``no_title``, ``no_body``, and those of `articles.not_articles`).
    """
    site = site or site_of(url)
    key = site.article_key(url)
    if key is None:
        raise NotAnArticleError("no_id", f"{url} holds no article ID of {site.name}: the page was redirected or moved")
    check_depth(html, url)
    if link is not None and _host(url) not in {_host(link.url), *site.hosts}:
        raise NotAnArticleError("offsite", f"{link.url} led to {url}, which is another site: no article is made of it")
    page = LexborHTMLParser(html)
    root = page.root
    if root is None:
        raise NotAnArticleError("no_title", f"{url} is an empty page: its bytes are archived, no article is made")
    markup = _markup(root, site)
    reading = PageReading(page, root, Structured(page), url, site, markup, link)
    not_articles.check_page(reading)
    return _article(reading, key, robots_header, html)


def _markup(root: LexborNode, site: Site) -> Markup:
    """The markup that the page is written in, told by its body: old URLs are served in new markup too."""
    markups = [generation.markup for generation in site.generations]
    found = (markup for markup in markups if first(root, markup.body)[0] is not None)
    return next(found, markups[0] if markups else NO_MARKUP)


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")


def _article(reading: PageReading, key: str, robots_header: str | None, html: str) -> Article:
    site, url, link = reading.site, reading.url, reading.link
    headline, headline_source = metadata.title(reading)
    if not headline:
        message = f"{url} has no headline where {site.name} has it: check its markup"
        raise not_articles.nothing_found(reading, "no_title", message)
    body, body_source = _body(reading, html, headline)
    dateline, blocks = _without_dateline(body.blocks)
    published = dates.published(reading)
    not_articles.check_evidence(reading, published, body_source)
    modified = dates.modified(reading, published)
    names, names_source = metadata.authors(reading)
    tags, tags_source = metadata.tags(reading)
    sections, section_source = _sections(reading, tags)
    language, language_source = metadata.language(reading)
    lead, lead_source = first(reading.root, reading.markup.lead)
    text = joined(blocks)
    canonical, names_another = canonical_url(reading, key)
    provenance = {
        "title": headline_source, "text": body_source, "published_at": published.source, "modified_at": modified.source,
        "authors": names_source, "section": section_source, "language": language_source,
        "subtitle": f"site:{lead_source}" if lead_source else "", "dateline": "text" if dateline else "",
        "tags": tags_source,
    }  # fmt: skip
    return Article(
        schema_version=SCHEMA_VERSION,
        event=None,
        article_id=key,
        version=None,
        url=clean_url(url),
        canonical_url=canonical,
        site=site.name,
        section=sections[0] if sections else None,
        sections=sections,
        title=headline,
        subtitle=line(lead) or None,
        authors=names,
        dateline=dateline,
        published_at=published.at,
        published_raw=published.raw,
        modified_at=modified.at,
        modified_raw=modified.raw,
        language=language or None,
        tags=tags,
        text=text,
        blocks=tuple(blocks),
        images=unique(body.images),
        related=tuple(body.related),
        word_count=len(text.split()),
        content_digest=content_digest(headline, text),
        flags=_flags(published, text, names_another=names_another),
        rights=metadata.rights(reading, robots_header),
        extractor=EXTRACTOR,
        provenance={name: source for name, source in provenance.items() if source},
        discovered_via=link.discovered_via if link else None,
    )


def _sections(reading: PageReading, tags: tuple[str, ...]) -> tuple[tuple[str, ...], str]:
    """Sections and what decided. Raises `NotAnArticleError` for an article of a section that the run is not after."""
    sections, source = metadata.sections(reading, tags)
    wanted = reading.link.wanted_section if reading.link is not None else None
    if wanted and sections[:1] != (wanted,):
        shown = sections[0] if sections else "no section"
        raise NotAnArticleError("other_section", f"{reading.url} belongs to {shown} by its {source or 'silence'}")
    return sections, source


def _body(reading: PageReading, html: str, headline: str) -> tuple[Body, str]:
    """Body by the site's rules, else by the generic layer. Raises `NotAnArticleError` where there is no text.

    Galleries and videos need none.
    """
    body, source = _body_by_rules(reading)
    needs_text = first(reading.root, reading.markup.without_text)[0] is None
    if not body.blocks and needs_text:
        found = generic_body(reading.root, html, reading.url, headline)
        body.blocks = [block for block in found.blocks if not _is_around(block.text, headline, reading.site)]
        body.images, body.related = body.images or found.images, body.related or found.related
        source = "generic:blocks"
    if not body.blocks and needs_text:
        name = reading.site.name
        message = f"{reading.url} has no text where {name} has it: check its markup"
        raise not_articles.nothing_found(reading, "no_body", message)
    return body, source


def _is_around(text: str, headline: str, site: Site) -> bool:
    """True for a line that the generic layer takes for text although it stands around it."""
    return text == headline or is_noise(text, site.title) or read_more_title(text) is not None


def _body_by_rules(reading: PageReading) -> tuple[Body, str]:
    """Media of the header come first, then what stands in the body."""
    element, selector = first(reading.root, reading.markup.body)
    body = Body()
    for media in _header_media(reading.root, reading.markup):
        body.images.extend(image_of(media, reading.url, reading.site, reading.markup))
    if element is not None:
        inside = read_body(element, reading.url, reading.site, reading.markup)
        body.blocks, body.related = inside.blocks, inside.related
        body.images.extend(inside.images)
    return body, f"site:{selector}"


def _header_media(root: LexborNode, markup: Markup) -> list[LexborNode]:
    """Media of the article outside its body, by the first selector that finds any."""
    elsewhere = markup.card_classes | markup.dropped_classes
    for selector in markup.header_media:
        found = [node for node in root.css(selector) if not _inside(node, elsewhere)]
        if found:
            return found
    return []


def _inside(node: LexborNode, of_classes: frozenset[str]) -> bool:
    """True if an element around the node is of one of the classes."""
    around = node.parent
    while around is not None and not classes(around) & of_classes:
        around = around.parent
    return around is not None


def _without_dateline(blocks: list[Block]) -> tuple[Dateline | None, list[Block]]:
    """The dateline at the head of the first paragraph, or alone in it."""
    for number, block in enumerate(blocks):
        if block.kind == "paragraph":
            dateline, rest = split_dateline(block.text)
            if dateline is None:
                return None, blocks
            return dateline, [*blocks[:number], *([Block("paragraph", rest)] if rest else []), *blocks[number + 1 :]]
    return None, blocks


def _flags(published: Moment, text: str, *, names_another: bool) -> tuple[str, ...]:
    flags = {"no_date": published.at is None, "no_text": not text, "canonical_elsewhere": names_another}
    return tuple(name for name, is_so in flags.items() if is_so)
