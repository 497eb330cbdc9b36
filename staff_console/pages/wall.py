"""The manager's wall: a page without controls for a large screen, kept new by itself."""

import logging
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from booking_store.database import LedgerError
from staff_console.guard import COOKIE, guarded, house_of
from staff_console.house import House
from staff_console.live import sent_anew
from staff_console.rights import Right
from staff_console.sessions import WALL_SECONDS
from staff_console.statistics.wall_view import wall_page
from staff_console.visitor import Visitor

log = logging.getLogger(__name__)


@guarded(Right.SEE_STATISTICS)
def wall(request: Request, house: House, visitor: Visitor) -> Response:
    """The page."""
    return house.page(request, visitor, "wall.html", back="/wall", **_facts(house, visitor))


@guarded(Right.SEE_STATISTICS)
def keep(request: Request, house: House, visitor: Visitor) -> Response:
    """From now on this browser's session is the wall's alone: it lasts a day though nobody uses it, and opens no other page."""
    visitor.session.wall = True
    response = RedirectResponse("/wall", status_code=303)
    secure, token = house.settings.certificate is not None, request.cookies[COOKIE]
    response.set_cookie(COOKIE, token, max_age=int(WALL_SECONDS), httponly=True, samesite="strict", secure=secure)
    return response


async def live(request: Request) -> Response:
    """The wall's figures, whenever they change."""
    house = house_of(request)
    return sent_anew(request, Right.SEE_STATISTICS, lambda visitor: house.part(visitor, "_wall.html", **_facts(house, visitor)))


def _facts(house: House, visitor: Visitor) -> dict[str, Any]:
    clinic, now, limits = house.watch.clinic, house.monotonic(), house.settings.wall
    try:
        standing = house.queue.standing(clinic.day.service_day) if clinic.day is not None else ()
    except LedgerError as problem:
        log.warning("%s", problem)
        return {"view": wall_page(clinic, (), limits, visitor.say, now), "unread": True}
    return {"view": wall_page(clinic, standing, limits, visitor.say, now), "unread": False}
