"""The laws of the house, checked from outside at the end of a day: papers in hands, sounds that were heard and what was told
by telephone, against the rows of the ledger. Each law is one function that says what is broken, and nothing when all is well.
"""

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Final

from rules.settling import TWO_PAPERS
from simulation.laws_of_absences import (
    a_code_that_is_good_again_is_taken,
    nobody_is_called_to_a_doctor_who_is_gone,
    what_is_taken_back_is_told_to_nobody,
    who_is_touched_is_told_once,
    who_was_touched_has_it_again,
)
from simulation.laws_of_texts import a_text_comes_once, a_text_that_was_promised_comes
from simulation.recovery import WITHIN_SECONDS
from simulation.witness import Paper

if TYPE_CHECKING:
    from simulation.world import World

SPOKEN_WITHIN_SECONDS: Final = 90.0
SPOKEN_BY_THEN_SECONDS: Final = 30.0
"""A call this short before everybody is sent home is perhaps taken back before its turn."""
Row = sqlite3.Row


class Ledger:
    """The day's rows, read from beside the store."""

    def __init__(self, world: "World") -> None:
        connection = sqlite3.connect(f"file:{world.disk.path}?mode=ro", uri=True)
        connection.row_factory = sqlite3.Row
        self._rows: Callable[[str], list[Row]] = lambda sql: connection.execute(sql).fetchall()
        self.tickets = self._rows("SELECT * FROM tickets ORDER BY id")
        self.stops = self._rows("SELECT * FROM stops ORDER BY id")
        self.calls = self._rows("SELECT * FROM calls ORDER BY id")
        self.days = self._rows("SELECT * FROM service_days")
        self.bookings = self._rows("SELECT * FROM bookings")
        self.absences = self._rows("SELECT * FROM absences ORDER BY id")
        self.touched = self._rows("SELECT absence, booking, ticket FROM touched")
        self.texts = self._rows("SELECT * FROM texts ORDER BY id")
        self.epochs = self._rows("SELECT * FROM epochs ORDER BY started_at_ms")
        self.requests = self._rows("SELECT * FROM ticket_requests")
        (counted,) = self._rows("SELECT sequence, last_commit_ms FROM ledger")
        self.sequence, self.last_commit_ms = int(counted["sequence"]), int(counted["last_commit_ms"])
        self._date_of = {one["id"]: one["date"] for one in self._rows("SELECT id, date FROM sessions")}
        self.today = self.days[0]["id"] if self.days else 0
        self.by_number = {(one["service_day"], one["number"]): one for one in self.tickets}
        connection.close()

    def rows(self) -> Iterator[tuple[Any, ...]]:
        """All that became of the day, as it is written."""
        kept = (self.tickets, self.stops, self.calls, self.days, self.bookings, self.absences, self.texts)
        for table in (*kept, self.epochs, self.requests):
            yield from map(tuple, table)

    def visit_of(self, booking: Row) -> tuple[str, str, int | None]:
        """What becomes of a booking: its state, its date, and who stands in for its doctor."""
        return booking["state"], self._date_of[booking["session"]], booking["substitute"]

    def day_of(self, paper: Paper) -> int:
        """The service day of a paper; one that was given alone before the day was opened names only the date."""
        return paper.service_day or int(self.today)


def broken(world: "World", ledger: Ledger) -> list[str]:
    """Every law that does not hold, in words."""
    return [f"{name}: {what}" for name, law in LAWS.items() for what in law(world, ledger)]


def a_promised_ticket_is_never_lost(world: "World", ledger: Ledger) -> Iterator[str]:
    """Laws 1 and 5: what is on paper stands in the ledger."""
    for paper in world.witness.papers:
        ticket = ledger.by_number.get((ledger.day_of(paper), paper.number))
        if ticket is None or ticket["state"] == "void":
            stands = "is void" if ticket is not None else "is not there"
            yield f"{paper.number} of {paper.kiosk} at {paper.at:.1f} s {stands}"


