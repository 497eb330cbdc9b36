"""Makes docs/asyncapi.json and docs/schemas/*.json out of contract/, for programs that are not written in Python.

python -m mqtt.schemas          write them
"""

import inspect
import json
from pathlib import Path
from typing import Any, Final

import msgspec

from mqtt.codec import limit_of, prefix
from mqtt.contract import PROTOCOL, TOPICS, Topic

DOCS: Final = Path(__file__).parent.parent / "docs"


def documents() -> dict[str, str]:
    """Every generated file: its path below docs/, and its text."""
    files = {"asyncapi.json": asyncapi()}
    for topic in TOPICS:
        schema = msgspec.json.schema(topic.message)
        title = f"{prefix('{site}')}{_address(topic)}"
        files[f"schemas/{topic.name}.json"] = {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": title,
            **schema,
        }
    return {path: json.dumps(_tidied(document), indent=2, ensure_ascii=False) + "\n" for path, document in files.items()}


def asyncapi() -> dict[str, Any]:
    """The AsyncAPI 3 document: a channel for each topic, and who sends on it."""
    schemas, components = msgspec.json.schema_components(
        [topic.message for topic in TOPICS], ref_template="#/components/schemas/{name}"
    )
    payloads = {topic.name: schema for topic, schema in zip(TOPICS, schemas, strict=True)}
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Nobat",
            "version": str(PROTOCOL),
            "description": "What the programs of a clinic's queue say to each other. Made from mqtt/contract/.",
        },
        "defaultContentType": "application/json",
        "channels": {topic.name: _channel(topic) for topic in TOPICS},
        "operations": {f"{topic.name}_is_sent": _operation(topic) for topic in TOPICS},
        "components": {
            "messages": {topic.name: {"name": topic.message.__name__, "payload": payloads[topic.name]} for topic in TOPICS},
            "schemas": components,
        },
    }


def _channel(topic: Topic) -> dict[str, Any]:
    parameters = {"site": {"description": "The site's id in its site file."}}
    if topic.keyed:
        parameters[_key(topic)] = {"description": f"The {_key(topic)}'s id in the site file."}
    return {
        "address": prefix("{site}") + _address(topic),
        "description": f"{topic.sender} -> {topic.hearers}. At most {limit_of(topic)} bytes.",
        "messages": {topic.name: {"$ref": f"#/components/messages/{topic.name}"}},
        "parameters": parameters,
    }


def _operation(topic: Topic) -> dict[str, Any]:
    mqtt: dict[str, Any] = {"qos": 1, "retain": topic.retained, "bindingVersion": "0.2.0"}
    if topic.expiry_seconds is not None:
        mqtt["messageExpiryInterval"] = topic.expiry_seconds
    return {
        "action": "send",
        "channel": {"$ref": f"#/channels/{topic.name}"},
        "summary": f"{topic.sender} -> {topic.hearers}",
        "bindings": {"mqtt": mqtt},
    }


def _tidied(node: Any) -> Any:
    """The same, with docstrings as Python 3.13 keeps them: earlier ones keep the source's indentation as well."""
    match node:
        case dict():
            return {key: _tidied(value) for key, value in node.items()}
        case list() | tuple():
            return [_tidied(value) for value in node]
        case str():
            return inspect.cleandoc(node)
    return node


def _address(topic: Topic) -> str:
    return f"{topic.name}/{{{_key(topic)}}}" if topic.keyed else topic.name


def _key(topic: Topic) -> str:
    """What a topic's last part names."""
    return {"board": "zone", "point": "point"}.get(topic.name, "device")


def main() -> None:
    """Write the files."""
    for path, text in documents().items():
        (DOCS / path).parent.mkdir(parents=True, exist_ok=True)
        (DOCS / path).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
