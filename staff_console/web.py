"""The console as a web application: which address leads to which page."""

from pathlib import Path
from typing import Final

from starlette.applications import Starlette
from starlette.convertors import IntegerConvertor, StringConvertor, register_url_convertor
from starlette.middleware import Middleware
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from screen.lettering import FONTS
from staff_console.guard import NarrowHeaders
from staff_console.house import House
from staff_console.pages import (
    absence,
    audit,
    booking,
    calendar,
    day_end,
    days,
    devices,
    office_batches,
    office_case,
    office_cases,
    office_figures,
    office_household,
    office_letter,
    office_pins,
    office_writing,
    planning,
    reception,
    sign_in,
    site,
    site_file,
    statistics,
    ticket,
    wall,
)

_STATIC: Final = Path(__file__).parent / "static"


class _Number(IntegerConvertor):
    """A number that something of a clinic may have: no ledger keeps one of thirty digits."""

    regex = "[0-9]{1,9}"


class _Day(StringConvertor):
    """A date of this century: others have no Persian name, or no week around them. That a month has it, the page says."""

    regex = "20[0-9]{2}-[0-9]{2}-[0-9]{2}"


register_url_convertor("number", _Number())
register_url_convertor("day", _Day())

ROUTES: Final = (
    Route("/", reception.reception),
    Route("/live", reception.live),
    Route("/act", reception.act, methods=["POST"]),
    Route("/bookings", booking.bookings),
    Route("/bookings/find", booking.found, methods=["POST"]),
    Route("/bookings/check-in", booking.check_in, methods=["POST"]),
    Route("/bookings/walk-in", booking.walk_in, methods=["POST"]),
    Route("/bookings/offer", booking.offer, methods=["POST"]),
    Route("/bookings/book", booking.book, methods=["POST"]),
    Route("/bookings/cancel", booking.cancel, methods=["POST"]),
    Route("/points", reception.choose_points, methods=["POST"]),
    Route("/ticket/{number:number}", ticket.ticket),
    Route("/ticket/{number:number}/mobile", ticket.mobile, methods=["POST"]),
    Route("/ticket/{number:number}/print", ticket.print_again, methods=["POST"]),
    Route("/live/ticket/{number:number}", ticket.live),
    Route("/unlock-codes", ticket.unlock_codes, methods=["POST"]),
    Route("/days", days.days),
    Route("/days/{day:day}/{department:number}/{doctor:number}", days.one_day),
    Route("/days/{day:day}/{department:number}/{doctor:number}/late", days.late, methods=["POST"]),
    Route("/days/{day:day}/{department:number}/{doctor:number}/release", days.release, methods=["POST"]),
    Route("/days/{day:day}/{department:number}/{doctor:number}/sessions", planning.sessions),
    Route("/days/{day:day}/{department:number}/{doctor:number}/sessions", planning.change_sessions, methods=["POST"]),
    Route("/days/{day:day}", planning.date_page),
    Route("/days/{day:day}/holiday", planning.change_holiday, methods=["POST"]),
    Route("/calendar", calendar.calendar),
    Route("/calendar", calendar.change, methods=["POST"]),
    Route("/absence", absence.form),
    Route("/absence/preview", absence.preview, methods=["POST"]),
    Route("/absence/announce", absence.announce, methods=["POST"]),
    Route("/absence/undo", absence.undo, methods=["POST"]),
    Route("/today", day_end.today),
    Route("/today/change", day_end.change, methods=["POST"]),
    Route("/today/preview", day_end.preview, methods=["POST"]),
    Route("/today/end", day_end.end, methods=["POST"]),
    Route("/devices", devices.devices),
    Route("/devices/{device}/order", devices.order, methods=["POST"]),
    Route("/audit", audit.audit, methods=["GET", "POST"]),
    Route("/audit/export", audit.export, methods=["POST"]),
    Route("/live/devices", devices.live),
    Route("/settings", site.settings),
    Route("/settings/file", site_file.file),
    Route("/settings/file", site_file.check, methods=["POST"]),
    Route("/settings/history", site_file.past),
    Route("/settings/history/{number:number}/file", site_file.download),
    Route("/settings/history/{number:number}/back", site_file.put_back, methods=["POST"]),
    Route("/settings/{section}", site.section),
    Route("/settings/{section}", site.change, methods=["POST"]),
    Route("/statistics", statistics.statistics),
    Route("/statistics/tables.csv", statistics.csv),
    Route("/statistics/tables.xlsx", statistics.xlsx),
    Route("/statistics/outlook", statistics.outlook),
    Route("/wall", wall.wall),
    Route("/wall/keep", wall.keep, methods=["POST"]),
    Route("/live/wall", wall.live),
    # an insurance office's
    Route("/cases", office_cases.cases),
    Route("/cases/find", office_cases.find, methods=["POST"]),
    Route("/cases/open", office_cases.open_case, methods=["POST"]),
    Route("/cases/new", office_writing.new, methods=["POST"]),
    Route("/pins", office_pins.pins),
    Route("/pins", office_pins.set_pin, methods=["POST"]),
    Route("/cases/{case:number}", office_case.case),
    Route("/cases/{case:number}/step", office_case.step, methods=["POST"]),
    Route("/cases/{case:number}/slip", office_case.slip, methods=["POST"]),
    Route("/cases/{case:number}/household", office_writing.edit),
    Route("/cases/{case:number}/household", office_writing.write, methods=["POST"]),
    Route("/cases/{case:number}/letters/{year:number}/{serial:number}", office_letter.letter),
    Route("/cases/{case:number}/letters/{year:number}/{serial:number}/letter.pdf", office_letter.letter_file),
    Route("/cases/{case:number}/letters/{year:number}/{serial:number}/receipt.pdf", office_letter.receipt_file),
    Route("/cases/{case:number}/letters/{year:number}/{serial:number}/slip", office_letter.slip, methods=["POST"]),
    Route("/households/{household:number}", office_household.household),
    Route("/households/{household:number}/merge", office_household.merge, methods=["POST"]),
    Route("/households/{household:number}/split", office_household.split_off, methods=["POST"]),
    Route("/batches", office_batches.page),
    Route("/batches/make", office_batches.make, methods=["POST"]),
    Route("/batches/{number:number}/file", office_batches.take, methods=["POST"]),
    Route("/batches/answers", office_batches.read, methods=["POST"]),
    Route("/batches/answers/{token}", office_batches.answers),
    Route("/batches/answers/{token}/send", office_batches.send, methods=["POST"]),
    Route("/batches/answers/{token}/report.csv", office_batches.answers_report),
    Route("/due", office_batches.due),
    Route("/figures", office_figures.page),
    Route("/figures/tables.csv", office_figures.csv),
    Route("/figures/tables.xlsx", office_figures.xlsx),
    # the door
    Route("/sign-in", sign_in.sign_in, methods=["GET", "POST"]),
    Route("/sign-out", sign_in.sign_out, methods=["POST"]),
    Route("/language/{language}", sign_in.choose_language),
    Mount("/static", StaticFiles(directory=_STATIC)),
    Mount("/fonts", StaticFiles(directory=FONTS)),
)


def application(house: House) -> Starlette:
    """The application of one console."""
    app = Starlette(routes=list(ROUTES), middleware=[Middleware(NarrowHeaders)])
    app.state.house = house
    return app
