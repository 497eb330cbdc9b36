"""A ticket's own page: where it stands, its story, every act from there, its mobile on demand, and its paper once more."""

import logging
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from booking_store.database import LedgerError
from booking_store.ticket_story import story
from mqtt.contract import Changed, NoteOrder, PrintAgain, PrintCopy, Refusal, SeeMobile, TicketGiven, UnlockCodes
from staff_console.acts import words_of
from staff_console.answering import form_of, told
from staff_console.guard import guarded, house_of
from staff_console.house import House
from staff_console.live import sent_anew
from staff_console.office.seat import cases_of_ticket
from staff_console.reception_view import kiosks_of
from staff_console.rights import Right
from staff_console.ticket_view import TicketPage, ticket_page
from staff_console.visitor import Visitor

log = logging.getLogger(__name__)


@guarded(Right.SEE_QUEUE)
def ticket(request: Request, house: House, visitor: Visitor) -> Response:
    """The page."""
    return _page(request, house, visitor)


@guarded(Right.SEE_MOBILES)
def mobile(request: Request, house: House, visitor: Visitor) -> Response:
    """The page with the whole mobile, after the store has written down who looks."""
    number, day = request.path_params["number"], house.watch.clinic.day
    noted = house.ask(visitor, SeeMobile(number=number))
    if not isinstance(noted, Changed) or day is None:
        return told(request, visitor, *words_of(noted, "see_mobile", visitor.say))
    try:
        whole = house.queue.mobile_of(day.service_day, number) or ""
    except LedgerError as problem:
        log.warning("%s", problem)
        whole = ""
    return _page(request, house, visitor, whole)


async def live(request: Request) -> Response:
    """The page's changing part, whenever something changes."""
    house, number = house_of(request), request.path_params["number"]

    def part(visitor: Visitor) -> str:
        view, of_office = _view(house, visitor, number), cases_of_ticket(house, visitor, number)
        return house.part(visitor, "_ticket.html", view=view, of_office=of_office, back=f"/ticket/{number}")

    return sent_anew(request, Right.SEE_QUEUE, part)


@guarded(Right.HELP_KIOSKS)
def print_again(request: Request, house: House, visitor: Visitor) -> Response:
    """Have a kiosk print a ticket's paper once more."""
    form, say = form_of(request), visitor.say
    kiosk = form.get("kiosk", "")
    if kiosk not in kiosks_of(house.watch.clinic):
        return told(request, visitor, False, say("staff.told.no_kiosk"))
    paper = house.ask(visitor, PrintAgain(number=request.path_params["number"], kiosk=kiosk))
    if not isinstance(paper, TicketGiven):
        return told(request, visitor, *words_of(paper, "print_again", say))
    house.order(kiosk, PrintCopy(ticket=paper))
    return told(request, visitor, *words_of(paper, "print_again", say))


@guarded(Right.HELP_KIOSKS)
def unlock_codes(request: Request, house: House, visitor: Visitor) -> Response:
    """Lift a kiosk's lock on code entry."""
    kiosk = form_of(request).get("kiosk", "")
    if kiosk not in kiosks_of(house.watch.clinic):
        return told(request, visitor, False, visitor.say("staff.told.no_kiosk"))
    noted = house.ask(visitor, NoteOrder(device=kiosk, order="unlock_codes"))
    if noted is not None and not isinstance(noted, Refusal):
        house.order(kiosk, UnlockCodes())
    return told(request, visitor, *words_of(noted, "unlock_codes", visitor.say))


def _page(request: Request, house: House, visitor: Visitor, whole_mobile: str = "") -> Response:
    number = request.path_params["number"]
    view = _view(house, visitor, number)
    if view is None:
        return house.page(request, visitor, "refused.html", status=404, why="staff.refused.no_ticket")
    facts: dict[str, Any] = {"of_office": cases_of_ticket(house, visitor, number), "whole_mobile": whole_mobile}
    return house.page(request, visitor, "one_ticket.html", view=view, back=f"/ticket/{number}", **facts)


def _view(house: House, visitor: Visitor, number: int) -> TicketPage | None:
    clinic = house.watch.clinic
    if clinic.day is None:
        return None
    try:
        with house.queue.looking() as connection:
            found = story(connection, clinic.day.service_day, number)
    except LedgerError as problem:
        log.warning("%s", problem)
        return None
    return ticket_page(clinic, found, visitor.say, house.monotonic()) if found is not None else None
