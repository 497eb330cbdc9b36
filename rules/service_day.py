"""What the hours do to the service day: open it, stop its tickets, end it; and what they leave to people.

The rules (laws 10 and 11):
- A day opens by its hours only while the clock is trusted, and only once a date: a day that somebody closed, or that was
  repaired, opens again by hand alone. Past the end of tickets nothing opens.
- «پایان پذیرش» comes once by the hours. Who takes tickets again afterwards knows why, and stops them by hand. Likewise
  a day that somebody opened after its hours is ended by hand.
- The hours end a day only when nobody is left in it. Whoever still waits keeps it open, until a person gives each an
  outcome, or until the next day's hours begin: then those who are left end as "day_closed", and are told of.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from rules.schedule import Opening


class ByHours(StrEnum):
    """What is due."""

    OPEN = "open"
    STOP = "stop"
    END = "end"
    END_LEFT_OVER = "end_left_over"  # the next day begins while people are left in this one


@dataclass(frozen=True, slots=True)
class OpenedDay:
    """The service day that is open. `left` counts the tickets that have no outcome yet."""

    date: date
    opened_at: datetime
    accepting: bool
    stopped_by_hours: bool
    left: int


def due_by_hours(
    now: datetime,
    opening: Opening | None,
    opened: OpenedDay | None,
    opened_opening: Opening | None,
    *,
    had_today: bool,
    trusted: bool,
) -> ByHours | None:
    """What the hours ask for now. `opening` is the one in whose hours `now` lies, `opened_opening` that of the open day's
    date; `had_today`: the date of `opening` has had its service day already. An untrusted clock changes nothing."""
    if not trusted:
        return None
    begins = opening is not None and now < opening.tickets_until and not had_today
    if opened is None:
        return ByHours.OPEN if begins else None
    next_day_begins = opening is not None and begins and opening.date > opened.date
    if next_day_begins:
        return ByHours.END_LEFT_OVER if opened.left else ByHours.END
    return _of_the_open_day(now, opened, opened_opening)


def _of_the_open_day(now: datetime, opened: OpenedDay, opening: Opening | None) -> ByHours | None:
    if opening is None or opened.opened_at >= opening.ends:
        return None  # opened by hand on a closed date, or after its hours
    if now >= opening.ends and not opened.left:
        return ByHours.END
    stops = opened.accepting and not opened.stopped_by_hours and opened.opened_at < opening.tickets_until
    return ByHours.STOP if stops and now >= opening.tickets_until else None
