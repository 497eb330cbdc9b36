"""The sheet of each kiosk: what it needs to go on when it is alone, and nothing that tells a code."""

import logging
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import insert

from booking_store import tables
from mqtt import codec
from mqtt.contract import (
    AnnounceAbsence,
    Book,
    Booked,
    CancelBooking,
    CheckIn,
    DayStatus,
    EndDay,
    Loaded,
    OpenDay,
    Reason,
    Refusal,
    ResumeReception,
    SetLate,
    Settle,
    SettleOutcome,
    Sheet,
    SheetCode,
    SheetDay,
    SheetShare,
    StopReception,
    TakeWalkIn,
)
from rules.code_digest import digest_of
from rules.tracking_code import check_digit
from tests.store.clinic import SITE_FILE, SUNDAY, Clinic, moment_ms, new_id

MONDAY = SUNDAY + timedelta(days=1)
SHEET_BYTES = 256 * 1024


def booked(clinic: Clinic, department: int = 11, doctor: int = 1, day: str = "2026-11-22") -> str:
    """The code of a fresh booking."""
    answer = clinic.ask("operator", Book(department=department, doctor=doctor, date=day))
    assert isinstance(answer, Booked), answer
    return answer.code


def sheet(clinic: Clinic, kiosk: str = "kiosk-1") -> Sheet:
    """The kiosk's sheet once all of its digests are there."""
    clinic.store.everything(clinic.now)
    clinic.digests.make_wanted()
    (found,) = [one.message for one in clinic.store.everything(clinic.now) if (one.topic, one.key) == ("sheet", kiosk)]
    assert isinstance(found, Sheet)
    return found


def today(clinic: Clinic, kiosk: str = "kiosk-1") -> SheetDay:
    found = sheet(clinic, kiosk).today
    assert found is not None
    return found


def looked_up(day: SheetDay, code: str) -> SheetCode | None:
    """A code as a kiosk that is alone looks it up."""
    digest = digest_of(code, day.salt, 2)
    return next((one for one in day.codes if one.digest == digest), None)


def load(clinic: Clinic, tmp_path: Path, *changes: tuple[str, str]) -> None:
    """Put the small clinic's site file in force with some changes."""
    text = SITE_FILE.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    (tmp_path / "changed.toml").write_text(text, encoding="utf-8")
    assert isinstance(loaded := clinic.load_site(tmp_path / "changed.toml"), Loaded), loaded


def keeps_turns(clinic: Clinic, tmp_path: Path) -> None:
    """kiosk-1 keeps three walk-in turns of each session."""
    load(clinic, tmp_path, ("alone_range = [950, 974]", "alone_range = [950, 974]\nalone_walk_ins = 3"))


# ------------------------------------------------------------------------------------------ today's codes


def test_a_kiosk_finds_todays_codes_with_their_department_and_doctor(any_clinic: Clinic) -> None:
    code, tomorrows = booked(any_clinic, 12, 4), booked(any_clinic, day="2026-11-23")
    day = today(any_clinic)
    assert (day.date, day.service_day, day.status) == ("2026-11-22", any_clinic.day, DayStatus.ACCEPTING)
    found = looked_up(day, code)
    assert found is not None
    assert (found.department, found.doctor, found.number, found.cancelled, found.doctor_absent) == (12, 4, None, False, False)
    assert looked_up(day, tomorrows) is None


def test_a_code_has_the_window_of_its_session_and_of_its_late_doctor(clinic: Clinic, tmp_path: Path) -> None:
    code = booked(clinic, 12, 3)
    found = looked_up(today(clinic), code)
    assert found is not None
    assert (found.good_from_ms, found.good_until_ms) == (None, None)
    load(clinic, tmp_path, ("[kiosks]", "[check_in]\nearly_minutes = 30\nlate_minutes = 0\n\n[kiosks]"))
    found = looked_up(today(clinic), code)
    assert found is not None
    assert (found.good_from_ms, found.good_until_ms) == (moment_ms("07:30"), moment_ms("10:00"))
    clinic.ask("operator", SetLate(doctor=3, until="09:00"))
    found = looked_up(today(clinic), code)
    assert found is not None
    assert (found.good_from_ms, found.good_until_ms) == (moment_ms("07:30"), moment_ms("11:00"))


