"""Publishing is idempotent, and of two writers the later one decides again: one article has one first version."""

import asyncio
import gzip
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest

from crawler.archive.log import LogEntry
from crawler.archive.repository import Repository
from crawler.archive.spool import Spool
from crawler.archive.spooled_run import RunFacts, SpooledRun
from crawler.archive.warcinfo import warcinfo_record
from crawler.articles.extract import extract_article
from crawler.errors import CaptureError, DamagedArchiveError, ExitCode, StoreError
from crawler.evidence import Capture, Declaration, FailedAttempt, Occasion
from crawler.exporters.group_writer import GroupWriter
from crawler.exporters.warc import WarcRecorder
from crawler.items import Article, ArticleLink
from crawler.state import projections
from crawler.state.history import History
from crawler.state.outcome import Outcome
from crawler.state.payloads import Payloads
from crawler.state.projections import derive
from crawler.state.publish import Publisher
from crawler.state.uploads import Uploads
from crawler.state.verdict import RunCounts, judge
from crawler.storage.local import LocalStore
from tests.captures import MOMENT, a_capture, a_link, capture_records
from tests.faults.record_exchanges import OPTIONS, a_writer
from tests.running import Project
from tests.site.articles import SampleSite
from tests.site.server import running
from tests.test_warc_files import FACTS


def article_capture(number: int, text: str = "Body.") -> Capture:
    link: ArticleLink = a_link(number)
    html = f'<h1 class="article__title">Title {number}</h1><div class="article__body"><p>{text}</p></div>'
    return a_capture(link.url, html.encode(), link=link)


def unexpected(error: CaptureError) -> None:
    raise AssertionError(error)


def a_run(spool: Spool, snapshot: str, captures: list[Capture], **facts: str) -> SpooledRun:
    """A run whose WARC is sealed and that is not published."""
    spool.prepare()
    run = spool.begin(replace(FACTS, snapshot_id=snapshot, **facts))  # type: ignore[arg-type]

    async def record() -> None:
        recorder = WarcRecorder(a_writer(run), queue_bytes=1 << 20, on_failure=unexpected)
        for capture in captures:
            await recorder.put(capture)
        await recorder.seal()

    asyncio.run(record())
    return run


class Host:
    """A machine of its own, with its own spool and cache, on a store that others use too."""

    def __init__(self, path: Path, store: Path) -> None:
        self.spool = Spool(path, str(store))
        self.spool.prepare()
        self.repository = Repository(LocalStore(store))
        self.history = History(self.spool.path / "history.sqlite")
        self.uploads = Uploads(self.repository, 1, lambda _: None)
        self.uploads.finish()
        self.publisher = Publisher(self.repository, self.history, self.uploads)

    def close(self) -> None:
        self.uploads.close()
        self.history.close()


@pytest.fixture
def hosts(tmp_path: Path) -> Iterator[list[Host]]:
    made = [Host(tmp_path / name, tmp_path / "store") for name in ("one", "two")]
    yield made
    for host in made:
        host.close()


OUTCOME = Outcome(RunCounts(sources=1, sources_read=1, due=2, new=2, captures=2), "finished", 0.9)


def test_an_outage_of_the_store_while_lines_are_made_anew_keeps_the_run_for_later(
    hosts: list[Host], monkeypatch: pytest.MonkeyPatch
) -> None:
    host = hosts[0]
    page = article_capture(1, " ".join(["A paragraph of the page."] * 99))
    first = a_run(host.spool, "20260401120000-world-aaaaaa", [page])
    assert host.publisher.recover(first, 0.9).entry is not None
    (entry, _), *_ = host.repository.entries()
    (listed,) = entry.of("warc")
    second = host.spool.begin(replace(FACTS, snapshot_id="20260401120001-world-bbbbbb"))
    writer = GroupWriter(second, OPTIONS, Payloads(host.history.path, lambda _: True), lambda _: None)
    writer.write(page)
    writer.seal()
    opened = host.repository.store.open

    def failing(key: str, offset: int = 0, length: int | None = None) -> Any:  # noqa: ANN401  as it is
        if key == listed.key:
            raise StoreError("the store does not answer")
        return opened(key, offset, length)

    monkeypatch.setattr(host.repository.store, "open", failing)
    with pytest.raises(StoreError):
        host.publisher.recover(second, 0.9)
    monkeypatch.undo()
    published = host.publisher.recover(second, 0.9)
    assert published.entry is not None
    assert "lost_original" not in published.verdict.sentence
    assert "1 unchanged" in published.verdict.sentence


