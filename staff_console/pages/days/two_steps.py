"""A change of the site's document in two steps: what it would do to those who are booked, then done as it was shown.

Whoever is booked in hours that go is told by an absence of those hours, announced before the site's document changes; what is
so, the store alone says.
"""

import logging
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import msgspec
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from booking_store.booked_report import BookedSession, booked_sessions
from booking_store.database import LedgerError
from booking_store.site_file import SiteFileError, parse_jalali, parse_site
from booking_store.site_history import Load
from booking_store.week_report import standing_absences
from mqtt.contract import AbsencePlan, AnnounceAbsence
from rules.absence import Absence, with_absences
from rules.site import Site
from staff_console import site_document
from staff_console.absence_view import plan_view
from staff_console.acts import Form
from staff_console.answering import form_of
from staff_console.change_words import told_changes
from staff_console.days_view import NOT_SAID, SiteWords
from staff_console.house import House
from staff_console.pages.days.absence import said
from staff_console.pages.days.week import ends_of
from staff_console.planning_view import ChangeView, TakenView, hours_words, stay_rows
from staff_console.problem_words import in_words
from staff_console.replanning import Misfits, MistypedError, misfits
from staff_console.site_document import Told
from staff_console.visitor import Visitor

log = logging.getLogger(__name__)

LOOK_AHEAD: Final = timedelta(days=400)
"""How far a change of every week is looked at: nobody is booked later."""
WHY_MOST: Final = 80
_BEFORE_ALL: Final = datetime.fromtimestamp(0, UTC)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A new document, and the dates and owner whose bookings it may touch; `of_all`: a holiday, which closes the site."""

    load: Load
    document: str
    first: date
    last: date
    of_all: bool
    owner: tuple[int, int | None] = (0, None)


@dataclass(frozen=True, slots=True)
class Examined:
    """What a proposal would do: the store's word, who does not fit, and the absences that would tell them."""

    told: Told
    misfits: Misfits
    absences: tuple[AnnounceAbsence, ...]
    blocked: bool
    standing: tuple[Absence, ...] = ()


def step(
    request: Request, house: House, visitor: Visitor, template: str, facts: dict[str, Any], proposal: Proposal
) -> Response:
    """Show what the proposal would do; or do it, where just this was shown and somebody is sure."""
    form, say = form_of(request), visitor.say
    examined: Examined | str
    try:
        stale = form.get("instead_of") not in {None, "", proposal.load.sha256}
        examined = say("staff.plan.stale") if stale else _examined(house, visitor, proposal, form)
    except MistypedError as mistake:
        examined = say(f"staff.absence.mistyped.{mistake}")
    except (LedgerError, OSError) as problem:
        log.warning("%s", problem)
        examined = say("staff.told.no_answer")
    if isinstance(examined, Examined) and not examined.told.done:
        examined = _wrong(examined.told, visitor)
    if isinstance(examined, str):
        return plain_page(request, house, visitor, template, facts, wrong=examined)
    wrong = ""
    if form.get("sure") == "yes" and form.get("shown") == _remedy_key(form) and not examined.blocked:
        wrong = _carry_out(house, visitor, proposal, examined)
        if not wrong:
            visitor.session.said = say("staff.plan.done")
            return RedirectResponse(facts["here"], status_code=303)
    change = _change_view(house, visitor, proposal, examined)
    remedy = {"remedy": form.get("remedy", "cancel"), "move_to": form.get("move_to", "")}
    shown = {"change": change, "remedy": remedy, "shown": _remedy_key(form)}
    return plain_page(request, house, visitor, template, facts, wrong=wrong, **shown)


def _examined(house: House, visitor: Visitor, proposal: Proposal, form: Form) -> Examined:
    """Raises LedgerError, OSError, MistypedError."""
    told = site_document.propose(house, visitor, proposal.document, proposal.load.sha256)
    if not told.done:
        return Examined(told, Misfits(), (), False)
    try:
        site = parse_site(proposal.document, "the proposal")
    except SiteFileError as problem:  # the store has just taken it
        raise LedgerError(str(problem)) from problem
    with house.queue.looking() as connection:
        absences = standing_absences(connection, proposal.first, proposal.last)
        now = _now(house, site)
        booked = booked_sessions(connection, site, proposal.first, proposal.last, now)
    found = misfits(with_absences(site, absences), [one for one in booked if _concerned(proposal, one)])
    one_date = proposal.first == proposal.last and not proposal.of_all
    standing = tuple(one for one in absences if one_date and one.doctor in (None, proposal.owner[1]))
    return Examined(told, found, *_absences(proposal, found, form), standing)


def _concerned(proposal: Proposal, one: BookedSession) -> bool:
    return proposal.of_all or (one.department, one.doctor) == proposal.owner


