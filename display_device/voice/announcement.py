"""Which call has the stage: shown large in the hall, spoken by the zone's speaker. Pure.

Rules:
- The screen never waits for sound: a call is on its tile before it comes here.
- Urgent calls go first, then the oldest. One at a time; nothing overlaps.
- A recall of a number still waiting is merged: the younger id is kept at the older one's place, both are done with it.
- A withdrawn call, or one older than CALL_SPOKEN_WITHIN_SECONDS by the store's clock, is dropped (PROTOCOL rule 13).
- Read twice when nobody else waits to be called, once when somebody does; from CROWD calls on in the first language only.
- Nothing starts unless the store is heard live. In quiet times, and where another device speaks, the screen alone shows.
- A voice that fails or falls silent is given up after SPEECH_LIMIT_SECONDS, and the queue goes on.
- A call is written as spoken when its first reading has ended: a reboot may repeat one, never miss one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from mqtt.contract import CALL_SPOKEN_WITHIN_SECONDS, Call, SiteCard
from program.frozen import replace
from sounds.utterance import SpeechEnded

SILENT_SECONDS: Final = 6.0
"""How long a call keeps the stage without a voice; HURRIED_SECONDS when others wait."""
HURRIED_SECONDS: Final = 4.0
SHOWN_WITHIN_SECONDS: Final = 20.0
"""A call older than this takes the stage only to be spoken: the tile shows it well enough."""
BETWEEN_READINGS_SECONDS: Final = 0.7
LINGER_SECONDS: Final = 0.4
SPEECH_LIMIT_SECONDS: Final = 25.0
CROWD: Final = 4
DONE_KEPT: Final = 200
HEARD_VOICES: Final = frozenset({"recorded", "rendered", "shipped", "live"})
"""The links of the player's chain by which a number is really heard; a lone chime or silence is none."""

CallId = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Place:
    """A point as the voice says it: `kind` is the contract's "counter" or "room"."""

    kind: str
    label: int


@dataclass(frozen=True, slots=True)
class Air:
    """What the announcer needs to know of the moment. `percent` 0 is silence: a quiet time, or muted."""

    fresh: bool
    wall_ms: int
    percent: int
    languages: tuple[str, ...]
    places: Mapping[str, Place]  # the points whose calls this device speaks, and how they are called


@dataclass(frozen=True)
class Turn:
    """The call on stage. `speech` names the utterance being spoken; without one, `until` ends the pause or the turn."""

    call: Call
    since: float
    until: float
    speech: str | None = None
    readings: int = 0


@dataclass(frozen=True)
class Announcer:
    """The queue: what the boards list, what is done with, what is listed and not done with, who is on stage."""

    calls: tuple[Call, ...] = ()
    done: tuple[CallId, ...] = ()
    pending: tuple[Call, ...] = ()
    turn: Turn | None = None
    last_spoken: CallId | None = None
    voice_ok: bool = True
    serial: int = 0


@dataclass(frozen=True, slots=True)
class Say:
    """Speak one reading of a call; `chime` leads the first."""

    id: str
    call: Call
    place: Place
    languages: tuple[str, ...]
    percent: int
    chime: bool


@dataclass(frozen=True, slots=True)
class Hush:
    """Stop speaking: the call was withdrawn."""


@dataclass(frozen=True, slots=True)
class WriteSpoken:
    """Keep these call ids over a restart."""

    ids: tuple[CallId, ...]


AnnouncerAction = Say | Hush | WriteSpoken
Moved = tuple[Announcer, tuple[AnnouncerAction, ...]]


def call_id(call: Call) -> CallId:
    return (call.epoch, call.call)


def listed(announcer: Announcer, calls: tuple[Call, ...]) -> Announcer:
    """The boards list these calls now."""
    done = set(announcer.done)
    return replace(announcer, calls=calls, pending=tuple(call for call in calls if call_id(call) not in done))


def nothing_is_due(announcer: Announcer, now: float) -> bool:
    """`go_on` has nothing to do: the turn on stage is not over, or nobody is there and nobody waits."""
    if announcer.turn is None:
        return not announcer.pending
    return now < announcer.turn.until and not _is_withdrawn(announcer, announcer.turn)


def speech_ended(announcer: Announcer, ended: SpeechEnded, now: float) -> Moved:
    """The voice is through with an utterance, or failed at it. One that was given up meanwhile is ignored."""
    turn = announcer.turn
    if turn is None or turn.speech != ended.id:
        return announcer, ()
    spoken = ended.how in HEARD_VOICES
    announcer = replace(announcer, voice_ok=spoken)
    if turn.readings:
        return replace(announcer, turn=replace(turn, speech=None, readings=2, until=now + LINGER_SECONDS)), ()
    ids = _merged_ids(announcer.calls, turn.call)
    announcer = replace(
        _done_with(announcer, ids),
        turn=replace(turn, speech=None, readings=1, until=now + (BETWEEN_READINGS_SECONDS if spoken else LINGER_SECONDS)),
        last_spoken=call_id(turn.call) if spoken else announcer.last_spoken,
    )
    return announcer, ((WriteSpoken(ids),) if spoken else ())


