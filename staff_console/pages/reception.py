"""Reception: the points with their buttons, everybody who has a ticket, and both kept new while somebody looks."""

import logging
from dataclasses import replace
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from booking_store.database import LedgerError
from staff_console import acts
from staff_console.answering import form_of, told
from staff_console.guard import guarded, house_of
from staff_console.house import House
from staff_console.live import sent_anew
from staff_console.own_points import COOKIE as POINTS_COOKIE
from staff_console.own_points import COOKIE_SECONDS, chosen, written
from staff_console.reception_view import GROUPS, ReceptionView, reception_view
from staff_console.rights import Right
from staff_console.visitor import Visitor

log = logging.getLogger(__name__)

SHORTCUTS: Final = ("choose", "call_next", "recall", "no_show", "search", "list")
"""What static/console.js does by keys, in the order of the list."""


@guarded(Right.SEE_QUEUE)
def reception(request: Request, house: House, visitor: Visitor) -> Response:
    """The page. With a number it leads to that ticket's own."""
    number = request.query_params.get("number", "").strip()
    if number.isdecimal() and len(number) <= len("9999"):
        return RedirectResponse(f"/ticket/{int(number)}", status_code=303)
    return house.page(request, visitor, "reception.html", shortcuts=SHORTCUTS, **_facts(request, house, visitor))


@guarded(Right.SEE_QUEUE)
def act(request: Request, house: House, visitor: Visitor) -> Response:
    """Do what a form says. A script asks for JSON, a browser without one comes back to the page."""
    form = form_of(request)
    what = form.get("what", "")
    if what not in acts.ACTS or not visitor.may(acts.ACTS[what].right):
        return house.page(request, visitor, "refused.html", status=403, why="staff.refused.right")
    try:
        operation = acts.operation_of(what, form)
    except acts.MisfitError:
        return told(request, visitor, False, visitor.say("staff.told.misfit"))
    return told(request, visitor, *acts.words_of(house.ask(visitor, operation), what, visitor.say))


@guarded(Right.SEE_QUEUE)
def choose_points(request: Request, _house: House, _visitor: Visitor) -> Response:
    """Remember in this browser which points are somebody's own; none: all."""
    form = request._form  # noqa: SLF001  read by the guard
    response = RedirectResponse("/", status_code=303)
    value = written(str(point) for point in form.getlist("point")) if form else ""
    response.set_cookie(POINTS_COOKIE, value, max_age=COOKIE_SECONDS, httponly=True, samesite="strict")
    return response


async def live(request: Request) -> Response:
    """The page's changing part, whenever it changes."""
    house = house_of(request)
    return sent_anew(
        request, Right.SEE_QUEUE, lambda visitor: house.part(visitor, "_live.html", **_facts(request, house, visitor))
    )


def _facts(request: Request, house: House, visitor: Visitor) -> dict[str, Any]:
    own = chosen(request.cookies.get(POINTS_COOKIE, ""), house.watch.clinic.points)
    return {"view": _view(house, visitor), "own": own, "groups": GROUPS, "back": "/"}


def _view(house: House, visitor: Visitor) -> ReceptionView:
    clinic, now = house.watch.clinic, house.monotonic()
    try:
        standing = house.queue.standing(clinic.day.service_day) if clinic.day is not None else ()
    except LedgerError as problem:
        log.warning("%s", problem)
        return replace(reception_view(clinic, (), visitor.say, now), lost=True)
    return reception_view(clinic, standing, visitor.say, now)
