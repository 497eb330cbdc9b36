"""People who call the small clinic, and the worker that sends their texts, for the store's tests."""

from pathlib import Path

from mqtt.contract import (
    Answer,
    Booked,
    Changed,
    ConfirmHold,
    HoldPlace,
    Offer,
    Refusal,
    TakeTexts,
    TextOutcome,
    TextResult,
    Texts,
    TextToSend,
)
from tests.store.clinic import SITE_FILE, Clinic, new_id

MOBILE = "09121234567"
TELEPHONE = """
[booking]
same_doctor_in_a_day = 2
open_for_one_mobile = 3

[voice_menu]
hold_seconds = 120

[[devices]]
id = "phone-1"
role = "phone"
"""
TEXTS = """
[texts]
quiet_from = "22:00"
quiet_until = "07:00"
reminder_at = "18:00"
again_a_day = 2

[texts.templates]
booked = "کد {code} {weekday} {date} {clinic}"
again = "باز هم {code}"
reminder = "فردا {code}"
cancelled = "لغو {date}"
"""


def with_telephone(clinic: Clinic, folder: Path, booking: str = "", *, templates: bool = True) -> Clinic:
    """The same clinic with a telephone and, with `templates`, texts; `booking` are further lines of that table."""
    file = folder / "telephone.toml"
    telephone = TELEPHONE.replace("[booking]\n", f"[booking]\n{booking}") + (TEXTS if templates else "")
    file.write_text(SITE_FILE.read_text(encoding="utf-8") + telephone, encoding="utf-8")
    answer = clinic.load_site(file)
    assert not isinstance(answer, Refusal), answer
    return clinic


def hold(clinic: Clinic, call: str, department: int = 12, **wish: object) -> Answer:
    return clinic.ask("phone-1", HoldPlace(call=call, department=department, **wish))  # type: ignore[arg-type]  # a test's shorthand


def offered(clinic: Clinic, call: str, department: int = 12, **wish: object) -> Offer:
    answer = hold(clinic, call, department, **wish)
    assert isinstance(answer, Offer), answer
    return answer


def confirm(clinic: Clinic, call: str, mobile: str | None = MOBILE) -> Answer:
    return clinic.ask("phone-1", ConfirmHold(call=call, mobile=mobile))


def books(clinic: Clinic, call: str, department: int = 12, mobile: str | None = MOBILE, **wish: object) -> Booked:
    """A whole call."""
    offered(clinic, call, department, mobile=mobile, **wish)
    answer = confirm(clinic, call, mobile)
    assert isinstance(answer, Booked), answer
    return answer


def takes(clinic: Clinic, most: int = 20, boot: str = "boot-1", request: str | None = None) -> Texts:
    """The worker asks what is to be sent and followed."""
    answer = clinic.reply("phone-1", TakeTexts(most=most), request or new_id(), boot).answer
    assert isinstance(answer, Texts), answer
    return answer


def tells(clinic: Clinic, text: TextToSend, outcome: TextOutcome, gateway: str = "kavenegar", **more: str) -> None:
    """The worker tells what became of an attempt."""
    told = TextResult(text=text.id, attempt=text.attempt, outcome=outcome, gateway=gateway, **more)
    answer = clinic.ask("phone-1", told)
    assert isinstance(answer, Changed), answer


def text_states(clinic: Clinic) -> list[str]:
    return [row.state for row in clinic.rows("SELECT state FROM texts ORDER BY id")]
