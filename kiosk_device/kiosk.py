"""The kiosk's decision: every event there is, to the visit's table or to what goes on beside it. Pure.

Beside the visit: the feed and the retained facts, whether the kiosk is alone, settles until they are answered, held and
stuck keys, technicians' orders. A visit never waits for any of them.
"""

from typing import TYPE_CHECKING, Final

from kiosk_device import alone, settling, telling
from kiosk_device.actions import (
    Action,
    AskAgain,
    AskSettle,
    AskTicket,
    Beep,
    EndProgram,
    ForgetSheet,
    Hush,
    Keep,
    Note,
    PrintSlip,
    PrintTestPage,
    PrintTicket,
    Result,
    SendSettle,
    WriteNumber,
)
from kiosk_device.events import NumberWritten, OwnTime, Printed, PrinterChanged, PrintFailed, Started
from kiosk_device.keypad.keys import DIGITS, GREEN, GUIDANCE_KEY, KeysDown
from kiosk_device.moment import Moment
from kiosk_device.state import (
    Asking,
    AskingForCode,
    HasSlip,
    HasTicket,
    Idle,
    Kiosk,
    PrintingSlip,
    PrintingTicket,
    WritingNumber,
    WrongCodes,
)
from kiosk_device.visit import asking, copy, guidance
from kiosk_device.visit.visit import Happening, happened, time_up_at
from mqtt.contract import (
    REPLY_WAIT_SECONDS,
    SHEET,
    Changed,
    Day,
    Identify,
    Message,
    Order,
    OrderMessage,
    PrintCopy,
    PrintOfficeSlip,
    Refusal,
    Reply,
    Restart,
    Settled,
    Sheet,
    SiteCard,
    StoreBeat,
    TestPrint,
    TestSound,
    TicketGiven,
    UnlockCodes,
)
from mqtt.feed import connected, disconnected, heard_beat
from mqtt.session import Answered, Cleared, Connected, Disconnected, GaveUp, Heard, StoreAway
from pads.events import KeyDown, KeyUp, PadChanged
from program.frozen import replace
from program.inbox import Tick
from program.loop import ActionFailed
from sounds.utterance import SpeechEnded

if TYPE_CHECKING:
    from kiosk_device.journal import Journal
    from kiosk_device.sheet_file import SheetFile

LOOK_AGAIN_SECONDS: Final = 1.0
"""How often a kiosk whose store is away looks at the hours, and whether it can go on alone."""
IDENTIFY_SECONDS: Final = 10.0
SETTLE_AGAIN_SECONDS: Final = 5.0
"""A settle is never refused; where the store is not ready for it, it is asked again after this."""


def follows(device: str) -> tuple[str, ...]:
    """The topics that a kiosk hears, beside its replies."""
    return ("store", "site", "day", f"sheet/{device}", f"order/{device}")


def at_start(device: str, boot: str, journal: "Journal", kept: "SheetFile", now: float, *, disk_keeps: bool = True) -> Kiosk:
    """The kiosk as its disk knows it, at `now` (monotonic seconds): it gives its store the time of an answer to be heard."""
    return Kiosk(
        device=device,
        boot=boot,
        since=now,
        patient_until=now + REPLY_WAIT_SECONDS,
        site=kept.site,
        sheet=alone.sheet_of(kept.sheet) if kept.sheet is not None else None,
        papers=journal.papers,
        seen=journal.papers.seen,
        own_numbers_known=not journal.fresh,
        disk_keeps=disk_keeps,
    )


def step(kiosk: Kiosk, event: object, now: float) -> Result:
    """The kiosk after `event` at `now` (monotonic seconds), and what is to be done."""
    kiosk, actions = _decided(_noticed(kiosk, now), event, now)
    kiosk = _noticed(kiosk, now)
    if kiosk.alone is not None and isinstance(kiosk.mode, Asking):
        kiosk, more = happened(kiosk, Happening.ALONE, None, now)
        actions += more
    kiosk, more = telling.due(kiosk, now)
    return kiosk, (*actions, *more)


