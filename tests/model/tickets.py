"""Tickets (PROTOCOL rules 1 to 7): two kiosks, the store, a counter, and what patients hold in their hands."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

from kiosk_device.settling import Settling
from mqtt.contract import SettleOutcome
from rules.journey import Act, State
from tests.model import ledger as store
from tests.model.clauses import Clause, Off
from tests.model.kiosk import OWN_NUMBERS, Kiosk, Visit, after_power_cut, asking, heard, own_number, printing, settled
from tests.model.ledger import Ledger, Ticket

Step = tuple[str, "Clinic"]
_IN_WORDS: Final = {
    "ask": "the request",
    "given": "the answer to",
    "settle": "the settle of",
    "settled": "the answer to the settle of",
}
_ALIVE: Final = frozenset({State.WAITING, State.CALLED, State.ABSENT})


class Message(NamedTuple):
    """One message under way: "ask" and "settle" to the store, "given" and "settled" to the kiosk."""

    what: str
    kiosk: int
    request: str
    line: Settling | None = None  # of a settle
    number: int | None = None  # given; None: refused

    def __str__(self) -> str:
        return f"{_IN_WORDS[self.what]} {self.request}"


class Clinic(NamedTuple):
    faults: int
    kiosks: tuple[Kiosk, ...]
    ledger: Ledger = Ledger()
    net: frozenset[Message] = frozenset()
    # What is so whatever anybody's ledger says:
    hands: frozenset[tuple[int, str]] = frozenset()  # a number that somebody holds, or was shown
    told: frozenset[tuple[int, str]] = frozenset()  # a number that the store has answered somebody with
    served: frozenset[tuple[int, str]] = frozenset()
    due: frozenset[str] = frozenset()  # were called before they held their paper
    overtaken: str | None = None  # one of them, when somebody else was called
    paperless: int | None = None  # a number called before it was on paper, and nothing had gone wrong

    def kiosk(self, at: int, kiosk: Kiosk, *sent: Message) -> "Clinic":
        """With this kiosk as it is now, and what it has sent."""
        kiosks = (*self.kiosks[:at], kiosk, *self.kiosks[at + 1 :])
        return self._replace(kiosks=kiosks, net=self.net.union(sent))

    def fault(self) -> "Clinic":
        return self._replace(faults=self.faults - 1)


@dataclass(frozen=True)
class Tickets:
    """A morning with these visits. `slow`: any answer may take longer than a kiosk waits, which else is a fault; `day_ends`:
    «پایان روز» may come; `cards`: a kiosk's card may be replaced, once the store knows all that was on it."""

    visits: tuple[Visit, ...]
    faults: int
    off: Off = frozenset()
    slow: bool = False
    day_ends: bool = False
    cards: bool = False

    def start(self) -> Clinic:
        return Clinic(self.faults, tuple(Kiosk() for _ in range(1 + max(visit.kiosk for visit in self.visits))))

    # ------------------------------------------------------------------------------------------ what can happen

    def steps(self, clinic: Clinic) -> Iterator[Step]:
        for at, kiosk in enumerate(clinic.kiosks):
            yield from self._at_kiosk(clinic, at, kiosk)
        for message in clinic.net:
            yield from self._under_way(clinic, message)
        yield from self._at_counter(clinic)
        if self.day_ends and not clinic.ledger.closed:
            yield "the day is ended", clinic._replace(ledger=store.day_ended(clinic.ledger))

    def _at_kiosk(self, clinic: Clinic, at: int, kiosk: Kiosk) -> Iterator[Step]:
        if kiosk.request is None:
            coming = [visit for visit in self.visits if visit.kiosk == at][kiosk.came :]
            if coming:
                visit = coming[0]
                sentence = f"{visit.person} asks kiosk {at + 1} for a ticket ({visit.request})"
                yield sentence, clinic.kiosk(at, asking(kiosk, visit, self.off), Message("ask", at, visit.request))
        elif kiosk.asks:
            yield from self._asks(clinic, at, kiosk, kiosk.request)
        else:
            yield from self._prints(clinic, at, kiosk, kiosk.request)
        yield from self._settles_again(clinic, at, kiosk)
        if self.cards and kiosk.request is None and kiosk.disk and not kiosk.unanswered():
            known = 0 if Clause.SHEET_TELLS_HIGHEST in self.off else clinic.ledger.highest(OWN_NUMBERS[at]) or 0
            yield f"kiosk {at + 1} gets a new card", clinic.kiosk(at, kiosk._replace(disk=(), own_known=known))

    def _asks(self, clinic: Clinic, at: int, kiosk: Kiosk, request: str) -> Iterator[Step]:
        under_way = any(message.request == request and message.what in {"ask", "given"} for message in clinic.net)
        if not under_way:
            yield f"kiosk {at + 1} asks again for {request}", clinic.kiosk(at, kiosk, Message("ask", at, request))
        elif not clinic.faults and not self.slow:
            return
        waited = clinic.fault() if under_way and not self.slow else clinic  # a message later than three seconds
        number = own_number(kiosk, OWN_NUMBERS[at])
        if number is not None:
            sentence = f"nobody answered kiosk {at + 1}: it goes on alone and prints {number} for {request}"
            yield sentence, waited.kiosk(at, printing(kiosk, number, self.off))
        gone, line = settled(kiosk._replace(request=None), request, SettleOutcome.NOT_PRINTED)
        sentence = f"nobody answered kiosk {at + 1}: whoever asked for {request} goes away"
        yield sentence, waited.kiosk(at, gone, Message("settle", at, request, line))
        if clinic.faults:
            yield f"power cut at kiosk {at + 1}, which was asking for {request}", self._power_cut(clinic, at, kiosk)

    def _prints(self, clinic: Clinic, at: int, kiosk: Kiosk, request: str) -> Iterator[Step]:
        number = kiosk.number
        assert number is not None
        out = clinic._replace(hands=clinic.hands | {(number, self._person(request))})
        yield f"kiosk {at + 1} has printed {number}", self._paper(out, at, SettleOutcome.PRINTED)
        if clinic.faults:
            yield f"power cut at kiosk {at + 1} before {number} is out", self._power_cut(clinic, at, kiosk)
            yield f"power cut at kiosk {at + 1}, but {number} is out", self._power_cut(out, at, kiosk)
            out, clinic = out.fault(), clinic.fault()
            yield f"the printer fails: {number} is shown", self._paper(out, at, SettleOutcome.SHOWN)
            yield f"the printer fails: {number} is on no paper", self._paper(clinic, at, SettleOutcome.NOT_PRINTED)

    def _paper(self, clinic: Clinic, at: int, outcome: SettleOutcome) -> Clinic:
        kiosk = clinic.kiosks[at]
        assert kiosk.request is not None
        number = None if outcome is SettleOutcome.NOT_PRINTED else kiosk.number
        idle, line = settled(kiosk._replace(request=None, number=None), kiosk.request, outcome, number)
        return clinic.kiosk(at, idle, Message("settle", at, kiosk.request, line))

    def _power_cut(self, clinic: Clinic, at: int, kiosk: Kiosk) -> Clinic:
        up, lines = after_power_cut(kiosk, self.off)
        return clinic.fault().kiosk(at, up, *(Message("settle", at, line.request, line) for line in lines))

    def _settles_again(self, clinic: Clinic, at: int, kiosk: Kiosk) -> Iterator[Step]:
        if Clause.SETTLE_ASKED_AGAIN in self.off:
            return
        for line in kiosk.unanswered():
            if not any(message.line == line or message == Message("settled", at, line.request) for message in clinic.net):
                sentence = f"kiosk {at + 1} tells again: {line.request} {line.outcome}"
                yield sentence, clinic.kiosk(at, kiosk, Message("settle", at, line.request, line))

    # ------------------------------------------------------------------------------------------------- the net

    def _under_way(self, clinic: Clinic, message: Message) -> Iterator[Step]:
        without = clinic._replace(net=clinic.net - {message})
        yield self._arrives(without, message)
        if clinic.faults:
            yield f"lost: {message}", without.fault()
            sentence, after = self._arrives(clinic.fault(), message)
            yield f"{sentence}; the message comes once more", after

    def _arrives(self, clinic: Clinic, message: Message) -> Step:
        kiosk, request = clinic.kiosks[message.kiosk], message.request
        match message.what:
            case "ask":
                return self._asked(clinic, message)
            case "settle" if message.line is not None:
                ledger = store.settle(clinic.ledger, message.line, self.off, self._visit(request).code)
                after = clinic._replace(ledger=ledger, net=clinic.net | {Message("settled", message.kiosk, request)})
                return f"the store hears: {request} {message.line.outcome} {message.line.number or ''}".rstrip(), after
            case "settled":
                return f"kiosk hears that {request} is settled", clinic.kiosk(message.kiosk, heard(kiosk, f"{request} settled"))
            case _ if kiosk.request != request or not kiosk.asks:
                return f"nobody waits any more for {message}", clinic
            case _ if message.number is None:
                gone, line = settled(kiosk._replace(request=None), request, SettleOutcome.NOT_PRINTED)
                return f"{request} is refused", clinic.kiosk(
                    message.kiosk, gone, Message("settle", message.kiosk, request, line)
                )
            case _:
                sentence = f"kiosk {message.kiosk + 1} is given {message.number} for {request}"
                return sentence, clinic.kiosk(message.kiosk, printing(kiosk, message.number, self.off))

    def _asked(self, clinic: Clinic, message: Message) -> Step:
        visit = self._visit(message.request)
        ledger, number = store.ask(clinic.ledger, message.request, visit.code, self.off)
        told = clinic.told if number is None else clinic.told | {(number, visit.person)}
        reply = Message("given", message.kiosk, message.request, number=number)
        after = clinic._replace(ledger=ledger, told=told, net=clinic.net | {reply})
        return f"the store answers {message.request} with {number or 'a refusal'}", after

    # --------------------------------------------------------------------------------------------- the counter

    def _at_counter(self, clinic: Clinic) -> Iterator[Step]:
        ledger = clinic.ledger
        current, following = ledger.ticket(ledger.point), store.next_in_line(ledger)
        if current is not None and current.state is State.CALLED:
            holders = {hand for hand in clinic.hands if hand[0] == current.number}
            if holders:
                after = clinic._replace(served=clinic.served | holders, due=clinic.due - {who for _, who in holders})
                done = store.moved(ledger, current, Act.COMPLETE)
                yield f"{current.number} comes and is served", after._replace(ledger=done)
            else:
                absent = store.moved(ledger, current, Act.NO_SHOW)
                yield f"nobody comes with {current.number}: absent", clinic._replace(ledger=absent)
        elif following is not None and ledger.point is None:
            yield f"the counter calls {following.number}", self._called(clinic, following)
        for ticket in ledger.tickets:
            if ticket.state is State.ABSENT and any(number == ticket.number for number, _ in clinic.hands):
                back = store.moved(ledger, ticket, Act.COME_BACK)
                yield f"{ticket.number} shows up at reception and is back in line", clinic._replace(ledger=back)
            if clinic.faults and ticket.state is State.WAITING and not ticket.callable:
                ripe = ledger.write_ticket(ticket._replace(callable=True))
                yield f"ten seconds without news of the paper of {ticket.number}", clinic.fault()._replace(ledger=ripe)

    def _called(self, clinic: Clinic, ticket: Ticket) -> Clinic:
        whose = self._people(clinic.ledger, ticket.number)
        waiting = (one for one in clinic.ledger.tickets if one.state is State.WAITING and one.callable and one != ticket)
        overtaken = {who for one in waiting for who in self._people(clinic.ledger, one.number) & clinic.due}
        on_paper = any(number == ticket.number for number, _ in clinic.hands)
        return clinic._replace(
            ledger=store.moved(clinic.ledger, ticket, Act.CALL),
            due=clinic.due if on_paper else clinic.due | whose,
            overtaken=min(overtaken) if overtaken and not whose & clinic.due else None,
            paperless=None if on_paper or clinic.faults < self.faults else ticket.number,
        )

    def _people(self, ledger: Ledger, number: int) -> set[str]:
        return {self._person(request.id) for request in ledger.requests if request.ticket == number}

    def _person(self, request: str) -> str:
        return self._visit(request).person

    def _visit(self, request: str) -> Visit:
        return next(visit for visit in self.visits if visit.request == request)

    # ------------------------------------------------------------------------------------------------ the laws

    def broken(self, clinic: Clinic) -> str | None:
        """The law that does not hold at this moment."""
        return (
            two_papers_with_one_number(clinic.hands)
            or number_told_twice(clinic.told)
            or ledger_at_odds(clinic.ledger)
            or (f"{clinic.overtaken} was called before, and somebody else is first" if clinic.overtaken else None)
            or (f"{clinic.paperless} is called and nobody can hold it yet" if clinic.paperless else None)
        )

    def broken_in_the_end(self, clinic: Clinic) -> str | None:
        """Printed paper stands, nobody is forgotten, no ticket stands for nobody, and reception knows of second papers."""
        for number, person in sorted(clinic.hands):
            ticket = clinic.ledger.ticket(number)
            if ticket is None or ticket.state is State.VOID:
                return f"{person} holds {number}, which does not stand"
            if (number, person) not in clinic.served and not clinic.ledger.closed:
                return f"{person} holds {number} and is forgotten"
        twice = second_paper_unknown(clinic)
        if twice is not None:
            return twice
        held = {number for number, _ in clinic.hands}
        for ticket in clinic.ledger.tickets:
            if ticket.number not in held and ticket.state in _ALIVE and not store.is_marked_unknown(ticket):
                return f"{ticket.number} stands for nobody"
        waiting = next((kiosk.request for kiosk in clinic.kiosks if kiosk.request is not None), None)
        return f"{waiting} waits at the kiosk for ever" if waiting else None


