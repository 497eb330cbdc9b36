"""A site in the clinic's own words: what its site file says, checked and frozen. Every rule takes it as an argument.

Times of day are `datetime.time`, dates `datetime.date` (Gregorian; the site file writes Jalali), both in the site's
time zone. `booking_store/site_file.py` makes a Site out of TOML and is the only place that checks one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import TYPE_CHECKING, Final

from rules.texts import QuietHours, TextKind

if TYPE_CHECKING:
    from rules.office import Office

EVERY_WEEKDAY: Final = frozenset(range(7))


@dataclass(frozen=True, slots=True)
class Name:
    """A word for people in the site's languages; English may be missing."""

    fa: str
    en: str = ""


@dataclass(frozen=True, slots=True)
class NumberRange:
    """Ticket numbers first..last, both included, 1 to 9999 (law 3)."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Capacity:
    """Places of one session: booked by phone, loaded for walk-ins, kept back for reception. Of the walk-in turns only
    `walk_in_first` are given at first, where that is said, until somebody releases the next portion."""

    phone: int
    walk_in: int
    reserve: int = 0
    walk_in_first: int | None = None


@dataclass(frozen=True, slots=True)
class Shift:
    """One session as the weekly table or a dated override writes it. Weekday 0 is Saturday."""

    starts: time
    ends: time
    capacity: Capacity
    slot_minutes: int | None = None  # None: the site's own
    away: tuple[range, ...] = ()  # minutes after `starts` when nobody is there, by an absence (rules.absence)


@dataclass(frozen=True, slots=True)
class Override:
    """What holds on dates first..last instead of the weekly table (Ramadan hours, an absence). No shifts: not there."""

    first: date
    last: date
    shifts: tuple[Shift, ...] = ()
    why: str = ""
    weekdays: frozenset[int] = EVERY_WEEKDAY  # on the others the weekly table holds


@dataclass(frozen=True, slots=True)
class Timetable:
    """Weekday (0 Saturday … 6 Friday) to shifts, and the dates that differ; a later override wins."""

    weekly: Mapping[int, tuple[Shift, ...]] = field(default_factory=dict)
    overrides: tuple[Override, ...] = ()


@dataclass(frozen=True, slots=True)
class Doctor:
    code: int
    department: int
    name: Name
    timetable: Timetable


@dataclass(frozen=True, slots=True)
class Department:
    """A department without doctors has a timetable of its own; one with doctors has None."""

    code: int
    name: Name
    stages: tuple[str, ...]
    booked_range: NumberRange
    walk_in_range: NumberRange
    timetable: Timetable | None = None
    note: Name | None = None


@dataclass(frozen=True, slots=True)
class Stage:
    id: str
    name: Name


@dataclass(frozen=True, slots=True)
class Zone:
    id: str
    name: Name
    speaker: str | None = None


@dataclass(frozen=True, slots=True)
class Point:
    """A service point and whom it serves. Empty departments or doctors: all of them."""

    id: str
    kind: str  # "counter" | "room"
    label: int
    zone: str
    stages: tuple[str, ...]
    departments: frozenset[int] = frozenset()
    doctors: frozenset[int] = frozenset()

    def serves(self, stage: str, department: int | None, doctor: int | None) -> bool:
        """Whether a ticket at `stage` may be called here. No department (a help ticket) or no doctor: any will do."""
        return (
            stage in self.stages
            and (department is None or not self.departments or department in self.departments)
            and (doctor is None or not self.doctors or doctor in self.doctors)
        )


@dataclass(frozen=True, slots=True)
class Device:
    """A device by its broker account. A kiosk may have numbers of its own for when it is alone, and with them a few walk-in
    turns of each session (`rules.booking.kept_for_kiosks`)."""

    id: str
    role: str  # "kiosk" | "counter" | "room" | "waiting_room" | "phone" | "operator"
    points: tuple[str, ...] = ()
    zone: str | None = None
    alone_range: NumberRange | None = None
    alone_walk_ins: int = 0
    departments: frozenset[int] = frozenset()  # a kiosk's own list; empty: all


@dataclass(frozen=True, slots=True)
class PriorityClass:
    id: str
    name: Name
    asked_at_kiosk: bool = True


@dataclass(frozen=True, slots=True)
class CallOrderPolicy:
    """How the next ticket is chosen. docs/call-order.md explains it on one page.

    Every waiting ticket has a score in minutes, its wait plus the head start below; the highest is next.
    """

    head_start_minutes: Mapping[str, int] = field(default_factory=dict)  # by priority class id
    booked_head_start_minutes: int = 0
    booked_by: str = "arrival"  # "arrival" | "time": bookings by the time of their place
    returning_one_in: int = 3  # of the calls at a doctor's room, at least this share goes to returning patients
    absent_back_after_calls: int = 2
    sent_away_back_after_calls: int = 2
    aged_minutes: int = 60  # against who waited this long no head start counts


@dataclass(frozen=True, slots=True)
class CheckInWindow:
    """When a code is good on its day. None: no limit on that side."""

    early_minutes: int | None = None
    late_minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Hours:
    """When the service day opens and ends by itself; `tickets_until` stops the kiosks."""

    opens: time
    tickets_until: time
    ends: time


@dataclass(frozen=True, slots=True)
class HoursOverride:
    """Other hours on dates first..last; None: closed. Days closed anyway stay so, unless `holidays_too`."""

    first: date
    last: date
    hours: Hours | None
    why: str = ""
    weekdays: frozenset[int] = EVERY_WEEKDAY
    holidays_too: bool = False


@dataclass(frozen=True, slots=True)
class Holidays:
    """Closed dates with their names. Nobody can book beyond `loaded_until`."""

    dates: Mapping[date, str]
    loaded_until: date


@dataclass(frozen=True, slots=True)
class Notice:
    text: Name
    zone: str | None = None
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True)
class Kiosks:
    """How kiosks ask; mirrored into the contract's KioskCard."""

    ask_priority: bool = True
    show_doctor_on_ticket: bool = True
    wrong_codes_before_lock: int = 5
    lock_seconds: int = 60
    walk_ins_in_a_row: int = 5
    languages: tuple[str, ...] = ("fa", "en")
    ticket_page: str = ""  # the address under which patient_page serves, printed with a code; empty: no code is printed


