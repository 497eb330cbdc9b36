"""What is left of today's walk-in shares, read from the ledger: for whoever takes a ticket, for the kiosks' lists, and for
what a kiosk keeps for when it is alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, and_, bindparam, func, select

from booking_store import tables
from booking_store.desk.desk import Desk
from booking_store.statements import Prepared
from mqtt.contract import DayStatus, Source, WalkInsLeft
from rules.booking import WalkInShare, kept_for_kiosks, released
from rules.journey import State
from rules.schedule import sessions_on, span
from rules.site import Device


@dataclass(frozen=True, slots=True)
class Share:
    """A session's walk-in share. `released`: how much of it may be given so far; `given`: its walk-in tickets that stand;
    `kept`: what each kiosk may still give of it when it is alone, which nobody else is given while reception is open."""

    session: int
    department: int
    doctor: int | None
    starts_at_ms: int
    ends_at_ms: int
    walk_in: int
    released: int
    reserve: int
    given: int
    kept: Mapping[str, int]

    @property
    def left(self) -> int:
        """Turns for whoever asks now."""
        return max(0, self.released - sum(self.kept.values()) - self.given)

    @property
    def more_later(self) -> bool:
        """Whether a part of it is not released yet."""
        return self.released < self.walk_in


def shares_on(desk: Desk, day: date) -> Sequence[Share]:
    """The shares of the sessions held on `day`, by department and start."""
    sessions = desk.tx.execute(_GIVEN, {"date": day.isoformat()}).all()
    kept = _kept(desk, sessions, day)
    return tuple(
        Share(
            session=row.id,
            department=row.department,
            doctor=row.doctor,
            starts_at_ms=row.starts_at_ms,
            ends_at_ms=row.ends_at_ms,
            walk_in=row.walk_in,
            released=released(row.walk_in, row.walk_in_first, row.released),
            reserve=row.reserve,
            given=row.given,
            kept=kept.get(row.id, {}),
        )
        for row in sessions
    )


def shares_to_come(desk: Desk, day: date) -> Sequence[Share]:
    """The shares of a day that is not opened yet, as the site file plans them and as the kiosks will keep them."""
    kiosks = desk.site.kiosks_with_numbers
    to_come = []
    for place, planned in enumerate(sessions_on(desk.site, day)):
        starts, ends = span(desk.site, planned.date, planned.starts, planned.ends)
        turns = released(planned.capacity.walk_in, planned.capacity.walk_in_first, None)
        to_come.append(
            Share(
                session=place,
                department=planned.department,
                doctor=planned.doctor,
                starts_at_ms=int(starts.timestamp() * 1000),
                ends_at_ms=int(ends.timestamp() * 1000),
                walk_in=planned.capacity.walk_in,
                released=turns,
                reserve=planned.capacity.reserve,
                given=0,
                kept=kept_for_kiosks(turns, {kiosk.id: keeps_in(kiosk, planned.department) for kiosk in kiosks}),
            )
        )
    return to_come


def as_offered(desk: Desk, share: Share, *, with_reserve: bool = False) -> WalkInShare:
    """A share as rules.booking.choose_walk_in looks at it. The reserve is reception's own."""
    for_all = share.released - sum(share.kept.values())
    return _offered(desk, share, for_all + (share.reserve if with_reserve else 0), share.given)


def as_kept(desk: Desk, share: Share, kiosk: str) -> WalkInShare:
    """The same of what a kiosk keeps for when it is alone."""
    return _offered(desk, share, share.kept.get(kiosk, 0), 0)


def as_a_whole(desk: Desk, share: Share) -> WalkInShare:
    """The same of all turns, whoever keeps them."""
    return _offered(desk, share, share.walk_in, share.given)


def _offered(desk: Desk, share: Share, turns: int, given: int) -> WalkInShare:
    starts, ends = desk.local(share.starts_at_ms), desk.local(share.ends_at_ms)
    return WalkInShare(id=share.session, starts=starts, ends=ends, share=turns, given=given)