def nothing_stands_that_nobody_holds(world: "World", ledger: Ledger) -> Iterator[str]:
    """Law 5 the other way round: a number that is on no paper, was shown to nobody and is not in doubt is void. In doubt is one
    that was only shown, too: its kiosk may have gone dark before anybody read it."""
    held = {(ledger.day_of(paper), paper.number) for paper in world.witness.papers}
    perhaps = [one for one in ledger.requests if one["outcome"] in ("unknown", "shown")]
    doubted = {(one["service_day"] or ledger.today, one["settled_number"]) for one in perhaps}  # 0: alone before the day began
    for ticket in ledger.tickets:
        key = (ticket["service_day"], ticket["number"])
        if ticket["state"] != "void" and key not in held and key not in doubted:
            yield f"{ticket['number']} stands, is {ticket['state']}, and nobody holds it"


def a_number_is_unique(world: "World", ledger: Ledger) -> Iterator[str]:
    """Law 3: two people hold the same number, or were given it, only if they typed the same code. PROTOCOL 3: not even a number
    that became void is given again."""
    claims: dict[tuple[int, int], set[str]] = defaultdict(set)
    for paper in world.witness.papers:
        claims[ledger.day_of(paper), paper.number].add(paper.claim)
    for (_, number), claimed in claims.items():
        if len(claimed) > 1:
            yield f"{number} is held for {len(claimed)} different people"
    for (_, number), given in world.screens.given.items():
        if len(given) > 1:
            yield f"{number} was given to {len(given)} different people"


def what_was_answered_is_durable(world: "World", ledger: Ledger) -> Iterator[str]:
    """Law 1 for every answer: the commit that it names is in the ledger."""
    last = {one["epoch"]: one["last_sequence"] for one in ledger.epochs}
    for epoch, sequence in world.screens.answered_up_to.items():
        if epoch in world.screens.epochs_lost:
            continue
        if epoch not in last:
            yield f"somebody was answered by {epoch}, which the ledger does not know"
        elif sequence > (ledger.sequence if last[epoch] is None else last[epoch]):
            yield f"somebody was answered with commit {sequence} of {epoch}, which never was"


def nobody_gets_two_tickets_for_one_code(world: "World", ledger: Ledger) -> Iterator[str]:
    """Law 2: one booking, one ticket that is not marked as standing beside it."""
    per_booking = Counter(
        one["booking"] for one in ledger.tickets if one["booking"] is not None and one["state"] != "void" and not one["beside"]
    )
    for booking, tickets in per_booking.items():
        if tickets > 1:
            yield f"booking {booking} has {tickets} tickets"


def a_paper_is_of_the_booking_that_was_typed(world: "World", ledger: Ledger) -> Iterator[str]:
    """Law 5: who typed a booking's code holds the ticket of that booking; or one that is marked for reception: a walk-in beside
    another paper of the same code, a number that somebody else has too, a code that was good for nothing any more."""
    booking_of = {one["code"]: one["id"] for one in ledger.bookings}
    for paper in world.witness.papers:
        ticket = ledger.by_number.get((ledger.day_of(paper), paper.number))
        typed = booking_of.get(paper.claim)
        if ticket is None or typed is None or ticket["booking"] == typed or _code_was_forgotten(world, paper, ticket):
            continue
        if ticket["marks"] == "[]" or (ticket["booking"] is not None and TWO_PAPERS not in ticket["marks"]):
            yield f"{paper.number} of {paper.kiosk} at {paper.at:.1f} s is of booking {ticket['booking']}, not of {typed}"


def _code_was_forgotten(world: "World", paper: Paper, ticket: Row) -> bool:
    """A kiosk forgets a code when the store has thanked it for the paper: of an older ledger that is put back it can only ask
    for a walk-in, or for help."""
    return world.lost is not None and paper.at <= world.lost[1] and ticket["booking"] is None


def one_ticket_one_counter(world: "World", ledger: Ledger) -> Iterator[str]:
    """Law 4: at no commit did two points show the same number."""
    yield from world.screens.twice_called


