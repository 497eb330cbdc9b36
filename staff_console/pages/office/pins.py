"""The service offices' PINs, which a manager sets: with its own each marks letters as used."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from mqtt.contract import Changed
from mqtt.office_contract import SetPin
from rules.digits import fold_digits
from staff_console.answering import form_of
from staff_console.house import House
from staff_console.office.answers import refused_words
from staff_console.office.seat import Seat, officers
from staff_console.office.typed import MistypedError, converted
from staff_console.office.wording import Wording
from staff_console.pages.office.form import NOT_NOW
from staff_console.rights import Right
from staff_console.visitor import Visitor


@officers(Right.SET_PINS)
def pins(request: Request, house: House, visitor: Visitor, seat: Seat) -> Response:
    """The page. No PIN stands on it: the ledger keeps none."""
    return _page(request, house, visitor, seat)


@officers(Right.SET_PINS)
def set_pin(request: Request, house: House, visitor: Visitor, seat: Seat) -> Response:
    """One office's PIN, typed twice, in any digits."""
    form, say = form_of(request), visitor.say
    office = form.get("service_office", "")
    pin, again = (fold_digits(form.get(field, "")) for field in ("pin", "pin_again"))
    if pin != again:
        return _page(request, house, visitor, seat, office=office, problems=(say("office.pins.differ"),))
    try:
        answer = house.ask(visitor, converted(SetPin, {"service_office": office, "pin": pin}))
    except MistypedError as mistake:
        return _page(request, house, visitor, seat, office=office, problems=(say(mistake.why),))
    if isinstance(answer, Changed):
        name = Wording(seat.site, seat.office, say).service_office(office)
        return _page(request, house, visitor, seat, done=say("office.pins.done", office=name))
    return _page(request, house, visitor, seat, office=office, problems=refused_words(answer, say))


def _page(request: Request, house: House, visitor: Visitor, seat: Seat, **facts: Any) -> Response:
    words = Wording(seat.site, seat.office, visitor.say)
    offices = tuple((one.code, words.of(one.name), one.city) for one in seat.office.service_offices)
    shown: dict[str, Any] = {"office": "", "done": "", "problems": ()} | facts
    status = NOT_NOW if shown["problems"] else 200
    return house.page(request, visitor, "office/pins.html", status=status, offices=offices, back="/cases", **shown)
