"""What statistics are made of, as it was read: one record for each that came, stood, was absent, called or was told. Pure.

Records that can be grouped by the same thing name it alike, so that one function groups them all (figures.py). They are
msgspec's: a month is made of tens of thousands, and a dataclass takes five times as long to make.
"""

from msgspec import Struct


class Came(Struct, frozen=True, gc=False):
    """Somebody took a ticket. `day` is an ISO date, `hour` the site's clock, 0 to 23; department None: a help ticket."""

    day: str
    hour: int
    number: int
    source: str
    department: int | None
    doctor: int | None


class Stood(Struct, frozen=True, gc=False):
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


class Absent(Struct, frozen=True, gc=False):
    """Somebody was called to a point and did not come; `times` -1: that was taken back."""

    day: str
    hour: int
    source: str
    department: int | None
    doctor: int | None
    point: str | None
    times: int


class TurnedAway(Struct, frozen=True, gc=False):
    """Somebody without a booking asked a department for a turn that there was not."""

    department: int | None
    why: str


class PhoneCalls(Struct, frozen=True):
    """So many calls that went through these modes of the menu, by their names, and ended so."""

    steps: tuple[str, ...]
    ended: str
    count: int


class TextsWritten(Struct, frozen=True, gc=False):
    """So many texts of one kind stand in one state."""

    kind: str
    state: str
    count: int


class Totals(Struct, frozen=True):
    """What is counted of a period as a whole. `booked`: bookings for these dates that were not cancelled, and `kept` those of
    them that took their ticket. `unaware`: tickets of people who had not known of the telephone."""

    days: tuple[str, ...]  # the dates with a service day
    booked: int
    kept: int
    unaware: int
    calls: int
    texts: tuple[TextsWritten, ...]


class Records(Struct, frozen=True):
    """All of a period."""

    totals: Totals
    came: tuple[Came, ...]
    stood: tuple[Stood, ...]
    absent: tuple[Absent, ...]
    turned_away: tuple[TurnedAway, ...]
    calls: tuple[PhoneCalls, ...]


class Before(Struct, frozen=True):
    """What a period is compared with."""

    totals: Totals
    people: int
    wait_minutes: tuple[float, ...]
    service_minutes: tuple[float, ...]
    no_shows: int
    turned_away: int
