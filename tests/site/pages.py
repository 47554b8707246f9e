"""Renders the sample site in the current markup, with everything around the text that real pages have."""

import html
import json
from datetime import UTC, datetime
from email.utils import format_datetime

from tests.site.articles import SampleArticle, SampleBlock, SampleLink, SampleSite
from tests.site.variety import specials

TAGLINE = "Get the latest news from around the world, live coverage, off-beat stories, features and analysis."
SUFFIX = " - Sputnik International"
ROBOTS = b"User-agent: *\nDisallow: /search/\nDisallow: /services/\nDisallow: /cms/\nDisallow: *-print.html$\n"
STYLE = b'@import "layout.css";\nbody { font: 18px/1.5 Sample, serif; color: #1a1a2e } .media { color: #555 }\n'
LAYOUT = (
    b"body { max-width: 46em; margin: auto; background: #fffef8 } .header { background: url(/img/paper.png) }\n"
    b"@font-face { font-family: Sample; src: url(/font.woff2) format('woff2') }\n"
)
FONT = b"wOF2" + bytes(range(256)) * 8

_esc = html.escape


def article_page(article: SampleArticle, base: str, edition: int) -> bytes:
    """One article, UTF-8."""
    url = base + article.path
    return f"""<!DOCTYPE html><html lang="en"><head>{_head(article, url, base)}</head>
<body><header class="header"><a href="/">Sputnik International</a><a href="/world/">World</a></header>
<div class="endless__item" data-id="{article.id}" data-date="{_day(article.published)}" data-url="{article.path}"
 data-full-url="{url}" data-published-time="{_compact(article.published)}" data-pts="{article.published}">
<div class="article m-article" data-article-id="{article.id}">{_meta(article)}
<div class="article__supertag-header"><div class="article__supertag-header-title">World</div>
<div class="article__supertag-header-desc">{TAGLINE}</div></div>
<div class="article__header"><h1 class="article__title">{_esc(article.title)}</h1>{_times(article)}
{_main_photo(article, base)}{_lead(article)}</div>
<div class="article__google-news"><a href="/subscribe/">Subscribe</a></div>
<div class="article__body">{_body(article, base, edition)}</div>
<div class="article__footer"><ul class="tags">{"".join(_tag(tag) for tag in article.tags)}</ul>
<div class="article__userbar"><span class="share">Share</span><span class="views">{article.id % 900 + edition * 13} views</span>
</div></div></div></div>{_tail(edition)}
<script>var ad = {{"slot": {edition * 7919 % 1000}}}; /* реклама */</script></body></html>""".encode()


def section_page(site: SampleSite, base: str, old_path: dict[int, str]) -> bytes:
    """The World section: all articles, newest first."""
    items = "".join(_item(article, old_path.get(article.id, article.path)) for article in site.listed)
    for special in specials(base, site.edition) if site.variety else ():
        if special.listed:
            items += f'<div class="list__item"><a class="list__title" href="{special.path}">{special.name}</a></div>'
    return f"""<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>World{SUFFIX}</title>
<link rel="alternate" type="application/rss+xml" href="{base}/export/rss2/world/index.xml">
<link rel="stylesheet" href="/style.css"></head><body><h1 class="title__hl">World</h1><p class="title__desc">{TAGLINE}</p>
<div class="list list-tag" data-edition="{site.edition}">{items}</div>
<div class="list__more" data-url="/services/world/more.html?id={site.listed[-1].id}">More</div></body></html>""".encode()


def feed(site: SampleSite, base: str) -> bytes:
    """The section's feed, RSS 2.0."""
    items = "".join(
        f"<item><title>{_esc(article.title)}</title><link>{base}{article.path}</link>"
        f"<pubDate>{format_datetime(_moment(article.published))}</pubDate><category>World</category></item>"
        for article in site.listed
    )
    return f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>{items}</channel></rss>'.encode()


def home_page(site: SampleSite, base: str) -> bytes:
    """The front page, which links to the section."""
    cells = "".join(
        f'<a class="cell-list__item" href="{article.path}" title="{_esc(article.title)}">{_esc(article.title)}</a>'
        for article in site.listed[:5]
    )
    return f"""<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Sputnik International</title></head>
<body><a href="{base}/world/">World</a><div class="cell-list">{cells}</div></body></html>""".encode()


def missing_page(path: str) -> bytes:
    """What stands at a URL where nothing is."""
    return f"<!DOCTYPE html><html><body><h1>Page not found</h1><p>{_esc(path)}</p></body></html>".encode()


def _head(article: SampleArticle, url: str, base: str) -> str:
    title = _esc(article.title)
    images = [{"@context": "https://schema.org", "@type": "ImageObject", "url": f"{base}/img/{article.id}.png"}] * 2
    about = {
        "@context": "https://schema.org",
        "@type": "Article",
        "headline": article.title,
        "datePublished": _iso(article.published) + " ",
        "dateModified": _iso(article.modified or article.published),
        "articleSection": list(article.tags),
        "author": [{"@type": "Person", "name": article.author}] if article.author else [],
        "inLanguage": "en",
    }
    blocks = "".join(f'<script type="application/ld+json">{json.dumps(part)}</script>' for part in (*images, about))
    return f"""<meta charset="utf-8"><title>{title}, {_shown_day(article.published)}, Sputnik International</title>
<meta name="robots" content="index, follow, max-image-preview:large"><link rel="canonical" href="{url}">
<meta property="og:title" content="{title}"><meta property="og:type" content="article"><meta property="og:url" content="{url}">
<meta property="og:locale" content="en_EN"><meta property="article:published_time" content="{_compact(article.published)}">
<meta name="analytics:article_id" content="{article.id}"><link rel="stylesheet" href="/style.css">
<link rel="icon" href="/img/icon.png">
<link rel="alternate" type="application/rss+xml" href="{base}/export/rss2/archive/index.xml">{blocks}"""


