"""A doctor is absent: everybody with a place is told once, goes where they should, and can have it all back."""

from datetime import timedelta
from pathlib import Path

import pytest

from mqtt.contract import (
    AbsencePlan,
    AnnounceAbsence,
    Book,
    Booked,
    CallNext,
    CancelBooking,
    Changed,
    CheckIn,
    ConfirmHold,
    Day,
    DeclineSubstitute,
    EndDay,
    Finish,
    HoldPlace,
    Loaded,
    Offer,
    PointState,
    Press,
    Reason,
    Refusal,
    Remedy,
    TakeWalkIn,
    TicketGiven,
    UndoAbsence,
)
from tests.store.absences import (
    AHMADI,
    AKBARI,
    MORADI,
    absent,
    announced,
    booked,
    refused,
    taken_texts,
    texts,
    typed,
    with_texts,
)
from tests.store.clinic import SITE_FILE, SUNDAY, Clinic

MONDAY = (SUNDAY + timedelta(days=1)).isoformat()
TUESDAY = (SUNDAY + timedelta(days=2)).isoformat()


@pytest.fixture
def told(any_clinic: Clinic, tmp_path: Path) -> Clinic:
    """The small clinic, which also texts, on both kinds of database."""
    return with_texts(any_clinic, tmp_path)


def press(clinic: Clinic, point: str, act: CallNext | Finish) -> PointState:
    state = clinic.published["point", point]
    assert isinstance(state, PointState)
    answer = clinic.ask(point, Press(point=point, epoch=state.epoch, revision=state.revision, act=act))
    assert not isinstance(answer, Refusal), answer
    after = clinic.published["point", point]
    assert isinstance(after, PointState)
    return after


def undo(clinic: Clinic, absence: int | None) -> Changed | Refusal:
    answer = clinic.ask("operator", UndoAbsence(absence=absence or 0))
    assert isinstance(answer, Changed | Refusal)
    return answer


def everything(clinic: Clinic) -> dict[str, list[tuple[object, ...]]]:
    """All that an absence may change, as the ledger has it."""
    queries = {
        "bookings": "SELECT * FROM bookings ORDER BY id",
        "tickets": "SELECT id, state, department, doctor, beside, marks, ahead, outcome FROM tickets ORDER BY id",
        "stops": """SELECT ticket, stage, doctor, only_point, waiting_since_ms, ended_at_ms, turn FROM stops
                    WHERE NOT taken_back ORDER BY id""",
        "sessions": "SELECT id, ends_at_ms, withdrawn FROM sessions WHERE starts_at_ms > 0 ORDER BY id",
        "texts": "SELECT id, state, next_at_ms FROM texts WHERE dedupe_key NOT LIKE 'absence:%' ORDER BY id",
    }
    return {name: [tuple(map(str, row)) for row in clinic.rows(sql)] for name, sql in queries.items()}


# --------------------------------------------------------------------------------------------- the preview


def test_a_preview_shows_whom_it_touches_and_changes_nothing(told: Clinic) -> None:
    with_mobile, without = booked(told), booked(told, mobile=None)
    before = everything(told)
    plan = told.ask("operator", absent(preview=True))
    assert isinstance(plan, AbsencePlan)
    assert plan.absence is None
    assert [(one.code, one.has_mobile, one.cancelled) for one in plan.touched] == [
        (with_mobile, True, True),
        (without, False, True),
    ]
    assert (plan.texts, plan.parts_each, plan.template) == (1, 1, "لغو: {code} {date} {time}")
    assert plan.words.startswith("لغو: ")
    assert everything(told) == before
    assert not texts(told)


def test_an_absence_that_touches_nobody_shows_the_text_that_it_would_send(told: Clinic) -> None:
    plan = announced(told)
    assert (plan.touched, plan.texts, plan.words) == ((), 0, "لغو: {code} {date} {time}")


# --------------------------------------------------------------------------------------------- cancelled


