"""A household's page: who belongs to it, all its cases, and how two become one or one becomes two, shown before it is done."""

import hashlib
from collections.abc import Sequence
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from mqtt.office_contract import FindHousehold, Households, HouseholdStands, MergeHouseholds, SplitHousehold, Why
from office.words import reasons
from rules.household import Household, NotSplit, merged, split
from rules.spelling import plain_code
from screen.lettering import localised
from staff_console.answering import typed_of
from staff_console.document.fields import Typed
from staff_console.house import House
from staff_console.office.answers import refused_words
from staff_console.office.case_acts import first
from staff_console.office.member_view import HouseholdView, household_view
from staff_console.office.seat import Seat, look, officers, shown_name
from staff_console.office.typed import MistypedError, converted
from staff_console.office.wording import Wording
from staff_console.office.work_list import case_row
from staff_console.pages.office.form import NOT_NOW, fresh, matters
from staff_console.rights import Right
from staff_console.visitor import Visitor

_PAGE: Final = "office/household.html"


@officers(Right.SEE_CASES)
def household(request: Request, house: House, visitor: Visitor, seat: Seat) -> Response:
    """The page; the look is logged."""
    return _page(request, house, visitor, seat)


@officers(Right.WRITE_CASES)
def merge(request: Request, house: House, visitor: Visitor, seat: Seat) -> Response:
    """The household of a code goes into this one: first as it would be, then done as it was shown. Pressed once more, it was
    done."""
    typed, stays = typed_of(request), request.path_params["household"]
    if seat.reader.went_into(_number(typed, "goes")) == stays:
        return _led(visitor, stays, "office.told.merged_already")
    goes, problem = _other(house, visitor, stays, first(typed, "code"))
    if goes is None:
        return _page(request, house, visitor, seat, sent=typed, problems=(visitor.say(problem),))
    here, there = (_opened(house, visitor, seat, one) for one in (stays, goes))
    if here is None or there is None:
        return _page(request, house, visitor, seat, sent=typed, problems=(visitor.say("office.why.unknown_household"),))
    both = _as_shown(here, there)
    if first(typed, "agreed") != both:
        after = _view(merged(here, there), seat, visitor)
        step_two = {"kind": "merge", "agreed": both, "goes": goes, "after": (after,)}
        return _page(request, house, visitor, seat, sent=typed, step_two=step_two)
    answer = house.ask(visitor, MergeHouseholds(stays=stays, goes=goes), _once(request, both))
    return _answered(request, house, visitor, seat, typed, answer, "merged")


@officers(Right.WRITE_CASES)
def split_off(request: Request, house: House, visitor: Visitor, seat: Seat) -> Response:
    """Those who are ticked become a household of their own: first as both would be, then done as it was shown."""
    typed, number = typed_of(request), request.path_params["household"]
    here = _opened(house, visitor, seat, number)
    if here is None:
        return _page(request, house, visitor, seat)
    try:
        asked = _asked_split(typed, number)
    except MistypedError as mistake:
        return _page(request, house, visitor, seat, sent=typed, problems=(visitor.say(mistake.why),))
    made = _split_before(house, visitor, seat, asked) if first(typed, "agreed") else None
    if made is not None:
        return _led(visitor, made, "office.told.split_already")
    parts = split(here, asked.going, asked.head, plain_code(asked.code))
    if isinstance(parts, NotSplit):
        return _page(request, house, visitor, seat, sent=typed, problems=reasons((Why(parts.value),), visitor.say.language))
    both = _as_shown(*parts)
    if first(typed, "agreed") != both:
        step_two = {"kind": "split", "agreed": both, "goes": 0, "after": tuple(_view(one, seat, visitor) for one in parts)}
        return _page(request, house, visitor, seat, sent=typed, step_two=step_two)
    answer = house.ask(visitor, asked, _once(request, both))
    return _answered(request, house, visitor, seat, typed, answer, "split")


def _asked_split(typed: Typed, household: int) -> SplitHousehold:
    """Who is to go, under whom and which code. Raises MistypedError."""
    if not plain_code(first(typed, "code")):
        raise MistypedError({"code": "office.form.no_code"})
    who = {"going": typed.get("going", ()), "head": first(typed, "head") or 0}
    asked: SplitHousehold = converted(SplitHousehold, {"household": household, "code": first(typed, "code"), **who})
    return asked