def left_in(desk: Desk, shares: Sequence[Share], department: int, doctor: int | None = None) -> int:
    """How many walk-in tickets a department still has in sessions that are not over; `doctor` narrows it to theirs."""
    return sum(
        share.left
        for share in shares
        if share.department == department and share.ends_at_ms > desk.now_ms and (not doctor or share.doctor == doctor)
    )


def keeps_in(kiosk: Device, department: int) -> int:
    """How many turns of a department's session a kiosk would keep."""
    serves = not kiosk.departments or department in kiosk.departments
    return kiosk.alone_walk_ins if serves and kiosk.alone_range is not None else 0


def _kept(desk: Desk, sessions: Sequence[Row[Any]], day: date) -> dict[int, dict[str, int]]:
    """By session and kiosk, what each kiosk may still give when it is alone; nothing once reception is closed."""
    opened = desk.open_day()
    kiosks = [kiosk for kiosk in desk.site.kiosks_with_numbers if kiosk.alone_walk_ins]
    if not kiosks or opened is None or opened.date != day.isoformat() or opened.status != DayStatus.ACCEPTING:
        return {}
    gave = {kiosk.id: _given_alone(desk, opened.id, kiosk) for kiosk in kiosks}
    kept = {}
    for row in sessions:
        turns = released(row.walk_in, row.walk_in_first, row.released)
        part = kept_for_kiosks(turns, {kiosk.id: keeps_in(kiosk, row.department) for kiosk in kiosks})
        kept[row.id] = {kiosk: max(0, turns - gave[kiosk].get(row.id, 0)) for kiosk, turns in part.items()}
    return kept


def _given_alone(desk: Desk, service_day: int, kiosk: Device) -> dict[int, int]:
    """By session, the walk-in tickets that stand with numbers of the kiosk's own."""
    numbers = kiosk.alone_range
    if numbers is None:
        return {}
    rows = desk.tx.execute(_GIVEN_ALONE, {"day": service_day, "first": numbers.first, "last": numbers.last})
    return {row.session: row.given for row in rows}


def walk_ins_left(desk: Desk, day: date) -> tuple[WalkInsLeft, ...]:
    """A row for each department of the site, and one more for each of its doctors who is there on `day`."""
    shares = shares_on(desk, day)
    rows: list[WalkInsLeft] = []
    for department in desk.site.departments:
        held = [share for share in shares if share.department == department.code and share.ends_at_ms > desk.now_ms]
        rows.append(_turns(department.code, None, held))
        rows += [
            _turns(department.code, doctor, [share for share in held if share.doctor == doctor])
            for doctor in dict.fromkeys(share.doctor for share in held if share.doctor is not None)
        ]
    return tuple(rows)


def _turns(department: int, doctor: int | None, held: Sequence[Share]) -> WalkInsLeft:
    left = sum(share.left for share in held)
    more_later = left == 0 and any(share.more_later for share in held)
    return WalkInsLeft(department=department, left=left, doctor=doctor, closed=not held, more_later=more_later)


_sessions, _tickets = tables.sessions, tables.tickets
_standing_walk_in = and_(
    _tickets.c.session == _sessions.c.id,
    _tickets.c.source == Source.WALK_IN.value,
    _tickets.c.state != State.VOID.value,
)
_GIVEN = Prepared(
    select(_sessions, select(func.count()).where(_standing_walk_in).scalar_subquery().label("given"))
    .where(_sessions.c.date == bindparam("date"), _sessions.c.withdrawn.is_(False))
    .order_by(_sessions.c.department, _sessions.c.starts_at_ms, _sessions.c.id)
)
_GIVEN_ALONE = Prepared(
    select(_tickets.c.session, func.count().label("given"))
    .where(
        _tickets.c.service_day == bindparam("day"),
        _tickets.c.number.between(bindparam("first"), bindparam("last")),
        _tickets.c.source == Source.WALK_IN.value,
        _tickets.c.state != State.VOID.value,
    )
    .group_by(_tickets.c.session)
)
