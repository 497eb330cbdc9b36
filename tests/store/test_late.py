"""A doctor is late: who is not here yet is texted, once for each new time."""

from datetime import timedelta
from pathlib import Path

import pytest

from mqtt.contract import AbsencePlan, CancelBooking, Changed, CheckIn, Reason, Remedy, SetLate, TicketGiven
from tests.store.absences import (
    AHMADI,
    AKBARI,
    MORADI,
    TEMPLATES,
    announced,
    booked,
    refused,
    taken_texts,
    texts,
    typed,
    with_texts,
)
from tests.store.clinic import SUNDAY, Clinic, moment_ms
from tests.store.test_sheets import today


@pytest.fixture
def told(any_clinic: Clinic, tmp_path: Path) -> Clinic:
    """The small clinic, which also texts, on both kinds of database."""
    return with_texts(any_clinic, tmp_path)


def late(clinic: Clinic, until: str | None, doctor: int = AHMADI, date: str | None = None) -> None:
    assert clinic.ask("operator", SetLate(doctor=doctor, until=until, date=date)) == Changed()


def test_who_is_booked_and_not_yet_here_is_texted_once_for_each_time(told: Clinic) -> None:
    booked(told)
    told.printed(CheckIn(code=booked(told), service_day=told.day))
    booked(told, mobile=None)
    booked(told, MORADI)
    booked(told, date=(SUNDAY + timedelta(days=1)).isoformat())
    told.ask("operator", CancelBooking(code=booked(told)))
    late(told, "10:30")
    late(told, "10:30")
    assert texts(told, "late:") == ["تأخیر تا ۱۰:۳۰"]
    assert "تأخیر تا ۱۰:۳۰" in taken_texts(told)
    late(told, "11:00")
    assert texts(told, "late:") == ["تأخیر تا ۱۰:۳۰", "تأخیر تا ۱۱:۰۰"]


def test_a_text_that_is_not_true_any_more_is_not_sent(told: Clinic) -> None:
    booked(told)
    late(told, "10:30")
    late(told, "11:00")
    assert [text for text in taken_texts(told) if "تأخیر" in text] == ["تأخیر تا ۱۱:۰۰"]
    late(told, "11:30")
    late(told, None)
    assert not [text for text in taken_texts(told) if "تأخیر" in text]


def test_a_time_that_is_past_or_before_the_session_is_no_news(told: Clinic) -> None:
    booked(told, AKBARI)  # from ten
    late(told, "09:30", AKBARI)
    assert texts(told, "late:") == []
    late(told.at("10:40"), "10:30", AKBARI)
    assert texts(told, "late:") == []


def test_a_substitutes_patients_hear_of_the_substitute(told: Clinic) -> None:
    booked(told, MORADI)
    announced(told, MORADI, remedy=Remedy.SUBSTITUTE, substitute=AKBARI)
    assert refused(told.ask("operator", SetLate(doctor=MORADI, until="08:30"))).reason is Reason.DOCTOR_ABSENT
    assert texts(told, "late:") == []
    late(told, "08:30", AKBARI)
    assert len(texts(told, "late:")) == 1


@pytest.mark.parametrize(("until", "date"), [("25:00", None), ("10:30", "1405/09/01")])
def test_a_time_that_is_none_is_refused(told: Clinic, until: str, date: str | None) -> None:
    assert refused(told.ask("operator", SetLate(doctor=AHMADI, until=until, date=date))).reason is Reason.BAD_DATE


def test_who_would_be_told_is_shown_before_anything_is_done(told: Clinic) -> None:
    booked(told)
    booked(told, mobile=None)
    plan = told.ask("operator", SetLate(doctor=AHMADI, until="10:30", preview=True))
    assert isinstance(plan, AbsencePlan)
    assert (len(plan.touched), plan.texts, plan.parts_each) == (2, 1, 1)
    assert (plan.words, plan.template) == ("تأخیر تا ۱۰:۳۰", "تأخیر تا {until}")
    assert told.rows("SELECT doctor FROM late_doctors") == []
    assert texts(told, "late:") == []
    late(told, "10:30")
    again = told.ask("operator", SetLate(doctor=AHMADI, until="10:30", preview=True))
    assert isinstance(again, AbsencePlan)
    assert again.texts == 0, "they were told already"
    here = told.ask("operator", SetLate(doctor=AHMADI, until=None, preview=True))
    assert isinstance(here, AbsencePlan)
    assert here.touched == ()


# ------------------------------------------------------------------------------- late, and gone before the end


@pytest.fixture
def punctual(any_clinic: Clinic, tmp_path: Path) -> Clinic:
    """The small clinic, where a code is good until its session ends."""
    return with_texts(any_clinic, tmp_path, templates=f"{TEMPLATES}\n[check_in]\nlate_minutes = 0\n")


@pytest.mark.parametrize("gone_from", ["10:00", "11:00", "12:30"])
@pytest.mark.parametrize("late_first", [True, False])
def test_who_comes_late_and_leaves_early_takes_no_code_after_leaving(
    punctual: Clinic, gone_from: str, *, late_first: bool
) -> None:
    """Two hours late, a doctor of 08:00 to 12:00 takes codes until 14:00; never later than they leave."""
    code, other = booked(punctual), booked(punctual)
    if late_first:
        late(punctual, "10:00")
    announced(punctual, starts=gone_from)
    if not late_first:
        late(punctual, "09:59")
    assert {one.good_until_ms for one in today(punctual).codes} == {moment_ms(gone_from)}
    assert isinstance(typed(punctual.at(gone_from), code), TicketGiven)
    refusal = refused(typed(punctual.at(f"{gone_from}:01"), other))
    assert (refusal.reason, refusal.time) == (Reason.TOO_LATE, gone_from)


def test_nobody_waits_until_a_time_at_which_the_doctor_is_gone(punctual: Clinic) -> None:
    booked(punctual)
    announced(punctual, starts="10:00")
    for preview in (True, False):
        refusal = refused(punctual.ask("operator", SetLate(doctor=AHMADI, until="10:00", preview=preview)))
        assert (refusal.reason, refusal.doctor, refusal.date) == (Reason.DOCTOR_ABSENT, AHMADI, SUNDAY.isoformat())
    assert texts(punctual, "late:") == []
    late(punctual, "09:59")


def test_who_stands_in_takes_no_code_after_leaving_either(punctual: Clinic) -> None:
    code = booked(punctual, MORADI)
    announced(punctual, MORADI, remedy=Remedy.SUBSTITUTE, substitute=AKBARI)
    late(punctual, "10:30", AKBARI)
    announced(punctual, AKBARI, starts="11:00")
    assert refused(typed(punctual.at("11:01"), code)).reason is Reason.TOO_LATE


def test_whom_another_doctor_sees_may_come_when_their_own_is_gone(punctual: Clinic) -> None:
    booked(punctual, MORADI)
    code = booked(punctual, MORADI)  # at 08:03
    announced(punctual, MORADI, starts="08:02", remedy=Remedy.SUBSTITUTE, substitute=AKBARI)
    assert isinstance(typed(punctual.at("09:00"), code), TicketGiven)
