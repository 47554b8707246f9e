"""The JSON Schema of a line as tables in Markdown: the part of docs/loading.md that is made, not written."""

from collections.abc import Iterator
from typing import Any

from crawler.items import JsonObject


def schema_table(schema: JsonObject) -> str:
    """A table of the line's fields, one of each part, and lists of the values that are known."""
    parts: dict[str, JsonObject] = schema["$defs"]
    tables = [_table(schema), *(f"### {name}\n\n{_table(part)}" for name, part in parts.items())]
    return "\n".join([*tables, *_lists(schema)])


def _table(item: JsonObject) -> str:
    properties: dict[str, JsonObject] = item["properties"]
    rows = [
        f"| `{name}` | {_type(value)} | {_cell(value['description'])}{_added(name, item)} |"
        for name, value in properties.items()
    ]
    return "\n".join([item["description"], "", "| field | type | meaning |", "|---|---|---|", *rows, ""])


def _added(name: str, item: JsonObject) -> str:
    return "" if name in item["required"] else " Lines from before it was added lack it."


def _type(value: JsonObject) -> str:
    if "$ref" in value:
        name = value["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "enum" in value:
        return ", ".join(f"`{option}`" for option in value["enum"])
    if value.get("type") == "array":
        return f"array of {_type(value['items'])}"
    if value.get("type") == "object":
        return f"object: name → {_type(value['additionalProperties'])}"
    if "anyOf" in value and "type" not in value:
        return " or ".join(_type(option) for option in value["anyOf"])
    types: Any = value["type"]
    named = " or ".join(types) if isinstance(types, list) else str(types)
    return named.replace("string", value["format"]) if "format" in value else named


def _lists(schema: JsonObject) -> Iterator[str]:
    for name, value in schema["properties"].items():
        known = list(_known(value))
        if known:
            yield f"### Known values of `{name}`\n"
            yield "\n".join([*(f"- `{option['const']}`: {option['description']}" for option in known), ""])


def _known(value: JsonObject) -> Iterator[JsonObject]:
    """Values that are named one by one, in an array or beside null too."""
    if "const" in value:
        yield value
    for option in (*([value["items"]] if "items" in value else []), *value.get("anyOf", ())):
        yield from _known(option)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
