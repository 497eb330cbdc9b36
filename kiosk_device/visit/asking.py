"""A ticket from its request to its settle: the steps that several modes of a visit share (PROTOCOL rules 1 and 2).

Pure. A visit has at most one ticket request under way; each that was asked here, or answered in by_itself.py, ends in
exactly one `settled` here, or, after a power cut, in `kiosk.py` at its start.
"""

from typing import Final

from kiosk_device.actions import Abandon, Action, AskTicket, EndProgram, PrintTicket, Result, Say, SendSettle
from kiosk_device.settling import Asked, Paper, Printing, Settling, TicketOperation, noted, settle_operation
from kiosk_device.state import Asking, HasTicket, Idle, Kiosk, Mode, PrintingTicket, ReadingRefusal, WrongCodes
from mqtt.contract import CheckIn, PrinterStatus, Reason, Refusal, SettleOutcome, TicketGiven
from program.frozen import replace
from sounds.script import LANGUAGES
from sounds.utterance import Phrase, TicketNumber, Utterance

CAN_PRINT: Final = frozenset({PrinterStatus.OK, PrinterStatus.PAPER_LOW})
FORGET_WRONG_CODES_SECONDS: Final = 120.0


def to_mode(kiosk: Kiosk, mode: Mode, now: float, *actions: Action) -> Result:
    """Go to `mode`; its time begins now."""
    return replace(kiosk, mode=mode, since=now), actions


def go_home(kiosk: Kiosk, now: float, *actions: Action) -> Result:
    """The visit is over: the next patient finds the first screen in the site's language."""
    end: tuple[Action, ...] = (EndProgram(),) if kiosk.restart_asked else ()
    return replace(kiosk, mode=Idle(), since=now, language=kiosk.home_language, before_key=None), (*actions, *end)


def say(kiosk: Kiosk, *phrases: str, number: int | None = None) -> tuple[Kiosk, Say]:
    """Speak phrases of the script, after the ticket's number if one is given: in the patient's language, or, where no voice has
    it, in the first that the site's halls speak."""
    kiosk, utterance = kiosk.fresh_id()
    halls = kiosk.site.spoken_languages if kiosk.site is not None else ()
    language = kiosk.language if kiosk.language in LANGUAGES else (*halls, *LANGUAGES)[0]
    first = () if number is None else (TicketNumber(number, language),)
    sentences = (*first, *(Phrase(key, language) for key in phrases))
    return replace(kiosk, speaking=utterance), Say(Utterance(utterance, sentences, chime=False))


def refuse(kiosk: Kiosk, refusal: Refusal, now: float, *actions: Action, about: TicketOperation | None = None) -> Result:
    """Show why not, and the next step."""
    return to_mode(kiosk, ReadingRefusal(refusal, about), now, *actions)


def ask(kiosk: Kiosk, operation: TicketOperation, now: float, *, without_paper: bool) -> Result:
    """Ask the store for a ticket."""
    kiosk, request = kiosk.fresh_id()
    date = kiosk.day.date if kiosk.day is not None and kiosk.day.service_day == operation.service_day else ""
    kiosk = replace(kiosk, papers=noted(kiosk.papers, Asked(request, operation.service_day, date)))
    mode = Asking(request, operation, without_paper, asked_at=now)
    return to_mode(kiosk, mode, now, AskTicket(request, operation, kiosk.seen, date))


def settled(kiosk: Kiosk, request: str, outcome: SettleOutcome, number: int | None = None) -> tuple[Kiosk, SendSettle]:
    """The outcome of ticket request `request` is known; the store hears of it beside whatever the visit does next."""
    kiosk, settle = kiosk.fresh_id()
    line = Settling(request, settle, outcome, number)
    papers = noted(kiosk.papers, line)
    paper = papers.by_request.get(request, Paper(service_day=0))
    return replace(kiosk, papers=papers), SendSettle(line, settle, settle_operation(request, paper), kiosk.seen)


