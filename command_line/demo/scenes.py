"""The stories of the morning. Each is one sentence about the clinic that comes true, or raises ScriptError."""

from datetime import datetime, timedelta
from typing import Final

from booking_store.reports import ticket_stories
from command_line.demo.morning import Morning, Scene
from command_line.demo.wrong import ScriptError
from command_line.operator import accepted
from mqtt.contract import (
    AbsencePlan,
    AnnounceAbsence,
    ComeBack,
    ConfirmPriority,
    MakeUrgent,
    Park,
    Pause,
    PointState,
    PointStatus,
    Reopen,
    Resume,
    SetLate,
    Transfer,
    UnlockCodes,
)
from rules.site import Point
from rules.tracking_code import check_digit

LATE_MINUTES: Final = 90


def expect(holds: bool, sentence: str) -> None:
    """ScriptError unless what the sentence says is so."""
    if not holds:
        raise ScriptError(f"expected: {sentence}")


def _counters(morning: Morning) -> list[Point]:
    return [point for point in morning.clinic.site.points if point.kind == "counter"]


def _rooms(morning: Morning) -> list[Point]:
    return [point for point in morning.clinic.site.points if point.kind == "room"]


def _busy(morning: Morning, points: list[Point]) -> PointState:
    """A point with somebody at it: the first of `points` calls until one has."""
    for point in points:
        if morning.eyes.point(point.id).current is not None:
            return morning.eyes.point(point.id)
    for point in points:
        state = morning.eyes.point(point.id)
        if state.status == PointStatus.OPEN and state.waiting:
            return morning.press(point.id, "call_next")
    raise ScriptError(f"somebody waits for one of {', '.join(point.id for point in points)}")


def _number_at(state: PointState) -> int:
    if state.current is None:
        raise ScriptError(f"{state.point} has somebody at it")
    return state.current.number


# ------------------------------------------------------------------------------------------------- at the kiosk


def a_code_is_mistyped(morning: Morning) -> None:
    """One digit wrong: the kiosk itself sees it by the check digit, and asks again."""
    wrong = "1234567" + str((int(check_digit("1234567")) + 1) % 10)
    morning.type_code(wrong)
    morning.kiosk_shows("code_wrong")
    morning.press_until("erase", "idle")


def an_unknown_code_is_refused(morning: Morning) -> None:
    """A code that nobody was given, with a right check digit."""
    morning.type_code("7654321" + str(check_digit("7654321")))
    morning.kiosk_shows("refused_no_such_code")
    morning.press_until("erase", "idle")


def somebody_comes_a_day_late(code: str) -> Scene:
    """Yesterday's booking: told so, offered a walk-in turn, and takes it."""

    def yesterdays_booking(morning: Morning) -> None:
        before = morning.eyes.tickets_printed(morning.kiosk)
        morning.type_code(code)
        morning.kiosk_shows("refused_day_passed")
        morning.press_until("green", "choose_department")
        morning.choose_department(morning.clinic.site.doctors[0].department, priority=False)
        morning.eyes.wait("a walk-in ticket instead", lambda: morning.eyes.tickets_printed(morning.kiosk) > before)
        morning.kiosk_shows("ticket_taken")
        morning.leave_kiosk()

    return yesterdays_booking


def a_cancelled_code_is_refused(code: str) -> Scene:
    """A booking that was cancelled by phone."""

    def cancelled_booking(morning: Morning) -> None:
        morning.type_code(code)
        morning.kiosk_shows("refused_cancelled")
        morning.press_until("erase", "idle")

    return cancelled_booking


def a_companion_has_three_codes(codes: tuple[str, str, str]) -> Scene:
    """«کد دیگری دارید؟»: three codes, three tickets, one visit."""

    def companion_with_three_codes(morning: Morning) -> None:
        numbers = [morning.ticket_by_code(codes[0])]
        for code in codes[1:]:
            morning.press_until("1", "type_code")
            numbers.append(morning.ticket_by_code(code))
        expect(len(set(numbers)) == 3, "three different numbers")
        morning.leave_kiosk()

    return companion_with_three_codes


def a_code_is_typed_again(code: str) -> Scene:
    """Somebody lost the paper: the same code gives the same number again."""

    def lost_paper(morning: Morning) -> None:
        first = morning.ticket_by_code(code)
        morning.leave_kiosk()
        again = morning.ticket_by_code(code)
        expect(first == again, f"the reprint says {first}, not {again}")
        morning.leave_kiosk()

    return lost_paper


def somebody_comes_again_after_the_visit(code: str) -> Scene:
    """A code whose visit is over: said so, with the way to reception."""

    def visit_is_over(morning: Morning) -> None:
        morning.type_code(code)
        morning.kiosk_shows("refused_already_served")
        morning.press_until("erase", "idle")

    return visit_is_over


