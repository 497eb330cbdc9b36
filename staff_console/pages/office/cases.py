"""The officers' first page: the work list of cases, and the search by a code that begins every visit."""

from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from booking_store.office_reader import TicketOf
from booking_store.ticket_story import story
from mqtt.office_contract import CaseStands, FindHousehold, HouseholdFound, Households, OpenCase
from rules.referral import OPEN
from staff_console.answering import form_of
from staff_console.house import House
from staff_console.office.answers import done_words, refused_words
from staff_console.office.seat import Seat, officers, shown_name
from staff_console.office.typed import MistypedError, converted
from staff_console.office.wording import Wording
from staff_console.office.work_list import work_list
from staff_console.pages.office.form import NOT_NOW, fresh, matters, request_of, ticket_number
from staff_console.rights import Right
from staff_console.visitor import Visitor


@officers(Right.SEE_CASES)
def cases(request: Request, house: House, visitor: Visitor, seat: Seat) -> Response:
    """The page. No name stands on it: nobody's look is logged. `number`: of the called ticket whose household is looked for."""
    return _page(request, house, visitor, seat, number=ticket_number(request.query_params.get("number", "")))


@officers(Right.SEE_CASES)
def find(request: Request, house: House, visitor: Visitor, seat: Seat) -> Response:
    """Whom a code leads to, however it was typed. It stands in no address: those are kept by browsers."""
    form = form_of(request)
    typed, number = form.get("typed", "").strip(), ticket_number(form.get("number", ""))
    try:
        answer = house.ask(visitor, converted(FindHousehold, {"code": typed}))
    except MistypedError as mistake:
        return _page(request, house, visitor, seat, number=number, typed=typed, problems=(visitor.say(mistake.why),))
    if not isinstance(answer, Households):
        return _page(request, house, visitor, seat, number=number, typed=typed, problems=refused_words(answer, visitor.say))
    return _page(request, house, visitor, seat, number=number, typed=typed, found=answer.households)


@officers(Right.WRITE_CASES)
def open_case(request: Request, house: House, visitor: Visitor, seat: Seat) -> Response:
    """A request of a household that is known; where it has an open case, that one is shown."""
    form = form_of(request)
    number = ticket_number(form.get("number", ""))
    try:
        wanted = {"matter": form.get("matter"), "household": form.get("household"), "number": number or None}
        answer = house.ask(visitor, converted(OpenCase, wanted), request_of(form))
    except MistypedError as mistake:
        return _page(request, house, visitor, seat, number=number, problems=(visitor.say(mistake.why),))
    if isinstance(answer, CaseStands):
        visitor.session.said = done_words(answer, "open_case", Wording(seat.site, seat.office, visitor.say))
        return RedirectResponse(f"/cases/{answer.case}", status_code=303)
    return _page(request, house, visitor, seat, number=number, problems=refused_words(answer, visitor.say))


def _matter_of_ticket(house: House, seat: Seat, number: str, behind: TicketOf | None) -> str:
    """What a ticket of today was taken for: as the kiosk was told, else the one matter of its department; empty: neither."""
    day = house.watch.clinic.day
    if not number or day is None:
        return ""
    with house.queue.looking() as connection:
        ticket = story(connection, day.service_day, int(number))
    department = ticket.department if ticket is not None else None
    opening = [one for one in seat.office.matters if one.opens_case]
    found = [one.id for one in opening if one.id == behind.matter] if behind is not None else []
    found = found or [one.id for one in opening if one.department == department]
    return found[0] if len(found) == 1 else ""


def _behind(house: House, seat: Seat, number: str) -> TicketOf | None:
    """What the kiosk was told when this ticket of today was taken."""
    day = house.watch.clinic.day
    return seat.reader.ticket(day.service_day, int(number)) if number and day is not None else None


def _of_ticket(behind: TicketOf | None, seat: Seat) -> tuple[HouseholdFound, ...] | None:
    """The household that the code at the kiosk led to, as a search would find it; None: nobody has searched yet."""
    if behind is None or behind.household is None:
        return None
    cases = seat.reader.cases_of_household(behind.household)
    one = next((case for case in cases if case.state in OPEN), next(iter(cases), None))
    if one is None:
        return (HouseholdFound(household=behind.household),)
    return (HouseholdFound(household=behind.household, case=one.case, state=one.state),)


def _found(one: HouseholdFound, words: Wording) -> dict[str, Any]:
    """A household that a code leads to, without names: its page opens them."""
    return {
        "household": one.household,
        "shown": words.digits(one.household),
        "case": one.case,
        "case_shown": words.digits(one.case) if one.case is not None else "",
        "state": words.state(one.state) if one.state is not None else "",
        "letter": words.digits(one.letter) if one.letter is not None else "",
    }


def _page(request: Request, house: House, visitor: Visitor, seat: Seat, **facts: Any) -> Response:
    """The page, with what was found or why nothing was."""
    day, words = house.watch.clinic.day, Wording(seat.site, seat.office, visitor.say)
    of_day = seat.reader.cases_of_day(day.service_day) if day is not None and day.service_day else ()
    groups = work_list(seat.reader.open_cases(), of_day, visitor.account.name, shown_name(house), words)
    shown: dict[str, Any] = {"found": None, "number": "", "typed": "", "problems": ()} | facts
    status = NOT_NOW if shown["problems"] else 200
    ticket, found = shown.pop("number"), shown.pop("found")
    behind = _behind(house, seat, ticket)
    found = _of_ticket(behind, seat) if found is None else found
    return house.page(
        request,
        visitor,
        "office/cases.html",
        status=status,
        groups=groups,
        ticket=ticket,
        matters=matters(words),
        matter=_matter_of_ticket(house, seat, ticket, behind),
        found=tuple(_found(one, words) for one in found) if found is not None else None,
        fresh=fresh,
        back="/cases",
        **shown,
    )
