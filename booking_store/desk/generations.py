"""After a start, and after a lost ledger: what kiosks saw, that they have settled their day again, «go» (PROTOCOL 14, 15)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Any, Final

from sqlalchemy import Row, bindparam, delete, func, insert, or_, select, update

from booking_store import tables
from booking_store.desk.desk import Asked, Desk
from booking_store.desk.issue import highest_known
from booking_store.generations import HISTORY_LOST, kiosks_of
from booking_store.statements import Prepared
from mqtt.contract import (
    Answer,
    Changed,
    CheckIn,
    DaySettled,
    GoOn,
    Reason,
    Refusal,
    Seen,
    Source,
    TakeHelpTicket,
    TakeWalkIn,
    TellSeen,
    Welcome,
)
from rules.generations import MODES, Event, after, loss, most_printed, skipped_to
from rules.journey import State
from rules.numbering import next_number
from rules.site import NumberRange

NUMBERS: Final = (CheckIn, TakeWalkIn, TakeHelpTicket)
"""What is answered with a number."""
SKIPPED: Final = "skipped"
"""The outcome of the void number up to which a range skipped."""
WAIT_SECONDS: Final = 1.0


@dataclass(frozen=True, slots=True)
class Range:
    """Numbers that the store gives: for whom."""

    source: Source
    department: int | None
    numbers: NumberRange

    def __str__(self) -> str:
        whose = "help" if self.department is None else f"department {self.department} {self.source.value.replace('_', '-')}"
        return f"{whose} {self.numbers.first}-{self.numbers.last}"


def wait(desk: Desk) -> Refusal | None:
    """Why no number is given now."""
    mode = desk.generation.mode(desk.site)
    if MODES[mode].gives_numbers:
        return None
    silent = ", ".join(sorted(desk.generation.waits_for(desk.site)))
    return Refusal(reason=Reason.WAIT, detail=f"{mode.value}: {silent}", retry_after_seconds=WAIT_SECONDS)


# ------------------------------------------------------------------------------------------ operations


def tell_seen(desk: Desk, asked: Asked, operation: TellSeen) -> Answer:
    """The store has held the request's `seen` against its ledger already, as it does with every request."""
    if operation.epoch != desk.epoch:
        return _stale(desk)
    if operation.fresh and asked.device in kiosks_of(desk.site):
        _begin_with_a_new_card(desk, asked)
    return _welcome(desk, asked)


def welcome(desk: Desk, asked: Asked, operation: TellSeen) -> Answer | None:
    """The answer, where nothing is to be written."""
    if operation.epoch != desk.epoch:
        return _stale(desk)
    return None if operation.fresh else _welcome(desk, asked)


def day_settled(desk: Desk, asked: Asked, operation: DaySettled) -> Answer:
    """This kiosk has settled its day again. When all have, numbers are given as usual."""
    known = settled_already(desk, asked, operation)
    if known is not None:
        return known
    written = desk.generation.written
    _write_kiosk(desk, asked.device, epoch=desk.epoch, fresh=asked.device in written.fresh)
    desk.note(asked, "day_settled")
    end_settling(desk, asked)
    return Changed()


def settled_already(desk: Desk, asked: Asked, operation: DaySettled) -> Answer | None:
    """The answer, where nothing is to be written."""
    if operation.epoch != desk.epoch:
        return _stale(desk)
    written = desk.generation.written
    nothing_new = written.lost is None or asked.device in written.settled or asked.device not in kiosks_of(desk.site)
    return Changed() if nothing_new else None


