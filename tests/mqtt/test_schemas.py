"""The published AsyncAPI document and schemas say what the contract says."""

import json
from typing import Any

import pytest

from mqtt.contract import TOPICS
from mqtt.schemas import DOCS, asyncapi, documents


@pytest.mark.parametrize("path", documents())
def test_the_written_document_is_the_contracts_own(path: str) -> None:
    written = (DOCS / path).read_text(encoding="utf-8")
    assert written == documents()[path], f"docs/{path} is old: python -m mqtt.schemas"


def test_no_schema_of_a_former_topic_is_left() -> None:
    assert {f"schemas/{path.name}" for path in (DOCS / "schemas").iterdir()} == set(documents()) - {"asyncapi.json"}


def references(document: Any) -> list[str]:
    if isinstance(document, dict):
        own = [document["$ref"]] if isinstance(document.get("$ref"), str) else []
        return own + [found for value in document.values() for found in references(value)]
    if isinstance(document, list):
        return [found for value in document for found in references(value)]
    return []


@pytest.mark.parametrize("path", documents())
def test_every_reference_leads_somewhere(path: str) -> None:
    document = json.loads(documents()[path])
    assert references(document)
    for reference in references(document):
        here = document
        for step in reference.removeprefix("#/").split("/"):
            here = here[step]


def test_every_topic_is_a_channel_with_its_delivery() -> None:
    document = asyncapi()
    assert list(document["channels"]) == [topic.name for topic in TOPICS]
    assert document["channels"]["board"]["address"] == "nobat/1/{site}/board/{zone}"
    request = document["operations"]["request_is_sent"]["bindings"]["mqtt"]
    assert (request["retain"], request["messageExpiryInterval"]) == (False, 10)
    assert document["operations"]["point_is_sent"]["bindings"]["mqtt"]["retain"]
