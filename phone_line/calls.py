"""All that is on the telephone now, and what an event does to it: calls by their menu, what is owed after them, the texts'
questions to the store. Pure: `step(telephone, event, now)`; time is the monotonic clock in seconds.

A caller's number is kept nowhere but in the call itself; how often a number called is counted by a digest that nobody can
turn back and that ends with this run.
"""

import datetime
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

from mqtt import feed as feeds
from mqtt.contract import (
    Answer,
    Booked,
    EndCall,
    Health,
    OrderMessage,
    Refusal,
    Restart,
    SiteCard,
    StoreBeat,
)
from mqtt.feed import Feed
from mqtt.request_id import request_id
from mqtt.session import Answered, Connected, Disconnected, GaveUp, StoreAway
from mqtt.session import Heard as HeardMessage
from mqtt.store_line import Wanted
from phone_line import aftercare
from phone_line.aftercare import Care
from phone_line.agi import EndedBy
from phone_line.listener import CallCame, CallEnded, Spoken
from phone_line.menu import going, menu
from phone_line.menu.menu import Happening
from phone_line.open_calls import OpenCall
from phone_line.state import Abandon, Ask, Call, Close, MenuAction, Place, card_of
from program.frozen import replace
from program.inbox import Tick
from program.loop import ActionFailed
from rules.mobile import normalise_mobile
from sounds.telephone import phrase

HOUR_SECONDS: Final = 3600.0
STATISTICS_SECONDS: Final = 60.0
CARES_AT_MOST: Final = 500
"""More calls than come while a store is away. What is left out is free when its time is over, or after our next start."""
ROLE: Final = "phone"


@dataclass(frozen=True, slots=True)
class GatewayFaults:
    """What is wrong with the gateways now: an event of the texts' worker."""

    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HandAnswer:
    """The texts' worker asked this."""

    request: str
    answer: Answer | None


@dataclass(frozen=True, slots=True)
class WakeTexts:
    """A booking was made: its text waits."""


@dataclass(frozen=True, slots=True)
class EndProgram:
    """An order to start again."""


Action = MenuAction | HandAnswer | WakeTexts | EndProgram
Actions = tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class Telephone:
    """The whole of it. `secret` makes digests of callers' numbers; `callers` has the times of a number's calls."""

    boot: str
    secret: bytes
    feed: Feed = field(default_factory=Feed)
    site: SiteCard | None = None
    calls: Mapping[int, Call] = field(default_factory=dict)
    cares: tuple[Care, ...] = ()
    callers: Mapping[bytes, tuple[float, ...]] = field(default_factory=dict)
    wanted: frozenset[str] = frozenset()  # what the texts' worker asked
    missing_prompt: str = ""  # one that the exchange does not have
    faults: tuple[str, ...] = ()  # the gateways'
    requests: int = 0


Result = tuple[Telephone, Actions]


def at_start(telephone: Telephone, left_open: tuple[OpenCall, ...], now: float) -> Telephone:
    """With what the run before us left open."""
    return replace(telephone, cares=tuple(aftercare.left_open(one, now) for one in left_open))


def deadline(telephone: Telephone) -> float | None:
    """When `step` has something to do at the latest."""
    times = [menu.time_up_at(call) for call in telephone.calls.values()]
    times += [care.begins_at for care in telephone.cares if care.request is None]
    return min((time for time in times if time is not None), default=None)


def step(telephone: Telephone, event: object, now: float) -> Result:  # noqa: PLR0911  one case an event
    """The telephone after an event."""
    match event:
        case CallCame():
            return _came(telephone, event, now)
        case Spoken():
            return _spoken(telephone, event, now)
        case CallEnded(line=line):
            return _ended(telephone, line, now)
        case Answered(reply=reply):
            return _answered(telephone, reply.id, reply.answer, now)
        case GaveUp(id=request):
            return _answered(telephone, request, None, now)
        case StoreAway(id=request):
            return _to_call(telephone, request, Happening.TIME_UP, None, now)
        case Wanted():
            asked = Ask(event.request, event.operation, event.give_up_seconds)
            return replace(telephone, wanted=telephone.wanted | {event.request}), (asked,)
        case ActionFailed(action=Ask(request=request)):
            return _answered(telephone, request, None, now)
        case Tick():
            return _time_up(telephone, now)
        case _:
            return _told(telephone, event, now)


