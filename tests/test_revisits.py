"""A payload that the archive has is not stored again: a revisit refers to it, resolves, and gives the same articles."""

import random
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from crawler.archive.originals import Originals
from crawler.archive.records import Record
from crawler.archive.revisits import IDENTICAL_PAYLOAD
from crawler.archive.salvage import salvage
from crawler.archive.stored import StoredCapture, read_captures
from crawler.archive.warc import read_records
from crawler.evidence import Capture, Occasion
from crawler.exporters.group_writer import GroupWriter
from tests.captures import BASE, a_capture, a_link
from tests.faults.record_exchanges import a_writer, begin_run
from tests.running import Project
from tests.site.articles import SampleSite
from tests.site.server import HTML, Response, SampleServer, running

PAGE = b"<html><body>" + b"<p>A paragraph of the page.</p>" * 60 + b"</body></html>"
"""More than the size floor."""


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


def test_a_revisit_finds_its_original_in_a_file_that_lost_a_damaged_part(tmp_path: Path) -> None:
    run = begin_run(tmp_path)
    writer = a_writer(run)
    damaged = writer.write(a_capture())
    accepted(writer, page())
    writer.write(page(f"{BASE}/20260401/other-1100000002.html"))
    writer.sync()
    assert damaged is not None
    (opened,) = run.unsealed()
    with opened.open("r+b") as out:
        out.seek(damaged.offset + 40)
        out.write(b"\xff")
    writer.close()
    salvaged = salvage(opened, tmp_path / "aside")
    assert salvaged.groups == 2
    ((path, key),) = run.sealed()
    with path.open("rb") as stream:
        original, revisit = read_captures(read_records(stream, key), key)
    assert revisit.original is not None
    assert revisit.original.offset != original.ref.offset
    assert Originals(run.open_warc).resolved(revisit).message.payload == PAGE
    run.release()


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[GroupWriter]:
    run = begin_run(tmp_path)
    made = a_writer(run)
    yield made
    made.close()
    run.release()


def page(url: str = f"{BASE}/20260401/story-1100000001.html", **changes: object) -> Capture:
    return replace(a_capture(url, PAGE, link=a_link()), **changes)  # type: ignore[arg-type]


def kinds(writer: GroupWriter) -> list[str]:
    """Kinds of the second record of each capture in the file."""
    writer.seal()
    (sealed,) = writer.sealed
    with sealed.path.open("rb") as stream:
        records: list[Record] = [located.record for located in read_records(stream, sealed.key)]
    return [record.kind for record in records if record.kind in ("response", "revisit")]


def accepted(writer: GroupWriter, capture: Capture) -> None:
    """Write a capture whose page is an article."""
    ref = writer.write(capture)
    assert ref is not None
    writer.accept([ref])


def chunked(capture: Capture) -> Capture:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"
    return replace(capture, response=head + b"%x\r\n%s\r\n0\r\n\r\n" % (len(PAGE), PAGE))


def test_an_accepted_page_of_the_same_run_is_referred_to(writer: GroupWriter) -> None:
    accepted(writer, page())
    writer.write(page(f"{BASE}/20260401/other-1100000002.html"))
    assert kinds(writer) == ["response", "revisit"]


def test_a_page_is_not_referred_to_before_it_is_accepted(writer: GroupWriter) -> None:
    writer.write(page())
    writer.write(page())
    assert kinds(writer) == ["response", "response"]


def test_a_revisit_is_never_referred_to(writer: GroupWriter) -> None:
    accepted(writer, page())
    accepted(writer, page())
    writer.write(page())
    writer.seal()
    (sealed,) = writer.sealed
    with sealed.path.open("rb") as stream:
        first, *others = read_captures(read_records(stream, sealed.key), sealed.key)
    assert [stored.original.record_id for stored in others if stored.original] == [first.ref.record_id] * 2


def test_a_requisite_is_referred_to_without_being_an_article(writer: GroupWriter) -> None:
    picture = b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Length: 2000\r\n\r\n" + b"x" * 2000
    image = page(f"{BASE}/a.png", response=picture, occasion=Occasion(requisite="image"))
    writer.write(image)
    writer.write(image)
    assert kinds(writer) == ["response", "revisit"]


def test_an_error_page_in_place_of_a_requisite_is_not_referred_to(writer: GroupWriter) -> None:
    for _ in range(2):
        writer.write(page(f"{BASE}/a.png", occasion=Occasion(requisite="image")))
    assert kinds(writer) == ["response", "response"]


@pytest.mark.parametrize(
    "first",
    [
        page(truncated="disconnect"),
        page(taken="reconstructed"),
        page(flags=("body_mismatch",)),
        page(method="POST"),
        page(response=b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n" + PAGE),
        page(response=page().response.replace(b"200 OK", b"203 Non-Authoritative Information")),
        chunked(page()),
    ],
    ids=["cut", "reconstructed", "flagged", "post", "surplus", "not-200", "other-transfer-coding"],
)
def test_what_is_not_whole_or_differs_in_transfer_coding_is_not_referred_to(
    writer: GroupWriter, first: Capture
) -> None:
    accepted(writer, first)
    writer.write(page())
    assert kinds(writer) == ["response", "response"]


def test_chunks_that_say_more_than_the_payload_are_stored_whole(writer: GroupWriter) -> None:
    accepted(writer, chunked(page()))
    decorated = replace(page(), response=chunked(page()).response.replace(b"0\r\n\r\n", b"0\r\nX-Sum: 1\r\n\r\n"))
    writer.write(decorated)
    writer.write(chunked(page()))
    assert kinds(writer) == ["response", "response", "revisit"]


def test_small_payloads_are_stored_again(writer: GroupWriter) -> None:
    small = a_capture(f"{BASE}/20260401/story-1100000001.html", b"<p>small</p>", link=a_link())
    accepted(writer, small)
    writer.write(small)
    assert kinds(writer) == ["response", "response"]


def test_a_crashed_run_gives_the_line_that_its_revisit_stands_for(project: Project, site: SampleServer) -> None:
    for text in ("The first version.", "The second version."):
        article_page(site, 0, text)
        assert project.crawl(site.base_url).code == 0
    article_page(site, 0, "The first version.")
    puts = 5  # archive.json, one WARC, index, lines, log entry
    command = ["-m", "tests.faults.crash_at_put", "before", str(puts), *project.crawl_arguments(site.base_url)]
    crashed = subprocess.run(
        [sys.executable, *command], cwd=project.path, env=project.environment(), capture_output=True, check=False
    )
    assert crashed.returncode == -signal.SIGKILL, crashed.stderr.decode()
    assert project.crawl(site.base_url).code == 0
    texts = [line["text"] for line in project.lines() if line["article_id"].endswith(str(site.site.listed[0].id))]
    assert texts == ["The first version.", "The second version.", "The first version."]
    assert project.problems() == []
