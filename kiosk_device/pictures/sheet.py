"""The sheet that every kiosk picture is drawn on: a canvas, the words of both languages, and the usual head and key bar."""

from collections.abc import Sequence
from datetime import date, time

from mqtt.contract import Name
from screen.canvas import Box, Canvas
from screen.lettering import clock_words, day_words, localised
from screen.parts import Hint, head, key_bar
from screen.phrases import load
from screen.style import GAP, KEY_BAR, LABEL, MARGIN, PAPER, RADIUS, TITLE, Size


class Sheet:
    """One kiosk picture in the making. `say` is the patient's language, `also` the other one."""

    def __init__(self, size: Size, language: str) -> None:
        self.canvas = Canvas(size, language)
        self.language = language
        self.say = load(language)
        self.also = load("en" if language == "fa" else "fa")

    def body(self, title: str, *, sign: str | None = None, stop: bool = False, hints: Sequence[Hint] = ()) -> Box:
        """Draw the head with the phrase `title` in both languages and the key bar; gives the space between, inside margins."""
        canvas = self.canvas
        left = head(canvas, self.say(title), self.also(title), sign=sign, stop=stop)
        if hints:
            key_bar(canvas, hints)
            left = left.above(canvas.u(KEY_BAR))
        return left.inset(canvas.u(MARGIN), canvas.u(MARGIN * 0.8))

    def hint(self, key: str, phrase: str, *, both: bool = True) -> Hint:
        """A key's hint, by its phrase, in one language or both."""
        return Hint(key, self.say(phrase), self.also(phrase) if both else "")

    def name(self, name: Name) -> str:
        """A name in the patient's language, in Persian where there is no other."""
        return name.fa if self.language == "fa" or not name.en else name.en

    def digits(self, value: object) -> str:
        """A number or text with the language's digits."""
        return localised(str(value), self.language)

    def day(self, iso: str) -> str:
        """«سه‌شنبه ۱۰ آذر» of an ISO date."""
        return day_words(date.fromisoformat(iso), self.language)

    def clock(self, words: str) -> str:
        """«۱۰:۱۵» of "10:15"."""
        return clock_words(time.fromisoformat(words), self.language)

    def sentences(self, box: Box, text: str, *, size: float = LABEL * 1.1, centered: bool = False) -> Box:
        """The lines of a phrase, cut where they are too long for the box; gives what is left below."""
        canvas = self.canvas
        lines = [line for part in text.split("|") for line in canvas.wrapped(part, box.width, size=size)]
        return canvas.lines(box, *lines, size=size, align="center" if centered else "start", spacing=1.45)

    def left_to_right(self, words: str) -> str:
        """A phone number or code inside text of any direction: its groups stay in their order."""
        return f"\u2066{self.digits(words)}\u2069"

    def date_plate(self, box: Box, iso: str, clock: str | None) -> None:
        """A date and a time, each drawn by itself on a white plate."""
        canvas = self.canvas
        canvas.fill(box, PAPER, radius=RADIUS)
        inside = box.inset(canvas.u(MARGIN), canvas.u(3))
        if clock is None:
            canvas.text(inside, self.day(iso), size=12, weight="Black", align="center")
            return
        hour = self.say("kiosk.closed.at", time=self.clock(clock))
        if canvas.size.portrait:
            upper, lower = inside.rows(1, 1)
            canvas.text(upper, self.day(iso), size=11, weight="Black", align="center")
            canvas.text(lower, hour, size=TITLE, align="center")
            return
        day, time_ = canvas.in_reading_order(inside, 1.35, 1, gap=canvas.u(GAP))
        canvas.text(day, self.day(iso), size=11, weight="Black")
        canvas.text(time_, hour, size=TITLE, align="end")

    def clock_plate(self, box: Box, clock: str) -> None:
        """A time of day alone, as large as it goes."""
        canvas = self.canvas
        canvas.fill(box, PAPER, radius=RADIUS)
        canvas.digits(box.inset(box.width * 0.1, box.height * 0.22), self.clock(clock))

    def place_plate(self, box: Box, word: str) -> None:
        """A place to go to, as on the sign over it."""
        canvas = self.canvas
        height = min(box.height, canvas.u(34))
        plate = box.bottom_part(height) if not canvas.size.portrait else box.top(height)
        canvas.place_chip(plate, word, "")
