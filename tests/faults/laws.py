"""The laws, asked from outside after the faults: of papers in hands, of what was told, of the ledger's rows, of the screens."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from tests.faults.crowd import DAY_AFTER_TOMORROW, Promised
from tests.faults.house import House


def broken(house: House, promised: Promised | None = None) -> list[str]:
    """Every law that is broken, in words; empty: none."""
    promised = promised or Promised()
    printed = [number for _, number in house.papers()]
    papers = [*promised.papers, *(number for number in printed if number is not None)]
    standing = [number for (number,) in house.rows("SELECT number FROM tickets WHERE state <> 'void'")]
    faults = list(promised.trouble)
    faults += _some("papers with the same number", _twice(papers))
    faults += _some("the same number twice in the ledger", _twice(standing))
    faults += _some("papers that the ledger does not hold", sorted(set(papers) - set(standing)))
    faults += _some(
        "history that the ledger says it lost", house.rows("SELECT settling_why FROM ledger WHERE settling_why <> ''")
    )
    unsettled = house.rows("SELECT device, request, number FROM ticket_requests WHERE outcome IS NULL")
    faults += _some("requests that were never settled", unsettled)
    wrong = house.rows(
        "SELECT r.number, r.settled_number FROM ticket_requests r JOIN tickets t ON t.id = r.ticket"
        " WHERE r.outcome IN ('printed', 'shown', 'unknown') AND (t.number <> r.settled_number OR t.state = 'void')"
    )
    faults += _some("settled with a number that does not stand", wrong)
    faults += _some("never called", never_called(house))
    faults += _some("told to two presses as called", _twice([number for _, number in promised.told]))
    twice = house.rows("SELECT epoch, number FROM calls WHERE kind = 'call' GROUP BY epoch, stop HAVING count(*) > 1")
    faults += _some("called twice in one epoch", twice)
    for point, presses in promised.presses.items():
        called_there = len(house.rows(f"SELECT 1 FROM calls WHERE kind = 'call' AND point = '{point}'"))  # noqa: S608  our own
        faults += _some(f"calls at {point} that nobody pressed for", max(0, called_there - presses))
    later = "JOIN sessions s ON s.id = b.session WHERE b.state = 'active' AND s.date >= "
    held = {code for (code,) in house.rows(f"SELECT code FROM bookings b {later} '{DAY_AFTER_TOMORROW}'")}  # noqa: S608  our own
    faults += _some("booked, and told to nobody", sorted(held - set(promised.booked)))
    faults += _some("codes that the ledger does not hold", sorted(set(promised.booked) - held))
    seen = [(call.epoch, call.number) for call in list(house.watcher.seen.calls.values()) if call.kind == "call"]
    faults += _some("called twice on the boards", _twice(seen))
    called = {number for (number,) in house.rows("SELECT number FROM calls")}
    spoken = [int(path.name.split("-")[1]) for path in house.hall.said()]
    faults += _some("spoken, and never called", sorted(set(spoken) - called))
    return faults


def said_again(announcements: Sequence[Path]) -> list[int]:
    """The numbers that were said again after another one; two readings in a row are one announcement."""
    numbers = [int(path.name.split("-")[1]) for path in announcements]
    begun = [number for number, before in zip(numbers, [0, *numbers], strict=False) if number != before]
    return [number for number, times in Counter(begun).items() for _ in range(times - 1)]


def never_called(house: House) -> list[object]:
    """The tickets that stand and were called nowhere yet."""
    query = "SELECT number FROM tickets t WHERE state <> 'void' AND NOT EXISTS (SELECT 1 FROM calls WHERE ticket = t.id)"
    return [number for (number,) in house.rows(query)]


def _twice(things: list[object]) -> list[object]:
    return [thing for thing, times in Counter(things).items() if times > 1]


def _some(what: str, found: object) -> list[str]:
    return [f"{what}: {found}"] if found else []
