"""The programme of the morning: who books beforehand, which scene plays when, and what must be true at the end."""

from collections import deque
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Final

from command_line.demo import scenes
from command_line.demo.morning import Guest, Morning, Scene
from command_line.demo.people import Arrival, crowd
from command_line.demo.telephone import Called, Telephones
from command_line.demo.wrong import ScriptError
from command_line.operator import CommandError, accepted
from mqtt.contract import DayAnswer, DayStatus, EndDay, OpenDay, StopReception
from rules.schedule import moment, opening_on, sessions_on
from rules.site import Site

FIRST_DATE: Final = date(2026, 11, 28)
"""The morning is played on the second of the first two working days in a row from here: 1405/09/08 at Kosar."""
WAITING_AT_THE_STOP: Final = 9


def demo_days(site: Site) -> tuple[date, date]:
    """The day before and the day of the morning; both are working days with sessions in the morning."""
    day = FIRST_DATE
    for _ in range(60):
        following = day + timedelta(days=1)
        if all(opening_on(site, one) and sessions_on(site, one) for one in (day, following)):
            return day, following
        day = following
    raise CommandError("the site file has no two working days in a row after " + FIRST_DATE.isoformat())


def play_morning(morning: Morning, seed: int, codes: list[str]) -> None:
    """The whole day, from the bookings of the day before to «پایان روز». What goes wrong is in `morning.wrongs`; `codes`
    gets every code that a caller heard."""
    site = morning.clinic.site
    yesterday, today = demo_days(site)
    stories = _Stories(morning, yesterday, today)
    people = crowd(site, today, seed)
    stories.book_beforehand(people)
    codes += [called.code for called in stories.telephones.booked]
    morning.clock_to(moment(site, today, time(7, 26)))
    open_the_day(morning, today)
    morning.guests.extend(stories.guests)
    morning.clock_to(moment(site, today, time(7, 29)))
    morning.minutes(lambda: _few_wait(morning), stories.timed(), latest=moment(site, today, time(13, 0)))
    morning.play(_reception_ends)
    morning.minutes(lambda: _nobody_is_left(morning), (), latest=moment(site, today, time(14, 0)))
    morning.play(the_day_ends)


class _Stories:
    """The bookings that the scenes need, and the scenes at their hours."""

    def __init__(self, morning: Morning, yesterday: date, today: date) -> None:
        self.morning = morning
        self.site = morning.clinic.site
        self.yesterday, self.today = yesterday, today
        self.guests: deque[Guest] = deque()
        self.doctors = _doctors(self.site, today, morning=True)
        self.afternoon = _doctors(self.site, today, morning=False)
        self.telephones = Telephones(morning.clinic)
        self.codes: dict[str, str] = {}

    def book_beforehand(self, people: Sequence[Arrival]) -> None:
        """The day before: everybody who comes with a code has phoned the voice menu."""
        first = self.doctors[0]
        self.codes["yesterday"] = self._book(first, self.yesterday).code
        for name in ("first", "second", "third", "lost paper", "alone"):
            self.codes[name] = self._book(first, self.today).code
        for department, doctor in self.afternoon[:1]:
            self.codes["absent"] = self._book((department, doctor), self.today).code
        cancelled = self._book(first, self.today)
        self.telephones.cancel(cancelled)
        self.codes["cancelled"] = cancelled.code
        for person in people:
            code = self._book((person.department, person.doctor), self.today).code if person.booked else None
            self.guests.append(Guest(person, code))

    def timed(self) -> list[tuple[datetime, Scene]]:
        """Each scene with its hour."""
        late_doctor = self.doctors[-1][1]
        codes = self.codes
        plan: list[tuple[int, int, Scene]] = [
            (7, 31, scenes.a_code_is_mistyped),
            (7, 32, scenes.an_unknown_code_is_refused),
            (7, 33, scenes.somebody_comes_a_day_late(codes["yesterday"])),
            (7, 34, scenes.a_cancelled_code_is_refused(codes["cancelled"])),
            (7, 36, scenes.a_companion_has_three_codes((codes["first"], codes["second"], codes["third"]))),
            (7, 38, scenes.a_code_is_typed_again(codes["lost paper"])),
            (7, 40, scenes.three_counters_press_together),
            (7, 45, scenes.a_priority_is_confirmed),
            (7, 52, scenes.somebody_is_called_again),
            (7, 56, scenes.somebody_does_not_come),
            (8, 5, scenes.somebody_fetches_a_paper),
            (8, 15, scenes.the_paper_runs_out),
            (8, 25, scenes.somebody_is_urgent),
            (8, 40, scenes.a_call_is_taken_back),
            (9, 0, scenes.the_broker_restarts),
            (9, 10, scenes.the_store_is_away(codes["alone"])),
            (9, 20, scenes.somebody_pays_and_returns),
            (9, 40, scenes.somebody_is_transferred),
            (9, 50, scenes.somebody_is_parked),
            (10, 0, scenes.somebody_returns_with_results),
            (10, 20, scenes.a_counter_prays),
            (10, 35, scenes.a_counter_is_back),
            (10, 40, scenes.somebody_comes_again_after_the_visit(codes["first"])),
            (10, 45, scenes.wrong_codes_lock_the_kiosk),
        ]
        if self.afternoon and self.afternoon[0][1] is not None:
            plan.append((10, 50, scenes.a_doctor_is_absent(self.afternoon[0][1], codes["absent"])))
        if late_doctor is not None:
            comes = self._first_start(late_doctor) + timedelta(minutes=scenes.LATE_MINUTES)
            plan.append((7, 30, scenes.a_doctor_is_late(late_doctor, comes)))
            plan.append((comes.hour, comes.minute, scenes.a_doctor_has_come(late_doctor)))
        return [(moment(self.site, self.today, time(hour, minute)), scene) for hour, minute, scene in plan]

    def _book(self, wanted: tuple[int, int | None], day: date) -> Called:
        return self.telephones.book(*wanted, day, self.morning.now)

    def _first_start(self, doctor: int) -> datetime:
        session = next(session for session in sessions_on(self.site, self.today) if session.doctor == doctor)
        return moment(self.site, self.today, session.starts)


