"""What the staff do that changes no ticket and is written down all the same: a look at a mobile, what somebody did
not know, a paper again, an order."""

from booking_store.desk.desk import Asked, Desk
from booking_store.desk.issue import paper
from mqtt.contract import Answer, Changed, NoteOrder, NoteUnaware, PrintAgain, Reason, Refusal, SeeMobile
from rules.journey import State


def see_mobile(desk: Desk, asked: Asked, operation: SeeMobile) -> Answer:
    """Somebody looks at the whole mobile of a ticket's booking. It is read in the ledger, so that no answer holds it."""
    return _noted_of_ticket(desk, asked, "mobile_seen", operation.number)


def note_unaware(desk: Desk, asked: Asked, operation: NoteUnaware) -> Answer:
    """Somebody came without knowing of the telephone. Statistics count each ticket once, however often it is said."""
    return _noted_of_ticket(desk, asked, "came_unaware", operation.number)


def _noted_of_ticket(desk: Desk, asked: Asked, what: str, number: int) -> Answer:
    day = desk.open_day()
    if day is None:
        return Refusal(reason=Reason.CLOSED, number=number)
    if desk.ticket(day.id, number) is None:
        return Refusal(reason=Reason.UNKNOWN_NUMBER, number=number)
    desk.note(asked, what, service_day=day.id, number=number)
    return Changed(number=number)


def print_again(desk: Desk, asked: Asked, operation: PrintAgain) -> Answer:
    """What the paper of a ticket says now. It is the number that stands already: nothing is promised and nothing settled."""
    day = desk.open_day()
    if day is None:
        return Refusal(reason=Reason.CLOSED, number=operation.number)
    ticket = desk.ticket(day.id, operation.number)
    kiosk = desk.site.device(operation.kiosk)
    if ticket is None or ticket.state == State.VOID or kiosk is None or kiosk.role != "kiosk":
        return Refusal(reason=Reason.UNKNOWN_NUMBER, number=operation.number)
    desk.note(asked, "printed_again", service_day=day.id, number=ticket.number, details={"device": kiosk.id})
    return paper(desk, day, ticket, desk.stop(ticket.id), again=True)


def note_order(desk: Desk, asked: Asked, operation: NoteOrder) -> Answer:
    """Somebody orders a device something. The order is sent by who asks: the store only remembers who it was."""
    if desk.site.device(operation.device) is None:
        return Refusal(reason=Reason.NOT_POSSIBLE_NOW, detail=f"the site has no device {operation.device}")
    desk.note(asked, "device_ordered", why=operation.order, details={"device": operation.device})
    return Changed()
