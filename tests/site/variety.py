"""What a real site also serves: both generations, twins, live blogs, galleries, other scripts, traps, a duplicate.

Each special page carries what an extractor should find, so that tests need no second truth.
"""

import html
import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from tests.site.first_generation import OldArticle, old_page

_esc = html.escape
_MORNING = int(datetime(2026, 4, 2, 6, 30, tzinfo=UTC).timestamp())
_OLD_DAY = int(datetime(2019, 4, 11, 9, 5, tzinfo=UTC).timestamp())
SAID = (
    "The council of the valley voted on Tuesday to keep the old timber bridge open for walkers, after engineers had "
    "found that its larch beams would carry them for another forty years if the roof is mended before the winter."
)
ALSO = "A second bridge for carts is to be built upstream, where the river is narrow and the ground is rock."


@dataclass(frozen=True)
class Special:
    """A page that is special in one way."""

    name: str
    path: str
    page: bytes
    truth: dict[str, Any] = field(default_factory=dict)
    status: int = 200
    location: str | None = None
    listed: bool = True


OLD = OldArticle(
    id=1_074_500_001,
    rubric="columnists",
    rubric_title="Columnists",
    slug="a-bridge-worth-keeping",
    title="A Bridge Worth Keeping",
    lead="Timber lasts, where people look after it.",
    paragraphs=(SAID, ALSO),
    quote="“A bridge is a promise to the other side,” the carpenter said.",
    author="Ingrid Vale",
    caption="The timber bridge in the valley",
    credit="REUTERS / POOL",
    card_title="Another Bridge, Elsewhere",
    tags=("Bridges", "Timber"),
    published=_OLD_DAY,
    lies=True,
)
ARABIC = replace(
    OLD,
    id=1_044_500_002,
    rubric="arab_world",
    rubric_title="العالم العربي",
    slug="%D8%AC%D8%B3%D8%B1",
    title="جسر خشبي قديم يبقى مفتوحا للمشاة",
    lead="الخشب يدوم حيث يعتني به الناس.",
    paragraphs=(
        "صوت مجلس الوادي يوم الثلاثاء على إبقاء الجسر الخشبي القديم مفتوحا للمشاة.",
        "وسيبنى جسر ثان أعلى النهر.",
    ),
    quote="وقال النجار إن الجسر وعد للضفة الأخرى.",
    author=None,
    caption="الجسر الخشبي في الوادي",
    tags=("جسور", "خشب"),
    lies=False,
    language="ar",
)


def specials(base: str, edition: int) -> tuple[Special, ...]:
    """All special pages of an edition."""
    return (*_first_generation(base, edition), *_current(base, edition), *_traps(base), *_identity(base, edition))


def _first_generation(base: str, edition: int) -> Iterator[Special]:
    page = old_page(OLD, base, edition)
    yield Special("first generation", OLD.path, page, _old_truth(OLD, lie=True))
    yield Special("AMP twin", "/amp" + OLD.path, page, {"article_id": f"sputnik-international:{OLD.id}"}, listed=False)
    yield Special("Arabic", ARABIC.path, old_page(ARABIC, base), _old_truth(ARABIC, lie=False) | {"language": "ar"})
    moved = "/20190412/bridge-opens-1074500003.html"
    yield Special("moved from the first generation", "/world/201904121074500003-bridge-opens/", b"", {}, 301, moved)
    new = _page(base, moved, "Bridge Opens", [_text("It opened at noon."), _text(ALSO)], published=_OLD_DAY + 86_400)
    yield Special("moved to the current one", moved, new, {"title": "Bridge Opens"}, listed=False)


