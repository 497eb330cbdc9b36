"""Letters at the desk: numbered without gaps, replaced when lost, handed over, and marked as used by a service office."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Final

import msgspec
from sqlalchemy import Row, bindparam, insert, select, update

from booking_store import tables
from booking_store.desk.desk import Asked, Desk
from booking_store.desk.office import households, steps
from booking_store.desk.office.seat import Seat, case_by_id, refused, take_seat
from booking_store.letter_report import letter_of
from booking_store.sealed import CaseWords, LetterRow, LetterWords
from booking_store.site_file import jalali
from mqtt.contract import Answer, Changed
from mqtt.office_contract import DuplicateLetter, HandOver, IssueLetter, LetterStands, OfficeRefusal, SetPin, UseLetter, Why
from rules.digits import fold_digits
from rules.household import Household, Person, Relation
from rules.letters import Standing, clean_letter_code, letter_number, new_letter_code, standing, why_not_used
from rules.office import Office, Word, named
from rules.referral import Act
from rules.spelling import fold_letters
from rules.texts import TextKind
from screen.phrases import load

WRONG_PINS_MOST: Final = 5
PIN_LOCKED_MS: Final = 15 * 60 * 1000
PIN_DIGITS: Final = 4
Stepped = Row[Any] | OfficeRefusal


# ------------------------------------------------------------------------------------------------ issued


def issue(seat: Seat, case: Row[Any], act: IssueLetter) -> Stepped:
    """The letter of an approved case: a number, a code, and every word of it as it is today."""
    if seat.office.service_office(act.service_office) is None:
        return refused(Why.UNKNOWN_WORD, detail=f"service office {act.service_office!r} is not in the site file", case=case)
    signer = named(seat.office.signers, act.signer)
    if signer is None:
        return refused(Why.UNKNOWN_WORD, detail=f"signer {act.signer!r} is not in the site file", case=case)
    household = households.read(seat, case.household)
    if household is None:
        return refused(Why.UNKNOWN_HOUSEHOLD, case=case)
    stepped = steps.step(seat.desk, seat.who, case, Act.ISSUE, seat.asked)
    if not isinstance(stepped, OfficeRefusal):
        words = _words_of(seat, case, household, act.service_office, signer.fa)
        until = seat.today + timedelta(days=seat.office.letter_days)
        number = _write(seat, case.id, act.service_office, until, words)
        steps.tell(seat.desk, TextKind.LETTER_READY, f"letter:{number}", case.household, letter=number)
    return stepped


def duplicate(seat: Seat, case: Row[Any], _: DuplicateLetter) -> Stepped:
    """«المثنی»: the same words and the same last day under a new number; the lost letter is void from now on."""
    lost = steps.standing_letter(seat.desk, case.id)
    if lost is not None and _is_over(seat, lost):
        return refused(Why.LETTER_EXPIRED, case=case)
    stepped = steps.step(seat.desk, seat.who, case, Act.DUPLICATE, seat.asked)
    if not isinstance(stepped, OfficeRefusal) and lost is not None:
        void(seat.desk, lost.id)
        words: LetterWords = seat.seal.open(lost.sealed, LetterWords)
        words = msgspec.structs.replace(
            words, duplicate_of=letter_number(lost.year, lost.serial), handed_to="", handed_relation=""
        )
        until = date.fromisoformat(lost.until)  # no review, and no longer than the one that is void
        _write(seat, case.id, lost.service_office, until, words, duplicate_of=lost.id)
    return stepped


def void(desk: Desk, letter: int) -> None:
    """A letter that is good for nothing any more."""
    desk.tx.execute(update(_letters).where(_letters.c.id == letter).values(void_at_ms=desk.now_ms))


def _write(
    seat: Seat, case: int, service_office: str, until: date, words: LetterWords, *, duplicate_of: int | None = None
) -> str:
    """The letter's row, with the next number of its year: both in the transaction that this request is. Its number."""
    desk = seat.desk
    year = int(jalali(seat.today)[:4])
    serial = desk.tx.execute(_NEXT_SERIAL, {"of_year": year}).scalar()
    if serial is None:
        serial = 1
        desk.tx.execute(insert(tables.letter_years), {"year": year, "last": serial})
    code = _fresh_code(desk)
    words = msgspec.structs.replace(
        words, number=letter_number(year, serial), code=code, issued=jalali(seat.today), until=jalali(until)
    )
    row = {
        "case_id": case,
        "year": year,
        "serial": serial,
        "code": code,
        "service_office": service_office,
        "issued_on": seat.today.isoformat(),
        "until": until.isoformat(),
        "issued_at_ms": desk.now_ms,
        "issued_by": seat.who,
        "duplicate_of": duplicate_of,
        "sealed": seat.seal.close(words),
    }
    desk.tx.execute(insert(_letters), row)
    return letter_number(year, serial)


