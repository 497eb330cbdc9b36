"""What must hold of promises that are kept later, checked as in laws.py: doctors who are away."""

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from simulation.absences import Announced

if TYPE_CHECKING:
    from simulation.laws import Ledger
    from simulation.world import World


def nobody_is_called_to_a_doctor_who_is_gone(world: "World", ledger: "Ledger") -> Iterator[str]:
    """Whom the announcement named, and who came when the doctor was gone, is not called for that doctor any more; unless the
    staff itself sent them back there."""
    tickets = {one["id"]: one for one in ledger.tickets}
    stops = {one["id"]: one for one in ledger.stops}
    for absence, row in _standing(world, ledger):
        named = {one.number for one in absence.plan.touched if one.number is not None}
        gone_from_ms = max(row["announced_at_ms"], world.at_ms(absence.gone_from))
        for call in ledger.calls:
            stop, ticket = stops[call["stop"]], tickets[call["ticket"]]
            to_them = stop["stage"] == "doctor" and stop["doctor"] == absence.doctor
            concerned = call["number"] in named or ticket["issued_at_ms"] > gone_from_ms
            sent_back = call["number"] in world.house.reopened
            if to_them and concerned and not sent_back and call["called_at_ms"] > row["announced_at_ms"]:
                at = world.seconds_of(call["called_at_ms"])
                yield f"{call['number']} was called to {call['point']} at {at:.1f} s for doctor {absence.doctor}, who is gone"


def who_is_touched_is_told_once(world: "World", ledger: "Ledger") -> Iterator[str]:
    """Each booking that an announcement touches is as it said, and has one text if there is a mobile, else none."""
    booked = {one["code"]: one for one in ledger.bookings}
    for absence, row in _standing(world, ledger):
        keys = Counter(one["booking"] for one in ledger.texts if one["dedupe_key"].startswith(f"absence:{row['id']}:"))
        for one in absence.plan.touched:
            booking = booked.get(one.code)
            if booking is None:
                continue
            if keys[booking["id"]] != one.has_mobile:
                yield f"{keys[booking['id']]} texts tell booking {booking['id']} that doctor {absence.doctor} is gone"
            if one.cancelled is not (booking["state"] == "cancelled"):
                yield f"booking {booking['id']} is {booking['state']}, and not as it was announced"


def _standing(world: "World", ledger: "Ledger") -> Iterator[tuple[Announced, Any]]:
    """The absences that were answered, with their rows; without those that only a lost ledger knew."""
    rows = {one["id"]: one for one in ledger.absences}
    for one in world.absences:
        row = rows.get(one.plan.absence)
        if row is not None and row["doctor"] == one.doctor:
            yield one, row
