"""What the reception page shows, as plain facts: the points with their buttons, and everybody who has a ticket. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from booking_store.queue_report import Standing
from mqtt.contract import PointCard, PointState, PointStatus
from rules.journey import State
from screen.phrases import Phrases
from staff_console.clinic import Clinic
from staff_console.names import Names

ENDED: Final = frozenset({State.DONE, State.NOT_SERVED})
_MINUTE_MS: Final = 60_000


@dataclass(frozen=True, slots=True)
class PointView:
    """One counter or room. `epoch` and `revision` go with each press, so that an old page presses nothing."""

    id: str
    title: str
    status: PointStatus
    epoch: str
    revision: int
    number: str  # of the current ticket; empty: none
    who: str  # its department and doctor
    marks: tuple[str, ...]
    next: tuple[str, ...]
    waiting: str
    last: str  # what it did last; empty: nothing that is worth saying
    can_undo: bool
    paused: str  # why, and until when
    current: int | None = None  # the current ticket's number


@dataclass(frozen=True, slots=True)
class TicketView:
    """One row of the queue."""

    number: int
    shown: str
    state: State
    group: str  # "waiting", "called", "aside" or "ended"
    state_words: str
    since: str  # the clock time
    minutes: str  # waited so far; empty where nobody waits
    who: str
    where: str  # the stage, or the point where it is called
    source: str
    priority: str
    urgent: bool
    marks: tuple[str, ...]
    mobile_end: str


@dataclass(frozen=True, slots=True)
class ReceptionView:
    """The whole page."""

    lost: bool
    title: str
    day: str
    points: tuple[PointView, ...]
    tickets: tuple[TicketView, ...]
    counts: Mapping[str, str]
    pauses: tuple[tuple[str, str], ...] = ()  # the site's reasons: id and words
    kiosks: tuple[str, ...] = ()  # those that are there


def reception_view(clinic: Clinic, standing: Sequence[Standing], say: Phrases, now: float) -> ReceptionView:
    """The page for what is known at `now` (monotonic seconds)."""
    site = clinic.site
    if site is None or clinic.day is None:
        return ReceptionView(True, "", "", (), (), {})
    now_ms = clinic.feed.wall_ms(now)
    names = Names(site, say)
    tickets = tuple(_ticket(one, names, now_ms) for one in standing)
    heard = (card for card in site.points if card.id in clinic.points)
    return ReceptionView(
        lost=clinic.lost(now),
        title=names.of(site.name),
        day=say(f"staff.day.{clinic.day.status.value}"),
        points=tuple(point_view(card, clinic.points[card.id], names, now_ms) for card in heard),
        tickets=tickets,
        pauses=tuple((one.id, names.of(one.name)) for one in site.pause_reasons),
        kiosks=kiosks_of(clinic),
        counts={group: names.digits(sum(one.group == group for one in tickets)) for group in GROUPS},
    )


def kiosks_of(clinic: Clinic) -> tuple[str, ...]:
    """The kiosks that can be ordered something now."""
    return tuple(sorted(name for name, one in clinic.devices.items() if one.role == "kiosk" and one.up))


GROUPS: Final = ("waiting", "called", "aside", "ended")
"""How the queue is sorted for people: who waits, who is at a point, who is absent, away or parked, and whose way is over."""


def group_of(state: State) -> str:
    """The group of a ticket."""
    if state in ENDED:
        return "ended"
    return {State.WAITING: "waiting", State.CALLED: "called"}.get(state, "aside")


def point_view(card: PointCard, state: PointState, names: Names, now_ms: int | None) -> PointView:
    """A point as it was heard last."""
    current, last = state.current, state.last_act
    undoable = last is not None and last.undo_until_ms is not None and now_ms is not None and now_ms < last.undo_until_ms
    number = "" if last is None or last.number is None else names.digits(last.number)
    done = f"counter.done.{last.act}" if last is not None else ""
    return PointView(
        id=card.id,
        title=names.title(card),
        status=state.status,
        epoch=state.epoch,
        revision=state.revision,
        number="" if current is None else names.digits(current.number),
        current=None if current is None else current.number,
        who="" if current is None else names.who(current.department, current.doctor),
        marks=() if current is None else names.marks(current.marks),
        next=tuple(names.digits(one.number) for one in state.next),
        waiting=names.digits(state.waiting),
        last=names.say(done, number=number) if done in names.say else "",
        can_undo=undoable,
        paused=names.pause(state.paused_why, state.paused_until),
    )


def _ticket(one: Standing, names: Names, now_ms: int | None) -> TicketView:
    group = group_of(one.state)
    waits = group in {"waiting", "aside"} and now_ms is not None
    minutes = max(0, (now_ms or 0) - one.waiting_since_ms) // _MINUTE_MS
    return TicketView(
        number=one.number,
        shown=names.digits(one.number),
        state=one.state,
        group=group,
        state_words=names.say(f"staff.state.{one.state.value}"),
        since=names.clock(one.waiting_since_ms),
        minutes=names.say("staff.minutes", count=names.digits(minutes)) if waits else "",
        who=names.who(one.department, one.doctor),
        where=names.point(one.point) if one.state is State.CALLED else names.stage(one.stage),
        source=names.say(f"staff.source.{one.source}"),
        priority=names.priority(one.priority or one.priority_asked),
        urgent=one.urgent,
        marks=names.marks(one.marks),
        mobile_end=names.digits(one.mobile_end),
    )