def a_stale_press_does_nothing(world: "World", ledger: Ledger) -> Iterator[str]:
    """Law 6: of the presses that saw the same revision, one was done."""
    yield from world.screens.stale_presses


def one_request_one_effect(world: "World", ledger: Ledger) -> Iterator[str]:
    """Law 2: a press that is asked again has the answer that it had."""
    yield from world.screens.two_answers


def a_call_is_spoken(world: "World", ledger: Ledger) -> Iterator[str]:
    """PROTOCOL 13: a call that stands is spoken, where nothing was wrong around it; the same one once for each start."""
    heard = Counter((one.epoch, one.call) for one in world.witness.spoken if one.first)
    spoken_numbers = [(one.number, one.at) for one in world.witness.spoken]
    for (epoch, call), times in heard.items():
        if times > world.hall.starts:
            yield f"call {call} of {epoch} was announced {times} times"
    for call in ledger.calls:
        at = world.seconds_of(call["called_at_ms"])
        late = at > world.home_time - SPOKEN_BY_THEN_SECONDS
        behind = at < world.served_from.get(call["epoch"], 0.0)  # the ledger's time was, and nobody can say when this was
        if call["withdrawn"] or late or behind or world.troubled(at - 15.0, at + SPOKEN_WITHIN_SECONDS):
            continue
        if not any(number == call["number"] and at <= when <= at + 100.0 for number, when in spoken_numbers):
            yield f"call {call['id']} of {call['number']} at {at:.1f} s was never spoken"


def nobody_is_skipped(world: "World", ledger: Ledger) -> Iterator[str]:
    """Of two alike who wait for the same, who came first is called first."""
    lines: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    tickets = {one["id"]: one for one in ledger.tickets}
    first_call: dict[int, Row] = {}
    for call in ledger.calls:
        first_call.setdefault(call["stop"], call)
    by_number = {call["stop"] for call in ledger.calls if call["why"] == "by_number"}
    stood_in_for = {one["id"] for one in ledger.absences if one["substitute"] is not None}
    taken_over = {one["ticket"] for one in ledger.touched if one["absence"] in stood_in_for}
    stopped: set[tuple[int, str]] = set()
    for stop in ledger.stops:
        ticket = tickets[stop["ticket"]]
        if (ticket["id"], stop["stage"]) in stopped:  # once more at the same stage: reopened, in its old place
            continue
        stopped.add((ticket["id"], stop["stage"]))
        plain = ticket["id"] not in taken_over  # they were in another doctor's line before
        plain = plain and not (
            ticket["priority"] or ticket["priority_asked"] or ticket["urgent_at_ms"] or ticket["marks"] != "[]"
        )
        if plain and stop["turn"] == "line" and not stop["taken_back"] and not stop["only_point"]:
            key = (stop["stage"], stop["department"], stop["doctor"], ticket["source"])
            lines[key].append(stop)
    for waiting in lines.values():
        yield from _overtaken(waiting, first_call, by_number, tickets)


def _overtaken(waiting: list[Row], first_call: dict[int, Row], by_number: set[int], tickets: dict[int, Row]) -> Iterator[str]:
    called = [one for one in waiting if one["id"] in first_call and one["id"] not in by_number]
    for one in waiting:
        callable_ms = tickets[one["ticket"]]["callable_from_ms"]
        mine = first_call.get(one["id"])
        until = mine["called_at_ms"] if mine is not None else one["ended_at_ms"]
        if until is None or one["id"] in by_number:
            continue
        for other in called:
            at = first_call[other["id"]]["called_at_ms"]
            later = other["waiting_since_ms"] > one["waiting_since_ms"]
            if later and max(callable_ms, one["waiting_since_ms"]) + 1000 < at < until:
                number, other_number = tickets[one["ticket"]]["number"], tickets[other["ticket"]]["number"]
                yield f"{other_number} was called at {one['stage']} before {number}, who came earlier"
                break