def test_a_cancelled_visit_is_texted_once_and_the_kiosk_tells_who_comes_all_the_same(told: Clinic) -> None:
    code, other = booked(told), booked(told, MORADI)
    announced(told)
    assert len(texts(told)) == 1
    assert " ۸:۰۰" in texts(told)[0]
    assert refused(typed(told, code)).reason is Reason.DOCTOR_ABSENT
    assert isinstance(typed(told, other), TicketGiven)
    day = told.published["day", ""]
    assert isinstance(day, Day)
    assert day.absent_doctors == (AHMADI,)
    assert (
        refused(told.ask("operator", Book(department=11, doctor=AHMADI, date=SUNDAY.isoformat()))).reason
        is Reason.DOCTOR_ABSENT
    )
    assert (
        refused(told.ask("kiosk-1", TakeWalkIn(department=11, doctor=AHMADI, service_day=told.day))).reason
        is Reason.DOCTOR_ABSENT
    )


def test_what_was_not_sent_yet_of_a_cancelled_visit_is_not_sent_any_more(told: Clinic) -> None:
    booked(told)
    announced(told)
    assert [text.split()[0] for text in taken_texts(told)] == ["لغو:"]


def test_announced_twice_it_is_done_once(told: Clinic) -> None:
    booked(told)
    first = announced(told)
    before = everything(told)
    second, preview = announced(told), told.ask("operator", absent(preview=True))
    assert second.absence == first.absence
    assert second.touched == first.touched
    assert isinstance(preview, AbsencePlan)
    assert preview.absence == first.absence
    assert everything(told) == before
    assert len(texts(told)) == 1


def test_the_same_hours_with_another_remedy_are_refused(told: Clinic) -> None:
    booked(told)
    first = announced(told)
    refusal = refused(told.ask("operator", absent(remedy=Remedy.MOVE, move_to=MONDAY)))
    assert refusal.reason is Reason.NOT_POSSIBLE_NOW
    assert f"absence {first.absence}" in refusal.detail


def test_who_cancelled_before_is_left_alone(told: Clinic) -> None:
    code = booked(told)
    told.ask("operator", CancelBooking(code=code))
    assert announced(told).touched == ()
    assert refused(typed(told, code)).reason is Reason.CANCELLED


def test_only_the_places_of_the_hours_are_touched(told: Clinic) -> None:
    codes = [booked(told, mobile=None) for _ in range(12)]  # 08:00, 08:03 … 08:33
    plan = announced(told, starts="08:10", ends="08:20")
    assert [one.code for one in plan.touched] == codes[4:7]
    assert isinstance(typed(told, codes[0]), TicketGiven)
    assert refused(typed(told, codes[5])).reason is Reason.DOCTOR_ABSENT
    assert len({booked(told, mobile=None) for _ in range(8)}) == 8
    assert refused(told.ask("operator", Book(department=11, doctor=1, date=SUNDAY.isoformat()))).reason is Reason.SESSION_FULL


def test_a_text_of_ones_own_says_each_patients_own_code(told: Clinic) -> None:
    codes = [booked(told), booked(told)]
    plan = announced(told, words="دکتر نیست. {code}")
    assert plan.words == texts(told)[0]
    assert len(set(texts(told))) == len(codes)


@pytest.mark.parametrize("words", ["به {doctor}", "   ", "{old_date}"])
def test_a_text_that_cannot_be_filled_is_refused(told: Clinic, words: str) -> None:
    booked(told)
    assert refused(told.ask("operator", absent(words=words))).reason is Reason.MALFORMED
    assert not told.rows("SELECT id FROM absences")


def test_where_the_site_has_no_words_for_it_nobody_is_texted(any_clinic: Clinic) -> None:
    booked(any_clinic)
    plan = announced(any_clinic)
    assert (plan.texts, plan.template, len(plan.touched)) == (0, "", 1)
    assert not any_clinic.rows("SELECT id FROM texts")


def test_a_place_that_a_call_holds_is_gone_and_one_of_other_hours_is_not(told: Clinic) -> None:
    for call in ("c1", "c2"):  # at 08:00 and 08:03
        assert isinstance(told.ask("phone-1", HoldPlace(call=call, department=11, doctor=AHMADI)), Offer)
    announced(told, ends="08:02")
    assert refused(told.ask("phone-1", ConfirmHold(call="c1"))).reason is Reason.HOLD_EXPIRED
    assert isinstance(told.ask("phone-1", ConfirmHold(call="c2")), Booked)


