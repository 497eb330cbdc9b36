"""The model's ledger: ticket requests, tickets and one point, changed by the rules that the desk asks too.

What is decided here is decided by rules/settling.py, check_in.py, numbering.py, journey.py and call_order.py; a clause
that is left out changes what they are asked, or what is done with their answer.
"""

from datetime import UTC, date, datetime
from functools import cache
from typing import Final, NamedTuple

from kiosk_device.settling import Settling
from rules.call_order import Candidate, Turn, first_few, place
from rules.check_in import Admitted, Decision, SameTicket, Visit, decide
from rules.journey import Act, State, after
from rules.numbering import next_number
from rules.settling import (
    UNKNOWN_PRINT,
    Claim,
    Effect,
    Fate,
    Given,
    PaperEnd,
    Place,
    Promise,
    Waits,
    claim_of_code,
    effect,
    is_out,
    number_on_paper,
    stands,
    waits,
)
from rules.site import CallOrderPolicy, CheckInWindow, NumberRange
from tests.model.clauses import Clause, Off

NUMBERS: Final = NumberRange(1, 89)
"""What the store gives; the kiosks' own numbers stand above."""
TODAY: Final = date(2026, 11, 22)
NOW: Final = datetime(2026, 11, 22, 9, tzinfo=UTC)
POLICY: Final = CallOrderPolicy()


class Request(NamedTuple):
    """A ticket request as the ledger knows it. `ticket`: the number that it belongs to."""

    id: str
    given: int | None = None
    ticket: int | None = None
    end: PaperEnd | None = None
    settled: int | None = None


class Ticket(NamedTuple):
    number: int
    code: str | None  # None: a walk-in
    joined: int  # its place in the line
    state: State = State.WAITING
    callable: bool = False
    called: bool = False  # ever
    head: bool = False
    marks: tuple[str, ...] = ()
    beside: bool = False


class Ledger(NamedTuple):
    requests: tuple[Request, ...] = ()
    tickets: tuple[Ticket, ...] = ()
    point: int | None = None  # the number that the counter shows
    closed: bool = False
    floor: int = 0  # numbers up to it are skipped (after a «go»)

    def request(self, request: str) -> Request | None:
        return next((one for one in self.requests if one.id == request), None)

    def ticket(self, number: int | None) -> Ticket | None:
        return next((one for one in self.tickets if one.number == number), None)

    def write_request(self, request: Request) -> "Ledger":
        others = (one for one in self.requests if one.id != request.id)
        return self._replace(requests=tuple(sorted((*others, request))))

    def write_ticket(self, ticket: Ticket) -> "Ledger":
        others = (one for one in self.tickets if one.number != ticket.number)
        return self._replace(tickets=tuple(sorted((*others, ticket), key=lambda one: one.number)))

    def end_of_line(self) -> int:
        return 1 + max((one.joined for one in self.tickets), default=0)

    def highest(self, numbers: NumberRange) -> int | None:
        """The highest number of a range, whatever became of its ticket."""
        return max((one.number for one in self.tickets if numbers.first <= one.number <= numbers.last), default=None)


# ------------------------------------------------------------------------------------ a ticket is asked for


def ask(ledger: Ledger, request: str, code: str | None, off: Off) -> tuple[Ledger, int | None]:
    """The ledger after a ticket request, and the number it is answered with; None: a refusal."""
    known = ledger.request(request)
    if known is not None and known.given is not None and Clause.REMEMBERED not in off:
        return ledger, known.given
    if known is not None and known.end is not None and Clause.AFTER_ITS_SETTLE not in off:
        return ledger, None
    if ledger.closed:
        return ledger, None
    same = _ticket_of(ledger, code, off)
    decision = _decided(same.number, same.state) if same is not None else Admitted()
    if isinstance(decision, SameTicket) and same is not None:
        if decision.back_in_line:
            same = same._replace(state=State.WAITING, head=True)
        return ledger.write_ticket(same).write_request(Request(request, same.number, same.number)), same.number
    if isinstance(decision, Admitted):
        return _issue(ledger, request, code, off)
    return ledger, None


