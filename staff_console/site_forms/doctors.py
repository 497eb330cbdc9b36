"""Doctors: named, a new one, and one who is here no more. Their sessions have a page of their own. Pure."""

from typing import Final

from rules.site import Doctor
from staff_console.document import editing
from staff_console.document.fields import Field, Kind, Typed, table_of
from staff_console.document.sessions import member
from staff_console.site_forms.departments import CODE_MOST
from staff_console.site_forms.form import Ground, Group, SiteForm, adding, changing, removing, with_in_points, without_in_points

_NAME: Final = Field(("name",), Kind.NAME)
_CODE: Final = Field(("code",), Kind.NUMBER)


def groups(ground: Ground) -> tuple[Group, ...]:
    """One for each doctor, and one for a new one."""
    return (
        *(Group(ground.coded(one.code, one.name), _forms(ground, place)) for place, one in enumerate(ground.site.doctors)),
        Group(ground.say("staff.site.add.doctor"), (_new(ground),)),
    )


def _forms(ground: Ground, place: int) -> tuple[SiteForm, ...]:
    doctor, at = ground.site.doctors[place], ("doctors", place)
    is_last = len(ground.site.doctors_of(doctor.department)) == 1

    def edit(document: str) -> str:
        document = without_in_points(editing.drop(document, at), "doctors", doctor.code)
        if is_last:  # a department without doctors has a timetable of its own: an empty one
            document = editing.put(document, (*member(document, ("departments", doctor.department)), "weekly"), [])
        return document

    return (
        changing(f"doctor-{doctor.code}", at, (_NAME,), ground.data),
        removing(f"doctor-{doctor.code}-remove", at, edit, _hindered(ground, doctor)),
    )


def _hindered(ground: Ground, doctor: Doctor) -> str:
    booked = ground.booked.get((doctor.department, doctor.code), 0)
    return ground.say("staff.site.hindered.booked", count=ground.digits(booked)) if booked else ""


def _new(ground: Ground) -> SiteForm:
    named = tuple((one.id, ground.titled(one)) for one in ground.site.points if one.doctors)
    department = Field(("department",), Kind.CHOICE, ground.departments, is_code=True)
    own = (_CODE, department, _NAME)
    serving = Field(("points",), Kind.MANY, named)

    def edit(document: str, typed: Typed) -> str:
        values = table_of(own, typed)
        code, chosen = values.get("code"), values.get("department")
        if isinstance(chosen, int):
            at = member(document, ("departments", chosen))
            if editing.found(document, (*at, "weekly")) == []:  # its own timetable, still empty
                document = editing.drop(document, (*at, "weekly"))
        document = editing.add(document, ("doctors",), values)
        return with_in_points(document, "doctors", code, typed.get(serving.name, ())) if isinstance(code, int) else document

    fields = (*own, *((serving,) if named else ()))
    free = min(set(range(1, CODE_MOST + 1)) - {one.code for one in ground.site.doctors}, default=CODE_MOST)
    return adding("doctor-add", "doctors", fields, ground, edit, values={"code": (str(free),)})
