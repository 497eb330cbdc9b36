"""Points: their sign, their hall, and whom they serve. Pure."""

from collections.abc import Mapping
from typing import Any

from staff_console.document import editing
from staff_console.document.fields import Field, Kind, Typed, table_of
from staff_console.site_forms.form import Ground, Group, SiteForm, adding, changing, removing


def groups(ground: Ground) -> tuple[Group, ...]:
    """One for each point, and one for a new one."""
    say = ground.say
    return (
        *(Group(ground.titled(one), _forms(ground, place)) for place, one in enumerate(ground.site.points)),
        Group(say("staff.site.add.point"), (_new(ground),)),
    )


def _fields(ground: Ground) -> tuple[Field, ...]:
    kinds = tuple((kind, ground.say(f"staff.site.kind.{kind}")) for kind in ("counter", "room"))
    return (
        Field(("kind",), Kind.CHOICE, kinds),
        Field(("label",), Kind.NUMBER),
        Field(("zone",), Kind.CHOICE, tuple((zone.id, ground.named(zone.name)) for zone in ground.site.zones)),
        Field(("stages",), Kind.MANY, ground.stages),
        Field(("departments",), Kind.MANY, ground.departments, is_code=True),
        Field(("doctors",), Kind.MANY, ground.doctors, is_code=True),
    )


def _forms(ground: Ground, place: int) -> tuple[SiteForm, ...]:
    point, at = ground.site.points[place].id, ("points", place)
    return (
        changing(f"point-{point}", at, _fields(ground), ground.data, notes=(ground.say("staff.site.all_of_them"),)),
        removing(f"point-{point}-remove", at, lambda document: _without(document, point)),
    )


def _without(document: str, point: str) -> str:
    """Without a point, and without the device that drove it alone."""
    whole = editing.data(document)
    devices = list(enumerate(whole.get("devices", ())))
    for place, device in reversed(devices):
        if device.get("points") == [point]:
            document = editing.drop(document, ("devices", place))
        elif point in device.get("points", ()):
            left = [one for one in device["points"] if one != point]
            document = editing.put(document, ("devices", place, "points"), left)
    return editing.drop(document, ("points", _place_of(whole, point)))


def _place_of(whole: Mapping[str, Any], point: str) -> int:
    return next(place for place, one in enumerate(whole["points"]) if one["id"] == point)


def _new(ground: Ground) -> SiteForm:
    fields = (Field(("id",), Kind.TEXT), *_fields(ground))

    def edit(document: str, typed: Typed) -> str:
        return editing.add(document, ("points",), table_of(fields, typed))

    return adding("point-add", "points", fields, ground, edit, notes=(ground.say("staff.site.all_of_them"),))
