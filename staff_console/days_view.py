"""Doctors' days as plain facts: a week of sessions with what is taken of each, and one doctor's day. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Final

from booking_store.site_file import jalali
from booking_store.week_report import WEEK_DAYS, Announced, Held, Week, WeekDay, saturday_of
from rules.name import Name
from rules.site import Site
from screen.lettering import clock_words, date_words, localised, weekday_word
from screen.phrases import Phrases

NOT_SAID: Final = "—"
"""With whom an absence was agreed, where nobody wrote it."""


@dataclass(frozen=True, slots=True)
class Taken:
    """So many of so many places; `words`: «۳۲ از ۵۴»."""

    taken: int
    of: int
    words: str


@dataclass(frozen=True, slots=True)
class SessionView:
    """One session. `starts` names it ("08:00"); `kept`: walk-in turns that are not released yet."""

    starts: str
    hours: str
    booked: Taken
    came: str
    walk_ins: Taken
    walk_in: int
    released: int
    kept: str
    reserve: str
    notes: tuple[str, ...]
    dropped: bool


@dataclass(frozen=True, slots=True)
class Cell:
    """One doctor's (or department's) date."""

    date: str
    sessions: tuple[SessionView, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A doctor's week, or a department's own. `doctor` 0: a department without doctors. `idle`: nothing on the chosen day."""

    department: int
    doctor: int
    department_words: str
    who: str
    cells: tuple[Cell, ...]
    idle: bool


@dataclass(frozen=True, slots=True)
class Column:
    """A day of the week. `note`: the holiday's name, or why it is closed; `on`: the day as an address has it."""

    date: str
    on: str
    weekday: str
    day: str
    note: str
    closed: bool
    today: bool
    chosen: bool
    booked: str


@dataclass(frozen=True, slots=True)
class WeekPage:
    """The whole page; `before`, `after`: the weeks beside it, as an address has them."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    before: str
    after: str
    is_this: bool


@dataclass(frozen=True, slots=True)
class AnnouncedView:
    """An absence that stands. `of_site`: of everybody, not of one doctor."""

    absence: int
    who: str
    words: str
    about: str
    of_site: bool


@dataclass(frozen=True, slots=True)
class DoctorDay:
    """One doctor's date, or a department's own. `before`, `after`: ISO dates beside it."""

    department: int
    doctor: int
    date: str
    who: str
    department_words: str
    day: str
    on: str
    closed: str | None  # why; None: open
    hours: str
    over: bool  # the date is past
    sessions: tuple[SessionView, ...]
    notes: tuple[str, ...]
    announced: tuple[AnnouncedView, ...]
    late_until: str  # "09:30"; empty: nothing was said
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class DatePage:
    """A date of the whole site. `holiday`: its name in the site file's table, if it is one."""

    date: str
    day: str
    on: str
    closed: str | None
    hours: str
    holiday: str
    over: bool
    announced: tuple[AnnouncedView, ...]
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class SiteWords:
    """What the filed site calls its doctors and departments, in the language of whoever looks."""

    site: Site
    say: Phrases

    def of(self, name: Name) -> str:
        return (name.en or name.fa) if self.say.language == "en" else name.fa

    def doctor(self, code: int | None) -> str:
        found = self.site.doctor(code) if code is not None else None
        return self.of(found.name) if found is not None else ""

    def department(self, code: int) -> str:
        found = self.site.department(code)
        return self.of(found.name) if found is not None else ""

    def clock(self, clock: time) -> str:
        return clock_words(f"{clock:%H:%M}", self.say.language)

    def span(self, starts: time, ends: time) -> str:
        return self.say("staff.days.span", starts=self.clock(starts), ends=self.clock(ends))

    def digits(self, value: object) -> str:
        return localised(str(value), self.say.language)

    def short_date(self, day: date) -> str:
        return date_words(day, self.say.language)

    def weekday(self, day: date) -> str:
        return weekday_word(day, self.say.language)

    def whole_date(self, day: date) -> str:
        return f"{self.weekday(day)} {self.short_date(day)}"


