"""Households at the desk: written under the seal, found by the marks of their codes, made one and made two."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import bindparam, delete, func, insert, select, update

from booking_store import tables
from booking_store.desk.office import typed
from booking_store.desk.office.seat import Seat, refused
from booking_store.sealed import HouseholdWords, PersonWords, household_of, person_of
from mqtt.office_contract import HouseholdFields, OddCode, OfficeRefusal, Why
from rules.household import Household, Person, age_band, doubts_about
from rules.identity_codes import CodeKind, doubts
from rules.spelling import plain_code


def read(seat: Seat, household: int) -> Household | None:
    """A household with its present members; None where there is none, it went into another, or it was erased."""
    row = seat.desk.tx.execute(_HOUSEHOLD, {"household": household}).one_or_none()
    if row is None or row.merged_into is not None or row.erased_at_ms is not None:
        return None
    return household_of(seat.seal, row, seat.desk.tx.execute(_MEMBERS, {"household": household}))


def went_into(seat: Seat, household: int) -> int | None:
    """The household that this one became a part of; None: it stands, or there is none."""
    row = seat.desk.tx.execute(_HOUSEHOLD, {"household": household}).one_or_none()
    return None if row is None else row.merged_into


# --------------------------------------------------------------------------------------------- written


def write_new(seat: Seat, fields: HouseholdFields) -> int | OfficeRefusal:
    """A household that nobody has written down yet; its id. Its code must be new."""
    household = typed.household(seat, fields)
    if isinstance(household, OfficeRefusal):
        return household
    if any(one.id is not None for one in household.members):
        return refused(Why.UNKNOWN_PERSON, detail="a new household has new members only")
    row = _values(seat, household) | {"opened_at_ms": seat.desk.now_ms}
    made = int(seat.desk.tx.execute(insert(_households).returning(_households.c.id), row).scalar_one())
    _write_members(seat, made, household.members)
    _write_marks(seat, made, household)
    return made


def write(seat: Seat, known: int, fields: HouseholdFields) -> OfficeRefusal | None:
    """The household as it is now: who is not named any more has left it."""
    household = typed.household(seat, fields)
    if isinstance(household, OfficeRefusal):
        return household
    before = read(seat, known)
    if before is None:
        return refused(Why.UNKNOWN_HOUSEHOLD)
    present = {one.id for one in before.members}
    if any(one.id is not None and one.id not in present for one in household.members):
        return refused(Why.UNKNOWN_PERSON, detail="a member that is named is not of this household")
    taken = by_code(seat, household.code)
    if taken is not None and taken != known:
        return refused(Why.CODE_TAKEN, household=taken)
    staying = {one.id for one in household.members}
    for gone in sorted(one for one in present if one is not None and one not in staying):
        seat.desk.tx.execute(_LEAVE, {"person": gone, "now": seat.desk.now_ms})
    seat.desk.tx.execute(update(_households).where(_households.c.id == known), _values(seat, household))
    if before.code != household.code:
        seat.desk.tx.execute(_FORGET_MARK, {"mark": seat.seal.mark(CodeKind.HOUSEHOLD, before.code)})
    _write_members(seat, known, household.members)
    _write_marks(seat, known, household)
    return None


def _values(seat: Seat, household: Household) -> dict[str, Any]:
    words = HouseholdWords(household.code, household.mobile, household.address, household.postal_code)
    return {"sealed": seat.seal.close(words), "county": household.county, "vulnerable": household.vulnerable}


def _write_members(seat: Seat, household: int, members: Sequence[Person]) -> None:
    for place, person in enumerate(members):
        row = _person_values(seat, person) | {"household": household, "place": place}
        if person.id is None:
            seat.desk.tx.execute(insert(_people), row)
        else:
            seat.desk.tx.execute(update(_people).where(_people.c.id == person.id), row)


def _person_values(seat: Seat, person: Person) -> dict[str, Any]:
    document, certificate = person.document, person.certificate
    words = PersonWords(
        name=person.name,
        father=person.father,
        born=person.born,
        number=document.number if document else "",
        expires=document.expires if document else None,
        cycle=document.cycle if document else None,
        exclusive=person.exclusive,
        unique=person.unique,
        certificate=certificate.number if certificate else "",
        certificate_issued=certificate.issued if certificate else None,
        physician=certificate.physician if certificate else "",
    )
    return {
        "relation": person.relation,
        "sex": person.sex,
        "nationality": person.nationality,
        "document": document.type if document else None,
        "disease": certificate.disease if certificate else None,
        "sealed": seat.seal.close(words),
    }


def _write_marks(seat: Seat, household: int, as_typed: Household) -> None:
    """The household's own code stands beside those of households that went into it; a member's are written anew."""
    tx, seal = seat.desk.tx, seat.seal
    if as_typed.code and by_code(seat, as_typed.code) is None:
        mark = seal.mark(CodeKind.HOUSEHOLD, as_typed.code)
        tx.execute(insert(_marks), {"mark": mark, "kind": CodeKind.HOUSEHOLD, "household": household, "person": None})
    tx.execute(_FORGET_MEMBERS, {"household": household})
    for row in tx.execute(_MEMBERS, {"household": household}).all():
        for kind, code in _codes(person_of(seat.seal, row)):
            about = {"mark": seal.mark(kind, code), "kind": kind, "household": household, "person": row.id}
            tx.execute(insert(_marks), about)


def _codes(person: Person) -> list[tuple[CodeKind, str]]:
    codes = [(CodeKind.EXCLUSIVE, person.exclusive), (CodeKind.UNIQUE, person.unique)]
    codes += [(CodeKind.DOCUMENT, person.document.number)] if person.document is not None else []
    return [(kind, code) for kind, code in codes if code]


def count_people(seat: Seat, case: int, household: int) -> None:
    """What statistics count of an open case's people: as they are now."""
    seat.desk.tx.execute(delete(_case_people).where(_case_people.c.case_id == case))
    for row in seat.desk.tx.execute(_MEMBERS, {"household": household}).all():
        counted = {name: getattr(row, name) for name in ("relation", "sex", "nationality", "document", "disease")}
        counted |= {"case_id": case, "person": row.id, "age_band": age_band(person_of(seat.seal, row).born, seat.today)}
        seat.desk.tx.execute(insert(_case_people), counted)


