"""`scrapy history`: the versions of an article with what has changed, for people, programs and browsers."""

import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from shutil import copytree

import orjson
import pytest
from selectolax.lexbor import LexborHTMLParser

from crawler.archive.article_lines import article_at, lines_of_article
from crawler.archive.jsonl import pack_lines
from crawler.archive.keys import articles_key
from crawler.archive.log import ListedObject, LogEntry, entry_sha256
from crawler.archive.repository import Repository
from crawler.articles.versions import versions
from crawler.cli.history_html import html_page
from crawler.cli.history_text import terminal_lines
from crawler.cli.output import Context
from crawler.items import JsonObject
from crawler.options import ArchiveOptions, StoreAccess
from crawler.storage.memory import MemoryStore
from tests.running import Project
from tests.site.articles import SampleSite
from tests.site.server import HTML, Response, running

AT_ONCE = ("-s", "ARCHIVE_GONE_HOURS=0")
LONG = "The harbour master said on Tuesday that the ferry between the two islands would not run before the end of {}."


def line(number: int, event: str, version: int, title: str, text: str, **more: object) -> JsonObject:
    """A published line with what the command reads of it."""
    capture = {"warc": f"warc/news-{number}.warc.gz", "offset": 512 * number, "status": 404 if event == "gone" else 200,
               "fetched_at": f"2026-04-0{number}T12:30:15.123456Z"}  # fmt: skip
    return {
        "article_id": "site:1", "event": event, "version": version, "title": title, "text": text, "changed_fields": [],
        "url": "https://news.example/1.html", "canonical_url": "https://news.example/one.html", "captures": [capture],
        "published_at": "2026-04-01T09:00:00Z", "modified_at": None, "word_count": len(text.split()),
        "snapshot_id": f"2026040{number}120000-world-aaaaaa", "provenance": {}, **more,
    }  # fmt: skip


LINES = [
    line(1, "article", 1, "Ferry stops", f"First.\n\n{LONG.format('May')}\n\nThird.\n\nFourth."),
    line(2, "revision", 2, "Ferry stops until June", f"First.\n\n{LONG.format('June')}\n\nThird.\n\nNew.\n\nFourth.",
         changed_fields=["title", "text"]),
    line(3, "gone", 2, "Ferry stops until June", "", provenance={"event": "http 404 since 2026-04-02T12:30:15Z"}),
    line(4, "restored", 3, "Ferry stops until June", f"First.\n\n{LONG.format('June')}\n\nThird.\n\nFourth.",
         changed_fields=["text"]),
]  # fmt: skip

GOLDEN = """\
site:1

version 1  article  2026-04-01 12:30:15 UTC
  published  2026-04-01 09:00:00 UTC
  snapshot   20260401120000-world-aaaaaa
  warc       warc/news-1.warc.gz at byte 512, HTTP 200
  url        https://news.example/1.html
  words      24
  title      Ferry stops

version 2  revision  2026-04-02 12:30:15 UTC
  published  2026-04-01 09:00:00 UTC
  changed    title, text
  snapshot   20260402120000-world-aaaaaa
  warc       warc/news-2.warc.gz at byte 1024, HTTP 200
  url        https://news.example/1.html
  words      25
  title      Ferry stops{+ until June+}
    … 1 paragraph unchanged
    … not run before the end of [-May-]{+June+}.
    … 1 paragraph unchanged
    {+New.+}
    … 1 paragraph unchanged

version 2  gone  2026-04-03 12:30:15 UTC
  published  2026-04-01 09:00:00 UTC
  evidence   http 404 since 2026-04-02T12:30:15Z
  snapshot   20260403120000-world-aaaaaa
  warc       warc/news-3.warc.gz at byte 1536, HTTP 404
  url        https://news.example/1.html
  title      Ferry stops until June

version 3  restored  2026-04-04 12:30:15 UTC
  published  2026-04-01 09:00:00 UTC
  changed    text
  snapshot   20260404120000-world-aaaaaa
  warc       warc/news-4.warc.gz at byte 2048, HTTP 200
  url        https://news.example/1.html
  words      24
  title      Ferry stops until June
    … 3 paragraphs unchanged
    [-New.-]
    … 1 paragraph unchanged
"""


def test_a_history_reads_as_promised() -> None:
    assert "\n".join(terminal_lines(versions(LINES), colour=False)) + "\n" == GOLDEN


def test_on_a_terminal_changes_have_colours_in_the_place_of_marks() -> None:
    shown = "\n".join(terminal_lines(versions(LINES), colour=True))
    assert "end of \x1b[31;9mMay\x1b[0m\x1b[32mJune\x1b[0m." in shown
    assert "[-" not in shown


