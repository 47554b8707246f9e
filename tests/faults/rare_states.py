"""The states that a power cut may leave a recorded crawl in, each once, and what must hold in all of them.

Most power cuts leave one of a few states; what goes wrong hides in those that only some order of writes leads to.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

import orjson

from tests.faults.power_cut import Chance, Policy, Tree, after_power_cut
from tests.faults.recording import Recording

_ASIDE = ".incoming"


@dataclass(frozen=True)
class State:
    """A moment and a seed that lead to a state, and what stands there then."""

    cut: int
    chance: Chance
    tree: Tree


def rare_states(recording: Recording, seeds: int, begin: int | None = None) -> list[State]:
    """One state for each set of names that some seed leads to, the rarest first (from `begin` on)."""
    found: dict[frozenset[str], State] = {}
    times: dict[frozenset[str], int] = {}
    for state in _states(recording, seeds, recording.begin if begin is None else begin):
        names = frozenset(path for path in state.tree if _ASIDE not in path)
        found.setdefault(names, state)
        times[names] = times.get(names, 0) + 1
    return [found[names] for names in sorted(found, key=lambda names: (times[names], found[names].cut))]


def _states(recording: Recording, seeds: int, begin: int) -> Iterator[State]:
    for cut in range(begin, len(recording.operations) + 1):
        for seed in range(seeds):
            chance = Chance(Policy.RANDOM, seed)
            yield State(cut, chance, after_power_cut(recording.operations[:cut], chance))


def warcs_without_a_run(tree: Tree) -> list[str]:
    """WARCs in the spool of which nobody knows any more what run they are of."""
    return [
        path
        for path in tree
        if ".warc.gz" in path and _is_in_spool(path) and f"{PurePosixPath(path).parent.parent}/run.json" not in tree
    ]


def broken_snapshots(tree: Tree, archive: str) -> list[str]:
    """Objects that a log entry names and that are not there, or not as it says."""
    broken = []
    for path, data in tree.items():
        if data is not None and path.startswith(f"{archive}/log/"):
            for listed in orjson.loads(data)["objects"]:
                found = tree.get(f"{archive}/{listed['key']}")
                if found is None or hashlib.sha256(found).hexdigest() != listed["sha256"]:
                    broken.append(listed["key"])
    return broken


def _is_in_spool(path: str) -> bool:
    return path.startswith(".scrapy/") and PurePosixPath(path).parent.name == "warc"