def _noticed(kiosk: Kiosk, now: float) -> Kiosk:
    """Whether the store is away, and what the kiosk can do alone then. It comes back by itself."""
    if not kiosk.store_away(now):
        at = kiosk.feed.deadline()
        return kiosk if kiosk.alone is None and kiosk.look_again_at == at else replace(kiosk, alone=None, look_again_at=at)
    if kiosk.look_again_at is not None and now < kiosk.look_again_at and kiosk.alone is not None:
        return kiosk
    day = alone.as_day(kiosk, now) if now >= kiosk.patient_until else None
    return replace(kiosk, alone=day, look_again_at=max(kiosk.patient_until, now + LOOK_AGAIN_SECONDS))


def _decided(kiosk: Kiosk, event: object, now: float) -> Result:  # noqa: C901, PLR0911, PLR0912  one case an event
    match event:
        case KeyDown(key):
            return _key_down(kiosk, key, now)
        case KeyUp(key):
            return replace(kiosk, keys=kiosk.keys.up(key)), ()
        case Tick():
            return _tick(kiosk, now)
        case Answered(reply):
            return _answered(kiosk, reply, now)
        case Heard(_, _, message, live):
            return _heard(kiosk, message, live, now)
        case Cleared(topic=SHEET.name):
            return replace(kiosk, sheet=None), (ForgetSheet(),)
        case OwnTime(wall_ms):
            return replace(kiosk, own_time=None if wall_ms is None else Moment(wall_ms, now)), ()
        case NumberWritten(request) if _writing(kiosk, request):
            return happened(kiosk, Happening.WRITTEN, None, now)
        case Printed(request) | PrintFailed(request):
            return _print_ended(kiosk, request, event, now)
        case PrinterChanged(status):
            kiosk = replace(kiosk, printer=status)
            return happened(kiosk, Happening.PRINTER_READY, None, now) if status in asking.CAN_PRINT else (kiosk, ())
        case Connected():
            return replace(kiosk, feed=connected(kiosk.feed)), ()
        case Disconnected():
            return replace(kiosk, feed=disconnected(kiosk.feed)), ()
        case StoreAway(request) if _asked(kiosk, request):
            return happened(kiosk, Happening.NOBODY_HEARS, None, now)
        case GaveUp(request) if _asked_for_a_while(kiosk, request):
            return happened(kiosk, Happening.REFUSED, None, now)
        case ActionFailed(action):
            return _action_failed(kiosk, action, now)
        case PadChanged(present):
            return replace(kiosk, pad_present=present, keys=KeysDown()), ()
        case SpeechEnded(utterance, how):
            speaking = None if kiosk.speaking == utterance else kiosk.speaking
            return replace(kiosk, speaking=speaking, speaker_ok=how not in {"silent", "failed"}), ()
        case Started():
            return _started(kiosk)
        case _:
            return kiosk, ()


def deadline(kiosk: Kiosk) -> float | None:
    """When the kiosk wants a Tick (monotonic seconds)."""
    beside = (kiosk.keys.deadline(), kiosk.identify_until, kiosk.look_again_at, *kiosk.settle_again_at.values())
    return min((at for at in (time_up_at(kiosk), *beside) if at is not None), default=None)


# ----------------------------------------------------------------------------------------------- keys


def _key_down(kiosk: Kiosk, key: str, now: float) -> Result:
    if key in kiosk.keys.since:
        return kiosk, ()
    hush: tuple[Action, ...] = (Hush(),) if kiosk.speaking else ()
    kiosk = replace(
        kiosk,
        keys=kiosk.keys.down(key, now),
        before_key=kiosk.mode if key == GUIDANCE_KEY else None,
        identify_until=None,
        speaking=None,
    )
    if key in DIGITS:
        kiosk, actions = happened(kiosk, Happening.DIGIT, key, now)
    else:
        kiosk, actions = happened(kiosk, Happening.GREEN if key == GREEN else Happening.ERASE, None, now)
    return kiosk, (Beep(), *hush, *actions)


def _guide(kiosk: Kiosk, now: float) -> Result:
    """Speak guidance; the 5 that the held key typed is taken back, unless it led to a request."""
    before = kiosk.before_key
    if before is not None and not isinstance(kiosk.mode, Asking | PrintingTicket | HasTicket | HasSlip):
        kiosk = replace(kiosk, mode=before, since=now)
    kiosk, speech = asking.say(kiosk, *guidance.phrases(kiosk, now), number=guidance.number(kiosk))
    return replace(kiosk, before_key=None), (speech,)


