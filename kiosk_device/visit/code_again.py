"""«کدم نیامده»: the mobile number is typed and the store sends its codes again, or says nothing of whether there are any. Pure.

The functions that visit.py's table names for these modes, in the form of moves.py's. What is said is the same for every
mobile number, so that nobody learns here who has a booking; the store limits how often a code is sent.
"""

from typing import Final

from kiosk_device.actions import AskForCode, Result
from kiosk_device.state import AskingForCode, ChoosingDepartment, CodeSentAgain, Kiosk, TypingCode, TypingMobile
from kiosk_device.visit.asking import go_home, refuse, to_mode
from mqtt.contract import Reason, Refusal, SendCodeAgain
from rules.mobile import normalise_mobile

MOBILE_LENGTH: Final = 11


def mobile_digit(kiosk: Kiosk, mode: TypingMobile, digit: str, now: float) -> Result:
    digits = mode.digits + digit
    if len(digits) < MOBILE_LENGTH:
        return to_mode(kiosk, TypingMobile(digits), now)
    if normalise_mobile(digits) is None:
        return to_mode(kiosk, TypingMobile(wrong=True), now)
    kiosk, request = kiosk.fresh_id()
    return to_mode(kiosk, AskingForCode(request), now, AskForCode(request, SendCodeAgain(mobile=digits)))


def mobile_erase(kiosk: Kiosk, mode: TypingMobile, _what: object, now: float) -> Result:
    if not mode.digits:
        return to_mode(kiosk, ChoosingDepartment(), now)
    return to_mode(kiosk, TypingMobile(mode.digits[:-1]), now)


def asked(kiosk: Kiosk, _mode: AskingForCode, _what: object, now: float) -> Result:
    return to_mode(kiosk, CodeSentAgain(), now)


def not_asked(kiosk: Kiosk, _mode: AskingForCode, _what: object, now: float) -> Result:
    """The store said no, or nothing: reception has the codes too."""
    return refuse(kiosk, Refusal(reason=Reason.NOT_ALLOWED), now)


def code_came(kiosk: Kiosk, _mode: CodeSentAgain, digit: str, now: float) -> Result:
    """The text was quicker than the patient's leaving: its first digit."""
    return go_home(kiosk, now) if kiosk.wrong_codes.locked(now) else to_mode(kiosk, TypingCode(digit), now)
