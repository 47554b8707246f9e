"""A payload that the archive has is not stored again: a revisit refers to it, resolves, and gives the same articles."""

import random
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.archive.revisits import IDENTICAL_PAYLOAD
from crawler.archive.stored import StoredCapture, read_captures
from crawler.archive.warc import read_records
from tests.running import Project
from tests.site.articles import SampleSite
from tests.site.server import HTML, Response, SampleServer, running


@pytest.fixture
def site() -> Iterator[SampleServer]:
    with running(SampleSite(articles=6, oddities=False)) as server:
        yield server


def captures(project: Project, snapshot: int) -> list[StoredCapture]:
    """All captures of one snapshot, counted from 0."""
    found: list[StoredCapture] = []
    for listed in project.entries()[snapshot].of("warc"):
        with project.repository.open(listed) as stream:
            found += read_captures(read_records(stream, listed.key), listed.key)
    return found


def revisits(project: Project, snapshot: int) -> list[StoredCapture]:
    return [stored for stored in captures(project, snapshot) if stored.original is not None]


def article_page(site: SampleServer, number: int, text: str) -> None:
    """Put a page of its own over an article of the site."""
    html = f'<h1 class="article__title">A title</h1><div class="article__body"><p>{text}</p></div>'
    body = html + f"<!-- {random.Random(text).randbytes(1024).hex()} -->"  # noqa: S311  bytes that gzip cannot shrink
    site.pages[site.site.listed[number].path] = Response(200, HTML, body.encode())


def test_an_unchanged_page_becomes_a_revisit_of_its_first_capture(project: Project, site: SampleServer) -> None:
    for _ in range(3):
        assert project.crawl(site.base_url).code == 0
    first = {stored.ref.record_id: stored for stored in captures(project, 0) if stored.link is not None}
    assert not revisits(project, 0)
    for snapshot in (1, 2):
        found = revisits(project, snapshot)
        assert {stored.url for stored in found} == {stored.url for stored in first.values()}
        for stored in found:
            assert stored.original is not None
            original = first[stored.original.record_id]
            assert stored.original.profile == IDENTICAL_PAYLOAD
            assert (stored.original.url, stored.original.date) == (original.url, original.ref.fetched_at)
            assert stored.ref.payload_digest == original.ref.payload_digest
            assert stored.message.head_end == len(stored.message.raw), "the block is the head of the response, alone"
    assert len(project.lines()) == 6
    assert project.problems() == []


def test_the_same_page_at_another_url_becomes_a_revisit_of_the_first(project: Project, site: SampleServer) -> None:
    article_page(site, 0, "The same text at two addresses.")
    assert project.crawl(site.base_url).code == 0
    article_page(site, 3, "The same text at two addresses.")  # both are sent in chunks, or neither is
    assert project.crawl(site.base_url).code == 0
    found = {stored.url: stored for stored in revisits(project, 1)}
    other = found[site.base_url + site.site.listed[3].path]
    assert other.original is not None
    assert other.original.url == site.base_url + site.site.listed[0].path
    assert project.problems() == []


def test_a_page_that_goes_back_to_an_earlier_version_is_a_revision_made_from_a_revisit(
    project: Project, site: SampleServer
) -> None:
    for text in ("The first version.", "The second version.", "The first version."):
        article_page(site, 0, text)
        assert project.crawl(site.base_url).code == 0
    article_id = f"sputnik-international:{site.site.listed[0].id}"
    versions = [line for line in project.lines() if line["article_id"] == article_id]
    assert [(line["version"], line["text"]) for line in versions] == [
        (1, "The first version."),
        (2, "The second version."),
        (3, "The first version."),
    ]
    (record_id,) = [
        stored.ref.record_id
        for stored in revisits(project, 2)
        if stored.link is not None and stored.link.article_id == article_id
    ]
    assert versions[2]["captures"][0]["record_id"] == record_id
    assert project.problems() == []


def test_a_page_that_gave_no_article_is_no_original(project: Project, site: SampleServer) -> None:
    consent = Response(200, HTML, b"<html><body><h1>We value your privacy</h1></body></html>" + b" " * 2048)
    site.pages[site.site.listed[0].path] = consent
    for _ in range(2):
        project.crawl(site.base_url)
    url = site.base_url + site.site.listed[0].path
    assert url not in {stored.url for stored in revisits(project, 1)}
    assert url in {stored.url for stored in captures(project, 1)}


