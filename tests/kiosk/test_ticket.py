"""The paper in the hand: its own number in every digit, where to go, black on white, and nothing about a person."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import msgspec
import pytest
import segno
from PIL import Image, ImageChops

from kiosk_device import roll
from kiosk_device import ticket as paper
from kiosk_device.roll import PAPER_DOTS, Roll
from kiosk_device.ticket import ticket_picture
from mqtt.contract import ClassCard, KioskCard, Name, SiteCard, Source, TicketGiven
from screen.lettering import Lettering, lettering, localised
from screen.phrases import load
from tests.pictures.paper import SITE, ticket, tickets, tickets_alone

WIDTHS = sorted(PAPER_DOTS.values())
LANGUAGES = ("fa", "en")
LONGEST_MILLIMETRES = 130


@dataclass
class Pen:
    """Notes every text that is written on the paper, and its size."""

    texts: list[str] = field(default_factory=list)
    sizes: dict[str, int] = field(default_factory=dict)

    def __call__(self, text: str, language: str, weight: str, size: int, **how: Any) -> Lettering:
        words = localised(text, language)
        self.texts.append(words)
        self.sizes[words] = size
        return lettering(text, language, weight, size, **how)

    @property
    def words(self) -> str:
        return " ".join(self.texts)


@pytest.fixture
def pen(monkeypatch: pytest.MonkeyPatch) -> Iterator[Pen]:
    pen = Pen()
    monkeypatch.setattr(roll, "lettering", pen)
    return pen


def ink_box(picture: Image.Image) -> tuple[int, int, int, int]:
    box = ImageChops.invert(picture.convert("L")).getbbox()
    assert box is not None
    return box


def stands_on(picture: Image.Image, drawn: Lettering) -> bool:
    """These very letters are somewhere in the middle of the paper, and nothing else between them."""
    letters = drawn.mask.point(lambda grey: 0 if grey >= 128 else 255)
    page, left = picture.convert("L"), (picture.width - drawn.width) // 2
    tops = range(picture.height - drawn.height)
    parts = (page.crop((left, top, left + drawn.width, top + drawn.height)) for top in tops)
    return any(ImageChops.difference(part, letters).getbbox() is None for part in parts)


@pytest.mark.parametrize("dots", WIDTHS)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", tickets())
def test_a_ticket_is_as_wide_as_its_paper_and_has_no_grey(name: str, language: str, dots: int) -> None:
    picture = ticket_picture(tickets()[name], SITE, language, dots)
    assert picture.mode == "1"
    assert picture.width == dots
    assert picture.width % 8 == 0
    assert picture.height < LONGEST_MILLIMETRES * 8


@pytest.mark.parametrize("dots", WIDTHS)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", tickets())
def test_nothing_is_cut_at_the_papers_edges(name: str, language: str, dots: int) -> None:
    left, top, right, bottom = ink_box(ticket_picture(tickets()[name], SITE, language, dots))
    assert left >= 4
    assert right <= dots - 4
    assert top > 0
    assert bottom > 0


@pytest.mark.parametrize("dots", WIDTHS)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("number", [1, 7, 10, 123, 321, 406, 589, 999, 1340, 9999])
def test_every_digit_on_the_paper_is_the_tickets(pen: Pen, number: int, language: str, dots: int) -> None:
    picture = ticket_picture(ticket(number=number), SITE, language, dots)
    size = pen.sizes[localised(str(number), language)]
    assert stands_on(picture, lettering(str(number), language, "Black", size))
    other = number // 10 * 10 + (number + 1) % 10
    assert not stands_on(picture, lettering(str(other), language, "Black", size))


@pytest.mark.parametrize("dots", WIDTHS)
def test_the_number_is_the_largest_thing_on_the_paper(pen: Pen, dots: int) -> None:
    ticket_picture(ticket(number=123), SITE, "fa", dots)
    number = pen.sizes.pop("۱۲۳")
    assert number > 3 * max(pen.sizes.values())


def test_nothing_about_a_person_can_be_on_the_paper(pen: Pen) -> None:
    """Every word is the clinic's own: a phrase, a name from the site card, a number, a time."""
    asked = ticket(booked_time="11:15", late_until="12:30", again=True, priority="elderly")
    site = msgspec.structs.replace(SITE, priority_classes=(ClassCard(id="elderly", name=Name(fa="سالمند", en="Elderly")),))
    ticket_picture(asked, site, "fa", 576)
    said = " ".join(load(language)(key) for language in LANGUAGES for key in load("fa").keys())  # noqa: SIM118
    names = msgspec.json.encode(site).decode()
    known = set(re.findall(r"[^\W\d]+", f"{said} {names} یکشنبه آذر"))
    assert set(re.findall(r"[^\W\d]+", pen.words)) <= known
    digits = set(re.findall(r"\d+", localised(pen.words, "en")))
    assert digits <= {"123", "10", "42", "8", "1405", "1", "12", "11", "15", "30"}


def test_the_messages_for_the_paper_know_no_person() -> None:
    assert not {"name", "mobile", "code", "booking", "national_id"} & set(TicketGiven.__struct_fields__)


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_says_where_to_go(pen: Pen, language: str) -> None:
    one_point = ticket(points=("counter-1",))
    ticket_picture(one_point, SITE, language, 576)
    assert {"fa": "باجهٔ ۱", "en": "Counter 1"}[language] in pen.texts


