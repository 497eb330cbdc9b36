"""What a patient without a code may choose from, by the key to press: departments, doctors, priority classes. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from kiosk_device.state import HasTicket, Kiosk
from kiosk_device.visit.refusals import NextStep, next_step
from mqtt.contract import ClassCard, MatterCard, Name, Refusal, WalkInsLeft
from program.frozen import replace

ON_A_PAGE: Final = 6
MORE_KEY: Final = "9"
CODE_AGAIN_KEY: Final = "0"
"""In the list of departments: a booking's code never came."""
FIRST_FREE: Final = 0
"""The doctor's code that means: whoever is free first."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of a list. `left` is None where no number is told; not `open`: it can be seen and not taken, because it is
    full (`more_later`: for now), or `closed`: nobody is received there any more today."""

    code: int
    name: Name
    left: int | None
    open: bool
    closed: bool = False
    more_later: bool = False
    matter: str | None = None  # of an insurance office


def service_day(kiosk: Kiosk) -> int:
    """The service day that requests are for; 0 where none is known."""
    return kiosk.today.service_day if kiosk.today else 0


def _rows(kiosk: Kiosk) -> tuple[WalkInsLeft, ...]:
    return kiosk.today.walk_ins if kiosk.today else ()


def departments(kiosk: Kiosk) -> tuple[Choice, ...]:
    """The departments with walk-in turns today, in the site file's order."""
    cards = kiosk.site.departments if kiosk.site else ()
    rows = {row.department: row for row in _rows(kiosk) if row.doctor is None}
    return tuple(_choice(card.code, card.name, row) for card in cards if (row := rows.get(card.code)) is not None)


def _choice(code: int, name: Name, row: WalkInsLeft) -> Choice:
    return Choice(code, name, row.left, row.left > 0 and not row.closed, closed=row.closed, more_later=row.more_later)


def languages(kiosk: Kiosk) -> tuple[str, ...]:
    """The languages that the site's kiosks offer."""
    return kiosk.site.kiosk.languages if kiosk.site else (kiosk.home_language,)


def matters(kiosk: Kiosk) -> tuple[Choice, ...]:
    """What a household may come for today, in the site file's order. How many numbers are left is nobody's concern."""
    cards = kiosk.site.office.matters if kiosk.site and kiosk.site.office else ()
    rows = {row.department: row for row in _rows(kiosk) if row.doctor is None}
    return tuple(
        replace(_choice(card.department, card.name, row), left=None, matter=card.id)
        for card in cards
        if (row := rows.get(card.department)) is not None
    )


def matter_card(kiosk: Kiosk, choice: Choice | None) -> MatterCard | None:
    """What the site says of a matter that was chosen."""
    cards = kiosk.site.office.matters if kiosk.site and kiosk.site.office else ()
    return next((card for card in cards if choice is not None and card.id == choice.matter), None)


def may_have_code(kiosk: Kiosk) -> bool:
    """Whether this site takes bookings by phone, so that a code may have been sent; only the store can send it again."""
    return kiosk.alone is None and kiosk.site is not None and kiosk.site.phone is not None


def doctors(kiosk: Kiosk, department: int) -> tuple[Choice, ...]:
    """The first free doctor, then each by name. One doctor is no choice: then it is empty."""
    cards = kiosk.site.doctors if kiosk.site else ()
    rows = {row.doctor: row for row in _rows(kiosk) if row.department == department and row.doctor is not None}
    named = tuple(_choice(card.code, card.name, row) for card in cards if (row := rows.get(card.code)) is not None)
    if len(named) < 2:
        return ()
    anybody = any(doctor.open for doctor in named)
    later = not anybody and any(doctor.more_later for doctor in named)
    return (Choice(FIRST_FREE, Name(fa=""), None, anybody, more_later=later), *named)


def priorities(kiosk: Kiosk) -> tuple[ClassCard, ...]:
    """The priority classes that this site asks for at its kiosks."""
    if kiosk.site is None or not kiosk.site.kiosk.ask_priority:
        return ()
    return tuple(card for card in kiosk.site.priority_classes if card.asked_at_kiosk)[: ON_A_PAGE - 1]


def priority_pressed(kiosk: Kiosk, digit: str) -> str | None:
    """The id of the class with this key, or None."""
    offered = priorities(kiosk)
    return offered[int(digit) - 1].id if 1 <= int(digit) <= len(offered) else None


def may_ask_priority(kiosk: Kiosk, has: HasTicket) -> bool:
    """A walk-in was asked before the ticket; a booked one may say so after it, once. Alone it is said at reception."""
    if kiosk.alone is not None or has.alone:
        return False
    return has.coded and not has.priority and has.ticket.priority is None and bool(priorities(kiosk))


def after(kiosk: Kiosk, refusal: Refusal) -> NextStep:
    """The best next step after a refusal that is possible now, here."""
    return next_step(refusal, kiosk.today, kiosk.printer, alone=kiosk.alone is not None)


def page_of(choices: Sequence[Choice], page: int) -> tuple[Choice, ...]:
    """The choices on a page, or on the first where the list became shorter; their keys are 1, 2, …"""
    start = page * ON_A_PAGE if page * ON_A_PAGE < len(choices) else 0
    return tuple(choices[start : start + ON_A_PAGE])


def next_page(choices: Sequence[Choice], page: int) -> int:
    """The page after this one, and after the last the first."""
    return page + 1 if (page + 1) * ON_A_PAGE < len(choices) else 0


def pressed(choices: Sequence[Choice], page: int, digit: str) -> Choice | None:
    """The choice with this key, or None."""
    shown = page_of(choices, page)
    return shown[int(digit) - 1] if 1 <= int(digit) <= len(shown) else None