class Terminal(StringIO):
    """What a person looks at."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("out", "variables", "expected"),
    [
        (Terminal(), {}, True),
        (Terminal(), {"NO_COLOR": "1"}, False),
        (Terminal(), {"NO_COLOR": ""}, True),
        (Terminal(), {"TERM": "dumb"}, False),
        (StringIO(), {}, False),
    ],
    ids=["terminal", "NO_COLOR", "NO_COLOR empty", "dumb", "file"],
)
def test_colours_are_for_terminals_that_want_them(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, out: StringIO, variables: dict[str, str], *, expected: bool
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert Context(ArchiveOptions(), StoreAccess(), tmp_path, out=out).in_colour is expected


HOSTILE = 'x"><script>alert(1)</script>&amp; \u202egnp.exe\u2066 \x1b[31m \x9b2J'


def test_c12_nothing_in_a_line_steers_a_terminal() -> None:
    lines = [line(1, "article", 1, HOSTILE, "a\n\nb"), line(2, "revision", 2, f"{HOSTILE}\nversion 9", f"a {HOSTILE}")]
    shown = list(terminal_lines(versions(lines), colour=False))
    assert not re.search("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", "".join(shown))
    assert not [told for told in shown if told.startswith("version 9")]


def test_c07_nothing_in_a_line_is_markup() -> None:
    lines = [
        line(1, "article", 1, HOSTILE, "a\n\nb", url=HOSTILE),
        line(2, "revision", 2, HOSTILE + "!", f"a {HOSTILE}"),
    ]
    page = "".join(html_page(versions(lines)))
    tree = LexborHTMLParser(page)
    assert not tree.css("script")
    assert "<script>" not in page
    titles = [node.text() for node in tree.css("h3")]
    assert titles[0].startswith('x"><script>alert(1)</script>&amp; ')
    assert not re.search("[\x1b\x9b\u202e\u2066]", page)


def test_the_page_needs_nothing_beside_it() -> None:
    page = "".join(html_page(versions(LINES)))
    tree = LexborHTMLParser(page)
    assert not tree.css("[src], [href], script, link, img, iframe")
    assert [node.text() for node in tree.css("ins")] == [" until June", "June", "New."]
    assert [node.text() for node in tree.css("del")] == ["May", "New."]
    assert "prefers-color-scheme: dark" in page


def a_repository(tmp_path: Path, parts: list[list[JsonObject]], supersedes: tuple[str, ...] = ()) -> Repository:
    """An archive with one snapshot for each part; the last one supersedes the named ones."""
    repository = Repository(MemoryStore())
    parent = None
    for seq, lines in enumerate(parts, 1):
        snapshot_id = f"2026040{seq}120000-world-aaaaaa"
        plain, part = tmp_path / "lines", tmp_path / "part"
        plain.write_bytes(b"".join(orjson.dumps(each) + b"\n" for each in lines))
        with part.open("wb") as out:
            pack_lines(plain, out)
        key = articles_key(snapshot_id, 0, "0" * 64)
        repository.store.put(key, part.read_bytes())
        listed = ListedObject(key, "0" * 64, part.stat().st_size, len(lines))
        moment = datetime(2026, 4, 1, tzinfo=UTC)
        entry = LogEntry(
            seq, "crawl", snapshot_id, parent, moment, moment, (listed,), {}, "complete", "", "", "",
            supersedes=supersedes if seq == len(parts) else (),
        )  # fmt: skip
        repository.append(entry)
        parent = entry_sha256(entry.to_bytes())
    return repository


def test_lines_of_superseded_snapshots_are_passed_over(tmp_path: Path) -> None:
    repository = a_repository(tmp_path, [[LINES[0]], [LINES[0]], [LINES[1]]], ("20260401120000-world-aaaaaa",))
    assert [found["event"] for found in lines_of_article(repository, "site:1")] == ["article", "revision"]


def test_only_lines_of_the_article_are_parsed(tmp_path: Path) -> None:
    mention = {**LINES[0], "article_id": "site:2", "related": [{"url": "site:1"}]}
    repository = a_repository(tmp_path, [[{"no": "line"}, mention, LINES[0]]])
    assert [found["article_id"] for found in lines_of_article(repository, "site:1")] == ["site:1"]
    assert article_at(repository, ["https://news.example/one.html"]) == "site:1"
    assert article_at(repository, ["https://news.example/other.html"]) is None


@pytest.fixture(scope="module")
def archived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Project, str]]:
    """An archive in which one article was published, edited, gone and restored, and the URL of it; read only."""
    project = Project(tmp_path_factory.mktemp("archived"))
    with running(SampleSite(articles=6, oddities=False)) as site:
        assert project.crawl(site.base_url).code == 0
        site.site = SampleSite(articles=6, edition=2, oddities=False)
        assert project.crawl(site.base_url).code == 0
        edited = site.site.changed_since_previous[1]
        (path,) = [article.path for article in site.site.listed if article.id == edited]
        site.pages[path] = Response(404, HTML, b"<html></html>")
        for _ in range(2):
            project.crawl(site.base_url, *AT_ONCE)
        site.pages.clear()
        assert project.crawl(site.base_url, *AT_ONCE).code == 0
        yield project, site.base_url + path


def test_the_versions_of_a_crawled_article_are_shown(archived: tuple[Project, str]) -> None:
    project, url = archived
    shown = project.scrapy("history", url)
    assert shown.code == 0, shown
    headings = re.findall(r"^version (\d+)  (\w+)  \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC$", shown.out, re.MULTILINE)
    assert headings == [("1", "article"), ("2", "revision"), ("2", "gone"), ("3", "restored")]
    assert "\n    {+" in shown.out, "the paragraph that was added"
    assert "paragraphs unchanged\n" in shown.out
    assert re.search(r"evidence   http 404 since \d", shown.out)
    assert shown.out.count("HTTP 404") == 2
    assert "\x1b" not in shown.out


def test_every_name_of_an_article_finds_it(archived: tuple[Project, str]) -> None:
    project, url = archived
    number = url.rpartition("-")[2].removesuffix(".html")
    expected = project.scrapy("history", url).out
    date = url.split("/")[3]
    for name in (
        f"sputnik-international:{number}",
        f"https://sputniknews.com/world/{date}{number}-some-old-slug/",
        f"https://sputnikglobe.com/amp/{date}/story-{number}.html",
        f"{url}?utm_source=feed",
    ):
        assert project.scrapy("history", name).out == expected, name


def test_programs_get_the_versions_as_data(archived: tuple[Project, str]) -> None:
    project, url = archived
    found = project.scrapy("history", url, "--json").json
    assert [(version["event"], version["version"]) for version in found] == [
        ("article", 1), ("revision", 2), ("gone", 2), ("restored", 3),
    ]  # fmt: skip
    assert [version["diff"] is None for version in found] == [True, False, True, False]
    ops = [[run["op"] for run in runs] for runs in found[1]["diff"]["text"]]
    assert ops.count(["inserted"]) == 1
    assert all(runs == ["same"] for runs in ops if runs != ["inserted"])
    assert all(run["op"] == "same" for runs in found[3]["diff"]["text"] for run in runs)
    assert [len(version["captures"]) for version in found] == [1, 1, 2, 1]


def test_a_page_is_written(archived: tuple[Project, str], tmp_path: Path) -> None:
    project, url = archived
    done = project.scrapy("history", url, "--html", str(tmp_path / "story.html"))
    assert done.code == 0, done
    tree = LexborHTMLParser((tmp_path / "story.html").read_text(encoding="utf-8"))
    assert [node.text().split(":")[0] for node in tree.css("h2")] == [f"Version {n}" for n in (1, 2, 2, 3)]
    assert len(tree.css("ins")) == 1
    refused = project.scrapy("history", url, "--html", str(tmp_path / "no" / "such.html"))
    assert (refused.code, "name another file" in refused.err) == (2, True)


def test_a_page_that_cannot_be_made_whole_leaves_the_file_as_it_was(
    archived: tuple[Project, str], tmp_path: Path
) -> None:
    project, url = archived
    page = tmp_path / "story.html"
    page.write_text("of yesterday")
    copy = Project(tmp_path / "copy")
    copytree(project.archive, copy.archive)
    (listed,) = copy.entries()[-1].of("articles")
    (copy.archive / listed.key).unlink()
    done = copy.scrapy("history", url, "--html", str(page))
    assert (done.code, f"{listed.key} is missing" in done.err) == (7, True), done
    assert page.read_text() == "of yesterday"


@pytest.mark.parametrize(
    "name", ["sputnik-international:1", "https://news.example/none.html", "nonsense", "http://[", ""]
)
def test_an_unknown_article_is_a_mistake_in_the_command(archived: tuple[Project, str], name: str) -> None:
    done = archived[0].scrapy("history", name)
    assert done.code == 2
    assert f"holds no line of {name}" in done.err
    assert done.out == ""


def test_a_name_that_is_no_text_is_unknown_too(archived: tuple[Project, str]) -> None:
    done = archived[0].scrapy("history", os.fsdecode(b"caf\xe9"))
    assert (done.code, "holds no line of" in done.err) == (2, True), done
