"""The site's TOML file (`schema = 1`): read, checked and explained. Makes a rules.site.Site, or lists all that is wrong.

sites/kosar_clinic.toml shows every key with a comment. Dates are Jalali ("1405/09/03"), times of day "08:00"; a shift
or an opening whose end is not after its start ends on the next day.
"""

import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from booking_store.site_file import telephone
from booking_store.site_file.checks import contradictions
from booking_store.site_file.lines import lines_of
from booking_store.site_file.office import read_office
from booking_store.site_file.table import LANGUAGES, WEEKDAYS, Problems, Table
from program.unreadable import why_unreadable
from rules.name import Name
from rules.site import (
    EVERY_WEEKDAY,
    BookingPolicy,
    CallOrderPolicy,
    Capacity,
    CheckInWindow,
    Department,
    Device,
    Doctor,
    Holidays,
    Hours,
    HoursOverride,
    Kiosks,
    Notice,
    Override,
    Point,
    PriorityClass,
    Privacy,
    Shift,
    Site,
    Sound,
    Stage,
    Timetable,
    Zone,
)
from sounds.script import LANGUAGES as SPOKEN

SCHEMA: Final = 1
ROLES: Final = ("kiosk", "counter", "room", "waiting_room", "phone", "letter_page", "operator")
PLACES_MOST: Final = 2000
MINUTES_MOST: Final = 24 * 60
DAYS_MOST: Final = 400
"""Of anything that leads to a person: a year, and the month that it is compared with."""
ALONE_WALK_INS_MOST: Final = 100


class SiteFileError(Exception):
    """The site file cannot be used; `problems` holds one line for each thing that is wrong."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def read_site(path: Path) -> Site:
    """The site that `path` describes. Raises SiteFileError with every problem found."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise SiteFileError((f"{path}: cannot be read: {why_unreadable(problem)}",)) from problem
    return parse_site(text, str(path))


def parse_site(text: str, name: str) -> Site:
    """The site in `text`; `name` is the file's name for messages. Raises SiteFileError with every problem found."""
    text = text.removeprefix("\ufeff")  # some editors write this mark first; TOML has no place for it
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        raise SiteFileError((f"{name}: not TOML: {problem}",)) from problem
    except RecursionError as problem:
        raise SiteFileError((f"{name}: not TOML: nested too deep",)) from problem
    if document.get("schema") != SCHEMA:
        found = document.get("schema", "nothing")
        raise SiteFileError((f"{name}: schema: expected schema = {SCHEMA} in the first line, found {found}",))
    problems = Problems()
    site = site_in(Table(document, "", problems))
    if not problems.incomplete:
        for path, sentence in contradictions(site):
            problems.note(path, sentence)
    if problems.found:
        lines = lines_of(text)
        raise SiteFileError(tuple(f"{name}:{lines.of(path)}: {path}: {sentence}" for path, sentence in problems.found))
    return site


def site_in(file: Table) -> Site:
    """The site that a whole file's table describes; what is wrong is noted there."""
    file.whole("schema", SCHEMA, SCHEMA)  # the layout of the file, in its first line
    weekly, overrides = _hours(file.table("hours"))  # when the service day opens and ends by itself
    site = Site(
        id=file.text("id", "kosar"),
        name=file.name("name"),
        time_zone=file.text("time_zone", "Asia/Tehran"),
        phone=file.text("phone", "086-32240066") if file.has("phone") else None,
        people_word=file.one_of("people_word", ("patient", "client"), "patient"),
        hours=weekly,
        hours_overrides=overrides,
        holidays=_holidays(file.table("holidays")),
        stages=tuple(_stage(table) for table in file.tables("stages")),
        departments=tuple(_department(table) for table in file.tables("departments")),
        doctors=tuple(_doctor(table) for table in file.tables("doctors")),
        zones=tuple(_zone(table) for table in file.tables("zones")),
        points=tuple(_point(table) for table in file.tables("points")),
        devices=tuple(_device(table) for table in file.tables("devices")),
        help_range=file.range("help_range"),
        priority_classes=tuple(_priority_class(table) for table in file.tables("priority_classes")),
        call_order=_call_order(file.table("call_order")),
        check_in=_check_in(file.table("check_in")),
        booking=_booking(file.table("booking")),
        voice_menu=telephone.voice_menu(file.table("voice_menu")),
        texts=telephone.text_policy(file.table("texts")),
        privacy=_privacy(file.table("privacy")),
        kiosks=_kiosks(file.table("kiosks")),
        sound=_sound(file.table("sound")),
        pause_reasons=_names(file.table("pause_reasons")),
        notices=tuple(_notice(table) for table in file.tables("notices")),
        ticket_note=file.optional_name("ticket_note"),
        office=read_office(file.table("office")) if file.has("office") else None,
    )
    file.close()
    return site


