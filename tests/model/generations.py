"""The ledger's generations (PROTOCOL rules 14 and 15): an old ledger is put back, and two kiosks know better.

What the store does in each mode is asked of rules/generations.py, what a kiosk holds and tells of kiosk_device/generations.py;
what a ticket request and a settle do is the same as in tickets.py. Telling what was seen, and that a day is settled, is one
step here: what is lost of it is asked again. Kiosks are cut off only when the restore was ordered: from an old file that
nobody knows of, a store learns only by those who saw more.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Final, NamedTuple

from kiosk_device.generations import Generation, answered_of_open_days, entered, has_settled, seen_after
from kiosk_device.settling import Line, Settling
from mqtt.contract import Day, DayStatus, Seen, SettleOutcome
from rules import generations as rule
from rules.generations import MODES, Event, Mode, Wants
from rules.journey import State
from tests.model import ledger as rows
from tests.model.clauses import Clause, Off
from tests.model.kiosk import DAY, OWN_NUMBERS, Kiosk, Visit, asking, heard, own_number, papers_on, printing, settled
from tests.model.ledger import NUMBERS, Ledger
from tests.model.tickets import two_papers_with_one_number

Step = tuple[str, "Clinic"]
FIRST: Final = Seen(epoch="1", sequence=0)
TODAY: Final = Day(epoch="", sequence=0, status=DayStatus.ACCEPTING, service_day=DAY, date="2026-11-22")


class Message(NamedTuple):
    """One message under way. To the store with what the kiosk has seen, to a kiosk with the commit that answers."""

    what: str
    kiosk: int
    request: str
    seen: Seen = FIRST  # no part of a settle
    line: Settling | None = None
    number: int | None = None


class Store(NamedTuple):
    ledger: Ledger = Ledger()
    last: Seen = FIRST  # the last commit
    ended: tuple[Seen, ...] = ()  # that of each earlier epoch
    mode: Mode = Mode.OPEN
    done: frozenset[str] = frozenset()  # the kiosks that have told, or settled, in this mode

    def knows(self, seen: Seen) -> bool:
        """Whether this history holds what a kiosk has seen."""
        last = next((one.sequence for one in (*self.ended, self.last) if one.epoch == seen.epoch), None)
        return rule.knows(last, seen.sequence)

    def committed(self, ledger: Ledger) -> "Store":
        if ledger == self.ledger:
            return self
        return self._replace(ledger=ledger, last=Seen(epoch=self.last.epoch, sequence=self.last.sequence + 1))

    def after(self, event: Event) -> "Store":
        """In the next mode, where the event brings one: nobody has told or settled in it."""
        mode = rule.after(self.mode, event)
        return self if mode is self.mode else self._replace(mode=mode, done=self.done if event is Event.GO else frozenset())

    def heard(self, kiosk: int, kiosks: int) -> "Store":
        """A kiosk has told, or settled."""
        store = self._replace(done=self.done | {str(kiosk)})
        return store if rule.missing({str(one) for one in range(kiosks)}, store.done) else store.after(Event.DONE)


class Device(NamedTuple):
    """A kiosk and what it holds of the ledger's generations."""

    kiosk: Kiosk = Kiosk()
    seen: Seen = FIRST
    generation: Generation = Generation(FIRST.epoch, told=True)
    cut_off: bool = False

    def hears(self, commit: Seen) -> "Device":
        """With a commit of the store that there is now."""
        seen = seen_after(self.seen, commit.epoch, commit.sequence)
        return self._replace(seen=seen or self.seen, generation=entered(self.generation, commit.epoch))

    def settled(self, settle: str) -> "Device":
        """With an answer to a settle that was told once more."""
        again = self.generation.again
        rest = None if again is None else tuple(one for one in again if one != settle)
        return self._replace(generation=replace(self.generation, again=rest))

    def has_settled(self) -> bool:
        """Whether it may say that its day is settled."""
        return has_settled(self.kiosk.papers.by_request.values(), self.generation.again or ())

    def to_tell(self) -> tuple[Settling, ...]:
        """The settles that it asks until they are answered."""
        return _to_tell(self.kiosk.disk, self.generation.again or ())


@cache
def _to_tell(disk: tuple[Line, ...], again: tuple[str, ...]) -> tuple[Settling, ...]:
    return tuple(
        Settling(request, paper.settle, paper.outcome, paper.number)
        for request, paper in papers_on(disk).by_request.items()
        if paper.settle is not None and paper.outcome is not None
        if paper.answered_at_ms is None or paper.settle in again
    )


class Clinic(NamedTuple):
    faults: int
    devices: tuple[Device, ...]
    store: Store = Store()
    copy: Store | None = None
    put_back: bool = False
    net: frozenset[Message] = frozenset()
    hands: frozenset[tuple[int, str]] = frozenset()

    def device(self, at: int, device: Device, *sent: Message) -> "Clinic":
        devices = (*self.devices[:at], device, *self.devices[at + 1 :])
        return self._replace(devices=devices, net=self.net.union(sent))

    def fault(self) -> "Clinic":
        return self._replace(faults=self.faults - 1)


