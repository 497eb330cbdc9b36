"""What the telephone says, as the names of the prompts that say it one after the other. Pure: nothing is played here.

A prompt is a file on the exchange, named by its path below the exchange's sounds folder without ending:
"nobat/digit/3". An exchange plays one file at a time, so whatever has parts is a tuple of names, and what is asked for in
one breath (a question, also one that follows a mistake) is one prompt. Doctors and departments are said by their codes: a
new one needs no new prompt. The words of every prompt stand in `telephone_script.py`.
"""

import datetime
from typing import Final

import jdatetime

from sounds.script import LAST
from sounds.telephone_script import FOLDER, PAUSE, note_name, telephone_script
from sounds.utterance import number_clips

CODE_GROUPS: Final = (4, 4)
MOBILE_GROUPS: Final = (4, 3, 4)
_WEEKDAYS: Final = ("saturday", "sunday", "monday", "tuesday", "wednesday", "thursday", "friday")
_PARTS_OF_DAY: Final = ((4, "night"), (11, "morning"), (12, "noon"), (18, "afternoon"), (23, "night"))
"""Up to and with which hour it is called so: nobody says «ساعتِ شانزده» to a neighbour."""

Prompts = tuple[str, ...]


def phrase(key: str) -> Prompts:
    """A sentence of its own: "ask_mobile"; sounds/fa/telephone.toml has all. Raises ValueError for one that it has not."""
    name = f"{FOLDER}/{key}"
    if name not in telephone_script("fa"):
        raise ValueError(f"no phrase {key!r} in sounds/fa/telephone.toml")
    return (name,)


def note(department: int) -> Prompts:
    """What to bring to a department whose card has a note; made with the site's file (`nobat prompts build --site`)."""
    return (note_name(department),)


def say_number(number: int, language: str = "fa") -> Prompts:
    """A number from 0 to 9999, with «و» between its parts. Raises ValueError for any other."""
    if number == 0:
        return (f"{FOLDER}/number/0{LAST}",)
    *before, end = (f"{FOLDER}/number/{clip}" for clip in number_clips(number, language, last=True))
    return (*before, end if end in telephone_script(language) else end.removesuffix(LAST))


def say_code(code: str, *, slowly: bool = False) -> Prompts:
    """A tracking code digit by digit, in two groups of four; `slowly`, with a breath after each digit."""
    return _digits(code, (1,) * len(code) if slowly else CODE_GROUPS)


def say_mobile(mobile: str, *, slowly: bool = False) -> Prompts:
    """A mobile number digit by digit, grouped as people write it: 0912 123 4567."""
    return _digits(mobile, (1,) * len(mobile) if slowly else MOBILE_GROUPS)


def say_date(iso_date: str) -> Prompts:
    """An ISO date in the Jalali calendar: «سه‌شنبه، سومِ آذر». Raises ValueError for no date."""
    day = jdatetime.date.fromgregorian(date=datetime.date.fromisoformat(iso_date))
    return (
        f"{FOLDER}/weekday/{_WEEKDAYS[day.weekday()]}",
        f"{FOLDER}/day/{day.day}",
        f"{FOLDER}/month/{day.month}",
    )


def say_time(time_of_day: str, language: str = "fa") -> Prompts:
    """A time of day ("16:30") as a clock is read: «ساعتِ چهار و نیمِ بعدازظهر». Raises ValueError for no time."""
    return (f"{FOLDER}/clock/at", *_clock(time_of_day, language))


def say_hours(starts: str, ends: str, language: str = "fa") -> Prompts:
    """From when to when: «از ساعتِ هشتِ صبح تا ساعتِ دوازده و نیمِ ظهر». Raises ValueError for no time."""
    return (f"{FOLDER}/clock/from", *_clock(starts, language), f"{FOLDER}/clock/until", *_clock(ends, language))


def _clock(time_of_day: str, language: str) -> Prompts:
    moment = datetime.time.fromisoformat(time_of_day)
    hour = f"{FOLDER}/hour/{moment.hour % 12 or 12}"
    part_of_day = f"{FOLDER}/clock/" + next(part for until, part in _PARTS_OF_DAY if moment.hour <= until)
    match moment.minute:
        case 0:
            return (hour, part_of_day)
        case 15:
            minutes: Prompts = (f"{FOLDER}/clock/quarter",)
        case 30:
            minutes = (f"{FOLDER}/clock/half",)
        case minute:
            clips = number_clips(minute, language)
            minutes = (*(f"{FOLDER}/number/{clip}" for clip in clips), f"{FOLDER}/clock/minutes")
    return (f"{hour}_linked", *minutes, part_of_day)


def _digits(digits: str, groups: tuple[int, ...]) -> Prompts:
    """Digit by digit, a breath between groups; what is longer than the groups goes on after the last."""
    spoken: list[str] = []
    breaths = {sum(groups[: n + 1]) for n in range(len(groups) - 1)}
    for n, digit in enumerate(digits):
        if n in breaths:
            spoken.append(PAUSE)
        spoken.append(f"{FOLDER}/digit/{digit}" + (LAST if n + 1 == len(digits) else ""))
    return tuple(spoken)