def nobody_who_came_is_forgotten(world: "World", ledger: Ledger) -> Iterator[str]:
    """Law 11: the day is closed and each ticket has its outcome."""
    open_days = [day["id"] for day in ledger.days if day["ended_at_ms"] is None]
    if open_days:
        yield f"service day {open_days} is still open"
    for ticket in ledger.tickets:
        if ticket["service_day"] not in open_days and ticket["outcome"] is None:
            yield f"{ticket['number']} is {ticket['state']} and has no outcome"


def a_code_that_was_told_is_a_booking(world: "World", ledger: Ledger) -> Iterator[str]:
    """Law 1 by telephone: who heard a code has the place, unless an absence took it, of which a text tells."""
    known = {one["code"]: "active" if one["absence"] else one["state"] for one in ledger.bookings}
    for code, at in world.witness.told_codes.items():
        if known.get(code) != "active" and not world.is_lost(at):
            yield f"a caller was told a code that is {known.get(code)}"


def nobody_is_named(world: "World", ledger: Ledger) -> Iterator[str]:
    """Law 9: no code and no mobile in anything that is retained."""
    personal = {one["code"] for one in ledger.bookings} | {one["mobile"] for one in ledger.bookings}
    for found, path in world.screens.personal.items():
        if found in personal:
            yield f"{path} has {found}"


def time_goes_on(world: "World", ledger: Ledger) -> Iterator[str]:
    """Law 10: within an epoch no snapshot is older than one before it."""
    yield from world.screens.time_ran_back


def everything_agrees_again(world: "World", ledger: Ledger) -> Iterator[str]:
    """Law 8: within ten seconds after the last fault, every time."""
    yield from world.recovery.never
    for seconds in world.recovery.seconds:
        if seconds > WITHIN_SECONDS:
            yield f"it took {seconds:.1f} s until everything agreed"


def no_screen_lies(world: "World", ledger: Ledger) -> Iterator[str]:
    """Law 7: who looked at a screen that had heard nothing for six seconds was told so by it."""
    yield from world.looks.lies


def every_paper_is_settled(world: "World", ledger: Ledger) -> Iterator[str]:
    """PROTOCOL 2: no ticket request is left open when the day is over."""
    for request in ledger.requests:
        if request["outcome"] is None and request["number"] is not None:
            yield f"{request['device']} never said what became of {request['number']}"


LAWS: Final[dict[str, Callable[["World", Ledger], Iterator[str]]]] = {
    "a promised ticket is lost": a_promised_ticket_is_never_lost,
    "a ticket stands for nobody": nothing_stands_that_nobody_holds,
    "a number is given twice": a_number_is_unique,
    "an answer was not durable": what_was_answered_is_durable,
    "a code has two tickets": nobody_gets_two_tickets_for_one_code,
    "a paper is of another booking": a_paper_is_of_the_booking_that_was_typed,
    "a ticket is at two counters": one_ticket_one_counter,
    "a stale press did something": a_stale_press_does_nothing,
    "a request is done twice": one_request_one_effect,
    "a call is not spoken, or too often": a_call_is_spoken,
    "somebody is skipped": nobody_is_skipped,
    "somebody is forgotten": nobody_who_came_is_forgotten,
    "a told code is no booking": a_code_that_was_told_is_a_booking,
    "somebody is called to who is gone": nobody_is_called_to_a_doctor_who_is_gone,
    "somebody is not told once": who_is_touched_is_told_once,
    "what is taken back is told": what_is_taken_back_is_told_to_nobody,
    "somebody does not have it again": who_was_touched_has_it_again,
    "a good code is refused": a_code_that_is_good_again_is_taken,
    "a text is lost": a_text_that_was_promised_comes,
    "a text comes again": a_text_comes_once,
    "somebody is named": nobody_is_named,
    "time runs back": time_goes_on,
    "it does not recover": everything_agrees_again,
    "a screen lies": no_screen_lies,
    "a paper is not settled": every_paper_is_settled,
}
