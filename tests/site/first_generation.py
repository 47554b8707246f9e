"""Pages of the site's first generation of markup, which it had until spring 2021. Texts are written for the project."""

import html
from dataclasses import dataclass
from datetime import UTC, datetime

_esc = html.escape
MOSCOW_LIE = 3 * 3600
"""Seconds by which some pages of 2019 are off: Moscow time, marked as UTC."""


@dataclass(frozen=True)
class OldArticle:
    """An article as an extractor should find it."""

    id: int
    rubric: str
    rubric_title: str
    slug: str
    title: str
    lead: str
    paragraphs: tuple[str, ...]
    quote: str
    author: str | None
    caption: str
    credit: str
    card_title: str
    tags: tuple[str, ...]
    published: int
    lies: bool = False
    language: str = "en"

    @property
    def path(self) -> str:
        """Path of the page."""
        day = datetime.fromtimestamp(self.published, UTC).strftime("%Y%m%d")
        return f"/{self.rubric}/{day}{self.id}-{self.slug}/"


def old_page(article: OldArticle, base: str, noise: int = 0) -> bytes:
    """The page, UTF-8; `noise` changes what is around the text and nothing else."""
    url = base + article.path
    told = datetime.fromtimestamp(article.published + (MOSCOW_LIE if article.lies else 0), UTC)
    stamp = f"{told:%Y-%m-%dT%H:%M:%S}Z"
    author = f'<meta name="author" content="{_esc(article.author)}. Sputnik International">' if article.author else ""
    return f"""<!DOCTYPE html><html lang="{article.language}" itemscope itemtype="http://schema.org/NewsArticle"><head>
<meta charset="utf-8"><title>{_esc(article.title)} - Sputnik International</title>{author}
<meta name="analytics:article_id" content="{article.id}"><meta name="analytics:p_ts" content="{article.published}">
<meta name="analytics:rubric" content="{article.rubric}"><meta property="og:title" content="{_esc(article.title)}">
<meta name="keywords" content="{_esc(", ".join(article.tags))}">
<meta content="{stamp}" itemprop="dateModified" name="lastmod"><meta content="{stamp}" itemprop="datePublished" name="pubdate">
<link rel="canonical" href="{url}"><link rel="amphtml" href="{base}/amp{article.path}"></head><body>
<div class="b-header"><div class="b-article__header"><img src="{base}/img/{article.id}.png" alt="{_esc(article.caption)}"
 itemprop="associatedMedia"><div class="b-article__header-title"><h1 itemprop="name">{_esc(article.title)}</h1></div>
<div class="b-article__header-copy"><span><span>
      ©
   {_esc(article.credit)}</span></span></div></div></div>
<div class="b-article"><div class="b-article__refs-text"><a class="b-article__refs-rubric" href="/{article.rubric}/"
 itemprop="articleSection">{_esc(article.rubric_title)}</a><div class="b-article__refs-credits">
<time class="b-article__refs-date" datetime="{told:%Y-%m-%dT%H:%M}">{told:%H:%M %d.%m.%Y}</time></div>{_byline(article)}
<div class="b-counters"><a href="#comments">{noise}</a><span>{noise * 7}</span></div></div>
<div class="article__google-news"><span>Subscribe</span></div>
<div itemprop="description" class="b-article__lead"><p>{_esc(article.lead)}</p></div>
<div itemprop="articleBody" class="b-article__text">{_text(article)}</div>
<div class="b-banner">Advertisement {noise}</div><div class="social-likes-pane">Telegram</div>
<div class="b-article__refs-list"><div class="b-article__refs-item-title b-article__refs-tags">{_tags(article)}</div></div>
<div class="comments section"><p>Community standards</p></div></div></body></html>""".encode()


def _byline(article: OldArticle) -> str:
    if article.author is None:
        return ""
    return f'<div class="b-article__refs-author">by <a rel="author" href="/authors/x/">{_esc(article.author)}</a></div>'


def _text(article: OldArticle) -> str:
    lazy = "data:image/svg+xml,%3Csvg%20xmlns='http://www.w3.org/2000/svg'%3E%3C/svg%3E"
    card = (
        f'<div class="b-inject m-inject-min"><div class="b-inject__media"><a href="/asia/201904101074000777-x/"><img '
        f'src="{lazy}" data-src="/img/card.png" alt="A picture in a card"></a></div><div class="b-inject__copy"><span>© AFP 2019 '
        f'/ Somebody</span></div><div class="b-inject__content"><a href="/asia/201904101074000777-x/">'
        f"{_esc(article.card_title)}</a></div></div>"
    )
    first, *rest = (f"<p>{_esc(paragraph)}</p>" for paragraph in article.paragraphs)
    quote = f'<blockquote class="marker-quote1">{_esc(article.quote)}</blockquote>'
    disclaimer = '<p class="b-disclaimer">\n   The views expressed here are those of the author.\n </p>'
    return first.replace("</p>", f"{card}</p>") + quote + "\n".join(rest) + disclaimer


def _tags(article: OldArticle) -> str:
    return ", ".join(f'<a href="/tags/x/">{_esc(tag)}</a>' for tag in article.tags)