def _fresh_code(desk: Desk) -> str:
    while True:
        code = new_letter_code(desk.randomness.randrange)
        if desk.tx.execute(_BY_CODE, {"code": code}).first() is None:
            return code


def _is_over(seat: Seat, letter: Row[Any]) -> bool:
    return bool(letter.until < seat.today.isoformat())


# ------------------------------------------------------------------------------------------------ its words


def _words_of(seat: Seat, case: Row[Any], household: Household, to: str, signer: str) -> LetterWords:
    office, matter = seat.office, seat.office.matter(case.matter)
    service_office = office.service_office(to)
    case_words: CaseWords = seat.seal.open(case.sealed, CaseWords)
    heads = [place for place, one in enumerate(household.members) if one.relation is Relation.HEAD]
    return LetterWords(
        issuer=office.issuer,
        province=office.province,
        service_office=service_office.name.fa if service_office else "",
        service_office_code=to,
        city=service_office.city if service_office else "",
        copy_to=office.copy_to,
        matter=matter.name.fa if matter else "",
        request=matter.request if matter else "",
        household_code=household.code,
        county=_fa(office.counties, household.county),
        mobile=household.mobile,
        address=household.address,
        postal_code=household.postal_code,
        rows=tuple(_row(office, one, seat.today) for one in household.members),
        head=heads[0] if heads else 0,
        vulnerable=household.vulnerable,
        fee_rials=case.fee_rials,
        receipt=case_words.receipt,
        signer=signer,
        public_address=office.public_address,
    )


def _row(office: Office, person: Person, today: date) -> LetterRow:
    document, certificate = person.document, person.certificate
    kind = office.document(document.type) if document else None
    validity = office.validity_of(document, today)
    say = load("fa")
    return LetterRow(
        name=person.name,
        father=person.father,
        relation=say(f"office.relation.{person.relation.value}"),
        sex=say(f"office.sex.{person.sex.value}"),
        born=jalali(person.born) if person.born else "",
        nationality=_fa(office.nationalities, person.nationality),
        document=kind.name.fa if kind else "",
        number=document.number if document else "",
        exclusive=person.exclusive,
        unique=person.unique,
        valid_until=jalali(validity.until) if validity.until else "",
        circular=validity.circular,
        certificate=certificate.number if certificate else "",
        certificate_issued=jalali(certificate.issued) if certificate else "",
        physician=certificate.physician if certificate else "",
        disease=_fa(office.diseases, certificate.disease) if certificate else "",
    )


def _fa(words: Sequence[Word], which: str) -> str:
    name = named(words, which)
    return name.fa if name is not None else which


# ------------------------------------------------------------------------------------------------ handed over, used


def hand_over(seat: Seat, case: Row[Any], act: HandOver) -> Stepped:
    """Somebody took it and signed for it; from now on the household is covered until its cycle ends."""
    letter = steps.standing_letter(seat.desk, case.id)
    if letter is not None and _is_over(seat, letter):
        return refused(Why.LETTER_EXPIRED, case=case)
    name = fold_letters(act.name)
    if not name:
        return refused(Why.NO_NAME, case=case)
    stepped = steps.step(seat.desk, seat.who, case, Act.HAND_OVER, seat.asked)
    if not isinstance(stepped, OfficeRefusal) and letter is not None:
        words: LetterWords = seat.seal.open(letter.sealed, LetterWords)
        words = msgspec.structs.replace(
            words, handed_to=name, handed_relation=load("fa")(f"office.relation.{act.relation.value}")
        )
        handed = {"handed_at_ms": seat.desk.now_ms, "handed_by": seat.who, "sealed": seat.seal.close(words)}
        seat.desk.tx.execute(update(_letters).where(_letters.c.id == letter.id).values(**handed))
        cycle = next((one for one in seat.office.cycles if one.number == case.cycle), None)
        if cycle is not None:
            covered = update(_households).where(_households.c.id == case.household)
            seat.desk.tx.execute(covered.values(cover_until=cycle.last.isoformat()))
    return stepped