def _hours(table: Table) -> tuple[dict[int, Hours], tuple[HoursOverride, ...]]:
    weekly: dict[int, Hours] = {}
    for row in table.tables("weekly"):  # a weekday that is not named is closed
        weekdays, hours = row.weekdays("days"), _opening(row)  # on these weekdays
        for weekday in weekdays:
            if weekday in weekly:
                row.note("days", f"{WEEKDAYS[weekday]} has hours already")
            weekly[weekday] = hours
        row.close()
    overrides = []
    for row in table.tables("overrides"):  # other hours on some dates
        first, last = row.days()
        overrides.append(
            HoursOverride(
                first=first,
                last=last,
                hours=None if row.flag("closed", default=False) else _opening(row),  # closed: then no hours are written
                why=row.text("why", "نوروز"),
                weekdays=_weekdays(row),
                holidays_too=row.flag("holidays_too", default=False),
            )
        )
        row.close()
    table.close()
    return weekly, tuple(overrides)


def _opening(row: Table) -> Hours:
    return Hours(row.clock("opens"), row.clock("tickets_until"), row.clock("ends"))


def _holidays(table: Table) -> Holidays:
    until = table.day("loaded_until")  # the last date that can be booked: later holidays are not known
    dates = {}
    listed = table.table("dates")  # each closed date with its name
    for written, why in listed.items():
        dates[listed.day_of(written, written)] = why
        if not isinstance(why, str) or not why.strip():
            listed.note(written, 'expected the holiday\'s name, for example "نوروز"')
    table.close()
    return Holidays(dates, until)


def _stage(table: Table) -> Stage:
    stage = Stage(table.text("id", "reception"), table.name("name"))
    table.close()
    return stage


def _department(table: Table) -> Department:
    has_timetable = table.has("weekly") or table.has("overrides")
    department = Department(
        code=table.whole("code", 1, 99),
        name=table.name("name"),
        stages=table.texts("stages", "reception"),
        booked_range=table.range("booked_range"),
        walk_in_range=table.range("walk_in_range"),
        timetable=_timetable(table) if has_timetable else None,
        note=table.optional_name("note"),
    )
    table.close()
    return department


def _doctor(table: Table) -> Doctor:
    doctor = Doctor(
        code=table.whole("code", 1, 99),
        department=table.whole("department", 1, 99),
        name=table.name("name"),
        timetable=_timetable(table),
    )
    table.close()
    return doctor


def _timetable(table: Table) -> Timetable:
    weekly: dict[int, tuple[Shift, ...]] = {}
    for row in table.tables("weekly"):  # a session each; without doctors, the department's own
        weekdays, shift = row.weekdays("days"), _shift(row)  # on these weekdays
        for weekday in weekdays:
            weekly[weekday] = (*weekly.get(weekday, ()), shift)
        row.close()
    overrides = []
    for row in table.tables("overrides"):  # other sessions on some dates; the last one written wins
        first, last = row.days()
        shifts = []
        for shift_row in row.tables("shifts"):  # the sessions of those dates
            shifts.append(_shift(shift_row))
            shift_row.close()
        if row.flag("absent", default=False) == bool(shifts):  # nobody is there; then no shifts are written
            row.note("shifts", "expected either shifts = [{ starts = …, ends = …, phone = …, walk_in = … }] or absent = true")
        why = row.text("why", "مرخصی") if row.has("why") else ""  # shown on the doctors' days
        overrides.append(Override(first, last, _by_start(shifts), why, _weekdays(row)))
        row.close()
    return Timetable({day: _by_start(shifts) for day, shifts in weekly.items()}, tuple(overrides))


def _weekdays(row: Table) -> frozenset[int]:
    return frozenset(row.weekdays("days")) if row.has("days") else EVERY_WEEKDAY  # only on these weekdays


def _by_start(shifts: Iterable[Shift]) -> tuple[Shift, ...]:
    return tuple(sorted(shifts, key=lambda shift: shift.starts))


def _shift(row: Table) -> Shift:
    return Shift(
        starts=row.clock("starts"),
        ends=row.clock("ends"),
        capacity=Capacity(
            phone=row.whole("phone", 0, PLACES_MOST),
            walk_in=row.whole("walk_in", 0, PLACES_MOST),
            reserve=row.whole("reserve", 0, PLACES_MOST, 0),
            walk_in_first=row.limit("walk_in_first", PLACES_MOST),
        ),
        slot_minutes=row.whole("slot_minutes", 1, 480) if row.has("slot_minutes") else None,
    )


def _zone(table: Table) -> Zone:
    zone = Zone(
        id=table.text("id", "hall-1"),
        name=table.name("name"),
        speaker=table.text("speaker", "waiting-room-1") if table.has("speaker") else None,
    )
    table.close()
    return zone


def _point(table: Table) -> Point:
    point = Point(
        id=table.text("id", "counter-1"),
        kind=table.one_of("kind", ("counter", "room")),
        label=table.whole("label", 1, 9999),
        zone=table.text("zone", "hall-1"),
        stages=table.texts("stages", "reception"),
        departments=table.codes("departments"),
        doctors=table.codes("doctors"),
    )
    table.close()
    return point


