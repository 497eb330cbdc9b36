"""A doctor's absence, early leaving or substitute, or the closing of the site: shown first, then announced; and taken back."""

import logging
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from booking_store.database import LedgerError
from booking_store.site_file import jalali, parse_jalali
from booking_store.week_report import Week, is_of_the_site, week
from mqtt.contract import AbsencePlan, AnnounceAbsence, Answer, Changed, Refusal, UndoAbsence
from rules.digits import fold_digits
from screen.lettering import day_words
from staff_console.absence_view import PlanView, plan_view
from staff_console.acts import Form, words_of
from staff_console.answering import form_of, told
from staff_console.days_view import NOT_SAID, SiteWords
from staff_console.guard import guarded
from staff_console.house import House
from staff_console.pages.days.week import ends_of, today_of, unknown, with_week
from staff_console.rights import Right
from staff_console.visitor import Visitor

log = logging.getLogger(__name__)

FIELDS: Final = ("doctor", "on", "last", "starts", "ends", "remedy", "move_to", "substitute", "agreed_with", "words")
SITE: Final = "site"
"""Who is away where nobody is there."""
DAYS_MOST: Final = timedelta(days=31)
"""Of one announcement."""
_REQUEST: Final = re.compile(r"[0-9a-f]{32}")


class MistypedError(Exception):
    """A date or an hour that is none; the message is the field."""


@dataclass(frozen=True, slots=True)
class Step:
    """How far an announcement has come: what it would do on each date, or has done, and what is wrong with it."""

    plans: Mapping[date, AbsencePlan] = field(default_factory=dict)
    wrong: str = ""


@dataclass(frozen=True, slots=True)
class DatePlan:
    """One date of an announcement, as the page shows it. `absence`: its id once it is done."""

    heading: str
    plan: PlanView
    absence: int | None


@guarded(Right.CHANGE_DAY)
def form(request: Request, house: House, visitor: Visitor) -> Response:
    """The empty form, or begun for somebody's date."""
    query = request.query_params
    today = today_of(house)
    if today is None:
        return unknown(request, house, visitor)
    filled = {name: query.get(name, "") for name in ("doctor", "on")}
    return _page(request, house, visitor, {"on": jalali(today), "remedy": "cancel"} | {k: v for k, v in filled.items() if v})


@guarded(Right.CHANGE_DAY)
def preview(request: Request, house: House, visitor: Visitor) -> Response:
    """Whom it touches, and the text. Nothing is done."""
    return _ask(request, house, visitor, preview=True)


@guarded(Right.CHANGE_DAY)
def announce(request: Request, house: House, visitor: Visitor) -> Response:
    """Do it."""
    return _ask(request, house, visitor, preview=False)


@guarded(Right.CHANGE_DAY)
def undo(request: Request, house: House, visitor: Visitor) -> Response:
    """Take it back, while none of its texts has left."""
    written = fold_digits(form_of(request).get("absence", ""))
    if not written.isdecimal() or len(written) > len("999999999"):
        return told(request, visitor, False, visitor.say("staff.told.misfit"))
    absence = int(written)
    if not visitor.may(Right.CHANGE_SITE) and _is_of_the_site(house, absence):
        return house.page(request, visitor, "refused.html", status=403, why="staff.refused.right")
    answer = house.ask(visitor, UndoAbsence(absence=absence))
    if isinstance(answer, Changed) and answer.text:
        return told(request, visitor, True, visitor.say("staff.absence.undone_but"))
    return told(request, visitor, *said(answer, "undo_absence", visitor))


def _is_of_the_site(house: House, absence: int) -> bool:
    """Whether it is the site's; where the ledger cannot be read, it may be."""
    try:
        with house.queue.looking() as connection:
            return is_of_the_site(connection, absence)
    except LedgerError as problem:
        log.warning("%s", problem)
        return True


def said(answer: Answer | None, what: str, visitor: Visitor) -> tuple[bool, str]:
    """What the store answered, in the words of an absence where there are such."""
    if isinstance(answer, Refusal):
        key = f"staff.absence.refused.{answer.reason.value}"
        if key in visitor.say:
            return False, visitor.say(key)
    return words_of(answer, what, visitor.say)


