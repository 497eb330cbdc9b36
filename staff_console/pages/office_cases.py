"""The officers' first page: the work list of cases, and the search that begins every visit."""

from starlette.requests import Request
from starlette.responses import Response

from staff_console.guard import Visitor
from staff_console.house import House
from staff_console.office.seat import Seat, officers, shown_name
from staff_console.office.wording import Wording
from staff_console.office.work_list import work_list
from staff_console.rights import Right


@officers(Right.SEE_CASES)
def cases(request: Request, house: House, visitor: Visitor, seat: Seat) -> Response:
    """The page. No name stands on it: nobody's look is logged."""
    day = house.watch.clinic.day
    of_day = seat.reader.cases_of_day(day.service_day) if day is not None and day.service_day else ()
    words = Wording(seat.site, seat.office, visitor.say)
    groups = work_list(seat.reader.open_cases(), of_day, visitor.account.name, shown_name(house), words)
    return house.page(request, visitor, "office_cases.html", groups=groups, back="/cases")
