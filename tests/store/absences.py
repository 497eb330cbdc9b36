"""The small clinic with texts, and what its patients are told, for the tests of absences."""

from pathlib import Path
from typing import Any

from mqtt.contract import (
    AbsencePlan,
    AnnounceAbsence,
    Answer,
    Book,
    Booked,
    CheckIn,
    Refusal,
    Remedy,
    TakeTexts,
    Texts,
    TicketGiven,
)
from tests.store.clinic import SITE_FILE, SUNDAY, Clinic

AHMADI, MORADI, AKBARI = 1, 3, 4  # Ahmadi alone in 11; Moradi 8 to 10 and Akbari 10 to 12 in 12
TEMPLATES = """
[texts.templates]
booked = "کد {code} {date}"
late = "تأخیر تا {until}"
cancelled = "لغو: {code} {date} {time}"
moved = "{old_date} به {date}: {code}"
substitute = "جانشین: {code} {date}"
closed = "بسته: {code} {date}"

[[devices]]
id = "phone-1"
role = "phone"
"""


def with_texts(clinic: Clinic, folder: Path, *, like: Path = SITE_FILE, templates: str = TEMPLATES) -> Clinic:
    """The same clinic, which also texts."""
    file = folder / "with_texts.toml"
    file.write_text(like.read_text(encoding="utf-8") + templates, encoding="utf-8")
    answer = clinic.load_site(file)
    assert not isinstance(answer, Refusal), answer
    return clinic


def booked(clinic: Clinic, doctor: int = AHMADI, mobile: str | None = "09121234567", date: str = SUNDAY.isoformat()) -> str:
    """Somebody books; their code."""
    department = 11 if doctor == AHMADI else 12
    answer = clinic.ask("operator", Book(department=department, doctor=doctor, mobile=mobile, date=date))
    assert isinstance(answer, Booked), answer
    return answer.code


def absent(doctor: int | None = AHMADI, *, preview: bool = False, **more: Any) -> AnnounceAbsence:
    """The announcement, agreed with the doctor."""
    told = {"date": SUNDAY.isoformat(), "agreed_with": "the doctor", "remedy": Remedy.CANCEL} | more
    return AnnounceAbsence(doctor=doctor, preview=preview, **told)


def announced(clinic: Clinic, doctor: int | None = AHMADI, **more: Any) -> AbsencePlan:
    """Announce it; what was done."""
    answer = clinic.ask("operator", absent(doctor, **more))
    assert isinstance(answer, AbsencePlan), answer
    return answer


def refused(answer: Answer) -> Refusal:
    assert isinstance(answer, Refusal), answer
    return answer


def typed(clinic: Clinic, code: str) -> TicketGiven | Refusal:
    """The code is typed at the kiosk."""
    answer = clinic.ask("kiosk-1", CheckIn(code=code, service_day=clinic.day))
    assert isinstance(answer, TicketGiven | Refusal), answer
    return answer


def taken_texts(clinic: Clinic) -> list[str]:
    """The bodies of the texts that a worker takes now."""
    answer = clinic.ask("phone-1", TakeTexts(most=50))
    assert isinstance(answer, Texts), answer
    return [one.body for one in answer.to_send]


def texts(clinic: Clinic, prefix: str = "absence:") -> list[str]:
    """The bodies of the texts that stand in the outbox."""
    sql = "SELECT body FROM texts WHERE dedupe_key LIKE :like AND state <> 'withdrawn' ORDER BY id"
    return [row.body for row in clinic.rows(sql, like=f"{prefix}%")]
