"""The site's settings: forms by section. A change is shown first and then put in force; what a colleague changed meanwhile is
told, and nothing that was typed is lost.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from booking_store import site_history
from booking_store.booked_report import booked_sessions
from booking_store.booking_report import booked_ahead
from booking_store.database import LedgerError
from booking_store.site_history import Load
from booking_store.week_report import standing_absences
from rules.absence import with_absences
from screen.phrases import Phrases
from staff_console import site_document
from staff_console.answering import typed_of
from staff_console.document import editing
from staff_console.document.editing import NotEditableError
from staff_console.document.fields import MistypedError, Typed, without_blank_rows
from staff_console.guard import guarded
from staff_console.house import House
from staff_console.problem_words import in_words
from staff_console.rights import Right
from staff_console.site_document import Problem, Told, digest
from staff_console.site_forms.form import Ground, Group, SiteForm
from staff_console.site_forms.sections import SECTIONS
from staff_console.site_in_force import site_of
from staff_console.site_view import Sent, placed, sentences, when_words, who_words
from staff_console.unplaced import unplaced
from staff_console.visitor import Visitor

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Opened:
    """A section: the document in force and its forms. `trouble`: the key of why there are none."""

    filed: Load | None = None
    groups: tuple[Group, ...] = ()
    trouble: str = ""


_NO_DAY: Final = ""
"""Before every date: while no day is open, all bookings that stand count as to come."""


@guarded(Right.CHANGE_PLACES)
def settings(_request: Request, _house: House, visitor: Visitor) -> Response:
    """The first section that the visitor may change."""
    first = next(name for name, section in SECTIONS.items() if visitor.may(section.right))
    return RedirectResponse(f"/settings/{first}", status_code=303)


@guarded(Right.CHANGE_PLACES)
def section(request: Request, house: House, visitor: Visitor) -> Response:
    """A section's forms."""
    name = request.path_params["section"]
    if not _may_see(visitor, name):
        return house.page(request, visitor, "refused.html", status=403, why="staff.refused.right")
    return _page(request, house, visitor, name, _opened(house, visitor, name))


@guarded(Right.CHANGE_PLACES)
def change(request: Request, house: House, visitor: Visitor) -> Response:
    """A form that was sent: shown with what it would change, and done when that was seen."""
    name, typed = request.path_params["section"], typed_of(request)
    if not _may_see(visitor, name):
        return house.page(request, visitor, "refused.html", status=403, why="staff.refused.right")
    opened = _opened(house, visitor, name)
    done, sent = _sent(house, visitor, name, opened, typed)
    if sent is not None and sent.stale:  # in this very moment somebody else was done
        opened = _opened(house, visitor, name)
        done, sent = _sent(house, visitor, name, opened, {key: said for key, said in typed.items() if key != "agreed"})
    if done or pressed_twice(house, typed):
        visitor.session.said = visitor.say("staff.site.done")
        return RedirectResponse(f"/settings/{name}", status_code=303)
    if sent is None and not opened.trouble:
        opened = replace(opened, trouble="staff.site.gone")
    return _page(request, house, visitor, name, opened, sent)


def _may_see(visitor: Visitor, name: str) -> bool:
    return name in SECTIONS and visitor.may(SECTIONS[name].right)


def _opened(house: House, visitor: Visitor, name: str) -> Opened:
    """The section as the document in force has it."""
    try:
        filed = site_document.filed(house)
        ground = _ground(house, visitor, filed) if filed is not None else None
    except LedgerError as problem:
        log.warning("%s", problem)
        return Opened(trouble="staff.site.unread")
    if ground is None:
        return Opened(trouble="staff.site.no_file")
    return Opened(filed, SECTIONS[name].groups(ground))


def _sent(house: House, visitor: Visitor, name: str, opened: Opened, typed: Typed) -> tuple[bool, Sent | None]:
    """Whether it was put in force, and else what is shown of it; None: there is no such form now."""
    forms = (form for group in opened.groups for form in group.forms)
    form = next((one for one in forms if (one.id,) == typed.get("form")), None)
    if form is None or opened.filed is None:
        return False, None
    if form.hindered:
        return False, Sent(form.id)
    typed = without_blank_rows(form.fields, typed)
    try:
        document = form.edit(opened.filed.document, typed)
    except MistypedError as mistake:
        words = Problem(visitor.say("staff.site.mistyped"))
        return False, Sent(form.id, typed, beside={mistake.field.name: (words,)}, notes=form.notes)
    except NotEditableError as where:
        words = Problem(visitor.say("staff.site.not_editable", where=where))
        return False, Sent(form.id, typed, mistakes=(words,), notes=form.notes)
    except LookupError:
        return False, None
    told = asked(house, visitor, opened.filed, document, typed)
    mistakes, beside = placed(form, tuple(in_words(one, visitor.say) for one in told.problems))
    more: dict[str, Any] = {
        "form": form.id,
        "mistakes": mistakes,
        "beside": beside,
        "notes": _notes(visitor, name, form, document),
    }
    sent = shown(house, visitor, opened.filed, document, told, typed, **more)
    return told.done and agreed(typed, opened.filed, document), sent


