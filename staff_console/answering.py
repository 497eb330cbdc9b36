"""What a form said, and how the page that sent it is answered: in JSON to a script, by the page itself to a browser without."""

import re
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from staff_console.acts import Form
from staff_console.document.fields import Typed
from staff_console.visitor import Visitor

_PAGE: Final = re.compile(
    r"/(ticket/\d{1,4}|bookings|days(/\d{4}-\d\d-\d\d(/\d+/\d+)?)?|today|cases/\d{1,9}(/letters/\d{4}/\d{1,9})?)?"
)
"""Where a form may lead back to: never elsewhere."""


def form_of(request: Request) -> Form:
    """The fields of a form. Only after the guard has read it: a page's thread cannot."""
    return {name: str(value) for name, value in request._form.items()} if request._form else {}  # noqa: SLF001  as said


def typed_of(request: Request) -> Typed:
    """All that a form said in words, in the order of the page: at least one of each name. As `form_of`."""
    said: dict[str, tuple[str, ...]] = {}
    for name, value in request._form.multi_items() if request._form else ():  # noqa: SLF001  as said
        if isinstance(value, str):
            said[name] = (*said.get(name, ()), value)
    return said


def told(request: Request, visitor: Visitor, done: bool, words: str) -> Response:
    """Say whether something was done."""
    if "application/json" in request.headers.get("accept", ""):
        return JSONResponse({"done": done, "words": words})
    back = form_of(request).get("back", "/")
    visitor.session.said = words
    return RedirectResponse(back if _PAGE.fullmatch(back) else "/", status_code=303)
