"""Questions to the insurance department and its answers, as files.

Each form does its thing once: a batch is made by a request that has the form's own id, and the answers of a file are told
under ids that are made of its token (office/answers_book.py).
"""

from typing import Any

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from booking_store.office_lists import Answered, answered, batches, came_back, waiting
from mqtt.contract import Answer, Changed
from mqtt.office_contract import BatchHeard, BatchMade, MakeBatch, TakeBatch
from office.questions_file import as_csv, as_xlsx, row_of
from staff_console import tables_out
from staff_console.answering import form_of
from staff_console.house import House
from staff_console.office.answers import refused_words
from staff_console.office.answers_book import AnswersFile
from staff_console.office.answers_view import answers_page, report
from staff_console.office.batches_view import batches_page
from staff_console.office.seat import Seat, officers, shown_name
from staff_console.office.wording import Wording
from staff_console.pages.office.form import fresh, request_of
from staff_console.rights import Right
from staff_console.statistics.export import CSV_TYPE, XLSX_TYPE
from staff_console.visitor import Visitor


@officers(Right.EXCHANGE_BATCHES)
def page(request: Request, house: House, visitor: Visitor, seat: Seat) -> Response:
    """What waits, what left, what came back."""
    return _batches(request, house, visitor, seat)


@officers(Right.EXCHANGE_BATCHES)
def make(request: Request, house: House, visitor: Visitor, seat: Seat) -> Response:
    """Everything that waits leaves in one file."""
    form_id = request_of(form_of(request))
    if form_id is None:
        return house.page(request, visitor, "refused.html", status=400, why="staff.told.misfit")
    answer = house.ask(visitor, MakeBatch(), form_id)
    if isinstance(answer, BatchMade):
        digits = Wording(seat.site, seat.office, visitor.say).digits
        visitor.session.said = visitor.say("office.batches.made", batch=digits(answer.batch), rows=digits(answer.rows))
        return RedirectResponse("/batches", status_code=303)
    return _batches(request, house, visitor, seat, wrong=_why_not(answer, visitor))


@officers(Right.EXCHANGE_BATCHES)
def take(request: Request, house: House, visitor: Visitor, seat: Seat) -> Response:
    """A batch's file, once the store has written down who takes it: everybody in it is named."""
    batch = request.path_params["number"]
    answer = house.ask(visitor, TakeBatch(batch=batch))
    if not isinstance(answer, Changed):
        return _batches(request, house, visitor, seat, wrong=_why_not(answer, visitor))
    rows = [row_of(one, seat.office) for one in seat.reader.questions(batch)]
    is_csv = form_of(request).get("kind") == "csv"
    content = as_csv(rows) if is_csv else as_xlsx(rows)
    return _file(content, f"{seat.site.id}-batch-{batch}.{'csv' if is_csv else 'xlsx'}")


@officers(Right.EXCHANGE_BATCHES)
def read(request: Request, house: House, visitor: Visitor, seat: Seat) -> Response:
    """A file of answers that was chosen: read as a whole, and told to nobody yet."""
    chosen: Any = request._form.get("file") if request._form else None  # noqa: SLF001  read by the guard
    if not isinstance(chosen, UploadFile) or not chosen.filename:
        return _batches(request, house, visitor, seat, wrong=visitor.say("office.answers.none_chosen"))
    kept = house.answers.read(visitor.account.name, chosen.file.read())
    return RedirectResponse(f"/batches/answers/{kept.token}", status_code=303)


@officers(Right.EXCHANGE_BATCHES)
def answers(request: Request, house: House, visitor: Visitor, seat: Seat) -> Response:
    """A file as it stands: its mistakes, its notes, or what became of it."""
    kept = _kept(request, house, visitor)
    return _gone(request, house, visitor) if kept is None else _answers(request, house, visitor, seat, kept)


@officers(Right.EXCHANGE_BATCHES)
def send(request: Request, house: House, visitor: Visitor, seat: Seat) -> Response:
    """Tell the store what the file says, as far as it does not know yet."""
    kept = _kept(request, house, visitor)
    if kept is None:
        return _gone(request, house, visitor)

    def before() -> dict[int, Answered]:
        with house.queue.looking() as connection:
            return answered(connection, (one.inquiry for one in kept.read.answers))

    answer = kept.send(before, lambda part, name: house.ask(visitor, part, name))
    if not isinstance(answer, BatchHeard):
        wrong = _why_not(answer, visitor) if answer is not None else visitor.say("office.answers.stopped")
        return _answers(request, house, visitor, seat, kept, wrong=wrong)
    return RedirectResponse(f"/batches/answers/{kept.token}", status_code=303)


@officers(Right.EXCHANGE_BATCHES)
def answers_report(request: Request, house: House, visitor: Visitor, seat: Seat) -> Response:
    """Every line of a file with what is to be said of it."""
    kept = _kept(request, house, visitor)
    if kept is None:
        return _gone(request, house, visitor)
    content = tables_out.as_csv(*report(kept, Wording(seat.site, seat.office, visitor.say)))
    return _file(content, f"{seat.site.id}-answers.csv")


def _batches(request: Request, house: House, visitor: Visitor, seat: Seat, *, wrong: str = "") -> Response:
    with house.queue.looking() as connection:
        found = waiting(connection), batches(connection), came_back(connection)
    words = Wording(seat.site, seat.office, visitor.say)
    view = batches_page(*found, visitor.account.name, shown_name(house), seat.today, words)
    return house.page(request, visitor, "office/batches.html", view=view, fresh=fresh(), wrong=wrong, back="/batches")


def _answers(request: Request, house: House, visitor: Visitor, seat: Seat, kept: AnswersFile, *, wrong: str = "") -> Response:
    view = answers_page(kept, Wording(seat.site, seat.office, visitor.say))
    return house.page(request, visitor, "office/answers.html", view=view, wrong=wrong, back="/batches")


def _kept(request: Request, house: House, visitor: Visitor) -> AnswersFile | None:
    return house.answers.of(visitor.account.name, request.path_params["token"])


def _gone(request: Request, house: House, visitor: Visitor) -> Response:
    return house.page(request, visitor, "refused.html", status=404, why="office.answers.gone")


def _why_not(answer: Answer | None, visitor: Visitor) -> str:
    return " ".join(refused_words(answer, visitor.say))


def _file(content: bytes, name: str) -> Response:
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=CSV_TYPE if name.endswith(".csv") else XLSX_TYPE, headers=headers)