def test_who_was_here_is_not_touched_when_the_day_has_ended(told: Clinic) -> None:
    told.printed(CheckIn(code=booked(told), service_day=told.day))
    told.ask("operator", EndDay(outcome_for_waiting="sent home"))
    assert announced(told).touched == ()


# --------------------------------------------------------------------------------------------- moved


def test_who_is_moved_keeps_code_and_order_and_hears_the_new_date_at_the_kiosk(told: Clinic) -> None:
    taken = booked(told, date=MONDAY)
    first, second = booked(told), booked(told)
    plan = announced(told, remedy=Remedy.MOVE, move_to=MONDAY)
    assert [(one.code, one.new_date, one.cancelled) for one in plan.touched] == [
        (first, MONDAY, False),
        (second, MONDAY, False),
    ]
    places = {row.code: row.place for row in told.rows("SELECT code, place FROM bookings")}
    assert places == {taken: 1, first: 2, second: 3}
    refusal = refused(typed(told, first))
    assert (refusal.reason, refusal.date, refusal.moved) == (Reason.WRONG_DAY, MONDAY, True)
    assert not refused(typed(told, taken)).moved, "booked for that day, and never moved"
    assert len(texts(told)) == 2
    assert all("به" in text for text in texts(told))


def test_whom_the_new_date_has_no_place_for_is_cancelled_and_told_so(told: Clinic) -> None:
    booked(told, MORADI, date=MONDAY)
    codes = [booked(told, MORADI), booked(told, MORADI)]
    plan = announced(told, MORADI, remedy=Remedy.MOVE, move_to=MONDAY)
    assert [(one.code, one.cancelled) for one in plan.touched] == [(codes[0], False), (codes[1], True)]
    assert [text.split()[0] for text in texts(told)] == ["۱۴۰۵/۰۹/۰۱", "لغو:"]
    assert refused(typed(told, codes[1])).reason is Reason.DOCTOR_ABSENT


@pytest.mark.parametrize(
    ("move_to", "reason"),
    [
        ("2026-11-01", Reason.BAD_DATE),
        ("1405/09/03", Reason.BAD_DATE),
        (SUNDAY.isoformat(), Reason.DOCTOR_ABSENT),
        ("2027-11-22", Reason.BEYOND_HORIZON),
    ],
)
def test_nobody_is_moved_to_where_the_doctor_is_not(told: Clinic, move_to: str, reason: Reason) -> None:
    assert refused(told.ask("operator", absent(remedy=Remedy.MOVE, move_to=move_to))).reason is reason


def test_who_is_moved_hears_of_the_new_date_only_and_after_undo_of_the_old_one(told: Clinic) -> None:
    booked(told)
    plan = announced(told, remedy=Remedy.MOVE, move_to=MONDAY)
    undo(told, plan.absence)
    assert texts(told, "booking:")
    announced(told, remedy=Remedy.MOVE, move_to=MONDAY)
    assert [text.split()[0] for text in taken_texts(told)] == ["۱۴۰۵/۰۹/۰۱"]


# ----------------------------------------------------------------------------------------- the substitute


def test_a_substitute_sees_the_patients_and_the_ticket_says_so(told: Clinic) -> None:
    code, own = booked(told, MORADI), booked(told, AKBARI)
    plan = announced(told, MORADI, remedy=Remedy.SUBSTITUTE, substitute=AKBARI)
    assert [(one.code, one.new_doctor, one.cancelled) for one in plan.touched] == [(code, AKBARI, False)]
    ticket, others = typed(told, code), typed(told, own)
    assert isinstance(ticket, TicketGiven)
    assert isinstance(others, TicketGiven)
    assert (ticket.doctor, ticket.substitute, others.substitute) == (AKBARI, True, False)


def test_a_patient_may_decline_the_substitute_by_phone_with_the_bookings_own_mobile(told: Clinic) -> None:
    code = booked(told, MORADI, mobile="09121234567")
    announced(told, MORADI, remedy=Remedy.SUBSTITUTE, substitute=AKBARI)
    stranger = told.ask("phone-1", DeclineSubstitute(code=code, mobile="09120000000"))
    assert refused(stranger).reason is Reason.UNKNOWN_BOOKING
    assert isinstance(told.ask("phone-1", DeclineSubstitute(code=code, mobile="09121234567")), Changed)
    assert refused(typed(told, code)).reason is Reason.CANCELLED
    assert not texts(told)
    assert refused(told.ask("operator", DeclineSubstitute(code=code))).reason is Reason.CANCELLED


