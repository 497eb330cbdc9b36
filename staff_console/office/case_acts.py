"""What an officer can do at a case: each act's form, the right that it takes, and the states in which it is offered. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from mqtt import office_contract as contract
from mqtt.office_contract import CaseAct
from rules.referral import Act, State, after
from rules.spelling import trim
from staff_console.document.fields import Typed
from staff_console.office.typed import MistypedError, converted
from staff_console.rights import Right

SAID: Final = "said-"
"""Before a question's id: the name of its field."""


@dataclass(frozen=True, slots=True)
class CaseForm:
    """One act. `act`: what it is in the table of states."""

    right: Right
    act: Act
    made: Callable[[Typed], CaseAct]


def _one(kind: type[CaseAct], *fields: str) -> Callable[[Typed], CaseAct]:
    """An act whose fields hold one word each."""

    def made(typed: Typed) -> CaseAct:
        for field in fields:
            if field not in _MAY_BE_EMPTY and not first(typed, field):
                raise MistypedError({field: _WRITTEN.get(field, "office.form.choose")})
        act: CaseAct = converted(kind, {field: first(typed, field) for field in fields})
        return act

    return made


def _papers(kind: type[CaseAct]) -> Callable[[Typed], CaseAct]:
    def made(typed: Typed) -> CaseAct:
        ticked = [_paper(one) for one in typed.get("paper", ()) if one]
        if not ticked:
            raise MistypedError({"paper": "office.form.no_paper"})
        act: CaseAct = converted(kind, {"papers": ticked})
        return act

    return made


def _paper(ticked: str) -> dict[str, object]:
    """A box of the table of papers: "12:photo", or ":photo" of the household's own."""
    person, _, paper = ticked.partition(":")
    return {"person": person or None, "paper": paper}


def _answers(typed: Typed) -> CaseAct:
    said = {field.removeprefix(SAID): first(typed, field) for field in typed if field.startswith(SAID)}
    answers = [{"question": question, "said": answer} for question, answer in said.items() if answer]
    if not answers:
        raise MistypedError({"": "office.form.choose"})
    act: CaseAct = converted(contract.AnswerQuestions, {"answers": answers})
    return act


def _ask_department(typed: Typed) -> CaseAct:
    people = [one for one in typed.get("people", ()) if one]
    act: CaseAct = converted(contract.AskDepartment, {"way": first(typed, "way"), "people": people})
    return act


def first(typed: Typed, field: str) -> str:
    """A field's one value, without what nobody sees around it."""
    return trim(next(iter(typed.get(field, ())), ""))


def done_as(what: str, typed: Typed) -> str:
    """The word of an act that was done ([office.done]): an empty receipt takes away the one that stood there."""
    return "no_receipt" if what == "write_fee" and not first(typed, "receipt") else what


_MAY_BE_EMPTY: Final = frozenset({"receipt"})
_WRITTEN: Final = MappingProxyType(
    {"name": "office.form.no_name", "note": "office.form.no_note", "reference": "office.form.no_reference"}
)
"""Fields that are written, and not chosen from a list: what is told where nothing is."""

FORMS: Final[Mapping[str, CaseForm]] = MappingProxyType(
    {
        "take_up": CaseForm(Right.WRITE_CASES, Act.TAKE_UP, _one(contract.TakeUp)),
        "write_najva": CaseForm(Right.WRITE_CASES, Act.RECORD, _one(contract.WriteNajva, "result", "reference")),
        "write_fee": CaseForm(Right.WRITE_CASES, Act.RECORD, _one(contract.WriteFee, "receipt")),
        "answer_questions": CaseForm(Right.WRITE_CASES, Act.RECORD, _answers),
        "write_note": CaseForm(Right.WRITE_CASES, Act.RECORD, _one(contract.WriteNote, "note")),
        "ask_papers": CaseForm(Right.WRITE_CASES, Act.ASK_PAPERS, _papers(contract.AskPapers)),
        "bring_papers": CaseForm(Right.WRITE_CASES, Act.BRING_PAPERS, _papers(contract.BringPapers)),
        "ask_department": CaseForm(Right.WRITE_CASES, Act.ASK_DEPARTMENT, _ask_department),
        "hear_department": CaseForm(Right.WRITE_CASES, Act.RECORD, _one(contract.HearDepartment, "person", "result")),
        "approve": CaseForm(Right.DECIDE_CASES, Act.APPROVE, _one(contract.Approve)),
        "refuse": CaseForm(Right.DECIDE_CASES, Act.REFUSE, _one(contract.RefuseCase, "refusal")),
        "review_again": CaseForm(Right.DECIDE_CASES, Act.REVIEW_AGAIN, _one(contract.ReviewAgain)),
        "issue_letter": CaseForm(Right.WRITE_CASES, Act.ISSUE, _one(contract.IssueLetter, "service_office", "signer")),
        "hand_over": CaseForm(Right.WRITE_CASES, Act.HAND_OVER, _one(contract.HandOver, "name", "relation")),
        "duplicate_letter": CaseForm(Right.WRITE_CASES, Act.DUPLICATE, _one(contract.DuplicateLetter)),
    }
)
"""Every act of StepCase but one: a household is written on a page of its own (pages/office/writing.py)."""


def can_step(state: State, act: Act) -> bool:
    """Whether a case in this state takes this act at all; what else stands against it, the store says."""
    return isinstance(after(state, act), State)
