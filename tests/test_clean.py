"""Clean texts: normalized, visible, the same when cleaned again."""

import unicodedata
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from crawler.articles import clean
from crawler.articles.clean import clean_text, content_digest
from crawler.articles.extract import extract_article
from crawler.items import Article, Block, Image, Related

ANY_TEXT = st.text(st.characters(exclude_categories=[]))
ARTICLE = extract_article(
    '<h1 class="article__title">T</h1><div class="article__body"><p>Body.</p></div>',
    "https://sputnikglobe.com/20260502/x-1121000003.html",
)


@given(text=ANY_TEXT)
def test_a_clean_text_is_normalized_and_one_line_and_stays_so(text: str) -> None:
    cleaned = clean_text(text)
    assert clean_text(cleaned) == cleaned
    assert unicodedata.is_normalized("NFC", cleaned)
    assert not {"\n", "\t", "\u00a0", "\u200b", "\ufeff", "\x00", "\u202e"} & set(cleaned)
    cleaned.encode()


PIECES = st.lists(
    st.one_of(
        ANY_TEXT,
        st.sampled_from(
            [
                "Ã",
                "©",
                "Ã©",
                "â€™",
                " ",
                "\u00a0",
                "\u200b",
                "\u200d",
                "\ufe0f",
                "\u0301",
                "❤",
                "👨",
                "ا",
                "क",
                "1",
                "🏴",
                "Jr.",
                "\U000e0067",
                "\U000e007f",
                "\u180b",
                ". Sputnik International",
                " - Sputnik International, 1920",
                ".",
                "© ",
                "Photo: ",
                "(AP Photo/Jane)",
                ", ",
                "; ",
                "#",
                "Jane. Getty Images",
                "РџСЂРё",
            ]
        ),
    ),
    max_size=8,
).map("".join)


@settings(deadline=None)  # the first repair imports ftfy
@given(
    title=PIECES,
    body=st.lists(PIECES, max_size=4),
    caption=PIECES,
    credit=st.none() | PIECES,
    author=PIECES,
    tag=PIECES,
)
@example(title="", body=[], caption="", credit="©Â\x98", author="", tag="")
def test_cleaning_a_clean_article_changes_nothing(
    title: str, body: list[str], caption: str, credit: str | None, author: str, tag: str
) -> None:
    dirty = replace(
        ARTICLE,
        title=title,
        blocks=tuple(Block("paragraph", text) for text in body),
        images=(Image(None, caption, credit),),
        authors=(author,),
        tags=(tag, "World"),
        related=(Related(None, title, "card"),),
    )
    once = clean(dirty)
    assert clean(once) == once


def test_text_count_and_digest_follow_from_the_blocks() -> None:
    article = clean(
        replace(ARTICLE, blocks=(Block("paragraph", " a\u00a0 b "), Block("heading", " "), Block("quote", "c")))
    )
    assert article.text == "a b\n\nc"
    assert article.word_count == 3
    assert article.content_digest == content_digest("T", "a b\n\nc")


@pytest.mark.parametrize(
    "text",
    [
        "می\u200cخواهم",  # Persian
        "क्\u200dष और क्\u200cष",  # Hindi
        "ශ්\u200dරී ලංකා",  # Sinhala
        "ᠮᠣᠩᠭᠣᠯ᠋",  # Mongolian, with a variant
        "I ❤\ufe0f it, 1\ufe0f\u20e3 ©\ufe0f",
        "👨\u200d👩\u200d👧 and 🏳\ufe0f\u200d🌈 and 👍🏽",
        "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f wins",  # the flag of England
        "葛\U000e0100飾区",  # a variant of an ideograph
        "شماره \u06dd و \u0601",  # signs around numbers
        "Ω and Å and é",
        "damaged \ufffd here",
        "раураl has homoglyphs",
    ],
)
def test_what_a_script_or_an_emoji_needs_stays(text: str) -> None:
    assert clean_text(text) == text


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("zero\u200cwidth\u200d", "zerowidth"),
        ("می\u200c\u200c\u200cخواهم\u200c .", "می\u200cخواهم ."),
        ("soft\u00adhyphen, com\u034fbining, arabic\u061cmark", "softhyphen, combining, arabicmark"),
        ("\u202eesrever\u202c \u2067isolated\u2069 \u200fmark", "esrever isolated mark"),
        ("a\ufe0f b\U000e0100 ❤\ufe0f\ufe0f", "a b ❤\ufe0f"),
        ("hid\U000e0068\U000e0069den", "hidden"),
        ("\u3164\uffa0blank", "blank"),
        ("object \ufffc and \ufdd0 and \U0001ffff", "object and and"),
        ("half \ud83d of one", "half of one"),
        ("bell\x07, escape\x1b[31m, nul\x00, c1\x9b", "bell, escape[31m, nul, c1"),
        ("line\u2028and\u0085paragraph\u2029 \u3000wide", "line and paragraph wide"),
        ("e\u0301 and \u212b", "é and Å"),
    ],
)
def test_what_does_not_show_leaves(text: str, cleaned: str) -> None:
    assert clean_text(text) == cleaned


def test_agency_suffixes_leave_authors_and_captions() -> None:
    article: Article = replace(
        ARTICLE,
        authors=("Ann Other. Sputnik International", "Ann Other"),
        images=(Image(None, "A ship - Sputnik International, 1920, 02.05.2026", None),),
    )
    assert clean(article).authors == ("Ann Other",)
    assert clean(article).images[0].caption == "A ship"


def test_a_name_keeps_its_own_full_stop() -> None:
    named = replace(ARTICLE, authors=("Martin Luther King Jr.", "Ann Other.", "Ann Other. Sputnik International."))
    assert clean(named).authors == ("Martin Luther King Jr.", "Ann Other")


def test_a_credit_in_a_caption_is_separated_wherever_it_was_found() -> None:
    images = (
        Image(None, "A ship at sea (AP Photo/Jane Doe) - Sputnik International", None),
        Image(None, "A ship", "© AFP 2023 / JANE DOE"),
        Image(None, "© REUTERS /\n POOL", None),
    )
    assert clean(replace(ARTICLE, images=images)).images == (
        Image(None, "A ship at sea", "AP Photo/Jane Doe"),
        Image(None, "A ship", "AFP 2023 / JANE DOE"),
        Image(None, None, "REUTERS / POOL"),
    )


def test_tags_are_split() -> None:
    assert clean(replace(ARTICLE, tags=("war, peace; #NATO", "War"))).tags == ("war", "peace", "NATO")
