"""What the officers' pages ask of the store about households, cases and letters (docs/office.md tells the story).

The rules, beside those of contract.py:

- Every step at a case is one request, one commit and one row of the audit trail, which names the case and no person.
- A step carries the revision of the case that its asker saw; where somebody else has stepped meanwhile it is refused: `stale`.
- What tells who somebody is goes to the store and never comes back: answers are ids, states and numbers. Who may see more
  says so first (LookAt), and reads the ledger with its key (booking_store/case_reader.py).
- Nothing of this is retained, and no device but an operator's may ask it.
"""

from enum import StrEnum
from typing import Annotated, Final

import msgspec

from mqtt.fields import Count, Id, Struct, Text
from rules.household import Relation, Sex
from rules.identity_codes import CodeKind, Doubt
from rules.inquiries import Result, Way
from rules.letters import Standing
from rules.referral import NajvaResult, Said, State

MEMBERS_MOST: Final = 40
ANSWERS_MOST: Final = 200
"""Of a file of answers, in one request: it is at most 16 KiB, and no other request waits long for it."""


class Why(StrEnum):
    """Why an office's request was refused; each has its sentence in the phrases ([office.why])."""

    # the request
    NO_OFFICE = "no_office"  # the site file has no [office]
    NO_KEY = "no_key"  # the store has no key to seal with, or another ledger's
    STALE = "stale"  # somebody else has stepped meanwhile
    UNKNOWN_CASE = "unknown_case"
    UNKNOWN_HOUSEHOLD = "unknown_household"
    UNKNOWN_PERSON = "unknown_person"
    UNKNOWN_TICKET = "unknown_ticket"
    UNKNOWN_BATCH = "unknown_batch"
    UNKNOWN_WORD = "unknown_word"  # that the site file has not: a matter, a document, a paper, a reason
    NO_NAME = "no_name"  # a member without one, or who takes a letter
    BAD_DATE = "bad_date"
    BAD_MOBILE = "bad_mobile"
    BAD_PIN = "bad_pin"  # fewer than four digits
    CODE_TAKEN = "code_taken"  # another household has this code: it is found, not doubled
    OPEN_CASE = "open_case"  # the household has one that is open
    NOTHING_TO_ASK = "nothing_to_ask"
    # a step (rules.referral.No)
    NOT_POSSIBLE_NOW = "not_possible_now"
    NOT_APPROVED = "not_approved"
    LETTER_STANDS = "letter_stands"
    NOT_HANDED_OVER = "not_handed_over"
    ALREADY_USED = "already_used"
    LETTER_EXPIRED = "letter_expired"
    CASE_ENDED = "case_ended"
    NOBODY = "nobody"
    # an approval (rules.referral.Against)
    OWN_CASE = "own_case"
    HOUSEHOLD = "household"
    DOCUMENT = "document"
    PAPERS_MISSING = "papers_missing"
    INQUIRY_OPEN = "inquiry_open"
    FEE_UNPAID = "fee_unpaid"
    NAJVA_MISSING = "najva_missing"
    NAJVA_OLD = "najva_old"
    NAJVA_DISAGREES = "najva_disagrees"
    UNANSWERED = "unanswered"
    ANSWERED_NO = "answered_no"
    # a letter (rules.letters.NotUsed)
    UNKNOWN_LETTER = "unknown_letter"
    LETTER_VOID = "letter_void"
    OTHER_OFFICE = "other_office"
    WRONG_PIN = "wrong_pin"
    PIN_LOCKED = "pin_locked"  # too many wrong ones: not looked at for a while
    # a household (rules.household.NotSplit)
    NOBODY_GOES = "nobody_goes"
    NOBODY_STAYS = "nobody_stays"
    STRANGER = "stranger"
    HEAD_IS_NOT_THERE = "head_is_not_there"


# ------------------------------------------------------------------------------------------- what is typed


class DocumentFields(Struct, frozen=True):
    """A residence document as it lies on the desk."""

    type: Id  # of the site file
    number: Text
    expires: Text | None = None  # ISO
    cycle: Count | None = None


class CertificateFields(Struct, frozen=True):
    """A special disease's certificate."""

    disease: Id
    number: Text
    issued: Text  # ISO
    physician: Text


class PersonFields(Struct, frozen=True):
    """A member. `person` names one who is known; None: somebody new."""

    name: Text
    relation: Relation
    sex: Sex
    nationality: Id
    person: Count | None = None
    father: Text = ""
    born: Text | None = None  # ISO
    document: DocumentFields | None = None
    exclusive: Text = ""  # شمارهٔ اختصاصی
    unique: Text = ""  # شناسهٔ یکتا
    certificate: CertificateFields | None = None


class HouseholdFields(Struct, frozen=True):
    """A household as it is typed: all of it. Who is not among `members` any more has left it."""

    code: Text
    members: Annotated[tuple[PersonFields, ...], msgspec.Meta(max_length=MEMBERS_MOST)]
    county: Text = ""
    vulnerable: bool = False
    mobile: Text = ""
    address: Text = ""
    postal_code: Text = ""


# ------------------------------------------------------------------------------------------- steps at a case


class WriteHousehold(Struct, frozen=True, tag="write_household"):
    """The household and its members as they are now."""

    household: HouseholdFields


class WriteFee(Struct, frozen=True, tag="write_fee"):
    """The fee was paid electronically: its receipt. Empty: it was not."""

    receipt: Text