def week_page(found: Week, chosen: date, today: date, say: Phrases) -> WeekPage:
    """The page of a week; `chosen` is the day that a telephone shows."""
    words = SiteWords(found.site, say)
    first = found.days[0].date
    return WeekPage(
        title=say(
            "staff.days.week", first=words.short_date(first), last=date_words(found.days[-1].date, say.language, year=True)
        ),
        columns=tuple(_column(day, chosen, today, words) for day in found.days),
        rows=tuple(_rows(found, chosen, words)),
        before=jalali(first - timedelta(days=WEEK_DAYS)),
        after=jalali(first + timedelta(days=WEEK_DAYS)),
        is_this=saturday_of(today) == first,
    )


def doctor_day(found: Week, department: int, doctor: int, today: date, say: Phrases) -> DoctorDay | None:
    """One doctor's date; None: no such doctor in this department. `found` has that one day."""
    (day,) = found.days
    words = SiteWords(found.site, say)
    known = [one.code for one in found.site.doctors_of(department)] or [0]
    if found.site.department(department) is None or doctor not in known:
        return None
    own = [one for one in day.sessions if (one.department, one.doctor or 0) == (department, doctor)]
    announced = [one for one in day.announced if one.doctor is None or one.doctor == doctor]
    late = day.late.get(doctor)
    return DoctorDay(
        department=department,
        doctor=doctor,
        date=day.date.isoformat(),
        who=words.doctor(doctor) or words.department(department),
        department_words=words.department(department),
        day=words.whole_date(day.date),
        on=jalali(day.date),
        closed=None if day.hours is not None else day.why,
        hours=words.span(day.hours.opens, day.hours.ends) if day.hours is not None else "",
        over=day.date < today,
        sessions=tuple(_session(one, words) for one in own),
        notes=_notes(day, doctor, words),
        announced=tuple(_announced(one, words) for one in announced),
        late_until=f"{late:%H:%M}" if late is not None else "",
        before=(day.date - timedelta(days=1)).isoformat(),
        after=(day.date + timedelta(days=1)).isoformat(),
    )


def day_page(found: Week, today: date, say: Phrases) -> DatePage:
    """The page of a date; `found` has that one day."""
    (day,) = found.days
    words = SiteWords(found.site, say)
    return DatePage(
        date=day.date.isoformat(),
        day=words.whole_date(day.date),
        on=jalali(day.date),
        closed=None if day.hours is not None else day.why,
        hours=words.span(day.hours.opens, day.hours.ends) if day.hours is not None else "",
        holiday=found.site.holidays.dates.get(day.date, ""),
        over=day.date < today,
        announced=tuple(_announced(one, words) for one in day.announced),
        before=(day.date - timedelta(days=1)).isoformat(),
        after=(day.date + timedelta(days=1)).isoformat(),
    )


def _column(day: WeekDay, chosen: date, today: date, words: SiteWords) -> Column:
    closed = day.hours is None
    booked = sum(one.booked for one in day.sessions)
    unknown = words.say("staff.days.unknown_day") if not day.known else ""
    partly = next((one for one in day.announced if one.doctor is None and not closed), None)
    return Column(
        date=day.date.isoformat(),
        on=jalali(day.date),
        weekday=words.weekday(day.date),
        day=words.short_date(day.date),
        note=(day.why or words.say("staff.days.closed")) if closed else unknown or (_when(partly, words) if partly else ""),
        closed=closed,
        today=day.date == today,
        chosen=day.date == chosen,
        booked=words.digits(booked) if booked else "",
    )


