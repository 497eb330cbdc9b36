"""An absence after it was announced: who waits still when it begins, and whose paper the store hears of only then."""

from datetime import date
from typing import Any, Final

from msgspec.structs import replace as changed
from sqlalchemy import Row, bindparam, select, update

from booking_store import tables
from booking_store.desk import announcing, generations, site, touched
from booking_store.desk.absence import plan_of, stood_in_for, touch
from booking_store.desk.desk import Asked, Desk
from booking_store.desk.touched import Fate
from booking_store.statements import Prepared
from mqtt.contract import AnnounceAbsence, Remedy
from rules.absence import begins, touches


def any_begins(desk: Desk) -> bool:
    """Whether the minute of an absence has come."""
    return bool(_beginning(desk))


def begin_due(desk: Desk, asked: Asked) -> None:
    """Touch whoever was to be seen before a doctor's last minute, and was not, as if it were announced now; once, since the
    staff may send them to the doctor after all."""
    for row in _beginning(desk):
        absence = site.absence_of(row)
        desk.tx.execute(update(_absences).where(_absences.c.id == row.id).values(begun_at_ms=desk.now_ms))
        left = [one for one in touched.people(desk, absence) if not touched.touched_before(desk, row.id, one)]
        if not left:
            continue
        announced = _as_announced(row)
        if announcing.wrong_remedy(desk, absence, announced) is not None:  # the site is another by now
            announced = changed(announced, remedy=Remedy.CANCEL, move_to=None, substitute=None)
        touch(desk, asked, row.id, plan_of(desk, absence, announced, left))


def _beginning(desk: Desk) -> list[Row[Any]]:
    """The absences of the open day whose minute has come since they were announced. None where an older ledger was put back,
    until it knows whose papers were called and served: no text can be taken back."""
    opened = desk.open_day()
    if opened is None or generations.wait(desk) is not None:
        return []
    rows = desk.tx.execute(_NOT_BEGUN, {"date": opened.date}).all()
    return [row for row in rows if (since := begins(desk.site, site.absence_of(row))) is not None and since <= desk.now]


def _as_announced(row: Row[Any]) -> AnnounceAbsence:
    """The announcement again, in the site's own words."""
    return AnnounceAbsence(
        doctor=row.doctor,
        date=row.date,
        starts=row.starts,
        ends=row.ends,
        remedy=Remedy(row.remedy),
        move_to=row.move_to,
        substitute=row.substitute,
        agreed_with=row.agreed_with,
        preview=False,
    )


def touch_late(desk: Desk, asked: Asked, ticket: int) -> None:
    """A paper of which the store hears only now, after its doctor was announced to be gone: its holder is touched as those
    were who stood in line then, by one absence after the other, since who stands in may be gone too."""
    for row in desk.tx.execute(_IN_FORCE, {"ticket": ticket}).all():
        person = touched.holder(desk, desk.ticket_row(ticket), date.fromisoformat(row.date))
        absence = site.absence_of(row)
        if person is not None and touches(absence, person.waiting, desk.now):
            fates = [Fate()] if row.substitute is None else stood_in_for(desk, absence, [person], row.substitute)
            touched.change(desk, asked, row.id, person, fates[0])


_absences, _days, _tickets = tables.absences, tables.service_days, tables.tickets
_IN_FORCE: Final = (
    select(_absences)
    .join(_days, _days.c.date == _absences.c.date)
    .join(_tickets, _tickets.c.service_day == _days.c.id)
    .where(_tickets.c.id == bindparam("ticket"), _absences.c.undone_at_ms.is_(None))
    .order_by(_absences.c.id)
)
_NOT_BEGUN: Final = Prepared(
    select(_absences)
    .where(
        _absences.c.undone_at_ms.is_(None),
        _absences.c.begun_at_ms.is_(None),
        _absences.c.starts.is_not(None),
        _absences.c.date == bindparam("date"),
    )
    .order_by(_absences.c.id)
)