def _ask(request: Request, house: House, visitor: Visitor, *, preview: bool) -> Response:
    filled, say = form_of(request), visitor.say
    if filled.get("doctor") == SITE and not visitor.may(Right.CHANGE_SITE):
        return house.page(request, visitor, "refused.html", status=403, why="staff.refused.right")
    try:
        dates = _dates(house, filled)
        operations = {day: _operation(filled, day, preview=preview) for day in dates}
    except (MistypedError, msgspec.ValidationError) as mistake:
        wrong = f"staff.absence.mistyped.{mistake}"
        return _page(request, house, visitor, filled, Step(wrong=say(wrong if wrong in say else "staff.told.misfit")))
    form_id = filled.get("request", "") if _REQUEST.fullmatch(filled.get("request", "")) else secrets.token_hex(16)
    plans: dict[date, AbsencePlan] = {}
    for day, operation in operations.items():
        answer = house.ask(visitor, operation, None if preview else f"{form_id}-{day}")
        if not isinstance(answer, AbsencePlan):
            words = say("staff.absence.on_that_day", day=day_words(day, say.language), why=said(answer, "absence", visitor)[1])
            return _page(request, house, visitor, filled, Step({} if preview else plans, words))
        plans[day] = answer
    return _page(request, house, visitor, filled, Step(plans))


def _dates(house: House, filled: Form) -> tuple[date, ...]:
    """The dates that are meant: of several those on which there is somebody to be away. Raises MistypedError.

    Two dates are not moved to one at once: what each preview shows as free, the other would take.
    """
    first = _date(filled, "on")
    last = _date(filled, "last") if filled.get("last", "").strip() else first
    if not first <= last < first + DAYS_MOST:
        raise MistypedError("last")
    every = tuple(first + timedelta(days=ahead) for ahead in range((last - first).days + 1))
    if first == last:
        return every
    if filled.get("remedy") == "move":
        raise MistypedError("one_by_one")
    try:
        with house.queue.looking() as connection:
            found = week(connection, first, first, len(every))
    except LedgerError as problem:
        log.warning("%s", problem)
        return every
    there = (day for day in found.days if any(filled.get("doctor") in {SITE, str(one.doctor)} for one in day.sessions))
    return tuple(day.date for day in there) or every[:1]


def _operation(filled: Form, day: date, *, preview: bool) -> AnnounceAbsence:
    """Raises MistypedError, msgspec.ValidationError."""
    remedy = filled.get("remedy", "cancel")
    values: dict[str, Any] = {
        "type": "announce_absence",
        "doctor": None if filled.get("doctor") == SITE else filled.get("doctor"),
        "date": day.isoformat(),
        "agreed_with": filled.get("agreed_with", "").strip() or NOT_SAID,
        "starts": fold_digits(filled.get("starts", "").strip()) or None,
        "ends": fold_digits(filled.get("ends", "").strip()) or None,
        "remedy": remedy,
        "move_to": _date(filled, "move_to").isoformat() if remedy == "move" else None,
        "substitute": filled.get("substitute") if remedy == "substitute" else None,
        "words": filled.get("words", "").strip().replace("\r\n", "\n") or None,
        "preview": preview,
    }
    operation: AnnounceAbsence = msgspec.convert(values, AnnounceAbsence, strict=False)
    return operation


def _date(filled: Form, name: str) -> date:
    try:
        return parse_jalali(filled.get(name, ""))
    except ValueError as problem:
        raise MistypedError(name) from problem


def _page(request: Request, house: House, visitor: Visitor, filled: Form, step: Step | None = None) -> Response:
    """The form as it is filled, and above it what it would do, or what it has done."""
    step = step or Step()
    today = today_of(house)
    if today is None:
        return unknown(request, house, visitor)

    def page(found: Week) -> Response:
        words = SiteWords(found.site, visitor.say)
        plans = [
            DatePlan(_heading(filled, day, words), plan_view(one, ends_of(house, one), words), one.absence)
            for day, one in step.plans.items()
        ]
        return house.page(
            request,
            visitor,
            "absence.html",
            filled={name: filled.get(name, "") for name in FIELDS},
            part=bool(filled.get("starts") or filled.get("ends") or request.query_params.get("part")),
            doctors=[(str(one.code), words.doctor(one.code), words.department(one.department)) for one in found.site.doctors],
            plans=plans,
            usual_words=next((one.plan.template for one in plans), ""),
            texts=any(one.plan.sms for one in plans),
            done=any(one.absence is not None for one in plans),
            wrong=step.wrong,
            fresh=secrets.token_hex(16),
            back="/days",
        )

    return with_week(house, today, 1, page) or unknown(request, house, visitor)


def _heading(filled: Form, day: date, words: SiteWords) -> str:
    """«دکتر مرادی، سه‌شنبه ۳ آذر، ۱۰:۰۰»."""
    doctor = filled.get("doctor", "")
    who = words.say("staff.absence.whole_site") if doctor == SITE else words.doctor(int(doctor) if doctor.isdecimal() else None)
    hours = [words.digits(filled[name]) for name in ("starts", "ends") if filled.get(name)]
    return words.say("staff.comma").join(part for part in (who, words.whole_date(day), *hours) if part)
