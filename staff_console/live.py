"""The changing part of a page, sent anew whenever something changed (server-sent events), while somebody may see it."""

from collections.abc import AsyncIterator, Callable
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from staff_console.guard import house_of, visitor_of
from staff_console.rights import Right
from staff_console.visitor import Visitor

ANEW_AT_LEAST_SECONDS: Final = 15.0
"""Waits grow, and a feed that is lost says so: a page is sent anew this often though nothing happened."""


def sent_anew(request: Request, right: Right, part: Callable[[Visitor], str]) -> Response:
    """The stream of a page's part; refused to whoever may not see the page."""
    visitor = visitor_of(request, watching=True)
    if visitor is None or not visitor.may(right):
        return Response(status_code=403)
    return StreamingResponse(_parts(request, right, part), media_type="text/event-stream")


async def _parts(request: Request, right: Right, part: Callable[[Visitor], str]) -> AsyncIterator[str]:
    house, version = house_of(request), -1
    while (visitor := visitor_of(request, watching=True)) is not None and visitor.may(right):
        version = (await house.watch.newer_than(version, ANEW_AT_LEAST_SECONDS)).version
        yield _event("live", await run_in_threadpool(part, visitor))
        yield _event("banner", await run_in_threadpool(house.part, visitor, "_banner.html"))
    yield _event("over", "")


def _event(name: str, words: str) -> str:
    return f"event: {name}\n" + "".join(f"data: {line}\n" for line in words.splitlines() or [""]) + "\n"
