"""The settings as one file, for the technician, with the checks of `nobat load`; and each file that was in force before."""

import logging
import re
from collections.abc import Callable
from typing import Any, Final

from sqlalchemy import Connection
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from booking_store import site_history
from booking_store.database import LedgerError
from booking_store.site_history import Load
from staff_console.answering import typed_of
from staff_console.guard import guarded
from staff_console.house import House
from staff_console.pages.settings.sections import agreed, asked, pressed_twice, sections_of, shown
from staff_console.rights import Right
from staff_console.site_document import Problem
from staff_console.site_in_force import site_of
from staff_console.site_view import Sent, history
from staff_console.visitor import Visitor

log = logging.getLogger(__name__)

_SHOWN: Final = 15
"""Loads on one page of the history."""
_NUMBER: Final = re.compile(r"[0-9]{1,9}")


@guarded(Right.LOAD_SITE_FILE)
def file(request: Request, house: House, visitor: Visitor) -> Response:
    """The document in force, to look at, to change as a whole, and to take away."""
    filed, trouble = _filed(house)
    return _file_page(request, house, visitor, filed, filed.document if filed is not None else "", trouble=trouble)


@guarded(Right.LOAD_SITE_FILE)
def check(request: Request, house: House, visitor: Visitor) -> Response:
    """A document that was sent: shown with what it would change, and done when that was seen."""
    typed = typed_of(request)
    try:
        document = _document(request, next(iter(typed.get("document", ())), ""))
    except UnicodeDecodeError:
        return _checked(request, house, visitor, None)
    return _checked(request, house, visitor, document)


@guarded(Right.LOAD_SITE_FILE)
def put_back(request: Request, house: House, visitor: Visitor) -> Response:
    """A document that was in force once: shown with what it would change now."""
    load, trouble = _load(house, request.path_params["number"])
    if load is None:
        return house.page(request, visitor, "refused.html", status=404, why=trouble)
    return _checked(request, house, visitor, load.document)


@guarded(Right.LOAD_SITE_FILE)
def download(request: Request, house: House, visitor: Visitor) -> Response:
    """A document to take away, as `nobat load` takes it."""
    load, trouble = _load(house, request.path_params["number"])
    if load is None:
        return house.page(request, visitor, "refused.html", status=404, why=trouble)
    site = site_of(load.document)
    name = f"{site.id if site is not None else 'site'}-{load.number}.toml"
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(load.document.encode(), media_type="application/toml", headers=headers)


@guarded(Right.LOAD_SITE_FILE)
def past(request: Request, house: House, visitor: Visitor) -> Response:
    """Who changed what, and when."""
    before = request.query_params.get("before", "")
    try:
        with house.queue.looking() as connection:
            newest = site_history.newest(connection, 1)
            loads = site_history.newest(connection, _SHOWN + 1, int(before) if _NUMBER.fullmatch(before) else None)
    except LedgerError as problem:
        log.warning("%s", problem)
        return _history_page(request, house, visitor, trouble="staff.site.unread")
    number = newest[0].number if newest else 0
    rows = history(loads, _SHOWN, number, house.accounts.all(), visitor.say)
    return _history_page(request, house, visitor, rows=rows, older=rows[-1].number if len(loads) > _SHOWN else 0)


def _checked(request: Request, house: House, visitor: Visitor, document: str | None) -> Response:
    filed, trouble = _filed(house)
    if filed is None:
        return _file_page(request, house, visitor, None, document or "", trouble=trouble)
    if document is None:
        wrong = Sent("file", mistakes=(Problem(visitor.say("staff.site.file.not_text")),))
        return _file_page(request, house, visitor, filed, filed.document, sent=wrong)
    typed = typed_of(request)
    told = asked(house, visitor, filed, document, typed)
    if (told.done and agreed(typed, filed, document)) or pressed_twice(house, typed):
        visitor.session.said = visitor.say("staff.site.done")
        return RedirectResponse("/settings/file", status_code=303)
    if told.stale:
        filed, trouble = _filed(house)
        if filed is None:
            return _file_page(request, house, visitor, None, document, trouble=trouble)
        typed = {name: said for name, said in typed.items() if name != "agreed"}
        told = asked(house, visitor, filed, document, typed)
    sent = shown(house, visitor, filed, document, told, typed, form="file", mistakes=told.problems)
    return _file_page(request, house, visitor, filed, document, sent=sent)


def _document(request: Request, typed: str) -> str:
    """What was typed, or what the file says that was chosen. Raises UnicodeDecodeError."""
    chosen: Any = request._form.get("file") if request._form else None  # noqa: SLF001  read by the guard
    if isinstance(chosen, UploadFile):
        return chosen.file.read().decode("utf-8")
    return typed.replace("\r\n", "\n")


def _filed(house: House) -> tuple[Load | None, str]:
    """The document in force, or the key of why there is none to show."""
    return _read(house, lambda connection: next(iter(site_history.newest(connection, 1)), None), "staff.site.no_file")


def _load(house: House, number: int) -> tuple[Load | None, str]:
    """A document that was in force once, or the key of why there is none to show."""
    return _read(house, lambda connection: site_history.load(connection, number), "staff.site.history.no_such")


def _read(house: House, look: Callable[[Connection], Load | None], missing: str) -> tuple[Load | None, str]:
    try:
        with house.queue.looking() as connection:
            load = look(connection)
    except LedgerError as problem:
        log.warning("%s", problem)
        return None, "staff.site.unread"
    return load, "" if load is not None else missing


def _file_page(request: Request, house: House, visitor: Visitor, filed: Load | None, document: str, **facts: Any) -> Response:
    whole: dict[str, Any] = {"sent": None, "trouble": "", **facts}
    wrong = {one.line for one in whole["sent"].mistakes} if whole["sent"] is not None else set()
    parts = tuple(sections_of(visitor))
    lines = tuple((number, number in wrong) for number in range(1, document.count("\n") + 2))
    return house.page(
        request, visitor, "site_file.html", section="file", sections=parts, filed=filed, document=document, lines=lines, **whole
    )


def _history_page(request: Request, house: House, visitor: Visitor, **facts: Any) -> Response:
    whole: dict[str, Any] = {"rows": (), "older": 0, "trouble": "", **facts}
    parts = tuple(sections_of(visitor))
    return house.page(request, visitor, "site_history.html", section="history", sections=parts, **whole)
