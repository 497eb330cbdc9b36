"""The form of a household: written down for the first time with its request, or as it is now; nothing typed is ever lost.

A row more is the same form sent again. All that cannot be read is told at once, above the form and beside each field; what the
store says no to, above the form; and where a colleague was quicker, what they wrote stands above it too.
"""

from types import MappingProxyType
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from booking_store.office_reader import CaseLine
from mqtt.office_contract import (
    CaseStands,
    FindHousehold,
    HouseholdFields,
    Households,
    OfficeRefusal,
    OpenCase,
    Why,
    WriteHousehold,
)
from rules.household import Household, Relation, Sex
from staff_console.acts import Form
from staff_console.answering import form_of
from staff_console.house import House
from staff_console.office.answers import done_words, refused_words
from staff_console.office.member_view import household_view
from staff_console.office.seat import Seat, look, officers
from staff_console.office.typed import (
    MistypedError,
    blank_fields,
    converted,
    household_of,
    one_row_more,
    rows_of,
    shown_fields,
)
from staff_console.office.wording import Wording
from staff_console.pages.office.form import NOT_NOW, fresh, matters, request_of, stepping, ticket_number
from staff_console.rights import Right
from staff_console.visitor import Visitor

_ROW: Final = "row"
"""The button that asks for a place for one more."""
_CALLED: Final = MappingProxyType({"code": "household_code"})
"""Fields whose words have another key than their name."""


@officers(Right.WRITE_CASES)
def new(request: Request, house: House, visitor: Visitor, seat: Seat) -> Response:
    """A household that no code led to, and its request: the blank form, the same with a row more, or its case opened."""
    form = form_of(request)
    if form.get("do") == "begin":
        return _form(request, house, visitor, seat, blank_fields(form.get("code", "")) | _request_facts(form))
    if form.get("do") == _ROW:
        return _form(request, house, visitor, seat, one_row_more(form))
    try:
        fields = household_of(form, asks=True)
        wanted = {"matter": form.get("matter"), "number": ticket_number(form.get("number", "")) or None}
        asked: OpenCase = converted(OpenCase, wanted)
    except MistypedError as mistake:
        return _form(request, house, visitor, seat, form, mistake=mistake)
    known = _known(house, visitor, fields)
    if known is not None:
        problems = (visitor.say("office.why.code_taken"),)
        return _form(request, house, visitor, seat, form, problems=problems, known=known)
    answer = house.ask(visitor, OpenCase(matter=asked.matter, fields=fields, number=asked.number), request_of(form))
    return _answered(request, house, visitor, seat, form, answer)


@officers(Right.WRITE_CASES)
def edit(request: Request, house: House, visitor: Visitor, seat: Seat) -> Response:
    """The household of a case as it is written down now, to be changed; the look is logged."""
    found = _household(request, house, visitor, seat)
    if found is None:
        return house.page(request, visitor, "refused.html", status=404, why="office.why.unknown_case")
    line, household = found
    fields = shown_fields(household, visitor.say.language) | {"revision": str(line.revision)}
    return _form(request, house, visitor, seat, fields, line=line)


@officers(Right.WRITE_CASES)
def write(request: Request, house: House, visitor: Visitor, seat: Seat) -> Response:
    """The household written anew, or the same form with a row more."""
    form = form_of(request)
    line = seat.reader.case_line(request.path_params["case"])
    if line is None:
        return house.page(request, visitor, "refused.html", status=404, why="office.why.unknown_case")
    if form.get("do") == _ROW:
        return _form(request, house, visitor, seat, one_row_more(form), line=line)
    try:
        asked = stepping(request, form, WriteHousehold(household=household_of(form, asks=False)))
    except MistypedError as mistake:
        return _form(request, house, visitor, seat, form, line=line, mistake=mistake)
    answer = house.ask(visitor, asked, request_of(form))
    return _answered(request, house, visitor, seat, form, answer, line)


