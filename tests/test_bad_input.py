"""Whatever is wrong: one clear line with what to do next, the right exit code, nothing half-written, no traceback."""

import gzip
from collections.abc import Iterator

import pytest

from tests.running import Finished, Project
from tests.site import pages
from tests.site.articles import SampleSite
from tests.site.server import Response, SampleServer, running

HTML = {"Content-Type": "text/html; charset=utf-8"}


@pytest.fixture
def site() -> Iterator[SampleServer]:
    with running(SampleSite(articles=12, oddities=False)) as server:
        yield server


def complains(done: Finished, code: int, *words: str) -> None:
    assert done.code == code, done
    assert "Traceback" not in done.err + done.out, done
    for word in words:
        assert word in done.err, f"{word!r} is not said:\n{done}"
    assert len(done.err.strip().splitlines()) <= 3, done


def test_an_unknown_spider(project: Project) -> None:
    complains(project.scrapy("crawl", "wrold"), 2, "wrold", "world")
    assert not project.archive.exists()


@pytest.mark.parametrize(
    ("argument", "words"),
    [
        ("sektion=world", ("sektion", "section=")),
        ("base=sputnikglobe.com", ("base=", "https://")),
        ("base=file:///etc", ("base=", "https://")),
        ("site=nowhere", ("nowhere", "sputnik-international")),
        ("section=../admin", ("section",)),
        ("sources=gossip", ("gossip", "section", "day_archive")),
        ("sources=day_archive", ("since=", "until=")),
        ("since=yesterday", ("since=2026-04-01",)),
        ("edition=martian", ("sputnik-martian", "sputnik-arabic")),
    ],
)
def test_a_wrong_spider_argument(project: Project, argument: str, words: tuple[str, ...]) -> None:
    complains(project.scrapy("crawl", "world", "-a", argument), 2, *words)
    assert not project.archive.exists()


def test_a_wrong_setting(project: Project) -> None:
    complains(project.crawl("http://127.0.0.1:9", "-s", "ARCHIVE_GATE_SHARE=most"), 2, "ARCHIVE_GATE_SHARE", "most")


def test_a_host_that_is_not_there(project: Project) -> None:
    done = project.crawl("http://127.0.0.1:9")
    complains(done, 3, "http://127.0.0.1:9/", "connection refused")
    (entry,) = project.entries()  # what was tried in vain is evidence too
    assert (entry.verdict, entry.counts["captures"], entry.of("articles")) == ("over the gate", 0, ())
    assert project.problems() == []


def test_a_store_that_cannot_be_written(project: Project, site: SampleServer) -> None:
    (project.path / "file").write_text("")
    complains(project.crawl(site.base_url, "-s", "ARCHIVE_STORE=file/archive"), 5, "file/archive", "ARCHIVE_STORE")
    assert site.requests == [], "nothing is fetched that cannot be kept"


def test_robots_that_disallow_everything(project: Project, site: SampleServer) -> None:
    site.pages["/robots.txt"] = Response(200, {"Content-Type": "text/plain"}, b"User-agent: *\nDisallow: /\n")
    complains(project.crawl(site.base_url), 3, "/robots.txt disallows")
    assert [request.path for request in site.requests] == ["/robots.txt"]


def test_an_empty_listing(project: Project, site: SampleServer) -> None:
    site.pages["/world/"] = Response(200, HTML, b"<html><body><h1>World</h1></body></html>")
    complains(project.crawl(site.base_url, "-a", "sources=section"), 3, "/world/ lists no article")
    assert project.scrapy("verify", "--deep").code == 0


def test_a_listing_that_is_not_html(project: Project, site: SampleServer) -> None:
    site.pages["/world/"] = Response(200, {"Content-Type": "application/pdf"}, b"%PDF-1.7")
    complains(project.crawl(site.base_url, "-a", "sources=section"), 3, "/world/", "not an HTML page")


def test_one_source_that_fails_is_named_and_the_other_is_enough(project: Project, site: SampleServer) -> None:
    site.pages["/world/"] = Response(503, HTML, b"down")
    complains(project.crawl(site.base_url), 0, "a source failed", "/world/: HTTP 503")
    assert {line["discovered_via"] for line in project.lines()} == {"feed"}


def test_a_page_without_a_title_is_named_and_the_rest_is_published(project: Project, site: SampleServer) -> None:
    path = site.site.listed[0].path
    site.pages[path] = Response(200, HTML, b"<html><body><div class='article__body'>text</div></body></html>")
    done = project.crawl(site.base_url)
    complains(done, 0, path, "1 no_title")
    assert len(project.lines()) == len(site.site.listed) - 1


def test_c23_pages_that_are_not_html_are_archived_but_make_no_article(project: Project, site: SampleServer) -> None:
    path = site.site.listed[0].path
    site.pages[path] = Response(200, {"Content-Type": "application/pdf"}, b"%PDF-1.7")
    done = project.crawl(site.base_url)
    complains(done, 0, path, "1 not_html")
    index = project.scrapy("verify", "--deep", "--json")
    assert index.json["problems"] == []


