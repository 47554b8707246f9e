"""The headline of a page of which nothing is known: what people see, unless JSON-LD and og:title agree against it."""

import json

import pytest
from selectolax.lexbor import LexborHTMLParser

from crawler.articles import metadata
from crawler.articles.generic.publisher import publisher_of
from crawler.articles.generic.title import without_publisher
from crawler.articles.reading import Found, PageReading, read_page
from crawler.articles.structured import Structured
from crawler.sites.any_site import ANY_SITE
from crawler.sites.site import Site
from crawler.sites.sputnik import SPUTNIK_INTERNATIONAL as SPUTNIK

URL = "https://www.harbourgull.example/news/a-ship-comes-in"
HEADLINE = "A Ship With Forty Cranes Comes Into the Old Harbour"


def reading_of(html: str, url: str = URL, site: Site = ANY_SITE) -> PageReading:
    reading = read_page(html, url, site, None)
    assert reading is not None
    return reading


def title_of(body: str = "", *, og: str = "", title: str = "", ld: str = "", name: str = "") -> Found:
    article = json.dumps({"@type": "NewsArticle", "headline": ld, "author": "Noor Haddad"})
    head = [
        f"<title>{title}</title>" if title else "",
        f'<meta property="og:title" content="{og}">' if og else "",
        f'<meta name="twitter:title" content="{og}">' if og else "",
        f'<meta property="og:site_name" content="{name}">' if name else "",
        f'<script type="application/ld+json">{article}</script>' if ld else "",
    ]
    return metadata.title(reading_of("".join(head) + body))


def test_what_people_see_wins_over_a_title_made_for_search_engines() -> None:
    made = "Forty Cranes on a Ship: All You Need to Know"
    found = title_of(f"<h1>{HEADLINE}</h1>", og=made, title=f"{made} - The Harbour Gull")
    assert found == (HEADLINE, "h1")


def test_json_ld_and_og_title_that_agree_outvote_a_shortened_heading() -> None:
    found = title_of("<h1>Forty Cranes Come Into the Old Harbour</h1>", og=HEADLINE, ld=HEADLINE)
    assert found == (HEADLINE, "json-ld:headline")


def test_the_heading_that_is_like_the_rest_of_the_page_is_the_articles() -> None:
    body = f"<h1>The Harbour Gull</h1><h1>Economy</h1><h1>{HEADLINE}</h1><h1>Most Read</h1>"
    assert title_of(body, og="Ship with forty cranes comes into harbour", name="The Harbour Gull")[0] == HEADLINE


@pytest.mark.parametrize(
    "written",
    [
        "{} - The Harbour Gull",
        "{} | Economy | The Harbour Gull",
        "{} — harbourgull.example",
        "{} :: HarbourGull",
        "{} » The Harbour Gull",
        "{} | Harbour Gull News",
        "{} - The Harbour Gull - 02.05.2026",
        "The Harbour Gull | {}",
        "{}：The Harbour Gull",
    ],
)
def test_the_publishers_name_is_no_part_of_a_title(written: str) -> None:
    found = title_of(title=written.format(HEADLINE), og=written.format(HEADLINE), name="The Harbour Gull")
    assert found[0].removesuffix(" | Economy") == HEADLINE


def test_a_dash_within_a_headline_stays() -> None:
    publisher = publisher_of(Structured(LexborHTMLParser("<p>")), URL)
    assert without_publisher("Late again - the ship of forty cranes", publisher) == (
        "Late again - the ship of forty cranes"
    )
    assert without_publisher("The Harbour Gull", publisher) == "The Harbour Gull", "a title is never emptied"


def test_a_section_behind_the_headline_is_known_by_the_heading() -> None:
    assert title_of(f"<h1>{HEADLINE}</h1>", title=f"{HEADLINE} | Economy | World")[0] == HEADLINE


def test_a_title_that_is_cut_short_votes_for_the_whole_one() -> None:
    cut = HEADLINE[:30] + "…"
    assert title_of(f"<h1>{HEADLINE}</h1>", og=cut, ld=cut)[0] == HEADLINE


def test_a_kicker_in_an_element_of_its_own_is_left_out_where_another_layer_leaves_it_out() -> None:
    heading = f"<h1><span>Economy</span> <span>{HEADLINE}</span></h1>"
    assert title_of(heading, og=HEADLINE)[0] == HEADLINE
    assert title_of(heading, og=f"Economy: {HEADLINE}")[0] == f"Economy {HEADLINE}"


def test_a_heading_in_a_breadcrumb_is_not_the_headline() -> None:
    crumb = "<ul class=breadcrumb><li><a href=/>Home</a><li><h1>Ship of forty cranes in harbour</h1></ul>"
    shown = f"<h2>{HEADLINE}</h2>"
    made = "Ship of forty cranes in harbour"
    assert title_of(crumb + shown, og=HEADLINE, title=made, ld=made) == (HEADLINE, "h2")
    assert title_of(crumb, og=HEADLINE, title=made, ld=made)[0] == made, "without another the votes decide"


def test_entities_that_json_ld_escapes_twice_are_read() -> None:
    assert title_of(ld="Tom &amp; Zo&#235;&#8217;s Ship Comes In")[0] == "Tom & Zoë’s Ship Comes In"


def test_a_site_with_a_file_is_believed_at_once() -> None:
    html = '<meta property="og:title" content="Other"><h1 class="article__title">Shown</h1>'
    found = metadata.title(reading_of(html, site=SPUTNIK))
    assert found == ("Shown", "site:h1.article__title")


def test_template_text_in_a_title_is_text() -> None:
    assert title_of("<h1>{{7*7}} %(x)s &lt;script&gt;</h1>")[0] == "{{7*7}} %(x)s <script>"


@pytest.mark.parametrize("html", ["", "<p>x", "<h1></h1><title></title>", "<h1><script>x()</script></h1>"])
def test_a_page_without_a_headline_has_none(html: str) -> None:
    assert metadata.title(reading_of(html or "<p>")) == ("", "")


def test_headings_without_end_are_passed_over() -> None:
    body = "<h1><div>" * 500 + "word " * 50_000
    assert title_of(body, og=HEADLINE)[0] == HEADLINE