def test_a_patient_may_decline_the_substitute_at_reception_and_the_ticket_ends(told: Clinic) -> None:
    code = booked(told, MORADI)
    announced(told, MORADI, remedy=Remedy.SUBSTITUTE, substitute=AKBARI)
    ticket = typed(told, code)
    assert isinstance(ticket, TicketGiven)
    assert isinstance(told.ask("operator", DeclineSubstitute(code=code)), Changed)
    row = told.one("SELECT state, outcome FROM tickets")
    assert (row.state, row.outcome) == ("not_served", "substitute_declined")


def test_nobody_declines_a_doctor_who_is_no_substitute(told: Clinic) -> None:
    code = booked(told, MORADI)
    assert refused(told.ask("operator", DeclineSubstitute(code=code))).reason is Reason.NOT_POSSIBLE_NOW


def test_when_the_substitute_is_absent_too_their_new_patients_are_told(told: Clinic) -> None:
    code = booked(told, MORADI)
    announced(told, MORADI, remedy=Remedy.SUBSTITUTE, substitute=AKBARI)
    assert [one.code for one in announced(told, AKBARI).touched] == [code]
    assert refused(typed(told, code)).reason is Reason.DOCTOR_ABSENT


@pytest.mark.parametrize(
    ("substitute", "reason"), [(AHMADI, Reason.UNKNOWN_DOCTOR), (MORADI, Reason.UNKNOWN_DOCTOR), (99, Reason.UNKNOWN_DOCTOR)]
)
def test_a_substitute_is_another_doctor_of_the_same_department(told: Clinic, substitute: int, reason: Reason) -> None:
    answer = told.ask("operator", absent(MORADI, remedy=Remedy.SUBSTITUTE, substitute=substitute))
    assert refused(answer).reason is reason


@pytest.mark.parametrize("hours", [{}, {"starts": "08:00", "ends": "08:30"}])
def test_a_substitute_who_is_absent_cannot_stand_in(told: Clinic, hours: dict[str, str]) -> None:
    booked(told, MORADI)
    announced(told, AKBARI, **hours)
    answer = told.ask("operator", absent(MORADI, remedy=Remedy.SUBSTITUTE, substitute=AKBARI))
    assert refused(answer).reason is Reason.DOCTOR_ABSENT


# ------------------------------------------------------------------------------------- who is here already


def test_tickets_of_the_absent_doctor_go_to_the_substitute_with_number_and_wait(told: Clinic) -> None:
    walked = told.walk_in(12, doctor=MORADI)
    code = booked(told, MORADI)
    came = told.printed(CheckIn(code=code, service_day=told.day))
    press(told, "counter-1", CallNext())
    press(told, "counter-1", Finish())  # one of them waits for the doctor now
    waits = told.rows("SELECT ticket, waiting_since_ms, stage FROM stops WHERE ended_at_ms IS NULL ORDER BY ticket")
    told.wait(60)
    plan = announced(told, MORADI, remedy=Remedy.SUBSTITUTE, substitute=AKBARI)
    assert {one.number for one in plan.touched} == {walked, came}
    rows = told.rows("SELECT number, doctor, state FROM tickets ORDER BY id")
    assert [(row.number, row.doctor, row.state) for row in rows] == [(walked, AKBARI, "waiting"), (came, AKBARI, "waiting")]
    assert waits == told.rows("SELECT ticket, waiting_since_ms, stage FROM stops WHERE ended_at_ms IS NULL ORDER BY ticket")


