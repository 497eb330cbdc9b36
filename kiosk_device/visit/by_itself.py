"""A ticket that the kiosk gives itself, while the store is away: answered, written to its disk, and only then seen. Pure.

The functions that visit.py's table names for these moments, in the form of moves.py's. The wish may have been asked of the
store before; whatever it still answers changes nothing, and the settle tells it what the paper says (PROTOCOL rules 1 to 5).
"""

from typing import Final

from msgspec.structs import replace as changed

from kiosk_device import alone
from kiosk_device.actions import Abandon, Action, PrintTicket, Result, WriteNumber
from kiosk_device.settling import GaveAlone, TicketOperation, noted
from kiosk_device.state import Asking, Kiosk, PrintingTicket, WritingNumber, WrongCodes
from kiosk_device.visit import asking
from mqtt.contract import CheckIn, Reason, Refusal, SettleOutcome, TakeWalkIn, TicketGiven
from program.frozen import replace
from rules.alone import Gives, Refuses

PACE_SECONDS: Final = 4.0
"""People who take a ticket each in turn need longer than this; a hand that plays with the keys is faster."""


def answer(kiosk: Kiosk, operation: TicketOperation, now: float, *, without_paper: bool) -> Result:
    """A wish while the store is away."""
    return _answered(kiosk, None, operation, now, without_paper=without_paper)


def instead(kiosk: Kiosk, mode: Asking, now: float) -> Result | None:
    """The store does not answer what it is asked: the kiosk does. None: it cannot."""
    if alone.day_now(kiosk, now) is None:
        return None
    return _answered(kiosk, mode, mode.operation, now, without_paper=mode.without_paper)


def written(kiosk: Kiosk, mode: WritingNumber, _what: object, now: float) -> Result:
    """The number is on the disk, so it may be printed, or shown where there is no paper (law 1)."""
    printing = PrintingTicket(mode.request, mode.ticket, mode.coded, alone=True)
    if mode.without_paper or kiosk.site is None:
        return asking.shown(kiosk, printing, SettleOutcome.SHOWN, now)
    return asking.to_mode(kiosk, printing, now, PrintTicket(mode.request, mode.ticket, kiosk.site, kiosk.language, alone=True))


def write_again(kiosk: Kiosk, mode: WritingNumber, _what: object, now: float) -> Result:
    """Nobody said whether it is written; twice is as good as once."""
    return asking.to_mode(kiosk, mode, now, WriteNumber(mode.line))


def not_written(kiosk: Kiosk, mode: WritingNumber, _what: object, now: float) -> Result:
    """A number that is not on the disk is nobody's, and never given again: reception helps."""
    kiosk, settle = asking.settled(kiosk, mode.request, SettleOutcome.NOT_PRINTED)
    return asking.refuse(kiosk, Refusal(reason=Reason.NOT_ALLOWED), now, settle)


def _answered(kiosk: Kiosk, mode: Asking | None, operation: TicketOperation, now: float, *, without_paper: bool) -> Result:
    given = alone.answer(kiosk, operation, now)
    coded = isinstance(given, Gives) and given.coded is not None
    kiosk, refusal = _against_play(kiosk, operation, given, now)
    if isinstance(given, Refuses) and refusal is None:
        refusal = alone.refusal(kiosk, given, now)
    if not isinstance(given, Gives) or refusal is not None:
        actions: tuple[Action, ...] = ()
        if mode is not None:
            kiosk, actions = asking.abandoned(kiosk, mode)
        return asking.refuse(kiosk, refusal or Refusal(reason=Reason.WAIT), now, *actions, about=operation)
    abandon: tuple[Action, ...] = (Abandon(mode.request),) if mode is not None else ()
    kiosk, request = kiosk.fresh_id() if mode is None else (kiosk, mode.request)
    ticket = alone.ticket(kiosk, given, operation, now)
    line = _line(request, ticket, operation)
    kiosk = replace(kiosk, papers=noted(kiosk.papers, line))
    writing = WritingNumber(line, ticket, coded, without_paper)
    return asking.to_mode(kiosk, writing, now, *abandon, WriteNumber(line))


def _line(request: str, ticket: TicketGiven, operation: TicketOperation) -> GaveAlone:
    """What the journal must know. The wish is one of the day whose number it got; "whoever is free first" is now a doctor, and
    a household's code, which only the store could look up, is forgotten."""
    asked = changed(operation, service_day=ticket.service_day)
    if isinstance(asked, TakeWalkIn):
        asked = changed(asked, doctor=ticket.doctor, code="")
    return GaveAlone(
        request=request,
        service_day=ticket.service_day,
        date=ticket.date,
        number=ticket.number,
        asked=asked,
        department=ticket.department,
        doctor=ticket.doctor,
        given_at_ms=ticket.issued_at_ms or None,
    )


def _against_play(kiosk: Kiosk, operation: TicketOperation, given: object, now: float) -> tuple[Kiosk, Refusal | None]:
    """One hand cannot empty the range: unknown codes count as wrong ones, and tickets without a booking have a pace."""
    if not isinstance(given, Gives) or given.again:
        return kiosk, None
    if isinstance(operation, CheckIn) and not given.provisional:
        return replace(kiosk, wrong_codes=WrongCodes()), None
    if given.provisional:
        kiosk = asking.wrong_code(kiosk, now)
        return kiosk, asking.locked_refusal(kiosk, now) if kiosk.wrong_codes.locked(now) else None
    most = kiosk.site.kiosk.walk_ins_in_a_row if kiosk.site is not None else 1
    last = kiosk.uncoded_at[-most:]
    if len(last) == most and now < last[0] + most * PACE_SECONDS:
        return kiosk, Refusal(reason=Reason.TOO_MANY_TICKETS)
    return replace(kiosk, uncoded_at=(*last, now)[-most:]), None