def go_on(desk: Desk, asked: Asked, operation: GoOn) -> Answer:
    """«go»: numbers again, above all that the kiosks which have not settled may have printed."""
    lost, mode = desk.generation.written.lost, desk.generation.mode(desk.site)
    if lost is None or after(mode, Event.GO) is mode:
        return Refusal(reason=Reason.NOT_POSSIBLE_NOW, detail="numbers are given: nothing is waited for")
    day = desk.open_day()
    if day is None:
        return Refusal(reason=Reason.CLOSED, detail="no number is given before the day opens: say it then")
    if lost.until_ms is None and not desk.clock_trusted:
        return Refusal(reason=Reason.CLOCK_NOT_TRUSTED, detail="how old the copy is cannot be known")
    silent = desk.generation.waits_for(desk.site)
    lost_ms = (desk.now_ms if lost.until_ms is None else lost.until_ms) - max(lost.from_ms, _began_ms(desk, day))
    waited_for, most = ", ".join(sorted(silent)), most_printed(lost_ms, len(silent))
    jumps = _jumps(desk, day, most)
    narrow = [str(one) for one, to in jumps if to is None]
    if narrow and not operation.close_ranges:
        detail = f"{most} numbers of each range may be on papers, and these cannot skip so many: {', '.join(narrow)}"
        return Refusal(reason=Reason.RANGE_TOO_NARROW, detail=f"{detail} (silent: {waited_for})")
    for one, to in jumps:
        _skip_to(desk, asked, day, one.numbers.last if to is None else to, one.source, one.department)
    desk.tx.execute(update(tables.ledger).values(went_on_ms=desk.now_ms))
    _generation_changed(desk)
    done = {"lost_ms": lost_ms, "silent": sorted(silent), "closed": narrow}
    desk.note(asked, "went_on", why=operation.why, service_day=day.id, details=done)
    end_settling(desk, asked)
    return Changed(text=waited_for + (f"; closed for today: {', '.join(narrow)}" if narrow else ""))


# --------------------------------------------------------------------------------------------- the steps


def is_news(desk: Desk, device: str, seen: Seen) -> bool:
    """Whether it ends this mode that a device saw what this ledger does not hold."""
    mode = desk.generation.mode(desk.site)
    return device in kiosks_of(desk.site) and after(mode, _loss(desk, device, seen)) is not mode


def _loss(desk: Desk, device: str, seen: Seen) -> Event:
    written = desk.generation.written
    if written.lost is None:
        return Event.LOST
    began_ms = desk.tx.execute(_BEGAN, {"epoch": seen.epoch}).scalar_one_or_none()
    since = device in written.settled_once
    return loss(settled_since=since, began_ms=began_ms, lost_until_ms=written.lost.until_ms)


def history_lost(desk: Desk, asked: Asked, seen: Seen) -> None:
    """A kiosk saw what this ledger does not hold: an older one was put back, unawares."""
    from_ms, until_ms = _when_lost(desk, seen)
    values = {"settling_why": HISTORY_LOST, "lost_from_ms": from_ms, "lost_until_ms": until_ms, "went_on_ms": None}
    desk.tx.execute(update(tables.ledger).values(**values))
    desk.tx.execute(delete(tables.settled_kiosks))
    desk.note(asked, "history_lost", details={"epoch": seen.epoch, "sequence": seen.sequence})
    _generation_changed(desk)


def all_settled(desk: Desk) -> bool:
    """Whether nobody is waited for any more, be it that the site has one kiosk fewer."""
    lost = desk.generation.written.lost is not None
    return lost and not desk.generation.waits_for(desk.site)


def end_settling(desk: Desk, asked: Asked) -> None:
    """When every kiosk of the site has settled, all is as ever."""
    lost = desk.generation.written.lost
    if lost is None or not all_settled(desk):
        return
    nothing = dict.fromkeys(("settling_why", "lost_from_ms", "lost_until_ms", "went_on_ms"))
    desk.tx.execute(update(tables.ledger).values(**nothing))
    desk.tx.execute(delete(tables.settled_kiosks))
    desk.note(asked, "all_settled", why=lost.why)
    _generation_changed(desk)


def _when_lost(desk: Desk, seen: Seen) -> tuple[int, int]:
    """Between which times the lost ledger may have given numbers: after the last commit that both had, before this one was
    started with. Where nobody can tell which start that was, each of the open day counts."""
    epochs = desk.tx.execute(_EPOCHS).all()
    own = next((place for place, epoch in enumerate(epochs) if epoch.epoch == seen.epoch), None)
    if own is not None and own + 1 < len(epochs):
        before, since = epochs[own], epochs[own + 1]
    else:
        midnight = desk.at_ms(desk.service_date, time.min)
        first = next((place for place, epoch in enumerate(epochs) if epoch.started_at_ms >= midnight), len(epochs) - 1)
        before, since = epochs[max(0, first - 1)], epochs[-1]
    from_ms = before.last_commit_ms if before.last_commit_ms is not None else 0
    return from_ms, max(from_ms, since.started_at_ms)


def _jumps(desk: Desk, day: Row[Any], most: int) -> Sequence[tuple[Range, int | None]]:
    """To which number each range skips so many; None: it cannot hold them. One that is used up gives none and skips none."""
    standing = [(one, highest_known(desk, day.id, one.numbers)) for one in _ranges(desk)]
    left = [(one, highest) for one, highest in standing if next_number(one.numbers, highest) is not None]
    return [(one, skipped_to(one.numbers, highest, most)) for one, highest in left]