def _ticket_of(ledger: Ledger, code: str | None, off: Off) -> Ticket | None:
    if code is None or Clause.SAME_CODE_SAME_TICKET in off:
        return None
    own = [one for one in ledger.tickets if one.code == code and one.state is not State.VOID]
    return min(own, key=lambda one: one.beside, default=None)


@cache
def _decided(number: int, state: State) -> Decision:
    visit = Visit(date=TODAY, starts=NOW, ends=NOW, number=number, state=state)
    return decide(visit, TODAY, accepting=True, window=CheckInWindow(), now=NOW)


def _issue(ledger: Ledger, request: str, code: str | None, off: Off) -> tuple[Ledger, int | None]:
    counted = ledger
    if Clause.NEVER_GIVEN_AGAIN in off:
        counted = ledger._replace(tickets=tuple(one for one in ledger.tickets if one.state is not State.VOID))
    if Clause.SETTLE_RAISES_RANGE in off:
        given = {one.given for one in ledger.requests}
        counted = ledger._replace(tickets=tuple(one for one in ledger.tickets if one.number in given))
    number = next_number(NUMBERS, max(counted.highest(NUMBERS) or 0, ledger.floor) or None)
    if number is None:
        return ledger, None
    settled_before = ledger.request(request)  # only where rule 5 is left out
    row = settled_before._replace(given=number) if settled_before else Request(request, number, number)
    ticket = Ticket(number, code, ledger.end_of_line(), callable=Clause.CALLED_ONCE_SETTLED in off)
    return ledger.write_ticket(ticket).write_request(row), number


# ----------------------------------------------------------------------------------- what the paper says


def settle(ledger: Ledger, line: Settling, off: Off, code: str | None = None) -> Ledger:
    """The ledger after a settle, as booking_store/desk/settle.py writes it. `code`: with what the kiosk was asked, as
    it says where it went on alone; None: somebody walked in."""
    known = ledger.request(line.request) or Request(line.request)
    if is_out(known.end):
        return ledger
    if ledger.closed and Clause.NEVER_REFUSED in off:
        return ledger
    end = PaperEnd(line.outcome.value)
    number = number_on_paper(end, line.number, known.given)
    ledger = ledger.write_request(known._replace(end=end, settled=number))
    given, there = ledger.ticket(known.ticket), ledger.ticket(number)
    held = given is not None and _held(ledger, given, line.request, off)
    code, marks = (code, ()) if given is not None else _claimed(ledger, code, off)
    done = effect(
        end,
        number,
        Given(given.number, held) if given is not None else None,
        there.state if there is not None else None,
        day_over=ledger.closed,
        place_taken=_place_taken(ledger, given or there),
        claim=Claim(marks) if given is None else None,
    )
    if given is not None and done.voids and (Clause.TAKES_ITS_PLACE not in off or number is None):
        ledger = _void(ledger, given, off)
    if number is None:
        return ledger
    ledger = _stand(ledger, number, (given, there), done, off, code)
    return ledger.write_request(Request(line.request, known.given, number, end, number))


def _claimed(ledger: Ledger, code: str | None, off: Off) -> tuple[str | None, tuple[str, ...]]:
    """The code that a paper given alone has the place of, and its marks."""
    if code is None or Clause.SAYS_WHAT_FOR in off:
        return None, ()
    same = _ticket_of(ledger, code, off)
    if same is None or Clause.SECOND_WALKS_IN in off:
        return code, ()
    place, marks = claim_of_code(_decided(same.number, same.state))
    return code if place is Place.BOOKED else None, marks


def _place_taken(ledger: Ledger, like: Ticket | None) -> bool:
    """Whether the code of a ticket has got another one since."""
    same = _ticket_of(ledger, like.code, frozenset()) if like is not None else None
    return same is not None and same != like


