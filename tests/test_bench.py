"""The benchmark runs and says what it should say; how fast anything is, no test asks."""

import subprocess
import sys

import orjson
import pytest

from crawler.capture.occasion import LINK_META
from crawler.items import JsonObject
from tests.benchmarks.crawls import LINK
from tests.benchmarks.measured import Measured
from tests.benchmarks.pages import LISTED, site_pages
from tests.benchmarks.report import summaries
from tests.benchmarks.series import planned
from tests.running import ROOT, TIME_LIMIT

ARTICLES = 30


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> JsonObject:
    """What a short benchmark leaves."""
    path = tmp_path_factory.mktemp("bench") / "bench.json"
    command = [sys.executable, "-m", "tests.benchmarks", "--pairs", "1", "--pages", str(ARTICLES), "--json", str(path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=TIME_LIMIT, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("variant"), f"no table: {done.stdout}"
    found: JsonObject = orjson.loads(path.read_bytes())
    return found


def test_every_crawl_gets_every_page(figures: JsonObject) -> None:
    assert [(run["variant"], run["pages"]) for run in figures["runs"]] == [
        ("bare", ARTICLES + 1),
        ("capture", ARTICLES + 1),
        ("bare", ARTICLES + 1),
    ]


def test_only_capture_records_and_it_records_everything(figures: JsonObject) -> None:
    assert [run["captures"] for run in figures["runs"]] == [0, ARTICLES + 1, 0]
    assert [run["bytes_written"] > 0 for run in figures["runs"]] == [False, True, False]


def test_the_figures_are_complete(figures: JsonObject) -> None:
    assert set(figures) == {"machine", "runs", "summaries"}
    for variant, summary in figures["summaries"].items():
        for name, spread in summary.items():
            assert set(spread) == {"median", "min", "max"}, f"{variant}: {name}"
            assert spread["min"] <= spread["median"] <= spread["max"], f"{variant}: {name}"
        assert summary["ratio"]["median"] > 0


def test_the_spider_says_what_a_link_declared_where_capture_looks_for_it() -> None:
    assert LINK == LINK_META


def test_rounds_run_forwards_and_backwards_in_turn() -> None:
    assert planned(["capture"], 3) == ["bare", "capture", "capture", "bare", "bare", "capture", "bare"]


def test_a_ratio_is_taken_within_a_round_and_the_control_from_one_baseline_to_the_next() -> None:
    cpu = [("bare", 1.0), ("capture", 3.0), ("capture", 8.0), ("bare", 2.0), ("bare", 3.0)]
    found = summaries([Measured(variant, 1, 0, seconds, 0, 0, 0, 0, 0) for variant, seconds in cpu])
    assert found["capture"].ratio.shown(1) == "3.5 (3.0–4.0)"
    assert found["bare"].ratio.shown(2) == "1.75 (1.50–2.00)"


def test_the_site_is_what_it_says() -> None:
    pages = list(site_pages(2 * LISTED, "http://127.0.0.1"))
    articles = [page for page in pages if page.path.endswith(".html")]
    assert len(articles) == 2 * LISTED
    assert 110_000 < sum(len(page.body) for page in articles) / len(articles) < 122_000
    assert len({page.body for page in articles}) == 0.85 * len(articles)
    assert sum(page.chunked for page in articles) == 0.2 * len(articles)
