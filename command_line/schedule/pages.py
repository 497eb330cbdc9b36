"""The schedule as a page for any web server, and as an A3 banner for the entrance: one look, one file each.

The page carries its letters inside (only those that it shows), so that no request leaves it and it reads the same on every
telephone. The templates beside this file say how both look, in the colours of screen/style.py.
"""

import base64
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from fontTools import subset
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from weasyprint import HTML

from booking_store.public_schedule import PublicDay, PublicSchedule, PublicSession
from command_line.schedule.files import name_in
from rules.name import Name
from screen.lettering import FONTS, clock_words, day_words, localised
from screen.phrases import load
from screen.style import EDGE, GROUND, INK, PAPER, SLATE

WEIGHTS: Final = {"Bold": 700, "Black": 900}
BANNER_SIZES: Final = (1.4, 1.3, 1.2, 1.1, 1.0, 0.9, 0.8, 0.7, 0.6, 0.5)
"""How large the banner's list is set: the first that leaves it on one sheet."""
TWO_COLUMNS: Final = 14
"""Departments; a longer list has three."""
PHONE_MM: Final = 44
PHONE_ROW_MM: Final = 440
"""The phone number on the banner: its letters' size, and that times their number, which fills the row."""
_COLOURS: Final = {"ink": INK, "paper": PAPER, "ground": GROUND, "slate": SLATE, "edge": EDGE}
_STEPS: Final = ("schedule.step_1", "schedule.step_2", "schedule.step_3", "schedule.step_4")


def page(found: PublicSchedule, language: str) -> bytes:
    """The page, whole in one HTML file, UTF-8."""
    facts = _facts(found, language)
    words = _filled("page.html", fonts=(), **facts)
    fonts = [(weight, _letters_of(name, words)) for name, weight in WEIGHTS.items()]
    return _filled("page.html", fonts=fonts, **facts).encode()


def banner(found: PublicSchedule, language: str) -> bytes:
    """The banner, a PDF of one A3 sheet; of more where a list that can be read does not fit on it."""
    fonts = [(weight, (FONTS / f"Vazirmatn-{name}.ttf").as_uri()) for name, weight in WEIGHTS.items()]
    facts = _facts(found, language)
    for size in BANNER_SIZES:
        sheet = HTML(string=_filled("banner.html", fonts=fonts, size=size, **facts)).render()
        if len(sheet.pages) == 1:
            break
    return bytes(sheet.write_pdf() or b"")


def _facts(found: PublicSchedule, language: str) -> dict[str, Any]:
    """What the templates are filled with: words and numbers in the language's own digits."""
    say = load(language)
    as_of = say(
        "schedule.as_of",
        day=day_words(found.as_of.date(), language, year=True),
        time=clock_words(f"{found.as_of:%H:%M}", language),
    )
    return {
        "language": language,
        "direction": "rtl" if language == "fa" else "ltr",
        "colours": {name: "#" + "".join(f"{part:02x}" for part in colour) for name, colour in _COLOURS.items()},
        "say": lambda key: localised(say(key), language),
        "name": _name(found.name, language),
        "phone": found.phone and localised(found.phone, language),
        "phone_to_call": found.phone and found.phone.replace("-", ""),
        "phone_mm": round(min(PHONE_MM, PHONE_ROW_MM / len(found.phone or " ")), 1),
        "steps": [localised(say(step, any_doctor="0" * found.doctor_digits), language) for step in _STEPS],
        "doctor_code": _code(1, found.doctor_digits, language),
        "digits": lambda value: localised(str(value), language),
        "as_of": as_of,
        "across": 2 if len(found.departments) <= TWO_COLUMNS else 3,
        "departments": [
            {
                "code": _code(department.code, found.department_digits, language),
                "name": _name(department.name, language),
                "doctors": [
                    {"code": _code(doctor.code, found.doctor_digits, language), "name": _name(doctor.name, language)}
                    for doctor in department.doctors
                ],
            }
            for department in found.departments
        ],
        "days": [_day(found, day, language) for day in found.days],
    }


def _day(found: PublicSchedule, day: PublicDay, language: str) -> Mapping[str, Any]:
    say = load(language)
    absent = say("schedule.and").join(_name(found.doctor(code).name, language) for code in day.absent)
    return {
        "words": day_words(day.date, language),
        "iso": day.date.isoformat(),
        "closed": day.closed is not None,
        "known": day.known,
        "why": localised(day.closed or "", language),
        "absent": absent,
        "sessions": [_session(found, session, language) for session in day.sessions],
    }


def _session(found: PublicSchedule, session: PublicSession, language: str) -> Mapping[str, Any]:
    say = load(language)
    starts, ends = (clock_words(clock, language) for clock in (session.starts, session.ends))
    doctor = None if session.doctor is None else found.doctor(session.doctor)
    if session.free is None:
        free = say("schedule.over")
    else:
        free = say("schedule.free", count=localised(str(session.free), language)) if session.free else say("schedule.full")
    return {
        "department": _name(found.department(session.department).name, language),
        "department_code": _code(session.department, found.department_digits, language),
        "doctor": None if doctor is None else _name(doctor.name, language),
        "doctor_code": None if doctor is None else _code(doctor.code, found.doctor_digits, language),
        "hours": say("schedule.hours", starts=starts, ends=ends),
        "free": free,
        "state": "over" if session.free is None else "free" if session.free else "full",
    }


def _code(code: int, digits: int, language: str) -> str:
    """A code with as many digits as the telephone asks for: with fewer it waits for the rest."""
    return localised(f"{code:0{digits}}", language)


def _name(name: Name, language: str) -> str:
    return localised(name_in(name, language), language)


def _filled(template: str, **facts: Any) -> str:
    folder = FileSystemLoader(Path(__file__).parent / "templates")
    environment = Environment(loader=folder, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.get_template(template).render(**facts)


def _letters_of(name: str, words: str) -> Markup:
    """The font with only the letters of `words`, as a data URL."""
    options = subset.Options(flavor="woff2", layout_features=["*"], notdef_outline=True)
    font = subset.load_font(str(FONTS / f"Vazirmatn-{name}.ttf"), options)
    chosen = subset.Subsetter(options)
    chosen.populate(text=words)
    chosen.subset(font)
    file = io.BytesIO()
    subset.save_font(font, file, options)
    return Markup("data:font/woff2;base64,") + base64.b64encode(file.getvalue()).decode()