@dataclass(frozen=True)
class Generations:
    """A morning with these visits and one copy, which is put back at some time: by order (`nobat restore`), or unawares."""

    visits: tuple[Visit, ...]
    faults: int
    ordered: bool
    off: Off = frozenset()

    def start(self) -> Clinic:
        return Clinic(self.faults, tuple(Device() for _ in range(1 + max(visit.kiosk for visit in self.visits))))

    def steps(self, clinic: Clinic) -> Iterator[Step]:
        for at, device in enumerate(clinic.devices):
            yield from self._at_kiosk(clinic, at, device)
            if not device.cut_off:
                yield from self._started_anew(clinic, at, device)
        for message in clinic.net:
            if not clinic.devices[message.kiosk].cut_off:
                yield from self._under_way(clinic, message)
        yield from self._with_the_copy(clinic)

    # --------------------------------------------------------------------------------------------- a kiosk

    def _at_kiosk(self, clinic: Clinic, at: int, device: Device) -> Iterator[Step]:
        kiosk = device.kiosk
        if kiosk.request is None:
            coming = [visit for visit in self.visits if visit.kiosk == at][kiosk.came :]
            for visit in coming[:1]:
                after = device._replace(kiosk=asking(kiosk, visit, self.off))
                ask = Message("ask", at, visit.request, device.seen)
                yield f"{visit.person} asks kiosk {at + 1} for a ticket ({visit.request})", clinic.device(at, after, ask)
        elif kiosk.number is not None:
            out = clinic._replace(hands=clinic.hands | {(kiosk.number, self._visit(kiosk.request).person)})
            idle, line = settled(kiosk._replace(request=None, number=None), kiosk.request, SettleOutcome.PRINTED, kiosk.number)
            settle = Message("settle", at, kiosk.request, line=line)
            yield f"kiosk {at + 1} has printed {kiosk.number}", out.device(at, device._replace(kiosk=idle), settle)
        else:
            yield from self._asks(clinic, at, device, kiosk.request)
        for line in device.to_tell():
            if not any(message.request == line.request for message in clinic.net):
                told = Message("settle", at, line.request, line=line)
                yield f"kiosk {at + 1} tells: {line.request} {line.outcome} {line.number}", clinic.device(at, device, told)
        if self.ordered and device.cut_off:
            yield f"kiosk {at + 1} is back", clinic.device(at, device._replace(cut_off=False))
        elif self.ordered and clinic.faults:
            yield f"kiosk {at + 1} is cut off", clinic.fault().device(at, device._replace(cut_off=True))

    def _asks(self, clinic: Clinic, at: int, device: Device, request: str) -> Iterator[Step]:
        if any(message.request == request for message in clinic.net):
            return
        ask = Message("ask", at, request, device.seen)
        yield f"kiosk {at + 1} asks again for {request}", clinic.device(at, device, ask)
        number = own_number(device.kiosk, OWN_NUMBERS[at])
        if number is not None:
            after = device._replace(kiosk=printing(device.kiosk, number, self.off))
            yield f"kiosk {at + 1} goes on alone and prints {number} for {request}", clinic.device(at, after)

    # ------------------------------------------------------------------------------------------------- the net

    def _under_way(self, clinic: Clinic, message: Message) -> Iterator[Step]:
        without = clinic._replace(net=clinic.net - {message})
        yield self._arrives(without, message)
        if clinic.faults:
            yield f"lost: {message.what} {message.request}", without.fault()
            sentence, after = self._arrives(clinic.fault(), message)
            yield f"{sentence}; the message comes once more", after

    def _arrives(self, clinic: Clinic, message: Message) -> Step:
        store, at, request = clinic.store, message.kiosk, message.request
        match message.what:
            case "ask":
                return self._asked(clinic, message)
            case "settle" if message.line is not None:
                store = store.committed(rows.settle(store.ledger, message.line, self.off, self._visit(request).code))
                reply = Message("settled", at, request, store.last, line=message.line)
                sentence = f"the store hears: {request} {message.line.outcome} {message.line.number}"
                return sentence, clinic._replace(store=store, net=clinic.net | {reply})
        device = clinic.devices[at]
        if message.seen.epoch not in device.generation.left:
            device = device.hears(message.seen)
        elif Clause.OLD_REPLIES_IGNORED not in self.off:
            return f"kiosk {at + 1} ignores a reply of an older epoch ({request})", clinic
        if message.line is not None:
            device = device._replace(kiosk=heard(device.kiosk, message.line.settle)).settled(message.line.settle)
            return f"kiosk {at + 1} hears that {request} is settled", clinic.device(at, device)
        if device.kiosk.request != request or not device.kiosk.asks or message.number is None:
            return f"nobody waits any more for the answer to {request}", clinic.device(at, device)
        device = device._replace(kiosk=printing(device.kiosk, message.number, self.off))
        return f"kiosk {at + 1} is given {message.number} for {request}", clinic.device(at, device)

    def _asked(self, clinic: Clinic, message: Message) -> Step:
        store, request = clinic.store, message.request
        judged = store if self._knows(store, message.seen) else store.after(Event.LOST)
        if judged is not store:
            return "a request has seen more than the ledger holds: history was lost", clinic._replace(store=judged)
        in_spite = store.mode is Mode.SETTLING and Clause.WAIT_UNTIL_SETTLED in self.off
        if not MODES[store.mode].gives_numbers and not in_spite:
            return f"{request} is told to wait", clinic
        ledger, number = rows.ask(store.ledger, request, self._visit(request).code, self.off)
        store = store.committed(ledger)
        reply = Message("given", message.kiosk, request, store.last, number=number)
        return f"the store answers {request} with {number}", clinic._replace(store=store, net=clinic.net | {reply})

    # ---------------------------------------------------------------------------------- an old ledger put back

    def _with_the_copy(self, clinic: Clinic) -> Iterator[Step]:
        if clinic.put_back:
            if rule.after(clinic.store.mode, Event.GO) is not clinic.store.mode:
                yield "«go»: the operator does not wait for every kiosk", self._go(clinic)
        elif clinic.copy is None:
            yield "a copy of the ledger is made", clinic._replace(copy=clinic.store)
        elif clinic.copy != clinic.store:
            began = Seen(epoch=f"{int(clinic.store.last.epoch) + 1}", sequence=clinic.copy.last.sequence)
            mode = Mode.SETTLING if self.ordered else Mode.OPEN if Clause.KIOSKS_ASKED_FIRST in self.off else Mode.ASKING
            store = clinic.copy._replace(last=began, ended=(*clinic.copy.ended, clinic.copy.last), mode=mode, done=frozenset())
            how = "by order" if self.ordered else "unawares"
            yield f"the copy is put back {how}: the store starts with it", clinic._replace(store=store, put_back=True)

    def _started_anew(self, clinic: Clinic, at: int, device: Device) -> Iterator[Step]:
        """The kiosk hears a store that has started: it tells what it saw, settles again, and says that its day is settled."""
        store, generation = clinic.store, device.generation
        wanted = MODES[store.mode].wants is Wants.SETTLE_AGAIN
        if generation.epoch != store.last.epoch or not generation.told:
            yield self._tells(clinic, at, device)
        elif wanted and generation.again is None:
            yield f"kiosk {at + 1} settles its day again", clinic.device(at, self._settles_again(device))
        elif wanted and str(at) not in store.done and device.has_settled():
            store = store.heard(at, len(clinic.devices))
            yield f"kiosk {at + 1} has settled its day", clinic._replace(store=store)

    def _tells(self, clinic: Clinic, at: int, device: Device) -> Step:
        store = clinic.store
        seen = store.last if Clause.SEEN_KEPT in self.off else device.seen
        knows = self._knows(store, seen)
        if not knows:
            store = store.after(Event.LOST)
        elif store.mode is Mode.ASKING:
            store = store.heard(at, len(clinic.devices))
        told = replace(entered(device.generation, store.last.epoch), told=True)
        device = device._replace(seen=store.last, generation=told)
        if MODES[store.mode].wants is Wants.SETTLE_AGAIN:
            device = self._settles_again(device)  # at once, for fewer states
        sentence = f"kiosk {at + 1} tells what it saw: {'the ledger holds it' if knows else 'history was lost'}"
        return sentence, clinic._replace(store=store).device(at, device)

    def _settles_again(self, device: Device) -> Device:
        settles = () if Clause.SETTLED_AGAIN in self.off else answered_of_open_days(device.kiosk.papers, TODAY)
        return device._replace(generation=replace(device.generation, again=settles))

    def _go(self, clinic: Clinic) -> Clinic:
        store = clinic.store.after(Event.GO)
        ahead = 0 if Clause.GO_SKIPS_AHEAD in self.off else len(self.visits)
        floor = rule.skipped_to(NUMBERS, store.ledger.highest(NUMBERS), ahead)
        assert floor is not None
        return clinic._replace(store=store._replace(ledger=store.ledger._replace(floor=floor)))

    def _knows(self, store: Store, seen: Seen) -> bool:
        return store.knows(seen) or Clause.SEEN_BEYOND in self.off

    def _visit(self, request: str) -> Visit:
        return next(visit for visit in self.visits if visit.request == request)

    # ------------------------------------------------------------------------------------------------ the laws

    def broken(self, clinic: Clinic) -> str | None:
        """No number is on two papers, whichever ledger gave it."""
        return two_papers_with_one_number(clinic.hands)

    def broken_in_the_end(self, clinic: Clinic) -> str | None:
        """Printed paper stands, in the ledger that there is now."""
        for number, person in sorted(clinic.hands):
            ticket = clinic.store.ledger.ticket(number)
            if ticket is None or ticket.state is State.VOID:
                return f"{person} holds {number}, which does not stand"
        return None
