"""Which requests are still asked, and when again. Pure: time is an argument, sending is the session's.

A request is asked at once, then every ASK_AGAIN_SECONDS while the broker is there, until its reply comes or its time is
over. Each sending counts as an attempt; a new connection asks everything outstanding again at once.
"""

from dataclasses import dataclass, replace

import msgspec

from mqtt.contract import ASK_AGAIN_SECONDS, Request


@dataclass(frozen=True, slots=True)
class Asked:
    """One request on its way. Times are monotonic seconds."""

    request: Request  # its `attempt` is that of the last sending, 0 before the first
    send_at: float
    give_up_at: float | None = None


@dataclass(frozen=True, slots=True)
class Asking:
    """All requests on their way, oldest first, and whether they can be sent now."""

    connected: bool = False
    outstanding: tuple[Asked, ...] = ()

    def waits_for(self, request_id: str) -> bool:
        """Whether a reply to this id is still of use."""
        return any(asked.request.id == request_id for asked in self.outstanding)

    def deadline(self) -> float | None:
        """When `due` has something to do next."""
        times = [asked.give_up_at for asked in self.outstanding if asked.give_up_at is not None]
        if self.connected:
            times += [asked.send_at for asked in self.outstanding]
        return min(times, default=None)


def asked(asking: Asking, request: Request, now: float, give_up_seconds: float | None) -> Asking:
    """Begin to ask; an id that is asked already starts its time anew."""
    give_up_at = None if give_up_seconds is None else now + give_up_seconds
    new = Asked(msgspec.structs.replace(request, attempt=0), send_at=now, give_up_at=give_up_at)
    return replace(asking, outstanding=(*_without(asking, request.id), new))


def ended(asking: Asking, request_id: str) -> Asking:
    """Stop asking: answered, or nobody wants to know any more."""
    return replace(asking, outstanding=_without(asking, request_id))


def connected(asking: Asking, now: float) -> Asking:
    """A connection stands: ask everything outstanding again at once."""
    return Asking(True, tuple(replace(one, send_at=now) for one in asking.outstanding))


def disconnected(asking: Asking) -> Asking:
    """No connection: nothing is sent, but time runs on."""
    return replace(asking, connected=False)


def due(asking: Asking, now: float) -> tuple[Asking, tuple[Request, ...], tuple[str, ...]]:
    """What to send now, with its attempt counted, and the ids whose time is over; those stay until they are `ended`."""
    kept: list[Asked] = []
    send: list[Request] = []
    given_up: list[str] = []
    for one in asking.outstanding:
        if one.give_up_at is not None and one.give_up_at <= now:
            given_up.append(one.request.id)
            kept.append(one)
        elif asking.connected and one.send_at <= now:
            request = msgspec.structs.replace(one.request, attempt=one.request.attempt + 1)
            send.append(request)
            kept.append(replace(one, request=request, send_at=now + ASK_AGAIN_SECONDS))
        else:
            kept.append(one)
    return replace(asking, outstanding=tuple(kept)), tuple(send), tuple(given_up)


def _without(asking: Asking, request_id: str) -> tuple[Asked, ...]:
    return tuple(one for one in asking.outstanding if one.request.id != request_id)
