"""Sputnik International: sputniknews.com until 2023, sputnikglobe.com since."""

import re
from datetime import date

from crawler.sites.site import Generation, Markup, Site

CURRENT = Markup(
    listing=(
        "a.list__title", "a.cell-list__item", "a.cell-main-photo__image", "a.cell-main-photo__title",
        ".cell-main-photo a",
    ),
    listing_items=frozenset({"list__item", "cell-list__item"}),
    title=("h1.article__title", ".article__title", "h1"),
    lead=(".article__announce-text",),
    published=(".article__info-date [data-unixtime]", ".article__info-date a"),
    modified=(".article__info-date-modified",),
    authors=(".article__author-name", "a[rel=author]"),
    section=(".breadcrumbs a", ".title__hl"),
    rubric=(".article__supertag-header-title",),
    tags=("li.tag .tag__text", ".article__tags-item"),
    body=(".article__body", ".online__article"),
    without_text=(".article__photo-item", ".article__block[data-type=video]", "video"),
    header_media=(".article__header .media", ".article__announce .media", ".media", ".photoview__open"),
    paragraph_classes=frozenset({"article__text", "online__item-text"}),
    quote_classes=frozenset({"article__quote-text"}),
    heading_classes=frozenset({"article__h2", "article__h3"}),
    media_classes=frozenset({"media", "photoview__open", "article__photo-item"}),
    card_classes=frozenset({"article__article"}),
    card_title=(".article__article-title",),
    card_noise=(
        ".article__article-desc", ".article__article-info", ".article__block-date", ".share", "time", "script",
        "style", "noscript", "figcaption",
    ),
    caption=(".media__description",),
    credit=(".media__copyright-item.m-copyright", ".media__copyright", ".photoview__copyright"),
    dropped_classes=frozenset(
        {
            "article__meta", "article__info", "article__quote-bg", "article__google-news", "article__footer", "m-buy",
            "article__summary", "article__userbar", "article__aggr", "article__tags", "article__subscribe",
            "article__announce-text", "banner", "share", "ria-tweet", "online__item-top",
        }
    ),
)  # fmt: skip
"""Of the pages since 2021, and of sister sites on the same software."""

_FIRST = Markup(
    listing=(".b-stories__title h2 a", ".b-plainlist__title a"),
    listing_items=frozenset({"b-stories__item", "b-plainlist__item"}),
    listing_time=(".b-stories__date", ".b-plainlist__date"),
    title=(".b-article__header h1", "h1[itemprop=headline]", "h1[itemprop=name]", "h1"),
    lead=(".b-article__lead",),
    published=("time.b-article__refs-date",),
    modified=("time.b-article__refs-date-upd",),
    authors=(".b-article__refs-author a[rel=author]",),
    rubric=("a.b-article__refs-rubric",),
    tags=(".b-article__refs-tags a",),
    body=(".b-article__text",),
    bare_text=True,
    without_text=(".b-photoslider", ".b-article__video", "video"),
    header_media=(".b-article__header",),
    paragraph_classes=frozenset({"b-disclaimer"}),
    quote_classes=frozenset({"marker-quote1", "marker-quote2", "marker-quote3"}),
    heading_classes=frozenset({"marker-subtitle"}),
    media_classes=frozenset({"b-photo", "m-inject-photo"}),
    card_classes=frozenset({"b-inject"}),
    card_title=(".b-inject__content a", ".b-inject__title a", ".b-inject__title"),
    card_noise=(".b-inject__copy", ".b-inject__media", ".b-inject__date", "script", "style"),
    caption=(".b-inject__description",),
    credit=(".b-article__header-copy", ".b-inject__copy"),
    dropped_classes=frozenset(
        {"ria-fb", "b-banner", "social-likes-pane", "trc_related_container", "b-article__see-also"}
    ),
)

_GENERATIONS = (
    Generation(
        valid_from=date(2021, 3, 1),
        article_path=re.compile(r"^(?:/amp)?/(?P<date>\d{8})/(?:(?P<slug>[^/]*?)-)?(?P<id>\d{8,10})(?:-print)?\.html$"),
        day_path="/{day}/",
        markup=CURRENT,
    ),
    Generation(
        name="first",
        valid_from=date(2014, 11, 1),
        valid_until=date(2021, 4, 30),
        article_path=re.compile(r"^(?:/amp)?/[a-z0-9_-]+/(?P<date>\d{8})(?P<id>\d{8,10})(?:-(?P<slug>[^/]*))?/$"),
        day_path="/archive/{day}/",
        markup=_FIRST,
    ),
)

_SECTIONS = {
    "world": "World",
    "russia": "Russia",
    "americas": "Americas",
    "us": "US",
    "latam": "Latin America",
    "europe": "Europe",
    "middleeast": "Middle East",
    "asia": "Asia",
    "africa": "Africa",
    "economy": "Economy",
    "military": "Military",
    "science": "Science & Tech",
    "analysis": "Analysis",
    "multimedia": "Multimedia",
    "viral": "Viral",
    "sport": "Sport",
}


def _edition(
    code: str,
    language: str,
    title: str,
    sections: dict[str, str],
    base: str = "",
    hosts: frozenset[str] = frozenset(),
) -> Site:
    """An edition: the same software, IDs of its own. Domains have moved more than once: `base` is only a default."""
    return Site(
        name=f"sputnik-{code}",
        title=title,
        base=base or f"https://{code}.sputniknews.com",
        hosts=hosts,
        moves=True,
        language=language,
        feed_path="/export/rss2/{section}/index.xml",
        archive_feed_path="/export/rss2/archive/index.xml",
        sitemap_path="/sitemap_article_index.xml",
        sections=sections,
        generations=_GENERATIONS,
    )


SPUTNIK_INTERNATIONAL = _edition(
    "international",
    "en",
    "Sputnik International",
    base="https://sputnikglobe.com",
    hosts=frozenset({"sputniknews.com"}),
    sections=_SECTIONS,
)

SITES = (
    SPUTNIK_INTERNATIONAL,
    _edition("arabic", "ar", "Sputnik Arabic", sections={"world": "العالم", "arab_world": "العالم العربي"}),
    _edition("mundo", "es", "Sputnik Mundo", sections={}),
    _edition("fr", "fr", "Sputnik France", sections={"international": "International"}),
    _edition("it", "it", "Sputnik Italia", sections={"mondo": "Mondo"}),
    _edition("tr", "tr", "Sputnik Türkiye", sections={}),
)
"""What ``-a edition=`` can name; of all but the first only the shape of the pages is verified, not the words."""