def _device(table: Table) -> Device:
    device = Device(
        id=table.text("id", "kiosk-1"),
        role=table.one_of("role", ROLES),
        points=table.texts("points", "counter-1", ()),
        zone=table.text("zone", "hall-1") if table.has("zone") else None,
        alone_range=table.range("alone_range") if table.has("alone_range") else None,
        alone_walk_ins=table.whole("alone_walk_ins", 0, ALONE_WALK_INS_MOST, 0),
        departments=table.codes("departments"),
    )
    table.close()
    return device


def _priority_class(table: Table) -> PriorityClass:
    found = PriorityClass(table.text("id", "elderly"), table.name("name"), table.flag("asked_at_kiosk", default=True))
    table.close()
    return found


def _call_order(table: Table) -> CallOrderPolicy:
    usual = CallOrderPolicy()
    head_start = table.table("head_start_minutes")  # the minutes of each priority class, by its id
    classes = tuple(key for key, _ in head_start.items())
    policy = CallOrderPolicy(
        head_start_minutes={key: head_start.whole(key, 0, MINUTES_MOST) for key in classes},
        booked_head_start_minutes=table.whole("booked_head_start_minutes", 0, MINUTES_MOST, usual.booked_head_start_minutes),
        booked_by=table.one_of("booked_by", ("arrival", "time"), usual.booked_by),
        returning_one_in=table.whole("returning_one_in", 2, 100, usual.returning_one_in),
        absent_back_after_calls=table.whole("absent_back_after_calls", 0, 20, usual.absent_back_after_calls),
        sent_away_back_after_calls=table.whole("sent_away_back_after_calls", 0, 20, usual.sent_away_back_after_calls),
        aged_minutes=table.whole("aged_minutes", 1, MINUTES_MOST, usual.aged_minutes),
    )
    table.close()
    return policy


def _check_in(table: Table) -> CheckInWindow:
    window = CheckInWindow(table.limit("early_minutes", MINUTES_MOST), table.limit("late_minutes", MINUTES_MOST))
    table.close()
    return window


def _booking(table: Table) -> BookingPolicy:
    usual = BookingPolicy()
    policy = BookingPolicy(
        horizon_days=table.whole("horizon_days", 0, 400, usual.horizon_days),
        give_times=table.flag("give_times", usual.give_times),
        open_for_one_mobile=table.whole("open_for_one_mobile", 1, 1000, usual.open_for_one_mobile),
        same_doctor_in_a_day=table.whole("same_doctor_in_a_day", 1, 1000, usual.same_doctor_in_a_day),
        new_days_open_at=table.clock("new_days_open_at") if table.has("new_days_open_at") else None,
        slot_minutes=table.whole("slot_minutes", 1, 480, usual.slot_minutes),
    )
    table.close()
    return policy


def _privacy(table: Table) -> Privacy:
    usual = Privacy()
    privacy = Privacy(
        mobile_days=table.whole("mobile_days", 1, DAYS_MOST, usual.mobile_days),
        text_days=table.whole("text_days", 1, DAYS_MOST, usual.text_days),
        call_days=table.whole("call_days", 1, DAYS_MOST, usual.call_days),
    )
    table.close()
    return privacy


def _kiosks(table: Table) -> Kiosks:
    usual = Kiosks()
    kiosks = Kiosks(
        ask_priority=table.flag("ask_priority", usual.ask_priority),
        show_doctor_on_ticket=table.flag("show_doctor_on_ticket", usual.show_doctor_on_ticket),
        wrong_codes_before_lock=table.whole("wrong_codes_before_lock", 1, 100, usual.wrong_codes_before_lock),
        lock_seconds=table.whole("lock_seconds", 1, 3600, usual.lock_seconds),
        walk_ins_in_a_row=table.whole("walk_ins_in_a_row", 1, 100, usual.walk_ins_in_a_row),
        languages=_languages(table, usual.languages, LANGUAGES),
        ticket_page=table.address("ticket_page"),
    )
    table.close()
    return kiosks


def _sound(table: Table) -> Sound:
    loudness = []
    for row in table.tables("loudness"):  # the volume, hour by hour
        loudness.append((row.clock("from"), row.whole("percent", 0, 100)))  # so loud from then on
        row.close()
    quiet = []
    for row in table.tables("quiet"):  # when nothing is spoken, as at the call to prayer
        quiet.append((row.clock("from"), row.clock("to")))  # silent from then to then
        row.close()
    sound = Sound(tuple(sorted(loudness)), tuple(sorted(quiet)), _languages(table, Sound().languages, SPOKEN))
    table.close()
    return sound


def _languages(table: Table, usual: tuple[str, ...], known: tuple[str, ...]) -> tuple[str, ...]:
    languages = table.texts("languages", "fa", usual)
    for language in languages:
        if language not in known:
            table.note("languages", f'unknown language "{language}"; known: {", ".join(known)}')
    return languages


def _names(table: Table) -> dict[str, Name]:
    return {key: table.name(key) for key, _ in table.items()}


def _notice(table: Table) -> Notice:
    first, last = table.days() if table.has("from") else (None, None)
    notice = Notice(table.name("text"), table.text("zone", "hall-1") if table.has("zone") else None, first, last)
    table.close()
    return notice
