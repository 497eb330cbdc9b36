"""One form of the site's settings, and what it is made from. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from rules.name import Name
from rules.site import Point, Site
from screen.lettering import localised
from screen.phrases import Phrases
from staff_console.document import editing
from staff_console.document.fields import Field, Typed, shown_all, with_fields
from staff_console.document.statements import Path

FIRST_STRONG: Final = "\u2068"
END: Final = "\u2069"
"""Unicode's isolate: no markup fits into a list's options."""


@dataclass(frozen=True, slots=True)
class SiteForm:
    """`at` is the table of its fields: a mistake there is shown beside its field. `edit` gives the changed document, and raises
    MistypedError or NotEditableError. `hindered`: why it cannot be sent now; `notes`: what is good to know of it."""

    id: str
    at: Path
    edit: Callable[[str, Typed], str]
    does: str = "change"  # "change" | "add" | "remove": what its button says
    fields: tuple[Field, ...] = ()
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    hindered: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """Forms of one thing, under its name."""

    title: str
    forms: tuple[SiteForm, ...]


@dataclass(frozen=True, slots=True)
class Ground:
    """The document in force, read, and the language of whoever looks. `booked`: bookings to come, by department and doctor;
    None: a department's own."""

    site: Site
    data: Mapping[str, Any]
    say: Phrases
    booked: Mapping[tuple[int, int | None], int] = field(default_factory=dict)

    def named(self, name: Name) -> str:
        return (name.en or name.fa) if self.say.language == "en" else name.fa

    def digits(self, value: object) -> str:
        return localised(str(value), self.say.language)

    def coded(self, code: int, name: Name) -> str:
        """«۱۱ داخلی»; a name of the other direction stays behind its code."""
        return f"{self.digits(code)} {FIRST_STRONG}{self.named(name)}{END}"

    def titled(self, point: Point) -> str:
        """«باجهٔ ۱»."""
        return self.say(f"staff.point.{point.kind}", label=self.digits(point.label))

    @property
    def stages(self) -> tuple[tuple[str, str], ...]:
        return tuple((stage.id, self.named(stage.name)) for stage in self.site.stages)

    @property
    def departments(self) -> tuple[tuple[str, str], ...]:
        return tuple((str(one.code), self.coded(one.code, one.name)) for one in self.site.departments)

    @property
    def doctors(self) -> tuple[tuple[str, str], ...]:
        return tuple((str(one.code), self.coded(one.code, one.name)) for one in self.site.doctors)


def changing(form_id: str, at: Path, fields: tuple[Field, ...], data: Mapping[str, Any], **more: Any) -> SiteForm:
    """A form that changes the table at `at`."""
    table: Any = data
    for step in at:
        table = table.get(step, {}) if isinstance(table, Mapping) else table[step]

    def edit(document: str, typed: Typed) -> str:
        return with_fields(document, at, fields, typed)

    return SiteForm(form_id, at, edit, fields=fields, values=shown_all(fields, table), **more)


def removing(form_id: str, at: Path, edit: Callable[[str], str], hindered: str = "") -> SiteForm:
    """A form without fields that takes something away."""
    return SiteForm(form_id, at, lambda document, _: edit(document), does="remove", hindered=hindered)


def adding(
    form_id: str, listed: str, fields: tuple[Field, ...], ground: Ground, edit: Callable[[str, Typed], str], **more: Any
) -> SiteForm:
    """A form for a further member of a list."""
    place = len(ground.data.get(listed, ()))
    return SiteForm(form_id, (listed, place), edit, does="add", fields=fields, **more)


def without_in_points(document: str, key: str, code: int) -> str:
    """Points that serve some departments or doctors by name serve this one no more; but one that named it alone stays as it is:
    with nobody named it would serve everybody."""
    for place, point in enumerate(editing.data(document).get("points", ())):
        named = point.get(key, [])
        if code in named and len(named) > 1:
            document = editing.put(document, ("points", place, key), [one for one in named if one != code])
    return document


def with_in_points(document: str, key: str, code: int, points: tuple[str, ...]) -> str:
    """These points serve this department or doctor too."""
    for place, point in enumerate(editing.data(document).get("points", ())):
        if point.get("id") in points:
            document = editing.put(document, ("points", place, key), [*point.get(key, []), code])
    return document
