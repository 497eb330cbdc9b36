"""Who may see a page and who may act: sign-in, rights, forms that were made here, and headers that keep browsers narrow."""

from collections.abc import Awaitable, Callable, Mapping
from functools import wraps
from types import MappingProxyType
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.formparsers import MultiPartParser
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from office.answers_file import BYTES_MOST
from screen import phrases
from staff_console.house import House
from staff_console.rights import Right
from staff_console.visitor import Visitor

COOKIE: Final = "nobat_session"
LANGUAGE_COOKIE: Final = "nobat_language"
WALL_PATHS: Final = frozenset({"/wall", "/live/wall"})
LARGEST_FORM_BYTES: Final = 64 * 1024
LARGEST_FILE_BYTES: Final[Mapping[str, int]] = MappingProxyType(
    {"/settings/file": 2 * 1024 * 1024, "/batches/answers": BYTES_MOST + LARGEST_FORM_BYTES}
)
"""Of the addresses that take a file."""
MultiPartParser.spool_max_size = max(LARGEST_FILE_BYTES.values())
"""A file of answers names people: no part of one is put down on a disk while it is read."""

HEADERS: Final = {
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; font-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}
"""Nothing is loaded from elsewhere, nothing of ours is shown elsewhere, and no page with people on it stays in a cache."""


Page = Callable[[Request, House, Visitor], Response]
Endpoint = Callable[[Request], Awaitable[Response]]


def house_of(request: Request) -> House:
    """All that pages are made from."""
    house: House = request.app.state.house
    return house


def language_of(request: Request, house: House) -> str:
    """The browser's choice, else the site's."""
    chosen = request.cookies.get(LANGUAGE_COOKIE, "")
    return chosen if chosen in phrases.languages() else house.settings.language


def visitor_of(request: Request, *, watching: bool = False) -> Visitor | None:
    """Who is signed in. `watching`: the page asks by itself, and nobody may be sitting there."""
    house = house_of(request)
    token = request.cookies.get(COOKIE, "")
    look = house.sessions.look if watching else house.sessions.use
    session = look(token, house.monotonic())
    account = house.accounts.get(session.account) if session is not None else None
    if session is None or account is None or account.password_hash != session.password_hash:
        return None
    if session.wall and request.url.path not in WALL_PATHS:
        return None  # a large screen in the hall: whoever comes to it finds nothing but the wall
    return Visitor(account, session, phrases.load(language_of(request, house)))


def guarded(right: Right) -> Callable[[Page], Endpoint]:
    """A page for those who have `right`. What it does may wait: it runs on a thread of its own."""

    def guard(page: Page) -> Endpoint:
        @wraps(page)
        async def endpoint(request: Request) -> Response:
            house = house_of(request)
            visitor = visitor_of(request)
            if visitor is None:
                return RedirectResponse("/sign-in", status_code=303)
            if not visitor.may(right):
                return house.page(request, visitor, "refused.html", status=403, why="staff.refused.right")
            if request.method == "POST" and not await from_our_form(request, visitor):
                return house.page(request, visitor, "refused.html", status=403, why="staff.refused.form")
            return await run_in_threadpool(page, request, house, visitor)

        return endpoint

    return guard


async def from_our_form(request: Request, visitor: Visitor) -> bool:
    """Whether this was sent by a form that this console made for this session."""
    form = await request.form()  # read here, and kept: a page's thread cannot
    return not from_elsewhere(request) and visitor.session.wrote(str(form.get("form_token", "")))


def from_elsewhere(request: Request) -> bool:
    """Whether a browser says that another site's page sent this."""
    return request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}


class NarrowHeaders:
    """Puts HEADERS on every response, and turns away bodies that no form of ours can have."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        largest = LARGEST_FILE_BYTES.get(scope["path"], LARGEST_FORM_BYTES)
        headers = dict(scope["headers"])
        length = headers.get(b"content-length", b"0")
        fits = length.isdigit() and len(length) <= len(str(largest)) and int(length) <= largest
        if b"transfer-encoding" in headers or not fits:  # no form is sent in pieces
            await Response(status_code=413)(scope, receive, send_with_headers)
            return
        await self._app(scope, receive, send_with_headers)
