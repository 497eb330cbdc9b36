"""A letter's page: how it stands, the PDFs of the letter and of its receipt, and its slip at a kiosk.

Each opening of a letter's words is a look at its household. A duplicate is an act of its case (pages/office/case.py).
"""

from collections.abc import Callable
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from booking_store.office_reader import CaseFile, LetterFile
from booking_store.sealed import LetterWords
from mqtt.contract import LetterSlip, Name, PrintOfficeSlip
from rules.referral import Act
from staff_console.house import House
from staff_console.office.case_acts import can_step
from staff_console.office.case_view import letter_row
from staff_console.office.seat import Seat, look, officers
from staff_console.office.wording import Wording
from staff_console.pages.office.form import choices, fresh, print_slip
from staff_console.reception_view import kiosks_of
from staff_console.rights import Right
from staff_console.visitor import Visitor

PDF_POLICY: Final = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"
"""A browser's own reader of PDFs draws with styles and an object of its own."""


@officers(Right.SEE_CASES)
def letter(request: Request, house: House, visitor: Visitor, seat: Seat) -> Response:
    """The page."""
    found = _letter(request, house, visitor, seat)
    if found is None:
        return _none(request, house, visitor)
    file, one = found
    words = Wording(seat.site, seat.office, visitor.say)
    row = letter_row(one, words, seat.today)
    state = file.line.state
    may = {"hand_over": can_step(state, Act.HAND_OVER), "duplicate_letter": can_step(state, Act.DUPLICATE)}
    return house.page(
        request,
        visitor,
        "office/letter.html",
        case=file.line.case,
        revision=file.line.revision,
        letter=row,
        words=one.words,
        may_now=may if row.stands else {},
        choices=choices(words),
        kiosks=kiosks_of(house.watch.clinic),
        fresh=fresh,
        sent={},
        back=request.url.path,
    )


@officers(Right.SEE_CASES)
def letter_file(request: Request, house: House, visitor: Visitor, seat: Seat) -> Response:
    """The letter as A4, to be shown or, with `?keep=yes`, taken away."""
    from office.letter import letter_pdf  # noqa: PLC0415  a clinic without an office never loads what makes PDFs

    return _pdf(request, house, visitor, seat, "letter", letter_pdf)


@officers(Right.SEE_CASES)
def receipt_file(request: Request, house: House, visitor: Visitor, seat: Seat) -> Response:
    """What is signed when it is handed over."""
    from office.letter import receipt_pdf  # noqa: PLC0415  as above

    return _pdf(request, house, visitor, seat, "receipt", receipt_pdf)


@officers(Right.WRITE_CASES)
def slip(request: Request, house: House, visitor: Visitor, seat: Seat) -> Response:
    """Have a kiosk print the letter's slip: its number, its code, where it is taken. It names nobody."""
    found = _letter(request, house, visitor, seat)
    if found is None:
        return _none(request, house, visitor)
    one = found[1].letter
    to = seat.office.service_office(one.service_office)
    paper = LetterSlip(
        number=one.number,
        code=one.code,
        until=one.until.isoformat(),
        service_office=Name(fa=to.name.fa, en=to.name.en) if to is not None else Name(fa=one.service_office),
        city=to.city if to is not None else "",
    )
    return print_slip(request, house, visitor, PrintOfficeSlip(slip=paper))


def _pdf(
    request: Request, house: House, visitor: Visitor, seat: Seat, name: str, made: Callable[[LetterWords], bytes]
) -> Response:
    found = _letter(request, house, visitor, seat)
    if found is None or found[1].words is None:
        return _none(request, house, visitor)
    number = found[1].letter.number.replace("/", "-")
    shown = "attachment" if request.query_params.get("keep") == "yes" else "inline"
    headers = {
        "content-disposition": f'{shown}; filename="{name}-{number}.pdf"',
        "content-security-policy": PDF_POLICY,
    }
    return Response(made(found[1].words), media_type="application/pdf", headers=headers)


def _letter(request: Request, house: House, visitor: Visitor, seat: Seat) -> tuple[CaseFile, LetterFile] | None:
    """The letter of an address with its case, after the look was logged; None: there is none. Raises UnseenError."""
    asked = request.path_params
    line = seat.reader.case_line(asked["case"])
    if line is None:
        return None
    look(house, visitor, line.household, line.case)
    file = seat.reader.case_file(line.case)
    if file is None:
        return None
    number = (asked["year"], asked["serial"])
    found = next((one for one in file.letters if (one.letter.year, one.letter.serial) == number), None)
    return (file, found) if found is not None else None


def _none(request: Request, house: House, visitor: Visitor) -> Response:
    return house.page(request, visitor, "refused.html", status=404, why="office.why.unknown_letter")