def given(kiosk: Kiosk, asking: Asking, ticket: TicketGiven, now: float) -> Result:
    """The store gave a number: it is durable there, so it may be printed, or shown where there is no paper (law 1)."""
    coded = isinstance(asking.operation, CheckIn)
    if coded:
        kiosk = replace(kiosk, wrong_codes=WrongCodes())
    if asking.without_paper or kiosk.site is None:
        return shown(kiosk, PrintingTicket(asking.request, ticket, coded), SettleOutcome.SHOWN, now)
    papers = noted(kiosk.papers, Printing(asking.request, ticket.number, kiosk.seen))
    printing = PrintTicket(asking.request, ticket, kiosk.site, kiosk.language, seen=kiosk.seen)
    return to_mode(replace(kiosk, papers=papers), PrintingTicket(asking.request, ticket, coded), now, printing)


def printed(kiosk: Kiosk, printing: PrintingTicket, now: float) -> Result:
    """The paper is out: number and place are spoken."""
    kiosk, settle = settled(kiosk, printing.request, SettleOutcome.PRINTED, printing.ticket.number)
    kiosk, speech = say(kiosk, "kiosk_take_ticket", "kiosk_wait_for_call", number=printing.ticket.number)
    has = HasTicket(printing.ticket, SettleOutcome.PRINTED, printing.coded, alone=printing.alone)
    return to_mode(kiosk, has, now, settle, speech)


def shown(kiosk: Kiosk, printing: PrintingTicket, outcome: SettleOutcome, now: float) -> Result:
    """No paper, or nobody knows (`outcome` unknown): the number is shown large and spoken, and it stands."""
    kiosk, settle = settled(kiosk, printing.request, outcome, printing.ticket.number)
    kiosk, speech = say(kiosk, "kiosk_no_paper", "kiosk_wait_for_call", number=printing.ticket.number)
    has = HasTicket(printing.ticket, outcome, printing.coded, alone=printing.alone)
    return to_mode(kiosk, has, now, settle, speech)


def abandoned(kiosk: Kiosk, asking: Asking) -> tuple[Kiosk, tuple[Action, ...]]:
    """Nobody waits for this answer any more: whatever number it has, it is on no paper."""
    kiosk, settle = settled(kiosk, asking.request, SettleOutcome.NOT_PRINTED)
    return kiosk, (Abandon(asking.request), settle)


def refused(kiosk: Kiosk, asking: Asking, refusal: Refusal, now: float) -> Result:
    """The store said no: the request ends unprinted, and the patient reads why."""
    kiosk, settle = settled(kiosk, asking.request, SettleOutcome.NOT_PRINTED)
    if refusal.reason is Reason.NO_SUCH_CODE:
        kiosk = wrong_code(kiosk, now)
        if kiosk.wrong_codes.locked(now):
            return refuse(kiosk, locked_refusal(kiosk, now), now, settle)
    return refuse(kiosk, refusal, now, settle, about=asking.operation)


def wrong_code(kiosk: Kiosk, now: float) -> Kiosk:
    """Count a wrong code; too many in a row lock code entry, never walk-ins."""
    card = kiosk.site.kiosk if kiosk.site else None
    codes = kiosk.wrong_codes
    count = codes.count + 1 if now - codes.last_at < FORGET_WRONG_CODES_SECONDS else 1
    if card is not None and count >= card.wrong_codes_before_lock:
        return replace(kiosk, wrong_codes=WrongCodes(0, now, now + card.lock_seconds))
    return replace(kiosk, wrong_codes=WrongCodes(count, now))


def locked_refusal(kiosk: Kiosk, now: float) -> Refusal:
    """Code entry is locked, for how long yet."""
    until = kiosk.wrong_codes.locked_until
    return Refusal(reason=Reason.CODE_LOCKED, retry_after_seconds=max(0.0, (until or now) - now))
