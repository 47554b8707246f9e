"""A page's requisites are what a browser would fetch for it: absolute, in page order, once each, and nothing else."""

import time
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.discovery.requisite_gate import MAX_REQUISITES, Requisite, absolute
from crawler.discovery.requisites import requisites_of_page
from crawler.discovery.srcset import candidates
from tests.reference import REFERENCE, needs_reference

URL = "https://news.example/world/a.html"
HERE = "https://news.example/world/"
PIECES = (
    *("<img src=", "<img srcset='", "<picture><source srcset=", "<link rel=stylesheet href=", "<style>a{b:url("),
    *(
        "<p style='b:url(",
        "<base href=",
        "<noscript>",
        "&lt;img src=",
        "//",
        "http://",
        "xn--",
        "a.png",
        "1x",
        ")",
        "}",
    ),
    *("[", "@", ":", "\\", "%", "#", ">", "'", '"', " ", ",", "\x00", "é", "\n", "</style>", "</noscript>"),
)
MARKUP = st.lists(st.sampled_from(PIECES) | st.text(max_size=5), max_size=40).map("".join)


def found(html: str, url: str = URL) -> list[tuple[str, str]]:
    """Kind and address of each; addresses beside the page are shortened."""
    return [(requisite.kind, requisite.url.removeprefix(HERE)) for requisite in requisites_of_page(html, url)]


def images(html: str) -> list[str]:
    return [address for kind, address in found(html) if kind == "image"]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ('<img src="a.png">', ["a.png"]),
        ('<img src="a.png" srcset="b.png 1x, c,d.png 2x">', ["a.png", "b.png", "c,d.png"]),
        ("<picture><source srcset=a.webp><source src=b><img src=c.png></picture>", ["a.webp", "b", "c.png"]),
        ("<video poster=p.jpg><source src=film.mp4></video><audio><source src=a.mp3></audio>", ["p.jpg"]),
        ('<img src="data:image/gif;base64,AA" data-src="a.png">', ["a.png"]),
        ('<img src="spinner.gif" data-original="a.png">', ["spinner.gif", "a.png"]),
        ('<img data-lazy-src="a.png" data-srcset="b.png 1x, c.png 2x">', ["a.png", "b.png", "c.png"]),
        ('<img data-lazy="true" data-src=\'{"1x": "a.png"}\'>', []),
        ("<p data-bg=a.png></p><p data-background-image='url(b.png)'></p><p data-bg=#fff>", ["a.png", "b.png"]),
        ("<input type=IMAGE src=a.png><input src=b.png>", ["a.png"]),
        ("<svg><image href=a.png /><image xlink:href=b.png /></svg>", ["a.png", "b.png"]),
        ("<svg><use href='s.svg#i'/><use href='#i'/></svg>", ["s.svg"]),
        ("<body background=a.png><table background=b.png><td background=c></table>", ["a.png", "b.png", "c"]),
        ("<p background=a.png>", []),
        ('<p style="color:red;background:url(&quot;a.png&quot;)">', ["a.png"]),
        ("<style>p{background:url(a.png)}</style><style type='text/less'>p{background:url(b.png)}</style>", ["a.png"]),
        ("<noscript><img src=a.png></noscript>", ["a.png"]),
        ("<body><noscript>&lt;img src=a.png&gt;</noscript>", ["a.png"]),
        ("<!-- <img src=a.png> --><template><img src=b.png></template>", []),
        ("<script>'<img src=a.png>'</script><a href=b.png>", []),
    ],
)
def test_images_are_found_wherever_a_page_keeps_them(html: str, expected: list[str]) -> None:
    assert images(html) == expected


