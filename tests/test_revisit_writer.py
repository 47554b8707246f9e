"""The recorder refers to a payload only where a whole response has it, which was accepted; all else is stored."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from crawler.archive.cdxj import cdxj_line
from crawler.archive.originals import Originals
from crawler.archive.records import Record
from crawler.archive.salvage import salvage
from crawler.archive.stored import read_captures
from crawler.archive.warc import read_records
from crawler.evidence import Capture, Occasion
from crawler.exporters.group_writer import GroupWriter
from tests.captures import BASE, a_capture, a_link
from tests.faults.record_exchanges import a_writer, begin_run

PAGE = b"<html><body>" + b"<p>A paragraph of the page.</p>" * 60 + b"</body></html>"
"""More than the size floor."""


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


_PICTURE = b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n"


@pytest.mark.parametrize(
    "response",
    [
        _PICTURE + b"Content-Length: 5\r\n\r\n" + PAGE,
        _PICTURE + b"Content-Length: 99999\r\n\r\n" + PAGE,
        _PICTURE + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
        _PICTURE + b"\r\n" + PAGE,
    ],
    ids=["surplus", "incomplete", "two-framings", "plain"],
)
@pytest.mark.parametrize("occasion", [Occasion(requisite="image"), Occasion(link=a_link())], ids=["image", "article"])
def test_the_index_written_is_the_one_that_the_file_gives(tmp_path: Path, response: bytes, occasion: Occasion) -> None:
    run = begin_run(tmp_path)
    writer = a_writer(run)
    writer.write(page(response=response, occasion=occasion))
    writer.seal()
    ((path, key),) = run.sealed()
    with path.open("rb") as stream:
        (stored,) = read_captures(read_records(stream, key), key)
    assert run.index_path.read_bytes() == cdxj_line(stored)
    run.release()
