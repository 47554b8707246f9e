"""The body of a page of which nothing is known: what is kept, what is not, and that nothing breaks it."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from crawler.articles.body import Body
from crawler.articles.generic.body import generic_body
from crawler.articles.generic.features import NAMES
from crawler.articles.generic.weights import TREES

URL = "https://news.example/world/story-17"
HEADLINE = "Ferry service to the northern islands resumes after storm"
ONE = "The first boat left the harbour at dawn on Tuesday, carrying forty passengers, two lorries of food and the post."
TWO = "“We have waited nine days for this,” said the harbour master, who had slept in his office since the storm began."
THREE = (
    "Engineers will inspect the damaged pier until Friday, the ministry said, and a second ferry may follow next week."
)
FOUR = "Schools on the two larger islands will open again on Monday, while the smallest one still has no electricity."
MENU = '<nav><a href="/">Home</a></nav><ul class="menu"><li><a href="/sport">Sport</a></li></ul>'
CARDS = "".join(
    f'<div class="teaser-card"><a href="/a{n}"><h3>Another story about something else, number {n}</h3></a></div>'
    for n in range(4)
)
PAGE = (
    "<html><head><title>{headline}</title></head><body>{menu}<main><article><h1>{headline}</h1>"
    '<p class="byline">By <a href="/authors/17">Some Writer</a></p><div class="article-body">{inner}</div></article>'
    '</main><section class="related-stories"><h2>More stories</h2>{cards}</section>'
    "<footer><p>Copyright 2026 News Example. All rights reserved.</p></footer></body></html>"
)


def page(*inner: str) -> str:
    return PAGE.format(headline=HEADLINE, menu=MENU, cards=CARDS, inner="".join(inner))


def paragraphs(*texts: str) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


def body_of(html: str) -> Body:
    root = LexborHTMLParser(html).root
    assert root is not None, "the test's page is empty"
    return generic_body(root, html, URL, HEADLINE)


def texts(html: str) -> list[str]:
    return [block.text for block in body_of(html).blocks]


def kinds(html: str) -> dict[str, str]:
    return {block.text: block.kind for block in body_of(html).blocks}


def test_the_paragraphs_are_the_body_and_what_stands_around_them_is_not() -> None:
    assert texts(page(paragraphs(ONE, TWO, THREE, FOUR))) == [ONE, TWO, THREE, FOUR]


def test_a_subhead_is_kept_as_a_heading() -> None:
    html = page(paragraphs(ONE, TWO), "<h2>Repairs to the pier</h2>", paragraphs(THREE, FOUR))
    assert kinds(html).get("Repairs to the pier") == "heading"


def test_list_items_are_kept() -> None:
    items = ["Two boats leave each day, at six and at noon.", "Tickets are sold at the harbour, not on board."]
    html = page(paragraphs(ONE, TWO), f"<ul><li>{items[0]}</li><li>{items[1]}</li></ul>", paragraphs(THREE, FOUR))
    assert [kinds(html).get(item) for item in items] == ["list_item", "list_item"]


def test_a_quotation_is_kept_as_one() -> None:
    html = page(paragraphs(ONE), f"<blockquote><p>{TWO}</p></blockquote>", paragraphs(THREE, FOUR))
    assert kinds(html).get(TWO) == "quote"


def test_text_that_only_line_breaks_part_is_several_paragraphs() -> None:
    assert texts(page("<br><br>".join([ONE, TWO, THREE, FOUR]))) == [ONE, TWO, THREE, FOUR]


def test_inline_elements_do_not_part_a_paragraph() -> None:
    html = page(f"<p>{ONE[:20]}<b>{ONE[20:40]}</b><a href='/x'>{ONE[40:60]}</a>{ONE[60:]}</p>", paragraphs(TWO, THREE))
    assert texts(html)[0] == ONE


def test_the_headline_is_not_repeated_in_the_body() -> None:
    assert HEADLINE not in texts(page(f"<h2>{HEADLINE}</h2>", paragraphs(ONE, TWO, THREE, FOUR)))


def test_a_figure_becomes_an_image_with_its_caption_and_its_credit() -> None:
    figure = (
        '<figure><img src="/ferry.jpg"><figcaption>The ferry leaves the harbour on Tuesday morning.'
        '<span class="credit">© Agency / A Photographer</span></figcaption></figure>'
    )
    body = body_of(page(paragraphs(ONE, TWO), figure, paragraphs(THREE, FOUR)))
    assert [block.text for block in body.blocks] == [ONE, TWO, THREE, FOUR]
    assert [(image.url, image.caption, image.credit) for image in body.images] == [
        (
            "https://news.example/ferry.jpg",
            "The ferry leaves the harbour on Tuesday morning.",
            "Agency / A Photographer",
        )
    ]


@pytest.mark.parametrize(
    "box",
    [
        '<img src="/x.jpg"><p class="image-caption">{}</p>',
        '<div class="pic"><div><img src="/x.jpg"></div><h4>{}</h4><p>Photo: A Photographer</p></div>',
        '<div><img src="/x.jpg" alt="{0}"></div><div><span>{0}</span></div>',
    ],
    ids=["by its name", "by its box", "by what the image says that it shows"],
)
def test_a_caption_outside_of_a_figure_is_told(box: str) -> None:
    caption = "The harbour of the northern islands on Tuesday, seen from the lighthouse"
    body = body_of(page(paragraphs(ONE, TWO), box.format(caption), paragraphs(THREE, FOUR)))
    assert [block.text for block in body.blocks] == [ONE, TWO, THREE, FOUR]
    assert ("https://news.example/x.jpg", caption) in [(image.url, image.caption) for image in body.images]


def test_a_card_inside_the_body_is_a_related_link() -> None:
    card = '<div class="related-card"><a href="/world/pier-12">What the storm did to the old pier</a></div>'
    body = body_of(page(paragraphs(ONE, TWO), card, paragraphs(THREE, FOUR)))
    assert [block.text for block in body.blocks] == [ONE, TWO, THREE, FOUR]
    link = ("https://news.example/world/pier-12", "What the storm did to the old pier", "card")
    assert link in [(found.url, found.title, found.relation) for found in body.related]


def test_a_read_more_line_is_a_related_link() -> None:
    line = '<p><a href="/world/pier-12">READ MORE: What the storm did to the old pier</a></p>'
    body = body_of(page(paragraphs(ONE, TWO), line, paragraphs(THREE, FOUR)))
    assert [(found.title, found.relation) for found in body.related][:1] == [
        ("What the storm did to the old pier", "read_more")
    ]
    assert not any("READ MORE" in block.text for block in body.blocks)


@pytest.mark.parametrize(
    ("line", "link"),
    [
        ("<p>READ MORE: What the storm did to the old pier, and what it costs.</p>", None),
        (
            '<p>READ MORE: What the storm did to the <a href="/world/pier-12">old pier</a>, and what it costs.</p>',
            "https://news.example/world/pier-12",
        ),
        (
            f"<p>{FOUR}<br>READ MORE: What the storm did to the old pier, and what it costs.</p>",
            None,
        ),
    ],
    ids=["without link", "with a link in it", "behind a line of text"],
)
def test_a_read_more_line_that_reads_like_text_is_a_related_link(line: str, link: str | None) -> None:
    body = body_of(page(paragraphs(ONE, TWO), line, paragraphs(THREE, FOUR)))
    title = "What the storm did to the old pier, and what it costs."
    assert (link, title, "read_more") in [(found.url, found.title, found.relation) for found in body.related]
    assert not any("READ MORE" in block.text for block in body.blocks)


def test_a_link_that_leads_nowhere_is_no_related_link() -> None:
    button = '<p><a href="">Share this story with all of your friends</a></p>'
    body = body_of(page(paragraphs(ONE, TWO), button, paragraphs(THREE, FOUR)))
    assert "Share this story with all of your friends" not in [found.title for found in body.related]


def test_a_call_to_subscribe_is_not_in_the_body() -> None:
    call = '<div class="newsletter-signup"><p>Sign up for our newsletter and get all news each morning.</p></div>'
    assert texts(page(paragraphs(ONE, TWO), call, paragraphs(THREE, FOUR))) == [ONE, TWO, THREE, FOUR]


def test_hidden_text_is_not_in_the_body() -> None:
    hidden = f'<p style="display: none">{THREE}</p><p hidden>{FOUR}</p>'
    assert texts(page(paragraphs(ONE, TWO), hidden)) == [ONE, TWO]


def test_comments_are_not_the_body_even_where_they_are_longer() -> None:
    comments = "".join(f'<li class="comment"><p>{ONE} {THREE} I think, says reader {n}.</p></li>' for n in range(12))
    html = page(paragraphs(ONE, TWO)).replace("<footer>", f'<div id="comments"><ol>{comments}</ol></div><footer>')
    assert texts(html) == [ONE, TWO]


def test_a_page_without_text_has_no_body() -> None:
    assert texts("<html><body><p>Not found</p></body></html>") == []


def test_a_fragment_without_a_body_element_is_read() -> None:
    assert texts(paragraphs(ONE, TWO, THREE)) == [ONE, TWO, THREE]


def test_the_same_page_gives_the_same_body() -> None:
    html = page(paragraphs(ONE, TWO, THREE), CARDS)
    assert body_of(html) == body_of(html)


def test_every_feature_of_the_fitted_trees_is_one_that_is_measured() -> None:
    used = {int(word.partition("<")[0]) for word in TREES.split() if "<" in word}
    assert max(used) < len(NAMES), "the weights were fitted on other features than these"


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_no_page_cut_or_damaged_anywhere_breaks_it(data: st.DataObject) -> None:
    whole = page(
        paragraphs(ONE, TWO), "<figure><img src=x><figcaption>c</figcaption></figure>", paragraphs(THREE), CARDS
    )
    raw = bytearray(whole.encode()[: data.draw(st.integers(min_value=1, max_value=len(whole)))])
    for at in data.draw(st.lists(st.integers(min_value=0, max_value=len(raw) - 1), max_size=40)):
        raw[at] ^= 1 << (at % 8)
    html = raw.decode("utf-8", "surrogateescape").encode("utf-8", "replace").decode()
    root = LexborHTMLParser(html or " ").root
    if root is not None:
        assert isinstance(generic_body(root, html, URL, HEADLINE), Body)


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 4900 + ONE,
        "<body>" + "<p>a tiny block</p>" * 100_000,
        "<body><p>" + "word, " * 800_000,
        "<body><p>" + "x" * 5_000_000,
        "<body>" + '<div class="article-body">' * 2000 + ONE * 3,
        '<script>{"articleBody": "' + '\\"' * 500_000 + "</script>" + paragraphs(ONE, TWO),
    ],
    ids=["deep", "many blocks", "many words", "one word", "many bodies", "a told body without end"],
)
def test_a_page_of_any_size_is_read_in_bounded_time(html: str) -> None:
    begin = time.process_time()
    assert isinstance(body_of(html), Body)
    assert time.process_time() - begin < 30, "reading it took longer than a page of this size may"


def test_a_brief_in_a_script_without_spaces_is_long_enough_in_fewer_characters() -> None:
    texts_of_brief = [
        "北方港口扩建工程十二日正式启动,预计两年内完工,总投资约为三十亿元。",
        "港口负责人表示,扩建完成后,年吞吐量将达到一千万吨,就业岗位也会增加。",
        "当地居民对噪音问题表示担忧,政府承诺采取措施,并在五月公布方案。",
    ]
    assert texts(page(paragraphs(*texts_of_brief))) == texts_of_brief


@pytest.mark.parametrize("href", ["#after", "/by/noor-haddad", "/authors/noor-haddad", "/en/author/noor-haddad"])
def test_a_link_into_the_page_or_to_its_author_is_no_related_article(href: str) -> None:
    line = f'<p><a href="{href}">By Noor Haddad and Wei Lin</a></p>'
    related = body_of(page(paragraphs(ONE, TWO), line, paragraphs(THREE, FOUR))).related
    assert [link for link in related if "Noor" in link.title] == []