def test_a_code_shows_its_ticket_and_where_it_stands(any_clinic: Clinic) -> None:
    code = booked(any_clinic)
    number = any_clinic.printed(CheckIn(code=code, service_day=any_clinic.day))
    assert any_clinic.call_next("counter-1") == number
    found = looked_up(today(any_clinic), code)
    assert found is not None
    assert (found.number, found.state) == (number, "called")


def test_of_two_papers_for_one_code_the_sheet_knows_the_bookings_own(any_clinic: Clinic) -> None:
    code, first, second = booked(any_clinic), new_id(), new_id()
    for request in (first, second):
        any_clinic.ask("kiosk-1", CheckIn(code=code, service_day=any_clinic.day), request)
    any_clinic.settle(first, SettleOutcome.PRINTED, 100)
    any_clinic.settle(second, SettleOutcome.PRINTED, 961)
    found = looked_up(today(any_clinic), code)
    assert found is not None
    assert found.number == 100


def test_the_soonest_stand_first_and_what_is_over_last(any_clinic: Clinic) -> None:
    codes = {doctor: booked(any_clinic, department, doctor) for department, doctor in ((12, 4), (12, 3), (11, 1))}
    by_doctor = {digest_of(code, today(any_clinic).salt, 2): doctor for doctor, code in codes.items()}
    assert [by_doctor[one.digest] for one in today(any_clinic).codes] in ([1, 3, 4], [3, 1, 4])
    any_clinic.at("10:30")
    assert [by_doctor[one.digest] for one in today(any_clinic).codes] == [1, 4, 3]


def test_a_code_whose_paper_never_came_out_has_no_ticket(any_clinic: Clinic) -> None:
    code = booked(any_clinic)
    any_clinic.ask("kiosk-1", CheckIn(code=code, service_day=any_clinic.day), request := new_id())
    any_clinic.settle(request, SettleOutcome.NOT_PRINTED)
    found = looked_up(today(any_clinic), code)
    assert found is not None
    assert (found.number, found.state) == (None, "")


def test_who_cancelled_and_whose_doctor_is_absent_are_told_so(any_clinic: Clinic) -> None:
    cancelled, without_doctor = booked(any_clinic), booked(any_clinic, 12, 3)
    any_clinic.ask("operator", CancelBooking(code=cancelled))
    absence = AnnounceAbsence(doctor=3, date="2026-11-22", agreed_with="Dr Moradi", preview=False)
    assert not isinstance(any_clinic.ask("operator", absence), Refusal)
    day = today(any_clinic)
    one, other = looked_up(day, cancelled), looked_up(day, without_doctor)
    assert one is not None
    assert other is not None
    assert (one.cancelled, one.doctor_absent) == (True, False)
    assert (other.cancelled, other.doctor_absent) == (False, True)


def test_a_sheet_tells_no_code(any_clinic: Clinic) -> None:
    """Law 9, and nobody who reads it can try codes faster than one at a time."""
    code = booked(any_clinic)
    written = codec.encode(sheet(any_clinic)).decode()
    assert code not in written
    assert digest_of(code, today(any_clinic).salt, 2) in written


def test_each_day_and_each_run_of_the_store_has_a_salt_of_its_own(clinic: Clinic) -> None:
    clinic.ask("operator", StopReception())
    before = sheet(clinic)
    clinic.restart()
    after = sheet(clinic)
    salts = {day.salt for one in (before, after) for day in (one.today, one.tomorrow) if day is not None}
    assert len(salts) == 4


# ------------------------------------------------------------------------------------------ numbers and turns