def use(desk: Desk, asked: Asked, operation: UseLetter) -> Answer:
    """A service office has taken it."""
    seat = take_seat(desk, asked)
    if isinstance(seat, OfficeRefusal):
        return seat
    row = _shown(seat, operation)
    if isinstance(row, OfficeRefusal):
        return row
    case = case_by_id(desk, row.case_id)
    why = why_not_used(letter_of(row), operation.service_office, seat.today)
    if case is None or why is not None:
        return refused(Why(why.value) if why is not None else Why.UNKNOWN_LETTER)
    stepped = steps.step(desk, f"office {operation.service_office}", case, Act.USE, asked)
    if isinstance(stepped, OfficeRefusal):
        return stepped
    desk.tx.execute(update(_letters).where(_letters.c.id == row.id).values(used_at_ms=desk.now_ms))
    return LetterStands(standing=Standing.USED)


def _shown(seat: Seat, operation: UseLetter) -> Stepped:
    """The letter that a service office has before it, whose PIN is right. Without a letter for that office no PIN is looked at:
    nobody locks an office out whose letter they have not in hand."""
    code = clean_letter_code(operation.code)
    row = seat.desk.tx.execute(_BY_CODE, {"code": code}).one_or_none() if code is not None else None
    if row is None:
        return refused(Why.UNKNOWN_LETTER)
    if row.service_office != operation.service_office:
        return refused(Why.OTHER_OFFICE)
    return _wrong_pin(seat, operation) or row


def expire(desk: Desk, asked: Asked, row: Row[Any]) -> None:
    """The last day of a letter is past: so the case ends, if nobody has used it."""
    case = case_by_id(desk, row.case_id)
    if case is not None and standing(letter_of(row), desk.service_date) is Standing.EXPIRED:
        steps.step(desk, asked.device, case, Act.EXPIRE, asked)


def _wrong_pin(seat: Seat, operation: UseLetter) -> OfficeRefusal | None:
    """Wrong PINs are counted, and after some none is looked at for a while."""
    desk, office = seat.desk, operation.service_office
    row = desk.tx.execute(_PIN, {"office": office}).one_or_none()
    if row is None:
        return refused(Why.WRONG_PIN)
    if row.wrong >= WRONG_PINS_MOST and desk.now_ms < row.wrong_at_ms + PIN_LOCKED_MS:
        return refused(Why.PIN_LOCKED, retry_after_seconds=(row.wrong_at_ms + PIN_LOCKED_MS - desk.now_ms) / 1000)
    right = row.mark == seat.seal.mark(PIN_MARK, f"{office}:{fold_digits(operation.pin)}")
    counted = {"wrong": 0, "wrong_at_ms": None} if right else {"wrong": row.wrong + 1, "wrong_at_ms": desk.now_ms}
    if not right or row.wrong:
        desk.tx.execute(update(_pins).where(_pins.c.service_office == office).values(**counted))
    return None if right else refused(Why.WRONG_PIN)


def set_pin(desk: Desk, asked: Asked, operation: SetPin) -> Answer:
    """A service office's PIN, of which the ledger keeps a mark: without the key nobody can try PINs against it."""
    seat = take_seat(desk, asked)
    if isinstance(seat, OfficeRefusal):
        return seat
    office, pin = operation.service_office, fold_digits(operation.pin)
    if seat.office.service_office(office) is None:
        return refused(Why.UNKNOWN_WORD, detail=f"service office {office!r} is not in the site file")
    if len(pin) < PIN_DIGITS or not (pin.isascii() and pin.isdigit()):
        return refused(Why.BAD_PIN)
    values = {"mark": seat.seal.mark(PIN_MARK, f"{office}:{pin}"), "wrong": 0, "wrong_at_ms": None}
    if desk.tx.execute(_PIN, {"office": office}).first() is None:
        desk.tx.execute(insert(_pins), values | {"service_office": office})
    else:
        desk.tx.execute(update(_pins).where(_pins.c.service_office == office).values(**values))
    desk.note(asked, "pin_set", details={"service_office": office})
    return Changed()


_letters, _households, _pins = tables.letters, tables.households, tables.service_pins
PIN_MARK: Final = "pin"
_BY_CODE: Final = select(_letters).where(_letters.c.code == bindparam("code"))
_PIN: Final = select(_pins).where(_pins.c.service_office == bindparam("office"))
_NEXT_SERIAL: Final = (
    update(tables.letter_years)
    .where(tables.letter_years.c.year == bindparam("of_year"))
    .values(last=tables.letter_years.c.last + 1)
    .returning(tables.letter_years.c.last)
)
