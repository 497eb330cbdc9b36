"""What must hold of texts, checked as in laws.py: each that was promised comes, and once."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from simulation.laws import Ledger
    from simulation.world import World

TIME_ENOUGH_MS: Final = 10 * 60 * 1000
"""A text that was good for longer than this was tried."""
TWICE: Final = 2


def a_text_that_was_promised_comes(world: "World", ledger: "Ledger") -> Iterator[str]:
    """Law 1 for texts: what stands in the outbox came to its mobile, or stands there with the reason why it did not. Of each
    code that a caller was told a text stands there."""
    came = {(one.mobile, one.body) for one in world.witness.texts}
    in_vain = _told_in_vain(ledger)
    goes_home_ms = world.at_ms(world.clock.now)
    for text in ledger.texts:
        if world.seconds_of(text["written_at_ms"]) < 0.0 or (text["mobile"], text["body"]) in came:
            continue
        leapt = (text["ended_at_ms"] or 0) > goes_home_ms  # by the store's clock its time was over
        if not leapt and not _says_why(text, ledger.last_commit_ms, in_vain):
            yield f"text {text['id']} ({text['kind']}) never came, and is {text['state']}"
    texted = {one["booking"] for one in ledger.texts if one["kind"] == "booked"}
    for booking in ledger.bookings:
        told_at = world.witness.told_codes.get(booking["code"])
        if told_at is not None and booking["mobile"] and booking["id"] not in texted and not world.is_lost(told_at):
            yield f"a caller was told booking {booking['id']} at {told_at:.1f} s, and no text was written"


def _told_in_vain(ledger: "Ledger") -> set[int]:
    """The texts that tell what is so no more: of a booking that is not as it was, or of an absence that was taken back. What
    was to be told of a booking that has come back is so again."""
    booked = {one["id"]: one for one in ledger.bookings}
    changed = {one for one, booking in booked.items() if booking["state"] == "cancelled"}
    in_vain: set[int] = set()
    for absence in ledger.absences:
        was, undone = ("active", absence["date"], None), absence["undone_at_ms"] is not None
        own = [one for one in ledger.texts if one["dedupe_key"].startswith(f"absence:{absence['id']}:")]
        changed |= {one["booking"] for one in own if not undone or ledger.visit_of(booked[one["booking"]]) != was}
        in_vain |= {one["id"] for one in own if undone}
    return in_vain | {one["id"] for one in ledger.texts if one["booking"] in changed}


def _says_why(text: Any, now_ms: int, in_vain: Collection[int]) -> bool:
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
            return text["id"] in in_vain
    return False


def a_text_comes_once(world: "World", ledger: "Ledger") -> Iterator[str]:
    """Two texts are better than none: as many may come again as were out when nobody could tell of it any more, and none a
    third time. What only a lost ledger knew to have left leaves again."""
    came: dict[tuple[str, str], list[float]] = defaultdict(list)
    for text in world.witness.texts:
        came[text.mobile, text.body].append(text.at)
    again = [times for times in came.values() if len(times) > 1 and not world.is_lost(times[0])]
    if sum(len(times) - 1 for times in again) > world.witness.in_doubt:
        yield f"{len(again)} texts came again, and {world.witness.in_doubt} were in doubt"
    for times in again:
        if len(times) > TWICE:
            yield f"a text came {len(times)} times, at {times} s"
