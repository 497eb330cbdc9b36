"""The outbox: texts are written here in the transaction of what they tell, and withdrawn while they have not left.

Every text has a key, and a key is written once: `booking:ID`, `again:ID:N`, `reminder:ID`, `late:DATE:DOCTOR:UNTIL:ID`,
`absence:ABSENCE:ID`. `desk/texts.py` hands the texts out and hears what became of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, bindparam, func, insert, select, update

from booking_store import tables
from booking_store.desk.desk import Desk
from booking_store.site_file.table import WEEKDAYS_FA, jalali
from booking_store.statements import Prepared
from rules.digits import persian_digits
from rules.schedule import weekday_of
from rules.texts import TextKind, TextState, dialled, fill

TELLS_OF_THE_BEGINNING: Final = frozenset({TextKind.REMINDER})
"""Whoever hears of a visit while it has begun needs no reminder; all else is good until the session's end."""
NOT_LEFT: Final = (TextState.QUEUED, TextState.WITHDRAWN, TextState.EXPIRED)
"""States of a text that nobody can have received."""


@dataclass(frozen=True, slots=True)
class NewText:
    """A text to be sent to a mobile ("09xxxxxxxxx"). `booking` is the id of the booking it tells of, if any."""

    kind: TextKind
    key: str
    mobile: str
    body: str
    expires_at_ms: int  # the visit's time, or whenever else it would tell nothing
    begins_at_ms: int  # the visit that is told of, or the one that was to be
    booking: int | None = None
    household: int | None = None  # of an office: its mobile stays under the seal, and `mobile` is empty


def is_written(desk: Desk, key: str) -> bool:
    """Whether a text of this key stands in the outbox, whatever became of it."""
    return desk.tx.execute(_KEY_KNOWN, {"key": key}).scalar() is not None


def write(desk: Desk, new: NewText) -> bool:
    """Put a text into the outbox. False: its key was written before, and nothing is done."""
    if is_written(desk, new.key):
        return False
    row = {
        "dedupe_key": new.key,
        "kind": new.kind,
        "booking": new.booking,
        "household": new.household,
        "mobile": new.mobile,
        "body": new.body,
        "state": TextState.QUEUED,
        "begins_at_ms": new.begins_at_ms,
        "expires_at_ms": new.expires_at_ms,
        "next_at_ms": desk.now_ms,
        "waits": 0,
        "attempts": 0,
        "doubts": 0,
        "written_at_ms": desk.now_ms,
    }
    desk.tx.execute(_WRITE, row)
    return True


def tell(desk: Desk, kind: TextKind, key: str, booking: int, *, words: str | None = None, **more: str) -> bool:
    """Write the text of this kind about a booking (`composed`). False: nothing is written, because there is none to send, or
    the key was written before."""
    new = composed(desk, kind, key, booking, words=words, **more)
    return new is not None and write(desk, new)


def composed(desk: Desk, kind: TextKind, key: str, booking: int, *, words: str | None = None, **more: str) -> NewText | None:
    """The text of this kind about a booking, in the site's words or in `words`, a template too; `more` are the facts that
    only this kind has. None: the site does not text this kind, the booking has no mobile, or its visit is over."""
    template = words or desk.site.texts.templates.get(kind)
    visit = desk.tx.execute(_VISIT, {"booking": booking}).one()
    ends_at_ms = visit.starts_at_ms if kind in TELLS_OF_THE_BEGINNING else visit.ends_at_ms
    if template is None or visit.mobile is None or ends_at_ms <= desk.now_ms:
        return None
    begins_at_ms = visit.starts_at_ms if visit.time_ms is None else visit.time_ms
    body = fill(template, {**facts(desk, visit.code, desk.local(begins_at_ms)), **more})
    return NewText(kind, key, visit.mobile, body, ends_at_ms, begins_at_ms, booking)


def tells_of(desk: Desk, booking: int) -> bool:
    """Whether any text was written about a booking."""
    return desk.tx.execute(_ANY_OF, {"booking": booking}).scalar() is not None


def withdraw(desk: Desk, key_prefix: str) -> int:
    """Withdraw the texts whose keys begin so and that have not left; how many these were."""
    about_to_leave = _texts.c.next_at_ms.is_not(None)  # few at any time, and the index knows them
    return _withdraw(desk, about_to_leave & _texts.c.dedupe_key.startswith(key_prefix, autoescape=True))


def withdraw_of_booking(desk: Desk, booking: int) -> int:
    """Withdraw all texts of a booking that have not left; how many these were."""
    return _withdraw(desk, _texts.c.booking == booking)


def may_have_left(desk: Desk, key_prefix: str) -> int:
    """How many of the texts whose keys begin so may have reached somebody, or are being sent now."""
    named = _texts.c.dedupe_key.startswith(key_prefix, autoescape=True)
    return int(desk.tx.execute(select(func.count()).where(named, _texts.c.state.not_in(NOT_LEFT))).scalar_one())


def facts(desk: Desk, code: str, at: datetime) -> Mapping[str, str]:
    """What every template may say of a visit: `at` is the place's own time, or the beginning of its session."""
    return {
        "clinic": desk.site.name.fa,
        "phone": dialled(desk.site.phone),
        "code": persian_digits(code),
        "date": persian_digits(jalali(at.date())),
        "weekday": WEEKDAYS_FA[weekday_of(at.date())],
        "time": persian_digits(f"{at:%H:%M}"),
    }


def _withdraw(desk: Desk, which: ColumnElement[bool]) -> int:
    not_left = (_texts.c.state == TextState.QUEUED, which)
    withdrawn = {"state": TextState.WITHDRAWN, "next_at_ms": None, "ended_at_ms": desk.now_ms}
    return len(desk.tx.execute(update(_texts).where(*not_left).values(**withdrawn).returning(_texts.c.id)).all())


_texts, _bookings, _sessions = tables.texts, tables.bookings, tables.sessions
_KEY_KNOWN: Final = Prepared(select(_texts.c.id).where(_texts.c.dedupe_key == bindparam("key")))
_ANY_OF: Final = Prepared(select(_texts.c.id).where(_texts.c.booking == bindparam("booking")).limit(1))
_WRITE: Final = Prepared(insert(_texts))
_VISIT: Final = Prepared(
    select(*_bookings.c["code", "mobile", "time_ms"], *_sessions.c["starts_at_ms", "ends_at_ms"])
    .join(_sessions, _sessions.c.id == _bookings.c.session)
    .where(_bookings.c.id == bindparam("booking"))
)
