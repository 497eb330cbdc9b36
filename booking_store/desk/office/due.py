"""What time brings to an office: letters whose day is past, cover that ends, and identities that are due to be erased."""

from datetime import timedelta
from typing import Any, Final

from sqlalchemy import bindparam, case, delete, func, select, text, update

from booking_store import tables
from booking_store.desk.desk import Asked, Desk
from booking_store.desk.office import cases, letters, steps
from booking_store.desk.office.seat import Seat, take_seat
from booking_store.site_file import jalali
from mqtt.office_contract import OfficeRefusal
from rules.referral import BY_ITSELF, OPEN, Act, State
from rules.texts import TextKind

AT_ONCE: Final = 50
"""Of each kind in one transaction; more wait for the next second's: nobody's request is to wait for them."""
DAY_MS: Final = 24 * 3600 * 1000


def any_due(desk: Desk) -> bool:
    """Whether time has brought something. A clock that nobody trusts ends no letter and opens no case."""
    if desk.site.office is None or desk.seal is None or not desk.clock_trusted:
        return False
    return bool(_expired(desk, 1)) or bool(_cover_ends(desk, 1)) or bool(_nobody_came(desk, 1))


def write_due(desk: Desk, asked: Asked) -> None:
    """End the letters whose last day is past; open the cases of households whose cover ends soon, tell them, and end those that
    nobody came for: an open case would keep its household from ever being erased."""
    if not any_due(desk):
        return
    seat = take_seat(desk, asked)
    if isinstance(seat, OfficeRefusal):
        return
    for row in _expired(desk, AT_ONCE):
        letters.expire(desk, asked, row)
    for row in _nobody_came(desk, AT_ONCE):
        steps.step(desk, asked.device, row, Act.EXPIRE, asked)
    for row in _cover_ends(desk, AT_ONCE):
        _open_renewal(seat, row)


def _expired(desk: Desk, most: int) -> list[Any]:
    return list(desk.tx.execute(_EXPIRED, {"today": desk.service_date.isoformat(), "most": most}))


def _cover_ends(desk: Desk, most: int) -> list[Any]:
    office = desk.site.office
    if office is None or not office.due_matter:
        return []
    lately = desk.now_ms - 2 * office.due_days * DAY_MS
    span = timedelta(days=office.due_days)
    first, last = desk.service_date - span, desk.service_date + span
    about = {"first": first.isoformat(), "last": last.isoformat(), "lately": lately, "most": most}
    return list(desk.tx.execute(_COVER_ENDS, about))


def _nobody_came(desk: Desk, most: int) -> list[Any]:
    """Before the end of a cover it was told once, and as long after it nobody has written in the case."""
    office = desk.site.office
    if office is None:
        return []
    return list(desk.tx.execute(_NOBODY_CAME, {"before": desk.now_ms - 2 * office.due_days * DAY_MS, "most": most}))


def _open_renewal(seat: Seat, row: Any) -> None:
    made = cases.new_case(seat, row.id, seat.office.due_matter, {"service_day": None, "number": None})
    until = jalali(seat.today.fromisoformat(row.cover_until))
    steps.tell(seat.desk, TextKind.COVER_ENDS, f"cover:{made.id}", row.id, date=until)


def erase_identities(desk: Desk, until_ms: int) -> int:
    """Erase who a household is, so long after its last case has ended; its cases stay and are counted. How many."""
    office = desk.site.office
    if office is None:
        return 0
    before = until_ms - office.identity_days * DAY_MS
    due = list(desk.tx.execute(_OVER, {"before": before, "most": AT_ONCE}).scalars())
    for household in due:
        about = {"household": household}
        desk.tx.execute(delete(_marks).where(_marks.c.household == household))
        desk.tx.execute(update(_people).where(_people.c.household == household).values(sealed=None))
        desk.tx.execute(update(_cases).where(_cases.c.household == household).values(sealed=None))
        desk.tx.execute(update(_letters).where(_letters.c.case_id.in_(_CASES_OF)).values(sealed=None), about)
        erased = {"sealed": None, "erased_at_ms": desk.now_ms, "cover_until": None}
        desk.tx.execute(update(_households).where(_households.c.id == household).values(**erased))
    return len(due)


_cases, _letters, _households = tables.cases, tables.letters, tables.households
_people, _marks = tables.people, tables.marks
_CASES_OF: Final = select(_cases.c.id).where(_cases.c.household == bindparam("household"))
_EXPIRED: Final = (
    select(_letters)
    .join(_cases, _cases.c.id == _letters.c.case_id)
    .where(
        text("letters.used_at_ms IS NULL AND letters.void_at_ms IS NULL"),  # as in the partial index
        _letters.c.until < bindparam("today"),
        _cases.c.state.in_(["handed_over", "letter_issued"]),
    )
    .order_by(_letters.c.id)
    .limit(bindparam("most"))
)
_NOBODY_CAME: Final = (
    select(_cases)
    .where(
        text(f"state IN ({', '.join(repr(state.value) for state in State if state in OPEN)})"),  # as in the partial index
        _cases.c.state == State.REQUESTED,
        _cases.c.revision == 1,
        _cases.c.opened_by == BY_ITSELF,
        _cases.c.opened_at_ms < bindparam("before"),
    )
    .order_by(_cases.c.id)
    .limit(bindparam("most"))
)
_lately_or_open = (_cases.c.opened_at_ms > bindparam("lately")) | _cases.c.state.in_(sorted(OPEN))
_lately = select(_cases.c.id).where(_cases.c.household == _households.c.id, _lately_or_open).exists()
_COVER_ENDS: Final = (
    select(_households.c.id, _households.c.cover_until)
    .where(
        text("cover_until IS NOT NULL AND merged_into IS NULL"),  # as in the partial index
        _households.c.cover_until > bindparam("first"),  # what has long ended was told, whatever became of its renewal
        _households.c.cover_until <= bindparam("last"),
        ~_lately,
    )
    .order_by(_households.c.id)
    .limit(bindparam("most"))
)
_ended = func.coalesce(_cases.c.ended_at_ms, bindparam("before"))  # an open one keeps its household
_OVER: Final = (
    select(_households.c.id)
    .outerjoin(_cases, _cases.c.household == _households.c.id)
    .where(_households.c.erased_at_ms.is_(None))
    .group_by(_households.c.id)
    .having(func.max(case((_cases.c.id.is_(None), _households.c.opened_at_ms), else_=_ended)) < bindparam("before"))
    .limit(bindparam("most"))
)
