"""Hands at the kiosk of an insurance office: a household chooses its language and matter, types its code, takes its ticket."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from command_line.demo.hands import KEY_SECONDS
from command_line.demo.morning import Morning
from kiosk_device.picture import NAME_ENDS
from mqtt.office_contract import HouseholdFields
from rules.office import Matter, Office

IDLE: Final = ("office_idle", "office_idle_alone")
SLOWLY: Final = 2 * KEY_SECONDS
"""A code is typed as from a card that is looked at."""


@dataclass(frozen=True, slots=True)
class Coming:
    """A household on its way to the kiosk."""

    at: datetime
    matter: Matter
    language: str


@dataclass(frozen=True, slots=True)
class Holder:
    """Who has a ticket: with a new request, all that they will show the officer."""

    matter: Matter
    code: str
    fields: HouseholdFields | None = None


class OfficeKiosk:
    """The way through its screens, key by key."""

    def __init__(self, morning: Morning, office: Office) -> None:
        self._morning = morning
        self._office = office
        self._languages = morning.clinic.site.kiosks.languages

    def take_ticket(self, matter: Matter, code: str, language: str) -> int:
        """The number on the paper. A kiosk that is alone for a moment asks for no code."""
        morning, kiosk, end = self._morning, self._morning.kiosk, NAME_ENDS[language]
        morning.kiosk_shows(*IDLE)
        before = morning.eyes.tickets_printed(kiosk)
        morning.press_until(str(self._languages.index(language) + 1), f"choose_matter{end}")
        key = str(self._office.matters.index(matter) + 1)
        morning.press_until(key, f"type_household{end}", f"ask_priority{end}")
        if morning.eyes.screen(kiosk) == f"type_household{end}":
            self._type(code, f"check_household{end}", f"ask_priority{end}")
        morning.press_until("green", *(f"{screen}{end}" for screen in ("wait", "printing", "ticket_taken", "ticket_alone")))
        morning.paper_after(before, end)
        number = morning.number_given()
        morning.press_until("green", *IDLE, "office_idle_no_paper", "closed")
        return number

    def _type(self, code: str, checking: str, after: str) -> None:
        """The code and that it is right; without one, the green key alone."""
        if code:
            self._morning.hands[self._morning.kiosk].type(*code, key_seconds=SLOWLY)
            self._morning.press_until("green", checking)
        self._morning.press_until("green", after)
