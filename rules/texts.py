"""Texts to mobiles: their words and length, when they may leave, and what becomes of one after each attempt.

The rules:
- A text is written once, under a key, in the transaction of what it tells. It is sent until a gateway accepts it, until
  it is refused for good, or until its time is over: a text that is late would tell nothing.
- What certainly did not leave is sent again after longer and longer waits. A fault of the account is no fault of the text:
  it waits, and none of its waits is used up.
- What may have left is asked for at its gateway first, until its time is over: sent again when it surely did not leave, and
  once when nobody can say: two texts are better than none, three are not.
- At night only what somebody waits for leaves: codes, and the bad news of a visit that begins soon.
- Mobiles count and charge in UTF-16 units, as every text with a Persian letter is sent.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Final

from rules.digits import persian_digits, plain_clock

UNITS_OF_ONE_PART: Final = 70
UNITS_OF_EACH_PART: Final = 67
"""Of several: the rest says which part it is."""


class TextKind(StrEnum):
    """What a text tells; each has a template in the site file."""

    BOOKED = "booked"  # after a booking: its code and date
    AGAIN = "again"  # the code once more, asked for at the kiosk
    REMINDER = "reminder"  # the evening before
    LATE = "late"  # the doctor comes late, and who is booked is not here yet
    CANCELLED = "cancelled"  # by an absence
    MOVED = "moved"  # to another date, by an absence
    SUBSTITUTE = "substitute"  # another doctor stands in
    CLOSED = "closed"  # the whole site is, on that date
    # of an insurance office, to a household
    PAPERS_WANTED = "papers_wanted"  # papers are missing: which ones is told at the office
    ANSWERED = "answered"  # the insurance department has: come
    LETTER_READY = "letter_ready"  # to be fetched
    COVER_ENDS = "cover_ends"  # a year is over soon: come
    # of the day's work
    DEVICE_GONE = "device_gone"  # to the technician: a device is away
    THIRD = "third"  # to whoever has a booking, and waits third in line


class TextState(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"  # leased to a worker
    UNKNOWN = "unknown"  # it may have left
    ACCEPTED = "accepted"  # by a gateway
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"  # what it told is so no more, and it had not left


_VISIT: Final = frozenset({"clinic", "phone", "code", "date", "weekday", "time"})
_OFFICE: Final = frozenset({"clinic", "phone"})
FACTS: Final[Mapping[TextKind, frozenset[str]]] = {
    TextKind.BOOKED: _VISIT,
    TextKind.AGAIN: _VISIT,
    TextKind.REMINDER: _VISIT,
    TextKind.LATE: _VISIT | {"until"},
    TextKind.CANCELLED: _VISIT,
    TextKind.MOVED: _VISIT | {"old_date", "old_weekday", "old_time"},
    TextKind.SUBSTITUTE: _VISIT,
    TextKind.CLOSED: _VISIT,
    TextKind.DEVICE_GONE: frozenset({"clinic", "device", "since"}),
    TextKind.THIRD: frozenset({"clinic", "phone", "number"}),
    TextKind.PAPERS_WANTED: _OFFICE | {"papers"},
    TextKind.ANSWERED: _OFFICE,
    TextKind.LETTER_READY: _OFFICE | {"letter"},
    TextKind.COVER_ENDS: _OFFICE | {"date"},
}
"""What a template may say in braces. Neither department nor doctor: a text lies open on a table, and both tell an illness."""

_CLOCKS: Final = frozenset({"time", "old_time", "until", "since"})
_FACT: Final = re.compile(r"\{([^{}]*)\}")


def facts_named(template: str) -> frozenset[str]:
    """The names that a template has in braces, known or not."""
    return frozenset(_FACT.findall(template))


def fill(template: str, facts: Mapping[str, str]) -> str:
    """The template with each "{name}" replaced, clocks as people say them. Raises KeyError for a fact that is not there."""
    return _FACT.sub(lambda found: plain_clock(facts[found[1]]) if found[1] in _CLOCKS else facts[found[1]], template)


def units(body: str) -> int:
    """The length of a text in UTF-16 units."""
    return len(body.encode("utf-16-le")) // 2


def parts(body: str) -> int:
    """How many messages a text is sent, and charged, as."""
    length = units(body)
    return 1 if length <= UNITS_OF_ONE_PART else -(-length // UNITS_OF_EACH_PART)


def dialled(phone: str | None) -> str:
    """A number without its dash, around which right-to-left text would turn the two parts; empty when there is none."""
    return persian_digits("".join(sign for sign in phone or "" if sign.isdigit()))


def at_longest(template: str, clinic: str, phone: str) -> str:
    """The template filled with facts as long as any can be."""
    facts = {"clinic": clinic, "phone": phone, "code": "۰" * 8, "until": "۱۰:۰۰", "letter": "۱۴۰۰/۰۰۰۰۰۰", "papers": "۰" * 60}
    facts |= {"device": "waiting-room-10", "since": "۱۰:۰۰", "number": "۰" * 4}
    for visit in ("", "old_"):
        facts |= {f"{visit}date": "۱۴۰۰/۰۰/۰۰", f"{visit}weekday": "چهارشنبه", f"{visit}time": "۱۰:۰۰"}
    return fill(template, facts)


# ------------------------------------------------------------------------------------------ at night


ALWAYS: Final = frozenset({TextKind.BOOKED, TextKind.AGAIN, TextKind.LATE})
"""Somebody waits for these."""
OF_AN_OFFICE: Final = frozenset({TextKind.PAPERS_WANTED, TextKind.ANSWERED, TextKind.LETTER_READY, TextKind.COVER_ENDS})
NEVER_AT_NIGHT: Final = frozenset({TextKind.REMINDER}) | OF_AN_OFFICE
SOON: Final = timedelta(hours=12)
"""Bad news of a visit that begins sooner than this wakes people; the rest waits for the morning."""


@dataclass(frozen=True, slots=True)
class QuietHours:
    """No texts but those of ALWAYS and those that cannot wait; `until` before `starts` is the next morning's."""

    starts: time  # when texts stop for the night
    until: time  # when they go on