def _old_truth(article: OldArticle, *, lie: bool) -> dict[str, Any]:
    moment = datetime.fromtimestamp(article.published, UTC).isoformat().replace("+00:00", "Z")
    body = [
        article.paragraphs[0],
        article.quote,
        *article.paragraphs[1:],
        "The views expressed here are those of the author.",
    ]
    return {
        "article_id": f"sputnik-international:{article.id}",
        "title": article.title,
        "subtitle": article.lead,
        "text": "\n\n".join(body),
        "published_at": moment,
        "modified_at": moment,
        "authors": [article.author] if article.author else [],
        "section": article.rubric_title,
        "tags": list(article.tags),
    } | ({"published_raw": str(article.published)} if lie else {})


def _current(base: str, edition: int) -> Iterator[Special]:
    items = "".join(
        f'<div class="online__item"><div class="online__item-top">{hour}:00 GMT</div><div class="online__item-text">{text}'
        "</div></div>"
        for hour, text in ((9, "The vote has begun."), (8, "Members arrive."))
    )
    live = _page(
        base,
        "/20260402/live-1120500001.html",
        "Live: The Vote",
        [],
        extra=f'<div class="online__article">{items}</div>',
    )
    truth = {"text": "The vote has begun.\n\nMembers arrive.", "title": "Live: The Vote"}
    yield Special("live blog", "/20260402/live-1120500001.html", live, truth)
    photos = "".join(
        f'<div class="article__photo-item"><img src="{base}/img/g{number}.png" alt="Beam {number} - Sputnik International">'
        f'<div class="media__copyright-item m-copyright">© AP Photo / A. Hand</div></div>'
        for number in (1, 2)
    )
    path = "/20260402/gallery-1120500002.html"
    gallery = _page(base, path, "Beams in Pictures", [], lead="Forty years more.", extra=photos)
    captions = [{"url": f"{base}/img/g{n}.png", "caption": f"Beam {n}", "credit": "AP Photo / A. Hand"} for n in (1, 2)]
    yield Special(
        "gallery",
        path,
        gallery,
        {"text": "", "subtitle": "Forty years more.", "images": captions, "flags": ["no_text"]},
    )
    path = "/20260402/video-1120500003.html"
    video = _page(
        base, path, "Bridge From Above", [], lead="A flight of two minutes.", extra='<video src="/v.mp4"></video>'
    )
    yield Special("video", path, video, {"text": "", "subtitle": "A flight of two minutes.", "flags": ["no_text"]})
    path = "/20260402/most-1120500004.html"
    russian = _page(
        base, path, "Старый мост останется открытым", [_text("Совет долины проголосовал во вторник.")], language="ru"
    )
    yield Special("Russian", path, russian, {"language": "ru", "text": "Совет долины проголосовал во вторник."})
    yield from _twins(base, edition)


def _traps(base: str) -> Iterator[Special]:
    about = {
        "@type": "NewsArticle",
        "headline": "Graph",
        "author": {"name": "Noor Haddad"},
        "datePublished": "2026-04-02T09:30:00+03:00 ",
    }
    graph = f'<script type="application/ld+json">{json.dumps({"@graph": [{"@type": "Thing"}, about]})}</script>'
    broken = '<script type="application/ld+json">{"@type": "Article", /* no */}</script>'
    path = "/20260402/graph-1120500010.html"
    page = _page(base, path, "Graph", [_text(SAID)], head=broken + graph, epoch=False)
    yield Special(
        "JSON-LD in a graph", path, page, {"authors": ["Noor Haddad"], "published_at": "2026-04-02T06:30:00Z"}
    )
    path = "/20260402/micro-1120500011.html"
    micro = '<div class="article__meta"><meta itemprop="datePublished" content="2026-04-02T06:30:00Z"><span itemprop="author">Noor Haddad</span></div>'
    page = _page(base, path, "Micro", [_text(ALSO + " " + SAID)], extra=micro, epoch=False)
    yield Special("microdata alone", path, page, {"authors": ["Noor Haddad"], "published_at": "2026-04-02T06:30:00Z"})
    path = "/20260402/future-1120500012.html"
    head = '<meta property="article:published_time" content="20990101T0000+0000">'
    page = _page(base, path, "Future", [_text("Soon. " + SAID)], head=head, epoch=False)
    yield Special("a date in the future", path, page, {"published_raw": "20990101T0000+0000"})
    loop = ("/20260402/loop-1120500013.html", "/20260402/loop-1120500014.html")
    for own, other in (loop, loop[::-1]):
        page = _page(base, own, f"Loop {own[-6]}", [_text(f"Of {own}. {ALSO}")], canonical=base + other)
        yield Special(f"canonical loop {own[-6]}", own, page, {"canonical_url": base + own})
    path = "/20260402/away-1120500015.html"
    page = _page(
        base, path, "Away", [_text("Away. " + ALSO)], canonical="https://elsewhere.example/20260402/x-1120500099.html"
    )
    yield Special("canonical to another host", path, page, {"canonical_url": base + path})


