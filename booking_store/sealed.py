"""What lies under the seal: the words of a row that tell who somebody is, as the store writes and its readers open them."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import msgspec
from sqlalchemy import Row

from booking_store.seal import Seal
from rules.documents import Document
from rules.household import Certificate, Household, Person, Relation, Sex


class Sealed(msgspec.Struct, frozen=True, omit_defaults=True):
    """The base of what is sealed; nothing of it is ever shown by accident."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}(…)"


class HouseholdWords(Sealed, frozen=True):
    """Of a household. `mobile` is "09xxxxxxxxx" or empty."""

    code: str = ""
    mobile: str = ""
    address: str = ""
    postal_code: str = ""


class PersonWords(Sealed, frozen=True):
    """Of a member: `number`, `expires` and `cycle` are those of the document; certificates are of special diseases."""

    name: str = ""
    father: str = ""
    born: date | None = None
    number: str = ""
    expires: date | None = None
    cycle: int | None = None
    exclusive: str = ""
    unique: str = ""
    certificate: str = ""
    certificate_issued: date | None = None
    physician: str = ""


class Note(Sealed, frozen=True):
    """Words that an officer left for the next."""

    who: str = ""
    at_ms: int = 0
    words: str = ""


class CaseWords(Sealed, frozen=True):
    """Of a case: the receipt of its fee, Najva's reference, and notes, the oldest first."""

    receipt: str = ""
    najva_reference: str = ""
    notes: tuple[Note, ...] = ()


class LetterRow(Sealed, frozen=True):
    """One member on a letter, in Persian as it is printed; dates Jalali in ASCII digits, empty where unknown."""

    name: str = ""
    father: str = ""
    relation: str = ""
    sex: str = ""
    born: str = ""
    nationality: str = ""
    document: str = ""
    number: str = ""
    exclusive: str = ""
    unique: str = ""
    valid_until: str = ""
    circular: str = ""  # by which it is good until then
    certificate: str = ""
    certificate_issued: str = ""
    physician: str = ""
    disease: str = ""


class LetterWords(Sealed, frozen=True):
    """Every word of a letter, as it was on the day of its issue. What is printed again says the same."""

    number: str = ""
    code: str = ""
    issued: str = ""
    until: str = ""
    issuer: str = ""
    province: str = ""
    service_office: str = ""
    service_office_code: str = ""
    city: str = ""
    copy_to: str = ""
    matter: str = ""
    request: str = ""
    household_code: str = ""
    county: str = ""
    mobile: str = ""
    address: str = ""
    postal_code: str = ""
    rows: tuple[LetterRow, ...] = ()
    head: int = 0  # which of the rows
    vulnerable: bool = False
    fee_rials: int = 0
    receipt: str = ""
    signer: str = ""
    duplicate_of: str = ""  # the number of the letter that is void now
    public_address: str = ""
    handed_to: str = ""
    handed_relation: str = ""


def person_of(seal: Seal, row: Row[Any]) -> Person:
    """A member as the rules look at them."""
    words: PersonWords = seal.open(row.sealed, PersonWords)
    document = None if row.document is None else Document(row.document, words.number, words.expires, words.cycle)
    certificate = None
    if row.disease is not None and words.certificate_issued is not None:
        certificate = Certificate(row.disease, words.certificate, words.certificate_issued, words.physician)
    return Person(
        name=words.name,
        relation=Relation(row.relation),
        sex=Sex(row.sex),
        nationality=row.nationality,
        id=row.id,
        father=words.father,
        born=words.born,
        document=document,
        exclusive=words.exclusive,
        unique=words.unique,
        certificate=certificate,
    )


def household_of(seal: Seal, row: Row[Any], members: Iterable[Row[Any]]) -> Household:
    """A household as the rules look at it, of its row and its members' rows."""
    words: HouseholdWords = seal.open(row.sealed, HouseholdWords)
    people = tuple(person_of(seal, one) for one in members)
    return Household(words.code, people, row.county, row.vulnerable, words.mobile, words.address, words.postal_code)