@pytest.mark.parametrize(
    ("link", "kind"),
    [
        ("rel=stylesheet", "stylesheet"),
        ("rel='STYLESHEET' media=print", "stylesheet"),
        ("rel='alternate stylesheet'", None),
        ("rel=stylesheet/less", None),
        ("rel=stylesheet type=text/less", None),
        ("rel=icon", "icon"),
        ("rel='shortcut icon'", "icon"),
        ("rel=apple-touch-icon", "icon"),
        ("rel=mask-icon", "icon"),
        ("rel=preload as=style", "stylesheet"),
        ("rel=preload as=font", "font"),
        ("rel=preload as=image", "image"),
        ("rel=preload as=script", None),
        ("rel=preload", None),
        ("rel=canonical", None),
        ("rel=prefetch as=image", None),
        ("", None),
    ],
)
def test_a_link_is_needed_for_what_it_is_used_as(link: str, kind: str | None) -> None:
    assert found(f"<link {link} href=x>") == ([(kind, "x")] if kind else [])


def test_every_candidate_of_a_preloaded_image_is_needed() -> None:
    assert images("<link rel=preload as=image imagesrcset='a.png 1x, b.png 2x'>") == ["a.png", "b.png"]


def test_a_stylesheet_that_is_preloaded_as_something_else_is_a_stylesheet() -> None:
    html = "<link rel=preload as=font href=f.css><noscript><link rel=stylesheet href=f.css></noscript><img src=f.css>"
    assert found(html) == [("stylesheet", "f.css")]


def test_inline_styles_give_imports_fonts_and_images() -> None:
    html = "<style>@import 'a.css'; @font-face{src:url(b.woff2)} p{background:url(c.png)}</style>"
    assert found(html) == [("stylesheet", "a.css"), ("font", "b.woff2"), ("image", "c.png")]


def test_the_first_base_with_an_address_holds_for_the_whole_page() -> None:
    html = "<base target=x><img src=a.png><base href='//cdn.example/i/'><base href=/no/><p style='b:url(c.png)'>"
    assert images(html) == ["https://cdn.example/i/a.png", "https://cdn.example/i/c.png"]
    assert images("<base href='data:x'><img src=a.png>") == images("<base href='http://['><img src=a.png>") == ["a.png"]


@pytest.mark.parametrize(
    ("address", "url"),
    [
        (" \t/a\n.png\x00", "https://news.example/a.png"),
        ("//CDN.example/A.png", "https://cdn.example/A.png"),
        ("my photo é.jpg?q=ü#top", HERE + "my%20photo%20%C3%A9.jpg?q=%C3%BC"),
        ("a%20b.png", HERE + "a%20b.png"),
        ("\\i\\a.png?b\\c", "https://news.example/i/a.png?b%5Cc"),
        ("http://bücher.example/a.png", "http://xn--bcher-kva.example/a.png"),
        ("../../../a.png", "https://news.example/a.png"),
        ("http://[::1]:8000/a.png", "http://[::1]:8000/a.png"),
        ("x" * 2083, None),
        *((address, None) for address in ("", " ", "#top", "data:image/png,x", "blob:https://a/b", "about:blank")),
        *((address, None) for address in ("javascript:a.png", "mailto:a@b.example", "ftp://a/b.png", "file:///a.png")),
        *(
            (address, None)
            for address in ("http://", "http://[/a.png", "http://a:99999/", "http://me:pw@a.example/b.png")
        ),
        *((address, None) for address in ("http://a b/", "http://a%00b/", "http://a<b>/", "\ud800.png", "http://:80/")),
    ],
)
def test_an_address_is_read_as_browsers_read_it(address: str, url: str | None) -> None:
    assert absolute(address, URL) == url


@pytest.mark.parametrize(
    ("srcset", "expected"),
    [
        ("", []),
        (" , ,, ", []),
        ("a", ["a"]),
        ("a, b", ["a", "b"]),
        ("a,b", ["a,b"]),
        ("a,b 1x", ["a,b"]),
        (",a,, b,", ["a", "b"]),
        ("a 1x,b 2x", ["a", "b"]),
        ("a\n\t1.5x ,\f b 100w 50h", ["a", "b"]),
        ("https://h/i_0:0:1,2.jpg 1000w,https://h/j.jpg 768w", ["https://h/i_0:0:1,2.jpg", "https://h/j.jpg"]),
        ("data:image/png;base64,AA 1x, b 2x", ["data:image/png;base64,AA", "b"]),
        ("a (x, y), b 1x", ["b"]),
        ("a (1x, b 2x", []),
        ("a 1x (, b 2x), c", ["c"]),
        ("a 0x, b -0x, c .5x, d 1e3x", ["a", "b", "c", "d"]),
        ("a -1x, b +1x, c 1.x, d x, e", ["e"]),
        ("a 0w, b 1.5w, c -1w, d w, e 01w", ["e"]),
        ("a 1w 2w, b 1x 2x, c 1w 1x, d 1h, e 1h 1w, f 1x 1h", ["e"]),
        ("a 1q, b 1X, c", ["c"]),
        ("a " + "9" * 5000 + "w", ["a"]),
    ],
)
def test_a_srcset_is_read_by_the_algorithm_of_the_standard(srcset: str, expected: list[str]) -> None:
    assert list(candidates(srcset)) == expected


