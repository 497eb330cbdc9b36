"""A case's own page: who they are, what its review stands on, every act that it takes now, and the slip of missing papers.

A form carries the revision that its page showed. Where a colleague was quicker, or the store says no, the page is shown as it
is now with what was typed still in its fields.
"""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from booking_store.office_reader import CaseFile
from mqtt.contract import MissingLine, Name, PapersSlip, PrintOfficeSlip
from mqtt.office_contract import CaseStands
from rules.office import named
from staff_console.answering import form_of, told, typed_of
from staff_console.document.fields import Typed
from staff_console.house import House
from staff_console.office.answers import done_words, refused_words
from staff_console.office.case_acts import FORMS, done_as
from staff_console.office.case_view import case_page
from staff_console.office.seat import Seat, look, officers, shown_name
from staff_console.office.typed import MistypedError
from staff_console.office.wording import Wording
from staff_console.pages.office.form import NOT_NOW, choices, fresh, print_slip, request_of, stepping
from staff_console.reception_view import kiosks_of
from staff_console.rights import Right
from staff_console.visitor import Visitor


@officers(Right.SEE_CASES)
def case(request: Request, house: House, visitor: Visitor, seat: Seat) -> Response:
    """The page; the look is logged."""
    return page(request, house, visitor, seat)


@officers(Right.WRITE_CASES)
def step(request: Request, house: House, visitor: Visitor, seat: Seat) -> Response:
    """One act. Done, it leads back to the page; refused, it is the page, with what was typed."""
    form, typed = form_of(request), typed_of(request)
    what = form.get("act", "")
    if what not in FORMS or not visitor.may(FORMS[what].right):
        return house.page(request, visitor, "refused.html", status=403, why="staff.refused.right")
    try:
        asked = stepping(request, form, FORMS[what].made(typed))
    except MistypedError as mistake:
        return page(request, house, visitor, seat, sent=typed, problems=(visitor.say(mistake.why),))
    answer = house.ask(visitor, asked, request_of(form))
    if isinstance(answer, CaseStands):
        visitor.session.said = done_words(answer, done_as(what, typed), Wording(seat.site, seat.office, visitor.say))
        return RedirectResponse(f"/cases/{answer.case}", status_code=303)
    if answer is None:
        return unanswered(request, house, visitor, typed)
    return page(request, house, visitor, seat, sent=typed, problems=refused_words(answer, visitor.say))


@officers(Right.WRITE_CASES)
def slip(request: Request, house: House, visitor: Visitor, seat: Seat) -> Response:
    """Have a kiosk print which papers are missing: it names the case and members by their places."""
    number = request.path_params["case"]
    line = seat.reader.case_line(number)
    if line is None or not line.missing:
        return told(request, visitor, False, visitor.say("office.told.no_slip"))
    look(house, visitor, line.household, number)
    file = seat.reader.case_file(number)
    lines = _missing_lines(file, seat) if file is not None else ()
    return print_slip(request, house, visitor, PrintOfficeSlip(slip=PapersSlip(case=number, papers=lines)))


def page(
    request: Request, house: House, visitor: Visitor, seat: Seat, *, sent: Typed | None = None, problems: Sequence[str] = ()
) -> Response:
    """The page of a case. `sent`: a form that was not done, `problems`: why not."""
    number = request.path_params["case"]
    line = seat.reader.case_line(number)
    if line is None:
        return house.page(request, visitor, "refused.html", status=404, why="office.why.unknown_case")
    look(house, visitor, line.household, number)
    file = seat.reader.case_file(number)
    if file is None:
        return house.page(request, visitor, "refused.html", status=404, why="office.why.unknown_case")
    words = Wording(seat.site, seat.office, visitor.say)
    return house.page(
        request,
        visitor,
        "office/case.html",
        status=200 if sent is None else NOT_NOW,
        case=number,
        revision=file.line.revision,
        view=case_page(file, visitor.account.name, shown_name(house), words, seat.today),
        sent=sent or {},
        choices=choices(words),
        kiosks=kiosks_of(house.watch.clinic),
        fresh=fresh,
        back=f"/cases/{number}",
        problems=problems,
    )


def unanswered(request: Request, house: House, visitor: Visitor, typed: Typed) -> Response:
    """The store does not answer, so that nobody's name can be shown: the form alone, to be sent again under its own id."""
    facts = {"action": request.url.path, "typed": typed, "back": "/cases"}
    return house.page(request, visitor, "office/unanswered.html", status=503, **facts)


def _missing_lines(file: CaseFile, seat: Seat) -> tuple[MissingLine, ...]:
    places = {one.id: place for place, one in enumerate(file.household.members, start=1)}
    lines = []
    for person, paper in file.missing:
        name = named(seat.office.papers, paper)
        shown = Name(fa=name.fa, en=name.en) if name is not None else Name(fa=paper)
        lines.append(MissingLine(paper=shown, place=places.get(person, 0) if person is not None else 0))
    return tuple(lines)
