"""Bugs that are planted on purpose: each breaks one thing in the house for a while, and the laws must find it.

A bug is a context manager, because it has to be gone again for the next day in the same process.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import replace
from types import ModuleType
from typing import Any, Final

from sqlalchemy import select, update

from booking_store import answering, ledger, tables
from booking_store.answering import Incoming
from booking_store.desk import absence, calling, claims, day, dispatch, generations, moves, outbox, settle, site, touched
from booking_store.fence import Fence
from booking_store.generations import Generation
from booking_store.notices import Outgoing
from display_device import waiting_room
from display_device.counter import point_desk
from display_device.voice import announcement
from kiosk_device import alone as kiosk_alone
from kiosk_device.actions import PrintTicket
from kiosk_device.hands import Hands
from kiosk_device.settling import Printing
from mqtt.contract import REPLY, Reason, Refusal, Settle, Settled, TextOutcome, TextToSend, UndoAbsence
from mqtt.feed import Feed
from phone_line.gateways.gateway import Result
from phone_line.texts import Worker
from rules import alone
from rules.generations import Mode
from rules.site import NumberRange
from simulation.store_process import StoreProcess
from simulation.texts import Modem


@contextmanager
def _instead(where: ModuleType | type, name: str, other: Any) -> Iterator[None]:
    """`other` stands in for a name of a module or class."""
    before = getattr(where, name)
    setattr(where, name, other)
    try:
        yield
    finally:
        setattr(where, name, before)


@contextmanager
def no_request_ids() -> Iterator[None]:
    """What was answered is not remembered: a request that is asked again is done again."""
    with _instead(ledger, "remembered", lambda *_: None), _instead(ledger, "remember", lambda *_: None):
        yield


@contextmanager
def reply_before_commit() -> Iterator[None]:
    """Whoever asked has the answer before it is durable."""
    reply, handle = answering.reply, StoreProcess._handle  # noqa: SLF001
    at_work: list[StoreProcess] = []

    def handles(self: StoreProcess) -> None:
        at_work[:] = [self]
        handle(self)

    def replies(desk: Any, transaction: Any, one: Incoming) -> Any:
        answer = reply(desk, transaction, one)
        at_work[0]._send([Outgoing(REPLY.name, one.device, answer)])  # noqa: SLF001
        return answer

    with _instead(StoreProcess, "_handle", handles), _instead(answering, "reply", replies):
        yield


@contextmanager
def stale_press_executed() -> Iterator[None]:
    """A press counts whatever its presser saw."""
    with _instead(calling, "counts", lambda *_, **__: True):
        yield


@contextmanager
def snapshot_without_epoch() -> Iterator[None]:
    """A screen knows a newer snapshot by its sequence alone, be it of another ledger."""

    def by_sequence(_feed: object, shown: tuple[str, int] | None, heard: tuple[str, int]) -> bool:
        return shown is None or heard[1] >= shown[1]

    with _instead(point_desk, "is_newer", by_sequence), _instead(waiting_room, "is_newer", by_sequence):
        yield


@contextmanager
def ranges_that_meet() -> Iterator[None]:
    """Both kiosks have the same numbers for when they are alone."""
    after = alone.number_after

    def of_one_range(sheet: alone.Sheet, of: alone.Day, papers: Any) -> int | None:
        return after(replace(sheet, numbers=NumberRange(900, 949)), replace(of, highest=None), papers)

    with _instead(alone, "number_after", of_one_range):
        yield


@contextmanager
def highest_number_forgotten() -> Iterator[None]:
    """A kiosk that is alone counts from what its sheet says, whatever it has given since."""
    after = alone.number_after
    with _instead(alone, "number_after", lambda sheet, of, _: after(sheet, of, ())):
        yield


@contextmanager
def yesterdays_sheet() -> Iterator[None]:
    """A kiosk that is alone goes by the sheet of the day before."""
    told = kiosk_alone._day  # noqa: SLF001

    def day_before(message: Any, *, to_come: bool) -> alone.Day | None:
        of = told(message, to_come=to_come)
        return of if of is None else replace(of, date="2026-11-22", service_day=0)

    with _instead(kiosk_alone, "_day", day_before):
        yield


@contextmanager
def printed_before_journal() -> Iterator[None]:
    """The printer moves first; that it does is written down afterwards."""
    perform = Hands.perform

    def performs(self: Hands, action: Any) -> None:
        if isinstance(action, PrintTicket) and not action.alone:
            perform(self, replace(action, alone=True))
            self._journal.write(Printing(action.request, action.ticket.number, action.seen))
        else:
            perform(self, action)

    with _instead(Hands, "perform", performs):
        yield


@contextmanager
def given_alone_refused() -> Iterator[None]:
    """What became of a paper that a kiosk gave while alone is refused: nobody had asked for it."""
    answer = dispatch.answer

    def answers(desk: Any, asked: Any, operation: Any) -> Any:
        if isinstance(operation, Settle) and operation.asked is not None:
            return Refusal(reason=Reason.CLOSED)
        return answer(desk, asked, operation)

    with _instead(dispatch, "answer", answers):
        yield


@contextmanager
def papers_of_another_booking() -> Iterator[None]:
    """A paper that a kiosk gave while alone is the ticket of another booking of the same session."""
    claimed, bookings, tickets = claims.claimed, tables.bookings, tables.tickets
    nobody_came = ~select(tickets.c.id).where(tickets.c.booking == bookings.c.id).exists()

    def of_another(desk: Any, asked: Any, on: Any, operation: Any) -> Any:
        claim = claimed(desk, asked, on, operation)
        if claim is None or claim.booking is None:
            return claim
        others = select(bookings.c.id).where(bookings.c.session == claim.session, bookings.c.id != claim.booking, nobody_came)
        other = desk.tx.execute(others.order_by(bookings.c.id.desc()).limit(1)).scalar()
        return claim if other is None else replace(claim, booking=other)

    with _instead(settle, "claimed", of_another):
        yield


@contextmanager
def settle_dropped() -> Iterator[None]:
    """What became of a paper is thanked for, and not written down."""
    answer = dispatch.answer

    def answers(desk: Any, asked: Any, operation: Any) -> Any:
        return Settled() if isinstance(operation, Settle) else answer(desk, asked, operation)

    with _instead(dispatch, "answer", answers):
        yield


@contextmanager
def settle_refused_after_the_day() -> Iterator[None]:
    """What became of a paper is refused once its day has ended."""
    answer = dispatch.answer

    def answers(desk: Any, asked: Any, operation: Any) -> Any:
        if isinstance(operation, Settle) and desk.open_day() is None:
            return Refusal(reason=Reason.CLOSED)
        return answer(desk, asked, operation)

    with _instead(dispatch, "answer", answers):
        yield


@contextmanager
def numbers_given_again() -> Iterator[None]:
    """A number that became void is free for the next one."""
    void = settle._void  # noqa: SLF001

    def voids(desk: Any, asked: Any, ticket: Any) -> None:
        void(desk, asked, ticket)
        out_of_the_way = update(tables.tickets).where(tables.tickets.c.id == ticket.id)
        desk.tx.execute(out_of_the_way.values(number=5000 + ticket.id))

    with _instead(settle, "_void", voids):
        yield


@contextmanager
def restored_without_settling_again() -> Iterator[None]:
    """An older ledger goes on as if it were the newest."""
    with _instead(Generation, "mode", lambda *_: Mode.OPEN):
        yield


@contextmanager
def restored_without_a_gap() -> Iterator[None]:
    """On «go» no number is skipped."""
    with _instead(generations, "_skip_to", lambda *_: None):
        yield


@contextmanager
def two_stores_believed() -> Iterator[None]:
    """A store speaks whoever else does."""
    with _instead(Fence, "heard", lambda self, *_: self):
        yield


@contextmanager
def announcements_without_ids() -> Iterator[None]:
    """What was spoken is not remembered by its call."""
    with _instead(announcement, "_done_with", lambda announcer, _: announcer):
        yield


@contextmanager
def waiting_dropped() -> Iterator[None]:
    """The day ends, and whoever waits is forgotten."""
    with _instead(day, "_left", lambda *_: []):
        yield


@contextmanager
def old_shown_as_new() -> Iterator[None]:
    """A screen believes what it heard last, however long ago."""
    with _instead(Feed, "lost", lambda *_: False), _instead(Feed, "deadline", lambda _: None):
        yield


@contextmanager
def left_in_line_for_who_is_gone() -> Iterator[None]:
    """Whoever waits for a doctor who is gone waits on."""
    with _instead(moves, "tell", lambda *_, **__: None):
        yield


@contextmanager
def stand_in_forgotten() -> Iterator[None]:
    """Who stands in is gone too, and whoever booked with the other doctor waits on for them."""
    booked = touched._booked  # noqa: SLF001

    def for_their_own(desk: Any, row: Any, *more: Any) -> Any:
        person = booked(desk, row, *more)
        if person is None or row.substitute is None:
            return person
        return replace(person, waiting=replace(person.waiting, doctor=row.doctor))

    with _instead(touched, "_booked", for_their_own):
        yield


@contextmanager
def late_papers_wait_for_who_is_gone() -> Iterator[None]:
    """Whose paper is told late waits for their doctor, gone or not."""
    with _instead(touched, "holder", lambda *_: None):
        yield


@contextmanager
def taken_back_for_nobody() -> Iterator[None]:
    """An absence is taken back, and nobody has again what they had."""
    with _instead(absence, "_give_back", lambda *_: True):
        yield


@contextmanager
def taken_back_and_told() -> Iterator[None]:
    """An absence is taken back, and its texts stay in the outbox."""
    with _instead(outbox, "withdraw", lambda *_: 0):
        yield


@contextmanager
def taken_back_and_in_force() -> Iterator[None]:
    """An absence is taken back, and the site in force stays without its hours."""
    answer = dispatch.answer

    def answers(desk: Any, asked: Any, operation: Any) -> Any:
        if not isinstance(operation, UndoAbsence):
            return answer(desk, asked, operation)
        with _instead(site, "put_in_force", lambda *_: None):
            return answer(desk, asked, operation)

    with _instead(dispatch, "answer", answers):
        yield


@contextmanager
def text_told_before_it_is_out() -> Iterator[None]:
    """The store hears that a text has left before the modem has it."""
    send = Worker._send  # noqa: SLF001

    def tells_first(self: Worker, text: TextToSend) -> None:
        self._report(text, Modem.name, Result(TextOutcome.ACCEPTED))
        send(self, text)

    with _instead(Worker, "_send", tells_first):
        yield


PLANTED: Final[dict[str, Callable[[], AbstractContextManager[None]]]] = {
    "no request ids": no_request_ids,
    "reply before commit": reply_before_commit,
    "stale press executed": stale_press_executed,
    "snapshot without epoch": snapshot_without_epoch,
    "ranges that meet": ranges_that_meet,
    "highest number forgotten": highest_number_forgotten,
    "yesterday's sheet": yesterdays_sheet,
    "printed before journal": printed_before_journal,
    "settle refused": given_alone_refused,
    "settle refused after its day": settle_refused_after_the_day,
    "papers of another booking": papers_of_another_booking,
    "settle dropped": settle_dropped,
    "numbers given again after void": numbers_given_again,
    "restored without settling again": restored_without_settling_again,
    "restored without a gap": restored_without_a_gap,
    "two stores believed": two_stores_believed,
    "announcements without call ids": announcements_without_ids,
    "waiting tickets dropped": waiting_dropped,
    "old shown as new": old_shown_as_new,
    "left in line for who is gone": left_in_line_for_who_is_gone,
    "stand-in forgotten": stand_in_forgotten,
    "late papers wait for who is gone": late_papers_wait_for_who_is_gone,
    "taken back for nobody": taken_back_for_nobody,
    "taken back and told": taken_back_and_told,
    "taken back and in force": taken_back_and_in_force,
    "text told before it is out": text_told_before_it_is_out,
}


@contextmanager
def planted(names: frozenset[str]) -> Iterator[None]:
    """The house with these bugs. KeyError: there is no such bug."""
    with ExitStack() as bugs:
        for name in sorted(names):
            bugs.enter_context(PLANTED[name]())
        yield
