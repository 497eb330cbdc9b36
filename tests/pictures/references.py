"""Every reference picture by name, how to draw it now, and how far a drawing may differ from what was kept.

`python -m tests.pictures` keeps all of them anew in reference/; look at them before they are committed.
"""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Final

from PIL import Image, ImageChops

from display_device.pictures import album as display
from display_device.pictures import counter, waiting_room
from kiosk_device import picture as kiosk_picture
from kiosk_device.pictures import album as kiosk
from kiosk_device.roll import PAPER_DOTS
from kiosk_device.slip import slip_picture
from kiosk_device.ticket import test_page, ticket_picture
from screen.phrases import load
from screen.style import Size
from tests.pictures import paper

REFERENCE: Final = Path(__file__).parent / "reference"
DIFFERING: Final = Path(__file__).parent / "differing"
LANGUAGES: Final = ("fa", "en")
OTHERS: Final = ("prs", "ar")
ALL: Final = (*LANGUAGES, *OTHERS)
SMALL: Final = Size(1024, 600)
KIOSK_ELSEWHERE: Final = {
    Size(1280, 800): ("idle", "type_code", "type_mobile", "ticket_taken"),
    Size(800, 1280): (
        "idle",
        "idle_alone",
        "closed",
        "type_code_second_group",
        "choose_department_more",
        "type_mobile",
        "office_idle",
        "check_household_padded",
        "code_sent_again",
        "ask_priority",
        "printing",
        "ticket_taken",
        "number_without_paper",
        "refused_wrong_day",
        "refused_moved",
        "moved_date_without_paper",
        "refused_doctor_absent",
        "refused_no_such_code",
    ),
}
"""A selection of the kiosk's views at its other sizes, in Persian."""
KIOSK_IN_OTHERS: Final = (
    *("office_idle", "choose_matter", "type_household", "check_household_mobile", "office_ticket_taken"),
    *("number_without_paper", "refused_wrong_day", "closed", "idle"),
)
"""A selection of the kiosk's views in the languages that visitors alone read."""
DRAWN_LIKE: Final = ("check_household_", "office_refused_", "office_idle_", "office_offer", "office_ask", "office_store")
"""Views of an office that differ from one that is kept in their words alone: whether these fit is asked of all of them."""
KEPT_OF_THEM: Final = ("check_household_mobile", "office_refused_share_used_up", "office_idle_alone")
HALL: Final = Size(1920, 1080)
HALL_ELSEWHERE: Final = ("call_announced", "lost")
COUNTER_IN_ENGLISH: Final = ("called", "serving", "lost", "room_called")
TICKETS_IN_ENGLISH: Final = ("booked", "help", "alone")

COLOURS: Final = 24
"""Of a kept picture: the tokens of screen/style.py and the greys between them."""
LEVELS: Final = 64
"""A pixel differs when a channel does by more than this, of 255, after the picture was halved: edges may soften."""
MOST_DIFFERING: Final = 0.0002
"""The part of the pixels that may differ."""

Draw = Callable[[], Image.Image]


def pictures() -> dict[str, Draw]:
    """Name to drawing, of all reference pictures."""
    return {**_kiosks(), **_counters(), **_halls(), **_papers()}


def keep(name: str) -> int:
    """Draw a picture anew and keep it as the reference; gives its bytes."""
    REFERENCE.mkdir(exist_ok=True)
    path = REFERENCE / f"{name}.png"
    picture = pictures()[name]()
    if picture.mode != "1":
        picture = picture.quantize(COLOURS, dither=Image.Dither.NONE)
    picture.save(path, optimize=True)
    return path.stat().st_size


def kept(name: str) -> Image.Image:
    """The reference. FileNotFoundError where there is none yet."""
    with Image.open(REFERENCE / f"{name}.png") as picture:
        return picture.convert("RGB")


def differing_part(expected: Image.Image, actual: Image.Image) -> float:
    """The part of the pixels, 0 to 1, by which two pictures differ; 1 where their sizes do."""
    if expected.size != actual.size:
        return 1.0
    difference = ImageChops.difference(expected.convert("RGB").reduce(2), actual.convert("RGB").reduce(2))
    red, green, blue = difference.split()
    most = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    return sum(most.histogram()[LEVELS + 1 :]) / (most.width * most.height)


def save_side_by_side(name: str, expected: Image.Image, actual: Image.Image) -> Path:
    """What was kept at the left, what is drawn now at the right, in the folder of differing pictures."""
    DIFFERING.mkdir(exist_ok=True)
    both = Image.new("RGB", (expected.width + actual.width + 8, max(expected.height, actual.height)), "magenta")
    both.paste(expected, (0, 0))
    both.paste(actual.convert("RGB"), (expected.width + 8, 0))
    path = DIFFERING / f"{name}.png"
    both.save(path)
    return path


def _named(room: str, language: str, size: Size, name: str) -> str:
    return f"{room}_{size.width}x{size.height}_{language}_{name}"


def _kiosks() -> Mapping[str, Draw]:
    drawings: dict[str, Draw] = {}
    for language in LANGUAGES:
        for name, view in kiosk.views(language).items():
            if name.startswith(DRAWN_LIKE) and name not in KEPT_OF_THEM:
                continue
            drawings[_named("kiosk", language, SMALL, name)] = partial(kiosk_picture.picture_of, view, SMALL)
    for language in OTHERS:
        views = kiosk.views(language)
        for name in KIOSK_IN_OTHERS:
            drawings[_named("kiosk", language, SMALL, name)] = partial(kiosk_picture.picture_of, views[name], SMALL)
    views = kiosk.views("fa")
    for size, names in KIOSK_ELSEWHERE.items():
        for name in names:
            drawings[_named("kiosk", "fa", size, name)] = partial(kiosk_picture.picture_of, views[name], size)
    return drawings


def _counters() -> Mapping[str, Draw]:
    views = display.counters()
    return {
        _named("counter", language, SMALL, name): partial(counter.picture_of, views[name], SMALL, load(language))
        for language, names in (("fa", tuple(views)), ("en", COUNTER_IN_ENGLISH))
        for name in names
    }


def _halls() -> Mapping[str, Draw]:
    views = display.halls()
    return {
        _named("hall", language, HALL, name): partial(waiting_room.picture_of, views[name], HALL, load(language))
        for language, names in (("fa", tuple(views)), *((other, HALL_ELSEWHERE) for other in ("en", *OTHERS)))
        for name in names
    }


def _papers() -> Mapping[str, Draw]:
    tickets, alone = paper.tickets(), paper.tickets_alone()
    drawings: dict[str, Draw] = {}
    for millimetres, dots in PAPER_DOTS.items():
        for language, names in (("fa", (*tickets, *alone)), ("en", TICKETS_IN_ENGLISH)):
            for name in names:
                given = (tickets | alone)[name]
                drawing = partial(ticket_picture, given, paper.SITE, language, dots, alone=name in alone)
                drawings[f"ticket_{millimetres}mm_{language}_{name}"] = drawing
        for language in ALL:
            given = paper.of_the_office()
            drawing = partial(ticket_picture, given, paper.OFFICE, language, dots)
            drawings[f"ticket_{millimetres}mm_{language}_office"] = drawing
        for language in LANGUAGES:
            for name, new in paper.slips().items():
                drawing = partial(slip_picture, new, paper.SITE, language, dots)
                drawings[f"slip_{millimetres}mm_{language}_{name}"] = drawing
        drawings[f"ticket_{millimetres}mm_fa_test_page"] = partial(test_page, "kiosk-1", "fa", dots)
    return drawings
