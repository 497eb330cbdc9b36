"""A household (خانوار): its head and members, what is wrong with it, and how two become one or one becomes two.

The rules:
- Cover is a family's: whoever belongs to the household is on the request, and one of them is its head (سرپرست).
- A person stands in one household. Who goes to another leaves the first, and both keep the trail.
- The order of the members is the order in which they were written down: it is that of the letter's table.
"""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final

from rules.documents import Document
from rules.identity_codes import CodeKind, Doubt, doubts

ADULT_YEARS: Final = 18
AGE_BANDS: Final = ((0, 4), (5, 11), (12, 17), (18, 39), (40, 59), (60, 150))
"""First and last year of age, both included."""


class Relation(StrEnum):
    """What a member is to the head."""

    HEAD = "head"
    SPOUSE = "spouse"
    CHILD = "child"
    PARENT = "parent"
    SIBLING = "sibling"
    GRANDCHILD = "grandchild"
    WARD = "ward"  # a child under the head's care
    OTHER = "other"


class Sex(StrEnum):
    FEMALE = "female"
    MALE = "male"


class Wrong(StrEnum):
    """What a household cannot be approved with."""

    NOBODY = "nobody"
    NO_HEAD = "no_head"
    TWO_HEADS = "two_heads"
    SAME_DOCUMENT = "same_document"  # two members with one document
    BORN_LATER = "born_later"  # a birth date to come


class NotSplit(StrEnum):
    """Why a household stays as it is."""

    NOBODY_GOES = "nobody_goes"
    NOBODY_STAYS = "nobody_stays"
    STRANGER = "stranger"  # somebody who is not in it
    HEAD_IS_NOT_THERE = "head_is_not_there"


@dataclass(frozen=True, slots=True)
class Certificate:
    """Of a special disease, by a physician whom the insurance knows."""

    disease: str  # a group of the site file
    number: str
    issued: date
    physician: str


@dataclass(frozen=True, slots=True)
class Person:
    """One of a household. `id` None: not written down yet. A document is missing where a newborn has none."""

    name: str
    relation: Relation
    sex: Sex
    nationality: str  # of the site file's list
    id: int | None = None
    father: str = ""
    born: date | None = None
    document: Document | None = None
    exclusive: str = ""
    unique: str = ""
    certificate: Certificate | None = None


@dataclass(frozen=True, slots=True)
class Household:
    """Who belongs together, as an office knows them. `mobile` is "09xxxxxxxxx" or empty."""

    code: str
    members: tuple[Person, ...]
    county: str = ""
    vulnerable: bool = False
    mobile: str = ""
    address: str = ""
    postal_code: str = ""

    @property
    def head(self) -> Person | None:
        """The one head; None while there is none, or more than one."""
        heads = [one for one in self.members if one.relation is Relation.HEAD]
        return heads[0] if len(heads) == 1 else None


def wrong_with(household: Household, today: date) -> tuple[Wrong, ...]:
    """Everything that keeps a household from being approved, in the order of Wrong."""
    heads = sum(one.relation is Relation.HEAD for one in household.members)
    papers = Counter((one.document.type, one.document.number) for one in household.members if one.document is not None)
    found = {
        Wrong.NOBODY: not household.members,
        Wrong.NO_HEAD: bool(household.members) and heads == 0,
        Wrong.TWO_HEADS: heads > 1,
        Wrong.SAME_DOCUMENT: any(count > 1 for count in papers.values()),
        Wrong.BORN_LATER: any(one.born is not None and one.born > today for one in household.members),
    }
    return tuple(wrong for wrong, is_so in found.items() if is_so)


def doubts_about(person: Person) -> tuple[tuple[CodeKind, Doubt], ...]:
    """What is odd about a member's codes: warnings."""
    codes = {CodeKind.EXCLUSIVE: person.exclusive, CodeKind.UNIQUE: person.unique}
    codes |= {CodeKind.DOCUMENT: person.document.number} if person.document is not None else {}
    return tuple((kind, doubt) for kind, code in codes.items() for doubt in doubts(kind, code))


def age_on(born: date, day: date) -> int:
    """Whole years."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def age_band(born: date | None, day: date) -> str:
    """ "18-39", as statistics count people; empty: the birth date is not known."""
    if born is None or born > day:
        return ""
    years = age_on(born, day)
    return next((f"{first}-{last}" for first, last in AGE_BANDS if first <= years <= last), "")


def merged(stays: Household, goes: Household) -> Household:
    """One household of both: the first one's code and head; the other's head is a member whose relation is asked for anew."""
    joining = tuple(replace(one, relation=Relation.OTHER) if one.relation is Relation.HEAD else one for one in goes.members)
    return replace(
        stays,
        members=stays.members + joining,
        vulnerable=stays.vulnerable or goes.vulnerable,
        mobile=stays.mobile or goes.mobile,
    )


def split(household: Household, going: Collection[int], head: int, code: str) -> tuple[Household, Household] | NotSplit:
    """Those who stay, and the new household of `going` (ids of members) under `head`, where the others lived too; its mobile
    is not known, nor whether it is vulnerable. Where the old head goes, those who stay have none until somebody is named:
    approval asks for one."""
    known = {one.id for one in household.members}
    if not going:
        return NotSplit.NOBODY_GOES
    if not known.issuperset(going):
        return NotSplit.STRANGER
    if head not in going:
        return NotSplit.HEAD_IS_NOT_THERE
    stays = tuple(one for one in household.members if one.id not in going)
    if not stays:
        return NotSplit.NOBODY_STAYS
    goes = tuple(_under(one, head) for one in household.members if one.id in going)
    return replace(household, members=stays), replace(household, code=code, members=goes, vulnerable=False, mobile="")


def _under(person: Person, head: int) -> Person:
    if person.id == head:
        return replace(person, relation=Relation.HEAD)
    return replace(person, relation=Relation.OTHER) if person.relation is Relation.HEAD else person
