"""WARCs whose run is lost are committed from their own records; a run publishes itself what its snapshot lacks."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from crawler.archive.keys import snapshot_id_of
from crawler.archive.repository import Repository
from crawler.archive.spool import Spool
from crawler.archive.warc import record_member
from crawler.archive.warcinfo import warcinfo_record
from crawler.state.adopt import orphan_runs
from crawler.storage.memory import MemoryStore
from tests.captures import MOMENT, run_facts
from tests.running import Project
from tests.site.articles import SampleSite
from tests.site.server import SampleServer, running
from tests.whole import all_is_there_once

ARTICLES = 8
FACTS = run_facts("20260401120000-world-abcdef", "world")


@pytest.fixture(scope="module")
def site() -> Iterator[SampleServer]:
    with running(SampleSite(articles=ARTICLES, oddities=False)) as server:
        yield server


def killed(project: Project, site: SampleServer, arrow: str = "warcs_put", *settings: str) -> None:
    """A run whose WARCs are uploaded, and that is dead."""
    arguments = project.arguments(*project.crawl_arguments(site.base_url), *settings)
    command = [sys.executable, "-m", "tests.faults.killed_at", arrow, "1", *arguments]
    died = subprocess.run(command, cwd=project.path, env=project.environment(), capture_output=True, check=False)
    assert died.returncode == -9, died.stderr.decode()


DEAD = ("-s", "ARCHIVE_LEASE_SECONDS=0.1")
"""Whoever gave its last sign of life a moment ago is taken for dead."""


def lose_the_spool(project: Project) -> None:
    shutil.rmtree(project.spool)


def test_the_uploads_of_a_lost_spool_are_adopted(project: Project, site: SampleServer) -> None:
    killed(project, site, "warcs_put", "-s", "ARCHIVE_WARC_BYTES=9000", *DEAD)
    lose_the_spool(project)
    listed = project.scrapy("adopt", "--list")
    assert listed.code == 0, listed
    assert "not adopted" in listed.out
    assert project.entries() == []
    adopted = project.scrapy("adopt")
    assert adopted.code == 0, adopted
    (entry,) = project.entries()
    assert (entry.verdict, entry.counts["new"]) == ("interrupted", ARTICLES)
    assert "adopted" in entry.summary
    assert len(entry.of("warc")) > 1
    all_is_there_once(project, site)
    assert "no WARC in the store" in project.scrapy("adopt").out
    again = project.crawl(site.base_url)
    assert again.code == 0, again
    all_is_there_once(project, site)


def test_what_is_in_the_spool_here_is_published_and_not_adopted(project: Project, site: SampleServer) -> None:
    killed(project, site)
    refused = project.scrapy("adopt")
    assert refused.code == 0, refused
    assert "`scrapy publish`" in refused.err
    assert project.entries() == []
    published = project.scrapy("publish")
    assert published.code == 0, published
    assert f"{ARTICLES} new" in published.out
    all_is_there_once(project, site)


def test_a_run_that_was_adopted_before_it_had_ended_publishes_the_rest(
    project: Project, site: SampleServer, tmp_path: Path
) -> None:
    """Another host took its first uploads for orphans, when the others were not there yet."""
    killed(project, site, "warcs_put", "-s", "ARCHIVE_WARC_BYTES=9000")
    _, *later = sorted(project.archive.glob("warc/**/*.warc.gz"))
    assert later, "one WARC is not enough for this test"
    for path in later:
        path.unlink()
    other = Project(tmp_path / "other", str(project.archive))
    assert other.scrapy("adopt", "--force").code == 0
    (early,) = project.entries()
    assert len(early.of("warc")) == 1
    again = project.crawl(site.base_url)
    assert again.code == 0, again
    adopted, rest = project.entries()[:2]
    assert rest.run_id == adopted.snapshot_id
    assert not {listed.key for listed in rest.objects} & {listed.key for listed in adopted.objects}
    all_is_there_once(project, site)


def test_a_run_that_gives_signs_of_life_is_not_adopted(project: Project, site: SampleServer, tmp_path: Path) -> None:
    killed(project, site)  # a moment ago: its lease lives
    other = Project(tmp_path / "other", str(project.archive))
    refused = other.scrapy("adopt")
    assert refused.code == 6, refused
    assert "signs of life" in refused.err
    assert project.entries() == []


def test_an_upload_that_is_cut_is_named_and_left_as_it_is(project: Project, site: SampleServer) -> None:
    killed(project, site, "warcs_put", *DEAD)
    lose_the_spool(project)
    (warc,) = project.archive.glob("warc/**/*.warc.gz")
    cut = warc.read_bytes()[:-100]
    warc.write_bytes(cut)
    refused = project.scrapy("adopt")
    assert refused.code == 7, refused
    assert "is cut" in refused.out
    assert project.entries() == []
    assert warc.read_bytes() == cut
    assert not list(project.spool.glob("*/2*")), "nothing is left in the spool"


def test_a_foreign_warc_is_named(project: Project, site: SampleServer) -> None:
    assert project.crawl(site.base_url).code == 0
    (warc,) = project.archive.glob("warc/**/*.warc.gz")
    warc.with_name("news-20200101000000-00000-abcdef.warc.gz").write_bytes(b"not a WARC")
    found = project.scrapy("adopt")
    assert found.code == 7, found
    assert "news-20200101000000-00000-abcdef.warc.gz" in found.out
    published = project.scrapy("publish")
    assert published.code == 0, published
    assert "news-20200101000000-00000-abcdef.warc.gz" in published.out


@pytest.mark.parametrize(
    "lie",
    [
        {"spider": "../../world"},
        {"spider": "world/"},
        {"spider": "world" + "-" * 300},
        {"spider": "other"},
        {"site": "nowhere"},
        {"snapshot_id": "20269999999999-world-abcdef"},
        {"snapshot_id": "../20260401120000-world-abcdef"},
        {"user_agent": "x" * (8 << 20)},
    ],
    ids=lambda lie: next(iter(lie)),
)
def test_a_warc_that_lies_about_its_run_is_named_and_keeps_nobody_from_the_others(lie: dict[str, str]) -> None:
    """Whoever may write to the bucket must not choose which files are written here."""
    store = MemoryStore()
    told = {"honest": run_facts("20260401120000-world-honest", "world"), "liarrr": replace(FACTS, **lie)}  # type: ignore[arg-type]
    for suffix, facts in told.items():
        key = f"warc/2026/04/01/news-20260401120000-00000-{suffix}.warc.gz"
        store.put(key, b"".join(bytes(piece) for piece in record_member(warcinfo_record(facts, key, MOMENT), 2)))
    orphans, unreadable = orphan_runs(Repository(store))
    assert [orphan.facts.snapshot_id for orphan in orphans] == ["20260401120000-world-honest"]
    assert list(unreadable) == ["warc/2026/04/01/news-20260401120000-00000-liarrr.warc.gz"]


def test_of_two_that_publish_one_spool_at_once_the_second_is_refused(project: Project, site: SampleServer) -> None:
    assert project.crawl(site.base_url).code == 0
    spool = Spool(project.spool, str(project.archive))
    with spool.only_run_of("publish"):
        refused = project.scrapy("publish")
    assert refused.code == 6, refused
    assert project.scrapy("publish").code == 0


def test_an_unknown_snapshot_is_not_found(project: Project, site: SampleServer) -> None:
    assert project.crawl(site.base_url).code == 0
    assert project.scrapy("adopt", "20200101000000-world-abcdef").code == 2


def test_projections_that_were_derived_again_are_removed_when_they_are_old(
    project: Project, site: SampleServer
) -> None:
    assert project.crawl(site.base_url).code == 0
    (entry,) = project.entries()
    (part,) = (project.archive / listed.key for listed in entry.of("articles"))
    superseded = part.with_name(f"{entry.snapshot_id}-00000-{'0' * 12}.jsonl.gz")
    uncommitted = part.with_name(f"20200101000000-world-abcdef-00000-{'0' * 12}.jsonl.gz")
    for path in (superseded, uncommitted):
        path.write_bytes(b"x")
    assert project.scrapy("publish").code == 0
    assert superseded.exists(), "it is not old enough"
    assert project.scrapy("publish", "-s", "ARCHIVE_ORPHAN_DAYS=0.0000001").code == 0
    assert not superseded.exists()
    assert uncommitted.exists(), "its run may be publishing"
    assert project.problems() == []


def test_the_snapshot_of_a_key_is_told_from_the_key() -> None:
    snapshot = "20260401120000-world-abcdef"
    assert snapshot_id_of(f"cdxj/{snapshot}-0123456789ab.cdxj.gz") == snapshot
    assert snapshot_id_of(f"articles/date=2026-04-01/{snapshot}-00000-0123456789ab.jsonl.gz") == snapshot
    assert snapshot_id_of("articles/date=2026-04-01/other.jsonl.gz") is None
