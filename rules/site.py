"""A site in the clinic's own words: what its site file says, checked and frozen. Every rule takes it as an argument.

Times of day are `datetime.time`, dates `datetime.date` (Gregorian; the site file writes Jalali), both in the site's
time zone. `booking_store/site_file/` makes a Site out of TOML and is the only place that checks one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import Final

from rules.name import Name
from rules.office import Office
from rules.texts import QuietHours, TextKind

EVERY_WEEKDAY: Final = frozenset(range(7))


@dataclass(frozen=True, slots=True)
class NumberRange:
    """Ticket numbers first..last, both included, 1 to 9999 (law 3)."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Capacity:
    """Places of one session: booked by phone, loaded for walk-ins, kept back for reception. Of the walk-in turns only
    `walk_in_first` are given at first, where that is said, until somebody releases the next portion."""

    phone: int  # places that the telephone books
    walk_in: int  # turns for those who come without a code
    reserve: int = 0  # places that only reception gives
    # of the walk-in turns, so many are given before somebody releases the rest; not written: all
    walk_in_first: int | None = None


@dataclass(frozen=True, slots=True)
class Shift:
    """One session as the weekly table or a dated override writes it. Weekday 0 is Saturday."""

    starts: time  # when the doctor begins
    ends: time  # when the doctor ends; not after the beginning: on the next day
    capacity: Capacity
    slot_minutes: int | None = None  # a place's length; None: the site's own
    away: tuple[range, ...] = ()  # minutes after `starts` when nobody is there, by an absence (rules.absence)


@dataclass(frozen=True, slots=True)
class Override:
    """What holds on dates first..last instead of the weekly table (Ramadan hours, an absence). No shifts: not there."""

    first: date
    last: date
    shifts: tuple[Shift, ...] = ()
    why: str = ""  # shown on the doctors' days
    weekdays: frozenset[int] = EVERY_WEEKDAY  # only on these; on the others the weekly table holds


@dataclass(frozen=True, slots=True)
class Timetable:
    """Weekday (0 Saturday … 6 Friday) to shifts, and the dates that differ; a later override wins."""

    weekly: Mapping[int, tuple[Shift, ...]] = field(default_factory=dict)
    overrides: tuple[Override, ...] = ()


@dataclass(frozen=True, slots=True)
class Doctor:
    code: int  # what callers press after the department's code
    department: int  # the code of the doctor's department
    name: Name  # as screens, tickets and the public schedule show it
    timetable: Timetable


@dataclass(frozen=True, slots=True)
class Department:
    """A department without doctors has a timetable of its own; one with doctors has None."""

    code: int  # what callers press
    name: Name  # as screens and tickets show it
    stages: tuple[str, ...]  # the stops on its tickets' way, in order
    booked_range: NumberRange  # the numbers of its booked tickets, reserve included; no two ranges of the site may meet
    walk_in_range: NumberRange  # the numbers of its walk-in tickets
    timetable: Timetable | None = None
    note: Name | None = None  # a line on its tickets


@dataclass(frozen=True, slots=True)
class Stage:
    id: str  # the word by which departments and points name it
    name: Name  # as screens show it


@dataclass(frozen=True, slots=True)
class Zone:
    id: str  # the word by which points and devices name it
    name: Name  # as screens show it
    speaker: str | None = None  # the device that speaks its calls; None: each counter and room speaks its own


@dataclass(frozen=True, slots=True)
class Point:
    """A service point and whom it serves. Empty departments or doctors: all of them."""

    id: str  # the word by which devices and commands name it
    kind: str  # how its screen and its voice call it
    label: int  # the number on its sign
    zone: str  # the zone in which its calls are shown
    stages: tuple[str, ...]  # the stages whose tickets it calls
    departments: frozenset[int] = frozenset()  # only these; empty: of all departments
    doctors: frozenset[int] = frozenset()  # only these; empty: of all doctors

    def serves(self, stage: str, department: int | None, doctor: int | None) -> bool:
        """Whether a ticket at `stage` may be called here. No department (a help ticket) or no doctor: any will do."""
        return (
            stage in self.stages
            and (department is None or not self.departments or department in self.departments)
            and (doctor is None or not self.doctors or doctor in self.doctors)
        )


PROGRAM_ROLES: Final = frozenset({"operator", "letter_page"})
"""No devices that stand somewhere: programs beside the store, whose accounts are made on its machine."""


