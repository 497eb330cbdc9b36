"""Devices of an older release with this store, and this release's with an older store, from what both were recorded to say.

`make old-devices` plays the same with the real programs of both, where the history is there.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from mqtt import codec
from tests.upgrade import recording
from tests.upgrade.old_shapes import OldTopic, grown
from tests.upgrade.record import RECORDED

SCHEMAS = Path(__file__).parents[2] / "docs" / "schemas"
NEW_WORDS = {
    "Reason: disk_full",  # a kiosk hears no answer to a new number, and sends people to reception as when the store is away
    "Reason: range_too_narrow",  # only `nobat go` is refused so
    # only the telephone, reception and the operator are refused so, who are of the store's own release
    "Reason: hold_expired",
    "Reason: too_many_bookings",
    "Reason: texts_have_left",
    "Reason: unknown_absence",
    "Reason: unknown_text",
}
"""Words that came since, each with what an older device does that hears one: whoever adds one decides it here."""
ASKED_FOR = ("Reply.answer: ", "OrderMessage.order: ")
"""New kinds of answers and orders come to those only who ask for them, or are ordered so; any other refuses them."""
HEARD_BY_DEVICES = ("reply", "site", "day", "board", "point", "store", "order")


def recorded(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (RECORDED / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


def spoken(said: dict[str, Any]) -> str:
    """What a message is about, for a test's name."""
    operation = said["message"].get("operation", {})
    return f"{said['topic']} {operation.get('type', '')} {operation.get('act', {}).get('type', '')}".strip()


@pytest.mark.parametrize("said", recorded("asked"), ids=spoken)
def test_this_store_reads_what_older_devices_asked_in_a_morning(said: dict[str, Any]) -> None:
    topic, _ = codec.split(said["topic"])
    assert codec.decode(topic, json.dumps(said["message"]).encode())


def test_this_store_reads_every_kind_of_message_that_an_older_device_can_say() -> None:
    for said in recorded("every"):
        codec.decode(said["topic"], json.dumps(said["message"]).encode())


def test_this_releases_devices_read_all_that_an_older_store_told() -> None:
    for said in recorded("told"):
        topic, _ = codec.split(said["topic"])
        codec.decode(topic, json.dumps(said["message"]).encode())


def test_older_devices_can_read_all_that_this_store_tells_in_the_same_morning(tmp_path: Path) -> None:
    _, told = recording.play(f"sqlite:///{tmp_path}/ledger.sqlite", tmp_path)
    assert len(told) > 50
    for said in told:
        topic, key = codec.split(said["topic"])
        if topic in HEARD_BY_DEVICES and not key.startswith(("operator", "phone")):  # these are of the store's own release
            assert OldTopic(topic).unreadable(said["message"]) == [], said


def test_what_older_devices_hear_has_grown_only_by_words_that_were_thought_of() -> None:
    found = {
        word
        for topic in HEARD_BY_DEVICES
        for word in grown(topic, json.loads((SCHEMAS / f"{topic}.json").read_text(encoding="utf-8")))
    }
    assert {word for word in found if not word.startswith(ASKED_FOR)} == NEW_WORDS


def test_the_older_shapes_tell_what_is_unreadable() -> None:
    """The yardstick itself."""
    day = OldTopic("day")
    right = next(said["message"] for said in recorded("told") if said["topic"] == "day")
    assert day.unreadable(right) == []
    assert day.unreadable({**right, "since_then": [1]}) == []
    assert day.unreadable({**right, "status": "half_open"}) != []
    assert day.unreadable({**right, "service_day": "7"}) != []
    assert day.unreadable({name: value for name, value in right.items() if name != "epoch"}) != []
