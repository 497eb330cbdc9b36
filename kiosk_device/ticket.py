"""The ticket as a picture at the paper's full width: the number very large, where to go, and nothing about a person."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from PIL import Image

from kiosk_device.roll import Roll, name_in
from mqtt.contract import SiteCard, Source, TicketGiven
from screen.lettering import SECOND, clock_words, day_words, localised
from screen.phrases import Phrases, at_office, load


def ticket_picture(ticket: TicketGiven, site: SiteCard, language: str, dots: int, *, alone: bool = False) -> Image.Image:
    """The paper of `ticket`, mode "1", `dots` wide and as long as its words need. `alone`: the kiosk gave it itself, so nobody
    knows how many are before it, and its time may not be known either."""
    paper = Roll(dots, language)
    say = _words(site, language)
    paper.line(name_in(site.name, language), size=0.055, weight="Black")
    if ticket.issued_at_ms:
        issued = datetime.fromtimestamp(ticket.issued_at_ms / 1000, UTC).astimezone(ZoneInfo(site.time_zone))
        paper.pair(day_words(issued.date(), language, year=True), clock_words(f"{issued:%H:%M}", language), size=0.05)
    if alone:
        paper.line(say("ticket.alone"), size=0.05)
    paper.rule()
    paper.line(say("ticket.number"), size=0.05, align="center")
    paper.number(str(ticket.number))
    paper.bar(say("ticket.go_to"), _place(ticket, site, language, say))
    if not alone:
        ahead = say("ticket.ahead", count=ticket.ahead) if ticket.ahead else say("ticket.ahead_none")
        paper.line(ahead, size=0.062, align="center")
    paper.rule(thin=True)
    for words in _about(ticket, site, language, say):
        paper.line(words, size=0.058)
    paper.rule(thin=True)
    paper.line(" ".join(_advice(ticket, site, language, say)), size=0.048, weight="Medium")
    if ticket.page:
        paper.rule(thin=True)
        paper.code(ticket.page, say("ticket.page"))
    if language != "en":
        second = SECOND[language]
        short = load(second)("ticket.short", place=_place(ticket, site, second, load(second)))
        paper.line(localised(f"{ticket.number}: {short}", second), size=0.045, language=second)
    return paper.finished()


def _words(site: SiteCard, language: str) -> Phrases:
    return load(language) if site.office is None else at_office(language)


def test_page(device: str, language: str, dots: int) -> Image.Image:
    """A technician's test page: full width, both edges, black and fine lines, every digit."""
    paper = Roll(dots, language)
    say = load(language)
    paper.frame_top()
    paper.line(say("ticket.test"), size=0.08, weight="Black", align="center")
    paper.line(device, size=0.05, align="center", language="en")
    paper.line("0123456789", size=0.08, weight="Black", align="center")
    paper.number("123")
    paper.line(say("ticket.test_width"), size=0.05, align="center")
    paper.frame_top()
    return paper.finished()


def _place(ticket: TicketGiven, site: SiteCard, language: str, say: Phrases) -> str:
    """The one point that calls it, or else its hall."""
    points = [point for point in site.points if point.id in ticket.points]
    if len(points) == 1:
        return f"{say(f'kiosk.ticket.{points[0].kind}')} {points[0].label}"
    zone = next((zone for zone in site.zones if zone.id == ticket.zone), None)
    return name_in(zone.name, language) if zone else ""


def _about(ticket: TicketGiven, site: SiteCard, language: str, say: Phrases) -> list[str]:
    """Department and doctor, the booked time, lateness, priority: what is known, a line each."""
    asked = next((card for card in site.priority_classes if card.id == ticket.priority), None)
    lines = [say("ticket.help")] if ticket.source == Source.HELP else []
    lines += with_whom(site, ticket.department, ticket.doctor, language, say)
    if ticket.substitute:
        lines.append(say("ticket.substitute"))
    if ticket.booked_time:
        lines.append(say("ticket.booked_time", time=clock_words(ticket.booked_time, language)))
    if ticket.late_until:
        lines.append(say("ticket.late", time=clock_words(ticket.late_until, language)))
    if asked:
        lines.append(say("ticket.priority", name=name_in(asked.name, language)))
    if ticket.again:
        lines.append(say("ticket.again"))
    return lines


def with_whom(site: SiteCard, department: int | None, doctor: int | None, language: str, say: Phrases) -> list[str]:
    """Department and doctor in one line, the doctor where the site wants it on paper; no line where neither is known."""
    departments = [card.name for card in site.departments if card.code == department]
    doctors = [card.name for card in site.doctors if card.code == doctor and site.kiosk.show_doctor_on_ticket]
    who = [name_in(name, language) for name in (*departments, *doctors)]
    return [say("ticket.and").join(who)] if who else []


def _advice(ticket: TicketGiven, site: SiteCard, language: str, say: Phrases) -> list[str]:
    """What to do with the paper, what to bring, and that the order is not by number."""
    department = next((card for card in site.departments if card.code == ticket.department), None)
    one_stage = len(site.stages) == 1
    lines = [say("ticket.keep_one_stage" if one_stage else "ticket.keep")]
    if department and department.note:
        lines.append(name_in(department.note, language))
    if site.ticket_note:
        lines.append(name_in(site.ticket_note, language))
    if not site.order_by_number:
        lines.append(say("ticket.not_by_number"))
    return lines