def test_who_waits_for_a_doctor_who_is_gone_is_called_to_reception_and_told(told: Clinic) -> None:
    walked = told.walk_in(12, doctor=MORADI)
    press(told, "counter-1", CallNext())
    press(told, "counter-1", Finish())
    assert press(told, "room-2", CallNext()).current is not None  # with the doctor: served to the end
    code = booked(told, MORADI)
    came = told.printed(CheckIn(code=code, service_day=told.day))
    press(told, "counter-1", CallNext())
    press(told, "counter-1", Finish())
    since = told.one("SELECT waiting_since_ms FROM stops WHERE ended_at_ms IS NULL AND called_at_ms IS NULL").waiting_since_ms
    told.wait(60).publish()
    plan = announced(told, MORADI)
    assert [one.number for one in plan.touched] == [came]
    waits = told.one("SELECT waiting_since_ms FROM stops WHERE ended_at_ms IS NULL AND called_at_ms IS NULL").waiting_since_ms
    assert waits == since, "they keep the wait that they have"
    current = press(told, "counter-1", CallNext()).current
    assert current is not None
    assert (current.number, current.stage, current.marks) == (came, "reception", ("doctor_absent",))
    press(told, "counter-1", Finish())
    outcomes = {row.number: (row.state, row.outcome) for row in told.rows("SELECT number, state, outcome FROM tickets")}
    assert outcomes == {walked: ("called", None), came: ("done", "doctor_absent")}


def test_who_is_at_reception_when_it_is_announced_is_told_there(told: Clinic) -> None:
    number = told.walk_in(12, doctor=MORADI)
    press(told, "counter-1", CallNext())
    announced(told, MORADI)
    state = told.published["point", "counter-1"]
    assert isinstance(state, PointState)
    assert state.current is not None
    assert (state.current.number, state.current.marks) == (number, ("doctor_absent",))
    press(told, "counter-1", Finish())
    assert told.one("SELECT outcome FROM tickets").outcome == "doctor_absent"


def test_who_waited_and_was_moved_gets_a_ticket_on_the_new_date_with_the_same_code(told: Clinic) -> None:
    code = booked(told)
    told.printed(CheckIn(code=code, service_day=told.day))
    announced(told, remedy=Remedy.MOVE, move_to=MONDAY)
    press(told, "counter-1", CallNext())
    press(told, "counter-1", Finish())
    told.at("15:00").wait(1)
    told.at("07:30", SUNDAY + timedelta(days=1)).wait(1)
    ticket = typed(told, code)
    assert isinstance(ticket, TicketGiven)
    assert ticket.date == MONDAY


def test_who_waited_and_was_moved_hears_the_new_date_at_the_kiosk_before_and_after_reception(told: Clinic) -> None:
    code = booked(told)
    told.printed(CheckIn(code=code, service_day=told.day))
    plan = announced(told, remedy=Remedy.MOVE, move_to=MONDAY)
    waiting = refused(typed(told, code))
    current = press(told, "counter-1", CallNext()).current
    assert current is not None
    assert current.marks == ("doctor_absent", "moved")
    press(told, "counter-1", Finish())
    sent = refused(typed(told, code))
    for refusal in (waiting, sent):
        assert (refusal.reason, refusal.date, refusal.doctor, refusal.moved) == (Reason.WRONG_DAY, MONDAY, AHMADI, True)
    assert len(told.rows("SELECT id FROM tickets")) == 1
    undo(told, plan.absence)
    assert refused(typed(told, code)).moved, "who was told so stays moved"


def test_after_undo_the_paper_in_the_hand_is_good_again(told: Clinic) -> None:
    code = booked(told)
    number = told.printed(CheckIn(code=code, service_day=told.day))
    undo(told, announced(told, remedy=Remedy.MOVE, move_to=MONDAY).absence)
    again = typed(told, code)
    assert isinstance(again, TicketGiven)
    assert (again.number, again.again) == (number, True)
    current = press(told, "counter-1", CallNext()).current
    assert current is not None
    assert current.marks == ()


def test_who_was_told_at_reception_that_the_doctor_is_gone_is_not_told_that_they_were_served(told: Clinic) -> None:
    code = booked(told)
    number = told.printed(CheckIn(code=code, service_day=told.day))
    announced(told)
    again = typed(told, code)
    assert isinstance(again, TicketGiven)
    assert again.number == number, "reception calls this number still"
    press(told, "counter-1", CallNext())
    press(told, "counter-1", Finish())
    refusal = refused(typed(told, code))
    assert (refusal.reason, refusal.doctor, refusal.moved) == (Reason.DOCTOR_ABSENT, AHMADI, False)


# --------------------------------------------------------------------------------------------- taken back