def _meta(article: SampleArticle) -> str:
    author = f'<span itemprop="author">{_esc(article.author)}</span>' if article.author else ""
    return f"""<div class="article__meta" itemscope itemtype="https://schema.org/Article">
<meta itemprop="datePublished" content="{_iso(article.published)}"><meta itemprop="articleSection" content="World">
<span itemprop="keywords">{_esc(", ".join(article.tags))}</span>{author}</div>"""


def _times(article: SampleArticle) -> str:
    modified = f"(Updated: {_shown(article.modified)})" if article.modified else ""
    return f"""<div class="article__info"><div class="article__info-date"><a href="/{_day(article.published)}/"
data-unixtime="{article.published}">{_shown(article.published)}</a><span class="article__info-date-modified">{modified}</span>
</div></div>"""


def _main_photo(article: SampleArticle, base: str) -> str:
    caption = _esc(article.caption)
    return f"""<div class="article__announce"><div class="media"><div class="media__size"><div class="photoview__open">
<img alt="{caption}{SUFFIX}, 1920, {_shown_day(article.published)}" title="{caption}" src="{base}/img/{article.id}.png"
 srcset="{base}/img/{article.id}_640.png 640w, {base}/img/{article.id}_1920.png 1920w"></div></div>
<div class="media__copyright"><div class="media__copyright-item m-copyright">© {_esc(article.credit)}</div></div>
<div class="media__description">{caption}</div></div></div>"""


def _lead(article: SampleArticle) -> str:
    return f'<div class="article__announce-text">{_esc(article.lead)}</div>' if article.lead else ""


def _body(article: SampleArticle, base: str, edition: int) -> str:
    dateline = f"{_esc(article.place)} (Sputnik) - " if article.place else ""
    parts = [_block(block, dateline if number == 0 else "") for number, block in enumerate(article.blocks)]
    parts.insert(
        2,
        _wrapped("text", f'<div class="article__text"><strong>READ MORE: {_anchor(article.read_more)}</strong> </div>'),
    )
    parts.insert(3, _wrapped("banner", '<aside class="banner">Advertisement</aside>'))
    parts.insert(4 + edition % 2, _card(article.card, base))
    return "".join(_joined_list(parts))


def _block(block: SampleBlock, dateline: str) -> str:
    text = _esc(block.text)
    if block.kind == "quote":
        return _wrapped(
            "quote",
            f'<div class="article__quote"><div class="article__quote-bg">“</div><div class="article__quote-text">{text}</div></div>',
        )
    if block.kind == "heading":
        return _wrapped("h2", f'<h2 class="article__h2">{text}</h2>')
    if block.kind == "list_item":
        return f"<li>{text}</li>"
    return _wrapped("text", f'<div class="article__text">{dateline}{text}</div>')


def _joined_list(parts: list[str]) -> list[str]:
    """List items that follow each other share one list."""
    items = "".join(part for part in parts if part.startswith("<li>"))
    if not items:
        return parts
    at = next(number for number, part in enumerate(parts) if part.startswith("<li>"))
    rest = [part for part in parts if not part.startswith("<li>")]
    rest.insert(at, _wrapped("list", f'<ul class="article__list">{items}</ul>'))
    return rest


def _wrapped(kind: str, inner: str) -> str:
    return f'<div class="article__block" data-type="{kind}">{inner}</div>\n'


def _anchor(link: SampleLink) -> str:
    return f'<a href="{link.path}?in=t" target="_blank">{_esc(link.title)}</a>'


def _card(link: SampleLink, base: str) -> str:
    section = f'<a class="article__article-rubric" href="/world/">{link.section}</a>' if link.section else ""
    return _wrapped(
        "article",
        f'<div class="article__article"><div class="article__article-image"><img alt="{_esc(link.title)}{SUFFIX}" '
        f'src="{base}/img/card.png"></div>{section}<span class="article__article-desc"><a class="article__article-title" '
        f'href="{link.path}?in=t">{_esc(link.title)}</a><div class="article__article-info"><div class="article__block-date">'
        "30 March, 01:53 GMT</div></div></span></div>",
    )


def _tag(tag: str) -> str:
    return f'<li class="tag"><a class="tag__text" href="/tag/{_esc(tag.lower())}/">{_esc(tag)}</a></li>'


def _tail(edition: int) -> str:
    return f"""<div class="newsfeed"><div>Newsfeed</div><div>0</div><span>{edition}</span></div><div class="comments">
<p>To participate in the discussion</p><p>log in or register</p><div>loader</div></div>
<div class="chats">Chats<h2>Заголовок открываемого материала</h2></div>"""


def _item(article: SampleArticle, path: str) -> str:
    title = _esc(article.title)
    return f"""<div class="list__item"><div class="list__content"><a class="list__title" href="{path}" title="{title}">{title}</a>
</div><div class="list__info"><span class="list__date" data-unixtime="{article.published}">{_shown(article.published)}</span>
</div></div>"""


def _moment(epoch: int) -> datetime:
    return datetime.fromtimestamp(epoch, UTC)


def _iso(epoch: int) -> str:
    return _moment(epoch).isoformat()


def _compact(epoch: int) -> str:
    return f"{_moment(epoch):%Y%m%dT%H%M+0000}"


def _day(epoch: int) -> str:
    return f"{_moment(epoch):%Y%m%d}"


def _shown(epoch: int) -> str:
    return f"{_moment(epoch):%H:%M GMT %d.%m.%Y}"


def _shown_day(epoch: int) -> str:
    return f"{_moment(epoch):%d.%m.%Y}"
