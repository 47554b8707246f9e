"""What readers were promised is kept: lines of every schema version stay readable, within one fields are only added."""

from copy import deepcopy
from dataclasses import dataclass
from typing import Annotated

import pytest

from crawler.archive.schema import line_schema, schema_of
from crawler.articles.identify import COMPARED, known_from_line
from crawler.forms import ADDED
from crawler.items import SCHEMA_VERSION
from tests.line_schema import (
    SAMPLES,
    broken_promises,
    problems,
    published_schema,
    sample_lines,
    snapshot_path,
    validator,
)

NOW = line_schema()


@pytest.mark.parametrize("sample", SAMPLES)
def test_lines_of_every_version_stay_readable(sample: str) -> None:
    for line in sample_lines(sample):
        known = known_from_line(line)
        assert known.article_id == line["article_id"]
        assert set(known.fields) == set(COMPARED)


@pytest.mark.parametrize("sample", SAMPLES)
def test_lines_of_every_version_are_what_its_schema_says(sample: str) -> None:
    version = int(sample.partition("/")[0])
    schemas = [published_schema(version), *([NOW] if version == SCHEMA_VERSION else [])]
    for checked_by in map(validator, schemas):
        assert [problem for line in sample_lines(sample) for problem in problems(checked_by, line)] == []


def test_there_are_lines_of_every_version() -> None:
    assert {int(sample.partition("/")[0]) for sample in SAMPLES} == set(range(1, SCHEMA_VERSION + 1))


def test_what_readers_of_this_version_were_promised_is_kept() -> None:
    broken = broken_promises(published_schema(), NOW)
    assert broken == [], "raise SCHEMA_VERSION in crawler/items.py, or keep the field as it was"


def test_the_schema_that_is_kept_is_that_of_the_code() -> None:
    assert published_schema() == NOW, f"run `make schema`, which renews {snapshot_path()}"


@pytest.mark.parametrize(
    ("path", "value", "found"),
    [
        ("properties.title", None, "$.properties.title is gone"),
        ("properties.title.type", "integer", "$.properties.title.type was string, is integer"),
        ("properties.title.type", ["string", "null"], "$.properties.title.type was string, is ['string', 'null']"),
        ("properties.event.enum", ["article"], "$.properties.event.enum was"),
        ("properties.title.pattern", "^A", "$.properties.title.pattern is a new rule"),
        ("$defs.Block.properties.text", None, "$.$defs.Block.properties.text is gone"),
    ],
)
def test_a_field_that_is_removed_or_retyped_breaks_a_promise(path: str, value: object, found: str) -> None:
    changed = deepcopy(NOW)
    *parents, last = path.split(".")
    part = changed
    for name in parents:
        part = part[name]
    if value is None:
        del part[last]
    else:
        part[last] = value
    (broken,) = broken_promises(NOW, changed)
    assert broken.startswith(found)


@dataclass(frozen=True)
class Before:
    """An item."""

    name: str
    """Its name."""


@dataclass(frozen=True)
class After:
    """The same item with one field more."""

    name: str
    """What it is called."""
    size: Annotated[int | None, ADDED] = None
    """How big it is. Null where that is not known."""


@dataclass(frozen=True)
class Careless:
    """The same with a field that is required of old lines too."""

    name: str
    """Its name."""
    size: int
    """How big it is."""


def promises(before: type, now: type) -> list[str]:
    schemas = [schema_of(item, "urn:test", strict=False) | {"title": "", "description": ""} for item in (before, now)]
    return broken_promises(*schemas)


def test_a_field_that_is_added_breaks_no_promise() -> None:
    assert promises(Before, After) == []
    schema = schema_of(After, "urn:test", strict=False)
    assert schema["required"] == ["name"]
    assert schema["properties"]["size"]["type"] == ["integer", "null"]


def test_a_field_that_is_asked_of_older_lines_breaks_one() -> None:
    assert promises(Before, Careless) == ["$.required: older lines lack size; give it a default and ADDED"]
