"""`scrapy crawl world` from the section page to a published, verified, restored snapshot, on the sample site."""

import gzip
import hashlib
import json
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from tests.running import Project
from tests.site.articles import SampleSite
from tests.site.server import SampleServer, running


@pytest.fixture
def site() -> Iterator[SampleServer]:
    with running(SampleSite(articles=12)) as server:
        yield server


def test_a_crawl_publishes_one_snapshot_and_says_so(project: Project, site: SampleServer) -> None:
    done = project.crawl(site.base_url)
    assert done.code == 0, done
    (entry,) = project.entries()
    assert done.err.strip().splitlines()[-1].startswith("newswarc: complete: ")
    assert entry.snapshot_id in done.err
    assert {listed.key.partition("/")[0] for listed in entry.objects} == {"warc", "cdxj", "articles"}
    assert json.loads((project.archive / "archive.json").read_text())["collection"] == "news"
    assert not list(project.spool.glob("*/2*")), "the spool of a published run is removed"


def test_every_listed_article_becomes_one_clean_line(project: Project, site: SampleServer) -> None:
    project.crawl(site.base_url)
    lines = {line["article_id"]: line for line in project.lines()}
    reachable = [article for article in site.site.listed if article.id not in site.site.withdrawn]
    assert set(lines) == {f"sputnik-international:{article.id}" for article in reachable}
    for article in reachable:
        line = lines[f"sputnik-international:{article.id}"]
        assert line["title"] == article.title
        assert [block["text"] for block in line["blocks"]] == [block.text for block in article.blocks]
        assert (line["event"], line["version"]) == ("article", 1)
        assert line["section"] == "World"


def test_a_second_crawl_writes_no_line_for_what_is_unchanged(project: Project, site: SampleServer) -> None:
    project.crawl(site.base_url)
    first = project.lines()
    again = project.crawl(site.base_url)
    assert again.code == 0, again
    assert project.lines() == first
    assert f"{len(first)} unchanged" in again.err
    assert not project.entries()[1].of("articles"), "no part without lines"


def test_what_was_edited_becomes_a_revision_that_names_its_fields(project: Project, site: SampleServer) -> None:
    project.crawl(site.base_url)
    before = len(project.lines())
    site.site = SampleSite(articles=12, edition=2)
    project.crawl(site.base_url)
    after = project.lines()[before:]
    revised = {line["article_id"]: line for line in after if line["event"] == "revision"}
    changed = {f"sputnik-international:{number}" for number in site.site.changed_since_previous}
    assert set(revised) == changed
    assert {line["event"] for line in after if line["article_id"] not in changed} <= {"article"}
    for line in revised.values():
        assert line["version"] == 2
        assert set(line["changed_fields"]) & {"title", "text"}


def test_every_request_that_reached_the_site_is_in_the_warc(project: Project, site: SampleServer) -> None:
    project.crawl(site.base_url)
    asked = sorted(f"{request.method} {request.path}" for request in site.requests)
    archived = []
    for warc in sorted(project.archive.glob("warc/**/*.warc.gz")):
        with warc.open("rb") as stream:
            requests = [record.http_headers for record in ArchiveIterator(stream) if record.rec_type == "request"]
            archived += [f"{head.protocol} {head.statusline.split(' ')[0]}" for head in requests]
    assert sorted(archived) == asked
    assert any(line.endswith("/robots.txt") for line in archived)


def test_the_archive_verifies_lists_and_restores(project: Project, site: SampleServer, tmp_path: Path) -> None:
    project.crawl(site.base_url)
    (entry,) = project.entries()
    listed = project.scrapy("snapshots", "--json")
    assert [snapshot["snapshot_id"] for snapshot in listed.json] == [entry.snapshot_id]
    verified = project.scrapy("verify", entry.snapshot_id, "--deep", "--json")
    assert (verified.code, verified.json["problems"]) == (0, []), verified
    restored = project.scrapy("restore", entry.snapshot_id, "--to", str(tmp_path / "out"), "--json")
    assert restored.code == 0, restored
    for listed_object in entry.objects:
        original = (project.archive / listed_object.key).read_bytes()
        assert (tmp_path / "out" / listed_object.key).read_bytes() == original
        assert hashlib.sha256(original).hexdigest() == listed_object.sha256


def test_a_line_names_the_record_that_it_was_made_from(project: Project, site: SampleServer) -> None:
    project.crawl(site.base_url)
    for line in project.lines():
        (capture,) = line["captures"]
        with (project.archive / capture["warc"]).open("rb") as stream:
            stream.seek(capture["offset"])
            member = stream.read(capture["length"])
        (record,) = list(ArchiveIterator(BytesIO(gzip.decompress(member))))
        assert record.rec_headers.get_header("WARC-Record-ID") == f"<{capture['record_id']}>"
        assert record.rec_headers.get_header("WARC-Target-URI") == line["url"]


def test_rotation_by_size_splits_between_captures(project: Project, site: SampleServer) -> None:
    done = project.crawl(site.base_url, "-s", "ARCHIVE_WARC_BYTES=20000")
    assert done.code == 0, done
    (entry,) = project.entries()
    assert len(entry.of("warc")) > 2
    assert project.scrapy("verify", "--deep").code == 0