def test_no_more_than_the_limit_is_taken_of_a_page() -> None:
    html = "".join(f"<img src={number}.png srcset='{number}.webp, {number}.avif'>" for number in range(MAX_REQUISITES))
    taken = images(html)
    assert len(taken) == MAX_REQUISITES
    assert taken[:4] == ["0.png", "0.webp", "0.avif", "1.png"]


@pytest.mark.parametrize(
    "piece",
    [
        *("<img src='data:,x'>", "<img srcset='a 1x,'>", "<p style='a:(((('>", "<noscript>&lt;b>", "<style>a{"),
        *("<img srcset='a 1x,", "<img srcset='a ((", "<!--", "<base href='"),
    ],
)
def test_a_hostile_page_costs_seconds_at_most(piece: str) -> None:
    started = time.process_time()
    requisites_of_page((piece * 300_000)[:300_000], URL)
    assert time.process_time() - started < 10, f"{piece!r} repeated takes too long; has something become quadratic?"


@given(html=MARKUP, url=st.just(URL) | st.text(max_size=20))
def test_whatever_the_text_there_are_only_web_addresses_once_each(html: str, url: str) -> None:
    urls = [requisite.url for requisite in requisites_of_page(html, url)]
    assert len(urls) == len(set(urls))
    for found_url in urls:
        parts = urlsplit(found_url)
        assert parts.scheme in ("http", "https")
        assert parts.hostname
        assert not parts.fragment
        assert found_url.isascii()
        assert " " not in found_url


@needs_reference
def test_an_arabic_page_of_2020_needs_its_late_images_and_the_stylesheets_that_it_preloads() -> None:
    html = (REFERENCE / "pages/arabic.sputniknews.com_202003171044893040.html").read_text(encoding="utf-8")
    taken = requisites_of_page(html, "https://arabic.sputniknews.com/arab_world/202003171044893040/")
    cdn, picture = "https://cdnarabic1.img.sputniknews.com", "/img/104488/99/1044889975_0:123:3247:1851"
    assert Requisite(f"{cdn}{picture}_705x375_80_0_0_5de9c9935b30365f66204264063eb07b.jpg", "image") in taken
    assert Requisite(f"{cdn}{picture}_331x0_80_0_1_a750d27b5db0f059e02b2f2b87bff73c.jpg", "image") in taken
    assert Requisite("https://arabic.sputniknews.com/favicon.ico", "icon") in taken
    assert [requisite.kind for requisite in taken if "fonts.googleapis.com" in requisite.url] == ["stylesheet"]
    assert not [requisite for requisite in taken if requisite.url.endswith("/ie8.css")], "that is for an old browser"


@needs_reference
@pytest.mark.parametrize(
    ("page", "counts"),
    [
        ("sputniknews.com_201911181077343476.html", {"icon": 2, "stylesheet": 8, "image": 10}),
        ("sputniknews.com_home_20180317.EXCERPT.html", {"image": 4}),
        ("ria.ru_20260531_2095779946.EXCERPT.html", {"image": 1}),
    ],
)
def test_real_pages_need_what_they_show(page: str, counts: dict[str, int]) -> None:
    html = (REFERENCE / "pages" / page).read_text(encoding="utf-8")
    kinds = [requisite.kind for requisite in requisites_of_page(html, "https://sputniknews.com/")]
    assert {kind: kinds.count(kind) for kind in dict.fromkeys(kinds)} == counts
