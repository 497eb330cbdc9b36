"""Questions to the insurance department: asked member by member, sent in batches or by hand, answered once."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from sqlalchemy import Row, bindparam, func, insert, select, update

from booking_store import tables
from booking_store.desk.desk import Asked, Desk
from booking_store.desk.office import households, steps
from booking_store.desk.office.seat import Seat, case_by_id, refused, take_seat
from booking_store.office_lists import WAITS_FOR_BATCH
from mqtt.contract import Answer, Changed
from mqtt.office_contract import (
    AskDepartment,
    BatchHeard,
    BatchMade,
    HearBatch,
    HearDepartment,
    MakeBatch,
    OfficeRefusal,
    TakeBatch,
    Why,
)
from rules.inquiries import Result
from rules.referral import Act, Recorded, State
from rules.texts import TextKind

Stepped = Row[Any] | OfficeRefusal


def ask(seat: Seat, case: Row[Any], act: AskDepartment) -> Stepped:
    """Ask about these members, or about all; who is asked about already is not asked about twice."""
    present = households.members(seat, case.household)
    people = list(act.people) or present
    if any(one not in present for one in people):
        return refused(Why.UNKNOWN_PERSON, case=case)
    asked_already = set(seat.desk.tx.execute(_OPEN_PEOPLE, {"case": case.id}).scalars())
    people = [one for one in dict.fromkeys(people) if one not in asked_already]
    if not people:
        return refused(Why.NOTHING_TO_ASK, case=case)
    stepped = steps.step(seat.desk, seat.who, case, Act.ASK_DEPARTMENT, seat.asked)
    if not isinstance(stepped, OfficeRefusal):
        about = {"case_id": case.id, "way": act.way, "asked_at_ms": seat.desk.now_ms, "asked_by": seat.who}
        for person in people:
            seat.desk.tx.execute(insert(_inquiries), about | {"person": person})
    return stepped


def hear(seat: Seat, case: Row[Any], act: HearDepartment) -> Stepped:
    """One answer by hand; the last one that was waited for brings the case back to its review."""
    row = seat.desk.tx.execute(_OF_PERSON, {"case": case.id, "person": act.person}).one_or_none()
    if row is None:
        return refused(Why.NOTHING_TO_ASK, detail="nothing is asked about this member", case=case)
    last_one = seat.desk.tx.execute(_OPEN, {"case": case.id}).scalar_one() == 1
    goes_on = last_one and State(case.state) is State.AT_DEPARTMENT
    taken, recorded = (Act.HEAR_DEPARTMENT, None) if goes_on else (Act.RECORD, Recorded.HEARD)
    stepped = steps.step(seat.desk, seat.who, case, taken, seat.asked, recorded)
    if not isinstance(stepped, OfficeRefusal):
        _answer(seat, [row.id], act.result)
    return stepped


def make_batch(desk: Desk, asked: Asked, _: MakeBatch) -> Answer:
    """Everything that waits to be asked by batch, in one file: booking_store/office_reader.py reads its rows."""
    seat = take_seat(desk, asked)
    if isinstance(seat, OfficeRefusal):
        return seat
    waiting = desk.tx.execute(_WAITING).scalar_one()
    if not waiting:
        return refused(Why.NOTHING_TO_ASK)
    made = {"made_at_ms": desk.now_ms, "made_by": seat.who, "rows": waiting}
    batch = int(desk.tx.execute(insert(tables.batches).returning(tables.batches.c.id), made).scalar_one())
    desk.tx.execute(update(_inquiries).where(WAITS_FOR_BATCH).values(batch=batch))
    desk.note(asked, "batch_made", details={"batch": batch, "rows": waiting})
    return BatchMade(batch=batch, rows=waiting)


def take_batch(desk: Desk, asked: Asked, operation: TakeBatch) -> Answer:
    """Somebody takes a batch's file away: it tells who each of its members is."""
    seat = take_seat(desk, asked)
    if isinstance(seat, OfficeRefusal):
        return seat
    made = desk.tx.execute(_BATCH, {"batch": operation.batch}).one_or_none()
    if made is None:
        return refused(Why.UNKNOWN_BATCH)
    desk.note(asked, "batch_taken", details={"batch": made.id, "rows": made.rows})
    return Changed()


def hear_batch(desk: Desk, asked: Asked, operation: HearBatch) -> Answer:
    """Answers of a file. Each is written once; one that differs from what was said before changes nothing and is told."""
    seat = take_seat(desk, asked)
    if isinstance(seat, OfficeRefusal):
        return seat
    applied: dict[int, Result] = {}
    again = 0
    unknown, different = [], []
    known = _by_id(desk, (one.inquiry for one in operation.answers))
    for one in operation.answers:
        row = known.get(one.inquiry)
        if row is None or row.batch is None:
            unknown.append(one.inquiry)
            continue
        stands = applied.get(one.inquiry, row.result)
        if stands is None:
            applied[one.inquiry] = one.result
        elif stands == one.result:
            again += 1
        else:
            different.append(one.inquiry)
    for result in Result:
        _answer(seat, [inquiry for inquiry, said in applied.items() if said is result], result)
    for case in sorted({known[inquiry].case_id for inquiry in applied}):
        _go_on(seat, case)
    counts = {"applied": len(applied), "again": again, "unknown": len(unknown), "different": len(different)}
    desk.note(asked, "batch_heard", details=counts)
    return BatchHeard(applied=len(applied), again=again, unknown=tuple(unknown), different=tuple(different))


def _go_on(seat: Seat, case: int) -> None:
    """A case that waits for no other answer is reviewed again, and the household hears of it."""
    row = case_by_id(seat.desk, case)
    if row is None or seat.desk.tx.execute(_OPEN, {"case": case}).scalar_one():
        return
    if State(row.state) is State.AT_DEPARTMENT:
        stepped = steps.step(seat.desk, seat.who, row, Act.HEAR_DEPARTMENT, seat.asked)
        if not isinstance(stepped, OfficeRefusal):
            steps.tell(seat.desk, TextKind.ANSWERED, f"answered:{case}:{stepped.revision}", row.household)


def _answer(seat: Seat, inquiries: Sequence[int], result: Result) -> None:
    """Write one answer to all of these at once: a file has thousands of rows, and four answers."""
    if inquiries:
        told = {"result": result, "answered_at_ms": seat.desk.now_ms, "answered_by": seat.who}
        seat.desk.tx.execute(update(_inquiries).where(_inquiries.c.id.in_(inquiries)).values(**told))


def _by_id(desk: Desk, inquiries: Iterable[int]) -> dict[int, Row[Any]]:
    rows = desk.tx.execute(select(_inquiries).where(_inquiries.c.id.in_(sorted(set(inquiries)))))
    return {row.id: row for row in rows}


_inquiries = tables.inquiries
_of_case = _inquiries.c.case_id == bindparam("case")
_open = _inquiries.c.result.is_(None)
_OPEN: Final = select(func.count()).select_from(_inquiries).where(_of_case, _open)
_BATCH: Final = select(tables.batches).where(tables.batches.c.id == bindparam("batch"))
_OPEN_PEOPLE: Final = select(_inquiries.c.person).where(_of_case, _open)
_OF_PERSON: Final = select(_inquiries).where(_of_case, _inquiries.c.person == bindparam("person"), _open)
_WAITING: Final = select(func.count()).select_from(_inquiries).where(WAITS_FOR_BATCH)