def wrong_codes_lock_the_kiosk(morning: Morning) -> None:
    """Five codes that nobody was given: code entry is locked, walk-ins go on, and staff lift the lock."""
    for attempt in range(morning.clinic.site.kiosks.wrong_codes_before_lock):
        digits = f"98765{attempt:02}"
        morning.type_code(digits + str(check_digit(digits)))
        morning.kiosk_shows("refused_no_such_code", "refused_code_locked")
        morning.press_until("erase", "idle")
    morning.press_until("9", "refused_code_locked")
    morning.desk.order(morning.kiosk, UnlockCodes())
    morning.press_until("erase", "idle")


def a_doctor_is_absent(doctor: int, code: str) -> Scene:
    """A doctor's absence is announced; a patient who comes all the same is told."""

    def doctor_is_absent(morning: Morning) -> None:
        today = f"{morning.now:%Y-%m-%d}"
        announced = AnnounceAbsence(doctor=doctor, date=today, agreed_with="the doctor, by telephone", preview=False)
        plan = accepted(morning.desk.ask(announced), AbsencePlan)
        expect(plan.texts == len(plan.touched) > 0, f"each who is touched is texted: {plan}")
        morning.type_code(code)
        morning.kiosk_shows("refused_doctor_absent")
        morning.press_until("erase", "idle")

    return doctor_is_absent


def the_paper_runs_out(morning: Morning) -> None:
    """Out of paper: said before a number is asked for, the number shown large instead, and the roll changed."""
    printer = morning.clinic.printers[morning.kiosk]
    printer.order("paper out")
    morning.kiosk_shows("idle_no_paper")
    doctor = morning.clinic.site.doctors[0]
    morning.choose_walk_in(doctor.department, priority=False)
    morning.kiosk_shows("offer_no_paper")
    morning.press_until("green", "number_without_paper")
    morning.leave_kiosk()
    printer.order("paper full")
    morning.kiosk_shows("idle")


# ------------------------------------------------------------------------------------------ counters and rooms


def three_counters_press_together(morning: Morning) -> None:
    """Three green buttons in the same instant: three people, nobody twice."""
    counters = _counters(morning)
    morning.call_together(counters)
    numbers = [_number_at(morning.eyes.point(point.id)) for point in counters]
    expect(len(set(numbers)) == len(counters), f"{numbers} are different people")


def a_doctor_is_late(doctor: int, until: datetime) -> Scene:
    """Screens and tickets say it, and the room begins later."""

    def doctor_is_late(morning: Morning) -> None:
        morning.change(SetLate(doctor=doctor, until=f"{until:%H:%M}"))
        morning.eyes.wait(
            "the hall shows the late doctor",
            lambda: any(late.doctor == doctor for board in morning.eyes.watched.boards.values() for late in board.late),
        )
        for point in _rooms(morning):
            if doctor in point.doctors or _department_of(morning, doctor) in point.departments:
                morning.busy_until[point.id] = until

    return doctor_is_late


def a_doctor_has_come(doctor: int) -> Scene:
    """The late doctor is here."""

    def doctor_has_come(morning: Morning) -> None:
        morning.change(SetLate(doctor=doctor, until=None))

    return doctor_has_come


def a_priority_is_confirmed(morning: Morning) -> None:
    """An elderly walk-in asked for priority at the kiosk; reception confirms it."""
    department = next(doctor.department for doctor in morning.clinic.site.doctors)
    number = morning.walk_in(department, priority=True)
    morning.leave_kiosk()
    morning.change(ConfirmPriority(number=number, priority=morning.clinic.site.priority_classes[0].id))


def somebody_is_urgent(morning: Morning) -> None:
    """The youngest ticket in front of a room is made urgent and is the next one called there."""
    room, number = _waiting_for_a_room(morning)
    morning.change(MakeUrgent(number=number, why="chest pain"))
    after = morning.press(room.id, "call_next")
    expect(_number_at(after) == number, f"{room.id} calls the urgent {number}")


def somebody_is_called_again(morning: Morning) -> None:
    """The green button held: the same number, called again."""
    state = _busy(morning, _counters(morning))
    after = morning.press(state.point, "call_next", hold=True)
    expect(_number_at(after) == _number_at(state), "the recall keeps the number")
    expect(
        after.current is not None and state.current is not None and after.current.calls > state.current.calls, "called again"
    )


def somebody_does_not_come(morning: Morning) -> None:
    """A no-show is listed as absent, comes after all, and is called again."""
    state = _busy(morning, _counters(morning))
    number = _number_at(state)
    morning.press(state.point, "no_show")

    def absent() -> bool:
        return any(number in board.absent for board in morning.eyes.watched.boards.values())

    morning.eyes.wait(f"{number} is listed as absent", absent)
    morning.change(ComeBack(number=number))
    morning.eyes.wait(f"{number} is back in line", lambda: not absent())


