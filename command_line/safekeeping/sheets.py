"""The waiting list as paper: one sheet for each line of people, on the 80 mm roll that a receipt printer has."""

from collections.abc import Iterator

from PIL import Image

from booking_store.waiting_list import Waiting, WaitingList
from kiosk_device.roll import PAPER_DOTS, Roll
from rules.site import Point
from screen.lettering import clock_words, day_words, localised
from screen.phrases import Phrases, load

DOTS = PAPER_DOTS[80]
ON_A_SHEET = 100
"""Numbers on one sheet: a roll is no longer than 25 cm, and none may be cut off."""


def sheets(listed: WaitingList, language: str) -> list[Image.Image]:
    """The list as 1-bit pictures, at least one."""
    written = _written(listed, load(language))
    return [_sheet(listed, words, page, len(written), language) for page, words in enumerate(written, start=1)]


def told(listed: WaitingList, language: str) -> str:
    """The same for a terminal."""
    say = load(language)
    as_of = say("waiting_list.as_of", day=day_words(listed.date, language), time=clock_words(f"{listed.as_of:%H:%M}", language))
    parts = [as_of, *("\n".join(filter(None, words)) for words in _written(listed, say))]
    return localised("\n\n".join(parts), language)


def _written(listed: WaitingList, say: Phrases) -> list[list[str]]:
    """The words of each sheet: a title (empty where nobody is there), what is told before, and last the numbers."""
    written = [words for line in listed.lines for words in _line(line, say)]
    for what, numbers in (("absent", listed.absent), ("parked", listed.parked)):
        written += [[say(f"waiting_list.{what}"), _joined(some, say)] for some in _cut(numbers)]
    return written or [["", say("waiting_list.nobody")]]


def _line(line: Waiting, say: Phrases) -> list[list[str]]:
    """One line of people: its places, whom each serves, then the numbers; cut where they do not fit on a sheet."""
    places = [_place(point, say) for point in line.points]
    now = [
        say("waiting_list.now", place=place, number=number)
        for place, number in zip(places, line.now, strict=True)
        if number is not None
    ]
    title = say("waiting_list.comma").join(places)
    if not line.numbers:
        return [[title, *now, say("waiting_list.nobody")]]
    count = say("waiting_list.next", count=len(line.numbers))
    first, *rest = (_joined(numbers, say) for numbers in _cut(line.numbers))
    return [[title, *now, count, first], *([title, more] for more in rest)]


def _cut(numbers: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    """As many as fit on a sheet."""
    return (numbers[start : start + ON_A_SHEET] for start in range(0, len(numbers), ON_A_SHEET))


def _place(point: Point, say: Phrases) -> str:
    return say(f"waiting_list.{point.kind}", label=point.label)


def _joined(numbers: tuple[int, ...], say: Phrases) -> str:
    return say("waiting_list.comma").join(map(str, numbers))


def _sheet(listed: WaitingList, words: list[str], page: int, pages: int, language: str) -> Image.Image:
    say = load(language)
    paper = Roll(DOTS, language)
    day, time = day_words(listed.date, language, year=True), clock_words(f"{listed.as_of:%H:%M}", language)
    paper.line(say("waiting_list.title"), size=0.045)
    paper.line(say("waiting_list.as_of", day=day, time=time), size=0.055, weight="Black")
    paper.rule()
    title, *lines = words
    if title:
        paper.headline(localised(title, language), size=0.11)
    *before, numbers = lines
    for line in before:
        paper.line(localised(line, language), size=0.055)
    paper.line(localised(numbers, language), size=0.075, weight="Black")
    paper.rule(thin=True)
    paper.pair(say("waiting_list.use"), localised(say("waiting_list.page", page=page, pages=pages), language), size=0.042)
    return paper.finished()
