"""An officer's seat at the pages: the office as its site file in force says it, and its reader; nobody sits without both.

Who has the right is asked first, then whether this site has an office at all. What is sealed is opened after the store has
written down who looks (`look`), and by no other way.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response

from booking_store.database import LedgerError
from booking_store.office_reader import OfficeReader
from booking_store.seal import SealError
from mqtt.contract import Answer, Changed
from mqtt.office_contract import LookAt, OfficeRefusal, Why
from rules.office import Office
from rules.site import Site
from staff_console.guard import Endpoint, guarded
from staff_console.house import House
from staff_console.rights import Right
from staff_console.visitor import Visitor

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Seat:
    """The office in its own words, its reader, and the date by the store's clock."""

    site: Site
    office: Office
    reader: OfficeReader
    today: date


class UnseenError(Exception):
    """The store did not write down who looks: it does not answer, or knows no such household."""

    def __init__(self, answer: Answer | None) -> None:
        super().__init__("nobody has written down who looks")
        self.answer = answer


OfficePage = Callable[[Request, House, Visitor, Seat], Response]


def officers(right: Right) -> Callable[[OfficePage], Endpoint]:
    """A page of the office for those who have `right`; where there is no office there is no page."""

    def seated(page: OfficePage) -> Endpoint:
        def shown(request: Request, house: House, visitor: Visitor) -> Response:
            try:
                seat = seat_of(house)
                if seat is None:
                    return house.page(request, visitor, "refused.html", status=404, why="office.page.no_office")
                return page(request, house, visitor, seat)
            except UnseenError as unseen:
                return _unseen(request, house, visitor, unseen.answer)
            except (LedgerError, SealError) as problem:
                log.warning("%s", problem)
                return house.page(request, visitor, "refused.html", status=503, why="office.page.unread")

        shown.__name__ = getattr(page, "__name__", "page")
        return guarded(right)(shown)

    return seated


def _unseen(request: Request, house: House, visitor: Visitor, answer: Answer | None) -> Response:
    """Why nothing is shown: in the store's own words, where it has said any."""
    if not isinstance(answer, OfficeRefusal):
        return house.page(request, visitor, "refused.html", status=503, why="office.page.not_logged")
    status = 404 if Why.UNKNOWN_HOUSEHOLD in answer.why else 503
    return house.page(request, visitor, "refused.html", status=status, why=f"office.why.{answer.why[0].value}")


def seat_of(house: House) -> Seat | None:
    """The seat; None where the console has no key, or the site no office. Raises LedgerError."""
    site = house.office_site()
    if site is None or site.office is None or house.identities is None:
        return None
    return Seat(site, site.office, house.identities, _today(house, site))


def look(house: House, visitor: Visitor, household: int, case: int | None = None) -> None:
    """Have the store write down that somebody looks at who a household is. Raises UnseenError: nothing may be opened."""
    answer = house.ask(visitor, LookAt(household=household, case=case))
    if not isinstance(answer, Changed):
        raise UnseenError(answer)


def cases_of_ticket(house: House, visitor: Visitor, number: int) -> tuple[int, ...] | None:
    """The cases that a ticket of today has brought; None: nobody asks for them here."""
    day = house.watch.clinic.day
    if day is None or not visitor.may(Right.SEE_CASES):
        return None
    try:
        seat = seat_of(house)
        lines = seat.reader.cases_of_day(day.service_day) if seat is not None else ()
    except LedgerError as problem:
        log.warning("%s", problem)
        return None
    return None if seat is None else tuple(one.case for one in lines if one.number == number)


def shown_name(house: House) -> Callable[[str], str]:
    """How an account's name is shown; one that is gone, and who is none (the store, a service office), as it is written."""
    known = house.accounts.all()
    return lambda name: known[name].shown if name in known else name


def _today(house: House, site: Site) -> date:
    """By the store's clock; by the machine's own until it was heard."""
    now = house.watch.clinic.local_time(site.time_zone, house.monotonic())
    if now is None:
        now = datetime.now(ZoneInfo(site.time_zone))  # noqa: TID251  only until the store is heard
    return now.date()
