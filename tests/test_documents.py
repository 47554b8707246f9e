"""Documents are held to the code."""

import re
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from crawler.errors import ExitCode
from crawler.items import Article
from crawler.options import ArchiveOptions
from crawler.ritual import Arrow
from tests.running import ROOT, Project
from tests.site.articles import SampleSite
from tests.site.server import running

README = (ROOT / "README.md").read_text(encoding="utf-8")


def attribute_docstrings(source: str, name: str) -> dict[str, str]:
    """Docstrings under the attributes of a class, as its source has them."""
    body = re.split(rf"^class {name}\b", source, maxsplit=1, flags=re.MULTILINE)[1].partition("\nclass ")[0]
    return dict(re.findall(r'^    (\w+)(?:: [^\n]*)?(?: = [^\n]*)?\n    """(.+?)"""$', body, re.MULTILINE | re.DOTALL))


def test_the_table_of_exit_codes_is_that_of_the_code() -> None:
    rows = re.findall(r"^\| (\d+) \| ([a-z ]+) \| (.+?) \|", (ROOT / "docs/exit-codes.md").read_text(), re.MULTILINE)
    meanings = attribute_docstrings((ROOT / "crawler/errors.py").read_text(), "ExitCode")
    table = {(code, name.strip(), meaning) for code, name, meaning in rows}
    assert table == {(str(int(code)), code.name.lower().replace("_", " "), meanings[code.name]) for code in ExitCode}


@pytest.mark.parametrize(("module", "kind"), [("items.py", Article), ("options.py", ArchiveOptions)])
def test_every_field_says_what_it_is(module: str, kind: type) -> None:
    documented = attribute_docstrings((ROOT / "crawler" / module).read_text(encoding="utf-8"), kind.__name__)
    assert set(documented) == {field.name for field in fields(kind)}


def test_every_file_that_the_readme_links_is_there() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert target.startswith("https://") or (ROOT / target).exists(), target


def test_the_make_targets_that_the_readme_names_exist() -> None:
    makefile = (ROOT / "Makefile").read_text()
    for target in set(re.findall(r"^make ([a-z][a-z-]*)", README, re.MULTILINE)):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_the_loader_of_the_readme_reads_an_archive(project: Project) -> None:
    (code,) = re.findall(r"```python\n(.+?)```", README, re.DOTALL)
    with running(SampleSite(articles=5, oddities=False)) as site:
        assert project.crawl(site.base_url).code == 0
    printed = subprocess.run([sys.executable, "-c", code], cwd=project.path, capture_output=True, text=True, check=True)
    assert len(printed.stdout.splitlines()) == 5
    assert "article sputnik-international:" in printed.stdout


@pytest.mark.parametrize(
    "command", ["crawl", "publish", "adopt", "doctor", "snapshots", "verify", "restore", "history", "schema"]
)
def test_every_command_of_the_readme_has_help(project: Project, command: str) -> None:
    shown = project.scrapy(command, "--help")
    assert shown.code == 0, shown
    assert f"scrapy {command}" in README
    assert "Example" in shown.out


def test_help_and_errors_name_the_arguments_of_a_command(project: Project) -> None:
    usage = "scrapy history [--json | --html FILE] URL|ID"
    assert usage in project.scrapy("history", "--help").out
    wrong = project.scrapy("history", "one", "two")
    assert wrong.code == 2, wrong
    assert usage in wrong.err


def test_the_arrows_of_the_ritual_are_those_of_the_code() -> None:
    rows = re.findall(r"^\| ((?:`[a-z_]+` ?)+)\|", (ROOT / "docs/operations.md").read_text(), re.MULTILINE)
    assert [name for row in rows for name in re.findall(r"[a-z_]+", row)] == [str(arrow) for arrow in Arrow]


@pytest.mark.parametrize("document", ["README.md", "docs/operations.md", "docs/exit-codes.md", "docs/format.md"])
def test_every_setting_that_a_document_names_exists(document: str) -> None:
    named = set(re.findall(r"ARCHIVE_([A-Z0-9_]+)", (ROOT / document).read_text(encoding="utf-8")))
    assert named <= {field.name.upper() for field in fields(ArchiveOptions)}


def test_no_document_names_a_path_of_a_machine() -> None:
    documents = [*ROOT.glob("*.md"), *Path(ROOT, "docs").rglob("*.md"), ROOT / "Makefile"]
    assert not [path for path in documents if re.search(r"/(root|work|home)/", path.read_text(encoding="utf-8"))]
