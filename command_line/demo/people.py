"""Who comes this morning: bookings made beforehand, sixty at the doors, and those who come later. Pure; one seed, one crowd."""

import random
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from rules.schedule import PlannedSession, moment, sessions_on
from rules.site import Site

AT_THE_DOORS: Final = 60
LATER: Final = 34
BOOKED_SHARE: Final = 0.62
DOORS_OPEN: Final = time(7, 30)
NOON: Final = time(12)
LAST_ARRIVAL_MINUTES: Final = 200
"""The last of those who come later arrives this long after the doors open."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody comes to the kiosk. A walk-in chooses a department there; a booking's code comes from the store."""

    at: datetime
    department: int
    doctor: int | None
    booked: bool
    priority: bool = False


def crowd(site: Site, day: date, seed: int) -> tuple[Arrival, ...]:
    """Everybody of the morning, in the order of their coming, no more a session than its places allow."""
    chance = random.Random(seed)  # noqa: S311  # a crowd for a demo, not a secret
    doors = moment(site, day, DOORS_OPEN)
    places = _places(site, day)
    arrivals = []
    for person in range(AT_THE_DOORS + LATER):
        at = doors if person < AT_THE_DOORS else doors + timedelta(minutes=chance.randint(10, LAST_ARRIVAL_MINUTES))
        booked = chance.random() < BOOKED_SHARE
        chosen = _choose(chance, places, booked=booked) or _choose(chance, places, booked=not booked)
        if chosen is None:
            break
        session, booked = chosen
        priority = not booked and chance.random() < 0.1
        arrivals.append(Arrival(at, session.department, session.doctor, booked, priority))
    return tuple(sorted(arrivals, key=lambda arrival: arrival.at))


Places = dict[tuple[int, bool], tuple[PlannedSession, int]]
"""Session index and whether booked, to the session and how many places it has left."""


def _places(site: Site, day: date) -> Places:
    places: Places = {}
    for index, session in enumerate(_morning_sessions(site, day)):
        places[index, True] = (session, session.capacity.phone)
        places[index, False] = (session, session.capacity.walk_in)
    return places


def _morning_sessions(site: Site, day: date) -> list[PlannedSession]:
    return [session for session in sessions_on(site, day) if session.starts < NOON]


def _choose(chance: random.Random, places: Places, *, booked: bool) -> tuple[PlannedSession, bool] | None:
    open_keys = [key for key, (_, left) in places.items() if key[1] == booked and left > 0]
    if not open_keys:
        return None
    key = chance.choice(open_keys)
    session, left = places[key]
    places[key] = (session, left - 1)
    return session, booked