def _told(telephone: Telephone, event: object, now: float) -> Result:  # noqa: PLR0911  one case an event
    """What is no part of a call."""
    match event:
        case Connected():
            return replace(telephone, feed=feeds.connected(telephone.feed)), ()
        case Disconnected():
            return replace(telephone, feed=feeds.disconnected(telephone.feed)), ()
        case HeardMessage(message=StoreBeat() as beat, live=live):
            return replace(telephone, feed=feeds.heard_beat(telephone.feed, beat, live=live, now=now)), ()
        case HeardMessage(message=SiteCard() as site):
            return replace(telephone, site=site), ()
        case GatewayFaults(faults):
            return replace(telephone, faults=faults), ()
        case HeardMessage(message=OrderMessage(order=Restart()), live=True):
            return telephone, (EndProgram(),)
    return telephone, ()


def health_of(telephone: Telephone) -> Health:
    """How this device is, for everyone."""
    missing = (f"the exchange has no prompt {telephone.missing_prompt}",) if telephone.missing_prompt else ()
    return Health(speaker_ok=not telephone.missing_prompt, faults=(*missing, *telephone.faults))


# ----------------------------------------------------------------------------------------------- calls


def _came(telephone: Telephone, came: CallCame, now: float) -> Result:
    """A call: counted against its number's hour, then the store is asked what it knows of it."""
    call = Call(
        boot=telephone.boot,
        line=came.line,
        id=hashlib.sha256(f"{came.exchange} {came.call}".encode()).hexdigest()[:32],
        started_at=now,
        since=now,
        mobile=normalise_mobile(came.caller),
        came_back=came.came_back is not None,
        booking=came.came_back or 1,
    )
    left = next((care for care in telephone.cares if care.call == call.name), None)
    abandoned: Actions = ()
    if left is not None:  # asked again later, it would take the place of somebody who is on the line
        telephone = replace(telephone, cares=tuple(care for care in telephone.cares if care is not left))
        call = replace(call, place=Place(asked=True, heard=left.told))
        abandoned = () if left.request is None else (Abandon(left.request),)
    telephone, too_many = _counted(telephone, came, now)
    call = _with_facts(telephone, call, now)
    if too_many:
        call, actions = going.leave(call, "done", phrase("too_many_calls"), "too_many_calls", now)
    else:
        call, actions = menu.begun(call, now)
    return _with_call(telephone, call), (*abandoned, *actions)


def _counted(telephone: Telephone, came: CallCame, now: float) -> tuple[Telephone, bool]:
    """Whether this number has called too often within the hour; a call that came back is none."""
    if not came.caller or came.came_back is not None:
        return telephone, False
    digest = hmac.digest(telephone.secret, came.caller.encode(), "sha256")
    lately = {
        caller: kept
        for caller, times in telephone.callers.items()
        if (kept := tuple(time for time in times if time > now - HOUR_SECONDS))
    }
    times = (*lately.get(digest, ()), now)
    limit = card_of(telephone.site).calls_an_hour
    lately[digest] = times[-limit - 1 :]
    return replace(telephone, callers=MappingProxyType(lately)), len(times) > limit


def _spoken(telephone: Telephone, spoken: Spoken, now: float) -> Result:
    call = telephone.calls.get(spoken.line)
    if spoken.heard.missing and not telephone.missing_prompt:
        telephone = replace(telephone, missing_prompt=spoken.heard.missing[0])
    if call is None or call.turn != spoken.turn:
        return telephone, ()
    if not spoken.heard.cut_short:
        call = replace(call, unheard=())
    return _happened(telephone, call, _HEARD[spoken.heard.ended_by], spoken.heard.keys, now)


_HEARD: Final = MappingProxyType(
    {
        EndedBy.KEYS: Happening.KEYS,
        EndedBy.POUND: Happening.POUND,
        EndedBy.SILENCE: Happening.SILENCE,
        EndedBy.PLAYED: Happening.PLAYED,
    }
)


