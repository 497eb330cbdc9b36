"""The telephones of the town: before the morning, patients call the voice menu, as through an exchange, and note their code."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from command_line.demo.clinic import Clinic
from command_line.demo.wrong import ScriptError
from rules.schedule import sessions_of, span
from rules.site import Site
from twins.asterisk import HANG_UP, Answers, Heard, Keys, dial

FIRST_MOBILE: Final = 9_120_000_000
FIRST_LANDLINE: Final = 8_632_230_000
BETWEEN_NUMBERS: Final = 7919


@dataclass(frozen=True, slots=True)
class Called:
    """What a caller noted."""

    code: str
    mobile: str


class Telephones:
    """One town; every caller has a mobile of their own."""

    def __init__(self, clinic: Clinic) -> None:
        self._clinic = clinic
        self._callers = 0
        self.booked: list[Called] = []

    def book(self, department: int, doctor: int | None, wanted: date, now: datetime) -> Called:
        """Call, choose, pass over the days before `wanted`, confirm, and hear the code. Every other one calls from a
        landline and types the mobile. Raises ScriptError when the call ends without a code."""
        mobile, landline = self._numbers()
        choices: list[Keys] = [*("2" for _ in range(_days_before(self._clinic.site, department, doctor, wanted, now))), "1"]
        heard = self._dial(
            mobile if self._callers % 2 else landline,
            {
                "main_menu": "1",
                "main_menu_with_operator": "1",
                "ask_department": f"{department:0{self._clinic.site.voice_menu.department_digits}}",
                "ask_doctor": f"{doctor or 0:0{self._clinic.site.voice_menu.doctor_digits}}",
                "offer_caller_number": "1",
                "ask_mobile": mobile,
                "offer_choice": choices,
                "change_choice": "1",
            },
        )
        called = Called(_code(heard), mobile)
        self.booked.append(called)
        return called

    def cancel(self, called: Called) -> None:
        """Call again, type the code and the mobile, and give the place back."""
        keys = {"ask_code": called.code, "ask_booking_mobile": called.mobile, "cancel_choice": "1"}
        _, landline = self._numbers()
        heard = self._dial(landline, {"main_menu": ["3", HANG_UP], "main_menu_with_operator": ["3", HANG_UP], **keys})
        if "cancelled" not in heard.prompts:
            raise ScriptError(f"a booking is cancelled by telephone; the caller heard {' '.join(heard.prompts)}")

    def _numbers(self) -> tuple[str, str]:
        """The next caller's mobile and landline."""
        self._callers += 1
        return f"0{FIRST_MOBILE + BETWEEN_NUMBERS * self._callers}", f"0{FIRST_LANDLINE + self._callers}"

    def _dial(self, caller: str, answers: Answers) -> Heard:
        return dial("127.0.0.1", self._clinic.telephone_port, key=self._clinic.telephone_key, caller=caller, answers=answers)


def _days_before(site: Site, department: int, doctor: int | None, wanted: date, now: datetime) -> int:
    """How many days the menu offers before `wanted`."""
    before = (date.fromordinal(day) for day in range(now.date().toordinal(), wanted.toordinal()))
    sessions = ([span(site, day, one.starts, one.ends) for one in sessions_of(site, day, department, doctor)] for day in before)
    return sum(any(ends > now for _, ends in spans) for spans in sessions)


def _code(heard: Heard) -> str:
    """The eight digits that were told first after «your code»."""
    if "your_code" not in heard.prompts:
        raise ScriptError(f"a caller hears a code, not {' '.join(heard.prompts)}")
    told = heard.prompts[heard.prompts.index("your_code") + 1 :]
    return "".join(prompt.removeprefix("digit/")[0] for prompt in told if prompt.startswith("digit/"))[:8]
