"""The ticket as a 1-bit picture at the paper's full width: the number very large, where to go, and nothing about a person.

Sizes are in dots of a 203 dpi head, 8 a millimetre: 576 for 80 mm paper, 384 for 58 mm. There is no grey on paper.
"""

from datetime import UTC, datetime
from typing import Final, Literal
from zoneinfo import ZoneInfo

from PIL import Image, ImageDraw

from mqtt.contract import Name, SiteCard, Source, TicketGiven
from screen.lettering import Lettering, clock_words, day_words, lettering, localised, width_of, wrapped
from screen.phrases import Phrases, load

PAPER_DOTS: Final = {80: 576, 58: 384}
"""Paper width in millimetres to dots across."""
BLACK, WHITE = 0, 255
_LONGEST_DOTS: Final = 2000
_MIDDLE_GREY: Final = 128
_LINE: Final = 1.36
"""From line to line, in font sizes."""

Align = Literal["start", "center", "end"]


def ticket_picture(ticket: TicketGiven, site: SiteCard, language: str, dots: int) -> Image.Image:
    """The paper of `ticket`, mode "1", `dots` wide and as long as its words need."""
    paper = _Paper(dots, language)
    say = load(language)
    issued = datetime.fromtimestamp(ticket.issued_at_ms / 1000, UTC).astimezone(ZoneInfo(site.time_zone))
    paper.line(_name(site.name, language), size=0.055, weight="Black")
    paper.pair(day_words(issued.date(), language, year=True), clock_words(f"{issued:%H:%M}", language), size=0.05)
    paper.rule()
    paper.line(say("ticket.number"), size=0.05, align="center")
    paper.number(str(ticket.number))
    paper.bar(say("ticket.go_to"), _place(ticket, site, language, say))
    if ticket.ahead:
        paper.line(say("ticket.ahead", count=ticket.ahead), size=0.062, align="center")
    else:
        paper.line(say("ticket.ahead_none"), size=0.062, align="center")
    paper.rule(thin=True)
    for words in _about(ticket, site, language, say):
        paper.line(words, size=0.058)
    paper.rule(thin=True)
    paper.line(" ".join(_advice(ticket, site, language, say)), size=0.048, weight="Medium")
    if language != "en":
        english = load("en")
        short = english("ticket.short", place=_place(ticket, site, "en", english))
        paper.line(localised(f"{ticket.number}: {short}", "en"), size=0.045, language="en")
    return paper.finished()


def test_page(device: str, language: str, dots: int) -> Image.Image:
    """A technician's test page: full width, both edges, black and fine lines, every digit."""
    paper = _Paper(dots, language)
    say = load(language)
    paper.frame_top()
    paper.line(say("ticket.test"), size=0.08, weight="Black", align="center")
    paper.line(device, size=0.05, align="center", language="en")
    paper.line("0123456789", size=0.08, weight="Black", align="center")
    paper.number("123")
    paper.line(say("ticket.test_width"), size=0.05, align="center")
    paper.frame_top()
    return paper.finished()


def _name(name: Name, language: str) -> str:
    return name.fa if language == "fa" or not name.en else name.en


def _place(ticket: TicketGiven, site: SiteCard, language: str, say: Phrases) -> str:
    """The one point that calls it, or else its hall."""
    points = [point for point in site.points if point.id in ticket.points]
    if len(points) == 1:
        return f"{say(f'kiosk.ticket.{points[0].kind}')} {points[0].label}"
    zone = next((zone for zone in site.zones if zone.id == ticket.zone), None)
    return _name(zone.name, language) if zone else ""


def _about(ticket: TicketGiven, site: SiteCard, language: str, say: Phrases) -> list[str]:
    """Department and doctor, the booked time, lateness, priority: what is known, a line each."""
    department = next((card for card in site.departments if card.code == ticket.department), None)
    doctor = next((card for card in site.doctors if card.code == ticket.doctor), None)
    asked = next((card for card in site.priority_classes if card.id == ticket.priority), None)
    lines = [say("ticket.help")] if ticket.source == Source.HELP else []
    who = [_name(department.name, language)] if department else []
    if doctor and site.kiosk.show_doctor_on_ticket:
        who.append(_name(doctor.name, language))
    if who:
        lines.append(say("ticket.and").join(who))
    if ticket.substitute:
        lines.append(say("ticket.substitute"))
    if ticket.booked_time:
        lines.append(say("ticket.booked_time", time=clock_words(ticket.booked_time, language)))
    if ticket.late_until:
        lines.append(say("ticket.late", time=clock_words(ticket.late_until, language)))
    if asked:
        lines.append(say("ticket.priority", name=_name(asked.name, language)))
    if ticket.again:
        lines.append(say("ticket.again"))
    return lines


