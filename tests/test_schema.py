"""The schema says what lines are, and lines are what it says."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings

from crawler.archive.jsonl import article_line
from crawler.archive.schema import line_schema, schema_of
from crawler.items import Article, JsonObject
from tests.line_schema import DOCUMENT, FORMATS, problems, sample_lines, validator
from tests.made_articles import articles
from tests.running import Project
from tests.site.articles import SampleSite
from tests.site.server import running

SCHEMA = line_schema()
STRICT_SCHEMA = line_schema(strict=True)
STRICT = validator(STRICT_SCHEMA)
READER = validator(SCHEMA)
SITE = SampleSite(articles=8, variety=True)


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> list[JsonObject]:
    """All lines of two crawls of the sample site with all its special pages."""
    project = Project(tmp_path_factory.mktemp("schema") / "project")
    with running(SITE) as server:
        sources = ("-a", "sources=section,feed,archive_feed,sitemap")
        done = project.crawl(server.base_url, *sources)
        assert project.lines(), done
        server.site = SampleSite(articles=8, variety=True, edition=2)
        project.crawl(server.base_url, *sources)
    return project.lines()


def test_every_line_of_a_crawl_is_what_the_schema_says(crawled: list[JsonObject]) -> None:
    assert {line["event"] for line in crawled} >= {"article", "revision"}
    assert any(line["flags"] for line in crawled)
    assert any(line["duplicate_of"] for line in crawled)
    assert [problem for line in crawled for problem in problems(STRICT, line)] == []


def test_fields_stand_in_the_order_of_the_schema(crawled: list[JsonObject]) -> None:
    order = list(SCHEMA["properties"])
    assert all(list(line) == order for line in crawled)


@given(articles())
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_article_that_the_types_allow_gives_a_line_that_the_schema_allows(article: Article) -> None:
    assert problems(STRICT, orjson.loads(article_line(article))) == []


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"published_at": "2026-04-01T12:00:00"}, "$.published_at"),
        ({"published_at": "2026-04-01T12:00:00+03:00"}, "$.published_at"),
        ({"published_at": "2026-02-30T12:00:00Z"}, "$.published_at"),
        ({"crawl_date": "2026-13-01"}, "$.crawl_date"),
        ({"content_digest": "sha256:ABC"}, "$.content_digest"),
        ({"event": None}, "$.event"),
        ({"event": "deleted"}, "$.event"),
        ({"version": 0}, "$.version"),
        ({"version": None}, "$.version"),
        ({"blocks": [{"kind": "table", "text": "A"}]}, "$.blocks[0].kind"),
        ({"blocks": [{"kind": "quote"}]}, "$.blocks[0]"),
        ({"flags": ["no_such_flag"]}, "$.flags[0]"),
        ({"discovered_via": "hearsay"}, "$.discovered_via"),
        ({"near_duplicate_of": {"article_id": "a:1", "score": 1.5}}, "$.near_duplicate_of"),
        ({"captures": None}, "$.captures"),
        ({"url": "ftp://example.org/a"}, "$.url"),
        ({"added": 1}, "$"),
    ],
    ids=str,
)
def test_a_line_that_is_wrong_is_found(change: JsonObject, where: str) -> None:
    line = sample_lines("1/crawled.jsonl")[0]
    assert problems(STRICT, line) == []
    assert {error.json_path for error in STRICT.iter_errors(line | change)} == {where}


def test_a_line_lacks_no_key() -> None:
    line = sample_lines("1/crawled.jsonl")[0]
    for key in line:
        assert problems(STRICT, {name: value for name, value in line.items() if name != key}), f"{key} is missing"


def test_a_reader_takes_what_later_lines_add() -> None:
    line = sample_lines("1/crawled.jsonl")[0]
    later = line | {"a_later_field": 1, "flags": ["a_later_flag"], "discovered_via": "a_later_source"}
    later["rights"] = line["rights"] | {"a_later_field": None}
    assert problems(READER, later) == []


def test_every_format_that_the_schema_names_is_looked_at() -> None:
    assert set(formats(SCHEMA)) == set(FORMATS.checkers), "a format that nobody checks promises nothing"


def formats(part: Any) -> Iterator[str]:  # noqa: ANN401  part of a schema
    """Formats that are named anywhere in a schema."""
    if isinstance(part, dict) and isinstance(part.get("format"), str):
        yield part["format"]
    for inner in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        yield from formats(inner)


@dataclass(frozen=True)
class Formless:
    """An item that cannot be written."""

    parts: set[str]
    """Without order."""


def test_a_type_that_has_no_form_in_a_line_is_refused() -> None:
    with pytest.raises(TypeError, match="has no form in a JSON line"):
        schema_of(Formless, "urn:test", strict=False)


def test_every_field_and_part_is_described() -> None:
    for item in (SCHEMA, *SCHEMA["$defs"].values()):
        assert item["description"]
        for name, value in item["properties"].items():
            assert value["description"].endswith((".", ")")), f"{item['title']}.{name} needs a docstring in sentences"


def test_a_field_that_may_be_null_says_when() -> None:
    for item in (SCHEMA, *SCHEMA["$defs"].values()):
        for name, value in item["properties"].items():
            may_be_null = validator({"$defs": SCHEMA["$defs"], **value}).is_valid(None)
            says_so = "ull where" in value["description"] or "ull for" in value["description"]
            assert may_be_null == says_so, f"{item['title']}.{name}: {value['description']}"


def test_the_command_prints_the_schema_where_no_archive_is(project: Project) -> None:
    printed = project.scrapy("schema")
    assert printed.code == 0, printed
    assert (printed.json, printed.err) == (SCHEMA, "")
    assert sorted(path.name for path in project.path.iterdir()) == ["scrapy.cfg"], "nothing was made"
    assert project.scrapy("schema", "--strict").json == STRICT_SCHEMA


def test_the_command_prints_the_tables_of_the_document(project: Project) -> None:
    printed = project.scrapy("schema", "--markdown")
    assert printed.code == 0, printed
    assert printed.out.strip() in DOCUMENT.read_text(encoding="utf-8")