def _rows(found: Week, chosen: date, words: SiteWords) -> Iterable[Row]:
    for department in found.site.departments:
        for doctor in [one.code for one in found.site.doctors_of(department.code)] or [0]:
            cells = tuple(_cell(day, department.code, doctor, words) for day in found.days)
            there = next((one for one in cells if one.date == chosen.isoformat()), None)
            yield Row(
                department=department.code,
                doctor=doctor,
                department_words=words.of(department.name),
                who=words.doctor(doctor) or words.of(department.name),
                cells=cells,
                idle=there is None or not (there.sessions or there.notes),
            )


def _cell(day: WeekDay, department: int, doctor: int, words: SiteWords) -> Cell:
    own = (one for one in day.sessions if (one.department, one.doctor or 0) == (department, doctor))
    return Cell(day.date.isoformat(), tuple(_session(one, words) for one in own), _notes(day, doctor, words))


def _session(held: Held, words: SiteWords) -> SessionView:
    kept = held.walk_in - held.released
    away = tuple(words.say("staff.days.away_between", span=words.span(*one)) for one in held.away)
    dropped = (words.say("staff.days.dropped"),) if held.dropped else ()
    return SessionView(
        starts=f"{held.starts:%H:%M}",
        hours=words.span(held.starts, held.ends),
        booked=_taken(held.booked, held.phone, words),
        came=words.digits(held.came) if held.came else "",
        walk_ins=_taken(held.walk_ins, held.released, words),
        walk_in=held.walk_in,
        released=held.released,
        kept=words.digits(kept) if kept else "",
        reserve=words.digits(held.reserve) if held.reserve else "",
        notes=(*dropped, *away),
        dropped=held.dropped,
    )


def _taken(taken: int, of: int, words: SiteWords) -> Taken:
    return Taken(taken, of, words.say("staff.days.taken", taken=words.digits(taken), of=words.digits(of)))


def _notes(day: WeekDay, doctor: int, words: SiteWords) -> tuple[str, ...]:
    """What is to be known of a doctor's date beside the sessions."""
    own = [one for one in day.announced if one.doctor is not None and one.doctor == doctor]
    notes = [note for one in own for note in (_when(one, words), _instead(one, words)) if note]
    if doctor in day.late and day.hours is not None:
        notes.append(words.say("staff.days.late", until=words.clock(day.late[doctor])))
    if doctor in day.away:
        notes.append(
            words.say("staff.days.away_why", why=day.away[doctor]) if day.away[doctor] else words.say("staff.days.away")
        )
    return tuple(dict.fromkeys(notes))


def _when(one: Announced, words: SiteWords) -> str:
    """«از ۱۰:۰۰ نیست»; of the site «از ۱۲:۰۰ بسته»."""
    of_whom = "closed" if one.doctor is None else "away"
    if one.starts is not None and one.ends is not None:
        return words.say(f"staff.days.{of_whom}_between", span=words.span(one.starts, one.ends))
    if one.starts is not None:
        return words.say(f"staff.days.{of_whom}_from", time=words.clock(one.starts))
    if one.ends is not None:
        return words.say(f"staff.days.{of_whom}_until", time=words.clock(one.ends))
    return words.say(f"staff.days.{of_whom}")


def _instead(one: Announced, words: SiteWords) -> str:
    if one.substitute is not None:
        return words.say("staff.days.substitute", who=words.doctor(one.substitute))
    return words.say("staff.days.moved", day=words.whole_date(one.move_to)) if one.move_to is not None else ""


def _announced(one: Announced, words: SiteWords) -> AnnouncedView:
    facts: Sequence[str] = (
        _instead(one, words),
        words.say("staff.days.touched", count=words.digits(one.touched)),
        words.say("staff.days.agreed", who=one.agreed_with) if one.agreed_with != NOT_SAID else "",
    )
    return AnnouncedView(
        absence=one.absence,
        who=words.doctor(one.doctor),
        words=_when(one, words),
        about=words.say("staff.comma").join(fact for fact in facts if fact),
        of_site=one.doctor is None,
    )
