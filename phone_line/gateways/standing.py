"""How each gateway stands, and which is asked next. Pure: times are monotonic seconds and come as arguments.

| it answered                      | and is let alone for       | technician told |
|----------------------------------|----------------------------|-----------------|
| accepted, refused                | its rate                   | no              |
| try again, unknown (a time-out)  | 30 s, then twice as long   | from the third  |
| account (key, credit)            | 10 minutes                 | at once         |

What is let alone is passed over for the next in the site's order; the first is tried again when its time is over.
"""

from dataclasses import dataclass, replace
from typing import Final

from mqtt.contract import TextOutcome
from phone_line.gateways.gateway import Gateway, Result

PAUSE_SECONDS: Final = 30.0
LONGEST_PAUSE_SECONDS: Final = 600.0
ACCOUNT_PAUSE_SECONDS: Final = 600.0
FAULTS_BEFORE_ALARM: Final = 3

FAILED: Final = frozenset({TextOutcome.TRY_AGAIN, TextOutcome.UNKNOWN})


@dataclass(frozen=True, slots=True)
class Standing:
    """One gateway, as its last answers leave it."""

    name: str
    every_seconds: float
    free_at: float  # its rate allows the next text
    closed_until: float  # it is passed over before this time
    faults: int = 0  # in a row
    alarm: str = ""  # what a technician has to see to


def at_start(gateways: tuple[Gateway, ...], now: float) -> tuple[Standing, ...]:
    """All of them open, in the site's order."""
    return tuple(Standing(gateway.name, gateway.every_seconds, now, now) for gateway in gateways)


def first_open(standings: tuple[Standing, ...], now: float, but: frozenset[str] = frozenset()) -> Standing | None:
    """The first in order that is not let alone and not among `but`."""
    return next((each for each in standings if each.closed_until <= now and each.name not in but), None)


def answered(standing: Standing, result: Result, now: float) -> Standing:
    """The standing after a text was sent or asked about."""
    free_at = now + standing.every_seconds
    if result.outcome is TextOutcome.ACCOUNT:
        return replace(standing, free_at=free_at, closed_until=now + ACCOUNT_PAUSE_SECONDS, alarm=result.error or "account")
    if result.outcome in FAILED:
        faults = standing.faults + 1
        pause = min(PAUSE_SECONDS * 2 ** min(standing.faults, 10), LONGEST_PAUSE_SECONDS)
        alarm = result.error if faults >= FAULTS_BEFORE_ALARM else standing.alarm
        return replace(standing, free_at=free_at, closed_until=now + pause, faults=faults, alarm=alarm)
    return replace(standing, free_at=free_at, closed_until=now, faults=0, alarm="")


def changed(standings: tuple[Standing, ...], standing: Standing) -> tuple[Standing, ...]:
    """`standing` in the place of its gateway's last."""
    return tuple(standing if each.name == standing.name else each for each in standings)


def alarms(standings: tuple[Standing, ...]) -> tuple[str, ...]:
    """What a technician has to see to: "kavenegar: no credit"."""
    return tuple(f"{each.name}: {each.alarm}" for each in standings if each.alarm)
