"""Walls, requests for consent, soft 404s and shells are refused by name; news about them is news."""

import re
from pathlib import Path

import pytest

from crawler.articles import extract_article
from crawler.errors import NotAnArticleError
from crawler.items import ArticleLink
from crawler.sites.any_site import ANY_SITE
from crawler.sites.site import Site
from crawler.sites.sputnik import SPUTNIK_INTERNATIONAL as SPUTNIK
from tests.edited_texts import STORY

KNOWN = "https://sputnikglobe.com/20260502/x-1121000003.html"
ANY = "https://paper.example/2026/valley/bridge-stays"
SITES = [(KNOWN, SPUTNIK), (ANY, ANY_SITE)]
MENU = "<nav>" + "".join(f"<a href='/{name}'>{name}</a>" for name in ("News", "Sport", "Weather", "Opinion")) + "</nav>"
CHALLENGE = '<noscript>Enable JavaScript and cookies to continue</noscript><script src="/challenge.js"></script>'
WHY = "<p>You can e-mail the owner of the site to say what you were doing when this page came up. Number: 9f2c41aa.</p>"
PARTNERS = (
    "<p>" + "We and our partners store and/or access information on a device, such as unique IDs in cookies. " * 9
)


def page(title: str, body: str, head: str = "") -> str:
    return f"<!DOCTYPE html><html><head><title>{title}</title>{head}</head><body>{body}</body></html>"


def refused(html: str, url: str, site: Site) -> NotAnArticleError:
    with pytest.raises(NotAnArticleError) as caught:
        extract_article(html, url, site=site)
    return caught.value


BLOCKS = {
    "a challenge": page("Just a moment...", CHALLENGE),
    "a challenge that is shown": page("paper.example", f"<h2>Verifying you are human.</h2>{CHALLENGE}"),
    "a firewall": page("Attention Required! | Cloudflare", f"<h1>Sorry, you have been blocked</h1>{WHY}"),
    "an edge server": page("Access Denied", f"<h1>Access Denied</h1>{WHY}"),
    "an interruption": page("Pardon Our Interruption", f"<h1>Pardon Our Interruption</h1>{WHY}"),
    "a question": page("The Paper - Are you a robot?", f"<h1>Are you a robot?</h1>{WHY}"),
    "a browser check": page("DDoS-Guard", "<h1>Checking your browser before accessing paper.example</h1>"),
    "a text alone": page("paper.example", "<p>Please enable JS and disable any ad blocker</p><script>x</script>"),
    "unusual traffic": page(ANY, "<p>Our systems have detected unusual traffic from your computer network.</p>"),
    "Russian": page("Ой, капча!", "<h1>Подтвердите, что вы не робот</h1>"),
    "German": page("Zugriff verweigert - Die Zeitschrift", f"<h1>Zugriff verweigert</h1>{WHY}"),
}
CONSENTS = {
    "English": page("Before you continue", f"<h1>Before you continue</h1>{PARTNERS}"),
    "before a service": page("The Paper", f"<h1>Before you continue to The Paper</h1>{PARTNERS}"),
    "German": page("Die Zeitschrift | Wir respektieren Ihre Privatsphäre", PARTNERS),
    "French": page("Le Journal", f"<h1>Le respect de votre vie privée est notre priorité</h1>{PARTNERS}"),
    "Spanish": page("Valoramos tu privacidad", PARTNERS),
    "Italian": page("La tua privacy è importante per noi", PARTNERS),
    "Dutch": page("Je privacy is belangrijk", PARTNERS),
    "Polish": page("Dbamy o Twoją prywatność", PARTNERS),
    "Russian": page("Прежде чем продолжить", PARTNERS),
}
MISSING = {
    "English": page("Page not found | The Paper", f"{MENU}<h1>Page not found</h1><p>It may have moved.</p>"),
    "a number": page("404", f"{MENU}<h1>404</h1>"),
    "a sentence": page("The Paper", f"{MENU}<h1>The page you requested could not be found.</h1>"),
    "Russian": page("Страница не найдена — Газета", f"{MENU}<h1>Ошибка 404</h1>"),
    "Arabic": page("الصفحة غير موجودة", MENU),
    "Chinese": page("找不到页面", MENU),
    "the front page": page(
        "The Paper",
        f"{MENU}<h1>Today</h1><p>{STORY}</p>",
        '<meta property="og:type" content="website"><link rel="canonical" href="/">',
    ),
}
SHELLS = {
    "an application": page("The Paper", '<div id="root"></div><script src="/app.js"></script>'),
    "an application with a menu": page("The Paper", f'{MENU}<div id="app"></div><script src="/app.js"></script>'),
    "a redirect": page("", '<a href="/x">here</a>', '<meta http-equiv="Refresh" content="0; url=/x">'),
    "a door": page("Sign in", "<h1>Sign in</h1><form><input name=user></form>"),
    "a paywall": page("Subscribe to continue reading | The Paper", "<h1>Subscribe to continue reading</h1><p>Offer"),
}
ALL = [
    (f"{reason}: {name}", reason, html)
    for reason, pages in (
        ("block_page", BLOCKS), ("consent_page", CONSENTS), ("soft_404", MISSING), ("empty_shell", SHELLS),
    )
    for name, html in pages.items()
]  # fmt: skip


@pytest.mark.parametrize(("url", "site"), SITES, ids=["known site", "any site"])
@pytest.mark.parametrize(("reason", "html"), [case[1:] for case in ALL], ids=[case[0] for case in ALL])
def test_a_page_in_an_articles_place_is_refused_by_name(reason: str, html: str, url: str, site: Site) -> None:
    error = refused(html, url, site)
    assert error.reason == reason, error
    assert url in str(error)