def _absences(proposal: Proposal, found: Misfits, form: Form) -> tuple[tuple[AnnounceAbsence, ...], bool]:
    """What tells those whose hours go; and whether somebody is booked whom no absence can tell. Raises MistypedError: also
    where hours of several sessions would be moved to one date, since what each preview shows as free the other would take."""
    remedy = "move" if form.get("remedy") == "move" else "cancel"
    how: dict[str, Any] = {
        "type": "announce_absence",
        "agreed_with": form.get("why", "").strip()[:WHY_MOST] or NOT_SAID,
        "remedy": remedy,
        "move_to": _jalali(form.get("move_to", "")) if remedy == "move" else None,
    }
    if remedy == "move" and len({one.date if proposal.of_all else (one.date, one.starts) for one in found.taken}) > 1:
        raise MistypedError("one_by_one")
    if proposal.of_all:
        dates = {one.date for one in found.taken}
        return tuple(_absence({**how, "doctor": None, "date": day.isoformat()}) for day in sorted(dates)), False
    told = [one for one in found.taken if one.doctor is not None]
    absences = (
        {
            **how,
            "doctor": one.doctor,
            "date": one.date.isoformat(),
            "starts": f"{one.starts:%H:%M}",
            "ends": f"{one.ends:%H:%M}",
        }
        for one in told
    )
    return tuple(map(_absence, absences)), len(told) < len(found.taken)


def _absence(values: dict[str, Any]) -> AnnounceAbsence:
    made: AnnounceAbsence = msgspec.convert(values, AnnounceAbsence)
    return made


def _carry_out(house: House, visitor: Visitor, proposal: Proposal, examined: Examined) -> str:
    """Tell everybody first, then put the document in force; what went wrong, if anything did."""
    for absence in examined.absences:
        answer = house.ask(visitor, msgspec.structs.replace(absence, preview=False))
        if not isinstance(answer, AbsencePlan):
            return said(answer, "absence", visitor)[1]
    told = site_document.put_in_force(house, visitor, proposal.document, proposal.load.sha256)
    return "" if told.done else _wrong(told, visitor)


def _change_view(house: House, visitor: Visitor, proposal: Proposal, examined: Examined) -> ChangeView:
    old, new = (parse_site(text, "the site file") for text in (proposal.load.document, proposal.document))
    words = SiteWords(new, visitor.say)
    taken = [_taken_view(house, visitor, absence, words) for absence in examined.absences]
    if examined.blocked:
        taken += [
            TakenView(
                hours_words(one.date, one.starts, one.ends, words.department(one.department), words),
                None,
                visitor.say("staff.plan.blocked", count=words.digits(len(one.bookings))),
            )
            for one in examined.misfits.taken
            if one.doctor is None
        ]
    return ChangeView(
        taken=tuple(taken),
        beyond=stay_rows(examined.misfits.beyond, words),
        otherwise=stay_rows(examined.misfits.otherwise, words),
        changes=told_changes(old, new, visitor.say),
        blocked=examined.blocked or any(one.wrong for one in taken),
        standing=tuple(hours_words(one.date, one.starts, one.ends, "", words) for one in examined.standing),
    )


def _taken_view(house: House, visitor: Visitor, absence: AnnounceAbsence, words: SiteWords) -> TakenView:
    starts, ends = (datetime.strptime(one, "%H:%M").time() if one else None for one in (absence.starts, absence.ends))  # noqa: DTZ007
    who = words.doctor(absence.doctor) if absence.doctor is not None else words.say("staff.absence.whole_site")
    heading = hours_words(date.fromisoformat(absence.date), starts, ends, who, words)
    answer = house.ask(visitor, absence)
    if isinstance(answer, AbsencePlan):
        return TakenView(heading, plan_view(answer, ends_of(house, answer), words), "")
    return TakenView(heading, None, said(answer, "absence", visitor)[1])


def plain_page(request: Request, house: House, visitor: Visitor, template: str, facts: dict[str, Any], **more: Any) -> Response:
    usual: dict[str, Any] = {"wrong": "", "change": None, "remedy": {"remedy": "cancel", "move_to": ""}, "shown": ""}
    return house.page(request, visitor, template, back=facts["here"], **{**facts, **usual, **more})


def _remedy_key(form: Form) -> str:
    """What was chosen for those who are touched: it is done only as it was shown."""
    return f"{form.get('remedy', 'cancel')} {form.get('move_to', '').strip() if form.get('remedy') == 'move' else ''}"


def no_such_date(request: Request, house: House, visitor: Visitor) -> Response:
    return house.page(request, visitor, "refused.html", status=404, why="staff.days.no_such_date")


def _wrong(told: Told, visitor: Visitor) -> str:
    if told.stale:
        return visitor.say("staff.plan.stale")
    if not told.answered:
        return visitor.say("staff.told.no_answer")
    return visitor.say("staff.plan.refused", problem=" · ".join(in_words(one, visitor.say).words for one in told.problems))


def filed(house: House) -> Load | None:
    try:
        return site_document.filed(house)
    except LedgerError as problem:
        log.warning("%s", problem)
        return None


def _now(house: House, site: Site) -> datetime:
    """The store's time; before its first beat one before all sessions, so that each counts as to come."""
    return house.watch.clinic.local_time(site.time_zone, house.monotonic()) or _BEFORE_ALL


def date_of(written: str) -> date | None:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None


def _jalali(written: str) -> str:
    try:
        return parse_jalali(written).isoformat()
    except ValueError as problem:
        raise MistypedError("move_to") from problem