@dataclass(frozen=True, slots=True)
class Sound:
    """Volume in percent from each hour on, and quiet times (the call to prayer)."""

    loudness: tuple[tuple[time, int], ...] = ()
    quiet: tuple[tuple[time, time], ...] = ()
    languages: tuple[str, ...] = ("fa",)


@dataclass(frozen=True, slots=True)
class BookingPolicy:
    horizon_days: int = 30
    give_times: bool = False  # Kosar's phone tells a date, not a time
    open_for_one_mobile: int = 8
    same_doctor_in_a_day: int = 4  # for one mobile: a mother with her children
    new_days_open_at: time | None = None  # before it, the horizon is yesterday's
    slot_minutes: int = 3  # the length of a place, where its shift says nothing else


@dataclass(frozen=True, slots=True)
class VoiceMenu:
    """How the telephone asks; mirrored into the contract's PhoneCard. A place that was offered is held so long."""

    department_digits: int = 2
    doctor_digits: int = 2
    tries: int = 3
    answers: int = 24
    minutes: int = 10
    calls_an_hour: int = 6
    operator: bool = True
    hold_seconds: int = 120


@dataclass(frozen=True, slots=True)
class TextPolicy:
    """What is texted, in which words (rules.texts.fill). A kind without a template is not texted."""

    templates: Mapping[TextKind, str] = field(default_factory=dict)
    quiet: QuietHours | None = None
    reminder_at: time | None = None  # the evening before; None: nobody is reminded
    again_a_day: int = 3  # how often a code that never came is sent again
    technician: str | None = None  # the mobile that hears of a device that is gone
    gone_minutes: int = 5  # … for so long


@dataclass(frozen=True, slots=True)
class Privacy:
    """After how many days what leads to a person is erased; what is counted stays."""

    mobile_days: int = 30  # a booking's mobile, and the name of the call that made it: after the visit's date
    text_days: int = 30  # a text's mobile and words: after its time
    call_days: int = 400  # how a call went through the menu, with nobody's number: after its end


@dataclass(frozen=True, slots=True)
class Site:
    """The whole site file."""

    id: str
    name: Name
    time_zone: str
    hours: Mapping[int, Hours]  # by weekday, 0 Saturday; a missing weekday is closed
    hours_overrides: tuple[HoursOverride, ...]
    holidays: Holidays
    stages: tuple[Stage, ...]
    departments: tuple[Department, ...]
    doctors: tuple[Doctor, ...]
    zones: tuple[Zone, ...]
    points: tuple[Point, ...]
    devices: tuple[Device, ...]
    help_range: NumberRange
    phone: str | None = None
    priority_classes: tuple[PriorityClass, ...] = ()
    call_order: CallOrderPolicy = CallOrderPolicy()
    check_in: CheckInWindow = CheckInWindow()
    booking: BookingPolicy = BookingPolicy()
    voice_menu: VoiceMenu = VoiceMenu()
    texts: TextPolicy = TextPolicy()
    privacy: Privacy = Privacy()
    kiosks: Kiosks = Kiosks()
    sound: Sound = Sound()
    pause_reasons: Mapping[str, Name] = field(default_factory=dict)
    notices: tuple[Notice, ...] = ()
    ticket_note: Name | None = None
    people_word: str = "patient"
    office: "Office | None" = None  # of a site that refers households to their insurance

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
