"""What `verify --deep` finds although sizes and digests of objects agree: a writer's fault, or a forged last entry."""

import gzip
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest

from crawler.archive.checks import check_snapshot
from crawler.archive.digests import file_sha256
from crawler.archive.log import LogEntry
from crawler.archive.warc import read_members
from tests.running import Project
from tests.site.articles import SampleSite
from tests.site.server import running

Line = dict[str, Any]


@pytest.fixture
def archived(project: Project) -> Project:
    with running(SampleSite(articles=4, oddities=False)) as site:
        assert project.crawl(site.base_url).code == 0
    return project


def rules(project: Project, entry: LogEntry) -> set[str]:
    return {problem.rule for problem in check_snapshot(project.repository, entry, deep=True)}


def with_object(project: Project, folder: str, change: Callable[[Path], int | None]) -> LogEntry:
    """The entry after an object was changed and the entry made to agree with it."""
    (entry,) = project.entries()
    (listed,) = entry.of(folder)
    path = project.archive / listed.key
    records = change(path)
    changed = replace(listed, sha256=file_sha256(path), bytes=path.stat().st_size, records=records or listed.records)
    return replace(entry, objects=tuple(changed if known == listed else known for known in entry.objects))


def lines_changed(change: Callable[[list[Line]], list[Line]]) -> Callable[[Path], int]:
    def apply(path: Path) -> int:
        lines = change([orjson.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines()])
        path.write_bytes(gzip.compress(b"".join(orjson.dumps(line) + b"\n" for line in lines)))
        return len(lines)

    return apply


def edited(field: str, value: object) -> Callable[[list[Line]], list[Line]]:
    return lambda lines: [{**lines[0], field: value}, *lines[1:]]


def capture_edited(lines: list[Line], field: str, value: object) -> list[Line]:
    return edited("captures", [{**lines[0]["captures"][0], field: value}])(lines)


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (edited("text", "Forged."), "jsonl_content"),
        (edited("title", "Forged"), "jsonl_content"),
        (edited("snapshot_id", "20260401120000-world-aaaaaa"), "jsonl_snapshot"),
        (edited("captures", []), "jsonl_evidence"),
        (lambda lines: [*lines, lines[0]], "jsonl_double"),
        (lambda lines: edited("captures", [{**lines[0]["captures"][0], "length": 1}])(lines), "jsonl_evidence"),
        (
            lambda lines: edited("captures", [{**lines[0]["captures"][0], "payload_digest": "x"}])(lines),
            "jsonl_evidence",
        ),
    ],
)
def test_a_forged_line_is_found(archived: Project, change: Callable[[list[Line]], list[Line]], rule: str) -> None:
    assert rule in rules(archived, with_object(archived, "articles", lines_changed(change)))


def test_an_index_with_another_offset_or_order_is_found(archived: Project) -> None:
    def shifted(path: Path) -> None:
        path.write_bytes(gzip.compress(gzip.decompress(path.read_bytes()).replace(b'"offset":"', b'"offset":"1')))

    def reversed_lines(path: Path) -> None:
        lines = gzip.decompress(path.read_bytes()).splitlines(keepends=True)
        path.write_bytes(gzip.compress(b"".join(reversed(lines))))

    assert "cdxj_content" in rules(archived, with_object(archived, "cdxj", shifted))
    assert "cdxj_order" in rules(archived, with_object(archived, "cdxj", reversed_lines))


def test_an_entry_without_its_index_is_found(archived: Project) -> None:
    (entry,) = archived.entries()
    assert "cdxj_missing" in rules(archived, replace(entry, objects=entry.of("warc")))


def test_a_warc_cut_at_a_member_boundary_is_found(archived: Project) -> None:
    def cut(path: Path) -> None:
        with path.open("rb") as stream:
            *_, last = read_members(stream, path.name)
        path.write_bytes(path.read_bytes()[: last[0]])

    assert rules(archived, with_object(archived, "warc", cut)) & {"warc", "records"}


def test_a_payload_that_is_not_its_digest_is_found(archived: Project) -> None:
    def forged(path: Path) -> None:
        with path.open("rb") as stream:
            members = [data for _, _, data in read_members(stream, path.name)]
        changed = [data.replace(b"WARC-Payload-Digest: sha256:", b"WARC-Payload-Digest: sha256:0") for data in members]
        path.write_bytes(b"".join(map(gzip.compress, changed)))

    assert "payload_digest" in rules(archived, with_object(archived, "warc", forged))
