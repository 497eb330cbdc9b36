"""Departments: named, sent on their way, given their numbers; a new one, and one that is no more. Pure."""

from collections.abc import Iterator
from typing import Final

from rules.site import Department
from staff_console.document import editing
from staff_console.document.fields import Field, Kind, Typed, table_of
from staff_console.site_forms.form import Ground, Group, SiteForm, adding, changing, removing, with_in_points, without_in_points

CODE_MOST: Final = 99
NUMBER_MOST: Final = 9999
_CODE: Final = Field(("code",), Kind.NUMBER)


def groups(ground: Ground) -> tuple[Group, ...]:
    """One for each department, and one for a new one."""
    return (
        *(Group(ground.coded(one.code, one.name), _forms(ground, place)) for place, one in enumerate(ground.site.departments)),
        Group(ground.say("staff.site.add.department"), (_new(ground),)),
    )


def _fields(ground: Ground) -> tuple[Field, ...]:
    return (
        Field(("name",), Kind.NAME),
        Field(("stages",), Kind.ORDERED, ground.stages),
        Field(("booked_range",), Kind.RANGE),
        Field(("walk_in_range",), Kind.RANGE),
        Field(("note",), Kind.NAME),
    )


def _forms(ground: Ground, place: int) -> tuple[SiteForm, ...]:
    department = ground.site.departments[place]
    code, at = department.code, ("departments", place)

    def edit(document: str) -> str:
        return without_in_points(editing.drop(document, at), "departments", code)

    return (
        changing(f"department-{code}", at, _fields(ground), ground.data, notes=(_free_numbers(ground),)),
        removing(f"department-{code}-remove", at, edit, _hindered(ground, department)),
    )


def _hindered(ground: Ground, department: Department) -> str:
    if ground.site.doctors_of(department.code):
        return ground.say("staff.site.hindered.doctors")
    booked = ground.booked.get((department.code, None), 0)
    return ground.say("staff.site.hindered.booked", count=ground.digits(booked)) if booked else ""


def _new(ground: Ground) -> SiteForm:
    """A new department has no doctors and no sessions yet; both come by their own pages."""
    named = tuple((one.id, ground.titled(one)) for one in ground.site.points if one.departments)
    own = (_CODE, *_fields(ground))
    serving = Field(("points",), Kind.MANY, named)

    def edit(document: str, typed: Typed) -> str:
        values = table_of(own, typed)
        document, code = editing.add(document, ("departments",), {**values, "weekly": []}), values.get("code")
        return with_in_points(document, "departments", code, typed.get(serving.name, ())) if isinstance(code, int) else document

    fields = (*own, serving) if named else own
    return adding("department-add", "departments", fields, ground, edit, notes=(_free_numbers(ground),))


def _free_numbers(ground: Ground) -> str:
    spans = (f"{ground.digits(first)}–{ground.digits(last)}" for first, last in free_ranges(ground))
    return ground.say("staff.site.free_numbers", ranges=ground.say("staff.comma").join(spans))


def free_ranges(ground: Ground) -> Iterator[tuple[int, int]]:
    """The numbers that no department, no kiosk and no help desk has."""
    site = ground.site
    taken = [one for department in site.departments for one in (department.booked_range, department.walk_in_range)]
    taken += [site.help_range, *(device.alone_range for device in site.devices if device.alone_range is not None)]
    first = 1
    for one in sorted(taken, key=lambda one: one.first):
        if first < one.first:
            yield first, one.first - 1
        first = max(first, one.last + 1)
    if first <= NUMBER_MOST:
        yield first, NUMBER_MOST