def _answered(
    request: Request, house: House, visitor: Visitor, seat: Seat, form: Form, answer: Any, line: CaseLine | None = None
) -> Response:
    """On to the case; or the form once more, with why not, and with a colleague's writing where that is why."""
    if isinstance(answer, CaseStands):
        what = "open_case" if line is None else "write_household"
        visitor.session.said = done_words(answer, what, Wording(seat.site, seat.office, visitor.say))
        return RedirectResponse(f"/cases/{answer.case}", status_code=303)
    facts: dict[str, Any] = {"problems": refused_words(answer, visitor.say)}
    if answer is None:
        return _form(request, house, visitor, seat, form, line=line, again=form.get("request", ""), **facts)
    why = answer.why if isinstance(answer, OfficeRefusal) else ()
    if Why.CODE_TAKEN in why:
        facts["known"] = answer.household
    found = _household(request, house, visitor, seat) if line is not None and Why.STALE in why else None
    if found is not None:
        line, household = found
        facts["now"] = household_view(household, (), Wording(seat.site, seat.office, visitor.say), seat.today)
        form = {**form, "revision": str(line.revision)}
    return _form(request, house, visitor, seat, form, line=line, **facts)


def _household(request: Request, house: House, visitor: Visitor, seat: Seat) -> tuple[CaseLine, Household] | None:
    """A case and whose it is, after the look was logged; None: there is none. Raises UnseenError."""
    line = seat.reader.case_line(request.path_params["case"])
    if line is None:
        return None
    look(house, visitor, line.household, line.case)
    household = seat.reader.household(line.household)
    return (line, household) if household is not None else None


def _known(house: House, visitor: Visitor, fields: HouseholdFields) -> int | None:
    """The household that this code leads to: what is typed of it would not be believed, so that it is looked at first."""
    answer = house.ask(visitor, FindHousehold(code=fields.code))
    return next((one.household for one in answer.households), None) if isinstance(answer, Households) else None


def _label(field: str, words: Wording) -> str:
    """A field as the form calls it: «نفر ۲، تاریخ تولد»."""
    say, (key, _, row) = words.say, field.partition("-")
    name = say("office.fact.matter") if key == "matter" else say(f"office.field.{_CALLED.get(key, key)}")
    return f"{say('office.slip.member', place=words.digits(int(row) + 1))}{say('staff.comma')}{name}" if row else name


def _request_facts(form: Form) -> dict[str, str]:
    return {"matter": form.get("matter", ""), "number": ticket_number(form.get("number", ""))}


def _form(
    request: Request,
    house: House,
    visitor: Visitor,
    seat: Seat,
    fields: Form,
    *,
    line: CaseLine | None = None,
    mistake: MistypedError | None = None,
    **more: Any,
) -> Response:
    """The form with these fields. `known`: a household that has the code already; `now`: as a colleague wrote it meanwhile."""
    words, say, office = Wording(seat.site, seat.office, visitor.say), visitor.say, seat.office
    facts: dict[str, Any] = {"problems": (), "again": "", "known": None, "now": None, **more}
    wrong = {field: say(why) for field, why in mistake.wrong.items()} if mistake is not None else {}
    facts["problems"] += tuple(told for field, told in wrong.items() if not field)
    status = NOT_NOW if facts["problems"] or wrong else 200
    return house.page(
        request,
        visitor,
        "office/writing.html",
        status=status,
        line=line,
        fields=fields,
        rows=rows_of(fields),
        wrong=wrong,
        told_fields=tuple((field, f"{_label(field, words)}: {told}") for field, told in wrong.items() if field),
        matters=matters(words),
        counties=words.pairs(office.counties),
        nationalities=words.pairs(office.nationalities),
        diseases=words.pairs(office.diseases),
        documents=tuple((one.id, words.of(one.name)) for one in office.documents),
        relations=tuple((one.value, say(f"office.relation.{one.value}")) for one in Relation),
        sexes=tuple((one.value, say(f"office.sex.{one.value}")) for one in Sex),
        fresh=fresh,
        sent={},
        back="/cases",
        **facts,
    )