def _tick(kiosk: Kiosk, now: float) -> Result:
    """Whatever is due, one after the other."""
    actions: list[Action] = []
    keys = kiosk.keys.found(now)
    if keys != kiosk.keys:
        guide = GUIDANCE_KEY in keys.held and GUIDANCE_KEY not in kiosk.keys.held
        kiosk = replace(kiosk, keys=keys)
        if guide:
            kiosk, more = _guide(kiosk, now)
            actions += more
    if kiosk.identify_until is not None and now >= kiosk.identify_until:
        kiosk = replace(kiosk, identify_until=None)
    due = [settle for settle, at in kiosk.settle_again_at.items() if now >= at]
    if due:
        later = {settle: at for settle, at in kiosk.settle_again_at.items() if settle not in due}
        kiosk = replace(kiosk, settle_again_at=later)
        actions += [AskSettle(settle, operation, kiosk.seen) for settle, operation in telling.to_ask(kiosk) if settle in due]
    time_up = time_up_at(kiosk)
    if time_up is not None and now >= time_up:
        kiosk, more = happened(kiosk, Happening.TIME_UP, None, now)
        actions += more
    return kiosk, tuple(actions)


# -------------------------------------------------------------------------------------------- answers


def _asked(kiosk: Kiosk, request: str) -> bool:
    return isinstance(kiosk.mode, Asking) and kiosk.mode.request == request


def _asked_for_a_while(kiosk: Kiosk, request: str) -> bool:
    """A priority, or a code once more: what is given up soon, since reception can be asked too."""
    match kiosk.mode:
        case HasTicket(priority_request=asked) | AskingForCode(request=asked):
            return asked == request
    return False


def _answered(kiosk: Kiosk, reply: Reply, now: float) -> Result:
    if telling.is_left(kiosk, reply.epoch):
        return _ask_anew(kiosk, reply.id, now)
    kiosk, over = telling.heard(kiosk, reply.epoch, reply.sequence)
    if reply.id == kiosk.generation.request:
        return telling.answered(kiosk, reply, now)
    kiosk, actions = _heeded(kiosk, reply, now)
    return kiosk, (*over, *actions)


def _ask_anew(kiosk: Kiosk, request: str, now: float) -> Result:
    """A reply of a store that is no more came late: what it answers is asked of the one that there is."""
    if _asked_for_a_while(kiosk, request):
        return happened(kiosk, Happening.REFUSED, None, now)
    if isinstance(kiosk.mode, Asking) and kiosk.mode.request == request:
        return kiosk, (AskAgain(request, kiosk.mode.operation, kiosk.seen),)
    return kiosk, tuple(AskSettle(one, operation, kiosk.seen) for one, operation in telling.to_ask(kiosk) if one == request)


def _heeded(kiosk: Kiosk, reply: Reply, now: float) -> Result:
    match reply.answer:
        case TicketGiven() as ticket if _asked(kiosk, reply.id):
            return happened(kiosk, Happening.TICKET, ticket, now)
        case Refusal() as refusal if _asked(kiosk, reply.id) or _asked_for_a_while(kiosk, reply.id):
            return happened(kiosk, Happening.REFUSED, refusal, now)
        case Changed() if _asked_for_a_while(kiosk, reply.id):
            return happened(kiosk, Happening.NOTED, None, now)
        case Settled():
            return _settled(kiosk, reply.id, now)
        case Refusal(retry_after_seconds=wait) if kiosk.papers.request_of(reply.id) is not None:
            again = {**kiosk.settle_again_at, reply.id: now + (wait or SETTLE_AGAIN_SECONDS)}
            return replace(kiosk, settle_again_at=again), ()
    return kiosk, ()


def _settled(kiosk: Kiosk, settle: str, now: float) -> Result:
    wall_ms = kiosk.feed.wall_ms(now)
    line = settling.Answered(settle, wall_ms or 0, kiosk.seen)
    papers = settling.kept(settling.noted(kiosk.papers, line), wall_ms)
    return replace(telling.settled(kiosk, settle), papers=papers), (Note(line, wall_ms),)


