"""What must hold of doctors who are gone, and of those who are here after all, checked as in laws.py."""

from collections import Counter
from collections.abc import Iterator
from math import inf
from typing import TYPE_CHECKING, Any, Final

from mqtt.contract import SETTLE_OR_CALLABLE_AFTER_SECONDS, Reason, TouchedBooking
from simulation.absences import Announced

if TYPE_CHECKING:
    from simulation.laws import Ledger
    from simulation.world import World

CALLABLE_AFTER_MS: Final = int(SETTLE_OR_CALLABLE_AFTER_SECONDS * 1000)
NOT_TO_COME: Final = frozenset({Reason.CANCELLED, Reason.DOCTOR_ABSENT, Reason.WRONG_DAY})
READS_SECONDS: Final = 60.0
"""Who stands at a kiosk then has perhaps asked before."""


def nobody_is_called_to_a_doctor_who_is_gone(world: "World", ledger: "Ledger") -> Iterator[str]:
    """Whom the announcement named is not called for that doctor any more, nor who came when the doctor was gone, nor whose
    paper the store heard of only then; and once the doctor has left nobody at all who had not been called there before. Unless
    the staff itself sent them back there."""
    tickets = {one["id"]: one for one in ledger.tickets}
    stops = {one["id"]: one for one in ledger.stops}
    first_call: dict[int, int] = {}
    for call in ledger.calls:
        first_call.setdefault(call["stop"], call["called_at_ms"])
    for absence, row in _announced(world, ledger):
        named = {one.number for one in absence.plan.touched if one.number is not None}
        announced_ms, until_ms = row["announced_at_ms"], row["undone_at_ms"] or inf
        gone_ms = max(announced_ms, world.at_ms(absence.gone_from))
        left_ms = announced_ms if absence.all_day else row["begun_at_ms"] or inf
        for call in ledger.calls:
            stop, ticket = stops[call["stop"]], tickets[call["ticket"]]
            to_them = stop["stage"] == "doctor" and stop["doctor"] == absence.doctor
            sent_back = call["number"] in world.house.reopened
            if not to_them or sent_back or not announced_ms < call["called_at_ms"] < until_ms:
                continue
            late = ticket["issued_at_ms"] > gone_ms or ticket["callable_from_ms"] > gone_ms + CALLABLE_AFTER_MS
            in_vain = first_call[stop["id"]] > left_ms
            if call["number"] in named or late or in_vain:
                at = world.seconds_of(call["called_at_ms"])
                yield f"{call['number']} was called to {call['point']} at {at:.1f} s for doctor {absence.doctor}, who is gone"


def who_is_touched_is_told_once(world: "World", ledger: "Ledger") -> Iterator[str]:
    """Each booking that an announcement touches has one text of it if there is a mobile, else none; and is as the last of those
    that stand said."""
    booked = {one["code"]: one for one in ledger.bookings}
    standing = [(absence, row) for absence, row in _announced(world, ledger) if row["undone_at_ms"] is None]
    said: dict[str, TouchedBooking] = {}
    for absence, row in standing:
        keys = Counter(one["booking"] for one in _texts_of(row, ledger))
        for one in absence.plan.touched:
            booking = booked.get(one.code)
            if booking is None:
                continue
            if booking["absence"] in (None, row["id"]):  # else another has cancelled it since
                said[one.code] = one
            if keys[booking["id"]] != one.has_mobile:
                yield f"{keys[booking['id']]} texts tell booking {booking['id']} that doctor {absence.doctor} is gone"
    for code, one in said.items():
        booking = booked[code]
        if one.cancelled is not (booking["state"] == "cancelled"):
            yield f"booking {booking['id']} is {booking['state']}, and not as it was announced"