def test_undo_gives_everybody_what_they_had(told: Clinic) -> None:
    booked(told), booked(told, mobile=None), booked(told, MORADI)
    told.printed(CheckIn(code=booked(told), service_day=told.day))
    told.walk_in(11, doctor=AHMADI)
    press(told, "counter-1", CallNext())
    press(told, "counter-1", Finish())
    for more in ({}, {"remedy": Remedy.MOVE, "move_to": MONDAY}, {"starts": "08:00", "ends": "09:00"}):
        before = everything(told)
        told.wait(5)
        plan = announced(told, **more)
        assert everything(told) != before
        assert undo(told, plan.absence) == Changed()
        after = everything(told)
        known = {row[0] for row in before["sessions"]}
        after["sessions"] = [row for row in after["sessions"] if row[0] in known]
        assert after == before
        assert not texts(told)


def test_after_the_first_text_has_left_nothing_is_taken_back(told: Clinic) -> None:
    booked(told)
    plan = announced(told)
    assert taken_texts(told)
    assert refused(undo(told, plan.absence)).reason is Reason.TEXTS_HAVE_LEFT
    assert told.one("SELECT state FROM bookings").state == "cancelled"


def test_undone_twice_or_never_announced_is_told(told: Clinic) -> None:
    plan = announced(told)
    undo(told, plan.absence)
    assert refused(undo(told, plan.absence)).reason is Reason.UNKNOWN_ABSENCE
    assert refused(undo(told, 77)).reason is Reason.UNKNOWN_ABSENCE


def test_who_has_gone_on_since_stays_as_they_are(told: Clinic) -> None:
    code, other = booked(told, MORADI, mobile=None), booked(told, MORADI, mobile=None)
    plan = announced(told, MORADI, remedy=Remedy.SUBSTITUTE, substitute=AKBARI)
    told.ask("operator", CancelBooking(code=code))
    assert undo(told, plan.absence) == Changed(text="1 had gone on since and stay as they are")
    assert refused(typed(told, code)).reason is Reason.CANCELLED
    ticket = typed(told, other)
    assert isinstance(ticket, TicketGiven)
    assert ticket.doctor == MORADI


def test_who_came_to_the_substitute_before_the_undo_stays_with_the_substitute(told: Clinic) -> None:
    code = booked(told, MORADI, mobile=None)
    plan = announced(told, MORADI, remedy=Remedy.SUBSTITUTE, substitute=AKBARI)
    told.printed(CheckIn(code=code, service_day=told.day))
    assert undo(told, plan.absence) == Changed(text="1 had gone on since and stay as they are")
    again = typed(told, code)
    assert isinstance(again, TicketGiven)
    assert (again.doctor, again.substitute) == (AKBARI, True)


def test_the_later_absence_is_taken_back_first(told: Clinic) -> None:
    booked(told, MORADI, mobile=None)
    first = announced(told, MORADI, remedy=Remedy.SUBSTITUTE, substitute=AKBARI)
    second = announced(told, AKBARI)
    refusal = refused(undo(told, first.absence))
    assert refusal.reason is Reason.NOT_POSSIBLE_NOW
    assert f"absence {second.absence}" in refusal.detail
    assert undo(told, second.absence) == undo(told, first.absence) == Changed()


def test_after_undo_it_can_be_announced_anew_with_a_text_of_its_own(told: Clinic) -> None:
    booked(told)
    first = announced(told)
    undo(told, first.absence)
    second = announced(told)
    assert second.absence != first.absence
    assert len(texts(told)) == 1


def test_an_absence_outlives_the_store_and_the_next_site_file(told: Clinic, tmp_path: Path) -> None:
    booked(told)
    announced(told)
    told.restart()
    told.publish()
    answer = told.load_site(tmp_path / "with_texts.toml")
    assert not isinstance(answer, Refusal)
    assert not getattr(answer, "changes", ()), "an absence is no change of the site file"
    assert refused(told.ask("operator", Book(department=11, doctor=1, date=SUNDAY.isoformat()))).reason is Reason.DOCTOR_ABSENT
    with_texts(told, tmp_path, templates="")
    assert refused(told.ask("operator", Book(department=11, doctor=1, date=SUNDAY.isoformat()))).reason is Reason.DOCTOR_ABSENT


