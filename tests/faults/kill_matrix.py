"""Kills a crawl at an arrow of the ritual or at any instant, runs it again as a plain second run, and counts."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from crawler.ritual import Arrow
from tests.running import Project
from tests.site.server import SampleServer

WHOLE = ("-s", "ARCHIVE_WARC_BYTES=12000")
"""Several WARCs, so that some are uploaded while the crawl goes on."""


REPEATED = (
    Arrow.GROUP_WRITTEN,
    Arrow.GROUP_SYNCED,
    Arrow.ACKNOWLEDGED,
    Arrow.WARC_SYNCED,
    Arrow.WARC_RENAMED,
    Arrow.WARC_SEALED,
    Arrow.WARC_PUT,
)
"""Arrows that a run passes more than once."""
PASSES = [*((arrow, 1) for arrow in Arrow), *((arrow, 3) for arrow in REPEATED)]
"""Every arrow with the pass at which to die: the first, and a later one where there are more."""

Meanwhile = Callable[[Project], None]
"""What else befalls the spool before the second run."""


def nothing(_: Project) -> None:
    """The spool stays as the kill left it."""


@dataclass(frozen=True)
class Outcome:
    """What a killed run and a plain second one came to."""

    where: str
    """Where it was killed."""
    died: bool
    """False where it had ended before."""
    code: int
    """Exit code of the second run."""
    lost: int
    """Listed articles without a first version."""
    doubled: int
    """First versions too many."""
    problems: int
    """What `verify --deep` found."""
    left: int
    """Runs that are still in the spool."""
    said: str
    """What the second run said."""

    @property
    def is_well(self) -> bool:
        return (self.code, self.lost, self.doubled, self.problems, self.left) == (0, 0, 0, 0, 0)

    def __str__(self) -> str:
        return (
            f"{self.where:32} {'killed' if self.died else 'ended':7} {self.code:4} {self.lost:5} {self.doubled:8} "
            f"{self.problems:9} {self.left:5}"
        )


HEADING = f"{'where':32} {'run':7} {'code':>4} {'lost':>5} {'doubled':>8} {'problems':>9} {'left':>5}"


def killed_at_arrow(
    project: Project, site: SampleServer, arrow: Arrow, nth: int, *settings: str, meanwhile: Meanwhile = nothing
) -> Outcome:
    """Die the Nth time that the arrow is passed."""
    arguments = project.arguments(*project.crawl_arguments(site.base_url), *WHOLE, *settings)
    crashed = subprocess.run(
        [sys.executable, "-m", "tests.faults.killed_at", arrow, str(nth), *arguments],
        cwd=project.path,
        env=project.environment(),
        capture_output=True,
        check=False,
        timeout=120,
    )
    died = crashed.returncode == -signal.SIGKILL
    assert died or crashed.returncode == 0, crashed.stderr.decode()
    meanwhile(project)
    return _again(project, site, f"{arrow} {nth}", died=died)


def killed_after(
    project: Project, site: SampleServer, seconds: float, *settings: str, meanwhile: Meanwhile = nothing
) -> Outcome:
    """Die after so many seconds, wherever the run is then."""
    process = subprocess.Popen(
        project.command(*project.crawl_arguments(site.base_url), *WHOLE, *settings),
        cwd=project.path,
        env=project.environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    meanwhile(project)
    return _again(project, site, f"after {seconds:.2f} s", died=process.returncode == -signal.SIGKILL)


def instants(count: int, duration: float, seed: int = 0) -> list[float]:
    """Random instants of a crawl that takes so long, from when it has begun to work."""
    return [random.Random(seed + number).uniform(0.3, 1.0) * duration for number in range(count)]  # noqa: S311  no secret


def duration_of(project: Project, site: SampleServer, *settings: str) -> float:
    """Seconds that an undisturbed crawl takes here."""
    begin = time.monotonic()
    done = project.crawl(site.base_url, *WHOLE, *settings)
    assert done.code == 0, done
    return time.monotonic() - begin


def table(title: str, outcomes: Iterable[Outcome], say: Callable[[str], None] = print) -> bool:
    """Print what came of a matrix; True if all is well."""
    found = list(outcomes)
    say(f"\n{title}\n{HEADING}")
    for outcome in found:
        say(str(outcome) + ("" if outcome.is_well else f"   <<<\n{outcome.said}"))
    well = sum(outcome.is_well for outcome in found)
    died = sum(outcome.died for outcome in found)
    lost, doubled = sum(outcome.lost for outcome in found), sum(outcome.doubled for outcome in found)
    say(f"{len(found)} runs, {died} killed, {well} well: {lost} lost, {doubled} doubled")
    return well == len(found)


def _again(project: Project, site: SampleServer, where: str, *, died: bool) -> Outcome:
    again = project.crawl(site.base_url, *WHOLE)
    expected = {f"sputnik-international:{article.id}" for article in site.site.listed}
    firsts = Counter(line["article_id"] for line in project.lines() if line["event"] == "article")
    others = sum(line["event"] != "article" for line in project.lines())
    return Outcome(
        where,
        died,
        again.code,
        lost=len(expected - firsts.keys()),
        doubled=sum(firsts.values()) - len(firsts) + others + len(firsts.keys() - expected),
        problems=len(project.problems()),
        left=len(list(project.spool.glob("*/2*"))),
        said=str(again),
    )
