"""A ticket's paper once more, or an office's slip, as staff order it: printed beside the visits, so only where nobody stands.
Pure.

The number stands already: nothing is asked of the store for the copy and nothing settled, and where it cannot be printed,
reception, who holds the ticket's holder before their eyes, sees it.
"""

from kiosk_device import actions
from kiosk_device.actions import Result
from kiosk_device.state import Idle, Kiosk
from kiosk_device.visit import asking
from mqtt.contract import PrintCopy, PrintOfficeSlip


def print_it(kiosk: Kiosk, order: PrintCopy | PrintOfficeSlip) -> Result:
    """Print what was ordered in the site's language, if nobody is at the kiosk and there is paper."""
    site = kiosk.site
    if not isinstance(kiosk.mode, Idle) or site is None or kiosk.printer not in asking.CAN_PRINT:
        return kiosk, ()
    kiosk, request = kiosk.fresh_id()
    if isinstance(order, PrintCopy):
        return kiosk, (actions.PrintCopy(request, order.ticket, site, kiosk.home_language),)
    return kiosk, (actions.PrintOfficeSlip(request, order.slip, site, kiosk.home_language),)