def test_where_any_counter_of_the_hall_may_call_it_the_hall_is_named(pen: Pen) -> None:
    ticket_picture(ticket(), SITE, "fa", 576)
    assert "سالن ۱" in pen.texts
    assert "باجهٔ ۱" not in pen.texts


def test_a_persian_ticket_has_a_line_in_english(pen: Pen) -> None:
    ticket_picture(ticket(), SITE, "fa", 576)
    assert pen.texts[-1].startswith("123: ")
    assert "Hall 1" in pen.words


@pytest.mark.parametrize(
    ("facts", "phrase", "value"),
    [
        ({"ahead": 12}, "ahead", {"count": "۱۲"}),
        ({"ahead": 0}, "ahead_none", {}),
        ({"booked_time": "11:15"}, "booked_time", {"time": "۱۱:۱۵"}),
        ({"late_until": "12:30"}, "late", {"time": "۱۲:۳۰"}),
        ({"source": Source.HELP, "department": None, "doctor": None}, "help", {}),
        ({"again": True}, "again", {}),
        ({"substitute": True}, "substitute", {}),
    ],
)
def test_what_is_known_is_said(pen: Pen, facts: dict[str, Any], phrase: str, value: dict[str, str]) -> None:
    ticket_picture(ticket(**facts), SITE, "fa", 576)
    assert load("fa")(f"ticket.{phrase}", **value) in pen.texts


def test_what_is_not_known_is_not_said(pen: Pen) -> None:
    ticket_picture(ticket(department=None, doctor=None), SITE, "fa", 576)
    for phrase in ("help", "again", "substitute"):
        assert load("fa")(f"ticket.{phrase}") not in pen.texts
    assert "قلب" not in pen.words
    assert "مرادی" not in pen.words


def test_a_clinic_may_keep_its_doctors_off_the_paper(pen: Pen) -> None:
    discreet: SiteCard = msgspec.structs.replace(SITE, kiosk=KioskCard(show_doctor_on_ticket=False))
    ticket_picture(ticket(), discreet, "fa", 576)
    assert "مرادی" not in pen.words
    assert "قلب و عروق" in pen.words


def test_the_clock_is_the_clinics_not_the_devices(pen: Pen) -> None:
    ticket_picture(ticket(), SITE, "fa", 576)
    assert "۱۰:۴۲" in pen.texts
    assert "یکشنبه ۸ آذر ۱۴۰۵" in pen.texts


@pytest.mark.parametrize("dots", WIDTHS)
def test_the_test_page_reaches_both_edges(pen: Pen, dots: int) -> None:
    picture = paper.test_page("kiosk-1", "fa", dots)
    left, _, right, _ = ink_box(picture)
    assert (picture.mode, picture.width, left, right) == ("1", dots, 0, dots)
    assert "kiosk-1" in pen.words
    assert set("۰۱۲۳۴۵۶۷۸۹") <= set(pen.words)


@pytest.mark.parametrize("dots", WIDTHS)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", tickets_alone())
def test_a_ticket_given_alone_says_so_and_promises_no_place_in_the_line(name: str, language: str, dots: int, pen: Pen) -> None:
    picture = ticket_picture(tickets_alone()[name], SITE, language, dots, alone=True)
    assert (picture.mode, picture.width) == ("1", dots)
    assert load(language)("ticket.alone") in pen.texts
    assert localised(load(language)("ticket.ahead_none"), language) not in pen.words
    assert localised(load(language)("ticket.ahead", count=12), language) not in pen.words


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_a_clock_there_is_no_date_and_no_hour(language: str, pen: Pen) -> None:
    ticket_picture(tickets_alone()["alone"], SITE, language, 576, alone=True)
    year = localised("1405", language)
    assert year in pen.words
    pen.texts.clear()
    ticket_picture(tickets_alone()["alone_no_clock"], SITE, language, 576, alone=True)
    assert year not in pen.words
    assert localised("10:42", language) not in pen.words


@pytest.mark.parametrize("language", ["fa", "en"])
@pytest.mark.parametrize("dots", sorted(PAPER_DOTS.values()))
def test_the_code_of_the_ticket_page_is_printed_dot_by_dot_with_white_around_it(dots: int, language: str) -> None:
    address = "http://192.168.50.1:8090/153-k7q3m9xw"
    roll = Roll(dots, language)
    roll.code(address, "lead")
    picture = roll.finished()
    modules = [list(row) for row in segno.make(address, error="m", micro=False).matrix]
    quiet = 4
    framed = [[0] * (len(modules) + 2 * quiet)] * quiet
    framed += [[0] * quiet + row + [0] * quiet for row in modules] + [[0] * (len(modules) + 2 * quiet)] * quiet
    dot = max(3, round(dots * 0.26 / len(modules)))
    margin = round(dots * 0.02)
    left = margin if language == "fa" else dots - margin - dot * len(framed)
    top = round(dots * 0.015)
    seen = [
        [int(picture.getpixel((left + dot * x + dot // 2, top + dot * y + dot // 2)) == 0) for x in range(len(framed))]
        for y in range(len(framed) - quiet)
    ]
    assert seen == framed[:-quiet]
