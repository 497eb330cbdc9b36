"""What the screens are told: numbers and places, never who they belong to."""

import msgspec

from booking_store.answering import Incoming
from mqtt import codec
from mqtt.contract import (
    AskPriority,
    Book,
    Booked,
    CallNext,
    Changed,
    CheckIn,
    ConfirmPriority,
    NoShow,
    PointState,
    Press,
    Pressed,
    Reason,
    Request,
    SetLate,
)
from tests.store.clinic import Clinic, new_id
from tests.store.morning import Morning, refused

MOBILE = "09121234567"


def press(clinic: Clinic, act: CallNext | NoShow) -> Pressed:
    state = clinic.published["point", "counter-1"]
    assert isinstance(state, PointState)
    answer = clinic.ask("counter-1", Press(point="counter-1", epoch=state.epoch, revision=state.revision, act=act))
    assert isinstance(answer, Pressed), answer
    return answer


def test_nothing_that_is_retained_tells_a_code_or_a_mobile(any_clinic: Clinic) -> None:
    """Law 9, over all that one patient may show on: waiting, called, absent, with a late doctor."""
    booked = any_clinic.ask("operator", Book(department=12, doctor=3, mobile=MOBILE))
    assert isinstance(booked, Booked)
    any_clinic.ask("operator", SetLate(doctor=3, until="10:30"))
    said = [*any_clinic.store.everything(any_clinic.now)]
    number = any_clinic.printed(CheckIn(code=booked.code, service_day=any_clinic.day))
    for act in (CallNext(), NoShow()):
        said += any_clinic.store.everything(any_clinic.now)
        press(any_clinic, act)
    said += any_clinic.store.everything(any_clinic.now)
    texts = [codec.encode(one.message).decode() for one in said if one.message is not None]
    assert any(str(number) in text for text in texts)
    for text in texts:
        assert booked.code not in text
        assert MOBILE[1:] not in text


def test_two_that_came_together_are_told_as_the_second_left_it(morning: Morning) -> None:
    number = morning.walk_in()
    together = (morning.asked("counter-1", CallNext()), ConfirmPriority(number=number, priority="elderly"))
    batch = [Incoming("operator", Request(id=new_id(), operation=each, boot="boot-1")) for each in together]
    morning.store.handle_batch(batch, morning.now)
    (state,) = [one.message for one in morning.store.snapshots(morning.now, queues=False) if one.key == "counter-1"]
    assert isinstance(state, PointState)
    assert state.current is not None
    assert state.current.priority == "elderly"


def test_a_priority_that_was_asked_for_moves_the_ticket_on_the_counters_screen(morning: Morning) -> None:
    first, second = morning.walk_in(), morning.walk_in()
    asked = AskPriority(number=second, service_day=morning.day, priority="elderly")
    assert morning.ask("kiosk-1", asked) == Changed(number=second)
    state = morning.published["point", "counter-1"]
    assert isinstance(state, PointState)
    assert [(one.number, one.why) for one in state.next] == [(second, "priority"), (first, "walk_in")]
    trail = morning.one("SELECT number, why FROM audit WHERE what = 'priority_asked'")
    assert tuple(trail) == (second, "elderly")


def test_priority_is_asked_for_only_at_the_kiosk_that_gave_the_ticket_and_only_while_it_waits(morning: Morning) -> None:
    number = morning.walk_in()
    asked = AskPriority(number=number, service_day=morning.day, priority="elderly")
    assert refused(morning.ask("kiosk-2", asked)) is Reason.UNKNOWN_NUMBER
    assert refused(morning.ask("kiosk-1", msgspec.structs.replace(asked, priority="in a hurry"))) is Reason.NOT_POSSIBLE_NOW
    another_day = msgspec.structs.replace(asked, service_day=morning.day + 1)
    assert refused(morning.ask("kiosk-1", another_day)) is Reason.WRONG_SERVICE_DAY
    morning.call("counter-1")
    assert refused(morning.ask("kiosk-1", asked)) is Reason.NOT_POSSIBLE_NOW
