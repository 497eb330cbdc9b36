"""The schedule for programs: JSON with both languages and ISO dates, CSV for a spreadsheet in one language."""

import csv
import io
import json
from typing import Any, Final

from booking_store.public_schedule import PublicDay, PublicSchedule, PublicSession
from command_line.dates import jalali
from rules.name import Name
from screen.lettering import weekday_word
from screen.phrases import load

CSV_COLUMNS: Final = ("date", "weekday", "department_code", "department", "doctor_code", "doctor", "starts", "ends", "free")
BOM: Final = "\ufeff"
"""Without it a spreadsheet takes Persian for Latin letters."""


def as_json(found: PublicSchedule) -> bytes:
    """UTF-8. `free` is null where nothing can be booked, `closed` where the site is open; `known` is false of days to come
    of which nothing can be promised."""
    document = {
        "schema": 1,
        "site": _name(found.name),
        "phone": found.phone,
        "as_of": found.as_of.isoformat(timespec="seconds"),
        "departments": [
            {
                "code": department.code,
                "name": _name(department.name),
                "doctors": [{"code": doctor.code, "name": _name(doctor.name)} for doctor in department.doctors],
            }
            for department in found.departments
        ],
        "days": [
            {
                "date": day.date.isoformat(),
                "jalali": jalali(day.date.isoformat()),
                "closed": day.closed,
                "known": day.known,
                "absent": list(day.absent),
                "sessions": [_session(session) for session in day.sessions],
            }
            for day in found.days
        ],
    }
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def as_csv(found: PublicSchedule, language: str) -> bytes:
    """One row a session, for Excel: UTF-8 with a byte order mark, dates Jalali, digits as spreadsheets count with them."""
    text = io.StringIO()
    writer = csv.writer(text)
    say = load(language)
    writer.writerow(say(f"schedule.column_{column}") for column in CSV_COLUMNS)
    for day in found.days:
        writer.writerows(_row(found, day, session, language) for session in day.sessions)
    return (BOM + text.getvalue()).encode()


def _row(found: PublicSchedule, day: PublicDay, session: PublicSession, language: str) -> tuple[object, ...]:
    doctor = None if session.doctor is None else found.doctor(session.doctor)
    return (
        jalali(day.date.isoformat()),
        weekday_word(day.date, language),
        session.department,
        name_in(found.department(session.department).name, language),
        "" if doctor is None else doctor.code,
        "" if doctor is None else name_in(doctor.name, language),
        session.starts,
        session.ends,
        "" if session.free is None else session.free,
    )


def name_in(name: Name, language: str) -> str:
    """A name in this language, in Persian where there is no other."""
    return name.fa if language == "fa" or not name.en else name.en


def _name(name: Name) -> dict[str, str]:
    return {"fa": name.fa, **({"en": name.en} if name.en else {})}


def _session(session: PublicSession) -> dict[str, Any]:
    return {
        "department": session.department,
        "doctor": session.doctor,
        "starts": session.starts,
        "ends": session.ends,
        "free": session.free,
    }
