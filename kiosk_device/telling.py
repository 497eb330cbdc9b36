"""What the kiosk tells the store: what it saw, its settles once more, that its day is settled. Pure; by generations.py."""

from typing import Final

from kiosk_device import settling
from kiosk_device.actions import Abandon, Action, AskSettle, Note, Result, Tell
from kiosk_device.generations import answered_of_open_days, entered, has_settled, seen_after
from kiosk_device.state import Kiosk
from mqtt.contract import DaySettled, Refusal, Reply, Seen, Settle, StoreBeat, TellSeen, Want, Welcome
from program.frozen import replace

AT_ONCE: Final = 16
"""So many settles are told once more at a time: about what the store takes into one commit."""
SAY_AGAIN_SECONDS: Final = 5.0
"""After a refusal, and while the store goes on wanting to hear what it has heard."""


def is_left(kiosk: Kiosk, epoch: str) -> bool:
    """Whether a message is of a store that is no more."""
    return epoch in kiosk.generation.left


def heard(kiosk: Kiosk, epoch: str, sequence: int) -> Result:
    """The store of `epoch` has told of a commit, in a live beat or in a reply."""
    before = kiosk.generation
    generation = entered(before, epoch)
    over = () if generation is before or before.request is None else (Abandon(before.request),)
    return replace(kiosk, generation=generation, seen=seen_after(kiosk.seen, epoch, sequence)), over


def heard_beat(kiosk: Kiosk, beat: StoreBeat) -> Result:
    """A live beat of a store that is up, and not left."""
    kiosk, actions = heard(kiosk, beat.epoch, beat.sequence)
    return replace(kiosk, generation=replace(kiosk.generation, wants=beat.wants)), actions


def answered(kiosk: Kiosk, reply: Reply, now: float) -> Result:
    """The store's answer to what it was told."""
    generation = replace(kiosk.generation, request=None)
    match reply.answer:
        case Welcome(highest=highest):
            seen = Seen(epoch=reply.epoch, sequence=reply.sequence)
            line = settling.Saw(seen)
            kiosk = replace(
                kiosk,
                generation=replace(generation, told=True),
                seen=seen,
                papers=settling.noted(kiosk.papers, line),
                own_numbers_known=True,
                own_highest=highest,
            )
            return kiosk, (Note(line, None),)
        case Refusal(retry_after_seconds=wait) if wait is not None:
            return replace(kiosk, generation=replace(generation, not_before=now + wait)), ()
        case _:
            return replace(kiosk, generation=replace(generation, not_before=now + SAY_AGAIN_SECONDS)), ()


def settled(kiosk: Kiosk, settle: str) -> Kiosk:
    """A settle is answered."""
    generation = kiosk.generation
    if not generation.again or settle not in generation.again:
        return kiosk
    rest = tuple(one for one in generation.again if one != settle)
    return replace(kiosk, generation=replace(generation, again=rest, asked=generation.asked - {settle}))


def to_ask(kiosk: Kiosk) -> tuple[tuple[str, Settle], ...]:
    """Every settle that the store is to answer, id and operation."""
    return settling.to_ask(kiosk.papers, kiosk.generation.again or ())


def due(kiosk: Kiosk, now: float) -> Result:
    """What is to be told now, after whatever happened."""
    generation = kiosk.generation
    if not generation.epoch:
        return kiosk, ()
    wanted = generation.wants is Want.SETTLE_AGAIN
    if wanted and generation.again is None and kiosk.day is not None and kiosk.day.epoch == generation.epoch:
        generation = replace(generation, again=answered_of_open_days(kiosk.papers, kiosk.day))
        kiosk = replace(kiosk, generation=generation)
    actions: list[Action] = []
    if generation.again:
        fresh = frozenset(generation.again[:AT_ONCE]) - generation.asked
        if fresh:
            told = settling.to_ask(kiosk.papers, fresh)
            actions += [AskSettle(settle, operation, kiosk.seen) for settle, operation in told if settle in fresh]
            kiosk = replace(kiosk, generation=replace(generation, asked=generation.asked | fresh))
    if generation.request is not None or now < generation.not_before:
        return kiosk, tuple(actions)
    operation = _to_say(kiosk)
    if operation is not None:
        kiosk, request = kiosk.fresh_id()
        kiosk = replace(kiosk, generation=replace(kiosk.generation, request=request))
        actions.append(Tell(request, operation, kiosk.seen))
    return kiosk, tuple(actions)


def _to_say(kiosk: Kiosk) -> TellSeen | DaySettled | None:
    generation = kiosk.generation
    if not generation.told:
        return TellSeen(epoch=generation.epoch, fresh=not kiosk.own_numbers_known)
    begun = generation.wants is Want.SETTLE_AGAIN and generation.again is not None
    if begun and has_settled(kiosk.papers.by_request.values(), generation.again or ()):
        return DaySettled(epoch=generation.epoch)
    return None
