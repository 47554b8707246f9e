"""A slip in the data of a site is told by the name of the site and of the field, before anything is crawled."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from crawler.errors import ConfigurationError
from crawler.sites import SITES
from crawler.sites.any_site import ANY_SITE
from crawler.sites.checks import check_site
from crawler.sites.site import Generation, Markup, Site

PATH = re.compile(r"/(?P<id>\d+)$")
SITE = Site(name="news", title="News", base="https://news.example", generations=(Generation(PATH),))


@pytest.mark.parametrize("site", [*SITES.values(), ANY_SITE, SITE], ids=lambda site: site.name)
def test_every_site_can_be_used(site: Site) -> None:
    check_site(site)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": "News Site"}, "name must be"),
        ({"base": "news.example"}, "base is 'news.example'"),
        ({"base": "https://news.example/en/"}, "base is"),
        ({"hosts": frozenset({"www.news.example"})}, "hosts has"),
        ({"hosts": frozenset({"https://news.example"})}, "hosts has"),
        ({"language": "english"}, "language is 'english'"),
        ({"language": "pt_BR"}, "language is 'pt_BR'"),
        ({"utc_offset_minutes": 10_800}, "utc_offset_minutes is in minutes"),
        ({"section_path": "/world/"}, "section_path has no {section}"),
        ({"section_path": "{section}/"}, "section_path is"),
        ({"feed_path": "/rss.xml"}, "feed_path has no {section}"),
        ({"sitemap_path": "/{what}.xml"}, "sitemap_path is"),
        ({"dateline": re.compile("(?P<place>[A-Z]+)")}, "dateline must have"),
        ({"sections": {"world": ""}}, "sections has an empty name"),
        ({"sections": ("world",)}, "sections is ('world',)"),
        ({"generations": Generation(PATH)}, "generations is no tuple"),
    ],
    ids=str,
)
def test_a_field_that_cannot_be_used_is_named(wrong: Mapping[str, Any], said: str) -> None:
    with pytest.raises(ConfigurationError, match=r"^site '.*': .*adding-a-site") as refused:
        check_site(replace(SITE, **wrong))
    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"article_path": re.compile(r"/\d+$")}, "article_path has no group id"),
        ({"article_path": r"/(?P<id>\d+)$"}, "article_path is"),
        ({"article_path": re.compile(r"story/(?P<id>\d+)$")}, "article_path is 'story/"),
        ({"markup": {"title": "h1"}}, "markup is no Markup"),
        ({"day_path": "/archive/"}, "day_path has no {day}"),
        ({"valid_from": date(2021, 1, 1), "valid_until": date(2020, 1, 1)}, "valid_until is before"),
        ({"markup": Markup(title=("h1[",))}, "markup.title has 'h1['"),
        ({"markup": Markup(title=("",))}, "markup.title has ''"),
        ({"markup": Markup(title="h1")}, "markup.title is the text 'h1'"),  # type: ignore[arg-type]
        ({"markup": Markup(card_classes=frozenset({".card"}))}, "markup.card_classes has '.card'"),
        ({"markup": Markup(card_classes=frozenset({"card big"}))}, "markup.card_classes has"),
    ],
    ids=str,
)
def test_a_field_of_a_generation_that_cannot_be_used_is_named(wrong: Mapping[str, Any], said: str) -> None:
    with pytest.raises(ConfigurationError, match="site 'news': generation 'current': ") as refused:
        check_site(replace(SITE, generations=(replace(SITE.generations[0], **wrong),)))
    assert said in str(refused.value)
