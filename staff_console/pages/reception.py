"""Reception: every point with its buttons, everybody who has a ticket, and both kept new while somebody looks."""

import logging
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response, StreamingResponse

from booking_store.database import LedgerError
from staff_console import acts
from staff_console.guard import Visitor, guarded, house_of, visitor_of
from staff_console.house import House
from staff_console.reception_view import GROUPS, ReceptionView, reception_view
from staff_console.rights import Right

log = logging.getLogger(__name__)

ANEW_AT_LEAST_SECONDS: Final = 15.0
"""Waits grow, and a feed that is lost says so: a page is sent anew this often though nothing happened."""


@guarded(Right.SEE_QUEUE)
def reception(request: Request, house: House, visitor: Visitor) -> Response:
    """The page."""
    return house.page(request, visitor, "reception.html", view=_view(house, visitor), groups=GROUPS)


@guarded(Right.SEE_QUEUE)
def act(request: Request, house: House, visitor: Visitor) -> Response:
    """Do what a form says. A script asks for JSON, a browser without one comes back to the page."""
    form = {name: str(value) for name, value in request._form.items()} if request._form else {}  # noqa: SLF001  read by the guard
    what = form.get("what", "")
    if what not in acts.ACTS or not visitor.may(acts.ACTS[what].right):
        return house.page(request, visitor, "refused.html", status=403, why="staff.refused.right")
    try:
        operation = acts.operation_of(what, form)
    except acts.MisfitError:
        done, words = False, visitor.say("staff.told.misfit")
    else:
        done, words = acts.words_of(house.ask(visitor, operation), what, visitor.say)
    if "application/json" in request.headers.get("accept", ""):
        return JSONResponse({"done": done, "words": words})
    visitor.session.said = words
    return RedirectResponse("/", status_code=303)


async def live(request: Request) -> Response:
    """The page's changing part, sent whenever it changes (server-sent events)."""
    visitor = visitor_of(request, watching=True)
    if visitor is None or not visitor.may(Right.SEE_QUEUE):
        return Response(status_code=403)
    return StreamingResponse(_parts(request, house_of(request)), media_type="text/event-stream")


async def _parts(request: Request, house: House) -> AsyncIterator[str]:
    version = -1
    while (visitor := visitor_of(request, watching=True)) is not None:
        clinic = await house.watch.newer_than(version, ANEW_AT_LEAST_SECONDS)
        version = clinic.version
        part = await run_in_threadpool(_live_part, house, visitor)
        yield "event: live\n" + "".join(f"data: {line}\n" for line in part.splitlines()) + "\n"
    yield "event: over\ndata:\n\n"


def _live_part(house: House, visitor: Visitor) -> str:
    return house.part(visitor, "_live.html", view=_view(house, visitor), groups=GROUPS)


def _view(house: House, visitor: Visitor) -> ReceptionView:
    clinic, now = house.watch.clinic, house.monotonic()
    try:
        standing = house.queue.standing(clinic.day.service_day) if clinic.day is not None else ()
    except LedgerError as problem:
        log.warning("%s", problem)
        return replace(reception_view(clinic, (), visitor.say, now), lost=True)
    return reception_view(clinic, standing, visitor.say, now)
