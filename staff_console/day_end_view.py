"""The end of a day as its page shows it: where the day stands, and who still waits, with an outcome for each. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from booking_store.queue_report import Standing
from booking_store.week_report import ServiceDay
from mqtt.contract import DayStatus, UntoldPapers
from rules.journey import State
from screen.lettering import clock_words, day_words, localised
from screen.phrases import Phrases
from staff_console.clinic import Clinic
from staff_console.names import Names
from staff_console.reception_view import ENDED

OUTCOMES: Final = ("day_closed", "comes_another_day", "left", "served", "absent")
"""What somebody who waits may end with; the first is the usual one."""
_USUAL: Final = {State.CALLED: "served", State.ABSENT: "absent"}


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """One who has no outcome yet; `usual` is the one that the page proposes."""

    number: int
    shown: str
    state: str
    who: str
    where: str
    since: str
    mobile_end: str
    usual: str


@dataclass(frozen=True, slots=True)
class DayEnd:
    """The page. `opens`: when the next day opens by itself, where nothing is open."""

    lost: bool
    status: DayStatus
    status_words: str
    service_day: int
    day: str
    waiting: tuple[WaitingRow, ...]
    count: str
    opens: str


def day_end(clinic: Clinic, day: ServiceDay | None, standing: Sequence[Standing], say: Phrases, now: float) -> DayEnd | None:
    """The page at `now` (monotonic seconds), with the day as the ledger has it: what was just done is seen at once. None: the
    clinic is not heard yet."""
    site, heard = clinic.site, clinic.day
    if site is None or heard is None:
        return None
    status = day.status if day is not None else DayStatus.CLOSED
    names = Names(site, say)
    waiting = tuple(_row(one, names) for one in standing if one.state not in ENDED)
    opens = ""
    if heard.opens_date is not None and heard.opens_time is not None:
        when = day_words(date.fromisoformat(heard.opens_date), say.language)
        opens = say("staff.booking.when", day=when, time=clock_words(heard.opens_time, say.language))
    return DayEnd(
        lost=clinic.lost(now),
        status=status,
        status_words=say(f"staff.day.{status.value}"),
        service_day=day.id if day is not None else 0,
        day=day_words(day.date, say.language) if day is not None else "",
        waiting=waiting if status is not DayStatus.CLOSED else (),
        count=names.digits(len(waiting)),
        opens=opens,
    )


def untold_words(untold: UntoldPapers, say: Phrases) -> str:
    """«kiosk-1: ۲ قبض»."""
    if untold.tickets is None:
        return say("staff.end.kiosk_silent", kiosk=untold.kiosk)
    return say("staff.end.kiosk_papers", kiosk=untold.kiosk, count=localised(str(untold.tickets), say.language))


def _row(one: Standing, names: Names) -> WaitingRow:
    return WaitingRow(
        number=one.number,
        shown=names.digits(one.number),
        state=names.say(f"staff.state.{one.state.value}"),
        who=names.who(one.department, one.doctor),
        where=names.point(one.point) if one.state is State.CALLED else names.stage(one.stage),
        since=names.clock(one.waiting_since_ms),
        mobile_end=names.digits(one.mobile_end),
        usual=_USUAL.get(one.state, OUTCOMES[0]),
    )
