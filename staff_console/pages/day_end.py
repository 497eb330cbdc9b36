"""The service day by hand: opened, end of reception, reception again, and its end with an outcome for each who waits."""

import logging
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from booking_store.database import LedgerError
from booking_store.week_report import newest_day
from mqtt.contract import EndDay, OpenDay, Reason, Refusal, ResumeReception, StopReception, TicketOutcome, UntoldPapers
from staff_console.acts import Form, words_of
from staff_console.answering import form_of, told
from staff_console.day_end_view import OUTCOMES, day_end, untold_words
from staff_console.guard import guarded
from staff_console.house import House
from staff_console.pages.days.week import unknown
from staff_console.rights import Right
from staff_console.visitor import Visitor

log = logging.getLogger(__name__)

NAMED_MOST: Final = 200
"""Outcomes that one request names, each by its number; a request holds 16 KiB."""
_CHOSEN: Final = re.compile(r"outcome-(\d{1,4})")


@dataclass(frozen=True, slots=True)
class SecondStep:
    """What was chosen in the first, for the day that its form was made for, and what keeps that day open all the same."""

    service_day: int
    chosen: Mapping[int, str]
    newcomers: str = ""
    untold: tuple[UntoldPapers, ...] = ()


@guarded(Right.END_DAY)
def today(request: Request, house: House, visitor: Visitor) -> Response:
    """The page."""
    return _page(request, house, visitor)


@guarded(Right.END_DAY)
def change(request: Request, house: House, visitor: Visitor) -> Response:
    """Open the day, end reception, or take people in again."""
    what = form_of(request).get("what", "")
    if what == "open_day":
        confirmed = form_of(request).get("confirm_clock") == "yes"
        answer = house.ask(visitor, OpenDay(confirm_clock=confirmed))
        if isinstance(answer, Refusal) and answer.reason is Reason.CLOCK_NOT_TRUSTED and not confirmed:
            return _page(request, house, visitor, clock=answer.time or "")
    elif what in {"stop_reception", "resume_reception"}:
        answer = house.ask(visitor, StopReception() if what == "stop_reception" else ResumeReception())
    else:
        return told(request, visitor, False, visitor.say("staff.told.misfit"))
    return told(request, visitor, *words_of(answer, what, visitor.say))


@guarded(Right.END_DAY)
def preview(request: Request, house: House, visitor: Visitor) -> Response:
    """What the day would end with. Nothing is done."""
    form = form_of(request)
    return _page(request, house, visitor, SecondStep(_service_day(form), _chosen(form)))


@guarded(Right.END_DAY)
def end(request: Request, house: House, visitor: Visitor) -> Response:
    """End the day. Who came to wait meanwhile is shown again; kiosks whose papers are not all told want a second word."""
    form = form_of(request)
    chosen = _chosen(form)
    service_day = _service_day(form)
    answer = house.ask(visitor, ending(chosen, service_day, without_kiosks=form.get("without_kiosks") == "yes"))
    if isinstance(answer, Refusal) and answer.reason is Reason.TICKETS_WAITING:
        newcomers = visitor.say("staff.end.newcomers") if answer.numbers else ""
        return _page(request, house, visitor, SecondStep(service_day, chosen, newcomers, answer.untold))
    return told(request, visitor, *words_of(answer, "end_day", visitor.say))


def ending(chosen: Mapping[int, str], service_day: int, *, without_kiosks: bool) -> EndDay:
    """The end of this day with these outcomes by number. So many that no request holds them: the most common goes to the rest,
    and to whoever comes in that moment."""
    rest = OUTCOMES[0] if without_kiosks else None
    if len(chosen) > NAMED_MOST:
        ((rest, _),) = Counter(chosen.values()).most_common(1)
    own = (TicketOutcome(number=number, outcome=outcome) for number, outcome in chosen.items())
    named = own if len(chosen) <= NAMED_MOST else (one for one in own if one.outcome != rest)
    return EndDay(service_day=service_day, outcomes=tuple(named), outcome_for_waiting=rest)


def _service_day(form: Form) -> int:
    """The day that the form was made for; 0, which none is, where it does not say."""
    named = form.get("service_day", "")
    return int(named) if named.isdecimal() and len(named) < 10 else 0


def _chosen(form: Form) -> dict[int, str]:
    """The outcomes that were chosen, by number; «for all» fills the others. What is no outcome of ours is none."""
    whole = form.get("for_all", "")
    chosen = {}
    for name, value in form.items():
        found = _CHOSEN.fullmatch(name)
        outcome = whole if whole in OUTCOMES else value
        if found is not None and outcome in OUTCOMES:
            chosen[int(found[1])] = outcome
    return chosen


def _page(
    request: Request, house: House, visitor: Visitor, step: SecondStep | None = None, clock: str | None = None
) -> Response:
    """The page, or its second step; `clock`: what the store's says, where it is not trusted."""
    try:
        with house.queue.looking() as connection:
            day = newest_day(connection)
        standing = house.queue.standing(day.id) if day is not None else ()
    except LedgerError as problem:
        log.warning("%s", problem)
        return unknown(request, house, visitor)
    view = day_end(house.watch.clinic, day, standing, visitor.say, house.monotonic())
    if view is None:
        return unknown(request, house, visitor)
    return house.page(
        request,
        visitor,
        "day_end.html",
        view=view,
        outcomes=OUTCOMES,
        chosen=step.chosen if step is not None else None,
        service_day=step.service_day if step is not None else view.service_day,
        newcomers=step.newcomers if step is not None else "",
        kiosks=[untold_words(one, visitor.say) for one in step.untold] if step is not None else [],
        clock=clock,
        back="/today",
    )
