"""What the page says of a ticket, in words: pure."""

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from booking_store.turn_report import Turn
from rules.journey import IN_LINE, State
from rules.site import Point
from screen.lettering import clock_words, localised
from screen.phrases import Phrases


@dataclass(frozen=True, slots=True)
class TurnView:
    """The page. `lead` says what stands, `large` is the one thing to read from an arm's length."""

    clinic: str
    number: str
    lead: str
    large: str
    lines: tuple[str, ...]
    goes_on: bool  # the page asks again by itself


def turn_view(turn: Turn, say: Phrases) -> TurnView:
    """The words for where a ticket stands."""
    lead, large, lines = _words(turn, say)
    name = turn.site.name
    return TurnView(
        clinic=(name.en or name.fa) if say.language == "en" else name.fa,
        number=_digits(turn.number, say),
        lead=lead,
        large=large,
        lines=lines,
        goes_on=turn.state not in {State.DONE, State.NOT_SERVED},
    )


def _words(turn: Turn, say: Phrases) -> tuple[str, str, tuple[str, ...]]:
    if turn.state is State.CALLED:
        return say("patient.called"), _place(turn.points, say), ()
    if turn.state in {State.DONE, State.NOT_SERVED}:
        return say("patient.ended"), "", ()
    if turn.state not in IN_LINE:
        return say("patient.aside"), "", _last(turn, say)
    if turn.ahead == 0:
        return say("patient.next"), _place(turn.points, say), _last(turn, say)
    return say("patient.ahead"), _digits(turn.ahead, say), (_range(turn, say), *_last(turn, say))


def _range(turn: Turn, say: Phrases) -> str:
    if turn.minutes is None:
        return say("patient.no_range")
    shortest, longest = turn.minutes
    return say("patient.range", shortest=_digits(shortest, say), longest=_digits(longest, say))


def _last(turn: Turn, say: Phrases) -> tuple[str, ...]:
    last = turn.last_call
    if last is None:
        return ()
    at = datetime.fromtimestamp(last.called_at_ms / 1000, UTC).astimezone(ZoneInfo(turn.site.time_zone))
    clock = clock_words(f"{at:%H:%M}", say.language)
    return (say("patient.last", number=_digits(last.number, say), place=_place((last.point,), say), time=clock),)


def _place(points: tuple[Point, ...], say: Phrases) -> str:
    titles = (say(f"staff.point.{point.kind}", label=_digits(point.label, say)) for point in points)
    return say("staff.comma").join(titles)


def _digits(value: int, say: Phrases) -> str:
    return localised(str(value), say.language)