def a_call_is_taken_back(morning: Morning) -> None:
    """The wrong button: undone within ten seconds, and the number waits again."""
    room = next(point for point in _rooms(morning) if morning.eyes.point(point.id).waiting > 0)
    called = morning.press(room.id, "call_next")
    number = _number_at(called)
    after = morning.press(room.id, "no_show", hold=True)
    expect(after.current is None or after.current.number != number, f"{number} is no longer at {room.id}")


def somebody_is_transferred(morning: Morning) -> None:
    """The wrong room: sent on to the other one with the same number."""
    rooms = _rooms(morning)
    state = _busy(morning, rooms)
    other = next(room for room in rooms if room.id != state.point)
    before = morning.eyes.point(other.id).waiting
    morning.act(state.point, Transfer(point=other.id))
    morning.eyes.wait(f"one more waits for {other.id}", lambda: morning.eyes.point(other.id).waiting > before)


def somebody_pays_and_returns(morning: Morning) -> None:
    """Sent to the cashier and back to the doctor, with the same number."""
    state = _busy(morning, _rooms(morning))
    morning.act(state.point, Transfer(stage="cashier", come_back=True))


def somebody_fetches_a_paper(morning: Morning) -> None:
    """Sent away by the counter: comes back within two calls, same number."""
    state = _busy(morning, _counters(morning))
    morning.press(state.point, "send_away")


def somebody_is_parked(morning: Morning) -> None:
    """Put aside for a while, and back in line."""
    state = _busy(morning, _rooms(morning))
    number = _number_at(state)
    morning.act(state.point, Park(why="blood pressure first"))
    morning.change(ComeBack(number=number))


def somebody_returns_with_results(morning: Morning) -> None:
    """A finished patient comes back with test results: the doctor sees them again, same number."""
    number = morning.eyes.finished_ticket()
    morning.change(Reopen(number=number, why="test results"))


def a_counter_prays(morning: Morning) -> None:
    """A pause with its reason and time; the counter is back by itself or by its button."""
    counter = _counters(morning)[-1]
    after = morning.act(counter.id, Pause(why="prayer", until=f"{morning.now + timedelta(minutes=15):%H:%M}"))
    expect(after.status == PointStatus.PAUSED, f"{counter.id} is paused")


def a_counter_is_back(morning: Morning) -> None:
    """After the prayer."""
    counter = _counters(morning)[-1]
    if morning.eyes.point(counter.id).status == PointStatus.PAUSED:
        morning.act(counter.id, Resume())


def the_broker_restarts(morning: Morning) -> None:
    """The broker dies and comes back: every program finds it again and shows what is so."""
    names = [device.id for device in morning.clinic.site.devices if device.role != "operator"]
    connections = {name: morning.eyes.watched.devices[name].connection for name in names}
    morning.clinic.stop_broker()
    morning.clinic.start_broker()

    def back() -> bool:
        devices = morning.eyes.watched.devices
        return all(devices[name].up and devices[name].connection != connections[name] for name in names)

    morning.eyes.wait("every device is back", back, 30)


def the_store_is_away(code: str) -> Scene:
    """The store dies for two minutes: the kiosk gives a number of its own, and the store takes it over when it is back."""

    def kiosk_alone(morning: Morning) -> None:
        before = morning.eyes.tickets_printed(morning.kiosk)
        morning.clinic.stop_store()
        morning.kiosk_shows("idle_alone")
        morning.type_code(code)
        morning.paper_after(before)
        expect(morning.eyes.screen(morning.kiosk) == "ticket_alone", "a ticket that the kiosk gave alone")
        morning.leave_kiosk()
        morning.clock_to(morning.now + timedelta(minutes=2))
        morning.clinic.start_store()
        morning.kiosk_shows("idle")
        morning.all_settled()
        own = next(device.alone_range for device in morning.clinic.site.devices if device.id == morning.kiosk)
        stood = [story["number"] for story in ticket_stories(morning.clinic.database)]
        expect(own is not None and any(own.first <= number <= own.last for number in stood), "the paper stands in the ledger")

    return kiosk_alone


def _waiting_for_a_room(morning: Morning) -> tuple[Point, int]:
    for room in _rooms(morning):
        following = morning.eyes.point(room.id).next
        if len(following) > 1 and morning.eyes.point(room.id).status == PointStatus.OPEN:
            return room, following[-1].number
    raise ScriptError("two people wait for one room")


def _department_of(morning: Morning, doctor: int) -> int | None:
    found = morning.clinic.site.doctor(doctor)
    return found.department if found else None
