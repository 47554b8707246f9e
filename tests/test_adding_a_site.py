"""docs/adding-a-site.md is followed to the letter: its files in their places are a site that works."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.running import ROOT

GUIDE = (ROOT / "docs" / "adding-a-site.md").read_text(encoding="utf-8")
FILES = dict(re.findall(r"^`([\w./]+)`[^\n]*:\n\n```\w+\n(.*?)^```", GUIDE, re.DOTALL | re.MULTILINE))
TESTED = re.findall(r"^    (pytest .*)$", GUIDE, re.MULTILINE)


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the checkout with the files of the guide."""
    copy = tmp_path_factory.mktemp("guide")
    for name in ("crawler", "spiders", "tests"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "scrapy.cfg"):
        shutil.copy(ROOT / name, copy)
    for name, text in FILES.items():
        (copy / name).parent.mkdir(exist_ok=True)
        (copy / name).write_text(text, encoding="utf-8")
    return copy


def run(checkout: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *command], cwd=checkout, capture_output=True, text=True, timeout=60, check=False
    )


def test_one_site_file_and_one_golden_directory_are_all() -> None:
    assert sorted(FILES) == [
        "crawler/sites/harbour.py",
        "tests/pages/harbour/expected.json",
        "tests/pages/harbour/page.html",
    ]


def test_the_tests_that_the_guide_names_find_the_site_and_pass(checkout: Path) -> None:
    (command,) = TESTED
    done = run(checkout, *command.split(), "-p", "no:cacheprovider")
    assert done.returncode == 0, done.stdout
    assert "2 passed" in done.stdout, "the golden page, and the data of the site"


def test_the_site_is_known_to_every_command(checkout: Path) -> None:
    done = run(checkout, "scrapy", "doctor", "--site", "harbour-post", "--offline", "-s", "LOG_ENABLED=0")
    assert done.returncode == 0, done.stdout + done.stderr
    refused = run(checkout, "scrapy", "doctor", "--site", "harbour")
    assert "harbour-post" in refused.stderr


def test_a_file_that_kept_the_name_of_another_is_told(checkout: Path) -> None:
    file = checkout / "crawler" / "sites" / "copied.py"
    file.write_text(FILES["crawler/sites/harbour.py"].replace("harbour-post", "ria"))
    done = run(checkout, "scrapy", "crawl", "world", "-a", "site=ria")
    file.unlink()
    assert done.returncode == 2, done
    assert "site 'ria': two sites in crawler/sites have that name" in done.stderr


def test_a_slip_in_the_file_is_told_before_a_crawl(checkout: Path) -> None:
    file = checkout / "crawler" / "sites" / "slip.py"
    file.write_text(FILES["crawler/sites/harbour.py"].replace("harbour-post", "slip").replace("h1.headline", "h1["))
    done = run(checkout, "scrapy", "crawl", "world", "-a", "site=slip")
    assert done.returncode == 2, done
    assert "site 'slip': generation 'current': markup.title has 'h1['" in done.stderr
