"""The JSON Schema (draft 2020-12) of a line, made from `crawler.items` and the docstrings of its fields."""

import inspect
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import datetime
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from itemadapter import ItemAdapter

from crawler.forms import Form
from crawler.items import SCHEMA_VERSION, Article, JsonObject

DIALECT = "https://json-schema.org/draft/2020-12/schema"
"""The dialect of JSON Schema that the schema is written in."""

_SIMPLE = {str: "string", int: "integer", float: "number", bool: "boolean", NoneType: "null"}
_TIME = {
    "type": "string",
    "format": "date-time",
    "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]+)?Z$",
}
"""RFC 3339 in UTC, as orjson writes it."""


def line_schema(*, strict: bool = False) -> JsonObject:
    """The schema of a line.

    A reader's schema takes what later lines of this schema version may have: fields that are added, values that are
    not known yet, and it takes lines from before a field was added. `strict` is what this version writes, exactly.
    """
    return schema_of(Article, f"urn:newswarc:line:{SCHEMA_VERSION}", strict=strict)


def schema_of(item: type, urn: str, *, strict: bool) -> JsonObject:
    """The schema of a dataclass; those that it is made of stand under `$defs`.

    Raises TypeError for a type that has no form in JSON.
    """
    parts: dict[str, JsonObject] = {}
    whole = _object(item, parts, strict=strict)
    return {"$schema": DIALECT, "$id": urn, **whole, "$defs": dict(sorted(parts.items()))}


def _object(item: type, parts: dict[str, JsonObject], *, strict: bool) -> JsonObject:
    """A dataclass. itemadapter reads the docstrings of its fields; of types it knows too few to leave them to it."""
    documented: JsonObject = ItemAdapter.get_json_schema(item)["properties"]
    hints = get_type_hints(item, include_extras=True)
    schema: JsonObject = {"title": item.__name__, "description": _prose(item.__doc__ or ""), "type": "object"}
    schema["properties"] = {
        field.name: {
            "description": _prose(documented[field.name].get("description", "")),
            **_value(hints[field.name], parts, strict=strict),
        }
        for field in fields(item)
    }
    schema["required"] = [name for name in schema["properties"] if strict or _is_always_there(hints[name])]
    return schema | ({"additionalProperties": False} if strict else {})


def _value(hint: Any, parts: dict[str, JsonObject], *, strict: bool) -> JsonObject:  # noqa: ANN401  any type hint
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Annotated:
        base, *forms = arguments
        base = base if all(form.null_in_lines for form in _forms(forms)) else _without_none(base)
        return _value(base, parts, strict=strict) | _limits(_forms(forms), strict=strict)
    if origin in (Union, UnionType):
        return _either([_value(option, parts, strict=strict) for option in arguments])
    if origin is Literal:
        return {"type": "string", "enum": list(arguments)}
    if origin is tuple and arguments[1:] == (...,):
        return {"type": "array", "items": _value(arguments[0], parts, strict=strict)}
    if origin is dict and arguments[0] is str:
        return {"type": "object", "additionalProperties": _value(arguments[1], parts, strict=strict)}
    if hint is datetime:
        return dict(_TIME)
    if isinstance(hint, type) and is_dataclass(hint):
        if hint.__name__ not in parts:
            parts[hint.__name__] = _object(hint, parts, strict=strict)
        return {"$ref": f"#/$defs/{hint.__name__}"}
    if hint not in _SIMPLE:
        raise TypeError(f"{hint} has no form in a JSON line: use another type, or teach it to {__name__}")
    return {"type": _SIMPLE[hint]}


def _either(options: list[JsonObject]) -> JsonObject:
    """One of several; the usual case, a plain value or null, in its short form."""
    types = [option.get("type") for option in options]
    long = [option for option in options if option != {"type": "null"}]
    if len(long) == 1 and "type" in long[0] and not {"enum", "anyOf", "oneOf"} & long[0].keys():
        return {**long[0], "type": types}
    return {"anyOf": options}


def _limits(forms: list[Form], *, strict: bool) -> JsonObject:
    limits: JsonObject = {}
    for form in forms:
        stated = {name: getattr(form, name) for name in ("pattern", "format", "minimum", "maximum")}
        limits |= {name: value for name, value in stated.items() if value is not None}
        if form.known:
            known = [{"const": value, "description": meaning} for value, meaning in form.known]
            limits["anyOf"] = known if strict else [*known, {"type": "string"}]
    return limits


def _is_always_there(hint: Any) -> bool:  # noqa: ANN401  any type hint
    return get_origin(hint) is not Annotated or all(form.always_there for form in _forms(get_args(hint)[1:]))


def _forms(annotations: Any) -> list[Form]:  # noqa: ANN401  whatever stands in Annotated
    return [annotation for annotation in annotations if isinstance(annotation, Form)]


def _without_none(union: Any) -> Any:  # noqa: ANN401  a type hint
    return Union[tuple(_but_none(union))]  # noqa: UP007  a union of what is only known here


def _but_none(union: Any) -> Iterator[Any]:  # noqa: ANN401  a type hint
    return (option for option in get_args(union) if option is not NoneType)


def _prose(docstring: str) -> str:
    """A docstring as one line, its code in single backticks as Markdown has them."""
    return " ".join(inspect.cleandoc(docstring).split()).replace("``", "`")
