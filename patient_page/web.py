"""The page as a web application: two addresses, no cookie, no script, and nothing that is kept of whoever looks."""

import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from booking_store.database import LedgerError
from booking_store.turn_report import TurnReader
from patient_page.turn_view import turn_view
from program.allowance import Allowance, one_house
from rules import ticket_page
from rules.digits import fold_digits
from screen import phrases
from screen.lettering import FONTS
from screen.phrases import Phrases

log = logging.getLogger(__name__)

ASKED_A_MINUTE: Final = 60.0
"""Of one address: enough for a family with three phones."""
WRONG_A_MINUTE: Final = 10.0
_HERE: Final = Path(__file__).parent
HEADERS: Final = {
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; font-src 'self'; img-src data:; form-action 'self'; "
        "frame-ancestors 'none'; base-uri 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
}
"""Nothing from elsewhere, no script at all, and no address with a code in it told to anybody."""


class PatientPage:
    """What the two addresses answer."""

    def __init__(self, reader: TurnReader, language: str, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._reader = reader
        self._language = language
        self._monotonic = monotonic
        self._asked, self._wrong = Allowance(ASKED_A_MINUTE), Allowance(WRONG_A_MINUTE)
        self._templates = Environment(
            loader=FileSystemLoader(_HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def door(self, request: Request) -> Response:
        """Where number and code are typed; typed, they lead to the ticket."""
        say = self._say(request)
        if not self._may_ask(request):
            return self._page(say, "busy", status=429)
        typed = fold_digits(request.query_params.get("ticket", "").strip().lower())
        if not typed:
            return self._page(say, "door")
        if ticket_page.read(typed) is None:
            return self._page(say, "wrong", status=404)
        return RedirectResponse(f"/{typed}?lang={say.language}", status_code=303)

    def ticket(self, request: Request) -> Response:
        """How many are before a ticket. Whoever was wrong too often is not looked up any more, the right code neither."""
        say, address, now = self._say(request), _address(request), self._monotonic()
        if not self._may_ask(request) or not self._wrong.has(address, now):
            return self._page(say, "busy", status=429)
        read = ticket_page.read(fold_digits(request.path_params["written"]))
        try:
            turn = None if read is None else self._reader.turn(*read)
        except LedgerError as problem:
            log.warning("%s", problem)
            return self._page(say, "away", status=503)
        if turn is None:
            self._wrong.take(address, now)
            return self._page(say, "wrong", status=404)
        return self._page(say, "turn", view=turn_view(turn, say))

    def _may_ask(self, request: Request) -> bool:
        return self._asked.take(_address(request), self._monotonic())

    def _say(self, request: Request) -> Phrases:
        wanted = request.query_params.get("lang", "")
        return phrases.load(wanted if wanted in phrases.languages() else self._language)

    def _page(self, say: Phrases, what: str, *, status: int = 200, **facts: Any) -> HTMLResponse:
        words = self._templates.get_template(f"{what}.html").render(say=say, language=say.language, **facts)
        return HTMLResponse(words, status_code=status, headers=HEADERS)


def application(page: PatientPage) -> Starlette:
    """The application of one site."""
    routes = [
        Route("/", page.door),
        Mount("/static", StaticFiles(directory=_HERE / "static")),
        Mount("/fonts", StaticFiles(directory=FONTS)),
        Route("/{written}", page.ticket),
    ]
    return Starlette(routes=routes)


def _address(request: Request) -> str:
    return one_house(request.client.host) if request.client is not None else ""
