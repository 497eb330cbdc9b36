"""Every message of the contract goes out and comes back; broken in any field, it is refused with a reason and no more."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mqtt import codec, contract
from mqtt.contract import BY_NAME, PROTOCOL, REQUEST_LIMIT_BYTES, TOPICS, Book, CheckIn, Reason, Request, Texts, TextToSend
from tests.mqtt.examples import changed, examples, places

EXAMPLES = list(examples())
NAMES = [topic.name for topic in TOPICS]


def nested(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = [value]
    return value


WRONG = {
    "missing": msgspec.UNSET,
    "null": None,
    "text": "جعبه",
    "number": 3,
    "fraction": 0.25,
    "negative": -1,
    "too large a number": 10**30,
    "yes": True,
    "list": [1, 2],
    "object": {"a": 1},
    "wrong tag": {"type": "no_such_thing"},
    "too long": "x" * 5_000,
    "control characters": "a\x00b\nc",
    "deep": nested(60),
}


def refused(name: str, payload: bytes) -> codec.UnfitError | None:
    """How the message is refused; None: it is still a message of the contract. Anything else that is raised is a bug."""
    try:
        message = codec.decode(name, payload)
    except codec.UnfitError as unfit:
        return unfit
    assert isinstance(message, BY_NAME[name].message)
    return None


@pytest.mark.parametrize("name", NAMES)
def test_every_message_comes_back_as_it_went_out(name: str) -> None:
    for topic, example in EXAMPLES:
        if topic == name:
            message = codec.decode(name, json.dumps(example).encode())
            assert codec.decode(name, codec.encode(message)) == message


@pytest.mark.parametrize("how", WRONG)
@pytest.mark.parametrize("name", NAMES)
def test_a_message_broken_in_any_field_is_refused_or_still_a_message(name: str, how: str) -> None:
    refusals = 0
    for topic, example in EXAMPLES:
        if topic == name:
            for place in places(example):
                if how == "missing" and (not place or isinstance(place[-1], int)):
                    continue
                unfit = refused(name, json.dumps(changed(example, place, WRONG[how])).encode())
                assert unfit is None or unfit.why
                refusals += unfit is not None
    assert refusals


@pytest.mark.parametrize("name", NAMES)
def test_each_field_without_a_default_is_missed(name: str) -> None:
    kind = BY_NAME[name].message
    example = next(example for topic, example in EXAMPLES if topic == name)
    for field in msgspec.structs.fields(kind):
        unfit = refused(name, json.dumps(changed(example, (field.name,), msgspec.UNSET)).encode())
        assert (unfit is not None) == field.required
        assert unfit is None or field.name in unfit.why


@pytest.mark.parametrize("name", NAMES)
def test_unknown_fields_of_a_younger_program_are_ignored(name: str) -> None:
    example = next(example for topic, example in EXAMPLES if topic == name)
    payload = json.dumps({**example, "invented_in_1420": {"deep": nested(50)}}).encode()
    assert codec.decode(name, payload) == codec.decode(name, json.dumps(example).encode())


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("payload", "why"),
    [
        (b"", "truncated"),
        (b"{", "truncated"),
        (b"null", "Expected `object`"),
        (b"\xff\xfe{}", "codec can't decode"),
        (b'{"id":"\xd9"}', "codec can't decode"),
        (b'{"invented":' + b"[" * 8_000 + b"]" * 8_000 + b"}", ""),  # too deep, or, where Python can dive, not a message
        (b'{"invented":"' + b"x" * codec.MESSAGE_LIMIT_BYTES + b'"}', "are read"),
    ],
)
def test_what_is_no_json_object_is_refused_with_its_reason(name: str, payload: bytes, why: str) -> None:
    unfit = refused(name, payload)
    assert unfit is not None
    assert why in unfit.why


@pytest.mark.parametrize("boot", ["\\u0000", "x" * 65])
def test_what_the_store_keeps_of_a_device_is_bounded(boot: str) -> None:
    state = f'{{"device": "counter-1", "up": true, "connection": "c", "boot": "{boot}"}}'
    assert refused("device", state.encode()), "PostgreSQL stores no NUL: the retained message would end each start of the store"


def test_a_topic_that_is_not_in_the_contract_is_refused() -> None:
    unfit = refused("weather", b"{}")
    assert unfit is not None
    assert "weather" in unfit.why


@pytest.mark.parametrize("how", ["missing", "number", "wrong tag", "deep"])
def test_a_request_broken_anywhere_but_in_its_id_can_still_be_answered(how: str) -> None:
    for topic, example in EXAMPLES:
        if topic != "request":
            continue
        for place in places(example):
            if place and place != ("id",) and not (how == "missing" and isinstance(place[-1], int)):
                unfit = refused(topic, json.dumps(changed(example, place, WRONG[how])).encode())
                assert unfit is None or (unfit.request_id, unfit.reason) == ("counter-1", Reason.MALFORMED)


def test_a_request_is_read_up_to_its_limit_and_not_beyond() -> None:
    example = next(example for topic, example in EXAMPLES if topic == "request")
    size = len(json.dumps({**example, "pad": ""}))
    assert refused("request", json.dumps({**example, "pad": "x" * (REQUEST_LIMIT_BYTES - size)}).encode()) is None
    unfit = refused("request", json.dumps({**example, "pad": "x" * (REQUEST_LIMIT_BYTES - size + 1)}).encode())
    assert unfit is not None
    assert (unfit.reason, unfit.request_id) == (Reason.TOO_LARGE, "counter-1")


@given(name=st.sampled_from(NAMES), payload=st.binary(max_size=400))
def test_any_bytes_at_all_are_refused_or_a_message(name: str, payload: bytes) -> None:
    refused(name, payload)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(data=st.data())
def test_any_value_in_any_place_is_refused_or_a_message(data: st.DataObject) -> None:
    name, example = data.draw(st.sampled_from(EXAMPLES))
    place = data.draw(st.sampled_from(list(places(example))))
    refused(name, json.dumps(changed(example, place, data.draw(JSON))).encode())


def test_nothing_that_the_broker_keeps_has_a_field_for_a_person_or_a_code() -> None:
    for topic in TOPICS:
        if topic.retained:
            words = json.dumps(msgspec.json.schema(topic.message)).lower()
            assert not [word for word in ("mobile", "national", "residence", "first_name", "tracking") if word in words]
            assert '"code": {"type": "string"' not in words


def test_the_table_at_the_top_of_the_contract_says_what_its_topics_say() -> None:
    rows = {}
    for line in (contract.__doc__ or "").splitlines():
        cells = [cell.strip() for cell in line.split("|")[1:-1]]
        if len(cells) == 4 and cells[0] != "topic" and not set(cells[0]) <= {"-"}:
            rows[cells[0].split("/")[0]] = cells
    assert list(rows) == NAMES
    for topic in TOPICS:
        path, _, delivery, message = rows[topic.name]
        assert message == topic.message.__name__
        assert ("/" in path) == topic.keyed
        assert ("no," not in delivery) == topic.retained
        assert topic.expiry_seconds is None or f"{topic.expiry_seconds} s" in delivery
    assert codec.prefix("kosar") == f"nobat/{PROTOCOL}/kosar/"


@pytest.mark.parametrize(
    "payload",
    [
        b'{"id": "r-1", "boot": "b", "operation": {"type": "09121234567"}}',
        b'{"id": "r-1", "boot": "b", "operation": {"type": "help_ticket", "service_day": 1, "about": "it\'s 09121234567"}}',
        b'{"id": "r-1", "boot": "b", "operation": {"type": "check_in", "code": 12345674, "service_day": 1}}',
        b'{"id": "09121234567", "operation": 09121234567',
    ],
)
def test_why_a_message_is_unfit_quotes_nothing_of_it(payload: bytes) -> None:
    with pytest.raises(codec.UnfitError) as unfit:
        codec.decode("request", payload)
    assert "1234567" not in unfit.value.why
    assert unfit.value.__cause__ is None


def test_a_message_that_is_shown_leads_to_nobody() -> None:
    asked = Request(id="r-1", boot="b", operation=Book(department=11, mobile="09121234567"))
    told = Texts(to_send=(TextToSend(id=1, attempt=1, to="09121234567", body="12345674", expires_at_ms=1, lease_until_ms=1),))
    typed = CheckIn(code="12345674", service_day=3)
    assert repr(typed) == "CheckIn(code=…, service_day=3)"
    assert "1234567" not in f"{asked} {told!r}"
    assert "department=11" in repr(asked)
