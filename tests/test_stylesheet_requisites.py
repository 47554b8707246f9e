"""A stylesheet's requisites: what it imports, its fonts, its images; no depth and no damage breaks the reader."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.discovery.requisite_gate import MAX_CSS, MAX_REQUISITES
from crawler.discovery.stylesheet import requisites_of_stylesheet

URL = "https://cdn.example/css/a.css"
HERE = "https://cdn.example/css/"
PIECES = (
    *("@import ", "url(", "url('", '"', "'", ")", "{", "}", ";", ":", "@media ", "@font-face{src:", "a", "image-set("),
    *("/*", "*/", "\\", "\\d800 ", "\\0 ", "//h/", "http:", "[", "]", "#", "\n", "\x00", "é", "9" * 4400, "U+", "@"),
)
CSS = st.lists(st.sampled_from(PIECES) | st.text(max_size=5), max_size=40).map("".join)


def found(css: bytes | str, encoding: str | None = None) -> list[tuple[str, str]]:
    """Kind and address of each; addresses beside the stylesheet are shortened."""
    taken = requisites_of_stylesheet(css, URL, encoding)
    return [(requisite.kind, requisite.url.removeprefix(HERE)) for requisite in taken]


@pytest.mark.parametrize(
    "rule",
    [
        *('@import "x"', "@import 'x' screen and (min-width: 1px)", "@IMPORT url(x)", "@import url( 'x' ) print"),
        *("@import url(x) layer(base) supports(display: grid) screen", "@import/**/url(x)", "@\\69mport url(x)"),
    ],
)
def test_an_import_is_a_stylesheet_whatever_its_conditions(rule: str) -> None:
    assert found(f"@charset 'utf-8'; {rule};") == found(rule) == [("stylesheet", "x")]


@pytest.mark.parametrize(
    "rule", ["@import;", "@import x;", "@import url(x){}", "a{@import url(x);}", "/*@import url(x);*/"]
)
def test_what_only_looks_like_an_import_is_none(rule: str) -> None:
    assert found(rule) == []


def test_every_format_of_a_font_is_needed() -> None:
    css = """@media screen { @font-face { font-family: X; src: url(x.eot);
        src: local("url(no)"), url("x.eot?#iefix") format("embedded-opentype"),
        url(x.woff2) format('woff2') tech(variations), url('x.svg#name') format("svg") } }"""
    assert found(css) == [("font", "x.eot"), ("font", "x.woff2"), ("font", "x.svg")]


@pytest.mark.parametrize(
    "css",
    [
        "a{background:url(x)}",
        "a{background:URL( 'x' ) no-repeat, none",
        "a{background:u\\72l(\\78)}",
        "@media screen{@supports (display:grid){@layer b{a{b:url(x)}}}}",
        "a{color:red; &:hover{background:url(x)}}",
        "a{--picture: url(x)}",
        "a{background:image-set('x' type('image/png') 1x)}",
        "a{background:-webkit-image-set(url(x) 1x)}",
        "a{background:cross-fade(url(x), red)}",
        "a{cursor:url(x#b), auto; filter:url(#c)}",
        "@page{background:url(x)}",
        "@keyframes k{from{background:url(x)}}",
        "a{b:c} } a{background:url(x)}",
        "<!-- a{background:url(x)} -->",
    ],
)
def test_any_other_file_of_a_declaration_is_an_image(css: str) -> None:
    assert found(css) == [("image", "x")]


@pytest.mark.parametrize(
    "css",
    [
        *("", "a{content:'url(x)'}", "@namespace svg url(http://www.w3.org/2000/svg);", "a{b:url(data:image/png,x)}"),
        *("@supports (background:url(x)){}", "/* a{b:url(x)} */", "a{b:url()}", "a{b:url(x y)}", "a{*b:url(x)}"),
        *("a{b:attr(x)}", "@import-url(x);", "a{filter:url(#x)}"),
    ],
)
def test_nothing_else_is_needed(css: str) -> None:
    assert found(css) == []


def test_addresses_come_in_order_and_once() -> None:
    css = "a{b:url(2.png)} @font-face{src:url(1.woff)} a{b:image-set('3.png' 1x, url(4.png) 2x), url(2.png)}"
    assert [address for _, address in found(css)] == ["2.png", "1.woff", "3.png", "4.png"]


@pytest.mark.parametrize(
    ("css", "encoding"),
    [
        ("a{b:url(é)}".encode(), None),
        ("\ufeffa{b:url(é)}".encode(), "latin-1"),
        ("a{b:url(é)}".encode("cp1252"), "windows-1252"),
        ('@charset "windows-1252";a{b:url(é)}'.encode("cp1252"), None),
        ('@charset "windows-1252";a{b:url(é)}'.encode("cp1252"), "no-charset"),
        ("\ufeffa{b:url(é)}".encode("utf-16-le"), None),
        ("\ufeffa{b:url(é)}", None),
    ],
)
def test_bytes_are_decoded_as_the_standard_says(css: bytes | str, encoding: str | None) -> None:
    assert found(css, encoding) == [("image", "%C3%A9")]


def test_no_more_than_the_limits_is_read() -> None:
    assert len(found("".join(f"a{{b:url({number})}}" for number in range(2 * MAX_REQUISITES)))) == MAX_REQUISITES
    assert found("a{b:url(x)}" + " " * (MAX_CSS - 11)) == [("image", "x")]
    assert found("a{b:url(x)}" + " " * MAX_CSS) == found(b"a{b:url(x)}" + b" " * MAX_CSS) == []
    assert found("a{b:url(x)}" + ";" * 1_000_000) == [], "parsing would take too long"


def test_a_file_below_thousands_of_blocks_is_found() -> None:
    assert found("@media{" * 20_000 + "a{b:url(x)}") == [("image", "x")]
    assert found("a{b:" + "f(" * 20_000 + "url(x)") == [("image", "x")]


@pytest.mark.parametrize(
    "piece", ["{", "a{", "(", "url(", "url('", "@media{", "/*", "'", "\\", "@import url(", "a{b:f(", "a b;"]
)
def test_a_hostile_stylesheet_costs_seconds_at_most(piece: str) -> None:
    started = time.process_time()
    found((piece * 200_000)[:200_000])
    assert time.process_time() - started < 10, f"{piece!r} repeated takes too long; has something become quadratic?"


@given(css=CSS, encoding=st.none() | st.sampled_from(["utf-8", "utf-16", "iso-2022-jp", "x-user-defined", "é"]))
def test_whatever_the_text_there_are_only_web_addresses_once_each(css: str, encoding: str | None) -> None:
    for source in (css, css.encode("utf-8", "surrogatepass")):
        urls = [requisite.url for requisite in requisites_of_stylesheet(source, URL, encoding)]
        assert len(urls) == len(set(urls))
        assert all(url.startswith(("http://", "https://")) and "#" not in url and url.isascii() for url in urls)


@given(css=st.binary(max_size=200), encoding=st.text(max_size=10))
def test_no_bytes_break_the_reader(css: bytes, encoding: str) -> None:
    assert isinstance(requisites_of_stylesheet(css, URL, encoding), tuple)