def _identity(base: str, edition: int) -> Iterator[Special]:
    blocks = [_text(SAID), _text(ALSO + " Work begins in May.")]
    for number, title in ((20, "Valley Keeps Its Bridge"), (21, "Timber Bridge Stays, Council Says")):
        path = f"/20260402/bridge-{1_120_500_000 + number}.html"
        truth = {"text": f"{SAID}\n\n{ALSO} Work begins in May.", "title": title}
        yield Special(f"duplicate {number}", path, _page(base, path, title, blocks), truth)
    path = "/20260402/withdrawn-1120500022.html"
    page = _page(base, path, "Withdrawn Soon", [_text("For a day only. " + SAID)])
    yield Special("vanishes", path, page, {}, 200 if edition == 1 else 410)


def _twins(base: str, edition: int) -> Iterator[Special]:
    """One text; everything around it changes with the edition."""
    path = "/20260402/twin-1120500030.html"
    cards = [_card("First"), _card("Second")]
    noise = f'<div class="banner">Ad {edition}</div>'
    ago = f'<div class="article__info"><span>{edition} hours ago</span><span>{edition * 101} views</span></div>'
    tags = ("World", "Bridges", "Timber") if edition % 2 else ("World", "Timber", "Bridges")
    blocks = [_text(SAID + " It is so."), noise, *(cards if edition % 2 else cards[::-1])]
    yield Special(
        "noise", path, _page(base, path, "A Quiet Page", blocks, extra=ago, tags=tags), {"text": SAID + " It is so."}
    )


def _text(text: str) -> str:
    return f'<div class="article__block" data-type="text"><div class="article__text">{_esc(text)}</div></div>'


def _card(title: str) -> str:
    inner = f'<a class="article__article-title" href="/20260401/x-1120499999.html">{title}</a>'
    return f'<div class="article__block" data-type="article"><div class="article__article">{inner}</div></div>'


def plain_page(base: str, path: str, section: str) -> bytes:
    """A page with nothing special but where it is declared."""
    return _page(base, path, f"At {path[-15:-5]}", [_text(f"Of {path}. {SAID}")], tags=(section,))


def _page(
    base: str,
    path: str,
    title: str,
    blocks: list[str],
    *,
    lead: str = "",
    extra: str = "",
    head: str = "",
    canonical: str = "",
    language: str = "en",
    tags: tuple[str, ...] = ("World",),
    epoch: bool = True,
    published: int = _MORNING,
) -> bytes:
    """A page of the current markup, as plain as can be."""
    shown = f'<div class="article__info-date"><a data-unixtime="{published}">then</a></div>' if epoch else ""
    announce = f'<div class="article__announce-text">{_esc(lead)}</div>' if lead else ""
    listed = "".join(f'<li class="tag"><span class="tag__text">{tag}</span></li>' for tag in tags)
    return f"""<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8"><title>{_esc(title)}</title>
<link rel="canonical" href="{canonical or base + path}">{head}</head><body><div class="article">
<div class="article__header"><h1 class="article__title">{_esc(title)}</h1>{shown}{announce}</div>
<div class="article__body">{"".join(blocks)}{extra}</div><div class="article__footer">{listed}</div></div></body></html>""".encode()
