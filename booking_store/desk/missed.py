"""The technician hears of a device of the site that is gone: one text for each absence, only while the day is open.

An absence is named by the connection that ended, so that a store that starts anew tells nobody a second time. A device that
nobody has heard since the broker's start has no such name, and is told once a day.
"""

from dataclasses import dataclass
from typing import Final

from booking_store.desk import outbox
from booking_store.desk.desk import Desk
from booking_store.desk.outbox import NewText
from mqtt.contract import DeviceState
from rules.digits import persian_digits
from rules.site import Site
from rules.texts import TextKind, fill

WATCHED_ROLES: Final = frozenset({"kiosk", "counter", "room", "waiting_room", "phone"})
GOOD_FOR_MS: Final = 3600 * 1000
"""Told later, it would be no news."""
_MINUTE_MS: Final = 60_000


@dataclass(frozen=True, slots=True)
class Away:
    """A device that is not there. `connection`: the one that ended; empty: it was never heard."""

    since_ms: int
    connection: str = ""


class Missed:
    """Which devices are away, of this run of the store; what was texted stands in the ledger."""

    def __init__(self) -> None:
        self._here: dict[str, str] = {}  # the connection of each device that is up
        self._away: dict[str, Away] = {}
        self._began_ms: int | None = None  # since when devices are heard
        self._texted: dict[str, str] = {}  # the key of what was written of a device's present absence
        self._writing: dict[str, str] = {}  # as it will be once the transaction is committed

    def hear(self, device: str, state: DeviceState, now_ms: int) -> None:
        """A device tells how it is, or the broker that it is gone; of another connection than its newest that is old."""
        if state.up:
            self._here[device] = state.connection
            self._away.pop(device, None)
        elif self._here.get(device, state.connection) == state.connection:
            self._here.pop(device, None)
            self._away.setdefault(device, Away(now_ms, state.connection))

    def any_due(self, desk: Desk) -> bool:
        """Whether a text is to be written now, or taken back."""
        return bool(self._due(desk)) or not self._here.keys().isdisjoint(self._texted)

    def write_due(self, desk: Desk) -> None:
        """Write the texts that are due, and withdraw those that have not left of devices that are here again."""
        due = self._due(desk)
        self._writing = {device: key for device, key in self._texted.items() if device not in self._here}
        for device in self._texted.keys() & self._here.keys():
            outbox.withdraw(desk, self._texted[device])
        for device, (key, away) in due.items():
            _write(desk, device, key, away)
            self._writing[device] = key

    def committed(self) -> None:
        """What was written last stands in the ledger."""
        self._texted = self._writing

    def _due(self, desk: Desk) -> dict[str, tuple[str, Away]]:
        """The devices of which the technician is to hear now, with the key of the text; nobody, while the day is closed."""
        policy, day = desk.site.texts, desk.open_day()
        self._began_ms = self._began_ms or desk.now_ms
        if policy.technician is None or TextKind.DEVICE_GONE not in policy.templates or day is None:
            return {}
        found = {}
        for device in watched(desk.site) - self._here.keys():
            away = self._away.get(device, Away(self._began_ms))
            counted_from = max(away.since_ms, day.opened_at_ms)
            key = f"gone:{device}:{away.connection or day.date}"
            if desk.now_ms - counted_from >= policy.gone_minutes * _MINUTE_MS and self._texted.get(device) != key:
                found[device] = (key, away)
        return found


def _write(desk: Desk, device: str, key: str, away: Away) -> None:
    policy = desk.site.texts
    since = persian_digits(f"{desk.local(away.since_ms):%H:%M}")
    body = fill(policy.templates[TextKind.DEVICE_GONE], {"clinic": desk.site.name.fa, "device": device, "since": since})
    until_ms = desk.now_ms + GOOD_FOR_MS
    outbox.write(desk, NewText(TextKind.DEVICE_GONE, key, policy.technician or "", body, until_ms, desk.now_ms))


def watched(site: Site) -> frozenset[str]:
    """The devices that should be there."""
    return frozenset(device.id for device in site.devices if device.role in WATCHED_ROLES)
