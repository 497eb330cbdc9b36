"""The sheet that every kiosk picture is drawn on: a canvas, the words of both languages, and the usual head and key bar."""

from collections.abc import Sequence
from datetime import date

from mqtt.contract import Name
from screen.canvas import Box, Canvas
from screen.icons import icon
from screen.lettering import SECOND, clock_words, day_words, left_to_right, localised
from screen.parts import Hint, action_card, banner, head, key_bar
from screen.phrases import at_office, load
from screen.style import GAP, GROUND, INK, LABEL, MARGIN, MUST_READ, PAPER, RADIUS, STOP, TITLE, Size

_SIGN_U = 34.0
_DAY_SIZES = (11.0, TITLE, MUST_READ)


class Sheet:
    """One kiosk picture in the making. `say` is the patient's language, `also` the other one; `office`: in the words of an
    insurance office."""

    def __init__(self, size: Size, language: str, *, office: bool = False) -> None:
        self.canvas = Canvas(size, language)
        self.language = language
        words = at_office if office else load
        self.say = words(language)
        self.also = words(SECOND[language])

    def body(
        self, title: str, *, sign: str | None = None, stop: bool = False, hints: Sequence[Hint] = (), notes: Sequence[str] = ()
    ) -> Box:
        """Draw the head with the phrase `title` in both languages, a banner for each note, and the key bar; gives the space
        between, inside margins."""
        canvas = self.canvas
        left = head(canvas, self.say(title), self.also(title), sign=sign, stop=stop)
        for note in notes:
            left = banner(canvas, left, note)
        if hints:
            left = left.above(key_bar(canvas, hints).height)
        return left.inset(canvas.u(MARGIN), canvas.u(MARGIN * 0.8))

    def large_sign(self, box: Box, sign: str, text: str, *, below: float = 0.0, stop: bool = False) -> Box:
        """On a portrait screen the sign once more above `text`, where that and `below` u more leave the room for it; gives
        what is left below the sign."""
        canvas = self.canvas
        free = box.height - len(self._lines(text, box.width, LABEL * 1.1)) * canvas.u(LABEL * 1.1 * 1.45) - canvas.u(below)
        if not canvas.size.portrait or free < canvas.u(_SIGN_U * 0.6):
            return box
        place = box.top(min(free, canvas.u(_SIGN_U)))
        icon(canvas, place.inset(0, canvas.u(GAP)), sign, shade=STOP if stop else INK, ground=GROUND)
        return box.below(place.height)

    def hint(self, key: str, phrase: str, *, both: bool = True) -> Hint:
        """A key's hint, by its phrase, in one language or both."""
        return Hint(key, self.say(phrase), self.also(phrase) if both else "")

    def name(self, name: Name) -> str:
        """A name in the patient's language, in Persian where there is no other."""
        return name.in_language(self.language)

    def digits(self, value: object) -> str:
        """A number or text with the language's digits."""
        return localised(str(value), self.language)

    def day(self, iso: str) -> str:
        """«سه‌شنبه ۱۰ آذر» of an ISO date."""
        return day_words(date.fromisoformat(iso), self.language)

    def clock(self, words: str) -> str:
        """«۱۰:۱۵» of "10:15"."""
        return clock_words(words, self.language)

    def sentences(self, box: Box, text: str, *, size: float = LABEL * 1.1, centered: bool = False) -> Box:
        """The lines of a phrase, cut where they are too long for the box; gives what is left below."""
        canvas = self.canvas
        lines = self._lines(text, box.width, size)
        return canvas.lines(box, *lines, size=size, align="center" if centered else "start", spacing=1.45)

    def _lines(self, text: str, width: float, size: float) -> list[str]:
        return [line for part in text.split("|") for line in self.canvas.wrapped(part, width, size=size)]

    def left_to_right(self, words: str) -> str:
        """A phone number or code inside text of any direction: its groups stay in their order."""
        return left_to_right(words, self.language)

    def date_plate(self, box: Box, iso: str, clock: str | None) -> None:
        """A date and a time, each drawn by itself on a white plate."""
        canvas = self.canvas
        canvas.fill(box, PAPER, radius=RADIUS)
        inside = box.inset(canvas.u(MARGIN), canvas.u(1.5))
        day = self.day(iso)
        size = canvas.fitting_size(day, inside.width, *_DAY_SIZES, weight="Black")
        if clock is None:
            canvas.text(inside, day, size=size, weight="Black", align="center")
            return
        hour = self.say("kiosk.closed.at", time=self.clock(clock))
        width = canvas.width_of(hour, size=TITLE) + canvas.u(GAP)
        if canvas.size.portrait:
            upper, lower = inside.rows(1, 1)
            canvas.text(upper, day, size=size, weight="Black", align="center")
            canvas.text(lower, hour, size=TITLE, align="center")
            return
        place, aside = canvas.in_reading_order(inside, inside.width - width, width)
        canvas.text(place, day, size=canvas.fitting_size(day, place.width, *_DAY_SIZES, weight="Black"), weight="Black")
        canvas.text(aside, hour, size=TITLE, align="end")

    def clock_plate(self, box: Box, clock: str) -> None:
        """A time of day alone, as large as it goes."""
        canvas = self.canvas
        canvas.fill(box, PAPER, radius=RADIUS)
        canvas.digits(box.inset(box.width * 0.1, max(canvas.u(3.5), box.height * 0.2)), self.clock(clock))

    def place_plate(self, box: Box, word: str) -> None:
        """A place to go to, as on the sign over it."""
        self.canvas.place_chip(box, word, "")

    def ways_on(self, box: Box, *, step: Hint | None = None, note: str = "", place: str = "", tall: float) -> Box:
        """What the patient can do now, at the foot of `box`: the green key's card, the place to go to, or both. `tall` in u.
        Gives what is left above them."""
        if not (step or place):
            return box
        canvas = self.canvas
        both, portrait = bool(step and place), canvas.size.portrait
        tall = min(tall, 22) if both and portrait else tall
        foot = box.bottom_part(canvas.u(tall * 2 + GAP if both and portrait else tall))
        parts = [1.0, 1.0] if both else [1.0]
        gap = canvas.u(GAP)
        places = foot.rows(*parts, gap=gap) if portrait else canvas.in_reading_order(foot, *parts, gap=gap)
        if step:
            action_card(canvas, places[0], step, note)
        if place:
            self.place_plate(places[-1], place)
        return box.above(foot.height + canvas.u(GAP))
