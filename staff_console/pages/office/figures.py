"""The office's statistics of a Jalali month or a year of cover: for those inside with every count, and as they may leave.

Files may be sent on, so none of them holds a small count; the whole is on the page alone, and in `nobat office statistics
--inside`.
"""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from booking_store.office_statistics import OfficeFigures, office_figures
from staff_console.house import House
from staff_console.office.figures_sheets import sheets
from staff_console.office.figures_view import figures_page
from staff_console.office.periods import Kind, Period, asked
from staff_console.office.seat import Seat, officers
from staff_console.office.wording import Wording
from staff_console.rights import Right
from staff_console.statistics.export import CSV_TYPE, XLSX_TYPE, as_csv, as_xlsx
from staff_console.visitor import Visitor


@officers(Right.COUNT_CASES)
def page(request: Request, house: House, visitor: Visitor, seat: Seat) -> Response:
    """The page."""
    period, is_one = asked(request.query_params, seat.office, seat.today)
    words = Wording(seat.site, seat.office, visitor.say)
    outside = request.query_params.get("for") == "outside"
    view = figures_page(_figures(house, period), period, seat.today, words, outside=outside)
    kinds = tuple(one for one in Kind if one is Kind.MONTH or seat.office.cycles)
    facts: dict[str, Any] = {"view": view, "kinds": kinds, "no_such": not is_one, "typed": request.query_params.get("on", "")}
    return house.page(request, visitor, "office/figures.html", **facts)


@officers(Right.COUNT_CASES)
def csv(request: Request, house: House, visitor: Visitor, seat: Seat) -> Response:
    """All tables as CSV, as they may leave."""
    return _file(request, house, visitor, seat, "csv")


@officers(Right.COUNT_CASES)
def xlsx(request: Request, house: House, visitor: Visitor, seat: Seat) -> Response:
    """All tables as XLSX, as they may leave."""
    return _file(request, house, visitor, seat, "xlsx")


def _file(request: Request, house: House, visitor: Visitor, seat: Seat, kind: str) -> Response:
    period, _ = asked(request.query_params, seat.office, seat.today)
    words = Wording(seat.site, seat.office, visitor.say)
    made = sheets(_figures(house, period), period, seat.today, words, outside=True)
    content = as_csv(made) if kind == "csv" else as_xlsx(made, rtl=visitor.say.language == "fa")
    name = f"{seat.site.id}-cases-{period.kind.value}-{period.on}.{kind}"
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=CSV_TYPE if kind == "csv" else XLSX_TYPE, headers=headers)


def _figures(house: House, period: Period) -> OfficeFigures:
    return office_figures(house.settings.database, lambda _: (period.first, period.last))
