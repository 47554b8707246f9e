"""The power fails at any moment, then the same command again: nothing promised is lost, nothing doubled."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.ritual import Arrow
from tests.faults.disk_log import Passed
from tests.faults.power_cut import Chance, Policy, Tree, after_power_cut, read_tree
from tests.faults.rare_states import State, broken_snapshots, rare_states, warcs_without_a_run
from tests.faults.recording import Aftermath, Recording, cut_power, record_crawl, run_again
from tests.running import Project
from tests.site.articles import SampleSite
from tests.site.server import SampleServer, running

ARTICLES = 6
RARE_CUTS = 6
SEEDS = 15
TORTURE_CUTS = int(os.environ.get("TORTURE_CUTS", "4"))


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
    """A crawl so slow, a page at a time, that it publishes in parts."""
    slow = ("DOWNLOAD_DELAY=0.3", "CONCURRENT_REQUESTS=1", "ARCHIVE_PUBLISH_BYTES=10000")
    arguments = [word for setting in slow for word in ("-s", setting)]
    recorded = record_crawl(disk, site, disk.path.with_name("log"), *arguments)
    assert len(disk.entries()) > 1, "the crawl published once, not in parts"
    return recorded


@pytest.fixture(scope="module")
def states(recording: Recording) -> list[State]:
    return rare_states(recording, SEEDS)


def after(disk: Project, site: SampleServer, recording: Recording, cut: int, chance: Chance) -> Aftermath:
    """What is wrong after a power cut and a second crawl."""
    cut_power(disk, recording, cut, chance)
    return run_again(disk, site, recording.promised(cut))


def after_two(disk: Project, site: SampleServer, recording: Recording, seed: int, log: Path) -> Aftermath:
    """The power fails, and again while the next crawl recovers what the first left."""
    cut = recording.some_cut(seed)
    cut_power(disk, recording, cut, Chance(Policy.RANDOM, seed))
    second = record_crawl(disk, site, log)
    rare = rare_states(second, SEEDS // 3)
    again = rare[seed % len(rare)]
    promised = recording.promised(cut) | second.promised(again.cut)
    cut_power(disk, second, again.cut, again.chance)
    return run_again(disk, site, promised)


def test_the_recording_holds_all_that_was_done(site: SampleServer, tmp_path: Path) -> None:
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


@pytest.mark.parametrize("number", range(RARE_CUTS))
def test_the_power_fails_at_a_bad_moment(
    disk: Project, site: SampleServer, recording: Recording, states: list[State], number: int
) -> None:
    state = states[number * len(states) // RARE_CUTS]
    assert after(disk, site, recording, state.cut, state.chance) == Aftermath(), state.chance


def test_no_power_cut_takes_from_the_disk_what_was_promised(recording: Recording, states: list[State]) -> None:
    dropped = Chance(Policy.DROP)
    moments = range(recording.begin, len(recording.operations) + 1)
    least = [State(cut, dropped, after_power_cut(recording.operations[:cut], dropped)) for cut in moments]
    missing = {(state.cut, state.chance): recording.missing(state.cut, state.tree) for state in [*least, *states]}
    assert {moment: warcs for moment, warcs in missing.items() if warcs} == {}


def test_no_power_cut_leaves_warcs_without_their_run(recording: Recording, states: list[State]) -> None:
    published = max(at for at, each in enumerate(recording.operations) if each == Passed(Arrow.CACHES_UPDATED.value))
    while_removed = rare_states(recording, SEEDS * 20, published)
    left = {(state.cut, state.chance.seed): warcs_without_a_run(state.tree) for state in [*states, *while_removed]}
    assert {moment: warcs for moment, warcs in left.items() if warcs} == {}


def test_what_the_spool_remembers_is_whole_or_gone(recording: Recording, states: list[State]) -> None:
    whole = facts(after_power_cut(recording.operations, Chance(Policy.KEEP)))
    assert sorted(name.rpartition(".")[2] for name in whole) == ["holder", "json"]
    torn = {(state.cut, state.chance.seed): facts(state.tree).items() - whole.items() for state in states}
    assert {moment: found for moment, found in torn.items() if found} == {}


def facts(tree: Tree) -> dict[str, bytes | None]:
    """Small files beside the runs that a store is remembered by."""
    return {path: data for path, data in tree.items() if path.endswith(("/traits.json", ".holder"))}


def test_no_power_cut_leaves_a_snapshot_without_its_objects(states: list[State]) -> None:
    broken = {(state.cut, state.chance.seed): broken_snapshots(state.tree, "archive") for state in states}
    assert {moment: keys for moment, keys in broken.items() if keys} == {}


@pytest.mark.parametrize("seed", range(2))
def test_the_power_fails_again_in_recovery(
    disk: Project, site: SampleServer, recording: Recording, seed: int, tmp_path: Path
) -> None:
    assert after_two(disk, site, recording, seed, tmp_path / "log") == Aftermath()


def test_many_power_cuts(
    disk: Project, site: SampleServer, recording: Recording, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found: dict[str, dict[int, Aftermath]] = {**{policy.value: {} for policy in Policy}, "twice": {}}
    states = rare_states(recording, SEEDS * 8)
    for number in range(TORTURE_CUTS // len(found)):
        found["twice"][number] = after_two(disk, site, recording, number, tmp_path / f"{number}.log")
        state = states[number % len(states)]
        found[Policy.RANDOM][number] = after(disk, site, recording, state.cut, state.chance)
        for policy in (Policy.DROP, Policy.KEEP):
            cut = recording.some_cut(number)
            found[policy][number] = after(disk, site, recording, cut, Chance(policy, number))
    with capsys.disabled():
        print(table(found))
    assert {kind: wrong(aftermaths) for kind, aftermaths in found.items()} == {kind: {} for kind in found}


def wrong(aftermaths: dict[int, Aftermath]) -> dict[int, Aftermath]:
    return {number: aftermath for number, aftermath in aftermaths.items() if aftermath != Aftermath()}


def table(found: dict[str, dict[int, Aftermath]]) -> str:
    """A line for each policy."""
    lines = [f"\n{'policy':8}{'cuts':>8}{'lost':>8}{'doubled':>8}{'problems':>9}"]
    for kind, aftermaths in found.items():
        each = aftermaths.values()
        lost, doubled = sum(len(one.lost) for one in each), sum(len(one.doubled) for one in each)
        lines.append(f"{kind:8}{len(each):8}{lost:8}{doubled:8}{sum(len(one.problems) for one in each):9}")
    return "\n".join(lines)