def test_a_new_layout_in_which_no_title_is_found_fails_the_run(project: Project, site: SampleServer) -> None:
    for article in site.site.listed:
        site.pages[article.path] = Response(200, HTML, b"<html><body><main>new layout</main></body></html>")
    done = project.crawl(site.base_url)
    assert done.code == 3, done
    assert "Traceback" not in done.err, done


def test_a_store_without_an_archive_is_never_all_well(project: Project, site: SampleServer) -> None:
    complains(project.scrapy("verify"), 2, "no archive", "ARCHIVE_STORE")
    project.crawl(site.base_url)
    (project.archive / "log" / "00000001.json").unlink()
    complains(project.scrapy("verify", "--deep"), 7, "no commit log")


def test_objects_that_no_log_entry_names_are_told(project: Project, site: SampleServer) -> None:
    project.crawl(site.base_url)
    (project.archive / "warc" / "extra.warc.gz").write_bytes(b"x")
    verified = project.scrapy("verify")
    assert "no log entry names 1 objects, warc/extra.warc.gz" in verified.out


@pytest.mark.parametrize("setting", ["DOWNLOAD_TIMEOUT=abc", "DOWNLOAD_DELAY=x", "ARCHIVE_STOER=x"])
def test_a_setting_that_cannot_be_used(project: Project, site: SampleServer, setting: str) -> None:
    complains(project.crawl(site.base_url, "-s", setting), 2, "setting")


@pytest.mark.parametrize(
    ("status", "headers", "body"),
    [
        (203, {}, None),
        (200, {"Content-Encoding": "gzip"}, "cut"),
        (200, {"Content-Encoding": "gzip"}, "damaged"),
    ],
)
def test_a_page_that_is_not_whole_is_no_article(
    project: Project, site: SampleServer, status: int, headers: dict[str, str], body: str | None
) -> None:
    article = site.site.listed[0]
    page = pages.article_page(article, site.base_url, 1)
    packed = gzip.compress(page, mtime=0)
    broken = {"cut": packed[: len(packed) * 4 // 5], "damaged": packed[:200] + bytes(50) + packed[250:]}
    sent = broken[body] if body else page
    site.pages[article.path] = Response(status, HTML | headers, sent)
    done = project.crawl(site.base_url)
    assert (done.code, "Traceback" in done.err) == (0, False), done
    assert f"sputnik-international:{article.id}" not in {line["article_id"] for line in project.lines()}
    assert project.problems() == []


def test_an_unknown_snapshot(project: Project, site: SampleServer) -> None:
    project.crawl(site.base_url)
    complains(project.scrapy("verify", "20990101000000-world-aaaaaa"), 2, "20990101000000", "scrapy snapshots")
    complains(project.scrapy("restore", "nothing", "--to", "out"), 2, "nothing", "scrapy snapshots")


def test_a_restore_into_a_directory_that_is_not_empty_writes_nothing(project: Project, site: SampleServer) -> None:
    project.crawl(site.base_url)
    (project.path / "full").mkdir()
    (project.path / "full" / "mine").write_text("keep")
    complains(project.scrapy("restore", project.entries()[0].snapshot_id, "--to", "full"), 2, "full", "not empty")
    assert [path.name for path in (project.path / "full").iterdir()] == ["mine"]


def test_damage_in_the_archive_is_found_and_is_not_restored(project: Project, site: SampleServer) -> None:
    project.crawl(site.base_url)
    (warc,) = project.archive.glob("warc/**/*.warc.gz")
    data = bytearray(warc.read_bytes())
    data[len(data) // 2] ^= 1
    warc.write_bytes(data)
    verified = project.scrapy("verify", "--deep")
    assert verified.code == 7, verified
    assert "sha256" in verified.out
    assert project.scrapy("verify").code == 0, "sizes alone do not tell"
    complains(project.scrapy("restore", project.entries()[0].snapshot_id, "--to", "out"), 7, "not restored")
    assert not list((project.path / "out").rglob("*.warc.gz"))


def test_an_empty_archive_says_how_to_begin(project: Project) -> None:
    listed = project.scrapy("snapshots")
    assert (listed.code, "scrapy crawl world" in listed.out) == (0, True), listed


def test_a_page_of_twenty_megabytes_is_archived_and_listed_with_its_reason(
    project: Project, site: SampleServer
) -> None:
    article = site.site.listed[0]
    page = pages.article_page(article, site.base_url, site.site.edition) + b"<!--" + b" " * (20 << 20) + b"-->"
    site.pages[article.path] = Response(200, HTML, page)
    done = project.crawl(site.base_url)
    complains(done, 0, article.path, "1 too_large")
    assert len(project.lines()) == len(site.site.listed) - 1
    assert project.scrapy("verify", "--deep", "--json").json["problems"] == []
