"""The archive of a day lists its articles, in the markup of both generations."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.discovery.reading import SourceReading
from crawler.discovery.section import feeds_of_page, next_page, read_listing
from crawler.sites.sputnik import SPUTNIK_INTERNATIONAL as SITE

OLD = "https://sputniknews.com/archive/20180317/"
NEW = "https://sputnikglobe.com/20260502/"
FIRST_GENERATION = """<div class="b-plainlist"><ul class="b-plainlist__list">
<li class="b-plainlist__item"><a class="b-plainlist__img" href="/us/201803171062621903-usa-russia/"><img></a>
<div class="b-plainlist__info"><span class="b-plainlist__date">03:34 17.03.2018</span>
<h2 class="b-plainlist__title"><a href="/us/201803171062621903-usa-russia/">US Senate &amp; S-400</a></h2>
<div class="b-plainlist__announce"><p>WASHINGTON (<a href="/us/201803171062600000-x/">Sputnik</a>)</p></div></div></li>
<li class="b-plainlist__item"><div class="b-plainlist__info"><span class="b-plainlist__date">31:34 17.03.2018</span>
<h2 class="b-plainlist__title"><a href="/asia/201803171062629333-plane---crash/">Plane</a></h2></div></li>
<li class="b-plainlist__item"><h2 class="b-plainlist__title"><a href="/trend/summit/">A story</a></h2></li></ul></div>
<ul><li class="b-stories__item"><span class="b-stories__date">10:29 17.03.2018</span><div class="b-stories__title">
<span class="b-stories__rubric"><a href="/analysis/">Opinion</a></span>
<h2><a href="/analysis/201803171062593675-novichok/">Novichok</a></h2></div></li></ul>"""
SECOND_GENERATION = """<div class="list list-tag"><div class="list__item"><div class="list__content">
<a href="/20260502/talks-1121000001.html" class="list__title" title="Talks">Talks</a></div>
<div class="list__info"><div class="list__date" data-unixtime="1777713600">09:20</div></div></div>
<div class="list__item"><a href="/20260502/talks-1121000001.html?in=t" class="list__title">Talks again</a></div></div>
<div class="list__more" data-url="/services/20260502/more.html?id=1121000001&date=20260502T092000">20 more</div>"""


def day(html: str, url: str) -> SourceReading:
    return read_listing(html, url, SITE, None, "day_archive")


def item(href: str) -> str:
    return f'<li class="b-plainlist__item"><h2 class="b-plainlist__title"><a href="{href}">T</a></h2></li>'


@pytest.mark.parametrize("url", [OLD, "https://sputniknews.com/us/20180317/"])
def test_a_day_of_the_first_generation_is_read_from_headlines_only(url: str) -> None:
    reading = day(FIRST_GENERATION, url)
    assert [(link.article_id[-10:], link.title) for link in reading.links] == [
        ("1062621903", "US Senate & S-400"),
        ("1062629333", "Plane"),
        ("1062593675", "Novichok"),
    ]
    assert reading.links[0].published_at == datetime(2018, 3, 17, 3, 34, tzinfo=UTC)
    assert reading.links[1].published_at is None
    assert reading.links[2].published_at == datetime(2018, 3, 17, 10, 29, tzinfo=UTC)
    assert {(link.discovered_via, link.source_url, link.section) for link in reading.links} == {
        ("day_archive", url, None)
    }
    assert reading.skipped == 1


def test_a_day_of_the_second_generation_is_read_like_a_section() -> None:
    (link,) = day(SECOND_GENERATION, NEW).links
    assert (link.url, link.title) == ("https://sputnikglobe.com/20260502/talks-1121000001.html", "Talks")
    assert link.published_at == datetime(2026, 5, 2, 9, 20, tzinfo=UTC)


def test_a_day_is_continued_where_the_page_says() -> None:
    expected = "https://sputnikglobe.com/services/20260502/more.html?id=1121000001&date=20260502T092000"
    assert next_page(SECOND_GENERATION, NEW) == expected
    loaded = '<div class="list-items-loaded" data-next-url="/services/2.html"></div>' + SECOND_GENERATION
    assert next_page(loaded, NEW) == "https://sputnikglobe.com/services/2.html"
    assert next_page(FIRST_GENERATION, OLD) is None


@pytest.mark.parametrize(
    "href",
    [
        "file:///us/201803171062621903-x/",
        "s3://bucket/us/201803171062621903-x/",
        "javascript:alert(1)",
        "//evil.example/us/201803171062621903-x/",
        "https://sputniknews.com:8443/us/201803171062621903-x/",
        "/us/201803171062621903-" + "x" * 10_000 + "/",
        "/us/20180317/",
    ],
    ids=["S06 file", "S06 s3", "S06 javascript", "other host", "other port", "T15 10 kB", "no article"],
)
def test_what_a_day_lists_but_nobody_may_fetch_is_counted_and_passed_over(href: str) -> None:
    reading = day(item(href) + item("/us/201803171062621904-y/"), OLD)
    assert ([link.article_id[-10:] for link in reading.links], reading.skipped) == (["1062621904"], 1)


def test_t11_an_article_that_a_day_lists_twice_is_one_link() -> None:
    html = item("/us/201803171062621903-a/?utm_source=x") + item("/world/201803171062621903-b/?sid=1")
    (link,) = day(html, OLD).links
    assert link.url == "https://sputniknews.com/us/201803171062621903-a/"


def test_a_page_names_its_feeds_and_not_those_of_others() -> None:
    named = '<link rel="alternate" type="application/{}+xml" href="{}">'
    page = named.format("rss", "/export/rss2/archive/index.xml") + named.format(
        "atom", "https://sputnikglobe.com/a.xml"
    )
    page += named.format("rss", "https://evil.example/f.xml") + named.format(
        "rss", "https://u:p@sputnikglobe.com/f.xml"
    )
    page += named.format("rss", "file:///etc/passwd") + named.format("rss", "http://[") + named.format("rss", "/a.xml")
    assert feeds_of_page(page, NEW, SITE) == (
        "https://sputnikglobe.com/export/rss2/archive/index.xml",
        "https://sputnikglobe.com/a.xml",
    )


@given(cut=st.integers(0, len(FIRST_GENERATION)), noise=st.text(max_size=30))
def test_a_day_cut_anywhere_gives_only_articles_that_it_lists(cut: int, noise: str) -> None:
    reading = day(FIRST_GENERATION[:cut] + noise, OLD)
    assert {link.article_id[-10:] for link in reading.links} <= {"1062621903", "1062629333", "1062593675"}
