"""RIA Novosti, ria.ru: a sister of Sputnik in Russian, on the same software.

The markup is verified on a page of 2026; the names of sections but science, and the section feeds, are not.
"""

import re
from dataclasses import replace

from crawler.sites.site import Generation, Site
from crawler.sites.sputnik import CURRENT

SITE = Site(
    name="ria",
    title="РИА Новости",
    base="https://ria.ru",
    language="ru",
    utc_offset_minutes=180,  # Moscow
    feed_path="/export/rss2/{section}/index.xml",
    archive_feed_path="/export/rss2/archive/index.xml",
    sitemap_path="/sitemap_article_index.xml",
    sections={
        "world": "В мире",
        "politics": "Политика",
        "economy": "Экономика",
        "society": "Общество",
        "incidents": "Происшествия",
        "defense_safety": "Армия",
        "science": "Наука",
        "culture": "Культура",
        "religion": "Религия",
        "sport": "Спорт",
    },
    dateline=re.compile(
        r"(?P<place>[А-ЯЁ][А-ЯЁ /-]{1,60}), \d{1,2} [а-я]{3,8} [-–—] (?P<agency>РИА Новости)(?:, [^.]{1,60})?\.\s*"
    ),
    boilerplate=frozenset(
        {"Читать ria.ru в", "Краткий пересказ от РИА ИИ", "Рекомендуем", "Лента новостей", "Обсуждение", "Комментарии"}
    ),
    generations=(
        Generation(
            article_path=re.compile(r"/(?P<date>\d{8})/(?:[^/]*?-)?(?P<id>\d{8,10})(?:-print)?\.html$"),
            day_path="/{day}/",
            markup=replace(
                CURRENT,
                title=(".article__title",),  # the h1 is the second headline
                lead=("h1.article__second-title", ".article__second-title", ".article__announce-text"),
            ),
        ),
    ),
)
