"""Eight kiosks give two hundred tickets while eight counters call: no number twice, none called twice, none missed."""

import secrets
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Final

from benchmarks.clinic import COUNTERS, KIOSKS
from benchmarks.messages import Device
from mqtt.contract import (
    CallNext,
    Operation,
    PointState,
    Press,
    Pressed,
    Reason,
    Refusal,
    Settle,
    SettleOutcome,
    TakeWalkIn,
    TicketGiven,
)
from mqtt.session import Answered, Heard
from tests.broker import RunningBroker

TICKETS: Final = 200
CALLING: Final = COUNTERS[:8]
ROUND_SECONDS: Final = 60.0


@dataclass
class Round:
    """What kiosks gave and counters called in one round; every number that is not right is listed."""

    given: list[int] = field(default_factory=list)
    called: list[int] = field(default_factory=list)
    seconds: float = 0.0
    trouble: list[str] = field(default_factory=list)

    def faults(self, waiting_before: int) -> list[str]:
        """Empty: every law was kept. `waiting_before`: how many waited when the round began."""
        twice = [number for number, times in Counter(self.given).items() if times > 1]
        called_twice = [number for number, times in Counter(self.called).items() if times > 1]
        missed = set(self.given) - set(self.called)
        faults = list(self.trouble)
        faults += [f"given twice: {twice}"] if twice else []
        faults += [f"called twice: {called_twice}"] if called_twice else []
        faults += [f"never called: {sorted(missed)}"] if missed else []
        if len(self.given) != TICKETS or len(set(self.called)) != TICKETS + waiting_before:
            faults.append(f"{len(self.given)} given, {len(set(self.called))} called")
        return faults


def play(broker: RunningBroker) -> Round:
    """One round against the store that runs at `broker`."""
    one = Round()
    closing = threading.Event()
    kiosks = [threading.Thread(target=_guarded, args=(one, _kiosk, broker, name, one)) for name in KIOSKS]
    counters = [threading.Thread(target=_guarded, args=(one, _counter, broker, name, one, closing)) for name in CALLING]
    start = time.perf_counter()
    for thread in (*kiosks, *counters):
        thread.start()
    for thread in kiosks:
        thread.join(ROUND_SECONDS)
    closing.set()
    for thread in counters:
        thread.join(ROUND_SECONDS)
    one.seconds = time.perf_counter() - start
    return one


def _guarded(one: Round, work: object, *arguments: object) -> None:
    try:
        work(*arguments)  # type: ignore[operator]
    except Exception as problem:  # noqa: BLE001  whatever ends a device early is a fault of the round
        one.trouble.append(f"{arguments[1]}: {problem!r}")


def _kiosk(broker: RunningBroker, name: str, one: Round) -> None:
    device = Device(broker, name, ())
    for _ in range(TICKETS // len(KIOSKS)):
        request, answer = _ask(device, TakeWalkIn(department=11, service_day=1))
        if not isinstance(answer, TicketGiven):
            raise TypeError(f"no ticket: {answer}")
        one.given.append(answer.number)
        _ask(device, Settle(request=request, service_day=1, outcome=SettleOutcome.PRINTED, number=answer.number))
    device.session.stop()


def _counter(broker: RunningBroker, name: str, one: Round, closing: threading.Event) -> None:
    device = Device(broker, name, (f"point/{name}",))
    heard = device.next(Heard)
    state = heard.message if isinstance(heard, Heard) else None
    while isinstance(state, PointState):
        last_look = closing.is_set()
        _, answer = _ask(device, Press(point=name, epoch=state.epoch, revision=state.revision, act=CallNext()))
        if isinstance(answer, Pressed):
            state = answer.point
            if state.current is not None:
                one.called.append(state.current.number)
                continue
        elif isinstance(answer, Refusal) and answer.reason not in {Reason.NOBODY_WAITS, Reason.STALE}:
            raise TypeError(f"refused: {answer}")
        if last_look:
            break
        state = _newest(device, state)
    device.session.stop()


def _newest(device: Device, state: PointState) -> PointState:
    """What the point's topic says by now; a moment's rest for the hand."""
    until = time.monotonic() + 0.02
    while time.monotonic() < until:
        event = device.turn(until)
        if isinstance(event, Heard) and isinstance(event.message, PointState) and event.message.sequence > state.sequence:
            state = event.message
    return state


def _ask(device: Device, operation: Operation) -> tuple[str, object]:
    request = secrets.token_hex(16)
    device.session.ask(request, operation, give_up_seconds=None, seen=None)
    answered = device.next(Answered)
    return request, answered.reply.answer if isinstance(answered, Answered) else None
