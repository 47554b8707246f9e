"""Pages become articles: golden pages field by field, and nothing a page holds can break the extractor."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawler.archive.jsonl import article_line
from crawler.articles import clean, extract_article
from crawler.articles.page import page_text
from crawler.errors import NotAnArticleError
from crawler.items import ArticleLink
from crawler.sites.site import Generation, Site
from crawler.sites.sputnik import SPUTNIK_INTERNATIONAL as SPUTNIK
from tests.site import pages
from tests.site.articles import SampleSite

CASES = sorted(path.parent for path in (Path(__file__).parent / "pages").glob("*/page.html"))
URL = "https://sputnikglobe.com/20260502/x-1121000003.html"
PAGE = '<h1 class="article__title">T</h1><div class="article__body"><div class="article__text">{}</div></div>'


def line_of(html: str, url: str = URL, **more: Any) -> dict[str, Any]:  # noqa: ANN401  passed on
    loaded: dict[str, Any] = json.loads(article_line(clean(extract_article(html, url, **more))))
    return loaded


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_golden_page_gives_its_article(case: Path) -> None:
    wanted = json.loads((case / "expected.json").read_text(encoding="utf-8"))
    line = line_of((case / "page.html").read_text(encoding="utf-8"), wanted["url"])
    assert {name: line[name] for name in wanted["expected"]} == wanted["expected"]


@pytest.mark.parametrize("number", range(12))
def test_every_article_of_the_sample_site_is_found_whole(number: int) -> None:
    article = SampleSite(seed=7, articles=12, edition=2).listed[number]
    line = line_of(
        pages.article_page(article, "https://sputnikglobe.com", 2).decode(), f"https://x.example{article.path}"
    )
    assert line["title"] == article.title
    assert line["subtitle"] == article.lead
    assert line["authors"] == ([article.author] if article.author else [])
    assert line["dateline"] == ({"place": article.place, "agency": "Sputnik"} if article.place else None)
    assert [(block["kind"], block["text"]) for block in line["blocks"]] == [(b.kind, b.text) for b in article.blocks]
    assert [(image["caption"], image["credit"]) for image in line["images"]] == [(article.caption, article.credit)]
    assert [(link["relation"], link["title"], link["section"]) for link in line["related"]] == [
        ("read_more", article.read_more.title, None),
        ("card", article.card.title, article.card.section),
    ]
    assert tuple(line["tags"]) == article.tags
    assert line["published_at"] == datetime.fromtimestamp(article.published, UTC).isoformat().replace("+00:00", "Z")
    assert line["section"] == "World"
    assert line["provenance"]["section"] == "tag"


@pytest.mark.parametrize(
    ("html", "reason"),
    [("", "no_title"), ("<p>x", "no_title"), (PAGE.format(""), "no_body"), (PAGE.format("READ MORE: x"), "no_body")],
)
def test_a_page_that_holds_no_article_says_why(html: str, reason: str) -> None:
    with pytest.raises(NotAnArticleError) as refused:
        extract_article(html, URL)
    assert refused.value.reason == reason
    assert URL in str(refused.value)


def test_a_site_that_names_no_selector_is_read_by_the_layers_below() -> None:
    path = re.compile(r"/(?P<id>\d+)$")
    site = Site(name="news", title="News", base="https://news.example", generations=(Generation(path),))
    about = '{"@type": "NewsArticle", "headline": "T", "author": "Noor Haddad", "datePublished": "2026-05-02T09:00Z"}'
    paragraphs = [f"<p>{block.text}</p>" for block in SampleSite().listed[0].blocks if block.kind == "paragraph"]
    html = (
        f'<!DOCTYPE html><html><head><script type="application/ld+json">{about}</script></head><body>'
        f'<nav><a href="/">Home</a></nav><article>{"".join(paragraphs)}</article></body></html>'
    )
    article = extract_article(html, "https://news.example/4711", site=site)
    assert (article.article_id, article.title, article.authors) == ("news:4711", "T", ("Noor Haddad",))
    assert article.published_at == datetime(2026, 5, 2, 9, tzinfo=UTC)
    assert len(article.blocks) == len(paragraphs)


def test_a_url_without_an_article_id_is_no_article() -> None:
    with pytest.raises(NotAnArticleError, match="no article ID"):
        extract_article(PAGE.format("text"), "https://sputnikglobe.com/world/")


def test_the_link_gives_what_the_page_does_not() -> None:
    moment = datetime(2026, 5, 2, 9, tzinfo=UTC)
    link = ArticleLink(URL, "sputnik-international:1121000003", "section", "https://x/world/", "World", "T", moment)
    line = line_of(PAGE.format("text"), link=link)
    assert (line["section"], line["provenance"]["section"]) == ("World", "source:section")
    assert (line["published_at"], line["provenance"]["published_at"]) == ("2026-05-02T09:00:00Z", "link:section")
    assert line["discovered_via"] == "section"


def test_a_redirect_to_another_site_gives_no_article_under_our_id() -> None:
    link = ArticleLink(URL, "sputnik-international:1121000003", "section", "https://x/world/")
    with pytest.raises(NotAnArticleError, match="another site"):
        extract_article(PAGE.format("text"), URL.replace("sputnikglobe.com", "evil.example"), site=SPUTNIK, link=link)
    assert line_of(PAGE.format("text"), URL.replace("sputnikglobe.com", "sputniknews.com"), link=link)


def test_a_time_far_from_the_day_in_the_url_is_rejected_with_its_reason() -> None:
    line = line_of('<meta property="article:published_time" content="19990101T0000">' + PAGE.format("text"))
    assert (line["published_at"], line["published_raw"]) == (None, "19990101T0000")
    assert line["provenance"]["published_at"] == ("rejected:meta:article:published_time: far from the day in the URL")
    assert "no_date" in line["flags"]


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("20260502T1319+0800", "2026-05-02T05:19:00Z"),
        ("20260502T1319", "2026-05-02T13:19:00Z"),
        ("2026-05-02T13:19:00+03:00 ", "2026-05-02T10:19:00Z"),
        ("2026-05-02 13:19:00Z", "2026-05-02T13:19:00Z"),
    ],
)
def test_the_forms_of_time_that_the_site_uses_are_read_into_utc(raw: str, expected: str) -> None:
    line = line_of(f'<meta property="article:published_time" content="{raw}">' + PAGE.format("text"))
    assert line["published_at"] == expected


def test_rights_come_from_the_page_and_the_header() -> None:
    assert line_of(PAGE.format("text"), robots_header="noarchive")["rights"]["noarchive"] is True
    assert line_of(PAGE.format("text"))["rights"] == {"robots": None, "tdm": None, "noarchive": False}


@pytest.mark.parametrize(
    ("body", "content_type", "expected"),
    [
        ("é".encode(), "text/html; charset=utf-8", "é"),
        ("é".encode("latin-1"), "text/html; charset=iso-8859-1", "é"),
        ('<meta charset="windows-1251">ж'.encode("cp1251"), "text/html", "ж"),
        ("é".encode(), "text/html", "é"),
        ("é".encode(), "text/html; charset=bogus", "é"),
        (b"\xef\xbb\xbf<html>x", "", "x"),
    ],
)
def test_pages_are_decoded_as_browsers_do(body: bytes, content_type: str, expected: str) -> None:
    assert page_text(body, content_type, URL).text.endswith(expected)


@pytest.mark.parametrize("content_type", ["application/pdf", "image/png", "video/mp4", "application/json", ""])
def test_what_is_not_html_is_no_page(content_type: str) -> None:
    with pytest.raises(NotAnArticleError, match="not an HTML page"):
        page_text(b"%PDF-1.7", content_type, URL)


@pytest.mark.parametrize(
    "card",
    [
        '<span class="article__article-rubric">World</span><a class="article__article-title">T</a>',
        '<div>World</div><div class="article__article-title">T</div>',
        '<span class="article__article-desc"><span>World</span><span class="article__article-title">T</span></span>',
        '<a class="article__article-title">T</a><div class="article__article-desc">World</div>',
        '<div>Chess</div><a class="article__article-title">T</a><div class="article__block-date">1 May</div>',
    ],
)
def test_a_card_shows_its_section_however_it_is_written(card: str) -> None:
    block = f'<div class="article__block" data-type="article"><img alt="A ship">{card}</div>'
    (link,) = line_of(PAGE.format("text").replace("</div></div>", f"</div>{block}</div>"))["related"]
    assert (link["title"], link["section"]) == ("T", "Chess" if "Chess" in card else "World")


@pytest.mark.parametrize(
    "written",
    [
        '<strong>READ MORE: <a href="/20260430/why-1121000000.html">Why It Was Closed</a> </strong>',
        '<a href="/20260430/why-1121000000.html"><b>READ MORE: Why It Was Closed</b></a>',
        '<p>READ MORE:&nbsp;<a href="/20260430/why-1121000000.html?in=t">Why It Was Closed</a></p>',
        "READ MORE: Why It Was Closed",
    ],
)
def test_a_read_more_line_is_a_link_however_it_is_written(written: str) -> None:
    line = line_of(PAGE.format(f"text<br>{written}"))
    (link,) = line["related"]
    assert (link["title"], line["text"]) == ("Why It Was Closed", "text")
    assert link["url"] == ("https://sputnikglobe.com/20260430/why-1121000000.html" if "href" in written else None)


@pytest.mark.parametrize(
    ("body", "blocks"),
    [
        ("Intro:<ul><li>One</li><li>Two</li></ul>and after.", ["Intro:", "One", "Two", "and after."]),
        ('</div><div class="article__block" data-type="text">Bare text.</div><div>', ["Bare text."]),
        (
            '</div><div class="article__block" data-type="vrez"><div class="article__vrez">A box.</div></div><div>',
            ["A box."],
        ),
        ('</div><div class="article__block" data-type="text"><div class="new-class">Odd.</div></div><div>', ["Odd."]),
        ("Subscribe</div><div class='article__text'>WASHINGTON (Sputnik) - Text.", ["Text."]),
        ("<strong>WASHINGTON (Sputnik) - </strong><br>Text.", ["Text."]),
        ("Text.<br>A ship at sea - Sputnik International", ["Text."]),
        ("Text.</div><div class='article__text'>Newsfeed</div><div class='article__text'>0", ["Text."]),
        ("<strong>READ MORE:</strong><br><a href='/20260430/x-1121000000.html'>Other</a><br>Text.", ["Text."]),
    ],
)
def test_no_text_of_the_body_is_lost_and_no_noise_comes_in(body: str, blocks: list[str]) -> None:
    line = line_of(PAGE.format(body))
    assert [block["text"] for block in line["blocks"]] == blocks
    if "WASHINGTON" in body:
        assert line["dateline"] == {"place": "WASHINGTON", "agency": "Sputnik"}
    if "READ MORE" in body:
        assert [link["title"] for link in line["related"]] == ["Other"]


@pytest.mark.parametrize("wrapped", ["<!-- {} -->", "//<![CDATA[\n{}\n//]]>", "{};", "/*<![CDATA[*/ {} /*]]>*/"])
def test_json_ld_is_read_whatever_is_wrapped_around_it(wrapped: str) -> None:
    about = '{"@type": "Article", "author": {"name": "Noor Haddad"}}'
    script = f'<script type="application/ld+json">{wrapped.format(about)}</script>'
    assert line_of(script + PAGE.format("text"))["authors"] == ["Noor Haddad"]


def test_a_page_of_a_video_takes_no_text_from_around_it() -> None:
    around = "<nav>World</nav><p>" + "A long tagline about news from around the world, live and in full. " * 5 + "</p>"
    html = around + '<h1 class="article__title">T</h1><div class="article__body"><video src="/v.mp4"></video></div>'
    line = line_of(html)
    assert (line["text"], line["flags"]) == ("", ["no_date", "no_text"])


def test_first_generation_text_without_elements_of_its_own_is_read_in_paragraphs() -> None:
    url = "https://sputniknews.com/world/201904111074000123-x/"
    body = (
        "WASHINGTON (Sputnik) - One <b>bold</b> word.<br><br>Two.<div>Three, in a <a href='/x'>div</a>.</div>"
        '<div class="b-inject"><div class="b-inject__content"><a href="/a/201904101074000777-y/">Card</a></div></div>'
        "<p>Four.</p><ul><li>Five</li></ul>Six.<script>seven()</script>"
    )
    line = line_of(f'<h1>T</h1><div class="b-article__text">{body}</div>', url)
    kinds = ["One bold word.", "Two.", "Three, in a div.", "Four.", "Five", "Six."]
    assert [block["text"] for block in line["blocks"]] == kinds
    assert line["dateline"]["place"] == "WASHINGTON"
    assert [link["title"] for link in line["related"]] == ["Card"]


def test_a_card_without_classes_inside_is_still_a_card() -> None:
    inside = '<a href="/20260430/x-1121000000.html">A Headline</a><a href="/world/">World</a>'
    card = f'<div class="article__article">{inside}</div>'
    (link,) = line_of(PAGE.format("text").replace("</div></div>", f"</div>{card}</div>"))["related"]
    assert (link["title"], link["section"], link["relation"]) == ("A Headline", "World", "card")


def test_a_page_of_read_more_lines_is_read_in_linear_time() -> None:
    line = line_of(PAGE.format("text<br>" + "READ MORE: x<a href=/a>x</a><br>" * 3000))
    assert len(line["related"]) == 3000


def test_media_in_deep_pages_are_looked_at_in_linear_time() -> None:
    media = '<i class="media"></i>' * 20_000
    html = PAGE.format("text") + "<div>" * 2000 + media + '<div class="banner"><img class="media" src="/ad.png"></div>'
    assert line_of(html)["images"] == []


GOLDEN = [(case / "page.html").read_bytes() for case in CASES] + [
    pages.article_page(article, "https://sputnikglobe.com", 1) for article in SampleSite().listed[:3]
]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(page=st.sampled_from(GOLDEN), data=st.data())
def test_a_page_cut_or_damaged_anywhere_never_breaks_the_extractor(page: bytes, data: st.DataObject) -> None:
    damaged = bytearray(page[: data.draw(st.integers(0, len(page)))])
    for at in data.draw(st.lists(st.integers(0, max(len(damaged) - 1, 0)), max_size=20)):
        if damaged:
            damaged[at] ^= 1 << data.draw(st.integers(0, 7))
    try:
        article = clean(extract_article(page_text(bytes(damaged), "text/html; charset=utf-8", URL).text, URL))
    except NotAnArticleError:
        return
    assert article_line(article)


@settings(max_examples=100, deadline=None)
@given(html=st.text(st.characters(exclude_categories=[]), max_size=300))
def test_any_text_in_a_page_ends_in_a_valid_line_or_a_reason(html: str) -> None:
    try:
        assert json.loads(article_line(clean(extract_article(PAGE.format(html), URL, site=SPUTNIK))))
    except NotAnArticleError as refused:
        assert refused.reason  # noqa: PT017  either outcome is right


@pytest.mark.parametrize("tag", ["div", "main", "x-y", "span"])
def test_c05_a_page_nested_without_end_is_refused_at_once(tag: str) -> None:
    page = PAGE.format(f"<{tag}>" * 100_000 + "deep")
    with pytest.raises(NotAnArticleError, match="nests more than"):
        extract_article(page, URL)
    with pytest.raises(NotAnArticleError, match="nests more than"):
        page_text(page.encode(), "text/html", URL)


@pytest.mark.parametrize("attribute", ["a{} ", 'a{}="" ', "a{}/", 'a{}="x"', "a{}='>' "])
def test_a_tag_without_end_is_refused_at_once(attribute: str) -> None:
    page = PAGE.format("<p " + "".join(attribute.format(number) for number in range(1_000_000)) + ">text")
    with pytest.raises(NotAnArticleError, match="attributes"):
        extract_article(page, URL)


def test_data_in_an_attribute_may_be_long() -> None:
    data = "words of 'some' data, a = b; " * 10_000
    line = line_of(PAGE.format(f'text<p data-state="{data}">more</p><script>if (a <b {data[:9000]})</script>'))
    assert line["text"] == "text\n\nmore"


def test_formatting_that_is_never_closed_is_refused_at_once() -> None:
    page = PAGE.format("".join(f"<font color={number}><p>x" for number in range(2000)))
    with pytest.raises(NotAnArticleError, match="formatting tags open"):
        extract_article(page, URL)


def test_a_page_of_many_megabytes_is_read() -> None:
    line = line_of(PAGE.format("<p>A sentence of some words.</p>" * 100_000))
    assert len(line["blocks"]) == 100_000


def test_c21_a_live_blog_of_two_thousand_updates_is_read_whole() -> None:
    updates = "".join(
        f'<div class="online__item"><div class="online__item-top">09:{number % 60:02}</div>'
        f'<div class="online__item-text">Update {number}. {"The harbour stays closed tonight. " * 75}</div></div>'
        for number in range(2000)
    )
    line = line_of(f'<h1 class="article__title">T</h1><div class="online__article">{updates}</div>')
    assert len(updates) > 5_000_000
    assert [block["text"].partition(".")[0] for block in line["blocks"]] == [f"Update {n}" for n in range(2000)]


def test_c11_a_formula_in_a_title_is_a_string_like_any_other() -> None:
    """Nothing is exported as CSV, where it would have to be disarmed."""
    line = line_of(PAGE.format("text").replace(">T<", ">=1+1<"))
    assert line["title"] == "=1+1"
