"""Cases at the desk: opened from a called ticket or found, and stepped from request to letter by one envelope."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import Row, bindparam, insert, select, update

from booking_store import tables
from booking_store.desk.desk import Asked, Desk
from booking_store.desk.office import arrival, households, inquiries, letters, review, steps
from booking_store.desk.office.seat import Seat, case_by_id, refused, take_seat
from booking_store.sealed import CaseWords
from mqtt import office_contract as contract
from mqtt.contract import Answer, Changed
from mqtt.office_contract import (
    CaseAct,
    FindHousehold,
    HouseholdFound,
    Households,
    HouseholdStands,
    LookAt,
    MergeHouseholds,
    OfficeRefusal,
    OpenCase,
    SplitHousehold,
    StepCase,
    Why,
)
from rules.household import NotSplit, merged, split
from rules.letters import letter_number
from rules.referral import UNDECIDED, Act, Recorded, State
from rules.spelling import plain_code

ACTS: Final[Mapping[type[CaseAct], Callable[[Seat, Row[Any], Any], Row[Any] | OfficeRefusal]]] = MappingProxyType(
    {
        contract.WriteHousehold: review.write_household,
        contract.WriteFee: review.write_fee,
        contract.WriteNajva: review.write_najva,
        contract.AnswerQuestions: review.answer_questions,
        contract.WriteNote: review.write_note,
        contract.TakeUp: review.take_up,
        contract.AskPapers: review.ask_papers,
        contract.BringPapers: review.bring_papers,
        contract.AskDepartment: inquiries.ask,
        contract.HearDepartment: inquiries.hear,
        contract.Approve: review.approve,
        contract.RefuseCase: review.refuse,
        contract.ReviewAgain: review.review_again,
        contract.IssueLetter: letters.issue,
        contract.HandOver: letters.hand_over,
        contract.DuplicateLetter: letters.duplicate,
    }
)


# ------------------------------------------------------------------------------------------------ opened


def open_case(desk: Desk, asked: Asked, operation: OpenCase) -> Answer:
    """A request of a household, which is written down with it where nobody knows it yet."""
    seat = take_seat(desk, asked)
    if isinstance(seat, OfficeRefusal):
        return seat
    ticket = _ticket(seat, operation)
    if isinstance(ticket, OfficeRefusal):
        return ticket
    household = _household(seat, operation)
    if isinstance(household, OfficeRefusal):
        return household
    found = steps.open_case(desk, household)
    if found is None:
        return _opened(seat, household, operation.matter, ticket)
    desk.note(asked, "case_found", details={"case": found.id, "household": household})
    return steps.stands(desk, found, again=True, elsewhere=households.elsewhere(seat, household))


def _household(seat: Seat, operation: OpenCase) -> int | OfficeRefusal:
    """The household that is asked for: by its id, by the code that was typed, or written down now."""
    known, fields = operation.household, operation.fields
    if known is None and fields is not None:
        known = households.by_code(seat, plain_code(fields.code))
        if known is None:
            return households.write_new(seat, fields)
        fields = None  # what was typed of a household that is known is not believed over what is written: it is looked at first
    if known is None or households.read(seat, known) is None:
        return refused(Why.UNKNOWN_HOUSEHOLD)
    if fields is not None and steps.open_case(seat.desk, known) is None:
        wrong = households.write(seat, known, fields)
        if wrong is not None:
            return wrong
    return known


def _ticket(seat: Seat, operation: OpenCase) -> dict[str, int | None] | OfficeRefusal:
    """The ticket that brings the case, or why there is nothing to open."""
    matter, number = seat.office.matter(operation.matter), operation.number
    if matter is None or not matter.opens_case:
        return refused(Why.UNKNOWN_WORD, detail=f"{operation.matter!r} is no matter that opens a case")
    if number is None:
        return {"service_day": None, "number": None}
    day = seat.desk.open_day()
    if day is None or seat.desk.ticket(day.id, number) is None:
        return refused(Why.UNKNOWN_TICKET)
    return {"service_day": day.id, "number": number}


def _opened(seat: Seat, household: int, matter: str, ticket: Mapping[str, int | None]) -> Answer:
    row = new_case(seat, household, matter, ticket)
    household_now = households.read(seat, household)
    odd = households.odd_codes(household_now) if household_now is not None else ()
    return steps.stands(seat.desk, row, odd=odd, elsewhere=households.elsewhere(seat, household))


def new_case(seat: Seat, household: int, matter: str, ticket: Mapping[str, int | None]) -> Row[Any]:
    """A case of a household that has no open one."""
    desk = seat.desk
    known = desk.tx.execute(_HOUSEHOLD, {"household": household}).one()
    cycle = seat.office.cycle_on(seat.today)
    if cycle is not None and known.cover_until is not None and known.cover_until >= cycle.last.isoformat():
        cycle = seat.office.cycle_after(seat.today)
    row = {
        "household": household,
        "matter": matter,
        "state": State.REQUESTED,
        "opened_at_ms": desk.now_ms,
        "opened_by": seat.who,
        "cycle": cycle.number if cycle is not None else None,
        "county": known.county,
        "vulnerable": known.vulnerable,
        "fee_rials": review.fee_of(seat, matter, vulnerable=known.vulnerable),
        "said": {},
        "papers": [],
        "sealed": seat.seal.close(CaseWords()),
    }
    made = desk.tx.execute(insert(_cases).returning(_cases), row | dict(ticket)).one()
    households.count_people(seat, made.id, household)
    details = {"case": made.id, "household": household, "matter": matter}
    desk.note(seat.asked, "case_opened", service_day=made.service_day, number=made.number, details=details)
    return made


# ------------------------------------------------------------------------------------------------ stepped


def step_case(desk: Desk, asked: Asked, operation: StepCase) -> Answer:
    """One act at one case. Whoever saw an older case than this is shown it as it is."""
    seat = take_seat(desk, asked)
    if isinstance(seat, OfficeRefusal):
        return seat
    case = case_by_id(desk, operation.case)
    if case is None:
        return refused(Why.UNKNOWN_CASE)
    if case.revision != operation.revision:
        return refused(Why.STALE, case=case)
    stepped = ACTS[type(operation.act)](seat, case, operation.act)
    if isinstance(stepped, OfficeRefusal):
        return stepped
    if not isinstance(operation.act, contract.WriteHousehold):
        return steps.stands(desk, stepped)
    household = households.read(seat, case.household)
    odd = households.odd_codes(household) if household is not None else ()
    return steps.stands(desk, stepped, odd=odd, elsewhere=households.elsewhere(seat, case.household))


# ------------------------------------------------------------------------------------------------ households


def find(desk: Desk, asked: Asked, operation: FindHousehold) -> Answer:
    """Whom a code leads to. The audit trail says which households were found, and not by what."""
    seat = take_seat(desk, asked)
    if isinstance(seat, OfficeRefusal):
        return seat
    found = households.found_by(seat, operation.code)
    desk.note(asked, "household_looked_for", details={"households": found})
    return Households(households=tuple(_found(desk, one) for one in found))


def _found(desk: Desk, household: int) -> HouseholdFound:
    case = steps.open_case(desk, household) or desk.tx.execute(_NEWEST, {"household": household}).first()
    if case is None:
        return HouseholdFound(household=household)
    letter = steps.standing_letter(desk, case.id)
    return HouseholdFound(
        household=household,
        case=case.id,
        state=State(case.state),
        revision=case.revision,
        letter=None if letter is None else letter_number(letter.year, letter.serial),
    )


def look_at(desk: Desk, asked: Asked, operation: LookAt) -> Answer:
    """Somebody reads who a household is."""
    seat = take_seat(desk, asked)
    if isinstance(seat, OfficeRefusal):
        return seat
    if desk.tx.execute(_HOUSEHOLD, {"household": operation.household}).first() is None:
        return refused(Why.UNKNOWN_HOUSEHOLD)
    desk.note(asked, "identity_seen", details={"household": operation.household, "case": operation.case})
    return Changed()


def merge(desk: Desk, asked: Asked, operation: MergeHouseholds) -> Answer:
    """Two households are one. A case that is decided already is opened again first: it was decided about other people."""
    seat = take_seat(desk, asked)
    if isinstance(seat, OfficeRefusal):
        return seat
    before = _merged_before(seat, operation)
    if before is not None:
        return before
    stays, goes = (households.read(seat, one) for one in (operation.stays, operation.goes))
    if stays is None or goes is None or operation.stays == operation.goes:
        return refused(Why.UNKNOWN_HOUSEHOLD)
    case, other = (steps.open_case(desk, one) for one in (operation.stays, operation.goes))
    keeps = case if case is not None else other
    if keeps is not None and State(keeps.state) not in UNDECIDED:
        return refused(Why.NOT_POSSIBLE_NOW, detail="its case is decided: open the review again first", case=keeps)
    replaced = None
    if case is not None and other is not None:
        replaced = other.id
        letter = steps.standing_letter(desk, other.id)
        if letter is not None:
            letters.void(desk, letter.id)
        stepped = steps.step(desk, seat.who, other, Act.REPLACE, asked, replaced_by=case.id)
        if isinstance(stepped, OfficeRefusal):
            return stepped
    households.take_in(seat, operation.stays, operation.goes, merged(stays, goes))
    arrival.follow(desk, operation.stays, operation.goes)
    desk.tx.execute(update(_cases).where(_cases.c.household == operation.goes).values(household=operation.stays))
    _count_anew(seat, operation.stays)
    details = {"stays": operation.stays, "goes": operation.goes, "replaced_case": replaced}
    desk.note(asked, "households_merged", details=details)
    people = tuple(households.members(seat, operation.stays))
    return HouseholdStands(household=operation.stays, people=people, replaced_case=replaced)


def _merged_before(seat: Seat, operation: MergeHouseholds) -> Answer | None:
    """What is answered where one went into another already: asked once more, they are one, and nothing is done twice."""
    stays_in, goes_in = (households.went_into(seat, one) for one in (operation.stays, operation.goes))
    if goes_in == operation.stays:
        people = tuple(households.members(seat, operation.stays))
        return HouseholdStands(household=operation.stays, people=people, again=True)
    into = stays_in or goes_in
    return refused(Why.MERGED, household=into) if into is not None else None


def split_off(desk: Desk, asked: Asked, operation: SplitHousehold) -> Answer:
    """Some of a household are one of their own."""
    seat = take_seat(desk, asked)
    if isinstance(seat, OfficeRefusal):
        return seat
    before = households.read(seat, operation.household)
    if before is None:
        return refused(Why.UNKNOWN_HOUSEHOLD)
    code = plain_code(operation.code)
    taken = households.by_code(seat, code)
    if taken is not None:
        return refused(Why.CODE_TAKEN, household=taken)
    case = steps.open_case(desk, operation.household)
    if case is not None and State(case.state) not in UNDECIDED:
        return refused(Why.NOT_POSSIBLE_NOW, detail="its case is decided: open the review again first", case=case)
    parts = split(before, operation.going, operation.head, code)
    if isinstance(parts, NotSplit):
        return refused(Why(parts.value))
    _, goes = parts
    made = households.let_go(seat, goes)
    _count_anew(seat, operation.household)
    details = {"household": operation.household, "new": made, "people": list(operation.going)}
    desk.note(asked, "household_split", details=details)
    return HouseholdStands(household=made, people=tuple(households.members(seat, made)))


def _count_anew(seat: Seat, household: int) -> None:
    """The open case of a household whose people have changed counts them as they are, and owes what they owe; whoever saw it
    before looks again, and who changed them has written the household: they do not approve it."""
    case = steps.open_case(seat.desk, household)
    if case is not None:
        households.count_people(seat, case.id, household)
        known = seat.desk.tx.execute(_HOUSEHOLD, {"household": household}).one()
        owed = review.fee_of(seat, case.matter, vulnerable=known.vulnerable)
        counted = {"county": known.county, "vulnerable": known.vulnerable, "fee_rials": owed}
        steps.step(seat.desk, seat.who, case, Act.RECORD, seat.asked, Recorded.HOUSEHOLD, **counted)


_cases = tables.cases
_HOUSEHOLD: Final = select(tables.households).where(tables.households.c.id == bindparam("household"))
_NEWEST: Final = select(_cases).where(_cases.c.household == bindparam("household")).order_by(_cases.c.id.desc()).limit(1)
