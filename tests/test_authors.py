"""The authors of a page of which nothing is known: names, without what stands around them."""

import pytest

from crawler.articles import metadata
from crawler.articles.generic.names import is_name, names_of
from tests.test_titles import reading_of


def authors_of(html: str) -> tuple[tuple[str, ...], str]:
    return metadata.authors(reading_of(f"<h1>A Ship Comes In</h1>{html}"))


def ld(author: str) -> str:
    return f'<script type="application/ld+json">{{"@type": "NewsArticle", "author": {author}}}</script>'


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("By Noor Haddad", ["Noor Haddad"]),
        ("BY NOOR HADDAD", ["NOOR HADDAD"]),
        ("ByNoor Haddad", ["Noor Haddad"]),
        ("Written by: Noor Haddad", ["Noor Haddad"]),
        ("Von Noor Haddad und Wei Lin, dpa", ["Noor Haddad", "Wei Lin", "dpa"]),
        ("By Noor Haddad, Wei Lin and Ana de Souza", ["Noor Haddad", "Wei Lin", "Ana de Souza"]),
        ("Noor Haddad & Wei Lin", ["Noor Haddad", "Wei Lin"]),
        ("Noor Haddad; Wei Lin", ["Noor Haddad", "Wei Lin"]),
        ("Noor Haddad, Political Editor", ["Noor Haddad"]),
        ("Noor Haddad, professor of old harbours, gull.example", ["Noor Haddad"]),
        ("Noor Haddad, gull.example", ["Noor Haddad"]),
        ("Noor Haddad (nh)", ["Noor Haddad"]),
        ("Noor Haddad | Reuters", ["Noor Haddad"]),
        ("Noor Haddad - The Gull", ["Noor Haddad"]),
        ("Noor Haddad for The Gull", ["Noor Haddad"]),
        ("Noor Haddad noor@gull.example", ["Noor Haddad"]),
        ("Noor Haddad @noor", ["Noor Haddad"]),
        ("Noor Haddad, Jr.", ["Noor Haddad Jr"]),
        ("Noor Haddad, M.D.", ["Noor Haddad"]),
        ("Noor Haddad, MS, RDN", ["Noor Haddad"]),
        ("admin", []),
        ("Jean-Luc O’Brien", ["Jean-Luc O’Brien"]),
        ("Le Courrier et AFP", ["Le Courrier et AFP"]),
        ("Staff Writer", ["Staff Writer"]),
        ("牛镛", ["牛镛"]),
        ("https://gull.example/authors/noor", []),
        ("105092", []),
        ("(Image: Getty)", []),
        ("", []),
        ("a" * 100_000, []),
    ],
)
def test_names_are_freed_of_what_stands_around_them(text: str, names: list[str]) -> None:
    assert names_of(text) == names


@pytest.mark.parametrize("text", ["Noor Haddad", "Ana de Souza", "N. K. Haddad", "Дарья Буймова", "松岡大地"])
def test_a_name_is_told(text: str) -> None:
    assert is_name(text)


@pytest.mark.parametrize("text", ["Noor", "Travel News Reporter", "May 2", "a ship comes in", "Share", "", "Follow Us"])
def test_what_is_no_name_is_told(text: str) -> None:
    assert not is_name(text)


def test_json_ld_comes_before_what_the_page_shows() -> None:
    html = ld('{"@type": "Person", "name": "Noor Haddad"}') + "<p class=byline>By Wei Lin</p>"
    assert authors_of(html) == (("Noor Haddad",), "json-ld:author")


def test_a_person_comes_before_an_organization_and_before_the_publisher() -> None:
    shown = "<p class=byline>By <a rel=author href=/n>Noor Haddad</a></p>"
    assert authors_of(ld('{"@type": "Organization", "name": "The Agency"}') + shown)[0] == ("Noor Haddad",)
    publisher = '<meta property="og:site_name" content="The Harbour Gull">'
    named = ld('{"@type": "Person", "name": ", The Harbour Gull"}')
    assert authors_of(publisher + named + shown)[0] == ("Noor Haddad",)
    assert authors_of(publisher + named) == (("The Harbour Gull",), "json-ld:author"), "where no one else is named"


@pytest.mark.parametrize("name", ["author", "Author", "sailthru.author", "DC.creator", "byl", "article:author"])
def test_meta_elements_name_authors(name: str) -> None:
    assert authors_of(f'<meta name="{name}" content="By Noor Haddad">')[0] == ("Noor Haddad",)


def test_several_meta_elements_name_several_authors() -> None:
    html = '<meta name="author" content="Noor Haddad"><meta name="author" content="Wei Lin">'
    assert authors_of(html)[0] == ("Noor Haddad", "Wei Lin")


def test_a_slug_or_an_address_in_a_meta_element_is_no_name() -> None:
    html = (
        '<meta property="article:author" content="https://gull.example/n"><meta name="parsely-author" content="noor-h">'
    )
    assert authors_of(html) == ((), "")


@pytest.mark.parametrize(
    "shown",
    [
        '<span class="article-byline">By Noor Haddad | February 28, 2026</span>',
        '<p class="story-meta__authors">By <span>Noor Haddad</span></p>',
        '<div class="byline">By <a href="/authors/noor-haddad/">Noor Haddad</a> Travel Reporter 11:58, 2 MAY</div>',
        '<div class="td-author-by">By</div><div class="vcard author"><a rel="author" href="/n">Noor Haddad</a></div>',
        '<div class="photo-author">Wei Lin</div><p class="authorname">Noor Haddad</p>',
        '<p>By <a href="/author/noor/">Noor Haddad</a></p><div class="related"><a href="/author/wei">Wei Lin</a></div>',
    ],
)
def test_the_byline_is_found_behind_the_headline(shown: str) -> None:
    assert authors_of(shown) == (("Noor Haddad",), "byline")


def test_all_names_of_a_byline_are_found() -> None:
    links = '<a rel="author" href="/n">Noor Haddad</a> and <a rel="author" href="/w">Wei Lin</a>'
    assert authors_of(f"<div><p>By {links}</p></div>")[0] == ("Noor Haddad", "Wei Lin")


def test_a_photographers_credit_is_no_author() -> None:
    assert authors_of('<figure><span class="credit" itemprop="author">(Image: Getty Images)</span></figure>') == (
        (),
        "",
    )


def test_the_author_of_a_comment_is_no_author_of_the_article() -> None:
    comment = '<div itemprop="comment" itemscope><b itemprop="author">Wei Lin</b></div>'
    html = (
        f'<b itemprop="author">Noor Haddad</b><ol class="comment-list"><li><i itemprop="author">Guest</i></ol>{comment}'
    )
    assert authors_of(html) == (("Noor Haddad",), "microdata:author")


def test_elements_called_authors_without_end_are_passed_over() -> None:
    assert authors_of('<div class="author-page">' * 400 + "<p>word " * 20_000)[0] == ()
