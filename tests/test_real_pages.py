"""Real pages of both generations, read from the reference material beside the checkout."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from crawler.archive.jsonl import article_line
from crawler.articles import clean, extract_article
from crawler.articles.page import page_text
from crawler.discovery.section import read_listing
from crawler.sites import get_site
from tests.benchmarks.bare_xpaths import CURRENT, FIRST
from tests.reference import REFERENCE, needs_reference
from tests.running import Project
from tests.site.articles import SampleSite
from tests.site.server import HTML, Response, running

pytestmark = needs_reference

PAGES = REFERENCE / "pages"


def line_of(name: str, url: str) -> dict[str, Any]:
    html = page_text((PAGES / name).read_bytes(), "text/html; charset=utf-8", url).text
    loaded: dict[str, Any] = json.loads(article_line(clean(extract_article(html, url))))
    return loaded


def bare(name: str) -> dict[str, Any]:
    """The page as a few XPaths read it: another reader, which knows nothing of ours."""
    peer = CURRENT if "ria.ru" in name else FIRST
    return peer.read((PAGES / name).read_text(encoding="utf-8"))


def test_the_spider_crawls_the_real_pages_at_their_own_urls(project: Project, royal: dict[str, Any]) -> None:
    """Through capture, pipelines and snapshot, from a listing of the first generation."""
    paths = {
        "/columnists/201911181077343476-royal-self-indicting-arrogance/": "sputniknews.com_201911181077343476.html",
        "/arab_world/202003171044893040/": "arabic.sputniknews.com_202003171044893040.html",
        "/20260531/polnolunie-2095779946.html": "ria.ru_20260531_2095779946.EXCERPT.html",
    }
    listing = "".join(
        f'<li class="b-stories__item"><div class="b-stories__title"><h2><a href="{path}">T</a>' for path in paths
    )
    with running(SampleSite()) as server:
        server.pages["/world/"] = Response(200, HTML, listing.encode())
        server.pages |= {path: Response(200, HTML, (PAGES / name).read_bytes()) for path, name in paths.items()}
        done = project.crawl(server.base_url, "-a", "sources=section")
    assert done.code == 0, done
    lines = {line["article_id"].partition(":")[2]: line for line in project.lines()}
    assert set(lines) == {"1077343476", "1044893040", "2095779946"}
    crawled = lines["1077343476"]
    assert [crawled[name] for name in SAME] == [royal[name] for name in SAME]
    assert lines["1044893040"]["language"] == "ar"
    assert project.problems() == []


def test_the_front_page_of_2018_lists_its_stories_with_their_times() -> None:
    url = "https://sputniknews.com/"
    html = page_text((PAGES / "sputniknews.com_home_20180317.EXCERPT.html").read_bytes(), "text/html", url).text
    found = read_listing(html, url, get_site("sputnik-international"), None).links
    first = found[0]
    assert first.article_id == "sputnik-international:1062621903"
    assert first.title == "US Senate Warns Russia of Sanctions if S-400 Sold to Any Foreign Nations"
    assert first.published_at == datetime(2018, 3, 17, 3, 34, tzinfo=UTC)
    assert len(found) == len({link.article_id for link in found}) >= 2


SAME = ("title", "text", "authors", "published_at", "modified_at", "subtitle", "section", "content_digest")


@pytest.fixture(scope="module")
def royal() -> dict[str, Any]:
    truth = json.loads((PAGES / "sputniknews.com_201911181077343476.groundtruth.json").read_text(encoding="utf-8"))
    return line_of("sputniknews.com_201911181077343476.html", truth["url"]) | {"truth": truth["articleBody"]}


def test_the_body_of_the_page_of_2019_is_its_ground_truth_paragraph_by_paragraph(royal: dict[str, Any]) -> None:
    assert royal["text"].split("\n\n") == royal["truth"].split("\n\n")
    assert [block["kind"] for block in royal["blocks"]].count("quote") == 3
    assert royal["subtitle"].startswith("What was this British royal")
    assert royal["subtitle"] not in royal["text"]


def test_the_moscow_time_of_2019_is_seen_through(royal: dict[str, Any]) -> None:
    assert royal["published_at"] == "2019-11-18T18:17:27Z"
    assert royal["modified_at"] == "2019-11-18T18:17:46Z"
    assert royal["modified_raw"] == "2019-11-18T21:17:46Z"
    assert "zone corrected by -3 h" in royal["provenance"]["modified_at"]


def test_every_other_field_of_the_page_of_2019_is_as_the_page_shows_it(royal: dict[str, Any]) -> None:
    page = bare("sputniknews.com_201911181077343476.html")
    (image,) = royal["images"]
    assert royal["authors"] == page["authors"] == ["Finian Cunningham"]
    assert [royal["title"]] == page["title"] == page["og_title"] == ["Royal Self-Indicting Arrogance"]
    assert [royal["subtitle"]] == page["lead"]
    assert royal["sections"] == [royal["section"]] == page["section"] == ["Columnists"]
    assert [royal["canonical_url"]] == page["canonical"] == [royal["url"]]
    assert [image["url"]] == page["images"]
    assert [image["caption"]] == page["captions"]
    assert image["caption"] not in royal["text"]
    assert [f"© {image['credit']}"] == page["credits"] == ["© REUTERS / POOL"]
    assert (royal["published_raw"], royal["language"], royal["rights"]["robots"]) == ("1574101047", "en", "all")
    assert (royal["tags"], royal["related"], royal["dateline"], royal["flags"]) == ([], [], None, [])
    assert royal["word_count"] == len(royal["truth"].split())


def test_the_arabic_page_gives_every_field_and_a_body_without_caption_or_card() -> None:
    name = "arabic.sputniknews.com_202003171044893040.html"
    line, page = line_of(name, "https://arabic.sputniknews.com/arab_world/202003171044893040-x/"), bare(name)
    (image,), (card,) = line["images"], line["related"]
    assert [line["title"]] == page["title"] == page["og_title"]
    assert [line["subtitle"]] == page["lead"]
    assert line["sections"] == [line["section"]] == page["section"]
    assert line["tags"] == page["tags"]
    assert [line["canonical_url"]] == page["canonical"]
    assert (line["published_at"], line["published_raw"]) == ("2020-03-17T17:27:41Z", page["published"][0])
    assert (line["modified_at"], line["modified_raw"]) == ("2020-03-17T17:49:09Z", page["modified"][0])
    assert (line["language"], line["authors"], line["dateline"], line["flags"]) == ("ar", [], None, [])
    assert [f"© {image['credit']}"] == page["credits"]
    assert [image["caption"]] == page["captions"]
    assert "1044423427" in image["url"]
    assert "_1000x0_" in image["url"], "the largest of its source set"
    assert "1044891884" in card["url"]
    assert (card["relation"], card["section"]) == ("card", None)
    assert not [text for text in (image["caption"], card["title"], "REUTERS") if text in line["text"]]
    assert line["blocks"][0]["text"].startswith("وأوضح الدكتور خالد مجاهد")
    assert [block["kind"] for block in line["blocks"]] == ["paragraph"] * 9
    assert [block["text"] for block in line["blocks"][1:]] == page["paragraphs"][1:], "the card stands in the first"


def test_the_excerpt_of_the_sister_site_gives_every_field() -> None:
    line = line_of("ria.ru_20260531_2095779946.EXCERPT.html", "https://ria.ru/20260531/polnolunie-2095779946.html")
    page = bare("ria.ru_20260531_2095779946.EXCERPT.html")
    assert (line["article_id"], line["site"], line["language"]) == ("ria:2095779946", "ria", "ru")
    assert [line["title"]] == page["og_title"]
    assert line["subtitle"] == "РИА Новости: второе полнолуние мая произойдет в последний день месяца"
    assert line["authors"] == ["Дарья Буймова"]
    assert line["dateline"] == {"place": "МОСКВА", "agency": "РИА Новости"}
    assert (line["published_at"], line["published_raw"]) == ("2026-05-30T21:44:43Z", "1780177483")
    assert (line["modified_at"], line["modified_raw"]) == ("2026-05-30T21:44:00Z", "2026-05-31T00:44:00+03:00")
    assert line["sections"] == [line["section"]] == ["Наука"]
    assert line["tags"] == ["Наука", "Луна", "Российская академия наук"]
    assert line["url"] == line["canonical_url"] == page["canonical"][0]
    assert [block["kind"] for block in line["blocks"]] == ["paragraph"] * 4
    first, *others = page["paragraphs"][3:]  # behind the points of the summary
    assert line["blocks"][0]["text"] == first.removeprefix("МОСКВА, 31 мая - РИА Новости. ")
    assert [block["text"] for block in line["blocks"][1:]] == others
    (image,) = line["images"]
    assert image["credit"] == "РИА Новости / Сергей Киркач"
    assert (image["caption"], [image["url"]]) == ("Луна. Архивное фото", page["images"])
    assert [(link["relation"], link["title"], link["section"]) for link in line["related"]] == [
        ("card", title, None) for title in page["related"]
    ]
    assert [f"{link['url']}?in=t" for link in line["related"]] == page["related_urls"]
    assert (line["flags"], line["rights"]["noarchive"]) == ([], False)