def test_a_crashed_run_still_knows_what_its_sources_declared(hosts: list[Host]) -> None:
    listing = a_capture()
    run = hosts[0].spool.begin(replace(FACTS, snapshot_id="20260401120000-world-aaaaaa"))
    writer = a_writer(run)
    declared = Declaration(listing.url, "section", (a_link(1), a_link(2), a_link(3)), writer.write(listing))
    writer.write(declared)
    writer.write(article_capture(1))
    writer.write(FailedAttempt(a_link(2).url, MOMENT, "timeout", "no answer", occasion=Occasion(link=a_link(2))))
    writer.sync()
    writer.close()
    published = hosts[0].publisher.recover(run, 0.9)
    assert published.entry is not None
    counts = published.entry.counts
    assert (counts["due"], counts["new"], counts["captures"]) == (3, 1, 2)


def test_a_page_on_which_the_extractor_fails_is_named_in_the_log_and_holds_no_other_line_back(
    hosts: list[Host], monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(html: str, url: str, **options: Any) -> Article:  # noqa: ANN401  passed on as they are
        if url.endswith("1100000001.html"):
            raise RecursionError("a page that no one foresaw")
        return extract_article(html, url, **options)

    monkeypatch.setattr(projections, "extract_article", failing)
    run = a_run(hosts[0].spool, "20260401120000-world-aaaaaa", [article_capture(1), article_capture(2)])
    published = hosts[0].publisher.recover(run, 0.9)
    assert (
        published.verdict.sentence
        == "2 captures kept, 1 new, 0 revised, 0 unchanged, failed: 1 error; the run had crashed"
    )
    assert published.entry is not None
    assert published.entry.counts["failed/error"] == 1


def test_two_writers_both_commit_and_an_article_has_one_first_version(hosts: list[Host], tmp_path: Path) -> None:
    one, two = hosts
    first = a_run(one.spool, "20260401120000-world-aaaaaa", [article_capture(1), article_capture(2)])
    second = a_run(two.spool, "20260401120001-world-bbbbbb", [article_capture(2, "Edited."), article_capture(3)])
    heads = [host.history.catch_up(host.repository) for host in hosts]
    for host, run in zip(hosts, (first, second), strict=True):
        derive(run, host.history, host.repository)  # both decided against the empty log
    assert one.publisher.publish(first, OUTCOME, (), heads[0]).entry
    assert two.publisher.publish(second, OUTCOME, (), heads[1]).entry
    shutil.copytree(tmp_path / "store", tmp_path / "project" / "archive")
    project = Project(tmp_path / "project")
    events = [(line["article_id"][-1], line["event"], line["version"]) for line in project.lines()]
    assert sorted(events) == [("1", "article", 1), ("2", "article", 1), ("2", "revision", 2), ("3", "article", 1)]
    assert project.problems() == []


def test_a_run_that_was_committed_before_it_crashed_is_not_committed_again(hosts: list[Host], tmp_path: Path) -> None:
    host = hosts[0]
    run = a_run(host.spool, "20260401120000-world-aaaaaa", [article_capture(1)])
    shutil.copytree(run.path, tmp_path / "kept")
    assert host.publisher.publish(run, OUTCOME).entry
    shutil.copytree(tmp_path / "kept", run.path)
    (left,) = host.spool.abandoned()
    assert host.publisher.recover(left, 0.9).entry is None
    assert len(list(host.repository.entries())) == 1
    assert host.spool.abandoned() == []


def test_a_run_without_captures_publishes_nothing(hosts: list[Host]) -> None:
    host = hosts[0]
    run = a_run(host.spool, "20260401120000-world-aaaaaa", [])
    assert host.publisher.publish(run, OUTCOME).entry is None
    assert list(host.repository.store.list()) == []
    assert host.spool.abandoned() == []


def test_a_run_directory_that_lost_its_facts_is_never_deleted(hosts: list[Host]) -> None:
    host = hosts[0]
    run = a_run(host.spool, "20260401120000-world-aaaaaa", [article_capture(1)])
    run.release()
    (run.path / "run.json").unlink()
    with pytest.raises(DamagedArchiveError, match="move it aside"):
        host.spool.abandoned()
    assert len(run.sealed()) == 1


def test_a_foreign_file_in_a_run_is_left_alone(hosts: list[Host]) -> None:
    host = hosts[0]
    run = a_run(host.spool, "20260401120000-world-aaaaaa", [article_capture(1)])
    (run.path / "warc" / "copy.warc.gz").write_bytes(b"?")
    assert len(run.sealed()) == 1
    assert host.publisher.publish(run, OUTCOME).entry


def test_an_object_with_other_bytes_is_never_overwritten(hosts: list[Host]) -> None:
    host = hosts[0]
    run = a_run(host.spool, "20260401120000-world-aaaaaa", [article_capture(1)])
    ((_, key),) = run.sealed()
    host.repository.store.put(key, b"somebody else's")
    with pytest.raises(StoreError, match="other bytes"):
        host.publisher.publish(run, OUTCOME)
    assert run.sealed(), "the spool keeps everything"
    run.release()
    assert list(host.repository.entries()) == []


def test_lines_derived_from_the_warc_are_those_of_the_live_crawl(project: Project) -> None:
    """Delete all projections, derive, compare."""
    with running(SampleSite(articles=12)) as site:
        assert project.crawl(site.base_url).code == 0
    (entry,) = project.entries()
    facts: RunFacts = replace(FACTS, snapshot_id=entry.snapshot_id)
    spool = Spool(project.path / "again", "again")
    spool.prepare()
    run = spool.begin(facts)
    for listed in entry.of("warc"):
        shutil.copy(project.archive / listed.key, run.path / "warc")
    history = History(spool.path / "history.sqlite")
    derive(run, history, project.repository)
    history.close()
    live = {line["article_id"]: line for line in project.lines()}
    derived = {line["article_id"]: line for line in map(orjson.loads, run.lines_path.read_bytes().splitlines())}
    assert derived == live
    index = sorted(run.index_path.read_bytes().splitlines())
    with project.repository.open(entry.of("cdxj")[0]) as stream:
        assert gzip.decompress(stream.read()).splitlines() == index
    run.release()


@pytest.mark.parametrize(
    ("counts", "reason", "code"),
    [
        (RunCounts(sources=1, sources_read=1, due=10, new=9), "finished", ExitCode.COMPLETE),
        (RunCounts(sources=1, sources_read=1, due=10, unchanged=10), "finished", ExitCode.COMPLETE),
        (RunCounts(sources=1, sources_read=1, due=10, new=8), "finished", ExitCode.OVER_THE_GATE),
        (RunCounts(sources=1, sources_read=0), "finished", ExitCode.OVER_THE_GATE),
        (RunCounts(sources=1, sources_read=1, due=10, new=10), "shutdown", ExitCode.INTERRUPTED),
        (RunCounts(captures=3, new=1), "crashed", ExitCode.INTERRUPTED),
    ],
)
def test_a_run_is_judged_by_what_was_due_and_what_was_delivered(counts: RunCounts, reason: str, code: ExitCode) -> None:
    assert judge(counts, 0.9, reason).exit_code == code


def test_a_verdict_names_the_failures_by_reason() -> None:
    counts = RunCounts(sources=1, sources_read=1, due=4, new=2, failures=Counter(http_404=1, timeout=1))
    assert "1 http_404, 1 timeout" in judge(counts, 0.9, "finished").sentence


def test_what_was_adopted_while_the_run_was_published_is_not_named_twice(hosts: list[Host]) -> None:
    """A run wakes up late and publishes; another host adopts its first upload just before the log entry is put."""
    first, other = hosts
    snapshot = "20260401120000-world-aaaaaa"
    pages = [article_capture(number) for number in (1, 2)]
    run = a_run(first.spool, snapshot, pages[:1])
    (path, _), *_ = run.sealed()
    adopted = other.spool.begin(replace(FACTS, snapshot_id=snapshot))
    shutil.copy(path, adopted.path / "warc")
    file = run.new_warc(MOMENT, 7, 2)
    info = warcinfo_record(run.facts, file.key, MOMENT)
    file.write([info])
    file.write(capture_records(pages[1], info.record_id))
    file.sync()
    file.seal()
    append = first.repository.append

    def overtaken(entry: LogEntry) -> LogEntry | None:
        if adopted.path.exists():
            assert other.publisher.recover(adopted, 0.9).entry is not None
        return append(entry)

    first.repository.append = overtaken  # type: ignore[method-assign]
    assert first.publisher.recover(run, 0.9).entry is not None
    one, rest = (entry for entry, _ in first.repository.entries())
    assert not {listed.key for listed in one.of("warc")} & {listed.key for listed in rest.of("warc")}
