"""The second site is crawled as the first: from its section page and its feed, in its own time."""

from pathlib import Path

from tests.running import Project
from tests.site.articles import SampleSite
from tests.site.server import HTML, XML, Response, running

ARTICLE = "/20260502/mayak-2090000417.html"
FED = "/20260502/linza-2090000418.html"
PAGE = (Path(__file__).parent / "pages" / "ria" / "page.html").read_bytes()
SECTION = f"""<!DOCTYPE html><html lang="ru"><body><div class="list"><div class="list__item">
<div class="list__content"><a class="list__title" href="{ARTICLE}">Маяк</a></div>
<div class="list__info"><div class="list__date">00:25</div></div></div>
<div class="list__item"><a class="list__title" href="https://elsewhere.example/20260502/x-2090000419.html">X</a></div>
</div></body></html>"""
FEED = f"""<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>
<item><title>Линза</title><link>{FED}</link><pubDate>Sat, 02 May 2026 00:40:00 +0300</pubDate></item></channel></rss>"""
SHORT = """<!DOCTYPE html><html lang="ru"><h1 class="article__title">Линза</h1><div class="article__info-date"><a>00:40
02.05.2026</a></div><div class="article__body"><div class="article__block" data-type="text"><div class="article__text">
Её везли через океан.</div></div></div><a class="article__tags-item">В мире</a></html>"""


def test_the_sister_site_is_crawled_by_its_name(project: Project) -> None:
    with running(SampleSite(articles=1, oddities=False)) as server:
        server.pages |= {
            "/world/": Response(200, HTML, SECTION.encode()),
            "/export/rss2/world/index.xml": Response(200, XML, FEED.encode()),
            ARTICLE: Response(200, HTML, PAGE),
            FED: Response(200, HTML, SHORT.encode()),
        }
        done = project.crawl(server.base_url, "-a", "site=ria")
        asked = [request.path for request in server.requests]
    assert done.code == 0, done
    listed, fed = sorted(project.lines(), key=lambda line: str(line["article_id"]))
    assert (listed["article_id"], listed["discovered_via"]) == ("ria:2090000417", "section")
    assert (listed["section"], listed["published_at"]) == ("В мире", "2026-05-01T21:25:12Z")
    assert (fed["article_id"], fed["discovered_via"], fed["text"]) == (
        "ria:2090000418",
        "feed",
        "Её везли через океан.",
    )
    assert fed["published_at"] == "2026-05-01T21:40:00Z", "a time without a zone is Moscow's"
    assert sorted(path for path in asked if "2026" in path) == [FED, ARTICLE]
    assert project.problems() == []
