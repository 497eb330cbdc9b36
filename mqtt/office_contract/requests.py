"""What an office asks of the store beside the acts at a case."""

from typing import Annotated, Final

import msgspec

from mqtt.fields import Count, Id, Struct, Text
from mqtt.office_contract.acts import StepCase
from mqtt.office_contract.typed import MEMBERS_MOST, HouseholdFields
from rules.inquiries import Result

ANSWERS_MOST: Final = 200
"""Of a file of answers, in one request: it is at most 16 KiB, and no other request waits long for it."""


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