def _held(ledger: Ledger, given: Ticket, settled: str, off: Off) -> bool:
    """Whether any request holds the given number; without rule 3, or 4, only the one that is settled now is asked."""
    promises = [Promise(one.end, one.settled) for one in ledger.requests if one.ticket == given.number]
    now = next(Promise(one.end, one.settled) for one in ledger.requests if one.id == settled)
    if (Clause.BOTH_STAND if is_out(now.end) else Clause.STANDS_WHILE_HELD) in off:
        promises = [now]
    return stands(given.number, promises)


def _void(ledger: Ledger, ticket: Ticket, off: Off) -> Ledger:
    ended = after(ticket.state, Act.VOID)
    if not isinstance(ended, State):
        return ledger
    if ledger.point == ticket.number and Clause.POINT_CLEARED not in off:
        ledger = ledger._replace(point=None)
    return ledger.write_ticket(ticket._replace(state=ended))


def _stand(
    ledger: Ledger, number: int, tickets: tuple[Ticket | None, Ticket | None], done: Effect, off: Off, code: str | None
) -> Ledger:
    given, there = tickets
    if there is not None and done.fate is Fate.JOINS:
        if Clause.SETTLE_JOINS not in off:
            marks = tuple(dict.fromkeys((*there.marks, *done.marks)))
            return ledger.write_ticket(there._replace(callable=True, marks=marks))
        return ledger._replace(tickets=(*ledger.tickets, there._replace(callable=True)))
    like = given if done.voids else there
    where = waits(takes_a_place=like is not None, was_called=like is not None and like.called)
    if where is Waits.AT_THE_HEAD and Clause.HEAD_OF_THE_STAGE in off:
        where = Waits.AT_THE_END
    whose = given or there
    ticket = Ticket(
        number,
        whose.code if whose is not None else code,
        ledger.end_of_line() if like is None or where is Waits.AT_THE_END else like.joined,
        State.NOT_SERVED if done.fate is Fate.ENDS else State.WAITING,
        callable=True,
        head=where is Waits.AT_THE_HEAD,
        marks=done.marks,
        beside=done.beside,
    )
    return ledger.write_ticket(ticket)


# ------------------------------------------------------------------------------------- the counter, the day


def next_in_line(ledger: Ledger) -> Ticket | None:
    """Whom the point calls next."""
    waiting = [one for one in ledger.tickets if one.state is State.WAITING and one.callable]
    return ledger.ticket(_first(tuple((one.number, one.joined, one.head) for one in waiting)))


@cache
def _first(waiting: tuple[tuple[int, int, bool], ...]) -> int | None:
    candidates = (
        Candidate(number, joined, "walk_in", turn=Turn.BACK if head else Turn.LINE) for number, joined, head in waiting
    )
    placed = [place(one, POLICY) for one in candidates]
    return next((one.number for one in first_few(placed, POLICY, now_ms=0, since_returning=0, most=1)), None)


def moved(ledger: Ledger, ticket: Ticket, act: Act) -> Ledger:
    """The ledger after an act on a ticket that the journey allows."""
    state = after(ticket.state, act)
    assert isinstance(state, State), f"{act} on {ticket}"
    called = ticket.called or act is Act.CALL
    head = ticket.head or act is Act.COME_BACK
    if state is State.CALLED or ledger.point == ticket.number:
        ledger = ledger._replace(point=ticket.number if state is State.CALLED else None)
    return ledger.write_ticket(ticket._replace(state=state, called=called, head=head))


def day_ended(ledger: Ledger) -> Ledger:
    """«پایان روز»: each ticket has an outcome."""
    states = ((one, after(one.state, Act.END_DAY)) for one in ledger.tickets)
    ended = tuple(one._replace(state=state) if isinstance(state, State) else one for one, state in states)
    return ledger._replace(tickets=ended, point=None, closed=True)


def is_marked_unknown(ticket: Ticket) -> bool:
    """Perhaps nobody holds its paper, and reception knows that."""
    return UNKNOWN_PRINT in ticket.marks
