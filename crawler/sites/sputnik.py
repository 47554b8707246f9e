"""Sputnik International: sputniknews.com until 2023, sputnikglobe.com since."""

import re
from datetime import date

from crawler.sites.site import Generation, Markup, Site

_CURRENT = Markup(
    title=("h1.article__title", ".article__title", "h1"),
    lead=(".article__announce-text",),
    published=(".article__info-date [data-unixtime]", ".article__info-date a"),
    modified=(".article__info-date-modified",),
    section=(".breadcrumbs a", ".article__supertag-header-title", ".article__section-title", ".title__hl"),
    tags=("li.tag .tag__text", ".article__tags-item"),
    body=("div.article__body",),
    header_media=(".article__header .media", ".article__announce .media", ".media", ".photoview__open"),
    paragraph_classes=frozenset({"article__text"}),
    quote_classes=frozenset({"article__quote-text"}),
    heading_classes=frozenset({"article__h2", "article__h3"}),
    media_classes=frozenset({"media", "photoview__open", "article__photo-item"}),
    card_classes=frozenset({"article__article"}),
    card_title=(".article__article-title",),
    card_noise=(
        ".article__article-desc",
        ".article__article-info",
        ".article__block-date",
        ".share",
        "time",
        "script",
        "style",
        "noscript",
        "figcaption",
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

SPUTNIK_INTERNATIONAL = Site(
    name="sputnik-international",
    title="Sputnik International",
    base="https://sputnikglobe.com",
    hosts=frozenset({"sputnikglobe.com", "sputniknews.com"}),
    language="en",
    utc_offset_minutes=0,
    section_path="/{section}/",
    sections={
        "world": "World",
        "russia": "Russia",
        "americas": "Americas",
        "asia": "Asia",
        "africa": "Africa",
        "economy": "Economy",
        "military": "Military",
        "science": "Science & Tech",
        "analysis": "Analysis",
        "multimedia": "Multimedia",
        "viral": "Viral",
        "sport": "Sport",
    },
    generations=(
        Generation(
            name="current",
            valid_from=date(2021, 3, 1),
            valid_until=None,
            article_path=re.compile(r"^/(?P<date>\d{8})/(?:(?P<slug>[^/]*?)-)?(?P<id>\d{8,10})\.html$"),
            markup=_CURRENT,
        ),
    ),
)
