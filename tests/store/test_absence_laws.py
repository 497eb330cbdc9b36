"""Chance mornings with bad news in them: absences, undos, cancels, substitutes who are declined, and the whole desk besides.
The laws of tests/store/laws.py hold through all of it, and those of absences are checked here.
"""

from datetime import UTC, datetime
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from booking_store.desk import site
from mqtt.contract import (
    AbsencePlan,
    AnnounceAbsence,
    Book,
    Booked,
    CancelBooking,
    Changed,
    DeclineSubstitute,
    Remedy,
    SetLate,
    TakeTexts,
    TextOutcome,
    TextResult,
    Texts,
    UndoAbsence,
)
from rules.absence import Absence, Waiting, place_time, touches
from tests.store.absences import with_texts
from tests.store.clinic import TEHRAN
from tests.store.morning import BUSY
from tests.store.test_whole_desk import WholeDesk, numbers

hours = st.sampled_from([(None, None), ("10:00", None), (None, "09:00"), ("08:03", "08:10"), ("09:00", "11:00")])
remedies = st.sampled_from(
    [
        {"remedy": Remedy.CANCEL},
        {"remedy": Remedy.CANCEL},
        {"remedy": Remedy.MOVE, "move_to": "2026-11-23"},
        {"remedy": Remedy.MOVE, "move_to": "2026-11-22"},
        {"remedy": Remedy.SUBSTITUTE, "substitute": 4},
        {"remedy": Remedy.SUBSTITUTE, "substitute": 3},
    ]
)


