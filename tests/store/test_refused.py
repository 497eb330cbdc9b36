"""What is refused at the desk: each with its reason and a next step, and the ledger's tickets are as they were."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import asdict
from sqlalchemy import text

from booking_store.desk import moves
from booking_store.desk.changes import Changes
from booking_store.desk.desk import Asked
from booking_store.desk.moves import Held, Mover
from mqtt.contract import (
    AskHours,
    AskPriority,
    Book,
    Booked,
    Bookings,
    CallNext,
    CallNumber,
    CancelBooking,
    Changed,
    CheckIn,
    ComeBack,
    ConfirmHold,
    ConfirmPriority,
    DayAnswer,
    DaySettled,
    DropTicket,
    EndDay,
    FindBookings,
    Finish,
    Loaded,
    MakeUrgent,
    NoShow,
    NoteUnaware,
    NotServed,
    OpenDay,
    OpenHours,
    Operation,
    Press,
    Pressed,
    PrintAgain,
    Reason,
    Refusal,
    Reopen,
    StopReception,
    TakeHelpTicket,
    TakeWalkIn,
    TellSeen,
    Transfer,
    Welcome,
)
from rules.journey import GRID, Act, State, Stays, Way
from tests.store.callers import MOBILE, hold, with_telephone
from tests.store.clinic import SUNDAY, Clinic
from tests.store.morning import Morning, refused

STANDS = "UPDATE tickets SET state = :state, ahead = :ahead, ended_at_ms = :ended_at_ms"
TICKETS = "SELECT t.*, s.stage, s.point, s.calls FROM tickets t JOIN stops s ON s.ticket = t.id ORDER BY t.id, s.id"


MONDAY = SUNDAY + timedelta(days=1)


# --------------------------------------------------------------------------------------- moves of a ticket

MOVES: dict[Act, Callable[[Mover, Held, Any], Stays | None]] = {
    Act.CALL: lambda mover, held, point: moves.call(mover, held, point, "next"),
    Act.RECALL: moves.recall,
    Act.MOVE_ON: moves.finish,
    Act.COMPLETE: moves.finish,
    Act.PARK: lambda mover, held, point: moves.set_aside(mover, held, point, Act.PARK),
    Act.TRANSFER: lambda mover, held, point: moves.transfer(mover, held, point, Way("doctor")),
    Act.COME_BACK: lambda mover, held, _: moves.come_back(mover, held),
    Act.MAKE_URGENT: lambda mover, held, _: moves.make_urgent(mover, held, "chest pain"),
    Act.CONFIRM_PRIORITY: lambda mover, held, _: moves.confirm_priority(mover, held, "elderly"),
    Act.REOPEN: lambda mover, held, _: moves.reopen(mover, held, "results"),
    Act.TAKE_OVER: lambda mover, held, _: moves.take_over(mover, held, 1),
    Act.TELL: lambda mover, held, _: moves.tell(mover, held, moved=False),
    Act.DROP: lambda mover, held, _: moves.end(mover, held, Act.DROP, "gone home"),
}


def test_what_the_journey_does_not_have_is_no_move_and_writes_nothing(morning: Morning) -> None:
    """Every act in every state of the grid in which the ticket stays as it is."""
    number = morning.walk_in()
    tried = 0
    for (state, act), cell in GRID.items():
        if not isinstance(cell, Stays) or act not in MOVES:
            continue
        ahead = "[]" if act is Act.COMPLETE else '["doctor"]'
        ended_at_ms = morning.now.ms if state in {State.DONE, State.NOT_SERVED, State.VOID} else None
        day, point = morning.day, morning.site.point("counter-1")
        with morning.ledger.connection.begin():
            morning.ledger.connection.execute(text(STANDS), {"state": state.value, "ahead": ahead, "ended_at_ms": ended_at_ms})
        before = morning.rows(TICKETS)
        with morning.store._at_desk(morning.now) as (desk, _):
            held = moves.held_by_number(desk, day, number)
            assert held is not None
            mover = Mover(desk, Asked("operator", ""), day, Changes())
            assert MOVES[act](mover, held, point) is cell, (state, act)
        assert morning.rows(TICKETS) == before, (state, act)
        tried += 1
    assert tried > len(MOVES)


def called(morning: Morning) -> int:
    """Somebody is at counter 1."""
    number = morning.walk_in()
    assert isinstance(morning.press("counter-1", CallNumber(number=number)), Pressed)
    return number


def served(morning: Morning) -> int:
    number = morning.at_the_doctors()
    morning.press("room-1", CallNext())
    assert isinstance(morning.press("room-1", Finish()), Pressed)
    return number


def absent(morning: Morning) -> int:
    number = called(morning)
    morning.press("counter-1", NoShow())
    return number


STANDING: dict[State, Callable[[Morning], int]] = {
    State.WAITING: Morning.walk_in,
    State.CALLED: called,
    State.ABSENT: absent,
    State.DONE: served,
}
BY_STAFF: dict[Act, Callable[[int], Operation]] = {
    Act.COME_BACK: lambda number: ComeBack(number=number),
    Act.MAKE_URGENT: lambda number: MakeUrgent(number=number, why="chest pain"),
    Act.CONFIRM_PRIORITY: lambda number: ConfirmPriority(number=number, priority="elderly"),
    Act.REOPEN: lambda number: Reopen(number=number, why="results"),
    Act.DROP: lambda number: DropTicket(number=number, why="gone home"),
}


@pytest.mark.parametrize("state", STANDING)
def test_what_reception_may_change_of_a_ticket_is_what_the_journey_says(morning: Morning, state: State) -> None:
    number = STANDING[state](morning)
    for act, operation in BY_STAFF.items():
        cell = GRID[state, act]
        if not isinstance(cell, Stays):
            continue
        before = morning.rows(TICKETS)
        answer = morning.ask("operator", operation(number))
        assert morning.rows(TICKETS) == before
        if cell is Stays.ALREADY:
            assert answer == Changed(number=number)
        else:
            assert refused(answer) is Reason(cell.value)
            assert isinstance(answer, Refusal)
            assert answer.point == ("counter-1" if cell is Stays.CURRENT_ELSEWHERE else None)


def test_a_number_that_nobody_has_and_a_class_that_the_site_has_not_change_nothing(morning: Morning) -> None:
    number = morning.walk_in()
    for operation in BY_STAFF.values():
        assert refused(morning.ask("operator", operation(199))) is Reason.UNKNOWN_NUMBER
    answer = morning.ask("operator", ConfirmPriority(number=number, priority="tall"))
    assert isinstance(answer, Refusal)
    assert (answer.reason, "elderly" in (answer.detail or "")) == (Reason.NOT_POSSIBLE_NOW, True)


def test_after_the_day_nothing_is_said_or_printed_of_its_tickets(morning: Morning) -> None:
    number = morning.walk_in()
    assert isinstance(morning.ask("operator", EndDay(outcome_for_waiting="not served")), DayAnswer)
    for operation in (*(one(number) for one in BY_STAFF.values()), NoteUnaware(number=number)):
        assert refused(morning.ask("operator", operation)) is Reason.CLOSED
    assert refused(morning.ask("operator", PrintAgain(number=number, kiosk="kiosk-1"))) is Reason.CLOSED


# ---------------------------------------------------------------------------------------------- presses


def test_a_number_called_out_of_order_sends_who_was_there_on_their_way(morning: Morning) -> None:
    first = called(morning)
    second = morning.walk_in()
    assert isinstance(morning.press("counter-1", CallNumber(number=second)), Pressed)
    assert (morning.current("counter-1"), morning.stage(first), morning.state(first)) == (second, "doctor", "waiting")


def test_a_point_that_the_site_has_not_is_nobodys(morning: Morning) -> None:
    press = Press(point="counter-9", epoch=morning.store.epoch, revision=0, act=CallNext())
    assert refused(morning.ask("operator", press)) is Reason.UNKNOWN_POINT


def test_a_ticket_is_not_ended_at_a_point_without_a_word_why(morning: Morning) -> None:
    number = called(morning)
    assert refused(morning.press("counter-1", NotServed(why=" "))) is Reason.MALFORMED
    assert (morning.current("counter-1"), morning.state(number)) == (number, "called")


def test_nobody_is_sent_from_a_point_to_itself_or_to_none(morning: Morning) -> None:
    number = called(morning)
    for to in ("counter-1", "counter-9"):
        assert refused(morning.press("counter-1", Transfer(point=to))) is Reason.UNKNOWN_POINT
    assert morning.current("counter-1") == number


# --------------------------------------------------------------------------------------------- at the kiosk


def test_no_ticket_is_given_before_the_day_after_it_or_for_another(clinic: Clinic) -> None:
    day = clinic.day
    asked: tuple[Operation, ...] = (
        CheckIn(code="12345674", service_day=day),
        TakeWalkIn(department=11, service_day=day),
        TakeHelpTicket(service_day=day, about=Reason.WRONG_DAY),
    )
    other = tuple(type(one)(**{**asdict(one), "service_day": day + 1}) for one in asked)
    assert {refused(clinic.ask("kiosk-1", one)) for one in other} == {Reason.WRONG_SERVICE_DAY}
    clinic.ask("operator", StopReception())
    assert {refused(clinic.ask("kiosk-1", one)) for one in asked[1:]} == {Reason.CLOSED}
    clinic.ask("operator", EndDay(outcome_for_waiting="not served"))
    for one in asked:
        answer = clinic.ask("kiosk-1", one)
        assert isinstance(answer, Refusal)
        assert (answer.reason, answer.date, answer.time) == (Reason.CLOSED, "2026-11-23", "07:00")
    assert clinic.rows(TICKETS) == []


def test_nobody_takes_a_turn_of_what_the_site_has_not(clinic: Clinic) -> None:
    for wish, reason in (
        (TakeWalkIn(department=99, service_day=clinic.day), Reason.UNKNOWN_DEPARTMENT),
        (TakeWalkIn(department=11, doctor=99, service_day=clinic.day), Reason.UNKNOWN_DOCTOR),
        (TakeWalkIn(department=11, doctor=3, service_day=clinic.day), Reason.UNKNOWN_DOCTOR),
    ):
        answer = clinic.ask("kiosk-1", wish)
        assert isinstance(answer, Refusal)
        assert (answer.reason, answer.department, answer.doctor) == (reason, wish.department, wish.doctor)


def test_a_priority_is_asked_for_where_the_ticket_came_from_while_it_waits_and_once_the_class_is_known(
    morning: Morning,
) -> None:
    number, day = morning.walk_in(), morning.day
    wish = AskPriority(number=number, service_day=day, priority="elderly")
    assert refused(morning.ask("kiosk-2", wish)) is Reason.UNKNOWN_NUMBER
    assert (
        refused(morning.ask("kiosk-1", AskPriority(number=199, service_day=day, priority="elderly"))) is Reason.UNKNOWN_NUMBER
    )
    assert (
        refused(morning.ask("kiosk-1", AskPriority(number=number, service_day=day + 1, priority="elderly")))
        is Reason.WRONG_SERVICE_DAY
    )
    assert (
        refused(morning.ask("kiosk-1", AskPriority(number=number, service_day=day, priority="tall"))) is Reason.NOT_POSSIBLE_NOW
    )
    assert morning.one("SELECT priority_asked FROM tickets").priority_asked is None
    assert morning.ask("kiosk-1", wish) == Changed(number=number)
    assert morning.one("SELECT priority_asked FROM tickets").priority_asked == "elderly"
    assert morning.call("counter-1") == number
    assert refused(morning.ask("kiosk-1", wish)) is Reason.NOT_POSSIBLE_NOW


def test_what_a_kiosk_tells_of_an_earlier_run_of_the_store_tells_nothing(clinic: Clinic) -> None:
    for told in (TellSeen(epoch="of-before"), DaySettled(epoch="of-before")):
        assert refused(clinic.ask("kiosk-1", told)) is Reason.STALE
    assert clinic.ask("kiosk-1", DaySettled(epoch=clinic.store.epoch)) == Changed(), "nothing was lost: it is settled already"
    clinic.ask("operator", EndDay())
    assert clinic.ask("kiosk-1", TellSeen(epoch=clinic.store.epoch)) == Welcome(), "no day, and no number of it"


# --------------------------------------------------------------------------------------- days and telephone


def test_a_day_is_opened_while_no_other_is_open(clinic: Clinic) -> None:
    clinic.at("08:00", MONDAY)
    answer = clinic.ask("operator", OpenDay())
    assert isinstance(answer, Refusal)
    assert (answer.reason, answer.date) == (Reason.NOT_POSSIBLE_NOW, "2026-11-22")


def test_the_telephone_is_told_of_a_closed_day_and_of_a_number_that_is_none(clinic: Clinic, tmp_path: Path) -> None:
    with_telephone(clinic, tmp_path)
    assert refused(clinic.ask("phone-1", FindBookings(mobile="0912"))) is Reason.BAD_MOBILE
    assert clinic.ask("phone-1", FindBookings(mobile=MOBILE)) == Bookings()
    hold(clinic, "call-1")
    assert refused(clinic.ask("phone-1", ConfirmHold(call="call-1", mobile="0912"))) is Reason.BAD_MOBILE
    assert refused(clinic.ask("phone-1", AskHours(date="tomorrow"))) is Reason.BAD_DATE
    feast = tmp_path / "feast.toml"
    site = (tmp_path / "telephone.toml").read_text(encoding="utf-8")
    feast.write_text(site.replace("[holidays]", '[holidays.dates]\n"1405/09/02" = "جشن"\n[holidays]'), encoding="utf-8")
    assert isinstance(clinic.load_site(feast), Loaded)
    assert clinic.ask("phone-1", AskHours(date="2026-11-23")) == OpenHours(date="2026-11-23", why="جشن")


def test_a_booking_whose_session_is_over_is_past_cancelling(clinic: Clinic) -> None:
    booked = clinic.ask("operator", Book(department=12, doctor=3, mobile=MOBILE))
    assert isinstance(booked, Booked)
    clinic.at("10:00", date.fromisoformat(booked.date))
    answer = clinic.ask("operator", CancelBooking(code=booked.code, why="late"))
    assert isinstance(answer, Refusal)
    assert (answer.reason, answer.date) == (Reason.NOT_POSSIBLE_NOW, booked.date)