# --------------------------------------------------------------------------------------------- the whole site


def test_a_closed_site_tells_everybody_and_gives_no_more_tickets(told: Clinic) -> None:
    codes = {booked(told), booked(told, MORADI), booked(told, AKBARI)}
    came = told.walk_in(21)
    plan = announced(told, None)
    assert {one.code for one in plan.touched if one.code} == codes
    assert {one.number for one in plan.touched if one.number} == {came}
    assert all(text.startswith("بسته") for text in texts(told))
    day = told.published["day", ""]
    assert isinstance(day, Day)
    assert day.status == "calling_only"
    undo(told, plan.absence)
    day = told.published["day", ""]
    assert isinstance(day, Day)
    assert day.status == "accepting"


def test_a_site_that_closes_at_ten_serves_who_comes_before(told: Clinic) -> None:
    early, late = booked(told, MORADI), booked(told, AKBARI)
    plan = announced(told, None, starts="10:00")
    assert [one.code for one in plan.touched] == [late]
    assert isinstance(typed(told, early), TicketGiven)
    told.at("10:01").wait(1)
    told.publish()
    assert refused(told.ask("kiosk-1", TakeWalkIn(department=21, service_day=told.day))).reason is Reason.CLOSED


def test_a_day_to_come_is_closed_and_nobody_books_it(told: Clinic) -> None:
    code = booked(told, date=MONDAY)
    announced(told, None, date=MONDAY)
    assert refused(told.ask("operator", Book(department=11, doctor=1, date=MONDAY))).reason is Reason.NO_SESSION
    assert refused(typed(told, code)).reason is Reason.DOCTOR_ABSENT
    assert isinstance(told.ask("operator", Book(department=11, doctor=1, date=TUESDAY)), Booked)


# --------------------------------------------------------------------------------------------- refused


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"doctor": 99}, Reason.UNKNOWN_DOCTOR),
        ({"date": "2026-11-21"}, Reason.BAD_DATE),
        ({"date": "1405/09/03"}, Reason.BAD_DATE),
        ({"starts": "25:00"}, Reason.BAD_DATE),
        ({"starts": "10:00", "ends": "10:00"}, Reason.MALFORMED),
        ({"starts": "13:00", "ends": "10:00"}, Reason.MALFORMED),
        ({"starts": "13:00", "ends": "10:00", "doctor": None}, Reason.MALFORMED),
        ({"remedy": Remedy.MOVE}, Reason.MALFORMED),
        ({"move_to": MONDAY}, Reason.MALFORMED),
        ({"remedy": Remedy.SUBSTITUTE}, Reason.MALFORMED),
        ({"doctor": None, "remedy": Remedy.SUBSTITUTE, "substitute": AKBARI}, Reason.MALFORMED),
    ],
)
def test_an_announcement_that_makes_no_sense_is_refused(told: Clinic, more: dict[str, object], reason: Reason) -> None:
    asked = {"doctor": MORADI, "date": SUNDAY.isoformat(), "agreed_with": "the doctor", "preview": False} | more
    assert refused(told.ask("operator", AnnounceAbsence(**asked))).reason is reason  # type: ignore[arg-type]  # a test's shorthand
    assert not told.rows("SELECT id FROM absences")


def test_a_doctor_whose_shift_passes_midnight_may_be_away_past_midnight(told: Clinic, tmp_path: Path) -> None:
    file = tmp_path / "night.toml"
    day = 'starts = "08:00", ends = "12:00", phone = 20'
    site = SITE_FILE.read_text(encoding="utf-8")
    assert day in site
    file.write_text(site.replace(day, 'starts = "20:00", ends = "04:00", phone = 20'), encoding="utf-8")
    assert isinstance(told.load_site(file), Loaded)
    for _ in range(2):  # the second time it was announced before, and the shift ends at ten
        assert announced(told, AHMADI, date=MONDAY, starts="22:00", ends="04:00").absence == 1


def test_only_the_staff_announces(told: Clinic) -> None:
    assert refused(told.ask("kiosk-1", absent())).reason is Reason.NOT_ALLOWED
    assert refused(told.ask("phone-1", absent())).reason is Reason.NOT_ALLOWED
