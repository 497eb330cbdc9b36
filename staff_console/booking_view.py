"""What the bookings page shows, as plain facts: what was found, whom one can book for, and what became of a request. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from booking_store.booking_report import FoundBooking
from booking_store.tables import BookingState
from mqtt.contract import Answer, Booked, Offer, Refusal, TicketGiven
from screen.lettering import clock_words, day_words
from screen.phrases import Phrases
from staff_console.acts import words_of
from staff_console.clinic import Clinic
from staff_console.names import Names
from staff_console.reception_view import kiosks_of


@dataclass(frozen=True, slots=True)
class FoundRow:
    """One booking that was found."""

    code: str
    shown: str
    when: str
    who: str
    state: str
    mobile_end: str
    number: int | None
    may_check_in: bool
    may_cancel: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a request. `large`: the number or the code, to be read out. `kiosks`: where a ticket can be printed."""

    done: bool
    words: str
    large: str = ""
    about: str = ""
    number: int | None = None
    kiosks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OfferedPlace:
    """A place that is kept while the caller thinks. `date`: ISO, to ask for a later one."""

    when: str
    who: str
    date: str


def choices(clinic: Clinic, say: Phrases) -> tuple[tuple[str, str], ...]:
    """Whom somebody can want: each department, its first free doctor, and each doctor; (value, words)."""
    if clinic.site is None:
        return ()
    names, listed = Names(clinic.site, say), []
    for department in clinic.site.departments:
        doctors = [doctor for doctor in clinic.site.doctors if doctor.department == department.code]
        first = say("staff.booking.first_free", department=names.of(department.name))
        listed.append((f"{department.code}:", first if doctors else names.of(department.name)))
        listed += [(f"{department.code}:{doctor.code}", names.who(department.code, doctor.code)) for doctor in doctors]
    return tuple(listed)


def found_rows(clinic: Clinic, found: Sequence[FoundBooking], say: Phrases, now: float) -> tuple[FoundRow, ...]:
    """The bookings that were found, at `now` (monotonic seconds)."""
    if clinic.site is None:
        return ()
    names, now_ms = Names(clinic.site, say), clinic.feed.wall_ms(now) or 0
    today = clinic.day.date if clinic.day is not None else ""
    return tuple(
        FoundRow(
            code=one.code,
            shown=names.digits(one.code),
            when=_when(one.date, names.clock(one.starts_at_ms), say),
            who=names.who(one.department, one.doctor),
            state=say(f"staff.booking.{one.state.value}"),
            mobile_end=names.digits(one.mobile_end),
            number=one.number,
            may_check_in=one.state is BookingState.ACTIVE and one.date == today,
            may_cancel=one.state is BookingState.ACTIVE and one.number is None and one.ends_at_ms > now_ms,
        )
        for one in found
    )


def offered(clinic: Clinic, answer: Answer | None, say: Phrases) -> OfferedPlace | None:
    """The place that the store keeps; None: it keeps none."""
    if not isinstance(answer, Offer) or clinic.site is None:
        return None
    when = _when(answer.date, _hours(answer, say), say)
    return OfferedPlace(when, Names(clinic.site, say).who(answer.department, answer.doctor), answer.date)


def outcome(clinic: Clinic, answer: Answer | None, what: str, say: Phrases) -> Outcome:
    """What became of a request, in words, with what is read out to whoever asked."""
    done, words = words_of(answer, what, say)
    if clinic.site is None or isinstance(answer, Refusal):
        return Outcome(done, words)
    names = Names(clinic.site, say)
    if isinstance(answer, TicketGiven):
        about = say("staff.booking.go_to", place=say("staff.comma").join(names.point(one) for one in answer.points))
        return Outcome(done, words, names.digits(answer.number), about, answer.number, kiosks_of(clinic))
    if isinstance(answer, Booked):
        when = _when(answer.date, _hours(answer, say), say)
        about = say("staff.comma").join((when, names.who(answer.department, answer.doctor)))
        return Outcome(done, words, names.digits(f"{answer.code[:4]} {answer.code[4:]}"), about)
    return Outcome(done, words)


def _hours(place: Booked | Offer, say: Phrases) -> str:
    """Its own time; where the site gives none, all of its session's, which may have begun."""
    if place.time is not None:
        return clock_words(place.time, say.language)
    starts, ends = (clock_words(one, say.language) for one in (place.session_starts, place.session_ends))
    return say("staff.days.span", starts=starts, ends=ends)


def _when(day: str, clock: str, say: Phrases) -> str:
    return say("staff.booking.when", day=day_words(date.fromisoformat(day), say.language), time=clock)
