"""Mistakes of a site file in the language of whoever looks, as far as a form can lead to them; the others stay as the store
says them, in English. Pure.
"""

import re
from dataclasses import replace
from typing import Final

from screen.lettering import localised
from screen.phrases import Phrases
from staff_console.site_document import Problem

SENTENCES: Final[tuple[tuple[str, re.Pattern[str]], ...]] = tuple(
    (key, re.compile(pattern))
    for key, pattern in (
        ("missing", r"expected a (text|name|list of texts),.*; found (nothing|''|\[\])"),
        ("number", r"expected a whole number from (?P<low>\d+) to (?P<high>\d+),.*"),
        ("range", r"expected two numbers \[first, last\].*"),
        ("clock", r"expected a time of day,.*"),
        ("word", r"unknown (word|stage|zone|department|doctor|weekday) .*"),
        ("arabic", r"(?P<words>.*) has an Arabic ي or ك: .*"),
        ("taken", r"(?P<code>\S+) is taken by .*"),
        ("sign", r"there is a (counter|room) (?P<label>\d+) already: (?P<id>.*)"),
        ("meets", r"\[.*\] meets \S+ \[(?P<first>\d+), (?P<last>\d+)\]; .*"),
        ("small", r"holds (?P<size>\d+) numbers, but a day of this department may need (?P<needed>\d+)"),
        ("unserved", r'no \[\[points\]\] entry serves stage "(?P<stage>.*)" of department (?P<department>\d+).*'),
        ("fact", r"unknown fact (?P<fact>{[^{}]*}).*"),
        ("no_code", r"expected (?P<code>{code}) in it: .*"),
        ("never_quiet", r".* is quiet_from too: .*"),
        ("no_reminder", r"expected texts\.templates\.reminder: .*"),
        ("quiet_reminder", r"(?P<time>\d\d:\d\d) is a quiet hour: .*"),
        ("no_times", r'"time" needs booking\.give_times = true; .*'),
        ("twice", r"names a stage twice"),
        ("own_timetable", r"a department with doctors has no timetable of its own: .*"),
        ("nobody", r"expected doctors with department = \d+, or .*"),
        ("digits", r"(?P<code>\d+) has more digits than callers are asked for: (?P<digits>\d+) .*"),
        ("called", r"(?P<point>\S+) has number (?P<number>\d+) now; .*"),
        ("sent", r"number (?P<number>\d+) was sent to (?P<point>\S+); .*"),
        ("left", r"number (?P<number>\d+) is at stage (?P<stage>\S+), which no point would serve; .*"),
        ("not_allowed", r"not_allowed: .*"),
        ("internal_error", r"internal_error(: .*)?"),
    )
)
"""The sentences of booking_store/site_file/ and of the store's desk/site.py, and its other refusals, each with its phrase."""


def in_words(problem: Problem, say: Phrases) -> Problem:
    """The mistake in the reader's language, where it has words there."""
    for key, pattern in SENTENCES:
        found = pattern.fullmatch(problem.words)
        if found is not None:
            values = {name: localised(value, say.language) for name, value in found.groupdict().items()}
            return replace(problem, words=say(f"staff.site.problem.{key}", **values))
    return problem