def is_quiet(at: datetime, quiet: QuietHours | None) -> bool:
    """Whether `at` (in the site's time zone) lies in the quiet hours."""
    if quiet is None:
        return False
    clock = at.time()
    if quiet.starts <= quiet.until:
        return quiet.starts <= clock < quiet.until
    return clock >= quiet.starts or clock < quiet.until


# ------------------------------------------------------------------------------------------ attempts


class Outcome(StrEnum):
    """What a gateway did with an attempt; the words are those of the contract's TextOutcome."""

    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    REFUSED = "refused"
    TRY_AGAIN = "try_again"
    ACCOUNT = "account"
    UNKNOWN = "unknown"


LEASE_SECONDS: Final = 120
"""A worker that has not told the outcome by then is taken for dead, and the text for one that may have left."""
AGAIN_AFTER_SECONDS: Final = (30, 120, 600, 1800, 7200)
"""The waits before a text that did not leave is sent again; the last one until its time is over."""
AGAIN_SPREAD: Final = 0.2
"""So much shorter or longer, so that a gateway that comes back is not asked by all at once."""
ACCOUNT_AFTER_SECONDS: Final = 300
FOLLOW_AFTER_SECONDS: Final = (60, 600, 3600, 6 * 3600, 24 * 3600)
"""When a gateway that accepted a text is asked whether it was delivered; after the last nobody asks any more."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a text stands. `waits` were taken in this state, `doubts` are attempts of which nobody knows whether they left;
    `next_in_seconds` None: nothing more is done."""

    state: TextState
    waits: int = 0
    doubts: int = 0
    next_in_seconds: float | None = None


_ENDS: Final = {
    Outcome.DELIVERED: TextState.DELIVERED,
    Outcome.UNDELIVERED: TextState.UNDELIVERED,
    Outcome.REFUSED: TextState.FAILED,
}
_ENDS_WHAT_WAS_ACCEPTED: Final = _ENDS | {Outcome.REFUSED: TextState.UNDELIVERED}


def after_attempt(was: Standing, outcome: Outcome, *, in_doubt: bool, chance: float) -> Standing | None:
    """Where a text stands after its latest attempt had this outcome; None: as before, because all is known already.

    `in_doubt`: an earlier attempt may have left. `chance` from 0 to 1 spreads the waits.
    """
    if was.state is TextState.ACCEPTED:
        ended = _ENDS_WHAT_WAS_ACCEPTED.get(outcome)
        return Standing(ended, 0, was.doubts) if ended is not None else None
    if was.state is TextState.SENDING or (was.state is TextState.UNKNOWN and outcome is not Outcome.UNKNOWN):
        return _after_sending(was, outcome, TextState.UNKNOWN if in_doubt else TextState.QUEUED, chance)
    return None


def _after_sending(was: Standing, outcome: Outcome, waiting: TextState, chance: float) -> Standing:
    match outcome:
        case Outcome.ACCEPTED:
            return Standing(TextState.ACCEPTED, 0, was.doubts, follow_after(0))
        case Outcome.TRY_AGAIN:
            return Standing(waiting, was.waits + 1, was.doubts, _again_after(was.waits, chance))
        case Outcome.ACCOUNT:
            return Standing(waiting, was.waits, was.doubts, ACCOUNT_AFTER_SECONDS)
        case Outcome.UNKNOWN:
            return Standing(TextState.UNKNOWN, was.waits, was.doubts + 1, _again_after(was.doubts, chance))
    return Standing(_ENDS[outcome], 0, was.doubts)


def follow_after(asked: int) -> float | None:
    """How long after `asked` questions the next one is due; None: no more."""
    return FOLLOW_AFTER_SECONDS[asked] if asked < len(FOLLOW_AFTER_SECONDS) else None


def _again_after(waits: int, chance: float) -> float:
    usual = AGAIN_AFTER_SECONDS[min(waits, len(AGAIN_AFTER_SECONDS) - 1)]
    return usual * (1 + AGAIN_SPREAD * (2 * chance - 1))
