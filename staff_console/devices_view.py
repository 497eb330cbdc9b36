"""What the devices page shows, as plain facts: each device of the site, how it is, and what it can be ordered. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from mqtt.contract import (
    DayStatus,
    DeviceCard,
    DeviceState,
    Health,
    Identify,
    Order,
    PrinterStatus,
    Restart,
    SiteCard,
    TestPrint,
    TestSound,
    UnlockCodes,
)
from program.version import VERSION
from screen.phrases import Phrases
from staff_console.clinic import Clinic
from staff_console.names import Names

ORDERS: Final[Mapping[str, Order]] = MappingProxyType(
    {
        "identify": Identify(),
        "test_print": TestPrint(),
        "test_sound": TestSound(),
        "unlock_codes": UnlockCodes(),
        "restart": Restart(),
    }
)
ORDERS_OF: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "kiosk": tuple(ORDERS),
        "counter": ("identify", "test_sound", "restart"),
        "room": ("identify", "test_sound", "restart"),
        "waiting_room": ("identify", "test_sound", "restart"),
        "phone": ("restart",),
    }
)
"""What each role's program obeys. An operator is a person's account and no device."""
HOT_C: Final = 80
"""A Pi slows itself down from here on."""
CLOCK_WRONG_SECONDS: Final = 10
UNHEARD_SECONDS: Final = 20.0
"""After a connection of ours, so long is waited for those who come back too: the broker was away for all."""
_MINUTE_SECONDS: Final = 60.0


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of a device: its heading's key under staff.devices, its words, and whether somebody has to see to it."""

    heading: str
    words: str
    bad: bool = False


@dataclass(frozen=True, slots=True)
class DeviceView:
    """One device. `state`: "here", "gone", or "unheard" (never since the broker's start)."""

    id: str
    role: str
    where: str
    state: str
    facts: tuple[Fact, ...]
    faults: tuple[str, ...]  # in English, as the program tells them
    orders: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DevicesView:
    """The whole page."""

    lost: bool
    devices: tuple[DeviceView, ...]


def devices_view(clinic: Clinic, say: Phrases, now: float) -> DevicesView:
    """The page for what is known at `now` (monotonic seconds): those that are gone first."""
    site = clinic.site
    if site is None:
        return DevicesView(True, ())
    names = Names(site, say)
    views = tuple(_device(card, clinic, names, now) for card in devices_of(site))
    return DevicesView(clinic.lost(now), tuple(sorted(views, key=lambda one: one.state == "here")))


def devices_of(site: SiteCard) -> tuple[DeviceCard, ...]:
    """The devices that should be there."""
    return tuple(card for card in site.devices if card.role in ORDERS_OF)


def gone(clinic: Clinic, now: float) -> tuple[str, ...]:
    """The devices of the site that are missed; none while nothing is heard of anybody, and none while the day is closed: they
    are switched off in the evening."""
    if clinic.site is None or clinic.day is None or clinic.day.status is DayStatus.CLOSED or clinic.lost(now):
        return ()
    heard_long_enough = clinic.connected_at is not None and now >= clinic.connected_at + UNHEARD_SECONDS
    states = ((card.id, clinic.devices.get(card.id)) for card in devices_of(clinic.site))
    return tuple(device for device, state in states if (heard_long_enough if state is None else not state.up))


def _device(card: DeviceCard, clinic: Clinic, names: Names, now: float) -> DeviceView:
    state = clinic.devices.get(card.id)
    here = state is not None and state.up
    return DeviceView(
        id=card.id,
        role=names.say(f"staff.devices.role.{card.role}"),
        where=_where(card, names),
        state="unheard" if state is None else "here" if state.up else "gone",
        facts=(_seen(card.id, clinic, names, now, here=here), *(() if state is None or not state.up else _facts(state, names))),
        faults=state.health.faults if state is not None and state.up else (),
        orders=orders_of(state),
    )


def orders_of(state: DeviceState | None) -> tuple[str, ...]:
    """What a device can be ordered now."""
    if state is None or not state.up:
        return ()
    prints = state.health.printer is not PrinterStatus.NONE
    return tuple(order for order in ORDERS_OF.get(state.role, ()) if order != "test_print" or prints)


def _where(card: DeviceCard, names: Names) -> str:
    zones = (names.of(one.name) for one in names.site.zones if one.id == card.zone)
    return names.say("staff.comma").join((*(names.point(point) for point in card.points), *zones))


def _seen(device: str, clinic: Clinic, names: Names, now: float, *, here: bool) -> Fact:
    """When it was heard last: a device that is up is heard by the broker all the time."""
    at, say = clinic.seen_at.get(device), names.say
    if here:
        return Fact("seen", say("staff.devices.now"))
    if at is None:
        return Fact("seen", say("staff.devices.unknown"), bad=True)
    minutes = int((now - at) // _MINUTE_SECONDS)
    ago = say("staff.devices.ago", minutes=say("staff.minutes", count=names.digits(minutes)))
    return Fact("seen", ago if minutes else say("staff.devices.just_now"), bad=True)


def _facts(state: DeviceState, names: Names) -> tuple[Fact, ...]:
    say, health = names.say, state.health
    other_version = state.version != VERSION
    facts = [Fact("version", names.digits(state.version) if state.version else say("staff.devices.unknown"), other_version)]
    if health.printer is not PrinterStatus.NONE:
        facts.append(
            Fact("paper", say(f"staff.devices.printer.{health.printer.value}"), health.printer is not PrinterStatus.OK)
        )
    if health.temperature_c is not None:
        degrees = say("staff.devices.degrees", count=names.digits(health.temperature_c))
        facts.append(Fact("temperature", degrees, health.temperature_c >= HOT_C))
    if health.memory_mb is not None:
        facts.append(Fact("memory", say("staff.devices.megabytes", count=names.digits(health.memory_mb))))
    return (*facts, *_clock(health, names), *_troubles(health, names))


def _clock(health: Health, names: Names) -> tuple[Fact, ...]:
    off, say = health.clock_off_seconds, names.say
    if off is None:
        return ()
    if abs(off) < CLOCK_WRONG_SECONDS:
        return (Fact("clock", say("staff.devices.clock_right")),)
    seconds = names.digits(abs(off))
    key = "staff.devices.clock_fast" if off > 0 else "staff.devices.clock_slow"
    return (Fact("clock", say(key, seconds=seconds), bad=True),)


def _troubles(health: Health, names: Names) -> tuple[Fact, ...]:
    say = names.say
    troubles = []
    if not health.input_ok:
        keys = say("staff.comma").join(names.digits(key) for key in health.stuck_keys)
        words = say("staff.devices.stuck", keys=keys) if keys else say("staff.devices.not_answering")
        troubles.append(Fact("keys", words, bad=True))
    if not health.speaker_ok:
        troubles.append(Fact("speaker", say("staff.devices.not_answering"), bad=True))
    if health.unsettled:
        troubles.append(Fact("unsettled", names.digits(health.unsettled)))
    return tuple(troubles)