def test_a_revisit_whose_original_is_lost_is_found_by_verify(project: Project, site: SampleServer) -> None:
    for _ in range(2):
        assert project.crawl(site.base_url).code == 0
    (listed,) = project.entries()[0].of("warc")
    (project.archive / listed.key).unlink()
    second = project.entries()[1].snapshot_id
    verified = project.scrapy("verify", second, "--deep")
    assert verified.code == 7
    assert "leads nowhere" in verified.out
    assert listed.key in verified.out


def test_restore_names_the_snapshots_that_revisits_need(project: Project, site: SampleServer, tmp_path: Path) -> None:
    for _ in range(2):
        assert project.crawl(site.base_url).code == 0
    first, second = project.entries()
    told = project.scrapy("restore", second.snapshot_id, "--to", str(tmp_path / "restored"))
    assert f"restore {first.snapshot_id} too" in told.out
    told = project.scrapy("restore", second.snapshot_id, "--to", str(tmp_path / "again"), "--json")
    assert told.json["needs"] == {first.of("warc")[0].key: first.snapshot_id}
    told = project.scrapy("restore", first.snapshot_id, "--to", str(tmp_path / "first"), "--json")
    assert told.json["needs"] == {}


@pytest.mark.parametrize("harm", ["lost", "damaged"])
def test_a_page_whose_original_the_store_has_lost_is_stored_in_full(
    project: Project, site: SampleServer, harm: str
) -> None:
    assert project.crawl(site.base_url).code == 0
    (listed,) = project.entries()[0].of("warc")
    path = project.archive / listed.key
    if harm == "lost":
        path.unlink()
    else:
        path.write_bytes(bytes(len(path.read_bytes())))
    again = project.crawl(site.base_url)
    assert again.code == 0, again
    assert "stored in full" in again.err
    assert not revisits(project, 1)
    assert {problem.key for problem in project.problems()} == {listed.key}


def test_one_damaged_record_costs_one_page_once(project: Project, site: SampleServer) -> None:
    assert project.crawl(site.base_url).code == 0
    (listed,) = project.entries()[0].of("warc")
    damaged = next(stored for stored in captures(project, 0) if stored.link is not None)
    with (project.archive / listed.key).open("r+b") as out:
        out.seek(damaged.ref.offset + damaged.ref.length // 2)
        out.write(b"\xff\xff\xff\xff")
    for run, expected in ((1, 5), (2, 6)):
        assert project.crawl(site.base_url).code == 0
        assert len(revisits(project, run)) == expected


def test_a_damaged_cache_costs_space_and_nothing_else(project: Project, site: SampleServer) -> None:
    assert project.crawl(site.base_url).code == 0
    (cache,) = project.spool.glob("*/history.sqlite")
    with sqlite3.connect(cache) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (page,) = database.execute("SELECT rootpage FROM sqlite_master WHERE name = 'originals'").fetchone()
        (size,) = database.execute("PRAGMA page_size").fetchone()
    database.close()
    with cache.open("r+b") as out:
        out.seek((page - 1) * size)
        out.write(b"\xff" * size)
    for _ in range(2):
        again = project.crawl(site.base_url)
        assert again.code == 0, again
    assert "stored in full" not in again.err, "the cache was made anew"
    assert revisits(project, 2)
    assert len(project.lines()) == 6
    assert project.problems() == []


def test_a_crashed_run_gives_the_line_that_its_revisit_stands_for(project: Project, site: SampleServer) -> None:
    for text in ("The first version.", "The second version."):
        article_page(site, 0, text)
        assert project.crawl(site.base_url).code == 0
    article_page(site, 0, "The first version.")
    command = ["-m", "tests.faults.killed_at", "lines_put", "1", *project.crawl_arguments(site.base_url)]
    crashed = subprocess.run(
        [sys.executable, *command], cwd=project.path, env=project.environment(), capture_output=True, check=False
    )
    assert crashed.returncode == -signal.SIGKILL, crashed.stderr.decode()
    assert project.crawl(site.base_url).code == 0
    texts = [line["text"] for line in project.lines() if line["article_id"].endswith(str(site.site.listed[0].id))]
    assert texts == ["The first version.", "The second version.", "The first version."]
    assert project.problems() == []
