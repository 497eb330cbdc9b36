"""What an officer typed, made plain: codes cleaned, dates read, and every word held against the site file."""

from collections.abc import Iterable
from datetime import date

from booking_store.desk.office.seat import Seat, iso_date, refused
from mqtt.office_contract import CertificateFields, DocumentFields, HouseholdFields, OfficeRefusal, PersonFields, Why
from rules.documents import Document
from rules.household import Certificate, Household, Person
from rules.mobile import normalise_mobile
from rules.office import Word
from rules.spelling import fold_letters, plain_code


def household(seat: Seat, fields: HouseholdFields) -> Household | OfficeRefusal:
    """The household that was typed, or what of it cannot be."""
    mobile = normalise_mobile(fields.mobile) if fields.mobile else ""
    if mobile is None:
        return refused(Why.BAD_MOBILE)
    if fields.county and not known(seat.office.counties, fields.county):
        return refused(Why.UNKNOWN_WORD, detail=f"county {fields.county!r} is not in the site file")
    named = [one.person for one in fields.members if one.person is not None]
    if len(named) != len(set(named)):
        return refused(Why.UNKNOWN_PERSON, detail="one member is named twice")
    members = []
    for one in fields.members:
        read = person(seat, one)
        if isinstance(read, OfficeRefusal):
            return read
        members.append(read)
    return Household(
        code=plain_code(fields.code),
        members=tuple(members),
        county=fields.county,
        vulnerable=fields.vulnerable,
        mobile=mobile,
        address=fold_letters(fields.address),
        postal_code=plain_code(fields.postal_code),
    )


def person(seat: Seat, fields: PersonFields) -> Person | OfficeRefusal:
    """A member that was typed, or what of them cannot be."""
    office, document, certificate = seat.office, fields.document, fields.certificate
    if not fold_letters(fields.name):
        return refused(Why.NO_NAME)
    if not known(office.nationalities, fields.nationality):
        return refused(Why.UNKNOWN_WORD, detail=f"nationality {fields.nationality!r} is not in the site file")
    if document is not None and office.document(document.type) is None:
        return refused(Why.UNKNOWN_WORD, detail=f"document {document.type!r} is not in the site file")
    if certificate is not None and not known(office.diseases, certificate.disease):
        return refused(Why.UNKNOWN_WORD, detail=f"disease {certificate.disease!r} is not in the site file")
    try:
        born = iso_date(fields.born)
        paper = None if document is None else _document(document)
        proof = None if certificate is None else _certificate(certificate)
    except ValueError:
        return refused(Why.BAD_DATE, detail='expected a date like "2026-11-22"')
    return Person(
        name=fold_letters(fields.name),
        relation=fields.relation,
        sex=fields.sex,
        nationality=fields.nationality,
        id=fields.person,
        father=fold_letters(fields.father),
        born=born,
        document=paper,
        exclusive=plain_code(fields.exclusive),
        unique=plain_code(fields.unique),
        certificate=proof,
    )


def _document(fields: DocumentFields) -> Document:
    """Raises ValueError for a date that is none."""
    return Document(fields.type, plain_code(fields.number), iso_date(fields.expires), fields.cycle)


def _certificate(fields: CertificateFields) -> Certificate:
    """Raises ValueError for a date that is none."""
    issued = date.fromisoformat(fields.issued)
    return Certificate(fields.disease, plain_code(fields.number), issued, fold_letters(fields.physician))


def known(words: Iterable[Word], which: str) -> bool:
    """Whether the site file has this word."""
    return any(one.id == which for one in words)
