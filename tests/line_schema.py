"""The schema of a line, held to what was promised: `make schema` renews what is made of it.

That is the tables in docs/loading.md and tests/lines/<schema version>/schema.json, the schema as readers know it.
"""

import gzip
import re
import sys
from collections.abc import Iterable, Iterator
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import orjson
from jsonschema import Draft202012Validator, FormatChecker

from crawler.archive.jsonl import read_lines
from crawler.archive.schema import line_schema
from crawler.archive.schema_table import schema_table
from crawler.items import SCHEMA_VERSION, JsonObject

ROOT = Path(__file__).parent.parent
LINES = ROOT / "tests" / "lines"
SAMPLES = sorted(str(path.relative_to(LINES)) for path in LINES.glob("*/*.jsonl"))
"""Lines that a version wrote, which must stay readable: never renewed."""
DOCUMENT = ROOT / "docs" / "loading.md"
MADE = re.compile(r"(?<=<!-- made by `make schema` -->\n).*?(?=<!-- until here -->)", re.DOTALL)

FORMATS = FormatChecker(formats=["date"])


def _is_time(value: object) -> bool:
    """The pattern says its form; this looks at the numbers: no 30th of February, no 25 o'clock."""
    return not isinstance(value, str) or datetime.fromisoformat(value).utcoffset() is not None


FORMATS.checks("date-time", raises=ValueError)(_is_time)


def validator(schema: JsonObject) -> Draft202012Validator:
    """Checks forms and formats. Raises `SchemaError` for a schema that is none."""
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema, format_checker=FORMATS)


def problems(checked_by: Draft202012Validator, line: JsonObject) -> list[str]:
    """What is wrong with a line, each with its place."""
    return [f"{line.get('article_id')} {error.json_path}: {error.message}" for error in checked_by.iter_errors(line)]


def snapshot_path(version: int = SCHEMA_VERSION) -> Path:
    """Where the schema of a version is kept."""
    return LINES / str(version) / "schema.json"


def published_schema(version: int = SCHEMA_VERSION) -> JsonObject:
    """The schema of a version as it is known to readers; empty for one that has not been kept yet."""
    path = snapshot_path(version)
    loaded: JsonObject = orjson.loads(path.read_bytes()) if path.exists() else {}
    return loaded


def broken_promises(before: JsonObject, now: JsonObject) -> list[str]:
    """What readers of the schema as it was do not expect of lines as they are now, and where old lines do not pass.

    Fields that are added, known values and descriptions are none of it.
    """
    return list(_differences(_rules(before), _rules(now), "$"))


def _rules(part: Any) -> Any:  # noqa: ANN401  part of a schema
    """A schema without what it only tells: descriptions, and known values where others are taken too."""
    if isinstance(part, list):
        return [_rules(value) for value in part]
    if not isinstance(part, dict):
        return part
    told = {"description"} if isinstance(part.get("description"), str) else set()
    told |= {"anyOf"} if {"type": "string"} in part.get("anyOf", []) and part.get("type") == "string" else set()
    return {key: _rules(value) for key, value in part.items() if key not in told}


def _differences(before: Any, now: Any, where: str) -> Iterator[str]:  # noqa: ANN401  parts of a schema
    if where.endswith(".required"):
        yield from (f"{where}: {name} may be missing" for name in _new(now, before))
        yield from (f"{where}: older lines lack {name}; give it a default and ADDED" for name in _new(before, now))
    elif isinstance(before, dict) and isinstance(now, dict):
        yield from (f"{where}.{key} is gone" for key in _new(now, before))
        for key in before.keys() & now.keys():
            yield from _differences(before[key], now[key], f"{where}.{key}")
        if not where.endswith((".properties", ".$defs")):
            yield from (f"{where}.{key} is a new rule" for key in _new(before, now))
    elif before != now:
        yield f"{where} was {before}, is {now}"


def _new(before: Iterable[str], now: Iterable[str]) -> list[str]:
    return sorted({*now} - {*before})


def sample_lines(name: str) -> list[JsonObject]:
    """The lines of a sample, read as those of an archive are."""
    packed = BytesIO(gzip.compress((LINES / name).read_bytes()))
    return list(read_lines(packed, name))


def documented(text: str) -> str:
    """The document with its tables made anew."""
    table = schema_table(line_schema())
    return MADE.sub(lambda _: f"\n{table}\n", text)


def renew() -> int:
    """Write both. Refuses with 1 to forget what readers were promised."""
    schema = line_schema()
    broken = broken_promises(published_schema(), schema) if snapshot_path().exists() else []
    if broken:
        advice = "raise SCHEMA_VERSION in crawler/items.py, or keep the field as it was"
        print(*broken, f"Readers of schema version {SCHEMA_VERSION} rely on this: {advice}.", sep="\n", file=sys.stderr)
        return 1
    snapshot_path().parent.mkdir(exist_ok=True)
    snapshot_path().write_bytes(orjson.dumps(schema, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
    DOCUMENT.write_text(documented(DOCUMENT.read_text(encoding="utf-8")), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(renew())