def _advice(ticket: TicketGiven, site: SiteCard, language: str, say: Phrases) -> list[str]:
    """What to do with the paper, what to bring, and that the order is not by number."""
    department = next((card for card in site.departments if card.code == ticket.department), None)
    one_stage = len(site.stages) == 1
    lines = [say("ticket.keep_one_stage" if one_stage else "ticket.keep")]
    if department and department.note:
        lines.append(_name(department.note, language))
    if site.ticket_note:
        lines.append(_name(site.ticket_note, language))
    if not site.order_by_number:
        lines.append(say("ticket.not_by_number"))
    return lines


class _Paper:
    """A roll that is written from the top down; sizes are parts of its width."""

    def __init__(self, dots: int, language: str) -> None:
        self.dots = dots
        self.language = language
        self._roll = Image.new("L", (self.dots, _LONGEST_DOTS), WHITE)
        self._pen = ImageDraw.Draw(self._roll)
        self._y = round(self.dots * 0.015)
        self._margin = round(self.dots * 0.02)

    def line(self, words: str, *, size: float, weight: str = "Bold", align: Align = "start", language: str = "") -> None:
        """A paragraph, cut into lines that fit."""
        language = language or self.language
        pixels = round(self.dots * size)
        for row in wrapped(words, language, weight, pixels, self.dots - 2 * self._margin):
            drawn = lettering(row, language, weight, pixels)
            self._put(drawn, self._x(drawn.width, align, language), self._y + drawn.top)
            self._y += round(pixels * _LINE)

    def pair(self, first: str, last: str, *, size: float, weight: str = "Bold") -> None:
        """Two values on one row, one at each side; the first gives way where both do not fit."""
        pixels = round(self.dots * size)
        end = lettering(last, self.language, weight, pixels)
        self._put(end, self._x(end.width, "end", self.language), self._y + end.top)
        room = self.dots - 2 * self._margin - end.width - pixels
        start = lettering(first, self.language, weight, pixels)
        if start.width > room:
            start = lettering(first, self.language, weight, int(pixels * room / start.width))
        self._put(start, self._x(start.width, "start", self.language), self._y + start.top)
        self._y += round(pixels * _LINE)

    def number(self, words: str) -> None:
        """As wide as the paper allows, at most 26 mm high."""
        widest = self.dots - 2 * self._margin - round(self.dots * 0.06)
        sample = lettering(words, self.language, "Black", 100)
        pixels = min(int(widest / sample.width * 100), int(self.dots * 0.36 / sample.height * 100))
        drawn = lettering(words, self.language, "Black", pixels)
        self._y += round(self.dots * 0.025)
        self._put(drawn, (self.dots - drawn.width) // 2, self._y)
        self._y += drawn.height + round(self.dots * 0.035)

    def bar(self, lead: str, place: str) -> None:
        """The place, white on black like the sign over it, with the words that lead to it beside it."""
        height = round(self.dots * 0.14)
        small = lettering(lead, self.language, "Bold", round(self.dots * 0.055))
        lead_x = self._x(small.width, "start", self.language)
        self._put(small, lead_x, self._y + (height - small.line) // 2 + small.top)
        room = self.dots - 2 * self._margin - small.width - round(self.dots * 0.03)
        left = self._margin if self.language == "fa" else self.dots - self._margin - room
        self._pen.rounded_rectangle((left, self._y, left + room - 1, self._y + height), round(self.dots * 0.02), fill=BLACK)
        pixels = round(height * 0.72)
        while pixels > 1 and width_of(place, self.language, "Black", pixels) > room - 2 * self._margin:
            pixels -= 1
        large = lettering(place, self.language, "Black", pixels)
        self._put(large, left + (room - large.width) // 2, self._y + (height - large.line) // 2 + large.top, WHITE)
        self._y += height + round(self.dots * 0.015)

    def rule(self, *, thin: bool = False) -> None:
        """A line across."""
        thick = 2 if thin else 4
        self._y += round(self.dots * 0.012)
        self._pen.rectangle((self._margin, self._y, self.dots - self._margin - 1, self._y + thick - 1), fill=BLACK)
        self._y += thick + round(self.dots * 0.012)

    def frame_top(self) -> None:
        """A thick line and the outermost dots of both edges."""
        self._pen.rectangle((0, self._y, self.dots - 1, self._y + 40), outline=BLACK, width=1)
        self._pen.rectangle((self.dots // 4, self._y + 10, self.dots * 3 // 4, self._y + 30), fill=BLACK)
        self._y += 52

    def finished(self) -> Image.Image:
        """What was written, in black and white."""
        page = self._roll.crop((0, 0, self.dots, min(self._y + self._margin, _LONGEST_DOTS)))
        return page.point(lambda grey: WHITE if grey >= _MIDDLE_GREY else BLACK).convert("1", dither=Image.Dither.NONE)

    def _put(self, drawn: Lettering, x: int, y: int, shade: int = BLACK) -> None:
        self._roll.paste(shade, (x, y), drawn.mask)

    def _x(self, width: int, align: Align, language: str) -> int:
        if align == "center":
            return (self.dots - width) // 2
        at_right = (align == "start") == (language == "fa")
        return self.dots - self._margin - width if at_right else self._margin