def test_a_kiosk_with_a_new_card_reads_how_far_its_own_numbers_went(any_clinic: Clinic) -> None:
    assert today(any_clinic).highest is None
    for number in (953, 951, 975):
        any_clinic.settle(new_id(), SettleOutcome.PRINTED, number)
    own = sheet(any_clinic)
    assert (own.first_number, own.last_number) == (950, 974)
    assert (today(any_clinic).highest, today(any_clinic, "kiosk-2").highest) == (953, 975)


def test_a_kiosk_keeps_turns_of_each_session_but_never_more_than_half(any_clinic: Clinic, tmp_path: Path) -> None:
    keeps_turns(any_clinic, tmp_path)
    noon, ten = moment_ms("12:00"), moment_ms("10:00")
    assert today(any_clinic).walk_ins == (
        SheetShare(department=11, until_ms=noon, left=3, doctor=1),
        SheetShare(department=12, until_ms=ten, left=1, doctor=3),
        SheetShare(department=12, until_ms=noon, left=1, doctor=4),
        SheetShare(department=21, until_ms=noon, left=1),
    )
    assert today(any_clinic, "kiosk-2").walk_ins == ()
    any_clinic.at("10:00")
    assert [share.doctor for share in today(any_clinic).walk_ins] == [1, 4, None]


def test_what_a_kiosk_keeps_nobody_else_is_given(any_clinic: Clinic, tmp_path: Path) -> None:
    keeps_turns(any_clinic, tmp_path)
    asked = TakeWalkIn(department=12, doctor=3, service_day=any_clinic.day)
    any_clinic.printed(asked)
    for kiosk in ("kiosk-1", "kiosk-2"):
        refused = any_clinic.ask(kiosk, asked)
        assert isinstance(refused, Refusal)
        assert refused.reason is Reason.SHARE_USED_UP
    assert (shares_left(any_clinic, 12), shares_left(any_clinic, 21)) == (1, 2)


def test_a_turn_that_the_kiosk_gave_alone_is_its_own(any_clinic: Clinic, tmp_path: Path) -> None:
    keeps_turns(any_clinic, tmp_path)
    before = shares_left(any_clinic, 11)
    alone = TakeWalkIn(department=11, doctor=1, service_day=0)
    paper = Settle(request=new_id(), service_day=any_clinic.day, outcome=SettleOutcome.PRINTED, number=950, asked=alone)
    any_clinic.ask("kiosk-1", paper)
    assert today(any_clinic).walk_ins[0].left == 2
    assert shares_left(any_clinic, 11) == before


def test_at_the_end_of_reception_the_kiosk_gives_its_turns_back(any_clinic: Clinic, tmp_path: Path) -> None:
    keeps_turns(any_clinic, tmp_path)
    kept = shares_left(any_clinic, 11)
    any_clinic.ask("operator", StopReception())
    assert today(any_clinic).walk_ins == ()
    assert shares_left(any_clinic, 11) == kept + 3
    any_clinic.ask("operator", ResumeReception())
    assert shares_left(any_clinic, 11) == kept


def shares_left(clinic: Clinic, department: int) -> int:
    """What the kiosks' list of departments shows."""
    (day,) = [one.message for one in clinic.store.everything(clinic.now) if one.topic == "day"]
    return next(row.left for row in day.walk_ins if (row.department, row.doctor) == (department, None))  # type: ignore[union-attr]


def test_each_turn_that_the_kiosk_gave_alone_is_of_a_session_that_it_keeps_one_of(clinic: Clinic, tmp_path: Path) -> None:
    """Whoever the doctor is: both sessions of the department lend it one."""
    keeps_turns(clinic, tmp_path)
    for number in (950, 951):
        alone = TakeWalkIn(department=12, service_day=0)
        paper = Settle(request=new_id(), service_day=clinic.day, outcome=SettleOutcome.PRINTED, number=number, asked=alone)
        clinic.ask("kiosk-1", paper)
    assert [row.doctor for row in clinic.rows("SELECT doctor FROM tickets ORDER BY number")] == [3, 4]
    assert [share.department for share in today(clinic).walk_ins] == [11, 21]


# ------------------------------------------------------------------------------------------ which days


