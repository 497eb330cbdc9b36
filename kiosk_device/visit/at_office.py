"""At an insurance office: the language by its key, the matter, and the household's code, which is asked back and never refused.

The functions that visit.py's table names for these modes, in the form of moves.py's. The code goes to the store with the wish
for a ticket and stands nowhere else: a kiosk alone asks for none, for nobody could look it up.
"""

from typing import Final

from kiosk_device.actions import Result
from kiosk_device.state import CheckingHousehold, ChoosingMatter, Errand, Idle, Kiosk, TypingHousehold
from kiosk_device.visit import choices, moves
from kiosk_device.visit.asking import to_mode
from mqtt.contract import Reason, Refusal
from program.frozen import replace

CODE_DIGITS_MOST: Final = 16
"""Longer than any code that is known; a longer one is one that never ends."""


def idle_digit(kiosk: Kiosk, mode: Idle, digit: str, now: float) -> Result:
    """A clinic's first digit is a code's; an office's is the key beside a language, and begins in it."""
    if not kiosk.at_office:
        return moves.idle_digit(kiosk, mode, digit, now)
    languages = choices.languages(kiosk)
    if kiosk.lost(now) or not moves.accepting(kiosk.today) or not 1 <= int(digit) <= len(languages):
        return kiosk, ()
    return to_mode(replace(kiosk, language=languages[int(digit) - 1]), ChoosingMatter(), now)


def matter_digit(kiosk: Kiosk, mode: ChoosingMatter, digit: str, now: float) -> Result:
    offered = choices.matters(kiosk)
    if digit == choices.MORE_KEY:
        return to_mode(kiosk, ChoosingMatter(choices.next_page(offered, mode.page)), now)
    choice = choices.pressed(offered, mode.page, digit)
    card = choices.matter_card(kiosk, choice)
    if choice is None or card is None:
        return kiosk, ()
    errand = Errand(card.id, card.department, may_go_without=card.without_code)
    if not choice.open:
        reason = Reason.NO_SESSION if choice.closed else Reason.SHARE_USED_UP
        shown = Refusal(reason=reason, department=card.department, more_later=choice.more_later)
        return moves.without_turn(kiosk, shown, now, errand)
    if kiosk.alone is not None:
        return _go_on(kiosk, errand, now)
    return to_mode(kiosk, TypingHousehold(errand), now)


def code_digit(kiosk: Kiosk, mode: TypingHousehold, digit: str, now: float) -> Result:
    code = (mode.errand.code + digit)[:CODE_DIGITS_MOST]
    return to_mode(kiosk, TypingHousehold(replace(mode.errand, code=code)), now)


def code_erase(kiosk: Kiosk, mode: TypingHousehold, _what: object, now: float) -> Result:
    if not mode.errand.code:
        return to_mode(kiosk, ChoosingMatter(), now)
    return to_mode(kiosk, TypingHousehold(replace(mode.errand, code=mode.errand.code[:-1])), now)


def code_green(kiosk: Kiosk, mode: TypingHousehold, _what: object, now: float) -> Result:
    """The code is typed; or there is none, and the site lets whoever has none go on."""
    if mode.errand.code:
        return to_mode(kiosk, CheckingHousehold(mode.errand), now)
    if mode.errand.may_go_without:
        return _go_on(kiosk, mode.errand, now)
    return to_mode(kiosk, replace(mode, needed=True), now)


def code_right(kiosk: Kiosk, mode: CheckingHousehold, _what: object, now: float) -> Result:
    return _go_on(kiosk, mode.errand, now)


def code_wrong(kiosk: Kiosk, mode: CheckingHousehold, _what: object, now: float) -> Result:
    """Back to the digits: the last ones are erased, and typed again."""
    return to_mode(kiosk, TypingHousehold(mode.errand), now)


def _go_on(kiosk: Kiosk, errand: Errand, now: float) -> Result:
    return moves.priority_or_ask(kiosk, errand.department, None, now, errand)