@dataclass(frozen=True, slots=True)
class Device:
    """A device by its broker account. A kiosk may have numbers of its own for when it is alone, and with them a few walk-in
    turns of each session (`rules.booking.kept_for_kiosks`)."""

    id: str  # its account at the broker, and the name of its device file
    role: str  # what it is; an operator is a computer for staff
    points: tuple[str, ...] = ()  # of a counter or room: the points on its desk
    zone: str | None = None  # of a waiting room: whose calls it shows and speaks
    alone_range: NumberRange | None = None  # of a kiosk: numbers of its own for when it is alone; None: then it gives none
    alone_walk_ins: int = 0  # walk-in turns of each session that are kept for it while it is alone
    departments: frozenset[int] = frozenset()  # of a kiosk: only these are offered; empty: all


@dataclass(frozen=True, slots=True)
class PriorityClass:
    id: str  # the word by which the call order names it
    name: Name  # as the kiosk asks for it
    asked_at_kiosk: bool = True  # offered at the kiosk; else only reception gives it


@dataclass(frozen=True, slots=True)
class CallOrderPolicy:
    """How the next ticket is chosen. docs/call-order.md explains it on one page.

    Every waiting ticket has a score in minutes, its wait plus the head start below; the highest is next.
    """

    head_start_minutes: Mapping[str, int] = field(default_factory=dict)  # by the id of a priority class
    booked_head_start_minutes: int = 0  # of a booking before a walk-in
    booked_by: str = "arrival"  # bookings by when they came, or by the time of their place
    returning_one_in: int = 3  # of the calls at a doctor's room, at least this share goes to returning patients
    absent_back_after_calls: int = 2  # who missed the call and is here: after so many others
    sent_away_back_after_calls: int = 2  # who was sent for something and is back: after so many others
    aged_minutes: int = 60  # against who waited this long no head start counts


@dataclass(frozen=True, slots=True)
class CheckInWindow:
    """When a code is good on its day. None: no limit on that side."""

    early_minutes: int | None = None  # before the session begins; None: any time of that day
    late_minutes: int | None = None  # after the session has ended; None: any time of that day


@dataclass(frozen=True, slots=True)
class Hours:
    """When the service day opens and ends by itself; `tickets_until` stops the kiosks."""

    opens: time  # when the service day opens by itself
    tickets_until: time  # when kiosks stop; calling goes on
    ends: time  # when the service day ends by itself; whoever still waits keeps it open


@dataclass(frozen=True, slots=True)
class HoursOverride:
    """Other hours on dates first..last; None: closed. Days closed anyway stay so, unless `holidays_too`."""

    first: date
    last: date
    hours: Hours | None
    why: str = ""  # shown on the doctors' days
    weekdays: frozenset[int] = EVERY_WEEKDAY  # only on these; on the others the weekly hours hold
    holidays_too: bool = False  # opens on days that are closed anyway, too


@dataclass(frozen=True, slots=True)
class Holidays:
    """Closed dates with their names. Nobody can book beyond `loaded_until`."""

    dates: Mapping[date, str]  # each closed date with its name
    loaded_until: date  # the last date that can be booked: later holidays are not known


@dataclass(frozen=True, slots=True)
class Notice:
    text: Name  # shown in waiting rooms between calls
    zone: str | None = None  # only there; None: in all
    first: date | None = None  # the first day; None: always
    last: date | None = None  # the last day


@dataclass(frozen=True, slots=True)
class Kiosks:
    """How kiosks ask; mirrored into the contract's KioskCard."""

    ask_priority: bool = True  # whether the kiosk asks for a priority class before a walk-in
    show_doctor_on_ticket: bool = True  # whether a ticket names the doctor
    wrong_codes_before_lock: int = 5  # so many wrong codes lock the typing of codes, never walk-ins
    lock_seconds: int = 60  # for so long
    walk_ins_in_a_row: int = 5  # so many tickets without a code one after the other; then the kiosk waits a while
    languages: tuple[str, ...] = ("fa", "en")  # what patients may read and hear; a key goes from one to the next
    ticket_page: str = ""  # the address under which patient_page serves, printed with a code; empty: no code is printed


@dataclass(frozen=True, slots=True)
class Sound:
    """Volume in percent from each hour on, and quiet times (the call to prayer)."""

    loudness: tuple[tuple[time, int], ...] = ()  # volume from an hour on
    quiet: tuple[tuple[time, time], ...] = ()  # when nothing is spoken and screens flash on, as at the call to prayer
    languages: tuple[str, ...] = ("fa",)  # calls are spoken in these, one after the other


@dataclass(frozen=True, slots=True)
class BookingPolicy:
    horizon_days: int = 30  # how far ahead can be booked
    give_times: bool = False  # whether a booking has a time within its session, or only its date
    open_for_one_mobile: int = 8  # bookings to come that one mobile may have
    same_doctor_in_a_day: int = 4  # of them with one doctor on one day: a mother with her children
    new_days_open_at: time | None = None  # when the horizon moves on by a day; None: at midnight
    slot_minutes: int = 3  # the length of a place, where its shift says nothing else