def _notes(visitor: Visitor, name: str, form: SiteForm, document: str) -> tuple[str, ...]:
    """What is good to know of a form as it would be with the document; of a document with mistakes, as it is."""
    site = site_of(document)
    if site is None:
        return form.notes
    groups = SECTIONS[name].groups(Ground(site, editing.data(document), visitor.say))
    return next((one.notes for group in groups for one in group.forms if one.id == form.id), form.notes)


def agreed(typed: Typed, filed: Load, document: str) -> bool:
    """Whether the visitor has seen what this document changes in the one in force."""
    return typed.get("agreed") == (_consent(filed, document),)


def pressed_twice(house: House, typed: Typed) -> bool:
    """Whether just what the visitor has seen and agreed to was put in force last: by the button's first press."""
    if "agreed" not in typed:
        return False
    try:
        with house.queue.looking() as connection:
            last = site_history.newest(connection, 2)
    except LedgerError as problem:
        log.warning("%s", problem)
        return False
    return len(last) == 2 and agreed(typed, last[1], last[0].document)


def _consent(filed: Load, document: str) -> str:
    """What a preview's button says: of both documents, because over another one the same document undoes a colleague's work."""
    return digest(filed.sha256 + document)


def asked(house: House, visitor: Visitor, filed: Load, document: str, typed: Typed) -> Told:
    """Put the document in force where the visitor has seen what it changes, else only ask what it would change."""
    ask = site_document.put_in_force if agreed(typed, filed, document) else site_document.propose
    try:
        return ask(house, visitor, document, filed.sha256)
    except OSError as problem:
        log.warning("no proposal could be written: %s", problem)
        return Told(done=False, problems=(Problem(visitor.say("staff.site.no_folder")),))


def shown(house: House, visitor: Visitor, filed: Load, document: str, told: Told, typed: Typed, **more: Any) -> Sent:
    """What is shown of a document that is not in force yet."""
    say = visitor.say
    if not told.answered:
        perhaps = agreed(typed, filed, document)
        more["mistakes"] = (Problem(say("staff.site.perhaps_done" if perhaps else "staff.told.no_answer")),)
    changes = sentences(filed.document, document, say) if told.done else ()
    seen = next(iter(typed.get("seen", ())), filed.sha256)
    return Sent(
        values=typed,
        agreed=_consent(filed, document) if told.changes else "",
        changes=changes,
        unplaced=_unplaced(house, filed, document, say) if told.changes else (),
        nothing=told.done and not told.changes,
        stale=told.stale,
        meanwhile=meanwhile(house, visitor, filed) if seen != filed.sha256 else "",
        **more,
    )


def _unplaced(house: House, filed: Load, document: str, say: Phrases) -> tuple[str, ...]:
    """Who is booked and does not fit into the document; nobody where the ledger cannot be read."""
    before, after = site_of(filed.document), site_of(document)
    if before is None or after is None:
        return ()
    now = house.watch.clinic.local_time(before.time_zone, house.monotonic())
    if now is None:
        return ()
    try:
        with house.queue.looking() as connection:
            absences = standing_absences(connection, now.date(), date.max)
            booked = booked_sessions(connection, before, now.date(), date.max, now)
    except LedgerError as problem:
        log.warning("%s", problem)
        return ()
    return unplaced(with_absences(before, absences), with_absences(after, absences), booked, say)


def meanwhile(house: House, visitor: Visitor, filed: Load) -> str:
    """Who put another document in force since a page was made, and when."""
    site = site_of(filed.document)
    when = when_words(filed, site.time_zone if site is not None else "UTC", visitor.say)
    return visitor.say("staff.site.meanwhile", who=who_words(filed, house.accounts.all(), visitor.say), when=when)


def _ground(house: House, visitor: Visitor, filed: Load) -> Ground | None:
    site = site_of(filed.document)
    if site is None:
        return None
    day = house.watch.clinic.day
    with house.queue.looking() as connection:
        booked = booked_ahead(connection, day.date if day is not None else _NO_DAY)
    return Ground(site, editing.data(filed.document), visitor.say, booked)


def _page(request: Request, house: House, visitor: Visitor, name: str, opened: Opened, sent: Sent | None = None) -> Response:
    names = tuple(sections_of(visitor))
    return house.page(request, visitor, "settings.html", section=name, sections=names, opened=opened, sent=sent)


def sections_of(visitor: Visitor) -> Iterator[str]:
    """The pages of settings that a visitor sees."""
    yield from (name for name, one in SECTIONS.items() if visitor.may(one.right))
    if visitor.may(Right.LOAD_SITE_FILE):
        yield from ("history", "file")
