"""The outbox as a technician sees it, read beside the running store: no words of a text, since its code is the patient's."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import Row, bindparam, func, select

from booking_store import tables
from booking_store.reports import reading
from rules.texts import TextState

FAILED: Final = (TextState.FAILED, TextState.UNDELIVERED, TextState.EXPIRED, TextState.UNKNOWN)
"""Of these somebody may not have heard; those that may have left are asked about until their time is over."""


@dataclass(frozen=True, slots=True)
class OutboxText:
    """One text. Times are in the site's time zone."""

    id: int
    kind: str
    state: str
    mobile: str
    written_at: datetime
    attempts: int
    gateway: str
    error: str  # of its last attempt
    next_at: datetime | None  # sent or asked about again; None: nothing more is done


@dataclass(frozen=True, slots=True)
class Outbox:
    """The newest texts, newest first, and how many there are in each state."""

    texts: tuple[OutboxText, ...]
    counts: tuple[tuple[str, int], ...]


def read_outbox(url: str, most: int, states: Sequence[TextState] = tuple(TextState)) -> Outbox:
    """At most `most` texts in these states, and the sums of all. Raises LedgerError."""
    with reading(url) as (connection, site):
        rows = connection.execute(_NEWEST, {"states": list(states), "most": most}).all()
        counts = connection.execute(_COUNTS).all()
    zone = ZoneInfo(site.time_zone)
    return Outbox(tuple(_text(row, zone) for row in rows), tuple((row.state, row.texts) for row in counts))


def _text(row: Row[Any], zone: ZoneInfo) -> OutboxText:
    return OutboxText(
        id=row.id,
        kind=row.kind,
        state=row.state,
        mobile=row.mobile,
        written_at=_moment(row.written_at_ms, zone),
        attempts=row.attempts,
        gateway=row.gateway or "",
        error=row.last_error or "",
        next_at=None if row.next_at_ms is None else _moment(row.next_at_ms, zone),
    )


def _moment(ms: int, zone: ZoneInfo) -> datetime:
    return datetime.fromtimestamp(ms // 1000, UTC).astimezone(zone)


_texts = tables.texts
_NEWEST: Final = (
    select(_texts)
    .where(_texts.c.state.in_(bindparam("states", expanding=True)))
    .order_by(_texts.c.id.desc())
    .limit(bindparam("most"))
)
_COUNTS: Final = select(_texts.c.state, func.count().label("texts")).group_by(_texts.c.state).order_by(_texts.c.state)
