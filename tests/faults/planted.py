"""Bugs that are planted on purpose into a real program of the clinic: `python -m tests.faults.planted BUG PROGRAM ARGUMENTS`.

Each breaks one promise in the way that a careless change would; the rest of the program is as it is.
"""

import runpy
import sys
import time
from collections.abc import Callable
from typing import Any, Final

import msgspec

from booking_store import answering, ledger
from booking_store.desk import calling, dispatch, issue, recent_calls
from booking_store.notices import Outgoing
from booking_store.serving import Serving
from booking_store.store import Store
from display_device import known, waiting_room
from display_device.voice import spoken_file
from mqtt.contract import REPLY, Call, Settle, Settled

SLOW_CARD_SECONDS: Final = 0.01
"""How long a commit takes on a card such as clinics have."""


def answers_forgotten() -> None:
    """A request that is asked again is done again."""
    ledger.remembered = lambda *_: None
    ledger.remember = lambda *_: None


def reply_before_commit() -> None:
    """Whoever asked has the answer before it is durable."""
    reply, begin = answering.reply, Serving.__init__
    wires: list[Serving] = []

    def begins(self: Serving, *arguments: Any) -> None:
        begin(self, *arguments)
        wires.append(self)

    def replies(desk: Any, transaction: Any, one: Any) -> Any:
        answer = reply(desk, transaction, one)
        wires[0]._send([Outgoing(REPLY.name, one.device, answer)])
        time.sleep(SLOW_CARD_SECONDS)
        return answer

    Serving.__init__, answering.reply = begins, replies  # type: ignore[method-assign]


def numbers_from_memory() -> None:
    """A paper's number is counted in memory, and not read from its ticket's row: after a start it is counted anew."""
    paper, next_ones = issue.paper, {}

    def counted(desk: Any, day: Any, ticket: Any, stop: Any, *, again: bool = False) -> Any:
        given = paper(desk, day, ticket, stop, again=again)
        if given.source != "walk_in":
            return given
        number = next_ones[ticket.department] = next_ones.get(ticket.department, ticket.department * 100) + 1
        return msgspec.structs.replace(given, number=number)

    issue.paper = counted


def settles_dropped() -> None:
    """A settle is answered, and not written down."""
    who, _ = dispatch.HANDLERS[Settle]
    dispatch.HANDLERS[Settle] = (who, lambda _desk, _asked, operation: Settled(number=operation.number))


def call_ids_used_again() -> None:
    """A call's id is counted from 1 at each start, and does not say which start that was."""
    read: Callable[[Any], Call] = recent_calls._call
    firsts: dict[str, int] = {}

    def counted(row: Any) -> Call:
        call = read(row)
        return msgspec.structs.replace(call, epoch="once", call=max(1, row.id - firsts.setdefault(row.epoch, row.id) + 1))

    recent_calls._call = counted


def nothing_published_anew() -> None:
    """A store that starts trusts in what its last run left at the broker."""
    Store.everything = lambda *_: []  # type: ignore[assignment, method-assign]


def presses_done_again() -> None:
    """A press that is asked again counts again, whatever its presser saw."""
    answers_forgotten()
    calling.counts = lambda *_, **__: True


def retained_calls_spoken() -> None:
    """A hall speaks whatever stands on the board when it starts, heard before or not."""
    spoken_file.load_spoken = lambda _: ()


def new_epoch_refused() -> None:
    """A hall takes a snapshot of another epoch for an old one."""
    newer = known.is_newer
    waiting_room.is_newer = lambda feed, shown, heard: newer(feed, shown, heard) and (shown is None or shown[0] == heard[0])


STORE_BUGS: Final[dict[str, Callable[[], None]]] = {
    bug.__name__: bug
    for bug in (
        answers_forgotten,
        reply_before_commit,
        numbers_from_memory,
        settles_dropped,
        call_ids_used_again,
        nothing_published_anew,
        presses_done_again,
    )
}
HALL_BUGS: Final[dict[str, Callable[[], None]]] = {bug.__name__: bug for bug in (retained_calls_spoken, new_epoch_refused)}


def main() -> None:
    """Plant the bug and run the program."""
    _, bug, program, *arguments = sys.argv
    (STORE_BUGS | HALL_BUGS)[bug]()
    sys.argv = [program, *arguments]
    runpy.run_module(program, run_name="__main__")


if __name__ == "__main__":
    main()
