"""Other sessions, or a holiday, as a page shows them before they are so: the rows of the form, and who does not fit. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time

from booking_store.booked_report import BookedPlace, BookedSession
from rules.schedule import shifts_on, weekday_of
from rules.site import Shift, Timetable
from staff_console.absence_view import PlanView
from staff_console.days_view import SiteWords
from staff_console.replanning import SESSIONS_MOST, Scope

COLUMNS = ("starts", "ends", "phone", "walk_in", "walk_in_first", "reserve", "slot_minutes")


@dataclass(frozen=True, slots=True)
class ShiftRow:
    """A row of the form: what stands in its fields, as texts. `was` "": a new session."""

    was: str
    fields: Mapping[str, str]
    dropped: bool = False


@dataclass(frozen=True, slots=True)
class StayRow:
    """Somebody who stays, though the session is another."""

    code: str
    when: str
    place: str
    mobile_end: str


@dataclass(frozen=True, slots=True)
class TakenView:
    """Hours that go, and whom an absence would tell of it; `wrong`: why it cannot."""

    words: str
    plan: PlanView | None
    wrong: str


@dataclass(frozen=True, slots=True)
class ChangeView:
    """What a change would do. `blocked`: somebody is booked whom nobody would tell; `changes`: of the site file, a sentence
    each; `standing`: absences of these dates, which hold whatever the site file says."""

    taken: tuple[TakenView, ...]
    beyond: tuple[StayRow, ...]
    otherwise: tuple[StayRow, ...]
    changes: tuple[str, ...]
    blocked: bool
    standing: tuple[str, ...]

    @property
    def touches_nobody(self) -> bool:
        return not (self.taken or self.beyond or self.otherwise)


def shift_rows(timetable: Timetable, day: date, scope: Scope) -> tuple[ShiftRow, ...]:
    """The rows of the form as the site file says, and an empty one."""
    shifts = timetable.weekly.get(weekday_of(day), ()) if scope == "weekly" else shifts_on(timetable, day)
    rows = tuple(ShiftRow(f"{one.starts:%H:%M}", _fields(one)) for one in shifts[: SESSIONS_MOST - 1])
    return (*rows, empty_row())


def typed_rows(form: Mapping[str, str]) -> tuple[ShiftRow, ...]:
    """The rows as somebody filled them in, and an empty one."""
    numbers = [
        number
        for number in range(SESSIONS_MOST)
        if form.get(f"was-{number}") or any(form.get(f"{column}-{number}", "").strip() for column in COLUMNS)
    ]
    rows = tuple(
        ShiftRow(
            form.get(f"was-{number}", ""),
            {column: form.get(f"{column}-{number}", "") for column in COLUMNS},
            form.get(f"drop-{number}") == "yes",
        )
        for number in numbers[: SESSIONS_MOST - 1]
    )
    return (*rows, empty_row())


def empty_row() -> ShiftRow:
    """A session that is not there yet."""
    return ShiftRow("", dict.fromkeys(COLUMNS, ""))


def stay_rows(stays: Iterable[tuple[BookedSession, BookedPlace]], words: SiteWords) -> tuple[StayRow, ...]:
    """Those who stay."""
    return tuple(
        StayRow(
            code=words.digits(f"{booking.code[:4]} {booking.code[4:]}"),
            when=words.say("staff.booking.when", day=words.whole_date(session.date), time=words.clock(session.starts.time())),
            place=words.digits(booking.place),
            mobile_end=words.digits(booking.mobile_end),
        )
        for session, booking in stays
    )


def hours_words(day: date, starts: time | None, ends: time | None, who: str, words: SiteWords) -> str:
    """«دکتر مرادی، سه‌شنبه ۳ آذر، ۱۱:۰۰ تا ۱۲:۳۰»."""
    hours = words.span(starts, ends) if starts is not None and ends is not None else ""
    parts: Sequence[str] = (who, words.whole_date(day), hours)
    return words.say("staff.comma").join(part for part in parts if part)


def _fields(shift: Shift) -> Mapping[str, str]:
    places = shift.capacity
    values: Mapping[str, object] = {
        "starts": f"{shift.starts:%H:%M}",
        "ends": f"{shift.ends:%H:%M}",
        "phone": places.phone,
        "walk_in": places.walk_in,
        "walk_in_first": "" if places.walk_in_first is None else places.walk_in_first,
        "reserve": places.reserve,
        "slot_minutes": shift.slot_minutes or "",
    }
    return {key: str(value) for key, value in values.items()}