def _ended(telephone: Telephone, line: int, now: float) -> Result:
    """Nobody is there any more: what is owed is begun, and what the call went through is told without a number."""
    call = telephone.calls.get(line)
    if call is None:
        return telephone, ()
    telephone = replace(telephone, calls=MappingProxyType({key: kept for key, kept in telephone.calls.items() if key != line}))
    care = aftercare.owed(call.name, call.place, now)
    cared: Actions = () if call.request is None else (Abandon(call.request),)
    if care is not None:
        telephone = replace(telephone, cares=(*telephone.cares, care)[-CARES_AT_MOST:])
        telephone, begun = _begin_cares(telephone, now)
        cared += begun
    statistics = EndCall(call=call.id, seconds=int(now - call.started_at), steps=call.steps, ended=call.ended)
    telephone, request = _next_request(telephone)
    return telephone, (*cared, Ask(request, statistics, STATISTICS_SECONDS))


def _happened(telephone: Telephone, call: Call, happening: Happening, what: object, now: float) -> Result:
    call, actions = menu.happened(_with_facts(telephone, call, now), happening, what, now)
    return _with_call(telephone, call), actions


def _with_call(telephone: Telephone, call: Call) -> Telephone:
    return replace(telephone, calls=MappingProxyType({**telephone.calls, call.line: call}))


def _with_facts(telephone: Telephone, call: Call, now: float) -> Call:
    """The call with the site's card and date as they are now."""
    return replace(call, site=telephone.site, today=_today(telephone, now))


def _today(telephone: Telephone, now: float) -> str:
    wall_ms = telephone.feed.wall_ms(now)
    if wall_ms is None or telephone.site is None:
        return ""
    zone = ZoneInfo(telephone.site.time_zone)
    return datetime.datetime.fromtimestamp(wall_ms / 1000, zone).date().isoformat()


def _to_call(telephone: Telephone, request: str, happening: Happening, what: object, now: float) -> Result:
    call = next((call for call in telephone.calls.values() if call.request == request), None)
    return (telephone, ()) if call is None else _happened(telephone, call, happening, what, now)


# ---------------------------------------------------------------------------------- answers and time


def _answered(telephone: Telephone, request: str, answer: Answer | None, now: float) -> Result:
    """An answer of the store to a call, to what is owed, or to the texts. None: there will be none."""
    if request in telephone.wanted:
        return replace(telephone, wanted=telephone.wanted - {request}), (HandAnswer(request, answer),)
    care = next((care for care in telephone.cares if care.request == request), None)
    if care is not None:
        return _cared(telephone, care, answer, now)
    telephone, actions = _to_call(telephone, request, _happening_of(answer), answer, now)
    return telephone, (*actions, WakeTexts()) if isinstance(answer, Booked) else actions


def _happening_of(answer: Answer | None) -> Happening:
    if answer is None:
        return Happening.NO_STORE
    return Happening.REFUSAL if isinstance(answer, Refusal) else Happening.ANSWER


def _cared(telephone: Telephone, care: Care, answer: Answer | None, now: float) -> Result:
    others = tuple(other for other in telephone.cares if other is not care)
    if aftercare.to_ask_again(answer):
        later = replace(care, begins_at=now + aftercare.AGAIN_SECONDS, request=None)
        return replace(telephone, cares=(*others, later)), ()
    return replace(telephone, cares=others), (Close(care.call),)


def _begin_cares(telephone: Telephone, now: float) -> Result:
    """Ask for what is due of what is owed."""
    actions: list[Action] = []
    cares: list[Care] = []
    for care in telephone.cares:
        due = care.request is None and care.begins_at <= now
        if due and care.told:
            actions.append(Close(care.call))
        elif due:
            telephone, request = _next_request(telephone)
            actions.append(Ask(request, aftercare.operation(care), None))
            cares.append(replace(care, request=request))
        else:
            cares.append(care)
    return replace(telephone, cares=tuple(cares)), tuple(actions)


def _time_up(telephone: Telephone, now: float) -> Result:
    telephone, actions = _begin_cares(telephone, now)
    for call in telephone.calls.values():
        due = menu.time_up_at(call)
        if due is not None and due <= now:
            telephone, more = _happened(telephone, call, Happening.TIME_UP, None, now)
            actions += more
    return telephone, actions


def _next_request(telephone: Telephone) -> tuple[Telephone, str]:
    made = telephone.requests
    return replace(telephone, requests=made + 1), request_id(telephone.boot, made)
