"""Clean texts: normalized, visible, the same when cleaned again."""

import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.articles import clean
from crawler.articles.clean import clean_text, content_digest
from crawler.articles.datelines import split_dateline
from crawler.articles.extract import extract_article
from crawler.articles.phrases import read_more_title, without_suffix
from crawler.items import Article, Block, Dateline, Image

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


@given(title=ANY_TEXT, body=st.lists(ANY_TEXT, max_size=4), caption=ANY_TEXT, author=ANY_TEXT)
def test_cleaning_a_clean_article_changes_nothing(title: str, body: list[str], caption: str, author: str) -> None:
    dirty = replace(
        ARTICLE,
        title=title,
        blocks=tuple(Block("paragraph", text) for text in body),
        images=(Image(None, caption, None),),
        authors=(author,),
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


def test_joiners_stay_where_scripts_need_them() -> None:
    assert clean_text("می\u200cخواهم") == "می\u200cخواهم"
    assert clean_text("zero\u200cwidth") == "zerowidth"


def test_agency_suffixes_leave_authors_and_captions() -> None:
    article: Article = replace(
        ARTICLE,
        authors=("Ann Other. Sputnik International", "Ann Other"),
        images=(Image(None, "A ship - Sputnik International, 1920, 02.05.2026", None),),
    )
    assert clean(article).authors == ("Ann Other",)
    assert clean(article).images[0].caption == "A ship"


@pytest.mark.parametrize(
    ("paragraph", "dateline", "rest"),
    [
        ("WASHINGTON (Sputnik) - US Secretary", Dateline("WASHINGTON", "Sputnik"), "US Secretary"),
        ("MOSCOW/KIEV (Sputnik) — Talks", Dateline("MOSCOW/KIEV", "Sputnik"), "Talks"),
        ("NEW DELHI, April 3 (Sputnik) – Rain", Dateline("NEW DELHI", "Sputnik"), "Rain"),
        ("DA NANG (Sputnik International) -- Rain", Dateline("DA NANG", "Sputnik International"), "Rain"),
        ("The company (Gazprom) - the largest - said", None, "The company (Gazprom) - the largest - said"),
        ("WASHINGTON (Sputnik) -", Dateline("WASHINGTON", "Sputnik"), ""),
        ("NATO (the alliance) - which was founded in 1949", None, "NATO (the alliance) - which was founded in 1949"),
        ("No dateline here.", None, "No dateline here."),
    ],
)
def test_a_dateline_is_told_from_text(paragraph: str, dateline: Dateline | None, rest: str) -> None:
    assert split_dateline(paragraph) == (dateline, rest)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("READ MORE: A Title", "A Title"),
        ("READ MORE:A Title", "A Title"),
        ("Read more: A Title", "A Title"),
        ("READ ALSO: A Title", "A Title"),
        ("READ MORE:", ""),
        ("Officials want to read more: books, letters.", None),
        ("More than ten: that was the answer.", None),
    ],
)
def test_a_read_more_line_is_told_from_text(text: str, title: str | None) -> None:
    assert read_more_title(text) == title


def test_suffixes_are_cut_from_titles_only_at_their_end() -> None:
    name = "Sputnik International"
    assert without_suffix("Talks - Sputnik International", name) == "Talks"
    assert without_suffix("Sputnik International Turns Ten", name) == "Sputnik International Turns Ten"
    told = "The editor, Sputnik International, said so"
    assert without_suffix(told, name) == told
    assert without_suffix("Talks, 02.05.2026, Sputnik International", name) == "Talks"
    assert without_suffix("Talks - 02.05.2026, Sputnik International", name) == "Talks"
