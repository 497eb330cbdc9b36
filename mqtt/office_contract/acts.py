"""What an officer does at a case."""

from typing import Annotated

import msgspec

from mqtt.fields import Count, Id, Struct, Text
from mqtt.office_contract.typed import MEMBERS_MOST, HouseholdFields
from rules.household import Relation
from rules.inquiries import Result, Way
from rules.referral import NajvaResult, Said


class WriteHousehold(Struct, frozen=True, tag="write_household"):
    """The household and its members as they are now."""

    household: HouseholdFields


class WriteFee(Struct, frozen=True, tag="write_fee"):
    """The fee was paid electronically: its receipt. Empty: it was not."""

    receipt: Text


class WriteNajva(Struct, frozen=True, tag="write_najva"):
    """The ministry's system was looked into, today and by the asker; its reference is not empty."""

    result: NajvaResult
    reference: Text


class AnswerTo(Struct, frozen=True):
    question: Id
    said: Said


class AnswerQuestions(Struct, frozen=True, tag="answer_questions"):
    """Answers to questions of the circulars; those that are not named stay as they are."""

    answers: Annotated[tuple[AnswerTo, ...], msgspec.Meta(max_length=100)]


class WriteNote(Struct, frozen=True, tag="write_note"):
    """Words for the next officer; they are sealed."""

    note: Text


class TakeUp(Struct, frozen=True, tag="take_up"):
    """The asker reviews the case from now on."""


class MissingPaper(Struct, frozen=True):
    """A paper of the site file's list; `person` None: the household's own."""

    paper: Id
    person: Count | None = None


class AskPapers(Struct, frozen=True, tag="ask_papers"):
    """These are missing: all of them, as the slip says. The household is texted where a mobile is known."""

    papers: Annotated[tuple[MissingPaper, ...], msgspec.Meta(max_length=100)]


class BringPapers(Struct, frozen=True, tag="bring_papers"):
    """These were brought; those that are not named are missing still."""

    papers: Annotated[tuple[MissingPaper, ...], msgspec.Meta(max_length=100)]


class AskDepartment(Struct, frozen=True, tag="ask_department"):
    """The insurance department is asked about these members, or with none about all. What goes by batch leaves with the next
    MakeBatch."""

    way: Way
    people: Annotated[tuple[Count, ...], msgspec.Meta(max_length=MEMBERS_MOST)] = ()


class HearDepartment(Struct, frozen=True, tag="hear_department"):
    """What it answered about one member, on paper or by the applicant."""

    person: Count
    result: Result


class Approve(Struct, frozen=True, tag="approve"):
    """The review has ended well. Refused with everything that stands against it."""


class RefuseCase(Struct, frozen=True, tag="refuse"):
    """The review has ended otherwise, for a reason of the site file."""

    refusal: Id


class ReviewAgain(Struct, frozen=True, tag="review_again"):
    """What was decided is looked at once more."""


class IssueLetter(Struct, frozen=True, tag="issue_letter"):
    """The letter of an approved case, addressed to a service office (دفتر پیشخوان) and signed by one of the site's signers."""

    service_office: Id
    signer: Id


class HandOver(Struct, frozen=True, tag="hand_over"):
    """The letter was handed to somebody, who signed for it."""

    name: Text
    relation: Relation


class DuplicateLetter(Struct, frozen=True, tag="duplicate_letter"):
    """«المثنی»: the letter was lost; a new one without a new review, and the old one is void."""


CaseAct = (
    WriteHousehold
    | WriteFee
    | WriteNajva
    | AnswerQuestions
    | WriteNote
    | TakeUp
    | AskPapers
    | BringPapers
    | AskDepartment
    | HearDepartment
    | Approve
    | RefuseCase
    | ReviewAgain
    | IssueLetter
    | HandOver
    | DuplicateLetter
)


class StepCase(Struct, frozen=True, tag="step_case"):
    """One act at one case, carrying the revision that the asker saw. Answer: CaseStands."""

    case: Count
    revision: Count
    act: CaseAct
