"""What callers ask besides a place, and how their calls went."""

from sqlalchemy import insert

from booking_store import tables
from booking_store.desk.desk import Asked, Desk
from booking_store.desk.wording import read_date
from booking_store.statements import Prepared
from mqtt.contract import Answer, AskHours, Changed, EndCall, OpenHours, Refusal
from rules.schedule import hours_on, why_closed


def ask_hours(desk: Desk, _: Asked, operation: AskHours) -> Answer:
    """The hours of a date, or why it is closed."""
    asked_for = read_date(operation.date)
    if isinstance(asked_for, Refusal):
        return asked_for
    day = asked_for or desk.today
    hours = hours_on(desk.site, day)
    if hours is None:
        return OpenHours(date=day.isoformat(), why=why_closed(desk.site, day))
    return OpenHours(
        date=day.isoformat(),
        opens=f"{hours.opens:%H:%M}",
        tickets_until=f"{hours.tickets_until:%H:%M}",
        ends=f"{hours.ends:%H:%M}",
    )


def end_call(desk: Desk, asked: Asked, operation: EndCall) -> Answer:
    """Keep how a call went, and nothing that leads to its booking. A call that came back after an end has a row for each."""
    row = {
        "device": asked.device,
        "ended_at_ms": desk.now_ms,
        "seconds": operation.seconds,
        "steps": list(operation.steps),
        "ended": operation.ended,
    }
    desk.tx.execute(_ENDED, row)
    return Changed()


_ENDED = Prepared(insert(tables.phone_calls))
