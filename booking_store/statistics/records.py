"""What statistics are made of, as it was read: one record for each that came, stood, was absent, called or was told. Pure.

Records that can be grouped by the same thing name it alike, so that one function groups them all (figures.py).
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Came:
    """Somebody took a ticket. `day` is an ISO date, `hour` the site's clock, 0 to 23; department None: a help ticket."""

    day: str
    hour: int
    number: int
    source: str
    department: int | None
    doctor: int | None


@dataclass(frozen=True, slots=True)
class Stood:
    """Somebody was called at a stage, to a point. `hour`: when the wait began. `service_minutes`, from the last call there to
    its end; None: it lasts still, or nobody served them."""

    day: str
    hour: int
    source: str
    department: int | None
    doctor: int | None
    stage: str
    point: str | None
    wait_minutes: float
    service_minutes: float | None


@dataclass(frozen=True, slots=True)
class Absent:
    """Somebody was called to a point and did not come; `times` -1: that was taken back."""

    day: str
    hour: int
    source: str
    department: int | None
    doctor: int | None
    point: str | None
    times: int


@dataclass(frozen=True, slots=True)
class TurnedAway:
    """Somebody without a booking asked for a turn that there was not."""

    day: str
    hour: int
    why: str
    department: int | None


@dataclass(frozen=True, slots=True)
class PhoneCall:
    """One call: the names of the menu's modes that it went through, and how it ended."""

    day: str
    hour: int
    seconds: int
    steps: tuple[str, ...]
    ended: str


@dataclass(frozen=True, slots=True)
class TextsWritten:
    """So many texts of one kind stand in one state."""

    kind: str
    state: str
    count: int


@dataclass(frozen=True, slots=True)
class Records:
    """All of a period. `days`: the dates with a service day. `booked`: bookings for these dates that were not cancelled, and
    `kept` those of them that took their ticket. `unaware`: tickets of people who had not known of the telephone."""

    days: tuple[str, ...]
    came: tuple[Came, ...]
    stood: tuple[Stood, ...]
    absent: tuple[Absent, ...]
    turned_away: tuple[TurnedAway, ...]
    calls: tuple[PhoneCall, ...]
    texts: tuple[TextsWritten, ...]
    booked: int
    kept: int
    unaware: int