def _begin_with_a_new_card(desk: Desk, asked: Asked) -> None:
    """What a kiosk printed of its own numbers since it was last heard, nobody can tell: today it gives none of those again.
    Asked twice, this skips on from the same number. One of which this ledger has never heard has printed nothing."""
    if desk.generation.written.lost is not None:
        _write_kiosk(desk, asked.device, epoch="", fresh=True)
    day, device = desk.open_day(), desk.site.device(asked.device)
    heard_ms = desk.tx.execute(_LAST_HEARD, {"device": asked.device}).scalar_one()
    if day is None or device is None or device.alone_range is None or heard_ms is None:
        return
    numbers = device.alone_range
    of_range = {"day": day.id, "first": numbers.first, "last": numbers.last}
    printed = desk.tx.execute(_HIGHEST_PRINTED, of_range).scalar_one()
    most = most_printed(desk.now_ms - max(heard_ms, _began_ms(desk, day)), 1)
    to = min(numbers.last, (numbers.first - 1 if printed is None else printed) + most)
    if to > (highest_known(desk, day.id, numbers) or 0):
        _skip_to(desk, asked, day, to, Source.HELP, None)


def _began_ms(desk: Desk, day: Row[Any]) -> int:
    """Before that no number of the day was on any paper."""
    return desk.at_ms(date.fromisoformat(day.date), time.min)


def _ranges(desk: Desk) -> list[Range]:
    """Every range that the store gives numbers of."""
    departments = desk.site.departments
    return [
        *(Range(Source.WALK_IN, one.code, one.walk_in_range) for one in departments),
        *(Range(Source.BOOKED, one.code, one.booked_range) for one in departments),
        Range(Source.HELP, None, desk.site.help_range),
    ]


def _skip_to(desk: Desk, asked: Asked, day: Row[Any], number: int, source: Source, department: int | None) -> None:
    """A void number at the end of the jump: the next one of its range stands above it."""
    row = {
        "service_day": day.id,
        "number": number,
        "source": (Source.WALK_IN if source is Source.BOOKED else source).value,  # a booked one would need its booking
        "department": department,
        "device": asked.device,
        "state": State.VOID.value,
        "outcome": SKIPPED,
        "marks": [],
        "ahead": [],
        "changed": desk.sequence,
    }
    moment = dict.fromkeys(("issued_at_ms", "callable_from_ms", "ended_at_ms"), desk.now_ms)
    desk.tx.execute(insert(tables.tickets).values(**row, **moment))
    desk.note(asked, "numbers_skipped", service_day=day.id, number=number)


def _stale(desk: Desk) -> Refusal:
    return Refusal(reason=Reason.STALE, detail=f"the epoch is {desk.epoch}")


def _welcome(desk: Desk, asked: Asked) -> Welcome:
    day, device = desk.open_day(), desk.site.device(asked.device)
    if day is None or device is None or device.alone_range is None:
        return Welcome()
    return Welcome(highest=highest_known(desk, day.id, device.alone_range))


def _write_kiosk(desk: Desk, kiosk: str, *, epoch: str, fresh: bool) -> None:
    desk.tx.execute(delete(tables.settled_kiosks).where(tables.settled_kiosks.c.device == kiosk))
    desk.tx.execute(insert(tables.settled_kiosks).values(device=kiosk, epoch=epoch, fresh=fresh))
    _generation_changed(desk)


def _generation_changed(desk: Desk) -> None:
    desk.generation.forget()


_tickets, _requests = tables.tickets, tables.ticket_requests
_HIGHEST_PRINTED = Prepared(
    select(func.max(_tickets.c.number)).where(
        _tickets.c.service_day == bindparam("day"),
        _tickets.c.number.between(bindparam("first"), bindparam("last")),
        or_(_tickets.c.outcome.is_(None), _tickets.c.outcome != SKIPPED),
    )
)
_LAST_HEARD = Prepared(
    select(func.max(func.coalesce(_requests.c.settled_at_ms, _requests.c.asked_at_ms))).where(
        _requests.c.device == bindparam("device")
    )
)
_BEGAN = Prepared(select(tables.epochs.c.started_at_ms).where(tables.epochs.c.epoch == bindparam("epoch")))
_EPOCHS = select(tables.epochs).order_by(tables.epochs.c.started_at_ms, tables.epochs.c.first_sequence)