def test_tomorrow_stands_on_the_sheet_from_the_end_of_reception_on(any_clinic: Clinic, tmp_path: Path) -> None:
    keeps_turns(any_clinic, tmp_path)
    code = booked(any_clinic, day="2026-11-23")
    assert sheet(any_clinic).tomorrow is None
    any_clinic.ask("operator", StopReception())
    evening = sheet(any_clinic)
    assert evening.today is not None
    assert evening.today.status is DayStatus.CALLING_ONLY
    tomorrow = evening.tomorrow
    assert tomorrow is not None
    assert (tomorrow.date, tomorrow.service_day, tomorrow.status) == ("2026-11-23", 0, DayStatus.CLOSED)
    assert (tomorrow.tickets_from_ms, tomorrow.tickets_until_ms) == (moment_ms("07:00", MONDAY), moment_ms("13:00", MONDAY))
    assert looked_up(tomorrow, code) is not None
    assert tomorrow.walk_ins[0] == SheetShare(department=11, until_ms=moment_ms("12:00", MONDAY), left=3, doctor=1)


def test_tomorrow_is_the_next_day_with_sessions(any_clinic: Clinic, tmp_path: Path) -> None:
    holiday = (
        '[holidays]\nloaded_until = "1406/12/29"',
        '[holidays]\nloaded_until = "1406/12/29"\ndates = { "1405/09/02" = "تعطیل" }',
    )
    load(any_clinic, tmp_path, holiday)
    any_clinic.ask("operator", StopReception())
    tomorrow = sheet(any_clinic).tomorrow
    assert tomorrow is not None
    assert tomorrow.date == "2026-11-24"


def test_a_day_that_is_over_leaves_no_code_and_the_morning_reads_its_own(any_clinic: Clinic) -> None:
    booked(any_clinic)
    code, sundays_salt = booked(any_clinic, day="2026-11-23"), today(any_clinic).salt
    any_clinic.ask("operator", EndDay(outcome_for_waiting="day_closed"))
    for clock, day in (("20:00", SUNDAY), ("06:30", MONDAY)):
        any_clinic.at(clock, day)
        closed = today(any_clinic)
        assert (closed.date, closed.status, closed.codes, closed.salt) == ("2026-11-22", DayStatus.CLOSED, (), "")
        tomorrow = sheet(any_clinic).tomorrow
        assert tomorrow is not None
        assert looked_up(tomorrow, code) is not None
        salt = tomorrow.salt
    any_clinic.at("07:00", MONDAY).wait(1)  # the hours open it
    opened = today(any_clinic)
    assert (opened.date, opened.service_day, opened.salt) == ("2026-11-23", any_clinic.day, salt)
    assert sheet(any_clinic).tomorrow is None
    assert any_clinic.digests.salt_of(SUNDAY) != sundays_salt, "nothing is left of Sunday, not even in memory"


def test_tickets_end_by_the_hours_or_a_day_after_somebody_opened_outside_them(clinic: Clinic) -> None:
    assert today(clinic).tickets_until_ms == moment_ms("13:00")
    clinic.at("13:00").wait(1)  # the hours end reception
    clinic.ask("operator", ResumeReception())
    assert today(clinic).tickets_until_ms == moment_ms("07:00", MONDAY)
    clinic.ask("operator", EndDay(outcome_for_waiting="day_closed"))
    clinic.at("15:00").ask("operator", OpenDay())
    assert today(clinic).tickets_until_ms == moment_ms("15:00", MONDAY)


# ------------------------------------------------------------------------------------------ when it leaves


def sent(clinic: Clinic) -> list[str]:
    """The kiosks whose sheets leave now."""
    clinic.store.tick(clinic.now)
    return [one.key for one in clinic.store.snapshots(clinic.now, queues=True) if one.topic == "sheet"]


