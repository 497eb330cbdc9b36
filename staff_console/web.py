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
from staff_console.pages import audit, booking, day_end, devices, reception, sign_in, statistics, ticket, wall
from staff_console.pages.days import absence, calendar, planning, week
from staff_console.pages.office import batches, case, cases, due, figures, household, letter, pins, writing
from staff_console.pages.settings import sections, site_file

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
    Route("/days", week.days),
    Route("/days/{day:day}/{department:number}/{doctor:number}", week.one_day),
    Route("/days/{day:day}/{department:number}/{doctor:number}/late", week.late, methods=["POST"]),
    Route("/days/{day:day}/{department:number}/{doctor:number}/release", week.release, methods=["POST"]),
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
    Route("/settings", sections.settings),
    Route("/settings/file", site_file.file),
    Route("/settings/file", site_file.check, methods=["POST"]),
    Route("/settings/history", site_file.past),
    Route("/settings/history/{number:number}/file", site_file.download),
    Route("/settings/history/{number:number}/back", site_file.put_back, methods=["POST"]),
    Route("/settings/{section}", sections.section),
    Route("/settings/{section}", sections.change, methods=["POST"]),
    Route("/statistics", statistics.statistics),
    Route("/statistics/tables.csv", statistics.csv),
    Route("/statistics/tables.xlsx", statistics.xlsx),
    Route("/statistics/outlook", statistics.outlook),
    Route("/wall", wall.wall),
    Route("/wall/keep", wall.keep, methods=["POST"]),
    Route("/live/wall", wall.live),
    # an insurance office's
    Route("/cases", cases.cases),
    Route("/cases/find", cases.find, methods=["POST"]),
    Route("/cases/open", cases.open_case, methods=["POST"]),
    Route("/cases/new", writing.new, methods=["POST"]),
    Route("/pins", pins.pins),
    Route("/pins", pins.set_pin, methods=["POST"]),
    Route("/cases/{case:number}", case.case),
    Route("/cases/{case:number}/step", case.step, methods=["POST"]),
    Route("/cases/{case:number}/slip", case.slip, methods=["POST"]),
    Route("/cases/{case:number}/household", writing.edit),
    Route("/cases/{case:number}/household", writing.write, methods=["POST"]),
    Route("/cases/{case:number}/letters/{year:number}/{serial:number}", letter.letter),
    Route("/cases/{case:number}/letters/{year:number}/{serial:number}/letter.pdf", letter.letter_file),
    Route("/cases/{case:number}/letters/{year:number}/{serial:number}/receipt.pdf", letter.receipt_file),
    Route("/cases/{case:number}/letters/{year:number}/{serial:number}/slip", letter.slip, methods=["POST"]),
    Route("/households/{household:number}", household.household),
    Route("/households/{household:number}/merge", household.merge, methods=["POST"]),
    Route("/households/{household:number}/split", household.split_off, methods=["POST"]),
    Route("/batches", batches.page),
    Route("/batches/make", batches.make, methods=["POST"]),
    Route("/batches/{number:number}/file", batches.take, methods=["POST"]),
    Route("/batches/answers", batches.read, methods=["POST"]),
    Route("/batches/answers/{token}", batches.answers),
    Route("/batches/answers/{token}/send", batches.send, methods=["POST"]),
    Route("/batches/answers/{token}/report.csv", batches.answers_report),
    Route("/due", due.due),
    Route("/figures", figures.page),
    Route("/figures/tables.csv", figures.csv),
    Route("/figures/tables.xlsx", figures.xlsx),
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
