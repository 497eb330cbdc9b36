"""The ledger's generations (PROTOCOL rules 14 and 15): an old ledger is put back, and two kiosks know better.

Told in these words, since the store doesn't do it yet: after a start it asks each kiosk what it saw; where that is beyond
the ledger, or where a restore was ordered, every kiosk settles its day again before a new number is given. What a ticket
request and a settle do is the same as in tickets.py. Here kiosks are cut off only when the restore was ordered: from an old
file that nobody knows of, a store learns only by those who saw more.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

from kiosk_device.settling import Settling
from mqtt.contract import SettleOutcome
from rules.journey import State
from tests.model import ledger as rows
from tests.model.clauses import Clause, Off
from tests.model.kiosk import OWN_NUMBERS, Kiosk, Visit, asking, heard, own_number, printing, settled
from tests.model.ledger import NUMBERS, Ledger
from tests.model.tickets import two_papers_with_one_number

Step = tuple[str, "Clinic"]
_AGAIN: Final = frozenset({"settling", "gone"})
Seen = tuple[int, int]
"""An epoch, and the last sequence of it."""


class Message(NamedTuple):
    """One message under way. To the store with what the kiosk has seen, to a kiosk with the store's epoch and sequence."""

    what: str
    kiosk: int
    request: str
    seen: Seen = (0, 0)  # no part of a settle
    line: Settling | None = None
    number: int | None = None


class Store(NamedTuple):
    ledger: Ledger = Ledger()
    epoch: int = 1
    sequence: int = 0
    ended: tuple[Seen, ...] = ()  # earlier epochs with their last sequence
    mode: str = "open"  # "asking" who saw what, "settling" the day again, "gone": settling, and numbers are given
    done: frozenset[int] = frozenset()  # the kiosks that have told, or settled, in this mode

    def knows(self, seen: Seen) -> bool:
        """Whether this history holds what a kiosk has seen."""
        return any(seen[0] == epoch and seen[1] <= last for epoch, last in (*self.ended, (self.epoch, self.sequence)))

    def committed(self, ledger: Ledger) -> "Store":
        return self if ledger == self.ledger else self._replace(ledger=ledger, sequence=self.sequence + 1)


