"""The households whose cover ends."""

from starlette.requests import Request
from starlette.responses import Response

from booking_store.office_lists import cover_due
from staff_console.house import House
from staff_console.office.due_view import due_page
from staff_console.office.seat import Seat, officers, shown_name
from staff_console.office.wording import Wording
from staff_console.rights import Right
from staff_console.visitor import Visitor


@officers(Right.SEE_CASES)
def due(request: Request, house: House, visitor: Visitor, seat: Seat) -> Response:
    """Whose cover ends, and who was told."""
    with house.queue.looking() as connection:
        found = cover_due(connection)
    words = Wording(seat.site, seat.office, visitor.say)
    only_untold = request.query_params.get("told") == "no"
    view = due_page(found, shown_name(house), seat.today, words, only_untold=only_untold)
    return house.page(request, visitor, "office/due.html", view=view)
