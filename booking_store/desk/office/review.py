"""A review at the desk: what an officer writes down of it, the papers that are missing, and how it ends."""

from datetime import date
from typing import Any, Final

import msgspec
from sqlalchemy import Row, bindparam, func, select

from booking_store import tables
from booking_store.desk.office import households, steps, typed
from booking_store.desk.office.seat import Seat, refused
from booking_store.sealed import CaseWords, Note
from mqtt.office_contract import (
    AnswerQuestions,
    Approve,
    AskPapers,
    BringPapers,
    MissingPaper,
    OfficeRefusal,
    RefuseCase,
    ReviewAgain,
    TakeUp,
    Why,
    WriteFee,
    WriteHousehold,
    WriteNajva,
    WriteNote,
)
from rules.household import Household, wrong_with
from rules.office import named
from rules.referral import Act, Against, Fee, NajvaCheck, NajvaResult, Recorded, Review, Said, against_approval
from rules.spelling import trim
from rules.texts import TextKind

Stepped = Row[Any] | OfficeRefusal


# -------------------------------------------------------------------------------------------- written down


def write_household(seat: Seat, case: Row[Any], act: WriteHousehold) -> Stepped:
    """The household as it is now, with the fee that it owes and what is counted of it."""
    wrong = steps.why_not(seat.desk, case, Act.RECORD) or households.write(seat, case.household, act.household)
    if wrong is not None:
        return wrong
    households.count_people(seat, case.id, case.household)
    vulnerable = act.household.vulnerable
    owed = fee_of(seat, case.matter, vulnerable=vulnerable)
    counted = {"county": act.household.county, "vulnerable": vulnerable, "fee_rials": owed}
    return _record(seat, case, Recorded.HOUSEHOLD, **counted)


def fee_of(seat: Seat, matter: str, *, vulnerable: bool) -> int:
    """What a household owes, in rials: the vulnerable nothing."""
    found = seat.office.matter(matter)
    return 0 if vulnerable or found is None else found.fee_rials


def write_fee(seat: Seat, case: Row[Any], act: WriteFee) -> Stepped:
    """The receipt of the fee."""
    receipt = trim(act.receipt)
    words = msgspec.structs.replace(_words(seat, case), receipt=receipt)
    what, paid = (Recorded.RECEIPT, seat.desk.now_ms) if receipt else (Recorded.NO_RECEIPT, None)
    return _record(seat, case, what, sealed=seat.seal.close(words), fee_paid_at_ms=paid)


def write_najva(seat: Seat, case: Row[Any], act: WriteNajva) -> Stepped:
    """What Najva says today, with the reference by which it is found there again."""
    reference = trim(act.reference)
    if not reference:
        return refused(Why.NO_REFERENCE, case=case)
    words = msgspec.structs.replace(_words(seat, case), najva_reference=reference)
    found = {"najva": act.result, "najva_on": seat.today.isoformat(), "najva_by": seat.who}
    return _record(seat, case, Recorded.NAJVA, sealed=seat.seal.close(words), **found)


def answer_questions(seat: Seat, case: Row[Any], act: AnswerQuestions) -> Stepped:
    """Answers to the circulars in force."""
    asked = {one.id for one in seat.office.questions_for(case.matter, seat.today)}
    answers = {one.question: one.said.value for one in act.answers}
    if unknown := sorted(answers.keys() - asked):
        return refused(Why.UNKNOWN_WORD, detail=f"no circular in force asks {unknown[0]!r}", case=case)
    return _record(seat, case, Recorded.ANSWERS, said={**case.said, **answers})


def write_note(seat: Seat, case: Row[Any], act: WriteNote) -> Stepped:
    """Words for the next officer."""
    words = _words(seat, case)
    note = Note(seat.who, seat.desk.now_ms, act.note)
    words = msgspec.structs.replace(words, notes=(*words.notes, note))
    return _record(seat, case, Recorded.NOTE, sealed=seat.seal.close(words))


# -------------------------------------------------------------------------------------------- its way


def take_up(seat: Seat, case: Row[Any], _: TakeUp) -> Stepped:
    """The asker reviews it."""
    return _step(seat, case, Act.TAKE_UP, officer=seat.who)


def ask_papers(seat: Seat, case: Row[Any], act: AskPapers) -> Stepped:
    """These are missing; the household hears of it, once for each list."""
    wrong = _unknown_papers(seat, case, act.papers)
    if wrong is not None or not act.papers:
        return wrong or refused(Why.UNKNOWN_WORD, detail="no paper is named", case=case)
    stepped = _step(seat, case, Act.ASK_PAPERS, papers=[_written(one) for one in act.papers])
    if not isinstance(stepped, OfficeRefusal):
        listed = dict.fromkeys(one.paper for one in act.papers)
        names = (named(seat.office.papers, paper) for paper in listed)
        told = "، ".join(name.fa for name in names if name is not None)
        key = f"papers:{case.id}:{stepped.revision}"
        steps.tell(seat.desk, TextKind.PAPERS_WANTED, key, case.household, papers=told)
    return stepped


