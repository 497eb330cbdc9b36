"""Which handler serves which operation, and which devices may ask for it: both as data."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from booking_store.desk import (
    absence,
    bookings,
    calling,
    day,
    generations,
    holds,
    late,
    portions,
    settle,
    site,
    staff,
    telephone,
    texts,
    tickets,
    witness,
)
from booking_store.desk.desk import Asked, Desk
from booking_store.desk.office import cases as office_cases
from booking_store.desk.office import inquiries as office_inquiries
from booking_store.desk.office import letters as office_letters
from mqtt import contract, office_contract
from mqtt.contract import Answer, Operation, Press, Reason, Refusal

Handler = Callable[[Desk, Asked, Any], Answer]

STORE: Final = "store"
"""The store itself: what it asks of itself, it may."""

KIOSKS: Final = frozenset({"kiosk", "operator"})
OPERATORS: Final = frozenset({"operator"})
CALLERS: Final = frozenset({"phone", "operator"})
PHONES: Final = frozenset({"phone"})
LETTER_TAKERS: Final = frozenset({"letter_page", "operator"})
PRESSERS: Final = frozenset({"counter", "room", "operator"})

HANDLERS: Final[Mapping[type, tuple[frozenset[str], Handler]]] = {
    contract.CheckIn: (KIOSKS, tickets.check_in),
    contract.TakeWalkIn: (KIOSKS, tickets.take_walk_in),
    contract.TakeHelpTicket: (KIOSKS, tickets.take_help_ticket),
    contract.AskPriority: (KIOSKS, tickets.ask_priority),
    contract.Settle: (KIOSKS, settle.settle),
    contract.TellSeen: (KIOSKS, generations.tell_seen),
    contract.DaySettled: (KIOSKS, generations.day_settled),
    contract.Press: (PRESSERS, calling.press),
    contract.MakeUrgent: (OPERATORS, staff.make_urgent),
    contract.ConfirmPriority: (OPERATORS, staff.confirm_priority),
    contract.ComeBack: (OPERATORS, staff.come_back),
    contract.Reopen: (OPERATORS, staff.reopen),
    contract.DropTicket: (OPERATORS, staff.drop_ticket),
    contract.SeeMobile: (OPERATORS, witness.see_mobile),
    contract.PrintAgain: (OPERATORS, witness.print_again),
    contract.NoteUnaware: (OPERATORS, witness.note_unaware),
    contract.NoteOrder: (OPERATORS, witness.note_order),
    contract.Book: (OPERATORS, bookings.book),
    contract.CancelBooking: (CALLERS, bookings.cancel_booking),
    contract.HoldPlace: (CALLERS, holds.hold_place),
    contract.ConfirmHold: (CALLERS, holds.confirm_hold),
    contract.ReleaseHold: (CALLERS, holds.release_hold),
    contract.ResumeCall: (CALLERS, holds.resume_call),
    contract.FindBookings: (CALLERS, bookings.find_bookings),
    contract.AskHours: (CALLERS, telephone.ask_hours),
    contract.EndCall: (PHONES, telephone.end_call),
    contract.TakeTexts: (PHONES, texts.take_texts),
    contract.TextResult: (PHONES, texts.text_result),
    contract.RetryText: (OPERATORS, texts.retry_text),
    contract.SendCodeAgain: (KIOSKS, texts.send_code_again),
    contract.LoadSite: (OPERATORS, site.load_site),
    contract.OpenDay: (OPERATORS, day.open_day),
    contract.StopReception: (OPERATORS, day.stop_reception),
    contract.ResumeReception: (OPERATORS, day.resume_reception),
    contract.EndDay: (OPERATORS, day.end_day),
    contract.RepairDay: (OPERATORS, day.repair_day),
    contract.GoOn: (OPERATORS, generations.go_on),
    contract.SetLate: (OPERATORS, late.set_late),
    contract.ReleaseWalkIns: (OPERATORS, portions.release_walk_ins),
    contract.AnnounceAbsence: (OPERATORS, absence.announce),
    contract.UndoAbsence: (OPERATORS, absence.undo),
    contract.DeclineSubstitute: (CALLERS, absence.decline_substitute),
    office_contract.FindHousehold: (OPERATORS, office_cases.find),
    office_contract.OpenCase: (OPERATORS, office_cases.open_case),
    office_contract.StepCase: (OPERATORS, office_cases.step_case),
    office_contract.MergeHouseholds: (OPERATORS, office_cases.merge),
    office_contract.SplitHousehold: (OPERATORS, office_cases.split_off),
    office_contract.UseLetter: (LETTER_TAKERS, office_letters.use),
    office_contract.SetPin: (OPERATORS, office_letters.set_pin),
    office_contract.MakeBatch: (OPERATORS, office_inquiries.make_batch),
    office_contract.TakeBatch: (OPERATORS, office_inquiries.take_batch),
    office_contract.HearBatch: (OPERATORS, office_inquiries.hear_batch),
    office_contract.LookAt: (OPERATORS, office_cases.look_at),
}

NEW_PLACES: Final = (contract.Book, contract.HoldPlace)
"""What promises a place in days to come. A place that is held may still be confirmed. (Numbers: desk/issue.py.)"""

ASKED_AGAIN_ANEW: Final[Mapping[type, Callable[[Desk, Asked, Any], Answer | None]]] = {
    contract.TakeTexts: texts.nothing_to_take,
    contract.FindBookings: bookings.find_bookings,
    contract.ResumeCall: holds.resume_call,
    contract.AskHours: telephone.ask_hours,
    contract.TellSeen: generations.welcome,
    contract.DaySettled: generations.settled_already,
}
"""Whose answers are not remembered: asked again, they do nothing twice (a text stays leased to the request that took it),
and mobiles, texts and codes are not to lie about for a week. With each stands who answers it without writing anything; None:
something is to be written."""


def answer(desk: Desk, asked: Asked, operation: Operation) -> Answer:
    """The answer of the operation's handler, or why this device may not ask for it.

    Raises whatever a fault of the program raises; the caller rolls back to its savepoint.
    """
    roles, handler = HANDLERS[type(operation)]
    if asked.device == STORE:
        return handler(desk, replace(asked, by_staff=True), operation)
    device = desk.site.device(asked.device)
    if device is None or device.role not in roles:
        return Refusal(reason=Reason.NOT_ALLOWED, detail=f"{asked.device} may not ask for this")
    if isinstance(operation, Press) and device.role != "operator" and operation.point not in device.points:
        return Refusal(reason=Reason.NOT_ALLOWED, detail=f"{asked.device} does not own {operation.point}")
    if isinstance(operation, generations.NUMBERS) and (waits := generations.wait(desk)) is not None:
        return waits
    if desk.disk_full and isinstance(operation, NEW_PLACES):
        return Refusal(reason=Reason.DISK_FULL)
    return handler(desk, replace(asked, by_staff=device.role == "operator"), operation)


def answer_by_reading(desk: Desk, asked: Asked, operation: Operation) -> Answer | None:
    """The answer, where it changes nothing and so needs no commit; None: ask `answer`, in a transaction."""
    read = ASKED_AGAIN_ANEW.get(type(operation))
    device = desk.site.device(asked.device)
    may_ask = device is not None and device.role in HANDLERS[type(operation)][0]
    return read(desk, asked, operation) if read is not None and may_ask else None
