"""A crawl under record, what it promised at any moment, and what comes of a power cut at that moment.

A capture is promised once its group is synced: by the fsync of its WARC, or by the arrow that says so.
"""

import random
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from crawler.archive.groups import read_groups
from crawler.archive.warc import OPEN_SUFFIX, read_records
from crawler.ritual import Arrow
from tests.faults.disk_log import Began, Fsync, Names, Operation, Passed, Write, read_log
from tests.faults.power_cut import Chance, Tree, after_power_cut, lay_out
from tests.running import TIME_LIMIT, Project
from tests.site.server import SampleServer

_TORN_CACHE = b"SQLite format 3\0"


@dataclass(frozen=True)
class Group:
    """Records that stand or fall together, in a finished WARC."""

    end: int
    record_ids: frozenset[str]


@dataclass(frozen=True)
class Recording:
    """A crawl that ran to its end."""

    operations: list[Operation]
    groups: dict[str, list[Group]]
    """What each WARC of the archive holds, by the name of its file; without the warcinfo record."""
    warcs: dict[str, bytes]
    """The bytes of each."""

    @property
    def begin(self) -> int:
        """First operation of the crawl itself."""
        return self.operations.index(Began()) + 1

    def some_cut(self, seed: int) -> int:
        """A moment: how many operations came before it."""
        return random.Random(seed).randrange(self.begin, len(self.operations) + 1)  # noqa: S311  a sample

    def cut_at(self, arrow: Arrow) -> int | None:
        """The moment at which an arrow was just passed: of many the one in the middle, None if it never was."""
        moments = [at for at, operation in enumerate(self.operations, 1) if operation == Passed(arrow.value)]
        return moments[len(moments) // 2] if moments else None

    def promised(self, cut: int) -> frozenset[str]:
        """Ids of the records that no power cut at this moment may lose."""
        ids: set[str] = set()
        for name, extent in _synced_extents(self.operations[:cut]).items():
            ids.update(*(group.record_ids for group in self.groups.get(name, ()) if group.end <= extent))
        return frozenset(ids)

    def missing(self, cut: int, tree: Tree) -> list[str]:
        """WARCs of which a disk that lost power at this moment lacks bytes that were synced."""
        kept = [(path.rpartition("/")[2].removesuffix(OPEN_SUFFIX), data or b"") for path, data in tree.items()]
        return [
            name
            for name, extent in _synced_extents(self.operations[:cut]).items()
            if not any(data.startswith(self.warcs[name][:extent]) for kept_as, data in kept if kept_as == name)
        ]


def _synced_extents(operations: Sequence[Operation]) -> dict[str, int]:
    """Up to which byte each WARC was synced, by the name of the finished file."""
    names: dict[int, str] = {}
    written: Counter[int] = Counter()
    synced: dict[str, int] = {}
    for operation in operations:
        if isinstance(operation, Names):
            named = [entry for entry in operation.entries if entry.node is not None and ".warc.gz" in entry.name]
            names.update({entry.node: entry.name.removesuffix(OPEN_SUFFIX) for entry in named if entry.node})
        elif isinstance(operation, Write):
            written[operation.node] = max(written[operation.node], operation.offset + len(operation.data))
        elif isinstance(operation, Fsync) or operation == Passed(Arrow.GROUP_SYNCED.value):
            nodes = [operation.node] if isinstance(operation, Fsync) else list(names)
            synced.update(
                {names[node]: max(synced.get(names[node], 0), written[node]) for node in nodes if node in names}
            )
    return synced


def record_crawl(project: Project, site: SampleServer, log: Path, *arguments: str) -> Recording:
    """Crawl the site under record, in WARCs so small that there are some."""
    recorded = [sys.executable, "-m", "tests.faults.recorded_disk", str(log), str(project.path)]
    done = subprocess.run(
        [*recorded, *project.crawl_arguments(site.base_url), "-s", "ARCHIVE_WARC_BYTES=30000", *arguments],
        cwd=project.path,
        env=project.environment(),
        capture_output=True,
        text=True,
        timeout=TIME_LIMIT,
        check=False,
    )
    assert done.returncode == 0, f"exit code {done.returncode} of the crawl under record: {done.stderr}"
    warcs = {path.name: path.read_bytes() for path in project.archive.glob("warc/*/*/*/*.warc.gz")}
    return Recording(read_log(log), _groups(project), warcs)


def _groups(project: Project) -> dict[str, list[Group]]:
    found = {}
    for entry in project.entries():
        for listed in entry.of("warc"):
            with project.repository.open(listed) as stream:
                groups = list(read_groups(read_records(stream, listed.key), listed.key))
            found[listed.key.rpartition("/")[2]] = [
                Group(group[-1].offset + group[-1].length, frozenset(part.record.record_id for part in group))
                for group in groups
                if group[0].record.kind != "warcinfo"
            ]
    return found


@dataclass(frozen=True)
class Aftermath:
    """What was wrong when the power had failed and the crawl had run again."""

    lost: tuple[str, ...] = ()
    doubled: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


def cut_power(project: Project, recording: Recording, cut: int, chance: Chance) -> None:
    """Leave the project as the power cut leaves it. The caches are gone, or torn in runs with an odd seed."""
    tree = after_power_cut(recording.operations[:cut], chance)
    lay_out(tree | (_torn_caches(tree) if chance.seed % 2 else {}), project.path)


def _torn_caches(tree: Tree) -> Tree:
    spools = [path for path, data in tree.items() if data is None and Path(path).parent == Path(".scrapy/archive")]
    return {f"{path}/history.sqlite": _TORN_CACHE + bytes(range(256)) * 32 for path in spools}


def run_again(project: Project, site: SampleServer, promised: frozenset[str]) -> Aftermath:
    """The same command as before, and what is wrong then."""
    again = project.crawl(site.base_url)
    if again.code != 0 or "Traceback" in again.err:
        return Aftermath(problems=(str(again),))
    due = {f"sputnik-international:{article.id}" for article in site.site.listed}
    events = Counter(str(line["article_id"]) for line in project.lines())
    ids = Counter(record for groups in _groups(project).values() for group in groups for record in group.record_ids)
    left = [f"{path} is left in the spool" for path in project.spool.glob("*/2*")]
    return Aftermath(
        lost=tuple(sorted((due - events.keys()) | (promised - ids.keys()))),
        doubled=tuple(sorted(name for name, count in (events + ids).items() if count > 1)),
        problems=(*(problem.message for problem in project.problems()), *left),
    )