def _started(kiosk: Kiosk) -> Result:
    """End what a power cut left open, and ask every settle that the store has not answered."""
    before = settling.to_ask(kiosk.papers)
    actions: list[Action] = [AskSettle(settle, operation, kiosk.seen) for settle, operation in before]
    for request, paper in tuple(kiosk.papers.unsettled()):
        kiosk, settle = asking.settled(kiosk, request, settling.outcome_after_power_cut(paper), paper.number)
        actions.append(settle)
    return kiosk, tuple(actions)


def _action_failed(kiosk: Kiosk, action: object, now: float) -> Result:
    match action:
        case AskTicket(request=request) if _asked(kiosk, request):
            return happened(kiosk, Happening.NOT_WRITTEN, None, now)
        case WriteNumber(line) if _writing(kiosk, line.request):
            return happened(kiosk, Happening.NOT_WRITTEN, None, now)
        case PrintTicket(request=request) | PrintSlip(request=request) if _printing(kiosk, request):
            return happened(kiosk, Happening.NOT_WRITTEN, None, now)
        case SendSettle(settle=settle) | AskSettle(settle=settle):
            again = {**kiosk.settle_again_at, settle: now + SETTLE_AGAIN_SECONDS}
            return replace(kiosk, settle_again_at=again), ()
    return kiosk, ()


def _writing(kiosk: Kiosk, request: str) -> bool:
    return isinstance(kiosk.mode, WritingNumber) and kiosk.mode.request == request


def _printing(kiosk: Kiosk, request: str) -> bool:
    return isinstance(kiosk.mode, PrintingTicket | PrintingSlip) and kiosk.mode.request == request


def _print_ended(kiosk: Kiosk, request: str, event: Printed | PrintFailed, now: float) -> Result:
    if not _printing(kiosk, request):
        return kiosk, ()
    if isinstance(event, Printed):
        return happened(kiosk, Happening.PRINTED, None, now)
    return happened(kiosk, Happening.PERHAPS_PRINTED if event.perhaps_printed else Happening.NOT_PRINTED, None, now)


# ---------------------------------------------------------------------------------- retained and orders


def _heard(kiosk: Kiosk, message: Message, live: bool, now: float) -> Result:
    match message:
        case StoreBeat() as beat if not telling.is_left(kiosk, beat.epoch):
            kiosk = replace(kiosk, feed=heard_beat(kiosk.feed, beat, live=live, now=now))
            if live and beat.up:
                return telling.heard_beat(replace(kiosk, store_time=Moment(beat.wall_ms, now)), beat)
        case SiteCard() as site:
            return replace(kiosk, site=site), (Keep(site),) if site != kiosk.site else ()
        case Sheet() as sheet:
            known = None if live else kiosk.own_highest
            return replace(kiosk, sheet=alone.sheet_of(sheet), own_highest=known), (Keep(sheet),)
        case Day() as day:
            return _heard_day(kiosk, day, now), ()
        case OrderMessage(order=order):
            return _ordered(kiosk, order, now)
    return kiosk, ()


def _heard_day(kiosk: Kiosk, day: Day, now: float) -> Kiosk:
    """A paper may have waited for just this day to be opened: what the store put off is asked again now."""
    another = kiosk.day is None or kiosk.day.service_day != day.service_day
    put_off = dict.fromkeys(kiosk.settle_again_at, now) if another else kiosk.settle_again_at
    return replace(kiosk, day=day, settle_again_at=put_off)


def _ordered(kiosk: Kiosk, order: Order, now: float) -> Result:
    match order:
        case Identify():
            return replace(kiosk, identify_until=now + IDENTIFY_SECONDS), (Beep(),)
        case TestPrint():
            return kiosk, (PrintTestPage(),)
        case TestSound():
            kiosk, speech = asking.say(kiosk, "kiosk_idle")
            return kiosk, (speech,)
        case Restart():
            return replace(kiosk, restart_asked=True), (EndProgram(),) if isinstance(kiosk.mode, Idle) else ()
        case PrintCopy() | PrintOfficeSlip():
            return copy.print_it(kiosk, order)
        case UnlockCodes():
            return replace(kiosk, wrong_codes=WrongCodes()), ()