class Device(NamedTuple):
    """A kiosk, what it has seen last, the newest epoch that it knows of, and what it settles again in it."""

    kiosk: Kiosk = Kiosk()
    seen: Seen = (1, 0)
    epoch: int = 1
    again: frozenset[Settling] = frozenset()
    ordered: bool = False  # to settle again, in this epoch
    cut_off: bool = False

    def to_tell(self) -> frozenset[Settling]:
        """The settles that it asks until they are answered."""
        return self.again.union(self.kiosk.unanswered())


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
                store = store.committed(rows.settle(store.ledger, message.line, self.off))
                reply = Message("settled", at, request, (store.epoch, store.sequence), line=message.line)
                sentence = f"the store hears: {request} {message.line.outcome} {message.line.number}"
                return sentence, clinic._replace(store=store, net=clinic.net | {reply})
        device = clinic.devices[at]
        if message.seen[0] < device.epoch and Clause.OLD_REPLIES_IGNORED not in self.off:
            return f"kiosk {at + 1} ignores a reply of an older epoch ({request})", clinic
        device = device._replace(seen=max(device.seen, message.seen), epoch=max(device.epoch, message.seen[0]))
        if message.line is not None:
            device = device._replace(kiosk=heard(device.kiosk, message.line.settle), again=device.again - {message.line})
            return f"kiosk {at + 1} hears that {request} is settled", clinic.device(at, device)
        if device.kiosk.request != request or not device.kiosk.asks or message.number is None:
            return f"nobody waits any more for the answer to {request}", clinic.device(at, device)
        device = device._replace(kiosk=printing(device.kiosk, message.number, self.off))
        return f"kiosk {at + 1} is given {message.number} for {request}", clinic.device(at, device)

    def _asked(self, clinic: Clinic, message: Message) -> Step:
        store, request = clinic.store, message.request
        lost = not store.knows(message.seen) and Clause.SEEN_BEYOND not in self.off
        if lost and store.mode not in _AGAIN:
            store = store._replace(mode="settling", done=frozenset())
            return "a request has seen more than the ledger holds: history was lost", clinic._replace(store=store)
        if store.mode == "asking" or (store.mode == "settling" and Clause.WAIT_UNTIL_SETTLED not in self.off):
            return f"{request} is told to wait", clinic
        ledger, number = rows.ask(store.ledger, request, self._visit(request).code, self.off)
        store = store.committed(ledger)
        reply = Message("given", message.kiosk, request, (store.epoch, store.sequence), number=number)
        return f"the store answers {request} with {number}", clinic._replace(store=store, net=clinic.net | {reply})

    # ---------------------------------------------------------------------------------- an old ledger put back

    def _with_the_copy(self, clinic: Clinic) -> Iterator[Step]:
        if clinic.put_back:
            if clinic.store.mode == "settling":
                yield "«go»: the operator does not wait for every kiosk", self._go(clinic)
        elif clinic.copy is None:
            yield "a copy of the ledger is made", clinic._replace(copy=clinic.store)
        elif clinic.copy != clinic.store:
            ended = (*clinic.copy.ended, (clinic.copy.epoch, clinic.copy.sequence))
            mode = "settling" if self.ordered else "open" if Clause.KIOSKS_ASKED_FIRST in self.off else "asking"
            store = clinic.copy._replace(epoch=clinic.store.epoch + 1, ended=ended, mode=mode, done=frozenset())
            how = "by order" if self.ordered else "unawares"
            yield f"the copy is put back {how}: the store starts with it", clinic._replace(store=store, put_back=True)

    def _started_anew(self, clinic: Clinic, at: int, device: Device) -> Iterator[Step]:
        """The store asks, orders, and hears that all is settled."""
        store = clinic.store
        if store.mode == "asking" and at not in store.done:
            if Clause.SEEN_KEPT in self.off:
                device = device._replace(seen=(store.epoch, store.sequence))
            lost = not store.knows(device.seen) and Clause.SEEN_BEYOND not in self.off
            told = store._replace(done=store.done | {at})
            if lost:
                told = store._replace(mode="settling", done=frozenset())
            elif len(told.done) == len(clinic.devices):
                told = store._replace(mode="open", done=frozenset())
            device = device._replace(epoch=store.epoch)
            sentence = f"kiosk {at + 1} tells what it saw: {'history was lost' if lost else 'the ledger holds it'}"
            yield sentence, clinic._replace(store=told).device(at, device)
        elif store.mode in _AGAIN and not (device.ordered and device.epoch == store.epoch):
            papers = device.kiosk.papers.by_request
            again = frozenset(
                Settling(request, paper.settle, paper.outcome, paper.number)
                for request, paper in papers.items()
                if paper.settle is not None and paper.outcome is not None and Clause.SETTLED_AGAIN not in self.off
            )
            device = device._replace(epoch=store.epoch, ordered=True, again=again)
            yield f"kiosk {at + 1} is ordered to settle again", clinic.device(at, device)
        elif store.mode in _AGAIN and at not in store.done and not device.to_tell() and device.kiosk.number is None:
            done = store.done | {at}
            store = store._replace(done=done)
            if len(done) == len(clinic.devices):
                store = store._replace(mode="open", done=frozenset())
            yield f"kiosk {at + 1} has settled its day", clinic._replace(store=store)

    def _go(self, clinic: Clinic) -> Clinic:
        store = clinic.store
        ahead = 0 if Clause.GO_SKIPS_AHEAD in self.off else len(self.visits)
        floor = (store.ledger.highest(NUMBERS) or 0) + ahead
        return clinic._replace(store=store._replace(mode="gone", ledger=store.ledger._replace(floor=floor)))

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
