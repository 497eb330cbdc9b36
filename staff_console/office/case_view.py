"""What the page of a case shows: its people, its review, its letters, its history, and the acts that it takes now. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from booking_store.office_reader import CaseFile, Inquiry, LetterFile
from office.words import result_word, standing_word
from rules.household import Household, wrong_with
from rules.inquiries import Way, reference
from rules.letters import in_groups, standing
from rules.referral import (
    Act,
    Case,
    Fee,
    NajvaCheck,
    NajvaResult,
    Review,
    Said,
    State,
    Step,
    against_approval,
)
from staff_console.office.case_acts import FORMS, can_step
from staff_console.office.member_view import HouseholdView, household_view
from staff_console.office.wording import Wording


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """A question of a circular, and what was answered; empty: nothing yet."""

    id: str
    words: str
    must: bool
    said: str


@dataclass(frozen=True, slots=True)
class CircularView:
    """An instruction of the ministry that the review answers."""

    title: str
    text: str
    questions: tuple[QuestionRow, ...]


@dataclass(frozen=True, slots=True)
class InquiryRow:
    """One question to the department."""

    person: int
    who: str
    reference: str
    way: str
    asked: str
    result: str
    open: bool


@dataclass(frozen=True, slots=True)
class LetterRow:
    """One letter of the case; `stands`: the one that is not void."""

    year: int
    serial: int
    shown: str
    code: str
    to: str
    until: str
    standing: str
    stands: bool


@dataclass(frozen=True, slots=True)
class StepRow:
    """One line of the history."""

    at: str
    who: str
    what: str
    now: str


@dataclass(frozen=True, slots=True)
class CasePage:
    """The whole page. `may`: the acts that this state takes; `against`: what keeps it from being approved."""

    case: int
    shown: str
    household: int
    revision: int
    state: State
    state_words: str
    facts: tuple[tuple[str, str], ...]
    people: HouseholdView
    named: tuple[tuple[str, str], ...]  # members' ids and names
    fee: str
    receipt: str
    najva: tuple[str, ...]  # its result, day, reference and who looked
    circulars: tuple[CircularView, ...]
    inquiries: tuple[InquiryRow, ...]
    letters: tuple[LetterRow, ...]
    notes: tuple[StepRow, ...]
    steps: tuple[StepRow, ...]
    against: tuple[str, ...]
    missing: tuple[tuple[str, str], ...]  # as a box of the table of papers is called, and in words
    may: Mapping[str, bool]


Who = Callable[[str], str]


def case_page(file: CaseFile, me: str, who: Who, words: Wording, today: date) -> CasePage:
    """The page as `me` sees it. `who`: an account's shown name."""
    line = file.line
    return CasePage(
        case=line.case,
        shown=words.digits(line.case),
        household=line.household,
        revision=line.revision,
        state=line.state,
        state_words=words.state(line.state),
        facts=_facts(file, who, words),
        people=household_view(file.household, file.missing, words, today),
        named=tuple((str(one.id), one.name) for one in file.household.members),
        fee=words.say("office.rials", amount=words.rials(file.fee_rials)) if file.fee_rials else "",
        receipt=words.digits(file.words.receipt),
        najva=_najva(file, who, words),
        circulars=_circulars(file, words, today),
        inquiries=tuple(_inquiry(one, file.household, words) for one in file.inquiries),
        letters=tuple(letter_row(one, words, today) for one in file.letters),
        notes=tuple(StepRow(words.moment(one.at_ms), who(one.who), one.words, "") for one in file.words.notes),
        steps=(_opening(file, who, words), *(_step(one, who, words) for one in file.steps)),
        against=_against(file, me, words, today) if can_step(line.state, Act.APPROVE) else (),
        missing=tuple(_missing(file, person, paper, words) for person, paper in file.missing),
        may=_may(file),
    )


def _may(file: CaseFile) -> Mapping[str, bool]:
    state = file.line.state
    may = {name: can_step(state, form.act) for name, form in FORMS.items()}
    may["write_household"] = can_step(state, Act.RECORD)
    may["hear_department"] = may["hear_department"] and any(one.result is None for one in file.inquiries)
    return may


def _facts(file: CaseFile, who: Who, words: Wording) -> tuple[tuple[str, str], ...]:
    line = file.line
    facts = (
        ("matter", words.matter(line.matter)),
        ("officer", who(line.officer) if line.officer is not None else ""),
        ("opened", words.moment(line.opened_at_ms)),
        ("decided", words.moment(line.decided_at_ms) if line.decided_at_ms is not None else ""),
        ("refusal", words.word(words.office.refusals, file.refusal) if file.refusal is not None else ""),
        ("ticket", words.digits(line.number) if line.number is not None else ""),
        ("cycle", words.digits(file.cycle) if file.cycle is not None else ""),
    )
    return tuple(fact for fact in facts if fact[1])


