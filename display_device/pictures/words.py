"""Names, places and days in the screen's language, for both pictures. Pure."""

from datetime import date

from mqtt.contract import Name
from screen.lettering import clock_words, day_words, localised
from screen.phrases import Phrases


def name_in(name: Name, phrases: Phrases) -> str:
    """A name in the screen's language, or in Persian where the site has no other."""
    return name.in_language(phrases.language)


def place_in(kind: str, label: int, phrases: Phrases) -> str:
    """«باجهٔ ۴»."""
    return localised(f"{phrases(f'counter.place.{kind}_numbered')} {label}", phrases.language)


def hour_in(clock: str, phrases: Phrases) -> str:
    """«۹:۳۰» of "09:30"."""
    return clock_words(clock, phrases.language)


def day_in(iso: str, phrases: Phrases) -> str:
    """«یکشنبه ۱ آذر»."""
    return day_words(date.fromisoformat(iso), phrases.language)