def _split_before(house: House, visitor: Visitor, seat: Seat, asked: SplitHousehold) -> int | None:
    """The household of this code, where those who are to go have gone there already."""
    found, _ = _other(house, visitor, asked.household, asked.code)
    there = _opened(house, visitor, seat, found) if found is not None else None
    members = {person.id for person in there.members} if there is not None else set()
    return found if asked.going and members.issuperset(asked.going) else None


def _answered(request: Request, house: House, visitor: Visitor, seat: Seat, typed: Typed, answer: Any, what: str) -> Response:
    if isinstance(answer, HouseholdStands):
        return _led(visitor, answer.household, "office.told.merged_already" if answer.again else f"office.done.{what}")
    return _page(request, house, visitor, seat, sent=typed, problems=refused_words(answer, visitor.say))


def _led(visitor: Visitor, household: int, told: str) -> Response:
    """To a household's page, with a sentence above it."""
    visitor.session.said = visitor.say(told, household=localised(str(household), visitor.say.language))
    return RedirectResponse(f"/households/{household}", status_code=303)


def _number(typed: Typed, field: str) -> int:
    """A hidden number of a form; 0: there is none."""
    said = first(typed, field)
    return int(said) if said.isdecimal() and len(said) <= len("999999999") else 0


def _other(house: House, visitor: Visitor, stays: int, code: str) -> tuple[int | None, str]:
    """The one other household that a code leads to, or why it is not known."""
    try:
        answer = house.ask(visitor, converted(FindHousehold, {"code": code}))
    except MistypedError as mistake:
        return None, mistake.why
    if not isinstance(answer, Households):
        return None, "staff.told.no_answer"
    others = [one.household for one in answer.households if one.household != stays]
    if len(others) == 1:
        return others[0], ""
    if others:
        return None, "office.told.many_households"
    return None, "office.told.same_household" if answer.households else "office.search.nobody"


def _opened(house: House, visitor: Visitor, seat: Seat, number: int) -> Household | None:
    """A household, after the look was logged; None: it went into another. Raises UnseenError."""
    look(house, visitor, number)
    return seat.reader.household(number)


def _as_shown(*households: Household) -> str:
    """What of households an agreement is about: who stands in which, and under whom."""
    told = [(one.code, [(person.id, person.name, person.relation) for person in one.members]) for one in households]
    return hashlib.sha256(repr(told).encode()).hexdigest()


def _once(request: Request, agreed: str) -> str:
    """The id of what was agreed to by this session: pressed twice, it is done once."""
    return hashlib.sha256(f"{request.url.path} {agreed} {request.cookies}".encode()).hexdigest()[:32]


def _view(one: Household, seat: Seat, visitor: Visitor) -> HouseholdView:
    return household_view(one, (), Wording(seat.site, seat.office, visitor.say), seat.today)


def _page(
    request: Request,
    house: House,
    visitor: Visitor,
    seat: Seat,
    *,
    sent: Typed | None = None,
    problems: Sequence[str] = (),
    step_two: dict[str, Any] | None = None,
) -> Response:
    """The page. `step_two`: what a merge or a split would make, to be agreed to."""
    number, words = request.path_params["household"], Wording(seat.site, seat.office, visitor.say)
    into = seat.reader.went_into(number)
    if into is not None:
        return _led(visitor, into, "office.told.went_into")
    found = _opened(house, visitor, seat, number)
    if found is None:
        return house.page(request, visitor, "refused.html", status=404, why="office.why.unknown_household")
    cases = seat.reader.cases_of_household(number)
    return house.page(
        request,
        visitor,
        _PAGE,
        status=NOT_NOW if problems else 200,
        household=number,
        people=household_view(found, (), words, seat.today),
        named=tuple((str(one.id), one.name) for one in found.members),
        cases=tuple(case_row(one, visitor.account.name, shown_name(house), words) for one in cases),
        matters=matters(words),
        sent=sent or {},
        problems=problems,
        step_two=step_two,
        fresh=fresh,
        back="/cases",
    )
