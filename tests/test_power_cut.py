"""The power fails at any moment, then the same command again: nothing promised is lost, nothing doubled."""

import os
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.ritual import Arrow
from tests.faults.power_cut import Chance, Policy, after_power_cut, read_tree
from tests.faults.recording import Aftermath, Recording, cut_power, record_crawl, run_again
from tests.running import Project
from tests.site.articles import SampleSite
from tests.site.server import SampleServer, running

ARTICLES = 8
RANDOM_CUTS = 8
TORTURE_CUTS = int(os.environ.get("TORTURE_CUTS", "0"))


@pytest.fixture(scope="module")
def site() -> Iterator[SampleServer]:
    with running(SampleSite(articles=ARTICLES, oddities=False)) as server:
        yield server


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The project that crawls under record; every test lays it out anew at the same place, which names the spool."""
    return Project(tmp_path_factory.mktemp("disk") / "project")


@pytest.fixture(scope="module")
def recording(disk: Project, site: SampleServer) -> Recording:
    return record_crawl(disk, site, disk.path.with_name("log"))


def after(disk: Project, site: SampleServer, recording: Recording, cut: int, chance: Chance) -> Aftermath:
    """What is wrong after a power cut and a second crawl."""
    cut_power(disk, recording, cut, chance)
    return run_again(disk, site, recording.promised(cut))


def after_two(disk: Project, site: SampleServer, recording: Recording, seed: int, log: Path) -> Aftermath:
    """The power fails, and again while the next crawl recovers what the first left."""
    cut = recording.some_cut(seed)
    cut_power(disk, recording, cut, Chance(Policy.RANDOM, seed))
    second = record_crawl(disk, site, log)
    promised = recording.promised(cut) | second.promised(cut := second.some_cut(seed))
    cut_power(disk, second, cut, Chance(Policy.RANDOM, seed))
    return run_again(disk, site, promised)


def test_the_recording_holds_all_that_was_done(disk: Project, site: SampleServer, tmp_path: Path) -> None:
    project = Project(tmp_path / "project")
    recording = record_crawl(project, site, tmp_path / "log")
    found = {path: data for path, data in read_tree(project.path).items() if ".sqlite" not in path}
    replayed = after_power_cut(recording.operations, Chance(Policy.KEEP))
    assert replayed.keys() == found.keys()
    assert [path for path in found if replayed[path] != found[path]] == []


def test_a_crawl_promises_every_capture_before_it_ends(recording: Recording) -> None:
    everything = {record for groups in recording.groups.values() for group in groups for record in group.record_ids}
    assert recording.promised(recording.begin) == frozenset()
    assert recording.promised(len(recording.operations)) == everything
    assert len(recording.groups) > 1, "one WARC only: make ARCHIVE_WARC_BYTES smaller"


@pytest.mark.parametrize("arrow", Arrow)
def test_the_power_fails_at_an_arrow(disk: Project, site: SampleServer, recording: Recording, arrow: Arrow) -> None:
    cut = recording.cut_at(arrow)
    assert cut is not None, f"the crawl never passed {arrow}"
    assert after(disk, site, recording, cut, Chance(Policy.DROP)) == Aftermath()


@pytest.mark.parametrize("seed", range(RANDOM_CUTS))
def test_the_power_fails_at_a_random_moment(disk: Project, site: SampleServer, recording: Recording, seed: int) -> None:
    assert after(disk, site, recording, recording.some_cut(seed), Chance(Policy.RANDOM, seed)) == Aftermath()


@pytest.mark.parametrize("seed", range(2))
def test_the_power_fails_again_in_recovery(
    disk: Project, site: SampleServer, recording: Recording, seed: int, tmp_path: Path
) -> None:
    assert after_two(disk, site, recording, seed, tmp_path / "log") == Aftermath()


@pytest.mark.skipif(not TORTURE_CUTS, reason="the long form: set TORTURE_CUTS to the number of power cuts")
def test_many_power_cuts(
    disk: Project,
    site: SampleServer,
    recording: Recording,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    found: dict[str, dict[int, Aftermath]] = defaultdict(dict)
    for seed in range(TORTURE_CUTS):
        kind = (*Policy, "twice")[seed % 4]
        if kind == "twice":
            found[kind][seed] = after_two(disk, site, recording, seed, tmp_path / f"{seed}.log")
        else:
            found[kind][seed] = after(disk, site, recording, recording.some_cut(seed), Chance(Policy(kind), seed))
    with capsys.disabled():
        print(table(found))
    wrong = {f"{kind} {seed}": each for kind, all_ in found.items() for seed, each in all_.items()}
    assert {name: each for name, each in wrong.items() if each != Aftermath()} == {}


def table(found: dict[str, dict[int, Aftermath]]) -> str:
    """A line for each policy."""
    lines = [f"\n{'policy':8}{'cuts':>8}{'lost':>8}{'doubled':>8}{'problems':>9}"]
    for kind, each in found.items():
        lost = sum(len(one.lost) for one in each.values())
        doubled = sum(len(one.doubled) for one in each.values())
        problems = sum(len(one.problems) for one in each.values())
        lines.append(f"{kind:8}{len(each):8}{lost:8}{doubled:8}{problems:9}")
    return "\n".join(lines)
