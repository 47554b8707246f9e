"""A page is read in the charset that its bytes are in, whatever its labels say, and the line tells of it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.articles import clean, extract_article
from crawler.articles.charsets import decoded_page
from crawler.articles.page import page_text

URL = "https://sputnikglobe.com/20260502/x-1121000003.html"
RUSSIAN = "<p>Министр иностранных дел заявил в понедельник, что переговоры продолжатся ещё несколько дней.</p>"
FRENCH = "<p>L'été dernier, à Genève, le président a déclaré que la réunion était très réussie.</p>"
POLISH = '<html lang="pl"><p>Minister oświadczył w poniedziałek, że rozmowy potrwają jeszcze kilka dni.</p>'
JAPANESE = "<p>外相は月曜日、協議はさらに数日続くと述べた。双方は安全保障の問題について話し合った。</p>"
GREEK = "<p>Ο υπουργός Εξωτερικών δήλωσε τη Δευτέρα ότι οι συνομιλίες θα συνεχιστούν.</p>"
ARABIC = "<p>قال وزير الخارجية يوم الاثنين إن المحادثات ستستمر لعدة أيام أخرى وأضاف أن الجانبين ناقشا قضايا الأمن</p>"


@pytest.mark.parametrize("label", ["iso-8859-1", "windows-1252", "windows-1251", "koi8-r", "iso-8859-2", "gb2312"])
@pytest.mark.parametrize("text", [RUSSIAN, FRENCH * 2, JAPANESE])
def test_valid_utf_8_beats_another_label_and_is_flagged(text: str, label: str) -> None:
    page = decoded_page(text.encode(), f"text/html; charset={label}")
    assert (page.text, page.charset, page.flags) == (text, "utf-8", ("charset_repaired",))


def test_a_few_characters_that_are_valid_in_two_multi_byte_charsets_are_read_by_the_label() -> None:
    page = decoded_page("<p>联通</p>".encode("gbk"), "text/html; charset=gb2312")
    assert (page.text, page.repaired) == ("<p>联通</p>", False)


@pytest.mark.parametrize(
    ("text", "charset"),
    [
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "koi8_r"),
        (GREEK, "cp1253"),
        (ARABIC, "cp1256"),
        (JAPANESE, "cp932"),
        (JAPANESE, "euc_jp"),
    ],
)
@pytest.mark.parametrize("label", ["; charset=iso-8859-1", "; charset=utf-8", "; charset=bogus", ""])
def test_letters_that_are_not_latin_are_read_under_a_western_label_or_none(text: str, charset: str, label: str) -> None:
    page = decoded_page(text.encode(charset), f"text/html{label}")
    assert (page.text, page.charset, page.repaired) == (text, charset, True)


def test_the_page_is_believed_where_its_header_is_wrong() -> None:
    body = ('<meta charset="windows-1251">' + RUSSIAN).encode("cp1251")
    for header in ("iso-8859-1", "utf-8"):
        page = decoded_page(body, f"text/html; charset={header}")
        assert (page.charset, page.repaired) == ("cp1251", True)
        assert RUSSIAN in page.text


@pytest.mark.parametrize(
    ("body", "content_type", "charset"),
    [
        (FRENCH.encode("cp1252"), "text/html; charset=iso-8859-1", "cp1252"),
        (FRENCH.encode("cp1252"), "text/html", "cp1252"),
        (RUSSIAN.encode("cp1251"), "text/html; charset=windows-1251", "cp1251"),
        (('<meta charset="windows-1251">' + RUSSIAN).encode("cp1251"), "text/html", "cp1251"),
        (RUSSIAN.encode(), "text/html; charset=utf-8", "utf-8"),
        (RUSSIAN.encode(), "text/html", "utf-8"),
        (b"<p>plain</p>", "text/html; charset=iso-8859-1", "cp1252"),
        ("\ufeff".encode() + RUSSIAN.encode(), "text/html; charset=iso-8859-1", "utf-8"),
        (RUSSIAN.encode("utf-16"), "text/html", "utf-16-le"),
        (JAPANESE.encode("iso2022_jp"), "text/html; charset=iso-2022-jp", "iso2022_jp"),
    ],
)
def test_a_label_that_is_right_or_a_default_that_fits_is_no_repair(
    body: bytes, content_type: str, charset: str
) -> None:
    page = decoded_page(body, content_type)
    assert (page.charset, page.repaired) == (charset, False)
    assert "\ufffd" not in page.text


@pytest.mark.parametrize("charset", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("label", ["", "; charset=utf-8"])
def test_utf_16_without_a_mark_is_seen_by_its_zero_bytes(charset: str, label: str) -> None:
    page = decoded_page(RUSSIAN.encode(charset), f"text/html{label}")
    assert (page.text, page.charset, page.repaired) == (RUSSIAN, charset, True)


@pytest.mark.parametrize("label", ["", "; charset=utf-8", "; charset=iso-8859-1"])
def test_a_character_cut_off_at_the_end_does_not_spoil_the_page(label: str) -> None:
    page = decoded_page((RUSSIAN * 2).removesuffix("</p>").encode()[:-2], f"text/html{label}")
    assert page.charset == "utf-8"
    assert page.text.startswith(RUSSIAN)


def test_western_pages_under_a_label_of_utf_8_are_read_by_their_language() -> None:
    for text, charset in ((FRENCH, "cp1252"), (POLISH, "cp1250")):
        page = decoded_page(text.encode(charset), "text/html; charset=utf-8")
        assert (page.text, page.charset, page.repaired) == (text, charset, True)


def test_a_page_of_utf_8_with_some_damage_stays_utf_8() -> None:
    page = decoded_page(RUSSIAN.encode() + b"\xff\xfe\xe9" + FRENCH.encode(), "text/html; charset=utf-8")
    assert (page.charset, page.repaired) == ("utf-8", False)
    assert FRENCH in page.text


@pytest.mark.parametrize(
    "name", ["rot13", "idna", "undefined", "hex", "unicode_escape", "utf-7", "no such", "x" * 5000]
)
def test_a_charset_that_no_browser_knows_is_no_label(name: str) -> None:
    page = decoded_page(RUSSIAN.encode(), f"text/html; charset={name}")
    assert (page.text, page.charset, page.repaired) == (RUSSIAN, "utf-8", False)
    assert decoded_page(f'<meta charset="{name}">{RUSSIAN}'.encode(), None).charset == "utf-8"


def test_nul_bytes_leave_the_text() -> None:
    assert decoded_page(b"<p>a\0b</p>", "text/html; charset=utf-8").text == "<p>ab</p>"


@settings(deadline=None)  # the first detection imports its library
@given(body=st.binary(max_size=300), label=st.sampled_from(["utf-8", "latin-1", "gb2312", "utf-16", "bogus", "koi8-r"]))
def test_any_bytes_give_some_text_and_the_same_one_always(body: bytes, label: str) -> None:
    page = decoded_page(body, f"text/html; charset={label}")
    assert "\0" not in page.text
    page.text.encode()
    assert decoded_page(body, f"text/html; charset={label}") == page


@given(text=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\ufeff"), min_size=1))
def test_utf_8_under_its_own_label_is_never_doubted(text: str) -> None:
    page = decoded_page(text.encode(), "text/html; charset=utf-8")
    assert (page.text, page.repaired) == (text, False)


def test_a_repaired_charset_is_a_flag_of_the_line() -> None:
    markup = '<html lang=ru><h1 class="article__title">Переговоры</h1><div class="article__body">{}</div>'
    body = markup.format(RUSSIAN * 5).encode("cp1251")
    page = page_text(body, "text/html; charset=iso-8859-1", URL)
    article = clean(extract_article(page.text, URL, flags=page.flags))
    assert article.title == "Переговоры"
    assert "charset_repaired" in article.flags
