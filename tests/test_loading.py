"""docs/loading.md holds what it says: its SQL is run against archives of the sample site."""

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import orjson
import pytest

from crawler.archive.schema import line_schema
from crawler.items import JsonObject
from tests.line_schema import DOCUMENT, documented
from tests.running import Project
from tests.site.articles import SampleSite
from tests.site.server import running

TEXT = DOCUMENT.read_text(encoding="utf-8")
LOADING = re.findall(r"```sql\n(.+?)```", TEXT, re.DOTALL)
TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\S*")


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Two snapshots, with a log entry between them that died before its first byte."""
    project = Project(tmp_path_factory.mktemp("loading") / "project")
    for edition in (1, 2):
        with running(SampleSite(articles=4, oddities=False, variety=True, edition=edition)) as server:
            project.crawl(server.base_url)
        (project.archive / "log" / f"{2 * edition:08d}.json").touch()
    assert len(project.entries()) == 2
    return project


@pytest.fixture
def database(archive: Project, monkeypatch: pytest.MonkeyPatch) -> Iterator[duckdb.DuckDBPyConnection]:
    """An empty database in the directory of the project, where nothing is fetched from elsewhere."""
    monkeypatch.chdir(archive.path)
    with duckdb.connect(config={"autoinstall_known_extensions": False}) as connection:
        yield connection


def load(database: duckdb.DuckDBPyConnection) -> list[list[Any]]:
    """Run the document from top to bottom; returns what each of its blocks gives."""
    return [database.execute(block).fetchall() for block in LOADING]


def test_every_line_arrives_with_every_value(database: duckdb.DuckDBPyConnection, archive: Project) -> None:
    load(database)
    rows = database.execute("SELECT to_json(lines) FROM lines").fetchall()
    loaded = {key_of(line): in_one_form(line) for line in (orjson.loads(row) for (row,) in rows)}
    assert loaded == {key_of(line): in_one_form(line) for line in archive.lines()}


def key_of(line: JsonObject) -> tuple[str, int, str]:
    return line["article_id"], line["version"], line["event"]


def in_one_form(value: Any) -> Any:  # noqa: ANN401  any value of a line
    """A value with its times compared as times: DuckDB prints them in another form."""
    if isinstance(value, dict):
        return {name: in_one_form(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [in_one_form(inner) for inner in value]
    return datetime.fromisoformat(value) if isinstance(value, str) and TIME.fullmatch(value) else value


def test_the_columns_are_the_fields(database: duckdb.DuckDBPyConnection) -> None:
    load(database)
    columns = [row[0] for row in database.execute("DESCRIBE lines").fetchall()]
    assert columns == list(line_schema()["properties"]), "name each field in the columns of docs/loading.md"


def test_a_load_that_is_run_again_doubles_nothing(database: duckdb.DuckDBPyConnection, archive: Project) -> None:
    for _ in range(2):
        load(database)
        assert database.execute("SELECT count(*) FROM lines").fetchall() == [(len(archive.lines()),)]


def test_what_lacks_is_named(database: duckdb.DuckDBPyConnection, archive: Project) -> None:
    *_, missing, _, _ = load(database)
    assert missing == []
    lost = archive.lines()[0]
    database.execute("DELETE FROM lines WHERE article_id = ?", [lost["article_id"]])
    ((snapshot_id, listed, loaded),) = database.execute(LOADING[-3]).fetchall()[:1]
    assert snapshot_id in {entry.snapshot_id for entry in archive.entries()}
    assert listed > loaded


def test_the_latest_lines_are_one_for_each_article(database: duckdb.DuckDBPyConnection, archive: Project) -> None:
    *_, latest, _ = load(database)
    newest = {line["article_id"]: line["version"] for line in archive.lines()}
    assert {article_id: version for article_id, version, *_ in latest} == newest
    assert set(newest.values()) == {1, 2}, "some were revised"


def test_an_article_that_is_gone_is_not_there(database: duckdb.DuckDBPyConnection) -> None:
    load(database)
    ((article_id,),) = database.execute("SELECT article_id FROM lines WHERE version = 2 LIMIT 1").fetchall()
    database.execute(
        "INSERT INTO lines SELECT * REPLACE ('gone' AS event) FROM lines WHERE article_id = ? AND version = 2",
        [article_id],
    )
    assert article_id not in {row[0] for row in database.execute(LOADING[-2]).fetchall()}


def test_the_history_of_an_article_ends_with_its_going(database: duckdb.DuckDBPyConnection) -> None:
    load(database)
    ((article_id,),) = database.execute("SELECT article_id FROM lines WHERE version = 2 LIMIT 1").fetchall()
    database.execute(
        "INSERT INTO lines SELECT * REPLACE ('gone' AS event) FROM lines WHERE article_id = ? AND version = 2",
        [article_id],
    )
    history = LOADING[-1].replace("sputnik-international:1120000008", article_id)
    events = [(version, event) for version, event, *_ in database.execute(history).fetchall()]
    assert events == [(1, "article"), (2, "revision"), (2, "gone")]


def test_the_tables_of_the_document_are_those_of_the_code() -> None:
    assert documented(TEXT) == TEXT, "run `make schema`, which renews docs/loading.md"


def test_every_file_that_the_document_links_is_there() -> None:
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", TEXT):
        assert (DOCUMENT.parent / target).exists(), target


def test_every_part_that_a_table_links_has_its_table() -> None:
    headings = {heading.lower() for heading in re.findall(r"^### (\w+)$", TEXT, re.MULTILINE)}
    assert set(re.findall(r"\]\(#(\w+)\)", TEXT)) <= headings


def test_the_document_names_the_command_that_renews_it() -> None:
    makefile = (Path(__file__).parent.parent / "Makefile").read_text()
    assert "\nschema: " in makefile
    assert "made by `make schema`" in TEXT
