"""Our download handler passes the tests that Scrapy has for its own, while it records all that they fetch.

The suite comes from Scrapy's source distribution of the installed version, as it is, and runs in a process of its own.
"""

import os
import subprocess
import sys
import tarfile
from pathlib import Path

import orjson
import pytest
import scrapy

from crawler.items import JsonObject
from tests.running import ROOT
from tests.services.environments import or_skip, pip

pytestmark = pytest.mark.services

PLUGINS = ("pytest-twisted>=1.14.3", "greenlet", "decorator")
"""What the suite needs beside the project's own dependencies. Installed aside, without dependencies of their own."""

SUITE = "tests/test_downloader_handler_twisted_http11.py"
CHOSEN = "not requires_internet and not requires_mitmproxy"
TIME_LIMIT = 300


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Scrapy's source, unpacked."""
    directory = tmp_path_factory.mktemp("source")
    wanted = f"scrapy=={scrapy.__version__}"
    with or_skip():
        pip("download", "--no-deps", "--no-binary", "scrapy", "--dest", str(directory), wanted)
    (archive,) = directory.glob("*.tar.gz")
    with tarfile.open(archive) as packed:
        packed.extractall(directory, filter="data")
    return directory / archive.name.removesuffix(".tar.gz")


@pytest.fixture(scope="module")
def plugins(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with the pytest plugins of the suite; the project's environment stays as it is."""
    directory = tmp_path_factory.mktemp("plugins")
    with or_skip():
        pip("install", "--no-deps", "--target", str(directory), *PLUGINS)
    return directory


@pytest.fixture(scope="module")
def report(source: Path, plugins: Path, tmp_path_factory: pytest.TempPathFactory) -> JsonObject:
    """What the recording plugin counted in a run of the whole suite."""
    path = tmp_path_factory.mktemp("report") / "report.json"
    loaded = ["-p", "twisted", "-p", "recording_plugin", "-p", "no:cacheprovider"]
    # The suite has session fixtures that are methods: newer versions of pytest warn, and its warnings are errors.
    tolerated = ["-W", "ignore:Session-scoped fixtures defined as instance methods"]
    options = ["--reactor=asyncio", f"--report-to={path}", "-m", CHOSEN, SUITE]
    command = [sys.executable, "-m", "pytest", *loaded, *tolerated, *options]
    done = subprocess.run(
        command, cwd=source, env=environment(plugins), capture_output=True, text=True, timeout=TIME_LIMIT, check=False
    )
    assert path.exists(), f"the suite did not run:\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}"
    found: JsonObject = orjson.loads(path.read_bytes()) | {"tail": done.stdout[-8000:]}
    return found


def environment(plugins: Path) -> dict[str, str]:
    """This process's, without what pytest left in it; only the plugins that are named are loaded."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    path = os.pathsep.join([str(ROOT), str(Path(__file__).parent), str(plugins)])
    return inherited | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONPATH": path}


def test_scrapys_own_tests_pass_with_our_handler(report: JsonObject) -> None:
    outcomes = report["outcomes"]
    bad = {name: count for name, count in outcomes.items() if name not in {"passed", "skipped", "deselected"}}
    assert not bad, f"{outcomes}\n{report['tail']}"
    assert outcomes["passed"] >= 200, f"the suite hardly ran: {outcomes}\n{report['tail']}"


def test_the_exchanges_of_the_suite_were_recorded(report: JsonObject) -> None:
    assert report["captures"] >= 200, f"the tap was not in use: {report}"


def test_every_body_on_record_is_the_one_that_scrapy_delivered(report: JsonObject) -> None:
    assert report["mismatches"] == []