@dataclass(frozen=True, slots=True)
class VoiceMenu:
    """How the telephone asks; mirrored into the contract's PhoneCard. A place that was offered is held so long."""

    department_digits: int = 2  # digits of a department's code, so that nobody needs #
    doctor_digits: int = 2  # digits of a doctor's code
    tries: int = 3  # of one question, then the operator
    answers: int = 24  # of one call: a dead line presses nothing, and must end
    minutes: int = 10  # of one call
    calls_an_hour: int = 6  # of one caller's number
    operator: bool = True  # whether 0 at the top, and the last try, lead to a person
    hold_seconds: int = 120  # a place that was read out is kept so long


@dataclass(frozen=True, slots=True)
class TextPolicy:
    """What is texted, in which words (rules.texts.fill). A kind without a template is not texted."""

    # the words of each kind of text (docs/texts.md); a kind without is not texted
    templates: Mapping[TextKind, str] = field(default_factory=dict)
    quiet: QuietHours | None = None
    reminder_at: time | None = None  # the evening before; None: nobody is reminded
    again_a_day: int = 3  # how often a code that never came is sent again
    technician: str | None = None  # the mobile that hears of a device that is gone
    gone_minutes: int = 5  # a device that is gone for so long is told to the technician


@dataclass(frozen=True, slots=True)
class Privacy:
    """After how many days what leads to a person is erased; what is counted stays."""

    mobile_days: int = 30  # a booking's mobile, and the name of the call that made it: after the visit's date
    text_days: int = 30  # a text's mobile and words: after its time
    call_days: int = 400  # how a call went through the menu, with nobody's number: after its end


@dataclass(frozen=True, slots=True)
class Site:
    """The whole site file."""

    id: str  # the site's word; its topics at the broker begin with it
    name: Name  # as screens, tickets and texts show it
    time_zone: str  # of all times of day, by the IANA's name
    hours: Mapping[int, Hours]  # by weekday, 0 Saturday; a missing weekday is closed
    hours_overrides: tuple[HoursOverride, ...]
    holidays: Holidays  # dates on which nothing opens
    stages: tuple[Stage, ...]  # the stops on a ticket's way
    departments: tuple[Department, ...]  # what patients choose, with the numbers of its tickets
    doctors: tuple[Doctor, ...]  # who is booked, with places by weekday
    zones: tuple[Zone, ...]  # what one waiting room's screen and voice serve
    points: tuple[Point, ...]  # the counters and rooms that call
    devices: tuple[Device, ...]  # every account at the broker
    help_range: NumberRange  # the numbers of tickets that lead to reception only
    phone: str | None = None  # shown on the idle kiosk: where to book
    priority_classes: tuple[PriorityClass, ...] = ()  # who may come before others
    call_order: CallOrderPolicy = CallOrderPolicy()  # who is next (docs/call-order.md)
    check_in: CheckInWindow = CheckInWindow()  # when a code is good on its day
    booking: BookingPolicy = BookingPolicy()  # what the telephone may book
    voice_menu: VoiceMenu = VoiceMenu()  # how the telephone asks (docs/voice-menu.md)
    texts: TextPolicy = TextPolicy()  # what is sent to mobiles, and when (docs/texts.md)
    privacy: Privacy = Privacy()  # after how many days what leads to a person is erased; what is counted stays
    kiosks: Kiosks = Kiosks()  # how kiosks ask
    sound: Sound = Sound()  # how loud, how long silent, in which languages
    # why a point calls nobody for a while: a word of your own and its name
    pause_reasons: Mapping[str, Name] = field(default_factory=dict)
    notices: tuple[Notice, ...] = ()  # what waiting rooms show between calls
    ticket_note: Name | None = None  # a line at the foot of every ticket
    people_word: str = "patient"  # whether people here are patients or clients
    office: Office | None = None  # of a site that refers households to their insurance (docs/office.md)

    def department(self, code: int) -> Department | None:
        return next((d for d in self.departments if d.code == code), None)

    def doctor(self, code: int) -> Doctor | None:
        return next((d for d in self.doctors if d.code == code), None)

    def doctors_of(self, department: int) -> tuple[Doctor, ...]:
        return tuple(d for d in self.doctors if d.department == department)

    def point(self, point_id: str) -> Point | None:
        return next((p for p in self.points if p.id == point_id), None)

    @property
    def kiosks_with_numbers(self) -> tuple[Device, ...]:
        """The kiosks that go on when they are alone."""
        return tuple(d for d in self.devices if d.role == "kiosk" and d.alone_range is not None)

    def device(self, device_id: str) -> Device | None:
        return next((d for d in self.devices if d.id == device_id), None)
