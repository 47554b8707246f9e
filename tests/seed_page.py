"""Lays the lines of a rendered article into generation-2 markup, as the reference describes each of its parts."""

import html
import re
from dataclasses import dataclass

SEED_PATH = "/20190411/pompeo-begins-latin-america-tour-1074000123.html"
SEED_PUBLISHED = 1554940860
SUFFIX = " - Sputnik International"
TAIL = "Newsfeed"


@dataclass(frozen=True)
class SeedLines:
    """The parts of the reference text, in its order."""

    section: str
    tagline: str
    title: str
    credit: str
    caption: str
    body: tuple[str, ...]
    tail: tuple[str, ...]


def parse_seed(text: str) -> SeedLines:
    """Tell the parts apart by where they stand."""
    lines = [line for line in text.splitlines() if line.strip()]
    section, tagline, title, credit_caption, caption = lines[1:6]
    caption = caption.removesuffix(SUFFIX)
    tail = lines.index(TAIL)
    return SeedLines(
        section=section,
        tagline=tagline,
        title=title,
        credit=credit_caption.removesuffix(caption),
        caption=caption,
        body=tuple(lines[7:tail]),
        tail=tuple(lines[tail:]),
    )


def build_seed_page(text: str, base: str) -> bytes:
    """The article page, UTF-8."""
    seed = parse_seed(text)
    url = base + SEED_PATH
    esc = html.escape
    page = f"""<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">
<title>{esc(seed.title)} - 11.04.2019, Sputnik International</title>
<meta property="og:title" content="{esc(seed.title)}"><meta property="og:locale" content="en_EN">
<link rel="canonical" href="{url}"></head><body>
<div class="endless__item" data-id="1074000123" data-date="20190411" data-url="{SEED_PATH}" data-pts="{SEED_PUBLISHED}">
<div class="article"><div class="article__meta" itemscope><meta itemprop="articleSection" content="{esc(seed.section)}"></div>
<div class="title__hl">{esc(seed.section)}</div><div class="title__desc">{esc(seed.tagline)}</div>
<div class="article__header"><h1 class="article__title">{esc(seed.title)}</h1>
<div class="article__info"><div class="article__info-date"><a href="/20190411/" data-unixtime="{SEED_PUBLISHED}">00:01 GMT
11.04.2019</a></div></div>
<div class="article__announce"><div class="media"><div class="media__size"><div class="photoview__open">
<img alt="{esc(seed.caption)}{SUFFIX}" src="/img/1.jpg"></div></div>
<div class="media__copyright"><div class="media__copyright-item m-copyright">{esc(seed.credit)}</div></div>
<div class="media__description">{esc(seed.caption)}</div></div></div></div>
<div class="article__google-news">Subscribe</div>
<div class="article__body">{"".join(_body(seed.body))}</div>
<div class="article__footer">{"".join(f"<div>{esc(line)}</div>" for line in seed.tail)}</div>
</div></div></body></html>"""
    return page.encode()


def build_listing_page(path: str = SEED_PATH, title: str = "Pompeo Begins Latin America Tour") -> bytes:
    """A section page that lists the article."""
    return f"""<!DOCTYPE html><html><body><div class="list"><div class="list__item">
<a class="list__title" href="{path}" title="{html.escape(title)}">{html.escape(title)}</a>
<div class="list__content"><span data-unixtime="{SEED_PUBLISHED}">00:01 GMT</span></div></div></div>
<div class="list__more" data-url="/services/world/more.html"></div></body></html>""".encode()


def _body(lines: tuple[str, ...]) -> list[str]:
    """Text blocks, READ MORE blocks, and a card for each alternative text with the lines that belong to it."""
    blocks: list[str] = []
    at = 0
    while at < len(lines):
        line = lines[at]
        if line.endswith(SUFFIX):
            size = 3 if len(lines[at + 1]) < 20 else 2
            blocks.append(_card(lines[at : at + size]))
            at += size
            continue
        blocks.append(_read_more(line) if line.startswith("READ MORE:") else _text(line))
        at += 1
    return blocks


def _text(line: str) -> str:
    return f'<div class="article__block" data-type="text"><div class="article__text">{html.escape(line)}</div></div>\n'


def _read_more(line: str) -> str:
    label, _, title = line.partition(":")
    link = (
        f'<a href="/20190410/{re.sub("[^a-z]+", "-", title.lower())}1074000001.html">{html.escape(title.strip())}</a>'
    )
    return (
        f'<div class="article__block" data-type="text"><div class="article__text"><strong>{label}: </strong>{link} '
        "</div></div>\n"
    )


def _card(lines: tuple[str, ...]) -> str:
    alternative, *section, title = lines
    rubric = f'<span class="article__article-rubric">{html.escape(section[0])}</span>' if section else ""
    return (
        '<div class="article__block" data-type="article"><div class="article__article">'
        f'<img alt="{html.escape(alternative)}" src="/img/2.jpg">{rubric}'
        f'<a class="article__article-title" href="/20190410/related-1074000002.html">{html.escape(title)}</a>'
        "</div></div>\n"
    )
