"""A household as pages show it: its members with documents, codes and what is odd about them, and what is missing. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from mqtt.office_contract import OddCode
from office.words import doubt_sentence
from rules.documents import Document, Standing
from rules.household import Household, Person, age_on, doubts_about, wrong_with
from rules.identity_codes import CodeKind, doubts
from staff_console.office.wording import Wording


@dataclass(frozen=True, slots=True)
class MemberRow:
    """One member. `odd`: warnings about codes, each naming which; `stands`: how the document does, "good" or worse."""

    person: int | None
    place: str
    name: str
    relation: str
    about: tuple[str, ...]  # sex, age, nationality, father
    born: str
    document: str
    number: str
    stands: str
    stands_words: str
    exclusive: str
    unique: str
    certificate: tuple[str, ...]
    odd: tuple[str, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HouseholdView:
    """A household and its members."""

    head: str
    code: str
    county: str
    vulnerable: bool
    mobile: str
    address: str
    postal_code: str
    odd: tuple[str, ...]
    wrong: tuple[str, ...]
    missing: tuple[str, ...]  # the household's own papers
    members: tuple[MemberRow, ...]


def household_view(
    household: Household, missing: Sequence[tuple[int | None, str]], words: Wording, today: date
) -> HouseholdView:
    """The household in words. `missing`: members' ids (None: the household's own) and papers of the site file."""
    say, head = words.say, household.head
    own = [OddCode(kind=CodeKind.HOUSEHOLD, doubt=one) for one in doubts(CodeKind.HOUSEHOLD, household.code)]
    own += [OddCode(kind=CodeKind.POSTAL, doubt=one) for one in doubts(CodeKind.POSTAL, household.postal_code)]
    return HouseholdView(
        head=head.name if head is not None else "",
        code=words.digits(household.code),
        county=words.word(words.office.counties, household.county) if household.county else "",
        vulnerable=household.vulnerable,
        mobile=words.digits(household.mobile),
        address=words.digits(household.address),
        postal_code=words.digits(household.postal_code),
        odd=tuple(odd_words(one, words) for one in own),
        wrong=tuple(say(f"office.wrong.{one.value}") for one in wrong_with(household, today)),
        missing=tuple(words.word(words.office.papers, paper) for person, paper in missing if person is None),
        members=tuple(_row(place, one, missing, words, today) for place, one in enumerate(household.members, start=1)),
    )


def odd_words(odd: OddCode, words: Wording) -> str:
    """«شمارهٔ اختصاصی: تعداد رقم‌ها معمول نیست.»"""
    return words.say(
        "office.odd", code=words.say(f"office.code.{odd.kind.value}"), doubt=doubt_sentence(odd, words.say.language)
    )


def _row(place: int, person: Person, missing: Sequence[tuple[int | None, str]], words: Wording, today: date) -> MemberRow:
    say, document = words.say, person.document
    stands, stands_words = _stands(document, words, today)
    nationality = words.word(words.office.nationalities, person.nationality)
    about = (say(f"office.sex.{person.sex.value}"), _age(person, words, today), nationality)
    father = say("office.child_of", father=person.father) if person.father else ""
    return MemberRow(
        person=person.id,
        place=words.digits(place),
        name=person.name,
        relation=say(f"office.relation.{person.relation.value}"),
        about=tuple(one for one in (*about, father) if one),
        born=words.date(person.born),
        document=words.document(document.type) if document is not None else "",
        number=words.digits(document.number) if document is not None else "",
        stands=stands,
        stands_words=stands_words,
        exclusive=words.digits(person.exclusive),
        unique=words.digits(person.unique),
        certificate=_certificate(person, words),
        odd=tuple(odd_words(OddCode(kind=kind, doubt=doubt), words) for kind, doubt in doubts_about(person)),
        missing=tuple(words.word(words.office.papers, paper) for whose, paper in missing if whose == person.id),
    )


def _stands(document: Document | None, words: Wording, today: date) -> tuple[str, str]:
    """How a document stands, and the sentence: until when, and by which circular."""
    if document is None:
        return "none", words.say("office.stands.none")
    kind = words.office.document(document.type)
    if kind is not None and not kind.carries_request:
        return "unknown", words.say("office.stands.carries_none")
    validity = words.office.validity_of(document, today)
    if validity.standing is Standing.GOOD and validity.until is None:
        return "good", words.say("office.stands.always")
    key = f"office.stands.{validity.standing.value}"
    until, circular = words.date(validity.until), words.digits(validity.circular)
    return validity.standing.value, words.say(key, until=until, circular=circular)


def _age(person: Person, words: Wording, today: date) -> str:
    """«۴۱ ساله»; empty where the birth date is not known, or lies ahead."""
    if person.born is None or person.born > today:
        return ""
    years = age_on(person.born, today)
    return words.say("office.age", years=words.digits(years)) if years else words.say("office.newborn")


def _certificate(person: Person, words: Wording) -> tuple[str, ...]:
    if person.certificate is None:
        return ()
    one = person.certificate
    parts = (
        words.word(words.office.diseases, one.disease),
        words.digits(one.number),
        words.date(one.issued),
        one.physician,
    )
    return tuple(part for part in parts if part)
