"""What a hostile page can put into texts, by the cases of the fault table. The WARC has the page as it came."""

import io
import json
import logging
from pathlib import Path
from typing import Any

import pytest

from crawler.archive.jsonl import article_line
from crawler.articles import clean, extract_article
from crawler.articles.page import page_text
from crawler.cli.output import Context
from crawler.errors import NotAnArticleError
from crawler.items import ArticleLink
from crawler.options import ArchiveOptions, StoreAccess
from tests.faults.lost_projections import derived_otherwise
from tests.running import Project
from tests.site.articles import SampleSite
from tests.site.server import HTML, Response, running

URL = "https://sputnikglobe.com/20260502/x-1121000003.html"
PAGE = (
    "<html lang='en'><head>{head}</head><body><h1 class='article__title'>{title}</h1>"
    "<div class='article__author-name'>{author}</div><div class='article__body'><p>{text}</p></div></body></html>"
)
TEXT = (
    "The café’s owner said on Monday that “nothing” had been paid to the ministry for years, and that it would stay so."
)


def page(head: str = "", title: str = "A Title", author: str = "", text: str = TEXT) -> str:
    return PAGE.format(head=head, title=title, author=author, text=text)


def line_of(body: bytes, content_type: str = "text/html; charset=utf-8") -> dict[str, Any]:
    """The JSON line as it is written, read again."""
    read = page_text(body, content_type, URL)
    written = article_line(clean(extract_article(read.text, URL, flags=read.flags)))
    loaded: dict[str, Any] = json.loads(written)
    return loaded


def context(out: io.StringIO) -> Context:
    return Context(ArchiveOptions(), StoreAccess(), Path(), out=out)


def test_c01_valid_utf_8_beats_a_header_and_the_line_says_so() -> None:
    line = line_of(page('<meta charset="utf-8">', "Café").encode(), "text/html; charset=iso-8859-1")
    assert (line["title"], line["text"]) == ("Café", TEXT)
    assert "charset_repaired" in line["flags"]


def test_c01_a_header_that_is_right_is_believed_against_the_page() -> None:
    line = line_of(
        page('<meta charset="utf-8">', "Café", text="Déjà vu.").encode("latin-1"), "text/html; charset=latin-1"
    )
    assert (line["title"], line["text"]) == ("Café", "Déjà vu.")
    assert "charset_repaired" not in line["flags"]


@pytest.mark.parametrize("name", ["bogus", "rot13", "undefined", "utf-7", '"', ""])
def test_c03_a_bogus_charset_is_no_charset(name: str) -> None:
    line = line_of(page(title="Café").encode(), f"text/html; charset={name}")
    assert (line["title"], line["text"]) == ("Café", TEXT)


def test_c03_behind_a_bogus_charset_the_page_and_its_bytes_tell() -> None:
    russian = "Министр заявил в понедельник, что переговоры продолжатся ещё несколько дней."
    for head in ('<meta charset="windows-1251">', '<meta charset="bogus">', ""):
        line = line_of(page(head, "Переговоры", text=russian).encode("cp1251"), "text/html; charset=bogus")
        assert (line["title"], line["text"]) == ("Переговоры", russian)


def test_c07_markup_in_a_title_is_text_in_the_line() -> None:
    escaped = "&lt;script&gt;alert(1)&lt;/script&gt;"
    line = line_of(page(title=escaped, author=escaped).encode())
    assert line["title"] == "<script>alert(1)</script>"
    assert line["authors"] == ["<script>alert(1)</script>"]


def test_c07_a_script_in_a_title_is_no_part_of_it() -> None:
    assert line_of(page(title="A <script>alert(1)</script>Title").encode())["title"] == "A Title"