def test_the_refusal_says_what_was_seen() -> None:
    error = refused(BLOCKS["a firewall"], ANY, ANY_SITE)
    assert "“Attention Required! | Cloudflare”" in str(error)
    error = refused(BLOCKS["a text alone"], ANY, ANY_SITE)
    assert "enable js and disable any ad blocker" in str(error)


def news(title: str, body: str, head: str = "") -> str:
    """A page that may be an article."""
    head += f'<meta property="og:title" content="{title}">'
    return page(f"{title} - The Paper", f"<article><h1>{title}</h1>{body}</article>", head)


NEWS = ["Page Not Found", "Access Denied", "Just a Moment", "Cookies", "Your Privacy", "Captcha", "Sign In", "Gone"]
LD = '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "X"}</script>'
EVIDENCE = {
    "JSON-LD": LD,
    "og:type": '<meta property="og:type" content="article">',
    "a time": '<meta property="article:published_time" content="2026-05-02T09:00:00Z">',
}


@pytest.mark.parametrize("title", NEWS)
@pytest.mark.parametrize("evidence", EVIDENCE.values(), ids=EVIDENCE)
def test_news_about_such_pages_is_news(title: str, evidence: str) -> None:
    said = "Verify you are human by completing the puzzle, it said: you have been blocked. "
    assert extract_article(news(title, f"<p>{said * 3}</p>", evidence), ANY, site=ANY_SITE).text


@pytest.mark.parametrize(
    "title",
    [
        "Page Not Found: How 404 Became a Number That Everybody Knows",
        "Cloudflare Outage Shows “Just a Moment” on Half of the Web",
        "Access Denied to Reporters, Court Says",
        "Are You a Robot? What Captchas Do to Readers",
        "Cookies Without Consent: Regulator Fines Shop",
    ],
)
@pytest.mark.parametrize("length", [1, 9])
def test_a_headline_that_says_more_is_no_wall(title: str, length: int) -> None:
    story = STORY.replace("\n\n", "</p><p>")[: 400 * length]
    assert extract_article(news(title, f"<p>{story}</p>"), ANY, site=ANY_SITE).text


def test_a_long_text_is_read_whatever_its_title_says() -> None:
    story = (STORY * 5).replace("\n\n", "</p><p>")
    assert extract_article(news("Page not found", f"<p>{story}</p>"), ANY, site=ANY_SITE).text


def test_a_request_for_consent_over_an_article_does_not_hide_it() -> None:
    wall = f"<div class=consent><h1>We value your privacy</h1>{PARTNERS}</div>"
    text = f'<h1 class="article__title">The Bridge Stays</h1><div class="article__body"><p>{STORY}</p></div>'
    article = extract_article(page("The Bridge Stays", wall + text), KNOWN)
    assert article.title == "The Bridge Stays"


def test_a_page_of_a_known_site_that_nothing_shows_an_article_is_refused() -> None:
    html = page("Our terms have changed", f"<h1>Our terms have changed</h1><p>{STORY}</p>")
    link = ArticleLink(KNOWN, "sputnik-international:1121000003", "feed", "https://sputnikglobe.com/feed")
    with pytest.raises(NotAnArticleError, match="no date") as caught:
        extract_article(html, KNOWN, link=link)
    assert caught.value.reason == "no_article_evidence"


@pytest.mark.parametrize("evidence", EVIDENCE.values(), ids=EVIDENCE)
def test_a_page_of_a_known_site_in_unknown_markup_is_read_by_its_evidence(evidence: str) -> None:
    article = extract_article(page("The Bridge Stays", f"<h1>The Bridge Stays</h1><p>{STORY}</p>", evidence), KNOWN)
    assert article.provenance["text"].startswith("generic:")


def test_an_empty_page_without_scripts_is_named_as_before() -> None:
    assert refused("", KNOWN, SPUTNIK).reason == "no_title"
    assert refused(page("T", "<h1>A headline</h1>"), KNOWN, SPUTNIK).reason == "no_body"


def test_a_page_of_walls_without_end_is_refused_in_bounded_time() -> None:
    html = page("Just a moment... | " * 50_000, "<h1>Access Denied</h1>" * 50_000)
    assert refused(html, ANY, ANY_SITE).reason == "block_page"


def test_every_reason_is_explained_to_operators() -> None:
    root = Path(__file__).parent.parent
    sources = "".join(path.read_text(encoding="utf-8") for path in (root / "crawler" / "articles").glob("*.py"))
    found = re.findall(r'(?:NotAnArticleError|nothing_found|_wall)\([^"]*?"([a-z0-9_]+)"', sources)
    explained = (root / "docs" / "operations.md").read_text(encoding="utf-8")
    missing = {reason for reason in found if f"`{reason}`" not in explained}
    assert len(set(found)) > 8
    assert missing == {"other_section"}, "that one is no failure"


def test_a_short_article_without_metadata_is_read_below_a_request_for_consent() -> None:
    overlay = f'<div id="consent-sdk"><h2>We value your privacy</h2>{PARTNERS}</div>'
    body = f"<h1>The bridge stays</h1><p>{STORY.partition(chr(10) * 2)[0]}</p>"
    assert extract_article(page("The bridge stays", overlay + body), ANY, site=ANY_SITE).title == "The bridge stays"


@pytest.mark.parametrize(
    ("reason", "heading"),
    [
        ("block_page", "Press &amp; Hold to confirm you are a human (and not a bot)."),
        ("soft_404", "Sorry, this page isn’t available"),
    ],
)
def test_walls_that_greet_with_a_sentence_are_refused(reason: str, heading: str) -> None:
    assert refused(page("paper.example", f"<h1>{heading}</h1>{WHY}"), ANY, ANY_SITE).reason == reason
