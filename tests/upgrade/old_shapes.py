"""What an older device can read: its own JSON Schemas, and the few words of JSON Schema that msgspec writes.

A device ignores fields that it does not know and refuses a message that lacks one, has another type or a word that it does not
know. `unreadable` says so of a message, as the old program would find.
"""

import json
from collections.abc import Iterator
from typing import Any

from tests.upgrade.record import RECORDED


class OldTopic:
    """One topic of the older contract."""

    def __init__(self, name: str) -> None:
        self.schema = json.loads((RECORDED / "schemas" / f"{name}.json").read_text(encoding="utf-8"))

    def unreadable(self, message: Any) -> list[str]:
        """Why an older device cannot read it, each with its place; nothing: it can."""
        return list(self._wrong(message, self.schema, "$"))

    def _wrong(self, value: Any, schema: dict[str, Any], at: str) -> Iterator[str]:
        if "$ref" in schema:
            schema = self.schema["$defs"][schema["$ref"].rpartition("/")[2]]
        kind = schema.get("type")
        if "anyOf" in schema:
            yield from self._of_any(value, schema, at)
        elif "enum" in schema and value not in schema["enum"]:
            yield f"{at}: {value!r} is none of {schema['enum']}"
        elif kind is not None and not _is(kind, value):
            yield f"{at}: {value!r} is no {kind}"
        elif kind == "object":
            yield from self._of_object(value, schema, at)
        elif kind == "array":
            for place, one in enumerate(value):
                yield from self._wrong(one, schema.get("items", {}), f"{at}[{place}]")
        else:
            yield from _beyond(value, schema, at)

    def _of_object(self, value: dict[str, Any], schema: dict[str, Any], at: str) -> Iterator[str]:
        for name in schema.get("required", ()):
            if name not in value:
                yield f"{at}.{name} is missing"
        for name, inner in schema.get("properties", {}).items():
            if name in value:
                yield from self._wrong(value[name], inner, f"{at}.{name}")

    def _of_any(self, value: Any, schema: dict[str, Any], at: str) -> Iterator[str]:
        """Of a union by its tag, or by trying."""
        tags = schema.get("discriminator", {}).get("mapping", {})
        if tags and isinstance(value, dict):
            tag = value.get(schema["discriminator"]["propertyName"])
            if tag in tags:
                yield from self._wrong(value, {"$ref": tags[tag]}, at)
            else:
                yield f"{at}: an unknown kind, {tag!r}"
            return
        tried = [list(self._wrong(value, one, at)) for one in schema["anyOf"]]
        if all(tried):
            yield min(tried, key=len)[0]


def _is(kind: str, value: Any) -> bool:
    if kind in {"integer", "number"}:
        return (
            isinstance(value, int | float) and not isinstance(value, bool) and (kind == "number" or float(value).is_integer())
        )
    return {"object": dict, "array": list, "string": str, "boolean": bool, "null": type(None)}[kind] is type(value)


def _beyond(value: Any, schema: dict[str, Any], at: str) -> Iterator[str]:
    if isinstance(value, str) and not schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value)):
        yield f"{at}: {len(value)} letters"
    if isinstance(value, int | float) and not schema.get("minimum", value) <= value <= schema.get("maximum", value):
        yield f"{at}: {value} is beyond what is read"


def grown(name: str, today: dict[str, Any]) -> Iterator[str]:
    """What today's schema of a topic can say and an older device cannot read: other words, other kinds of message, and fields
    that it wants and that may be left out now."""
    old = OldTopic(name).schema["$defs"]
    for shape in sorted(old.keys() & today["$defs"].keys()):
        before, now = old[shape], today["$defs"][shape]
        yield from (f"{shape}: {word}" for word in sorted(set(now.get("enum", ())) - set(before.get("enum", ()))))
        yield from (f"{shape}.{field} may be missing" for field in before.get("required", ()) if field not in now["required"])
        for field in sorted(before.get("properties", {}).keys() & now.get("properties", {}).keys()):
            kinds = _kinds(now["properties"][field]) - _kinds(before["properties"][field])
            yield from (f"{shape}.{field}: {kind}" for kind in sorted(kinds))


def _kinds(schema: dict[str, Any]) -> set[str]:
    """The types, or kinds of message, that a field may hold."""
    each = schema.get("anyOf", [schema])
    return {one["$ref"].rpartition("/")[2] if "$ref" in one else str(one.get("type", "")) for one in each}