@pytest.mark.parametrize(
    "hostile", ["\x1b[2J\x1b]0;owned\x07", "\x9b31m", "\r", "\u202egpj.exe", "\u2028", "\ud800", "\u061c"]
)
def test_c07_c12_what_steers_a_terminal_is_neutralised_there(hostile: str) -> None:
    out = io.StringIO()
    context(out).say(f"A {hostile} title")
    context(out).say_json({"title": f"A {hostile.replace(chr(0xD800), '')} title"})
    shown = out.getvalue()
    assert not set(hostile) & set("\x1b\x07\x9b\r\u202e\u2028\ud800\u061c") & set(shown)
    shown.encode()


def test_c12_a_json_reader_gets_from_a_command_what_the_data_holds() -> None:
    value = {"title": "\u202e\u200b\x9b\U000e0041 and \\u202e", "list": ["\x1b"]}
    out = io.StringIO()
    context(out).say_json(value)
    assert json.loads(out.getvalue()) == value


def test_c12_what_turns_or_hides_text_leaves_the_fields_and_homoglyphs_stay() -> None:
    line = line_of(page(title="in\u202evoice\u202c\u200b of раураl", author="Jane\u200d Do\u2066e\u2069").encode())
    assert line["title"] == "invoice of раураl"
    assert line["authors"] == ["Jane Doe"]


@pytest.mark.parametrize("hostile", ["{{7*7}} %(x)s %s {0.__class__} ${jndi:x}", "%", "{", "%n%n%n"])
def test_c25_what_looks_like_a_template_is_never_formatted(hostile: str, caplog: pytest.LogCaptureFixture) -> None:
    line = line_of(page(title=hostile, author=hostile, text=hostile).encode())
    assert (line["title"], line["authors"], line["text"]) == (hostile, [hostile], hostile)
    out = io.StringIO()
    context(out).say(line["title"])
    assert out.getvalue() == f"{hostile}\n"
    rubric = f'<meta name="analytics:rubric" content="{hostile} é">'
    link = ArticleLink(URL, "sputnik-international:1121000003", "feed", URL, wanted_section="World")
    with caplog.at_level(logging.WARNING), pytest.raises(NotAnArticleError) as raised:
        extract_article(page(rubric), URL, link=link)
    logging.getLogger("test").warning("%s", raised.value)
    assert hostile in caplog.text


def test_a_section_that_steers_a_terminal_does_not_reach_the_log() -> None:
    rubric = '<meta name="analytics:rubric" content="\x1b[2Jé\u202e">'
    link = ArticleLink(URL, "sputnik-international:1121000003", "feed", URL, wanted_section="World")
    with pytest.raises(NotAnArticleError) as raised:
        extract_article(page(rubric), URL, link=link)
    assert not {"\x1b", "\u202e"} & set(str(raised.value))


def test_hostile_texts_are_read_the_same_in_the_crawl_and_from_the_warc(project: Project, tmp_path: Path) -> None:
    site = SampleSite(articles=4, oddities=False)
    hostile = "{{7*7}} %(x)s \x1b[2J\u202e"
    lies = {
        "charset_repaired": Response(
            200, {"Content-Type": "text/html; charset=iso-8859-1"}, page(title="Café").encode()
        ),
        "mojibake_repaired": Response(200, HTML, page(title="CafÃ©").encode()),
        "language_mismatch": Response(
            200, HTML, page(text="Министр заявил, что переговоры продолжатся. " * 6).encode()
        ),
        "": Response(200, HTML, page(title=hostile, author=hostile).encode()),
    }
    paths = dict(zip((article.path for article in site.listed), lies, strict=False))
    with running(site) as server:
        server.pages.update({path: lies[flag] for path, flag in paths.items()})
        done = project.crawl(server.base_url, "-s", "LOG_LEVEL=DEBUG")
    flags = {paths[line["url"].removeprefix(server.base_url)]: line["flags"] for line in project.lines()}
    assert len(flags) == len(lies), done
    assert flags == {flag: [flag] if flag else [] for flag in lies}
    assert not {"\x1b", "\u202e"} & set(f"{done.out}{done.err}")
    assert derived_otherwise(project, tmp_path / "again") == []