def _doctors(site: Site, today: date, *, morning: bool) -> list[tuple[int, int | None]]:
    """(department, doctor) of those whose first session today begins in the morning, or after it, in the site file's
    order; a department without doctors where there are none."""
    first: dict[tuple[int, int | None], time] = {}
    for session in sessions_on(site, today):
        first.setdefault((session.department, session.doctor), session.starts)
    wanted = [who for who, starts in first.items() if (starts < time(12)) == morning]
    return [who for who in wanted if who[1]] or wanted


def open_the_day(morning: Morning, today: date) -> None:
    """The store opens the day by its hours; a site that opens later than its people come is opened by hand."""

    def is_open() -> bool:
        day = morning.eyes.watched.day
        return day is not None and day.date == today.isoformat() and day.status == DayStatus.ACCEPTING

    try:
        morning.eyes.wait("the day opens by itself", is_open, 3)
    except ScriptError:
        accepted(morning.desk.ask(OpenDay(confirm_clock=True)), DayAnswer)
        morning.eyes.wait("the day is open", is_open)


def _few_wait(morning: Morning) -> bool:
    return _waiting(morning) <= WAITING_AT_THE_STOP


def _waiting(morning: Morning) -> int:
    return sum(board.waiting for board in morning.eyes.watched.boards.values())


def _nobody_is_left(morning: Morning) -> bool:
    points = morning.eyes.watched.points.values()
    return all(point.current is None and point.waiting == 0 for point in points)


def _reception_ends(morning: Morning) -> None:
    """«پایان پذیرش» with nine waiting: the kiosk is closed, calling goes on."""
    for _ in range(WAITING_AT_THE_STOP - _waiting(morning)):  # the points of one minute may have called two at once
        morning.walk_in(morning.clinic.site.departments[0].code)
        morning.leave_kiosk()
    morning.eyes.wait("nine people wait at the stop", lambda: _waiting(morning) == WAITING_AT_THE_STOP)
    accepted(morning.desk.ask(StopReception()), DayAnswer)
    morning.kiosk_shows("closed")


def the_day_ends(morning: Morning) -> None:
    """«پایان روز»: nobody waits any more."""
    answer = accepted(morning.desk.ask(EndDay()), DayAnswer)
    scenes.expect(answer.status == DayStatus.CLOSED, "the day is closed")