def bring_papers(seat: Seat, case: Row[Any], act: BringPapers) -> Stepped:
    """These are here. The review goes on; what is missing still stands beside it."""
    brought = [_written(one) for one in act.papers]
    missing = [one for one in case.papers if one not in brought]
    return _step(seat, case, Act.BRING_PAPERS, papers=missing)


def approve(seat: Seat, case: Row[Any], _: Approve) -> Stepped:
    """It ends well, where nothing stands against it."""
    household = households.read(seat, case.household)
    if household is None:
        return refused(Why.UNKNOWN_HOUSEHOLD, case=case)
    against = () if steps.why_not(seat.desk, case, Act.APPROVE) else _against(seat, case, household)
    if against:
        return refused(*(Why(one.value) for one in against), case=case)
    return _step(seat, case, Act.APPROVE, decided_at_ms=seat.desk.now_ms)


def _against(seat: Seat, case: Row[Any], household: Household) -> tuple[Against, ...]:
    office, today = seat.office, seat.today
    questions = office.questions_for(case.matter, today)
    words = _words(seat, case)
    najva = None
    if case.najva is not None:
        made_on = date.fromisoformat(case.najva_on)
        najva = NajvaCheck(NajvaResult(case.najva), words.najva_reference, made_on, case.najva_by)
    review = Review(
        hands=steps.case_of(seat.desk, case).hands,
        wrong=wrong_with(household, today),
        documents=tuple(office.validity_of(one.document, today) for one in household.members),
        lacks_certificate=office.lacks_certificate(case.matter, household),
        papers_missing=len(case.papers),
        inquiries_open=seat.desk.tx.execute(_INQUIRIES_OPEN, {"case": case.id}).scalar_one(),
        fee=Fee(case.fee_rials, words.receipt),
        najva=najva,
        asked=tuple(one.id for one in questions),
        must=frozenset(one.id for one in questions if one.must),
        said={question: Said(answer) for question, answer in case.said.items()},
    )
    return against_approval(review, seat.who, today, own_cases=office.own_cases, najva_days=office.najva_days)


def refuse(seat: Seat, case: Row[Any], act: RefuseCase) -> Stepped:
    """It ends otherwise, for a reason of the site file."""
    if not typed.known(seat.office.refusals, act.refusal):
        return refused(Why.UNKNOWN_WORD, detail=f"refusal {act.refusal!r} is not in the site file", case=case)
    return _step(seat, case, Act.REFUSE, refusal=act.refusal, decided_at_ms=seat.desk.now_ms)


def review_again(seat: Seat, case: Row[Any], _: ReviewAgain) -> Stepped:
    """What was decided is looked at once more; not of a household that was erased."""
    if households.read(seat, case.household) is None:
        return refused(Why.UNKNOWN_HOUSEHOLD, case=case)
    return _step(seat, case, Act.REVIEW_AGAIN, refusal=None, decided_at_ms=None, officer=seat.who)


# -------------------------------------------------------------------------------------------- parts


def _step(seat: Seat, case: Row[Any], act: Act, **values: Any) -> Stepped:
    return steps.step(seat.desk, seat.who, case, act, seat.asked, **values)


def _record(seat: Seat, case: Row[Any], what: Recorded, **values: Any) -> Stepped:
    return _step(seat, case, Act.RECORD, recorded=what, **values)


def _words(seat: Seat, case: Row[Any]) -> CaseWords:
    words: CaseWords = seat.seal.open(case.sealed, CaseWords)
    return words


def _written(one: MissingPaper) -> dict[str, Any]:
    return {"person": one.person, "paper": one.paper}


def _unknown_papers(seat: Seat, case: Row[Any], papers: tuple[MissingPaper, ...]) -> OfficeRefusal | None:
    present = households.members(seat, case.household)
    for one in papers:
        if not typed.known(seat.office.papers, one.paper):
            return refused(Why.UNKNOWN_WORD, detail=f"paper {one.paper!r} is not in the site file", case=case)
        if one.person is not None and one.person not in present:
            return refused(Why.UNKNOWN_PERSON, case=case)
    return None


_inquiries = tables.inquiries
_INQUIRIES_OPEN: Final = select(func.count()).where(_inquiries.c.case_id == bindparam("case"), _inquiries.c.result.is_(None))
