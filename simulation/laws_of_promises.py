"""What must hold of promises that are kept later, checked as in laws.py: doctors who are away, and texts."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from math import inf
from typing import TYPE_CHECKING, Any, Final

from simulation.absences import Announced

if TYPE_CHECKING:
    from simulation.laws import Ledger
    from simulation.world import World

TIME_ENOUGH_MS: Final = 10 * 60 * 1000
"""A text that was good for longer than this was tried."""
TWICE: Final = 2


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


def a_text_that_was_promised_comes(world: "World", ledger: "Ledger") -> Iterator[str]:
    """Law 1 for texts: what stands in the outbox came to its mobile, or stands there with the reason why it did not. Of each
    code that a caller was told a text stands there."""
    came = {(one.mobile, one.body) for one in world.witness.texts}
    touched = {one["booking"] for one in ledger.texts if one["dedupe_key"].startswith("absence:")}
    gone = touched | {one["id"] for one in ledger.bookings if one["state"] == "cancelled"}
    for text in ledger.texts:
        of_today = world.seconds_of(text["written_at_ms"]) >= 0.0
        if of_today and (text["mobile"], text["body"]) not in came and not _says_why(text, ledger.last_commit_ms, gone):
            yield f"text {text['id']} ({text['kind']}) never came, and is {text['state']}"
    texted = {one["booking"] for one in ledger.texts if one["kind"] == "booked"}
    for booking in ledger.bookings:
        told_at = world.witness.told_codes.get(booking["code"])
        if told_at is not None and booking["mobile"] and booking["id"] not in texted and not _is_lost(world, told_at):
            yield f"a caller was told booking {booking['id']} at {told_at:.1f} s, and no text was written"


def _says_why(text: Any, now_ms: int, gone: Collection[int]) -> bool:
    """Whether the row of a text that did not come says why: it waits for a moment to come after it failed, nobody can say
    whether it left, its time was over, or what it told of a booking is so no more."""
    failed = bool(text["last_error"])
    match text["state"]:
        case "queued":
            return failed and text["next_at_ms"] > now_ms
        case "unknown":
            return failed and (text["next_at_ms"] is None or text["next_at_ms"] > now_ms)
        case "expired":
            return failed or text["expires_at_ms"] - text["written_at_ms"] < TIME_ENOUGH_MS
        case "withdrawn":
            return text["booking"] in gone
    return False


def a_text_comes_once(world: "World", ledger: "Ledger") -> Iterator[str]:
    """Two texts are better than none: as many may come again as were out when nobody could tell of it any more, and none a
    third time. What only a lost ledger knew to have left leaves again."""
    came: dict[tuple[str, str], list[float]] = defaultdict(list)
    for text in world.witness.texts:
        came[text.mobile, text.body].append(text.at)
    again = [times for times in came.values() if len(times) > 1 and not _is_lost(world, times[0])]
    if sum(len(times) - 1 for times in again) > world.witness.in_doubt:
        yield f"{len(again)} texts came again, and {world.witness.in_doubt} were in doubt"
    for times in again:
        if len(times) > TWICE:
            yield f"a text came {len(times)} times, at {times} s"


def _is_lost(world: "World", at: float) -> bool:
    """Whether only a ledger that is lost knew of that moment."""
    lost_from, lost_until = world.lost or (inf, 0.0)
    return lost_from - 60.0 <= at <= lost_until + 10.0


def _standing(world: "World", ledger: "Ledger") -> Iterator[tuple[Announced, Any]]:
    """The absences that were answered, with their rows; without those that only a lost ledger knew."""
    rows = {one["id"]: one for one in ledger.absences}
    for one in world.absences:
        row = rows.get(one.plan.absence)
        if row is not None and row["doctor"] == one.doctor:
            yield one, row
