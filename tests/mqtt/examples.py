"""One example of every message, with every field filled and every branch of every union taken, from its type alone."""

from collections.abc import Iterator
from enum import Enum
from typing import Any

import msgspec
from msgspec import inspect

from mqtt.contract import TOPICS

PLAIN: dict[type[inspect.Type], Any] = {
    inspect.StrType: "counter-1",
    inspect.BoolType: True,
    inspect.IntType: 7,
    inspect.FloatType: 0.5,
    inspect.NoneType: None,
}


def examples() -> Iterator[tuple[str, Any]]:
    """(topic name, message as plain lists and dicts)."""
    for topic in TOPICS:
        for example in of_type(inspect.type_info(topic.message)):
            yield topic.name, example


def of_type(kind: inspect.Type) -> list[Any]:
    """Examples of one type, the plainest first."""
    match kind:
        case inspect.StructType():
            return of_struct(kind)
        case inspect.UnionType():
            return [example for branch in kind.types for example in of_type(branch)]
        case inspect.VarTupleType():
            return [[], *([example] for example in of_type(kind.item_type))]
        case inspect.TupleType(item_types):
            return [[of_type(one)[0] for one in item_types]]
        case inspect.EnumType(cls):
            return [member.value for member in cls if isinstance(member, Enum)]
        case _:
            return [PLAIN[type(kind)]]


def of_struct(kind: inspect.StructType) -> list[Any]:
    """The plainest with every field, then one for each other branch of a field."""
    branches = {field.encode_name: of_type(field.type) for field in kind.fields}
    plain = {name: values[0] for name, values in branches.items()}
    if kind.tag is not None:
        plain = {kind.tag_field: kind.tag, **plain}
    others = [{**plain, name: value} for name, values in branches.items() for value in values[1:]]
    return [plain, *others]


def places(document: Any, at: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The path of every value in a document, the document itself first."""
    yield at
    if isinstance(document, dict):
        for name, value in document.items():
            yield from places(value, (*at, name))
    elif isinstance(document, list):
        for number, value in enumerate(document):
            yield from places(value, (*at, number))


def changed(document: Any, at: tuple[str | int, ...], value: Any) -> Any:
    """The document with another value at this place; `msgspec.UNSET` takes the field away."""
    if not at:
        return value
    here, *rest = at
    copy = document.copy()
    if value is msgspec.UNSET and not rest:
        del copy[here]
    else:
        copy[here] = changed(document[here], tuple(rest), value)
    return copy