def _najva(file: CaseFile, who: Who, words: Wording) -> tuple[str, ...]:
    if file.najva is None:
        return ()
    result, day, officer = file.najva
    parts = (
        words.say(f"office.najva.{result}"),
        words.date(date.fromisoformat(day)),
        words.digits(file.words.najva_reference),
        who(officer),
    )
    return tuple(part for part in parts if part)


def _circulars(file: CaseFile, words: Wording, today: date) -> tuple[CircularView, ...]:
    """Those in force for the matter; a question that two ask stands beside the newer one."""
    asked: set[str] = set()
    shown = []
    for one in words.office.circulars_for(file.line.matter, today):
        questions = [question for question in one.questions if question.id not in asked]
        asked.update(question.id for question in questions)
        rows = tuple(QuestionRow(each.id, words.of(each.name), each.must, file.said.get(each.id, "")) for each in questions)
        title = words.say("office.circular", number=words.digits(one.number), date=words.date(one.issued))
        shown.append(CircularView(title, one.text, rows))
    return tuple(shown)


def _inquiry(one: Inquiry, household: Household, words: Wording) -> InquiryRow:
    name = next((person.name for person in household.members if person.id == one.person), "")
    waits = one.way is Way.BATCH and one.batch is None and one.result is None
    way = words.say("office.way.batch_waits") if waits else words.say(f"office.way.{one.way.value}")
    return InquiryRow(
        person=one.person,
        who=name,
        reference=words.digits(reference(one.inquiry)),
        way=way,
        asked=words.moment(one.asked_at_ms),
        result=result_word(one.result, words.say.language) if one.result is not None else "",
        open=one.result is None,
    )


def letter_row(one: LetterFile, words: Wording, today: date) -> LetterRow:
    """A letter without its words."""
    letter = one.letter
    return LetterRow(
        year=letter.year,
        serial=letter.serial,
        shown=words.digits(letter.number),
        code=words.digits(in_groups(letter.code)),
        to=words.service_office(letter.service_office),
        until=words.date(letter.until),
        standing=standing_word(standing(letter, today), words.say.language),
        stands=not letter.void,
    )


def _missing(file: CaseFile, person: int | None, paper: str, words: Wording) -> tuple[str, str]:
    """A paper that is missing: whose it is, and which."""
    household = words.say("office.slip.household")
    whose = next((one.name for one in file.household.members if one.id == person), household)
    box = f"{'' if person is None else person}:{paper}"
    return box, words.say("office.paper_of", whose=whose, paper=words.word(words.office.papers, paper))


def _opening(file: CaseFile, who: Who, words: Wording) -> StepRow:
    opened = words.say("office.act.open_case")
    return StepRow(words.moment(file.line.opened_at_ms), who(file.opened_by), opened, words.state(State.REQUESTED))


def _step(one: Step, who: Who, words: Wording) -> StepRow:
    now = words.state(one.now) if one.now is not one.was else ""
    what = f"recorded.{one.recorded.value}" if one.recorded is not None else f"act.{one.act.value}"
    return StepRow(words.moment(one.at_ms), who(one.who), words.say(f"office.{what}"), now)


def _against(file: CaseFile, me: str, words: Wording, today: date) -> tuple[str, ...]:
    """What the store would say now to whoever approves: shown before it is asked."""
    office, line = words.office, file.line
    questions = office.questions_for(line.matter, today)
    najva = None
    if file.najva is not None:
        result, day, officer = file.najva
        najva = NajvaCheck(NajvaResult(result), file.words.najva_reference, date.fromisoformat(day), officer)
    review = Review(
        hands=Case(file.opened_by, line.opened_at_ms, line.state, file.steps).hands,
        wrong=wrong_with(file.household, today),
        documents=tuple(office.validity_of(one.document, today) for one in file.household.members),
        lacks_certificate=office.lacks_certificate(line.matter, file.household),
        papers_missing=len(file.missing),
        inquiries_open=sum(one.result is None for one in file.inquiries),
        fee=Fee(file.fee_rials, file.words.receipt),
        najva=najva,
        asked=tuple(one.id for one in questions),
        must=frozenset(one.id for one in questions if one.must),
        said={question: Said(said) for question, said in file.said.items()},
    )
    found = against_approval(review, me, today, own_cases=office.own_cases, najva_days=office.najva_days)
    return tuple(words.say(f"office.why.{one.value}") for one in found)