def what_is_taken_back_is_told_to_nobody(world: "World", ledger: "Ledger") -> Iterator[str]:
    """Law 1: what was answered as taken back is. None of its texts comes to anybody, before or after."""
    rows = {id(absence): row for absence, row in _announced(world, ledger)}
    for back in world.taken_back:
        row = rows.get(id(back.announced))
        if row is not None and row["undone_at_ms"] is None and not world.is_lost(back.at):
            yield f"the absence of doctor {row['doctor']} was taken back at {back.at:.1f} s, and stands"
    undone = [one for row in rows.values() if row["undone_at_ms"] is not None for one in _texts_of(row, ledger)]
    ids = {one["id"] for one in undone}
    again = {(one["mobile"], one["body"]) for one in ledger.texts if one["id"] not in ids and one["state"] != "withdrawn"}
    told = {(one["mobile"], one["body"]) for one in undone} - again
    for text in world.witness.texts:
        if (text.mobile, text.body) in told and not world.is_lost(text.at):
            yield f"a text of an absence that was taken back came at {text.at:.1f} s"


def who_was_touched_has_it_again(world: "World", ledger: "Ledger") -> Iterator[str]:
    """Whoever was in an absence that was taken back, and in no other, has their visit again, and reception tells them nothing;
    but for as many as had gone on since, by the answer. Who had no number yet cannot have gone on."""
    numbered = {one["booking"] for one in ledger.tickets}
    for back in world.taken_back:
        changed = [(one, booking) for one, booking in _changed(ledger, back.announced) if not world.is_lost(back.at)]
        for one, booking in changed:
            if one.number is None and booking is not None and booking not in numbered:
                yield f"booking {booking} is not as it was, and doctor {back.announced.doctor} is here after all"
        if back.stay is not None and len(changed) > back.stay:
            yield f"{len(changed)} are not as they were, and by the answer {back.stay}"


def a_code_that_is_good_again_is_taken(world: "World", ledger: "Ledger") -> Iterator[str]:
    """Who types it after that is not sent home, unless the doctor leaves again."""
    for back in world.taken_back:
        others = [one for one in world.absences if one is not back.announced]
        if world.is_lost(back.at) or any(one.doctor == back.announced.doctor for one in others):
            continue
        codes = {one.code for one in _of_this_alone(ledger, back.announced)}
        codes -= {one.code for other in others for one in other.plan.touched}
        codes -= {one.code for one, _ in _changed(ledger, back.announced)}
        for refused in world.witness.refused:
            if refused.code in codes and refused.reason in NOT_TO_COME and refused.at > back.at + READS_SECONDS:
                yield f"at {refused.at:.1f} s a kiosk said {refused.reason}; doctor {back.announced.doctor} is here after all"


def _announced(world: "World", ledger: "Ledger") -> Iterator[tuple[Announced, Any]]:
    """The absences that were answered, with their rows; without those that only a lost ledger knew."""
    rows = {one["id"]: one for one in ledger.absences}
    for one in world.absences:
        row = rows.get(one.absence)
        if row is not None and row["doctor"] == one.doctor and not world.is_lost(one.at):
            yield one, row


def _texts_of(absence: Any, ledger: "Ledger") -> list[Any]:
    return [one for one in ledger.texts if one["dedupe_key"].startswith(f"absence:{absence['id']}:")]


def _of_this_alone(ledger: "Ledger", absence: Announced) -> list[TouchedBooking]:
    """Whom this absence touched and no other."""
    others = [one for one in ledger.touched if one["absence"] != absence.absence]
    bookings, tickets = {one["booking"] for one in others}, {one["ticket"] for one in others}
    codes = {one["code"] for one in ledger.bookings if one["id"] in bookings}
    numbers = {one["number"] for one in ledger.tickets if one["id"] in tickets}
    return [one for one in absence.plan.touched if one.code not in codes and one.number not in numbers]


def _changed(ledger: "Ledger", absence: Announced) -> Iterator[tuple[TouchedBooking, int | None]]:
    """Those of them who do not have the visit that they had, or whom reception is to tell; with their booking."""
    booked = {one["code"]: one for one in ledger.bookings}
    for one in _of_this_alone(ledger, absence):
        booking, ticket = booked.get(one.code), ledger.by_number.get((ledger.today, one.number or 0))
        told = ticket is not None and "doctor_absent" in ticket["marks"]
        elsewhere = booking is not None and ledger.visit_of(booking) != ("active", one.date, None)
        if told or elsewhere:
            yield one, booking["id"] if booking is not None else None
