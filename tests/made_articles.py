"""Articles out of thin air: a hypothesis strategy made of the same types that the schema is made of."""

from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

from crawler.forms import Form
from crawler.items import Article

TIMES = st.datetimes(datetime(1990, 1, 1), datetime(2099, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001  it asks for naive limits
DAYS = st.dates(date(1990, 1, 1), date(2099, 12, 31))
INTEGERS = st.integers(-(2**53), 2**53)
SIMPLE: dict[Any, st.SearchStrategy[Any]] = {
    str: st.text(max_size=40),
    int: INTEGERS,
    float: st.floats(allow_nan=False, allow_infinity=False),
    bool: st.booleans(),
    NoneType: st.none(),
    datetime: TIMES,
}


def articles() -> st.SearchStrategy[Article]:
    """Any article that was identified: every form that the types allow, however unlikely."""
    return _of(Article)


def _of(hint: Any) -> st.SearchStrategy[Any]:  # noqa: ANN401  any type hint
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return _formed(arguments[0], [form for form in arguments[1:] if isinstance(form, Form)])
    if origin in (Union, UnionType):
        return st.one_of([_of(option) for option in arguments])
    if origin is Literal:
        return st.sampled_from(arguments)
    if origin is tuple:
        return st.lists(_of(arguments[0]), max_size=3).map(tuple)
    if origin is dict:
        return st.dictionaries(_of(arguments[0]), _of(arguments[1]), max_size=3)
    if isinstance(hint, type) and is_dataclass(hint):
        hints = get_type_hints(hint, include_extras=True)
        return st.builds(hint, **{field.name: _of(hints[field.name]) for field in fields(hint)})
    return SIMPLE[hint]


def _formed(base: Any, forms: list[Form]) -> st.SearchStrategy[Any]:  # noqa: ANN401  any type hint
    for form in forms:
        if form.known:
            return st.sampled_from([value for value, _ in form.known])
        if form.format == "date":
            return DAYS.map(date.isoformat)
        if form.pattern:
            return st.from_regex(form.pattern)
        if form.minimum is not None:
            limits = (int(form.minimum), int(form.maximum if form.maximum is not None else 2**53))
            return st.integers(*limits) if base is int else st.floats(*limits)
        if not form.null_in_lines:
            return st.one_of([_of(option) for option in get_args(base) if option is not NoneType])
    return _of(base)
