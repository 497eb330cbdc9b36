"""Which handler serves which operation, and which devices may ask for it: both as data."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from booking_store.desk import bookings, calling, day, settle, site, staff, tickets
from booking_store.desk.desk import Asked, Desk
from mqtt import contract
from mqtt.contract import Answer, Operation, Press, Reason, Refusal

Handler = Callable[[Desk, Asked, Any], Answer]

STORE: Final = "store"
"""The store itself: what it asks of itself, it may."""

KIOSKS: Final = frozenset({"kiosk", "operator"})
OPERATORS: Final = frozenset({"operator"})
PRESSERS: Final = frozenset({"counter", "room", "operator"})

HANDLERS: Final[Mapping[type, tuple[frozenset[str], Handler]]] = {
    contract.CheckIn: (KIOSKS, tickets.check_in),
    contract.TakeWalkIn: (KIOSKS, tickets.take_walk_in),
    contract.TakeHelpTicket: (KIOSKS, tickets.take_help_ticket),
    contract.AskPriority: (KIOSKS, tickets.ask_priority),
    contract.Settle: (KIOSKS, settle.settle),
    contract.Press: (PRESSERS, calling.press),
    contract.MakeUrgent: (OPERATORS, staff.make_urgent),
    contract.ConfirmPriority: (OPERATORS, staff.confirm_priority),
    contract.ComeBack: (OPERATORS, staff.come_back),
    contract.Reopen: (OPERATORS, staff.reopen),
    contract.DropTicket: (OPERATORS, staff.drop_ticket),
    contract.Book: (OPERATORS, bookings.book),
    contract.CancelBooking: (OPERATORS, bookings.cancel_booking),
    contract.LoadSite: (OPERATORS, site.load_site),
    contract.OpenDay: (OPERATORS, day.open_day),
    contract.StopReception: (OPERATORS, day.stop_reception),
    contract.ResumeReception: (OPERATORS, day.resume_reception),
    contract.EndDay: (OPERATORS, day.end_day),
    contract.RepairDay: (OPERATORS, day.repair_day),
    contract.SetLate: (OPERATORS, day.set_late),
}


def answer(desk: Desk, asked: Asked, operation: Operation) -> Answer:
    """The answer of the operation's handler, or why this device may not ask for it.

    Raises whatever a fault of the program raises; the caller rolls back to its savepoint.
    """
    roles, handler = HANDLERS[type(operation)]
    if asked.device == STORE:
        return handler(desk, asked, operation)
    device = desk.site.device(asked.device)
    if device is None or device.role not in roles:
        return Refusal(reason=Reason.NOT_ALLOWED, detail=f"{asked.device} may not ask for this")
    if isinstance(operation, Press) and device.role != "operator" and operation.point not in device.points:
        return Refusal(reason=Reason.NOT_ALLOWED, detail=f"{asked.device} does not own {operation.point}")
    return handler(desk, asked, operation)
