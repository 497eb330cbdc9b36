"""The slip of a moved visit: printed, or its date to be noted from the screen. Pure.

The functions that visit.py's table names for these modes, in the form of moves.py's. A slip is no ticket: nothing is asked
of the store for it and nothing settled, and whatever the printer does, the visit stands on its new date.
"""

from kiosk_device.actions import PrintSlip, Result
from kiosk_device.state import HasSlip, Kiosk, NewDate, PrintingSlip
from kiosk_device.visit import asking
from mqtt.contract import Refusal, SettleOutcome


def print_it(kiosk: Kiosk, refusal: Refusal, now: float) -> Result:
    """Print the new date that the store told with `refusal`, or show it where nothing can be printed."""
    new = NewDate(refusal.date or "", refusal.time, refusal.department, refusal.doctor)
    site = kiosk.site
    if site is None or kiosk.printer not in asking.CAN_PRINT:
        return _shown(kiosk, new, SettleOutcome.SHOWN, now)
    kiosk, request = kiosk.fresh_id()
    printing = PrintSlip(request, new, site, kiosk.language)
    return asking.to_mode(kiosk, PrintingSlip(request, new), now, printing)


def printed(kiosk: Kiosk, mode: PrintingSlip, _what: object, now: float) -> Result:
    kiosk, speech = asking.say(kiosk, "kiosk_take_slip")
    return asking.to_mode(kiosk, HasSlip(mode.new, SettleOutcome.PRINTED), now, speech)


def shown(kiosk: Kiosk, mode: PrintingSlip, _what: object, now: float) -> Result:
    return _shown(kiosk, mode.new, SettleOutcome.SHOWN, now)


def perhaps(kiosk: Kiosk, mode: PrintingSlip, _what: object, now: float) -> Result:
    return _shown(kiosk, mode.new, SettleOutcome.UNKNOWN, now)


def _shown(kiosk: Kiosk, new: NewDate, outcome: SettleOutcome, now: float) -> Result:
    return asking.to_mode(kiosk, HasSlip(new, outcome), now)