def test_a_sheet_leaves_every_half_minute_and_only_when_it_says_something_new(clinic: Clinic) -> None:
    assert [one.key for one in clinic.store.everything(clinic.now) if one.topic == "sheet"] == ["kiosk-1", "kiosk-2"]
    code = booked(clinic)
    assert sent(clinic.wait(29)) == []
    assert sent(clinic.wait(1)) == []  # its digest is being made
    clinic.digests.make_wanted()
    assert sent(clinic.wait(29)) == []
    assert sent(clinic.wait(1)) == ["kiosk-1", "kiosk-2"]
    clinic.walk_in()
    assert sent(clinic.wait(30)) == []  # no booking, no turn, no number of its own
    clinic.printed(CheckIn(code=code, service_day=clinic.day))
    assert sent(clinic.wait(30)) == ["kiosk-1", "kiosk-2"]


def test_the_first_sheet_of_a_run_waits_for_all_of_its_codes_and_later_ones_for_none(clinic: Clinic) -> None:
    """What the kiosk has from before knows more than half a sheet."""
    early = booked(clinic)
    clinic.restart()
    assert not [one for one in clinic.store.everything(clinic.now) if one.topic == "sheet"]
    assert sent(clinic.wait(30)) == []
    clinic.digests.make_wanted()
    assert sent(clinic.wait(30)) == ["kiosk-1", "kiosk-2"]
    late = booked(clinic)
    (again, _) = [one.message for one in clinic.store.everything(clinic.now) if one.topic == "sheet"]
    assert isinstance(again, Sheet)
    assert again.today is not None
    assert looked_up(again.today, early) is not None
    assert looked_up(again.today, late) is None


def test_a_kiosk_that_the_site_has_no_more_leaves_no_sheet_behind(clinic: Clinic, tmp_path: Path) -> None:
    sheet(clinic)
    load(clinic, tmp_path, ("alone_range = [975, 999]", ""))
    assert clinic.published["sheet", "kiosk-2"] is None
    assert not clinic.store.owns("sheet", "kiosk-2")
    assert clinic.store.owns("sheet", "kiosk-1")


# ------------------------------------------------------------------------------------------ a great many


def many_bookings(clinic: Clinic, how_many: int) -> None:
    """So many bookings of today, the later the higher their place; written as they are, since nobody has such a clinic."""
    booked(clinic)
    session = clinic.one("SELECT session FROM bookings").session
    codes = (f"{number:07}{check_digit(f'{number:07}')}" for number in range(how_many))
    columns = {"session": session, "state": "active", "booked_at_ms": 0, "booked_by": "phone-1"}
    rows = [columns | {"code": code, "place": place} for place, code in enumerate(codes, start=100)]
    with clinic.ledger.connection.begin():
        clinic.ledger.connection.execute(insert(tables.bookings), rows)


def test_a_sheet_holds_fifteen_hundred_bookings(clinic: Clinic, tmp_path: Path) -> None:
    window = "[check_in]\nearly_minutes = 30\nlate_minutes = 0\n\n[kiosks]"
    load(clinic, tmp_path, ("[kiosks]", window))
    many_bookings(clinic, 1499)
    full = sheet(clinic)
    assert full.today is not None
    assert len(full.today.codes) == 1500
    assert len(msgspec.json.encode(full)) < SHEET_BYTES


def test_beyond_what_a_message_holds_the_last_ones_are_left_out_and_that_is_told_once(
    clinic: Clinic, caplog: pytest.LogCaptureFixture
) -> None:
    many_bookings(clinic, 4000)
    sheet(clinic)
    full = sheet(clinic)
    assert len(codec.encode(full)) < SHEET_BYTES
    assert full.today is not None
    kept = len(full.today.codes)
    assert 1500 < kept < 4001
    assert looked_up(full.today, f"0000000{check_digit('0000000')}") is not None
    last = f"{3999:07}{check_digit(f'{3999:07}')}"
    assert looked_up(full.today, last) is None
    told = [line.message for line in caplog.records if line.levelno == logging.WARNING and "sheets are full" in line.message]
    assert told == [f"the kiosks' sheets are full: {4001 - kept} bookings are not on them, those with the latest sessions"]
