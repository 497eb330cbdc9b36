"""What contradicts what in a site: references that lead nowhere, ranges that meet, shifts that overlap, stages unserved."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from itertools import combinations, pairwise
from typing import Final
from zoneinfo import ZoneInfo

from booking_store.site_file.office_checks import office_contradictions
from booking_store.site_file.table import WEEKDAYS, did_you_mean, jalali
from mqtt.access import ACCOUNT, DOORKEEPER_ACCOUNT, STORE_ACCOUNT
from rules.schedule import minutes_between, shifts_on
from rules.site import Capacity, Department, NumberRange, Shift, Site, Timetable
from rules.texts import FACTS, TextKind, facts_named, is_quiet

Problem = tuple[str, str]
"""A key path and a sentence."""

OVERRIDE_DAYS_MOST: Final = 400
THE_SITES_OWN: Final = (STORE_ACCOUNT, DOORKEEPER_ACCOUNT)
TELLS_THE_CODE: Final = (TextKind.BOOKED, TextKind.AGAIN)


def contradictions(site: Site) -> Iterator[Problem]:
    """Every contradiction, as key path and sentence."""
    if ACCOUNT.fullmatch(site.id) is None:
        yield "id", "this name is part of every topic: letters, digits, - and _, at most 64"
    yield from _time_zone(site)
    yield from _told_apart(site)
    yield from _holidays_and_hours(site)
    yield from _ranges(site)
    yield from _timetables(site)
    yield from _departments(site)
    yield from _points_and_zones(site)
    yield from _devices(site)
    yield from _alone(site)
    yield from _words(site)
    yield from _telephone(site)
    yield from _texts(site)
    if site.office is not None:
        yield from office_contradictions(site, site.office)


def _time_zone(site: Site) -> Iterator[Problem]:
    try:
        ZoneInfo(site.time_zone)
    except (OSError, ValueError, LookupError):
        yield "time_zone", f'unknown time zone "{site.time_zone}"; expected one like "Asia/Tehran"'


def _told_apart(site: Site) -> Iterator[Problem]:
    lists: dict[str, tuple[str, Iterable[object]]] = {
        "departments": ("code", (d.code for d in site.departments)),
        "doctors": ("code", (d.code for d in site.doctors)),
        "stages": ("id", (s.id for s in site.stages)),
        "zones": ("id", (z.id for z in site.zones)),
        "points": ("id", (p.id for p in site.points)),
        "devices": ("id", (d.id for d in site.devices)),
        "priority_classes": ("id", (c.id for c in site.priority_classes)),
    }
    for name, (key, values) in lists.items():
        listed = list(values)
        counted = Counter(listed)
        for place, value in enumerate(listed):
            if counted[value] > 1 and listed.index(value) != place:
                yield f"{name}[{place}].{key}", f"{value} is taken by {name}[{listed.index(value)}]"
    signs = [(p.kind, p.label) for p in site.points]
    for place, sign in enumerate(signs):
        if signs.index(sign) != place:
            yield f"points[{place}].label", f"there is a {sign[0]} {sign[1]} already: {site.points[signs.index(sign)].id}"
    for name, found in (
        ("departments", site.departments),
        ("stages", site.stages),
        ("zones", site.zones),
        ("points", site.points),
    ):
        if not found:
            yield name, f"expected at least one [[{name}]]"


def _holidays_and_hours(site: Site) -> Iterator[Problem]:
    if not site.hours:
        yield "hours.weekly", 'expected at least one [[hours.weekly]] with days = ["saturday", …]'
    for day in site.holidays.dates:
        if day > site.holidays.loaded_until:
            yield f"holidays.dates.{jalali(day)}", f"is after loaded_until ({jalali(site.holidays.loaded_until)})"


def _ranges(site: Site) -> Iterator[Problem]:
    """Law 3: no two ranges meet, and each holds what one day can ask of it."""
    named: list[tuple[str, NumberRange]] = []
    for place, department in enumerate(site.departments):
        named.append((f"departments[{place}].booked_range", department.booked_range))
        named.append((f"departments[{place}].walk_in_range", department.walk_in_range))
    named.append(("help_range", site.help_range))
    for place, device in enumerate(site.devices):
        if device.alone_range is not None:
            named.append((f"devices[{place}].alone_range", device.alone_range))
    for (path, one), (other_path, other) in combinations(named, 2):
        if one.first <= other.last and other.first <= one.last:
            yield (
                other_path,
                f"[{other.first}, {other.last}] meets {path} [{one.first}, {one.last}]; numbers are unique in a day",
            )
    for place, department in enumerate(site.departments):
        yield from _room_for_a_day(site, f"departments[{place}]", department)


def _room_for_a_day(site: Site, path: str, department: Department) -> Iterator[Problem]:
    booked = walk_in = 0
    for capacities in _days_of(site, department):
        booked = max(booked, sum(c.phone + c.reserve for c in capacities))
        walk_in = max(walk_in, sum(c.walk_in for c in capacities))
    for key, numbers, needed in (
        ("booked_range", department.booked_range, booked),
        ("walk_in_range", department.walk_in_range, walk_in),
    ):
        size = numbers.last - numbers.first + 1
        if size < needed:
            yield f"{path}.{key}", f"holds {size} numbers, but a day of this department may need {needed}"


def _timetables_of(site: Site, department: Department) -> list[Timetable]:
    own = [department.timetable] if department.timetable is not None else []
    return own + [doctor.timetable for doctor in site.doctors_of(department.code)]


def _days_of(site: Site, department: Department) -> Iterator[list[Capacity]]:
    """The capacities of each kind of day: the seven of the week, and each date of an override."""
    timetables = _timetables_of(site, department)
    for weekday in range(7):
        yield [shift.capacity for timetable in timetables for shift in timetable.weekly.get(weekday, ())]
    for timetable in timetables:
        for override in timetable.overrides:
            for day in _dates(override.first, override.last):
                yield [shift.capacity for each in timetables for shift in shifts_on(each, day)]


def _dates(first: date, last: date) -> Iterator[date]:
    for ahead in range(min((last - first).days + 1, OVERRIDE_DAYS_MOST)):
        yield first + timedelta(days=ahead)


def _timetables(site: Site) -> Iterator[Problem]:
    owners = [(f"departments[{place}]", department.timetable) for place, department in enumerate(site.departments)]
    owners += [(f"doctors[{place}]", doctor.timetable) for place, doctor in enumerate(site.doctors)]
    for path, timetable in owners:
        if timetable is None:
            continue
        for weekday, shifts in sorted(timetable.weekly.items()):
            yield from _shifts(site, f"{path}.weekly", f"on {WEEKDAYS[weekday]}", shifts)
            tomorrow = timetable.weekly.get((weekday + 1) % 7, ())
            if shifts and tomorrow and _end(shifts[-1]) > _start(tomorrow[0]) + 24 * 60:
                yield f"{path}.weekly", f"the last shift on {WEEKDAYS[weekday]} runs into the next day's first"
        for place, override in enumerate(timetable.overrides):
            where = f"from {jalali(override.first)}"
            yield from _shifts(site, f"{path}.overrides[{place}].shifts", where, override.shifts)


def _shifts(site: Site, path: str, where: str, shifts: tuple[Shift, ...]) -> Iterator[Problem]:
    for before, after in pairwise(shifts):
        if _end(before) > _start(after):
            yield path, f"two shifts overlap {where}: {_hours(before)} and {_hours(after)}"
    if not site.booking.give_times:
        return
    for shift in shifts:
        slot = shift.slot_minutes or site.booking.slot_minutes
        fits = minutes_between(shift.starts, shift.ends) // slot
        if shift.capacity.phone > fits:
            yield (
                path,
                f"{_hours(shift)} {where} has room for {fits} places of {slot} minutes, not phone = {shift.capacity.phone}",
            )


def _start(shift: Shift) -> int:
    return shift.starts.hour * 60 + shift.starts.minute


def _end(shift: Shift) -> int:
    return _start(shift) + minutes_between(shift.starts, shift.ends)


def _hours(shift: Shift) -> str:
    return f"{shift.starts:%H:%M}–{shift.ends:%H:%M}"


def _departments(site: Site) -> Iterator[Problem]:
    stages = {stage.id for stage in site.stages}
    codes = {str(department.code) for department in site.departments}
    for place, doctor in enumerate(site.doctors):
        if str(doctor.department) not in codes:
            yield (
                f"doctors[{place}].department",
                f"unknown department {doctor.department}{did_you_mean(str(doctor.department), codes)}",
            )
    for place, department in enumerate(site.departments):
        path = f"departments[{place}]"
        doctors = site.doctors_of(department.code)
        if doctors and department.timetable is not None:
            yield f"{path}.weekly", "a department with doctors has no timetable of its own: the doctors have"
        if not doctors and department.timetable is None:
            yield path, f"expected doctors with department = {department.code}, or a [[departments.weekly]] of its own"
        if len(set(department.stages)) != len(department.stages):
            yield f"{path}.stages", "names a stage twice"
        for stage in department.stages:
            if stage in stages:
                yield from _served(site, f"{path}.stages", department, stage)
            else:
                yield f"{path}.stages", f'unknown stage "{stage}"{did_you_mean(stage, stages)}'


def _served(site: Site, path: str, department: Department, stage: str) -> Iterator[Problem]:
    doctors: list[int | None] = [doctor.code for doctor in site.doctors_of(department.code)]
    for doctor in doctors or [None]:
        if not any(point.serves(stage, department.code, doctor) for point in site.points):
            whom = f"department {department.code}" + (f", doctor {doctor}" if doctor else "")
            yield path, f'no [[points]] entry serves stage "{stage}" of {whom}'


def _points_and_zones(site: Site) -> Iterator[Problem]:
    stages = {stage.id for stage in site.stages}
    zones = {zone.id for zone in site.zones}
    departments = {department.code for department in site.departments}
    doctors = {doctor.code for doctor in site.doctors}
    for place, point in enumerate(site.points):
        path = f"points[{place}]"
        if point.zone not in zones:
            yield f"{path}.zone", f'unknown zone "{point.zone}"{did_you_mean(point.zone, zones)}'
        for stage in point.stages:
            if stage not in stages:
                yield f"{path}.stages", f'unknown stage "{stage}"{did_you_mean(stage, stages)}'
        for code in sorted(point.departments - departments):
            yield f"{path}.departments", f"unknown department {code}{did_you_mean(str(code), map(str, departments))}"
        for code in sorted(point.doctors - doctors):
            yield f"{path}.doctors", f"unknown doctor {code}{did_you_mean(str(code), map(str, doctors))}"
    speakers = {device.id: device for device in site.devices}
    for place, zone in enumerate(site.zones):
        if zone.speaker is not None and zone.speaker not in speakers:
            yield f"zones[{place}].speaker", f'unknown device "{zone.speaker}"{did_you_mean(zone.speaker, speakers)}'


def _devices(site: Site) -> Iterator[Problem]:
    points = {point.id: point for point in site.points}
    zones = {zone.id for zone in site.zones}
    departments = {department.code for department in site.departments}
    for place, device in enumerate(site.devices):
        path = f"devices[{place}]"
        if ACCOUNT.fullmatch(device.id) is None or device.id in THE_SITES_OWN:
            yield f"{path}.id", "this name is its account: letters, digits, - and _, at most 64, and not store or doorkeeper"
        for point_id in device.points:
            if point_id not in points:
                yield f"{path}.points", f'unknown point "{point_id}"{did_you_mean(point_id, points)}'
        if device.role in ("counter", "room") and not 1 <= len(device.points) <= 2:
            yield f"{path}.points", f'a {device.role} drives one or two points, for example ["{device.role}-1"]'
        if device.role not in ("counter", "room") and device.points:
            yield f"{path}.points", f"a {device.role} drives no point"
        if device.zone is not None and device.zone not in zones:
            yield f"{path}.zone", f'unknown zone "{device.zone}"{did_you_mean(device.zone, zones)}'
        if device.role == "waiting_room" and device.zone is None:
            yield f"{path}.zone", 'a waiting_room shows one zone, for example "hall-1"'
        for code in sorted(device.departments - departments):
            yield f"{path}.departments", f"unknown department {code}{did_you_mean(str(code), map(str, departments))}"


def _alone(site: Site) -> Iterator[Problem]:
    """What only a kiosk has, for when it is alone."""
    for place, device in enumerate(site.devices):
        path = f"devices[{place}]"
        if device.alone_range is not None and device.role != "kiosk":
            yield f"{path}.alone_range", "only a kiosk has numbers for when it is alone"
        if device.alone_walk_ins and device.role != "kiosk":
            yield f"{path}.alone_walk_ins", "only a kiosk gives walk-in turns when it is alone"
        elif device.alone_walk_ins and device.alone_range is None:
            yield f"{path}.alone_walk_ins", "expected alone_range beside it: the numbers that the kiosk gives when it is alone"


def _words(site: Site) -> Iterator[Problem]:
    classes = {found.id for found in site.priority_classes}
    for class_id in sorted(site.call_order.head_start_minutes.keys() - classes):
        yield (
            f"call_order.head_start_minutes.{class_id}",
            f'unknown priority class "{class_id}"{did_you_mean(class_id, classes)}',
        )
    for class_id in sorted(classes - site.call_order.head_start_minutes.keys()):
        yield "call_order.head_start_minutes", f'priority class "{class_id}" has none, for example {class_id} = 20'
    if site.call_order.booked_by == "time" and not site.booking.give_times:
        yield "call_order.booked_by", '"time" needs booking.give_times = true; expected "arrival"'
    zones = {zone.id for zone in site.zones}
    for place, notice in enumerate(site.notices):
        if notice.zone is not None and notice.zone not in zones:
            yield f"notices[{place}].zone", f'unknown zone "{notice.zone}"{did_you_mean(notice.zone, zones)}'


def _telephone(site: Site) -> Iterator[Problem]:
    """What callers cannot press."""
    menu = site.voice_menu
    for name, codes, digits in (
        ("departments", [one.code for one in site.departments], menu.department_digits),
        ("doctors", [one.code for one in site.doctors], menu.doctor_digits),
    ):
        for place, code in enumerate(codes):
            if len(str(code)) > digits:
                yield f"{name}[{place}].code", f"{code} has more digits than callers are asked for: {digits} (voice_menu)"
    for place, device in enumerate(site.devices):
        if device.role == "phone" and device.zone is not None:
            yield f"devices[{place}].zone", "a phone stands in no zone"


def _texts(site: Site) -> Iterator[Problem]:
    """What a text cannot say, and hours at which none would leave."""
    for kind, template in site.texts.templates.items():
        path = f"texts.templates.{kind}"
        for fact in sorted(facts_named(template) - FACTS[kind]):
            yield path, f"unknown fact {{{fact}}}{did_you_mean(fact, FACTS[kind])}"
        if kind in TELLS_THE_CODE and "code" not in facts_named(template):
            yield path, "expected {code} in it: without the code the text is of no use"
    if (site.texts.technician is None) == (TextKind.DEVICE_GONE in site.texts.templates):
        yield "texts.technician", "expected beside texts.templates.device_gone: one is of no use without the other"
    quiet, reminder_at = site.texts.quiet, site.texts.reminder_at
    if quiet is not None and quiet.starts == quiet.until:
        yield "texts.quiet_until", f"{quiet.until:%H:%M} is quiet_from too: no hour would be quiet"
    if reminder_at is not None and TextKind.REMINDER not in site.texts.templates:
        yield "texts.reminder_at", "expected texts.templates.reminder: the words of the reminder"
    if reminder_at is not None and is_quiet(datetime.combine(date.min, reminder_at), quiet):
        yield "texts.reminder_at", f"{reminder_at:%H:%M} is a quiet hour: nobody would be reminded before the morning"
