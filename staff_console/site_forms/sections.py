"""The sections of the settings: which forms each has, and who may send them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from staff_console.rights import Right
from staff_console.site_forms import calls, departments, doctors, points, texts
from staff_console.site_forms.form import Ground, Group


@dataclass(frozen=True, slots=True)
class Section:
    """One page of forms."""

    right: Right
    groups: Callable[[Ground], tuple[Group, ...]]


SECTIONS: Final[Mapping[str, Section]] = MappingProxyType(
    {
        "departments": Section(Right.CHANGE_SITE, departments.groups),
        "doctors": Section(Right.CHANGE_SITE, doctors.groups),
        "points": Section(Right.CHANGE_PLACES, points.groups),
        "texts": Section(Right.CHANGE_SITE, texts.groups),
        "call_order": Section(Right.CHANGE_SITE, calls.call_order),
        "sound": Section(Right.CHANGE_PLACES, calls.sound),
    }
)
