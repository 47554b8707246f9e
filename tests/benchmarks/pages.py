"""The site of the benchmark: news articles as heavy as real ones, and their listing. Same numbers, same bytes. No I/O.

Articles are those of `tests.site`, so their URLs and markup are of the current generation; around them stands as much
navigation, script and newsfeed as real pages have: about 116 KB, which gzip to about 25 KB.
"""

import html
import random
from collections.abc import Iterator
from dataclasses import dataclass

from tests.site import pages, prose
from tests.site.articles import SampleArticle, SampleSite

PAGE_BYTES = 116_000
LISTED = 100
"""Links on one page of the listing."""
FIRST_LISTING = "/world/"
_HTML = "text/html; charset=utf-8"
_EQUAL = frozenset({7, 13, 19})
"""Of twenty articles those that answer with the bytes of the article before them: 15 %."""


@dataclass(frozen=True, slots=True)
class Page:
    """What stands at one path."""

    path: str
    content_type: str
    body: bytes
    chunked: bool
    """True where the server sends it in chunks: one article in five."""


def site_pages(articles: int, base: str) -> Iterator[Page]:
    """Everything that the site serves."""
    listed = SampleSite(articles=articles).listed
    yield Page("/robots.txt", "text/plain", pages.ROBOTS, chunked=False)
    for start in range(0, articles, LISTED):
        yield Page(_listing_path(listed, start), _HTML, _listing(listed, start), chunked=False)
    frame = _Frame(listed)
    body = b""
    for number, article in enumerate(listed):
        if number % 20 not in _EQUAL:
            body = frame.around(pages.article_page(article, base, 1).decode(), article.id)
        yield Page(article.path, _HTML, body, chunked=number % 5 == 2)


def listings(articles: int) -> int:
    """How many pages the listing of so many articles has."""
    return -(-articles // LISTED)


def _listing_path(listed: tuple[SampleArticle, ...], start: int) -> str:
    return f"/services/world/more.html?id={listed[start - 1].id}" if start else FIRST_LISTING


def _listing(listed: tuple[SampleArticle, ...], start: int) -> bytes:
    items = "".join(
        f'<div class="list__item"><a class="list__title" href="{article.path}">{html.escape(article.title)}</a>'
        f'<span class="list__date" data-unixtime="{article.published}"></span></div>\n'
        for article in listed[start : start + LISTED]
    )
    more = start + LISTED
    link = f'<div class="list__more" data-url="{_listing_path(listed, more)}"></div>' if more < len(listed) else ""
    return f'<!DOCTYPE html><html><body><div class="list list-tag">{items}</div>{link}</body></html>'.encode()


class _Frame:
    """What stands around the articles: the same navigation and script, another newsfeed on each page."""

    def __init__(self, listed: tuple[SampleArticle, ...]) -> None:
        self._listed = listed
        self._fixed = _navigation() + _script(random.Random(1))  # noqa: S311  sample data

    def around(self, article: str, seed: int) -> bytes:
        """The article's page with the frame before its end, about `PAGE_BYTES` long."""
        chance = random.Random(seed)  # noqa: S311  sample data
        size = int(PAGE_BYTES * chance.uniform(0.85, 1.15)) - len(article) - len(self._fixed)
        cards: list[str] = []
        while size > 0:
            cards.append(self._card(chance))
            size -= len(cards[-1])
        head, end, tail = article.rpartition("</body>")
        return "".join((head, self._fixed, *cards, end, tail)).encode()

    def _card(self, chance: random.Random) -> str:
        other = chance.choice(self._listed)
        picture = f"/img/{chance.getrandbits(28):07x}/{chance.getrandbits(64):016x}"
        sizes = ", ".join(
            f"{picture}_{width}x0_80_0_0_{chance.getrandbits(96):024x}.jpg {width}w" for width in (320, 640)
        )
        words = [word for topic in chance.sample(prose.TOPICS, 2) for word in chance.choice(topic.facts).split()]
        chance.shuffle(words)
        return f"""<div class="lenta__item"><a href="{other.path}" class="lenta__item-size"><span
 class="lenta__item-date" data-unixtime="{other.published}"></span><span
 class="lenta__item-text">{html.escape(" ".join(words))}</span></a>
<img class="lenta__img lazyload" alt="{html.escape(other.title)}" data-src="{picture}.jpg" data-srcset="{sizes}"></div>
"""


def _navigation() -> str:
    return "".join(
        f'<li class="header__nav-item m-{number}"><a href="/tag/{city.lower()}/" class="header__nav-link" '
        f'data-section="{number}" title="{city}">{city}</a></li>\n'
        for number, city in enumerate(prose.CITIES * 6)
    )


def _script(chance: random.Random) -> str:
    """A script such as sites carry in each page."""
    names = ["load", "slot", "state", "track", "item", "queue", "node", "event", "frame", "cookie", "user", "size"]
    lines = []
    for number in range(320):
        one, two, three = (chance.choice(names) for _ in range(3))
        lines.append(f"function {one}{number}({two}){{if({two}.{three}>{chance.randrange(9999)}){{return window.{one}")
        lines.append(f'["{three}{chance.randrange(99)}"]}};{two}.{one}=document.getElementById("{two}-{number}");}}\n')
    return f"<script>{''.join(lines)}</script>\n"
