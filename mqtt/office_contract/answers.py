"""What the store answers an office: ids, states and numbers, and nobody's name."""

from mqtt.fields import Count, Struct
from mqtt.office_contract.refusals import Why
from rules.identity_codes import CodeKind, Doubt
from rules.letters import Standing
from rules.referral import State


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
    """The household that a merge or a split made, or that a merge had made before (`again`)."""

    household: int
    people: tuple[int, ...] = ()
    replaced_case: int | None = None
    again: bool = False


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
