"""Presses (PROTOCOL rules 8 to 11): two counters, buttons pressed in doubt, and a store that starts anew with an old ledger.

A screen shows what is so, or what was so a while ago: the newest snapshot is retained, so it comes sooner or later.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

from rules.journey import Act, State, Stays, after
from rules.presses import Sight, counts
from tests.model.clauses import Clause, Off

Step = tuple[str, "Hall"]
Shown = tuple[int | None, bool]
"""The number at a counter, and whether the counter is open."""
Change = tuple[int, State, State]
"""A ticket's number, its state before and after."""
COUNTERS: Final = ("counter 1", "counter 2")


class Point(NamedTuple):
    """A counter in the ledger, and what its last act did, for undo: who was there before, and the tickets' changes."""

    revision: int = 1
    current: int | None = None
    open: bool = True
    run: int = 1  # of its device, as it was heard last
    undo: tuple[int | None, tuple[Change, ...]] | None = None

    @property
    def shown(self) -> Shown:
        return (self.current, self.open)


class Press(NamedTuple):
    """A press under way, with what its presser saw."""

    counter: int
    id: int  # in the order in which this counter's clerk pressed
    act: str
    epoch: int
    revision: int
    run: int
    shown: Shown

    def __str__(self) -> str:
        return f"press {self.id} of {COUNTERS[self.counter]}"


class Reply(NamedTuple):
    counter: int
    id: int
    done: bool

    def __str__(self) -> str:
        return f"the reply to press {self.id} of {COUNTERS[self.counter]}"


class Desk(NamedTuple):
    """A clerk: what the screen shows, and the press that is not answered yet."""

    epoch: int = 1
    revision: int = 1
    shown: Shown = (None, True)
    asked: Press | None = None
    pressed: int = 0
    answered: frozenset[tuple[str, int]] = frozenset()  # the presses that the clerk knows the end of
    run: int = 1


class Ledger(NamedTuple):
    tickets: tuple[State, ...]  # of numbers 1, 2, …
    points: tuple[Point, ...] = (Point(), Point())
    answers: frozenset[Reply] = frozenset()  # the remembered ones

    def ticket(self, number: int, state: State) -> "Ledger":
        return self._replace(tickets=(*self.tickets[: number - 1], state, *self.tickets[number:]))

    def point(self, at: int, point: Point) -> "Ledger":
        return self._replace(points=(*self.points[:at], point, *self.points[at + 1 :]))


class Hall(NamedTuple):
    faults: int
    ledger: Ledger
    desks: tuple[Desk, ...] = (Desk(), Desk())
    epoch: int = 1
    to_come: int = 0  # patients who are not here yet
    copy: Ledger | None = None
    net: frozenset[Press | Reply] = frozenset()
    told: frozenset[Reply] = frozenset()  # every answer that ever was
    wrong: str | None = None  # a press that acted and should not have

    def fault(self) -> "Hall":
        return self._replace(faults=self.faults - 1)

    def desk(self, at: int, desk: Desk, *sent: Press) -> "Hall":
        return self._replace(desks=(*self.desks[:at], desk, *self.desks[at + 1 :]), net=self.net.union(sent))


