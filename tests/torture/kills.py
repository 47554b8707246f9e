"""Kills of all kinds on one store, each followed by a plain second run; two go on at a time."""

import shutil
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from functools import partial

from crawler.ritual import Arrow
from tests.faults.kill_matrix import (
    PASSES,
    Meanwhile,
    Outcome,
    duration_of,
    instants,
    killed_after,
    killed_at_arrow,
    nothing,
    table,
)
from tests.faults.lost_projections import derived_otherwise, lose_projections
from tests.running import Project
from tests.site.articles import SampleSite
from tests.site.server import SampleServer, running
from tests.torture.places import Place

ARTICLES = 12
AT_ONCE = 2
ATTEMPTS = 6
SOONER = 0.7
"""A run that had ended before it could be killed is no proof: another is killed at this share of its time."""
IN_PARTS = (
    *("-s", "DOWNLOAD_DELAY=0.2"),
    *("-s", "CONCURRENT_REQUESTS=2"),
    *("-s", "CONCURRENT_REQUESTS_PER_DOMAIN=1"),
    *("-s", "ARCHIVE_PUBLISH_BYTES=12000"),
)
"""So slow that the run publishes several times while it crawls."""

Job = Callable[[Project, SampleServer, int], Outcome]
"""Kills in a project, for the nth time."""


@dataclass(frozen=True)
class Kills:
    """How often to kill, and where the random instants begin."""

    count: int
    seed: int


def at_arrows(place: Place) -> bool:
    """At every arrow of the ritual, and at a later pass of those that are passed often."""
    jobs = [partial(_at_arrow, arrow=arrow, nth=nth) for arrow, nth in PASSES]
    return _matrix(place, "killed at every arrow", jobs)


def at_any_instant(place: Place, kills: Kills) -> bool:
    """At random instants."""
    return _at_instants(place, "killed at random instants", kills, (), nothing)


def in_parts(place: Place, kills: Kills) -> bool:
    """At random instants of a run that publishes in parts while it crawls."""
    return _at_instants(place, "killed while it publishes in parts", kills, IN_PARTS, nothing)


def without_projections(place: Place, kills: Kills) -> bool:
    """At random instants; all that is not evidence is gone before the second run, and must come out the same."""
    return _at_instants(place, "killed, all projections deleted", kills, IN_PARTS, lose_projections)


def _at_instants(place: Place, title: str, kills: Kills, settings: tuple[str, ...], meanwhile: Meanwhile) -> bool:
    with _site() as site, ThreadPoolExecutor(AT_ONCE) as pool:
        timed = [place.project(f"timed-{number}") for number in range(AT_ONCE)]
        duration = max(pool.map(lambda project: duration_of(project, site, *settings), timed))
    for project in timed:
        shutil.rmtree(project.path)
    jobs = [
        partial(_at_instant, seconds=seconds, settings=settings, meanwhile=meanwhile)
        for seconds in instants(kills.count, duration, kills.seed)
    ]
    return _matrix(place, f"{title} of {duration:.1f} s", jobs)


def _matrix(place: Place, title: str, jobs: Iterable[Job]) -> bool:
    with _site() as site, ThreadPoolExecutor(AT_ONCE) as pool:
        outcomes = list(pool.map(lambda job: _done(place, f"kill-{job[0]}", site, job[1]), enumerate(jobs)))
    return table(f"{place.name}: {title}", outcomes) and all(outcome.died for outcome in outcomes)


def _done(place: Place, name: str, site: SampleServer, job: Job) -> Outcome:
    """A project that is well again is removed, the others stay to be looked at."""
    for attempt in range(ATTEMPTS):
        project = place.project(f"{name}-{attempt}")
        outcome = job(project, site, attempt)
        if outcome.is_well:
            shutil.rmtree(project.path)
        if outcome.died or not outcome.is_well:
            break
    return outcome


def _at_arrow(project: Project, site: SampleServer, _: int, *, arrow: Arrow, nth: int) -> Outcome:
    return killed_at_arrow(project, site, arrow, nth)


def _at_instant(
    project: Project,
    site: SampleServer,
    attempt: int,
    *,
    seconds: float,
    settings: tuple[str, ...],
    meanwhile: Meanwhile,
) -> Outcome:
    outcome = killed_after(project, site, seconds * SOONER**attempt, *settings, meanwhile=meanwhile)
    differing = derived_otherwise(project, project.path / "again") if meanwhile is lose_projections else []
    said = "".join(f"{key} is not what its WARCs give\n" for key in differing) + outcome.said
    return replace(outcome, problems=outcome.problems + len(differing), said=said)


def _site() -> AbstractContextManager[SampleServer]:
    return running(SampleSite(articles=ARTICLES, oddities=False))