def go_on(announcer: Announcer, air: Air, now: float) -> Moved:
    """Do what is due: end a turn, read again, or give the stage to the next call. Call it after every event."""
    announcer, actions = _ended_turn(announcer, air, now)
    if announcer.turn is not None:
        return announcer, actions
    announcer, waiting = _waiting(announcer, air)
    if not waiting or not air.fresh:
        return announcer, actions
    announcer, begun = _begun(announcer, waiting[0], len(waiting), air, now)
    return announcer, actions + begun


def deadline(announcer: Announcer) -> float | None:
    """When `go_on` has something to do (monotonic seconds)."""
    return announcer.turn.until if announcer.turn else None


def loudness_percent(site: SiteCard | None, local: datetime | None) -> int:
    """The volume of this hour, 0 in a quiet time or while the hour is not known."""
    if site is None or local is None:
        return 0
    hour = f"{local:%H:%M}"
    if any(_within(hour, quiet.starts, quiet.ends) for quiet in site.quiet_times):
        return 0
    steps = sorted(site.loudness, key=lambda step: step.starts)
    passed = [step for step in steps if step.starts <= hour] or steps  # before the first step, the last one still holds
    return passed[-1].percent if passed else 100


def _within(hour: str, starts: str, ends: str) -> bool:
    if starts <= ends:
        return starts <= hour < ends
    return hour >= starts or hour < ends


def _ended_turn(announcer: Announcer, air: Air, now: float) -> Moved:
    """The turn on stage: withdrawn, given up, read a second time, or over."""
    turn = announcer.turn
    if turn is None:
        return announcer, ()
    if _is_withdrawn(announcer, turn):
        over = replace(_done_with(announcer, (call_id(turn.call),)), turn=None)
        return over, ((Hush(),) if turn.speech else ())
    if now < turn.until:
        return announcer, ()
    if turn.speech is not None:
        announcer, _ = speech_ended(announcer, SpeechEnded(turn.speech, "silent"), now)
        return replace(announcer, turn=None), (Hush(),)
    announcer, others = _waiting(announcer, air)
    again = (
        turn.readings == 1
        and announcer.voice_ok
        and not others
        and air.fresh
        and air.percent > 0
        and turn.call.point in air.places
    )
    if again:
        return _spoken(announcer, turn, air.languages, air, now)
    return replace(announcer, turn=None), ()


def _is_withdrawn(announcer: Announcer, turn: Turn) -> bool:
    return any(call.withdrawn and call_id(call) == call_id(turn.call) for call in announcer.calls)


def _waiting(announcer: Announcer, air: Air) -> tuple[Announcer, tuple[Call, ...]]:
    """Who waits for the stage, in order, and the announcer with what is too old or withdrawn done with."""
    turn = announcer.turn
    pending = [call for call in announcer.pending if turn is None or call_id(call) != call_id(turn.call)]
    if not pending:
        return announcer, ()
    dropped = [call for call in pending if call.withdrawn or _too_old(call, air)] if air.fresh else []
    announcer = _done_with(announcer, tuple(map(call_id, dropped)))
    standing = [call for call in pending if call not in dropped]
    first_called: dict[int, int] = {}
    newest: dict[int, Call] = {}
    for call in standing:
        first_called.setdefault(call.number, call.called_at_ms)
        newest[call.number] = call
    in_order = sorted(newest.values(), key=lambda call: (not call.urgent, first_called[call.number], call.call))
    return announcer, tuple(in_order)


def _speaks(call: Call, air: Air) -> bool:
    """Whether this device has a voice for the call now."""
    return air.percent > 0 and call.point in air.places


def _too_old(call: Call, air: Air) -> bool:
    limit_seconds = CALL_SPOKEN_WITHIN_SECONDS if _speaks(call, air) else SHOWN_WITHIN_SECONDS
    return air.wall_ms - call.called_at_ms > limit_seconds * 1000


def _begun(announcer: Announcer, call: Call, backlog: int, air: Air, now: float) -> Moved:
    if _speaks(call, air):
        languages = air.languages[:1] if backlog >= CROWD else air.languages
        return _spoken(announcer, Turn(call, since=now, until=now), languages, air, now)
    until = now + (SILENT_SECONDS if backlog == 1 else HURRIED_SECONDS)
    shown = replace(announcer, turn=Turn(call, since=now, until=until, readings=2))
    return _done_with(shown, _merged_ids(announcer.calls, call)), ()


def _spoken(announcer: Announcer, turn: Turn, languages: tuple[str, ...], air: Air, now: float) -> Moved:
    serial = announcer.serial + 1
    speech = f"call-{serial}"
    turn = replace(turn, speech=speech, until=now + SPEECH_LIMIT_SECONDS)
    say = Say(speech, turn.call, air.places[turn.call.point], languages, air.percent, chime=turn.readings == 0)
    return replace(announcer, turn=turn, serial=serial), (say,)


def _merged_ids(calls: tuple[Call, ...], kept: Call) -> tuple[CallId, ...]:
    """`kept` and the older calls of its number: one reading is good for all of them."""
    same = (call_id(call) for call in calls if call.number == kept.number and call.called_at_ms <= kept.called_at_ms)
    return tuple(dict.fromkeys((*same, call_id(kept))))


def _done_with(announcer: Announcer, ids: tuple[CallId, ...]) -> Announcer:
    fresh = tuple(one for one in ids if one not in announcer.done)
    if not fresh:
        return announcer
    pending = tuple(call for call in announcer.pending if call_id(call) not in fresh)
    return replace(announcer, done=(announcer.done + fresh)[-DONE_KEPT:], pending=pending)
