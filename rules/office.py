"""An insurance office in its own words: what the [office] table of its site file says, checked and frozen.

The office refers households of foreign nationals to the insurance service. What it may do changes by circulars (بخشنامه): which
documents are extended, and what a review has to answer for each matter. All of it is data.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from rules.documents import Document, Extension, Standing, Validity, validity
from rules.household import Household
from rules.name import Name

VALID_DAYS: Final = 30


@dataclass(frozen=True, slots=True)
class Matter:
    """What a household comes for. `department`: the department of the site whose tickets it takes."""

    id: str  # the word by which cases name it
    name: Name  # as kiosk and pages show it
    department: int  # the department whose tickets it takes
    fee_rials: int = 0  # of those who pay
    brings_papers: bool = False  # back to the case that wanted them
    priority: str = ""  # the priority class that its tickets have («تکمیل مدارک»)
    opens_case: bool = True  # a lost letter is looked up, it is no new request
    without_code: bool = True  # at the kiosk: a ticket is given to whoever has no code too
    needs_certificate: bool = False  # not approved before a member has a special disease's certificate
    request: str = ""  # what the letter asks the insurance for, in Persian


@dataclass(frozen=True, slots=True)
class DocumentType:
    """A kind of residence document. One that never expires needs no date and no circular."""

    id: str  # the word by which the ledger names it
    name: Name  # as pages and letters show it
    expires: bool = True  # one that never expires needs no date
    has_cycle: bool = False  # کارت آمایش: its cycle is asked for
    carries_request: bool = True  # a census slip is written down, and not enough


@dataclass(frozen=True, slots=True)
class Word:
    """An id and its name: a paper that can be missing, a reason to refuse, a nationality, a disease group, a county."""

    id: str
    name: Name


@dataclass(frozen=True, slots=True)
class Question:
    """What a circular asks of a review. A question that `must` be answered with yes keeps from approving otherwise."""

    id: str  # the word by which a review answers it
    name: Name  # as the review's page asks it
    must: bool = True  # must be answered with yes, or the case is not approved


@dataclass(frozen=True, slots=True)
class Circular:
    """An instruction of the ministry, in force from its date (until `until`) for these matters; none named: for all."""

    number: str  # as it is quoted
    issued: date  # in force from this day
    text: str  # what it says, for who reviews
    matters: frozenset[str] = frozenset()  # only for these; empty: for all
    questions: tuple[Question, ...] = ()  # what it asks of a review
    until: date | None = None  # to this day; None: until further notice


@dataclass(frozen=True, slots=True)
class Cycle:
    """A year of cover, its first and last day."""

    number: int  # as letters and statistics name it
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class ServiceOffice:
    """A دفتر پیشخوان that letters are addressed to."""

    code: str  # as it signs in
    name: Name  # as letters address it
    city: str  # as letters address it


@dataclass(frozen=True, slots=True)
class Office:
    """The [office] table."""

    province: str  # as letters name it
    issuer: str  # who stands at the head of a letter
    signers: tuple[Word, ...]  # who may sign letters: an account's name, and the name as it is signed
    matters: tuple[Matter, ...]  # what a household comes for
    documents: tuple[DocumentType, ...]  # the kinds of residence documents
    papers: tuple[Word, ...]  # what can be missing: a word of your own and its name
    refusals: tuple[Word, ...]  # why a case is refused: a word of your own and its name
    nationalities: tuple[Word, ...]  # a word of your own and its name
    service_offices: tuple[ServiceOffice, ...]  # whom letters are addressed to
    copy_to: str = ""  # who gets a copy, at the foot of a letter
    diseases: tuple[Word, ...] = ()  # disease groups that letters may name: a word of your own and its name
    counties: tuple[Word, ...] = ()  # where households live: a word of your own and its name
    circulars: tuple[Circular, ...] = ()  # the ministry's instructions, and what each asks of a review
    extensions: tuple[Extension, ...] = ()  # what a circular made good for longer than its date
    cycles: tuple[Cycle, ...] = ()  # the years of cover
    own_cases: bool = False  # whether who opened or wrote a case may approve it too
    najva_days: int = VALID_DAYS  # an older check is made again
    letter_days: int = VALID_DAYS  # a letter is good for so long
    due_matter: str = ""  # the matter of a case that opens by itself when a household's cover ends; empty: none does
    due_days: int = VALID_DAYS  # so long before that end
    same_officer_minutes: int = 15  # who brings papers waits so long at most for the counter that asked for them; 0: not at all
    identity_days: int = 400  # after a household's last case has ended, what tells who they are is erased
    public_address: str = ""  # of the page that says whether a letter is valid; it stands in the QR code

    def matter(self, matter: str) -> Matter | None:
        return next((one for one in self.matters if one.id == matter), None)

    def document(self, document: str) -> DocumentType | None:
        return next((one for one in self.documents if one.id == document), None)

    def service_office(self, code: str) -> ServiceOffice | None:
        return next((one for one in self.service_offices if one.code == code), None)

    def cycle_on(self, day: date) -> Cycle | None:
        return next((one for one in self.cycles if one.first <= day <= one.last), None)

    def cycle_after(self, day: date) -> Cycle | None:
        """The next year of cover that begins after `day`."""
        return min((one for one in self.cycles if one.first > day), key=lambda one: one.first, default=None)

    def circulars_for(self, matter: str, day: date) -> tuple[Circular, ...]:
        """The instructions that a review of this matter answers on `day`, newest first."""
        found = [one for one in self.circulars if _concerns(one, matter, day)]
        return tuple(sorted(found, key=lambda one: (one.issued, one.number), reverse=True))

    def questions_for(self, matter: str, day: date) -> tuple[Question, ...]:
        """The check-list: each question once, though two circulars ask it."""
        asked = {one.id: one for circular in self.circulars_for(matter, day) for one in circular.questions}
        return tuple(asked.values())

    def lacks_certificate(self, matter: str, household: Household) -> bool:
        """Whether this matter's letter would rest on a special disease's certificate that no member has."""
        found = self.matter(matter)
        return found is not None and found.needs_certificate and all(one.certificate is None for one in household.members)

    def validity_of(self, document: Document | None, today: date) -> Validity:
        """How somebody's document stands; none, or one that carries no request, is none that can be relied on."""
        kind = None if document is None else self.document(document.type)
        if document is None or kind is None or not kind.carries_request:
            return Validity(Standing.UNKNOWN)
        return validity(document, self.extensions, today, expires=kind.expires)


def named(words: Iterable[Word], which: str) -> Name | None:
    """The name of the word with this id."""
    return next((one.name for one in words if one.id == which), None)


def _concerns(circular: Circular, matter: str, day: date) -> bool:
    in_force = circular.issued <= day and (circular.until is None or day <= circular.until)
    return in_force and (not circular.matters or matter in circular.matters)
