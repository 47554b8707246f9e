"""Gigabytes through one crawl, and the resident memory of it meanwhile. Linux only: it reads /proc."""

import re
import shutil
import subprocess
import threading
from dataclasses import dataclass
from pathlib import Path

from tests.running import Project
from tests.torture.heavy_site import HeavyServer, heavy_site
from tests.torture.places import Place

GIB = 1 << 30
MIB = 1 << 20
ALLOWED = 40 * MIB
"""By so much the peak may grow once the crawl is warm."""
WARM = GIB // 2
"""So much, or half of all where that is less, has gone through by then."""
WARC_BYTES = 64 * MIB
PUBLISH_BYTES = 192 * MIB
"""Some parts are published before it is warm."""
STEPS = 10
LOOK_SECONDS = 0.2
_FIELDS = re.compile(r"^(VmHWM|VmRSS):\s+(\d+) kB$", re.MULTILINE)


@dataclass(frozen=True)
class Sample:
    """Memory of the crawl at one time, in bytes."""

    sent: int
    """What the site had sent."""
    resident: int
    peak: int
    """The largest resident size so far."""


def stays_flat(place: Place, gib: float) -> bool:
    """True if the peak grows by no more than `ALLOWED` while `gib` GiB go through, and the archive is whole."""
    total = int(gib * GIB)
    project = place.project("memory")
    print(f"\n{place.name}: {gib:g} GiB through one crawl\n{'GiB':>6} {'RSS MiB':>8} {'peak MiB':>9}", flush=True)
    with heavy_site(total) as site:
        samples, code = _crawled(project, site, total)
        articles = len(site.site.listed)
    grown = samples[-1].peak - next(sample.peak for sample in samples if sample.sent >= min(WARM, total // 2))
    archived = sum(listed.bytes for entry in project.entries() for listed in entry.of("warc"))
    missing = articles - len(project.lines())
    print(
        f"exit code {code}; {archived / GIB:.2f} GiB of WARCs in {len(project.entries())} snapshots, "
        f"{missing} articles missing; the peak grew by {grown / MIB:.1f} MiB, allowed are {ALLOWED / MIB:.0f}",
        flush=True,
    )
    well = (code, missing) == (0, 0) and grown <= ALLOWED and archived >= total
    if well:
        shutil.rmtree(project.path)
    return well


def _crawled(project: Project, site: HeavyServer, total: int) -> tuple[list[Sample], int]:
    settings = {
        "ARCHIVE_REQUISITES": 1,
        "ARCHIVE_WARC_BYTES": WARC_BYTES,
        "ARCHIVE_PUBLISH_BYTES": PUBLISH_BYTES,
    }
    arguments = [word for name, value in settings.items() for word in ("-s", f"{name}={value}")]
    samples: list[Sample] = []
    pause = threading.Event()
    with subprocess.Popen(
        project.command(*project.crawl_arguments(site.base_url), *arguments),
        cwd=project.path,
        env=project.environment(),
    ) as process:
        while process.poll() is None:
            if (sample := _sample(process.pid, site.sent)) is not None:
                _tell(sample, samples, total)
                samples.append(sample)
            pause.wait(LOOK_SECONDS)
    return samples, process.returncode


def _sample(pid: int, sent: int) -> Sample | None:
    """None where the process is ending."""
    try:
        found = dict(_FIELDS.findall(Path(f"/proc/{pid}/status").read_text()))
    except OSError:
        return None
    return Sample(sent, int(found["VmRSS"]) << 10, int(found["VmHWM"]) << 10) if len(found) == 2 else None


def _tell(sample: Sample, before: list[Sample], total: int) -> None:
    """A line for every tenth."""
    tenth = sample.sent * STEPS // total
    if tenth and tenth > (before[-1].sent * STEPS // total if before else 0):
        print(f"{sample.sent / GIB:6.2f} {sample.resident / MIB:8.1f} {sample.peak / MIB:9.1f}", flush=True)