@dataclass(frozen=True)
class Presses:
    """`acts`: what clerks press, each as often as `presses` says for their counter. `waiting` patients are here, `to_come` may
    come. `reopens`: reception may take up finished tickets again; `copies`: an old ledger may be put back."""

    acts: tuple[str, ...]
    presses: tuple[int, int]
    faults: int
    waiting: int = 1
    to_come: int = 0
    reopens: bool = False
    copies: bool = False
    off: Off = frozenset()

    def start(self) -> Hall:
        return Hall(self.faults, Ledger((State.WAITING,) * self.waiting), to_come=self.to_come)

    def steps(self, hall: Hall) -> Iterator[Step]:
        for at, desk in enumerate(hall.desks):
            yield from self._at_desk(hall, at, desk)
        for message in hall.net:
            without = hall._replace(net=hall.net - {message})
            yield self._arrives(without, message)
            if hall.faults:
                yield f"lost: {message}", without.fault()
                sentence, doubled = self._arrives(hall.fault(), message)
                yield f"{sentence}; the message comes once more", doubled
        if hall.to_come:
            more = hall.ledger._replace(tickets=(*hall.ledger.tickets, State.WAITING))
            yield f"patient {len(more.tickets)} comes", hall._replace(ledger=more, to_come=hall.to_come - 1)
        for number, state in enumerate(hall.ledger.tickets, start=1):
            if self.reopens and state is State.DONE:
                reopened = hall.ledger.ticket(number, _must(after(state, Act.REOPEN)))
                yield f"reception reopens {number}", hall._replace(ledger=reopened)
        if self.copies:
            yield from self._with_the_copy(hall)

    # ---------------------------------------------------------------------------------------------- the clerks

    def _at_desk(self, hall: Hall, at: int, desk: Desk) -> Iterator[Step]:
        name, point = COUNTERS[at], hall.ledger.points[at]
        newest = desk._replace(epoch=hall.epoch, revision=point.revision, shown=point.shown)
        if newest != desk and Clause.SNAPSHOT_SHOWS_IT not in self.off:
            yield f"{name} shows {point.current or 'nobody'}", hall.desk(at, newest)
        if desk.asked is None and desk.pressed < self.presses[at]:
            for act in self.acts:
                press = Press(at, desk.pressed + 1, act, desk.epoch, desk.revision, desk.run, desk.shown)
                asked = desk._replace(asked=press, pressed=press.id)
                yield f"{name} presses «{act}» (press {press.id})", hall.desk(at, asked, press)
        if desk.asked is None:
            return
        under_way = any((one.counter, one.id) == (at, desk.asked.id) for one in hall.net)
        if not under_way:
            yield f"{name} asks again (press {desk.asked.id})", hall.desk(at, desk, desk.asked)
        if hall.faults or not under_way:
            late = hall.fault() if under_way else hall
            yield f"{name} gives press {desk.asked.id} up: «not done»", late.desk(at, desk._replace(asked=None))
        if hall.faults:
            up = desk._replace(asked=None, run=desk.run + 1)
            heard = point._replace(run=up.run, revision=point.revision + 1)
            started = hall.fault()._replace(ledger=hall.ledger.point(at, heard))
            yield f"{name} starts anew, and the store hears of it", started.desk(at, up)

    def _arrives(self, hall: Hall, message: Press | Reply) -> Step:
        if isinstance(message, Press):
            return self._pressed(hall, message)
        desk, name = hall.desks[message.counter], COUNTERS[message.counter]
        if desk.asked is None or desk.asked.id != message.id:
            return f"{name} waits no more for {message}", hall
        known = desk.answered | {(desk.asked.act, message.id)}
        heard = hall.desk(message.counter, desk._replace(asked=None, answered=known))
        return f"{name} hears that press {message.id} is {'done' if message.done else 'refused'}", heard

    # ----------------------------------------------------------------------------------------------- the store

    def _with_the_copy(self, hall: Hall) -> Iterator[Step]:
        """The points' revisions are those of then, each raised by the start."""
        if hall.copy is None:
            yield "a copy of the ledger is made", hall._replace(copy=hall.ledger)
        elif hall.faults and hall.copy != hall.ledger:
            points = tuple(point._replace(revision=point.revision + 1) for point in hall.copy.points)
            started = hall.fault()._replace(ledger=hall.copy._replace(points=points), epoch=hall.epoch + 1)
            yield "the copy is put back: the store starts anew with it", started

    def _pressed(self, hall: Hall, press: Press) -> Step:
        ledger, point = hall.ledger, hall.ledger.points[press.counter]
        before = next((one for one in ledger.answers if (one.counter, one.id) == (press.counter, press.id)), None)
        if before is not None:
            return f"{press} is remembered and answered as before", hall._replace(net=hall.net | {before})
        if not self._counts(hall, press, point):
            return f"{press} is stale", self._answered(hall, press, done=False)
        acted = self._act(ledger, press.counter, press.act)
        if acted is None:
            raised = int(press.act == "next" and Clause.RAISED_AT_NOBODY_WAITS not in self.off)
            point = point._replace(revision=point.revision + raised)
            refused = hall._replace(ledger=ledger.point(press.counter, point))
            return f"{press}, «{press.act}», is refused", self._answered(refused, press, done=False)
        done = hall._replace(ledger=acted, wrong=_why_wrong(hall, press, point) if acted != ledger else None)
        return f"{press}, «{press.act}», is done", self._answered(done, press, done=True)

    def _counts(self, hall: Hall, press: Press, point: Point) -> bool:
        """The desk's question, with what is left out taken for equal."""
        same_run = press.run == point.run or Clause.RAISED_AT_BOOT in self.off
        epoch = hall.epoch if Clause.PRESS_HAS_EPOCH in self.off else press.epoch
        revision = press.revision
        if Clause.PRESS_HAS_REVISION in self.off:
            revision = point.revision
        elif Clause.RAISED_AT_BOOT in self.off:
            revision += point.run - press.run
        return counts(Sight(str(epoch), revision), Sight(str(hall.epoch), point.revision), same_run=same_run)

    def _answered(self, hall: Hall, press: Press, *, done: bool) -> Hall:
        reply, ledger = Reply(press.counter, press.id, done), hall.ledger
        if done or Clause.REFUSALS_REMEMBERED not in self.off:
            ledger = ledger._replace(answers=ledger.answers | {reply})
        return hall._replace(ledger=ledger, net=hall.net | {reply}, told=hall.told | {reply})

    def _act(self, ledger: Ledger, at: int, act: str) -> Ledger | None:
        """The ledger after an act at a counter; None: refused, and nothing has changed."""
        point = ledger.points[at]
        match act:
            case "pause" | "open":
                raised = 0 if Clause.RAISED_AT_PAUSE in self.off else 1
                turned = point._replace(open=act == "open", revision=point.revision + raised)
                return ledger.point(at, turned) if turned.open != point.open else ledger
            case "undo":
                return self._undone(ledger, at, point)
            case "next" if point.open:
                waiting = [number for number, state in enumerate(ledger.tickets, start=1) if state is State.WAITING]
                return self._called(ledger, at, point, min(waiting, default=None))
            case "call 1" if point.open and point.current != 1:
                elsewhere = Clause.CURRENT_ELSEWHERE in self.off and ledger.tickets[0] is State.CALLED
                refused = isinstance(after(ledger.tickets[0], Act.CALL), Stays) and not elsewhere
                return None if refused else self._called(ledger, at, point, 1)
        return None

    def _called(self, ledger: Ledger, at: int, point: Point, number: int | None) -> Ledger | None:
        """The current ticket is finished, and this one called; None: neither was there."""
        if point.current is None and number is None:
            return None
        changes: list[Change] = []
        for one, act in ((point.current, Act.COMPLETE), (number, Act.CALL)):
            if one is not None:
                state = after(ledger.tickets[one - 1], act)
                became = State.CALLED if act is Act.CALL else _must(state)
                changes.append((one, ledger.tickets[one - 1], became))
                ledger = ledger.ticket(one, became)
        undo = (point.current, tuple(changes))
        return ledger.point(at, point._replace(current=number, revision=point.revision + 1, undo=undo))

    def _undone(self, ledger: Ledger, at: int, point: Point) -> Ledger | None:
        if point.undo is None:
            return None
        before, changes = point.undo
        stands = all(ledger.tickets[number - 1] is became for number, _, became in changes)
        if not stands and Clause.UNDO_OF_WHAT_STANDS not in self.off:
            return None
        for number, was, _ in changes:
            ledger = ledger.ticket(number, was)
        return ledger.point(at, point._replace(current=before, revision=point.revision + 1, undo=None))

    # ------------------------------------------------------------------------------------------------ the laws

    def broken(self, hall: Hall) -> str | None:
        """One ticket, one counter; and a stale press does nothing."""
        currents = [point.current for point in hall.ledger.points if point.current is not None]
        if len(set(currents)) < len(currents):
            return f"{currents[0]} is at two counters"
        called = [number for number, state in enumerate(hall.ledger.tickets, start=1) if state is State.CALLED]
        if sorted(currents) != called:
            return f"called are {called}, at the counters {sorted(currents)}"
        return hall.wrong

    def broken_in_the_end(self, hall: Hall) -> str | None:
        """Each screen shows what is so."""
        for name, desk, point in zip(COUNTERS, hall.desks, hall.ledger.points, strict=True):
            if desk.shown != point.shown:
                return f"{name} shows {desk.shown[0] or 'nobody'}, and {point.current or 'nobody'} is there"
        return None


def _why_wrong(hall: Hall, press: Press, point: Point) -> str | None:
    """Why a press that acts now should not (law 6)."""
    desk = hall.desks[press.counter]
    if press.shown != point.shown:
        return f"{press} acts, and its clerk had seen another number or state"
    if press.run != desk.run:
        return f"{press} acts, and its device has started anew since"
    if any(act == press.act and press.id < later for act, later in desk.answered):
        return f"{press} acts, and the clerk knows the end of a later one like it"
    if any((one.counter, one.id) == (press.counter, press.id) for one in hall.told):
        return f"{press} acts, and it was answered before"
    return None


def _must(state: State | Stays) -> State:
    assert isinstance(state, State), state
    return state
