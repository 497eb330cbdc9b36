"""Places for bookings: the first free one of a wish, the limits of one mobile, a fresh code, and holds that are over."""

from datetime import date
from typing import Any, Final

from sqlalchemy import bindparam, delete, func, insert, literal_column, select

from booking_store import tables
from booking_store.desk import sessions
from booking_store.desk.desk import Desk
from booking_store.statements import Prepared
from mqtt.contract import Reason, Refusal
from rules.booking import NoPlace, Place, Wish, choose_place
from rules.schedule import PlannedSession
from rules.tracking_code import new_code

CODE_TRIES: Final = 50
"""With a million codes in use, fifty taken ones in a row come once in 10 to the fiftieth bookings."""


def find(desk: Desk, wish: Wish, mobile: str | None) -> Place | Refusal:
    """The first free place of the wish, or why there is none, or none for this mobile any more."""
    if too_many := _too_many_open(desk, mobile):
        return too_many
    let_go_expired(desk)
    place = choose_place(desk.site, wish, desk.now, lambda session: taken(desk, session))
    if isinstance(place, NoPlace):
        asked_for = wish.day.isoformat() if wish.day is not None else None
        return Refusal(reason=Reason(place), department=wish.department, doctor=wish.doctor, date=asked_for)
    session = place.session
    return _too_many_that_day(desk, mobile, session.department, session.doctor, session.date) or place


def too_many(desk: Desk, mobile: str | None, department: int, doctor: int | None, day: date) -> Refusal | None:
    """Why a mobile may have no further booking with this doctor on this day; None: it may."""
    return _too_many_open(desk, mobile) or _too_many_that_day(desk, mobile, department, doctor, day)


def give(desk: Desk, place: Place, **values: Any) -> int:
    """Take the place, with a code that was never given: the id of its row. `values`: whose it is and how it stands."""
    row = {
        "code": _fresh_code(desk),
        "session": sessions.session_id(desk, place.session),
        "place": place.place,
        "time_ms": int(place.time.timestamp() * 1000) if place.time is not None else None,
        "booked_at_ms": desk.now_ms,
    }
    return int(desk.tx.execute(_GIVE, row | values).scalar_one())


def taken(desk: Desk, session: PlannedSession) -> set[int]:
    """The places of a session that are booked or held."""
    return set(desk.tx.execute(_PLACES, sessions.key(desk, session)).scalars())


def any_expired(desk: Desk) -> bool:
    """Whether a call holds a place longer than it was offered."""
    return desk.tx.execute(_ANY_EXPIRED, {"now": desk.now_ms}).scalar() is not None


def let_go_expired(desk: Desk) -> None:
    """The calls that hold these places have ended without a word."""
    desk.tx.execute(_LET_GO_EXPIRED, {"now": desk.now_ms})


def _too_many_open(desk: Desk, mobile: str | None) -> Refusal | None:
    most = desk.site.booking.open_for_one_mobile
    if mobile is None or desk.tx.execute(_OPEN_FOR, {"mobile": mobile, "now": desk.now_ms}).scalar_one() < most:
        return None
    return Refusal(reason=Reason.TOO_MANY_BOOKINGS, detail=f"one mobile has at most {most} bookings to come")


def _too_many_that_day(desk: Desk, mobile: str | None, department: int, doctor: int | None, day: date) -> Refusal | None:
    most = desk.site.booking.same_doctor_in_a_day
    that_day = {"mobile": mobile, "department": department, "doctor": doctor or 0, "date": day.isoformat()}
    if mobile is None or desk.tx.execute(_THAT_DAY, that_day).scalar_one() < most:
        return None
    detail = f"one mobile has at most {most} bookings with one doctor in a day"
    return Refusal(reason=Reason.TOO_MANY_BOOKINGS, department=department, doctor=doctor, date=day.isoformat(), detail=detail)


def _fresh_code(desk: Desk) -> str:
    for _ in range(CODE_TRIES):
        code = new_code(desk.randomness.randrange)
        if desk.tx.execute(_CODE_KNOWN, {"code": code}).scalar() is None:
            return code
    raise RuntimeError(f"{CODE_TRIES} random codes in a row were in use: is the source of randomness broken?")


_bookings, _sessions = tables.bookings, tables.sessions
# Written out: a bound value would not use the partial indexes.
_held = _bookings.c.state == literal_column("'held'")
_active = _bookings.c.state == literal_column("'active'")
_taken_or_held = _bookings.c.state != literal_column("'cancelled'")
_GIVE: Final = Prepared(insert(_bookings).returning(_bookings.c.id))
_ANY_EXPIRED: Final = Prepared(select(_bookings.c.id).where(_held, _bookings.c.held_until_ms <= bindparam("now")).limit(1))
_LET_GO_EXPIRED: Final = Prepared(delete(_bookings).where(_held, _bookings.c.held_until_ms <= bindparam("now")))
_CODE_KNOWN: Final = Prepared(select(_bookings.c.id).where(_bookings.c.code == bindparam("code")))
_PLACES: Final = Prepared(
    select(_bookings.c.place).join(_sessions, _sessions.c.id == _bookings.c.session).where(sessions.SAME, _taken_or_held)
)
_of_the_mobile = (
    select(func.count())
    .select_from(_bookings.join(_sessions, _sessions.c.id == _bookings.c.session))
    .where(_bookings.c.mobile == bindparam("mobile"), _active)
)
_OPEN_FOR: Final = Prepared(_of_the_mobile.where(_sessions.c.ends_at_ms > bindparam("now")))
_THAT_DAY: Final = Prepared(
    _of_the_mobile.where(
        _sessions.c.date == bindparam("date"),
        _sessions.c.department == bindparam("department"),
        func.coalesce(_sessions.c.doctor, 0) == bindparam("doctor"),
    )
)
