"""Signing in and out, and the language: the only pages that want no session."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from screen import lettering, phrases
from staff_console import accounts
from staff_console.guard import (
    COOKIE,
    LANGUAGE_COOKIE,
    from_elsewhere,
    from_our_form,
    house_of,
    language_of,
    visitor_of,
)
from staff_console.house import House
from staff_console.sessions import LONGEST_SECONDS

_MINUTE_SECONDS = 60
_YEAR_SECONDS = 365 * 24 * 3600


async def sign_in(request: Request) -> Response:
    """The form; sent, a session, or what is wrong."""
    house = house_of(request)
    if request.method == "GET":
        return _form(request, house)
    form = await request.form()
    name, password = str(form.get("name", "")), str(form.get("password", ""))
    if from_elsewhere(request):
        return _form(request, house, "staff.sign_in.wrong", status=403)
    now = house.monotonic()
    locked = house.tries.locked_for(name, now)
    if locked:
        return _form(request, house, "staff.sign_in.locked", status=429, minutes=int(locked // _MINUTE_SECONDS) + 1)
    # argon2 takes a tenth of a second on purpose: not on the thread that serves everybody.
    account = house.accounts.get(name)
    if not await run_in_threadpool(accounts.is_password_of, account, password) or account is None:
        house.tries.wrong(name, now)
        return _form(request, house, "staff.sign_in.wrong", status=403)
    house.tries.right(name)
    response = RedirectResponse("/", status_code=303)
    token = house.sessions.begin(name, account.password_hash, now)
    secure = house.settings.certificate is not None
    response.set_cookie(COOKIE, token, max_age=int(LONGEST_SECONDS), httponly=True, samesite="strict", secure=secure)
    return response


async def sign_out(request: Request) -> Response:
    """End the session, wherever its cookie went."""
    visitor = visitor_of(request)
    if visitor is not None and await from_our_form(request, visitor):
        house_of(request).sessions.end(request.cookies[COOKIE])
    return RedirectResponse("/sign-in", status_code=303)


async def choose_language(request: Request) -> Response:
    """Remember the browser's language."""
    chosen = request.path_params["language"]
    response = RedirectResponse("/", status_code=303)
    if chosen in phrases.languages():
        response.set_cookie(LANGUAGE_COOKIE, chosen, max_age=_YEAR_SECONDS, samesite="strict")
    return response


def _form(request: Request, house: House, wrong: str = "", *, status: int = 200, minutes: int = 0) -> Response:
    say = phrases.load(language_of(request, house))
    site = house.watch.clinic.site
    words = house.templates.get_template("sign_in.html").render(
        say=say,
        language=say.language,
        title="" if site is None else (site.name.en or site.name.fa) if say.language == "en" else site.name.fa,
        wrong=say(wrong, minutes=lettering.localised(str(minutes), say.language)) if wrong else "",
    )
    return HTMLResponse(words, status_code=status)