class BadNews(WholeDesk):
    """What may happen in a morning when doctors do not come."""

    def begin(self) -> None:
        super().begin()
        with_texts(self.clinic, self.folder, like=BUSY)
        self.absences: list[int] = []
        self._all_screens_read_anew()
        for mobile in range(1, 10):
            self.somebody_books_with_a_mobile((1, 3, 4)[mobile % 3], mobile, "2026-11-22")

    # ------------------------------------------------------------------------------------------ what happens

    @rule(doctor=st.sampled_from([1, 3, 4]), mobile=st.integers(1, 9), date=st.sampled_from(["2026-11-22", "2026-11-23"]))
    def somebody_books_with_a_mobile(self, doctor: int, mobile: int, date: str) -> None:
        department = 11 if doctor == 1 else 12
        answer = self._ask("operator", Book(department=department, doctor=doctor, mobile=f"0912000000{mobile}", date=date))
        if isinstance(answer, Booked):
            self.codes.append(answer.code)

    @rule(doctor=st.sampled_from([None, 1, 3, 3, 4]), hours=hours, remedy=remedies, preview=st.booleans())
    def a_doctor_is_absent(
        self, doctor: int | None, hours: tuple[str | None, str | None], remedy: dict[str, Any], preview: bool
    ) -> None:
        starts, ends = hours
        asked = AnnounceAbsence(
            doctor=doctor, date="2026-11-22", agreed_with="x", starts=starts, ends=ends, preview=preview, **remedy
        )
        before = self._everything()
        answer = self._ask("operator", asked)
        if isinstance(answer, AbsencePlan) and answer.absence is not None:
            self.absences.append(answer.absence)
        if preview:
            assert self._everything() == before
        self.expected_raises = None

    @precondition(lambda self: self.absences)
    @rule(which=numbers)
    def an_absence_is_taken_back(self, which: int) -> None:
        self._ask("operator", UndoAbsence(absence=self.absences[min(which, len(self.absences) - 1)]))
        self.expected_raises = None

    @rule(doctor=st.sampled_from([1, 3, 4]), hours=hours, remedy=remedies)
    def an_absence_is_thought_better_of(
        self, doctor: int, hours: tuple[str | None, str | None], remedy: dict[str, Any]
    ) -> None:
        """Undo gives everybody everything back."""
        known = self.clinic.rows("SELECT count(*) FROM absences WHERE undone_at_ms IS NULL")
        before = self._everything()
        starts, ends = hours
        answer = self._ask(
            "operator",
            AnnounceAbsence(
                doctor=doctor, date="2026-11-22", agreed_with="x", starts=starts, ends=ends, preview=False, **remedy
            ),
        )
        if known != self.clinic.rows("SELECT count(*) FROM absences WHERE undone_at_ms IS NULL"):
            assert isinstance(answer, AbsencePlan)
            assert self._ask("operator", UndoAbsence(absence=answer.absence or 0)) == Changed()
            assert self._everything() == before
        self.expected_raises = None

    @precondition(lambda self: self.codes)
    @rule(code=numbers)
    def a_booking_is_cancelled(self, code: int) -> None:
        self._ask("operator", CancelBooking(code=self.codes[min(code, len(self.codes) - 1)]))

    @precondition(lambda self: self.codes)
    @rule(code=numbers)
    def a_substitute_is_declined(self, code: int) -> None:
        self._ask("operator", DeclineSubstitute(code=self.codes[min(code, len(self.codes) - 1)]))
        self.expected_raises = None

    @rule(doctor=st.sampled_from([1, 3, 4]), until=st.sampled_from(["08:30", "09:00", None]))
    def a_doctor_is_late(self, doctor: int, until: str | None) -> None:
        self._ask("operator", SetLate(doctor=doctor, until=until))

    @rule(most=st.integers(1, 3))
    def texts_leave(self, most: int) -> None:
        taken = self.clinic.ask("phone-1", TakeTexts(most=most))
        assert isinstance(taken, Texts)
        for one in taken.to_send:
            result = TextResult(text=one.id, attempt=one.attempt, outcome=TextOutcome.DELIVERED, gateway="file")
            assert self.clinic.ask("phone-1", result) == Changed()

    # ------------------------------------------------------------------------------------------ what always holds

    @invariant()
    def nobody_is_in_two_places_and_no_place_is_given_twice(self) -> None:
        places = "SELECT 1 FROM bookings WHERE state <> 'cancelled' GROUP BY session, place HAVING count(*) > 1"
        own = """SELECT 1 FROM tickets WHERE booking IS NOT NULL AND state <> 'void' AND NOT beside
                 GROUP BY booking HAVING count(*) > 1"""
        assert not self.clinic.rows(places)
        assert not self.clinic.rows(own)

    @invariant()
    def capacities_hold(self) -> None:
        over = """SELECT b.id FROM bookings b JOIN sessions s ON s.id = b.session
                  WHERE b.state <> 'cancelled' AND b.place > s.phone"""
        assert not self.clinic.rows(over)

    @invariant()
    def whoever_is_not_here_yet_has_a_doctor(self) -> None:
        """No booking is left standing in hours that an absence has taken."""
        with self.clinic.ledger.reading() as tx:
            standing = [site.absence_of(row) for row in tx.execute(site._STANDING, {"since": "2026-11-01"}).all()]
        sql = """SELECT b.*, s.date, s.department, s.doctor, s.starts_at_ms, s.ends_at_ms, s.slot_minutes
                 FROM bookings b JOIN sessions s ON s.id = b.session WHERE b.state = 'active'
                 AND NOT EXISTS (SELECT 1 FROM tickets t WHERE t.booking = b.id)"""
        for row in self.clinic.rows(sql):
            waiting = self._waiting(row)
            of_that_day = [absence for absence in standing if absence.date.isoformat() == row.date]
            assert not any(self._takes(absence, waiting) for absence in of_that_day)

    @invariant()
    def nobody_hears_of_one_absence_twice(self) -> None:
        sql = "SELECT dedupe_key, booking FROM texts WHERE dedupe_key LIKE 'absence:%'"
        told = [(row.dedupe_key.split(":")[1], row.booking) for row in self.clinic.rows(sql)]
        assert len(told) == len(set(told))

    @staticmethod
    def _takes(absence: Absence, waiting: Waiting) -> bool:
        """By its hours alone, whatever the time is."""
        return touches(absence, waiting, waiting.starts.replace(hour=0, minute=0))

    def _waiting(self, row: Any) -> Waiting:
        starts, ends = (datetime.fromtimestamp(ms / 1000, UTC).astimezone(TEHRAN) for ms in (row.starts_at_ms, row.ends_at_ms))
        return Waiting(
            row.department, row.substitute or row.doctor, starts, ends, place_time(starts, row.place, row.slot_minutes)
        )

    def _everything(self) -> dict[str, list[Any]]:
        """Who has what, without what only tells when."""
        queries = {
            "bookings": "SELECT * FROM bookings ORDER BY id",
            "tickets": """SELECT id, number, state, department, doctor, session, booking, beside, outcome, CAST(marks AS text),
                          CAST(ahead AS text), final_at_ms FROM tickets ORDER BY id""",
            "stops": """SELECT ticket, stage, department, doctor, only_point, waiting_since_ms, called_at_ms, ended_at_ms, turn,
                        point, calls FROM stops WHERE NOT taken_back ORDER BY id""",
            "points": "SELECT id, ticket, status FROM points ORDER BY id",
            "days": "SELECT id, status FROM service_days ORDER BY id",
            "texts": "SELECT dedupe_key, state FROM texts WHERE dedupe_key NOT LIKE 'absence:%' ORDER BY id",
            "sessions": "SELECT id, ends_at_ms, phone, withdrawn FROM sessions WHERE date = '2026-11-22' ORDER BY id",
        }
        return {name: [tuple(row) for row in self.clinic.rows(sql)] for name, sql in queries.items()}


TestBadNews = BadNews.TestCase
TestBadNews.settings = settings(WholeDesk.TestCase.settings, max_examples=40)