class WriteNajva(Struct, frozen=True, tag="write_najva"):
    """The ministry's system was looked into, today and by the asker."""

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


# ------------------------------------------------------------------------------------------- other requests


class FindHousehold(Struct, frozen=True, tag="find_household"):
    """Households by a code that somebody typed or shows: the household's, or any of a member's. Answer: Households."""

    code: Text


class OpenCase(Struct, frozen=True, tag="open_case"):
    """A request of a known household, or of one that is written down with it; from a called ticket, where there is one. Where
    it has an open case, that one is found. Answer: CaseStands."""

    matter: Id
    household: Count | None = None
    fields: HouseholdFields | None = None
    number: Count | None = None  # of today's ticket


class MergeHouseholds(Struct, frozen=True, tag="merge_households"):
    """Two households are one: the members, codes and cases of `goes` become those of `stays`. An open case of both: that of
    `goes` is replaced. Answer: HouseholdStands."""

    stays: Count
    goes: Count


class SplitHousehold(Struct, frozen=True, tag="split_household"):
    """These members are a household of their own, under `head` and a new code. Answer: HouseholdStands, of the new one."""

    household: Count
    going: Annotated[tuple[Count, ...], msgspec.Meta(max_length=MEMBERS_MOST)]
    head: Count
    code: Text


class UseLetter(Struct, frozen=True, tag="use_letter"):
    """A service office has taken the letter with this code; its own PIN says that it is that office. Answer: LetterStands."""

    code: Text
    service_office: Id
    pin: Text


class SetPin(Struct, frozen=True, tag="set_pin"):
    """A service office's own PIN, new or anew: at least four digits. Wrong ones before are forgotten. Answer: Changed."""

    service_office: Id
    pin: Text


class MakeBatch(Struct, frozen=True, tag="make_batch"):
    """Everything that waits to be asked by batch leaves in one file; asked again, nothing leaves twice. Answer: BatchMade."""


class DepartmentAnswer(Struct, frozen=True):
    """One row of the department's file."""

    inquiry: Count
    result: Result


class TakeBatch(Struct, frozen=True, tag="take_batch"):
    """Somebody wants a batch's file, in which everybody stands: the audit trail says so first. Answer: Changed."""

    batch: Count


class HearBatch(Struct, frozen=True, tag="hear_batch"):
    """Answers out of the department's file, whole files in parts. What was answered before is not answered again.
    Answer: BatchHeard."""

    answers: Annotated[tuple[DepartmentAnswer, ...], msgspec.Meta(max_length=ANSWERS_MOST)]


class LookAt(Struct, frozen=True, tag="look_at"):
    """Somebody wants to read who a household is: the audit trail says so first. Answer: Changed."""

    household: Count
    case: Count | None = None


OfficeOperation = (
    FindHousehold
    | OpenCase
    | StepCase
    | MergeHouseholds
    | SplitHousehold
    | UseLetter
    | SetPin
    | MakeBatch
    | TakeBatch
    | HearBatch
    | LookAt
)


# ------------------------------------------------------------------------------------------- answers


class OddCode(Struct, frozen=True):
    """Something odd about a code: a warning beside its field. `row`: which member, from 0; None: the household's own."""

    kind: CodeKind
    doubt: Doubt
    row: Count | None = None


class CaseStands(Struct, frozen=True, tag="case_stands"):
    """The case after the step, or as it was found (`again`)."""

    case: int
    household: int
    state: State
    revision: int
    again: bool = False
    letter: str | None = None  # its number, "1405/000123", once there is one
    code: str | None = None  # and its verification code, which is no secret of a person
    odd: tuple[OddCode, ...] = ()
    elsewhere: tuple[int, ...] = ()  # households that a member is written down in too


class HouseholdFound(Struct, frozen=True):
    """A household that a code leads to."""

    household: int
    case: int | None = None  # the open one, else the newest
    state: State | None = None
    revision: int | None = None
    letter: str | None = None  # that stands


class Households(Struct, frozen=True, tag="households"):
    """None, one, or several where a code was written for people of two households."""

    households: tuple[HouseholdFound, ...] = ()


class HouseholdStands(Struct, frozen=True, tag="household_stands"):
    household: int
    people: tuple[int, ...] = ()
    replaced_case: int | None = None


class LetterStands(Struct, frozen=True, tag="letter_stands"):
    """How a letter stands now."""

    standing: Standing


class BatchMade(Struct, frozen=True, tag="batch_made"):
    batch: int
    rows: int


class BatchHeard(Struct, frozen=True, tag="batch_heard"):
    """How many answers were new, how many known before; references that no question has; and answers that differ from what the
    department said before, which stands."""

    applied: int
    again: int = 0
    unknown: tuple[int, ...] = ()
    different: tuple[int, ...] = ()


class OfficeRefusal(Struct, frozen=True, tag="office_refusal"):
    """Why not: everything that stands against it. `case` and `revision` where there is a case to look at instead."""

    why: tuple[Why, ...]
    detail: str = ""  # for a technician, in English; never a person's words
    case: int | None = None
    household: int | None = None
    state: State | None = None
    revision: int | None = None
    retry_after_seconds: float | None = None


OfficeAnswer = CaseStands | Households | HouseholdStands | LetterStands | BatchMade | BatchHeard | OfficeRefusal