# --------------------------------------------------------------------------------------------- found


def by_code(seat: Seat, code: str) -> int | None:
    """The household with this code of its own, as `plain_code` writes it."""
    mark = seat.seal.mark(CodeKind.HOUSEHOLD, code)
    found: int | None = seat.desk.tx.execute(_BY_OWN_CODE, {"mark": mark}).scalar()
    return found


def found_by(seat: Seat, code: str) -> list[int]:
    """Every household that a code leads to, whichever code it is."""
    plain = plain_code(code)
    marks = [seat.seal.mark(kind, plain) for kind in CodeKind] if plain else []
    return list(seat.desk.tx.execute(_BY_ANY_CODE.where(_marks.c.mark.in_(marks))).scalars()) if marks else []


def elsewhere(seat: Seat, household: int) -> tuple[int, ...]:
    """Other households that a member of this one is written down in too: perhaps they are one, or somebody has moved."""
    found = seat.desk.tx.execute(_ELSEWHERE, {"household": household}).scalars()
    return tuple(sorted(set(found)))


def odd_codes(household: Household) -> tuple[OddCode, ...]:
    """What is odd about the codes: warnings."""
    own = [OddCode(kind=CodeKind.HOUSEHOLD, doubt=doubt) for doubt in doubts(CodeKind.HOUSEHOLD, household.code)]
    own += [OddCode(kind=CodeKind.POSTAL, doubt=doubt) for doubt in doubts(CodeKind.POSTAL, household.postal_code)]
    of_members = (
        OddCode(kind=kind, doubt=doubt, row=row)
        for row, person in enumerate(household.members)
        for kind, doubt in doubts_about(person)
    )
    return (*own, *of_members)


# --------------------------------------------------------------------------------------------- one of two, two of one


def take_in(seat: Seat, stays: int, goes: int, one: Household) -> None:
    """`goes` is a part of `stays` from now on: `one` is both of them (rules.household.merged)."""
    tx = seat.desk.tx
    for place, person in enumerate(one.members):
        moved = {"household": stays, "place": place, "relation": person.relation}
        tx.execute(update(_people).where(_people.c.id == person.id), moved)
    tx.execute(update(_marks).where(_marks.c.household == goes), {"household": stays})
    covered = select(_households.c.cover_until).where(_households.c.id == goes).scalar_subquery()
    cover = {"cover_until": func.coalesce(_households.c.cover_until, covered)}
    tx.execute(update(_households).where(_households.c.id == stays).values(**_values(seat, one), **cover))
    tx.execute(update(_households).where(_households.c.id == goes), {"merged_into": stays})
    tx.execute(update(_households).where(_households.c.merged_into == goes), {"merged_into": stays})


def let_go(seat: Seat, goes: Household) -> int:
    """A household of its own for `goes` (rules.household.split); its id."""
    row = _values(seat, goes) | {"opened_at_ms": seat.desk.now_ms}
    made = int(seat.desk.tx.execute(insert(_households).returning(_households.c.id), row).scalar_one())
    _write_members(seat, made, goes.members)
    for person in goes.members:
        seat.desk.tx.execute(delete(_marks).where(_marks.c.person == person.id))
    _write_marks(seat, made, goes)
    return made


def members(seat: Seat, household: int) -> list[int]:
    """The ids of the present members, in their order."""
    return [row.id for row in seat.desk.tx.execute(_MEMBERS, {"household": household})]


_households, _people, _marks, _case_people = tables.households, tables.people, tables.marks, tables.case_people
_other = _marks.alias()
_HOUSEHOLD: Final = select(_households).where(_households.c.id == bindparam("household"))
_MEMBERS: Final = (
    select(_people)
    .where(_people.c.household == bindparam("household"), _people.c.left_at_ms.is_(None))
    .order_by(_people.c.place, _people.c.id)
)
_LEAVE: Final = update(_people).where(_people.c.id == bindparam("person")).values(left_at_ms=bindparam("now"))
_FORGET_MARK: Final = delete(_marks).where(_marks.c.mark == bindparam("mark"), _marks.c.person.is_(None))
_FORGET_MEMBERS: Final = delete(_marks).where(_marks.c.household == bindparam("household"), _marks.c.person.is_not(None))
_BY_OWN_CODE: Final = select(_marks.c.household).where(_marks.c.mark == bindparam("mark"), _marks.c.person.is_(None))
_BY_ANY_CODE: Final = select(_marks.c.household).distinct().order_by(_marks.c.household)
_ELSEWHERE: Final = (
    select(_other.c.household)
    .join_from(_marks, _other, _other.c.mark == _marks.c.mark)
    .where(
        _marks.c.household == bindparam("household"),
        _marks.c.person.is_not(None),
        _other.c.household != bindparam("household"),
    )
)