def second_paper_unknown(clinic: Clinic) -> str | None:
    """Somebody holds two numbers, and neither is marked for reception."""
    for person in sorted({person for _, person in clinic.hands}):
        own = [clinic.ledger.ticket(number) for number, holder in clinic.hands if holder == person]
        if len(own) > 1 and not any(ticket.marks for ticket in own if ticket is not None):
            return f"{person} has two places, and nobody at reception knows"
    return None


def two_papers_with_one_number(hands: frozenset[tuple[int, str]]) -> str | None:
    """Law 3, as the patients see it."""
    numbers = [number for number, _ in hands]
    return next((f"{number} is on two papers" for number in sorted(numbers) if numbers.count(number) > 1), None)


def number_told_twice(told: frozenset[tuple[int, str]]) -> str | None:
    """Law 3, as the store tells it."""
    numbers = [number for number, _ in told]
    return next((f"{number} was given to two" for number in sorted(numbers) if numbers.count(number) > 1), None)


def ledger_at_odds(ledger: Ledger) -> str | None:
    """What a table's constraint would not let be: one number, one ticket; one code, one place; a point shows who is called."""
    numbers = [ticket.number for ticket in ledger.tickets]
    if len(set(numbers)) < len(numbers):
        return "one number has two tickets"
    codes = [ticket.code for ticket in ledger.tickets if ticket.code and ticket.state is not State.VOID and not ticket.beside]
    if len(set(codes)) < len(codes):
        return "one code has two places"
    shown = ledger.ticket(ledger.point)
    if ledger.point is not None and (shown is None or shown.state is not State.CALLED):
        return f"the counter shows {ledger.point}, which is not called there"
    return None
