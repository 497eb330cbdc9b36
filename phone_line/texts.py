"""The SMS worker: takes texts that are due from the store, hands each to a gateway, and reports what became of it.

Its rules:

- The store is the only one who writes. A text is taken under a lease, one at a time.
- Before a text is handed to a gateway, the store is told that it may leave now (UNKNOWN, with the gateway's name); the
  outcome follows. Whatever kills this program in between, the store knows whom to ask. Without the store's answer nothing
  is sent.
- A text that may have left is asked about before it is sent again. A gateway that cannot be asked, or that was asked
  ASKED_AT_MOST times and could not say, gets it once more: a double text beats none.
- Another gateway is tried at once when this one surely did not take the text, and only then.
- Nothing leaves after its time, after its lease, or while the store's time is not known.
"""

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Final

from mqtt.contract import Answer, Changed, Operation, TakeTexts, TextOutcome, TextResult, Texts, TextToFollow, TextToSend
from phone_line.gateways import standing
from phone_line.gateways.gateway import SEND_SECONDS, Gateway, Result

log = logging.getLogger(__name__)

LOOK_EVERY_SECONDS: Final = 10.0
ASK_AGAIN_SECONDS: Final = 1.0
ASKED_AT_MOST: Final = 3
REMEMBERED: Final = 1000
NOT_TAKEN: Final = frozenset({TextOutcome.TRY_AGAIN, TextOutcome.ACCOUNT})

Ask = Callable[[Operation], Answer | None]
"""Asks the store and waits for its answer; None: none came in time. May be called from any thread."""


class Worker:
    """The texts' own thread. `turn` is all it does, again and again."""

    def __init__(
        self,
        gateways: Sequence[Gateway],
        *,
        ask: Ask,
        store_ms: Callable[[], int | None],
        tell: Callable[[tuple[str, ...]], None],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`store_ms`: the store's time now, None while it is not known. `tell` is given the faults that a technician has to
        see to, whenever they change; it is called on the worker's thread and must not wait."""
        self._gateways = {gateway.name: gateway for gateway in gateways}
        self._ask_store = ask
        self._store_ms = store_ms
        self._tell = tell
        self._monotonic = monotonic
        self._standings = standing.at_start(tuple(gateways), monotonic())
        self._told: tuple[str, ...] = ()
        self._unsure: OrderedDict[int, int] = OrderedDict()  # text -> how often its gateway could not say
        self._sent_again: OrderedDict[int, int] = OrderedDict()  # texts that got their one more
        self._woken = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="texts", daemon=True)
        self.failures = 0
        """Turns that raised, since the start: bugs, each of them."""

    def start(self) -> None:
        """Begin to take texts."""
        self._thread.start()

    def stop(self) -> None:
        """End after the text in hand; waits for it."""
        self._stopping.set()
        self._woken.set()
        self._thread.join(SEND_SECONDS + LOOK_EVERY_SECONDS)

    def wake(self) -> None:
        """A text was written: do not wait for the next look. Never waits; any thread may call it."""
        self._woken.set()

    def turn(self) -> bool:
        """One look at the gateways and at the outbox. True: a text was taken, so that there may be more."""
        self._look()
        if self._store_ms() is None or standing.first_open(self._standings, self._monotonic()) is None:
            return False  # a text that nobody can send now stays with the store, and uses up no attempt
        answer = self._ask_store(TakeTexts(most=1))
        if not isinstance(answer, Texts):
            return False
        for followed in answer.to_follow:
            self._follow(followed)
        for text in answer.to_send:
            self._send(text)
        return bool(answer.to_send)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                busy = self.turn()
            except Exception:  # the next text must not wait for a bug that this one found
                self.failures += 1
                log.exception("a turn of the texts failed")
                busy = False
            if not busy:
                self._woken.wait(LOOK_EVERY_SECONDS)
            self._woken.clear()

    def _look(self) -> None:
        """Let each gateway look after its machine, and tell what is wrong when it changed."""
        store_ms = self._store_ms()
        seen = ((each.name, each.look(store_ms)) for each in self._gateways.values() if store_ms is not None)
        faults = (*standing.alarms(self._standings), *(f"{name}: {fault}" for name, fault in seen if fault))
        if faults != self._told:
            for fault in set(faults) - set(self._told):
                log.error("%s", fault)
            self._told = faults
            self._tell(faults)

    def _follow(self, text: TextToFollow) -> None:
        gateway = self._gateways.get(text.gateway)
        found = gateway.follow(text) if gateway else Result(TextOutcome.ACCEPTED, text.gateway_id)
        self._report(text, text.gateway, found)

    def _send(self, text: TextToSend) -> None:
        """Ask after an earlier attempt, then hand the text to the first gateway that takes it."""
        if text.asked_of is not None and not self._may_be_sent(text, text.asked_of):
            return
        tried: frozenset[str] = frozenset()
        while (at := standing.first_open(self._standings, self._monotonic(), tried)) is not None:
            tried |= {at.name}
            self._rest_until(at.free_at)
            if not self._in_time(text) or not self._report(text, at.name, Result(TextOutcome.UNKNOWN, error="handed over")):
                return
            result = self._gateways[at.name].send(text)
            self._note(at, result)
            self._report(text, at.name, result)
            if result.outcome not in NOT_TAKEN:
                return

    def _may_be_sent(self, text: TextToSend, name: str) -> bool:
        """Whether an earlier attempt through gateway `name` surely never left, or nothing better can be done than to send
        again; what else became of it is reported."""
        gateway = self._gateways.get(name)
        asked = gateway is not None and gateway.knows_our_ids
        found = gateway.ask(text) if gateway and asked else Result(TextOutcome.UNKNOWN, error="its gateway cannot say")
        if found.outcome is TextOutcome.TRY_AGAIN:
            return True
        if found.outcome is TextOutcome.ACCOUNT:  # of us, not of the text
            found = Result(TextOutcome.UNKNOWN, error=found.error)
        if found.outcome is TextOutcome.UNKNOWN:
            unsure = _remembered(self._unsure, text.id, self._unsure.get(text.id, 0) + 1)
            if (unsure >= ASKED_AT_MOST or not asked) and text.id not in self._sent_again:
                _remembered(self._sent_again, text.id, 1)
                log.warning("text %d is sent again: whether it left is not to be known", text.id)
                return True
        self._report(text, name, found)
        return False

    def _in_time(self, text: TextToSend) -> bool:
        """Whether the text may leave now, with the time that a gateway takes."""
        now_ms = self._store_ms()
        if now_ms is None or self._stopping.is_set():
            return False
        return now_ms < text.expires_at_ms and now_ms + SEND_SECONDS * 1000 <= text.lease_until_ms

    def _note(self, at: standing.Standing, result: Result) -> None:
        self._standings = standing.changed(self._standings, standing.answered(at, result, self._monotonic()))

    def _report(self, text: TextToSend | TextToFollow, gateway: str, result: Result) -> bool:
        """Tell the store, again and again until it answers. False: it has not, and this program ends; or it refused."""
        told = TextResult(
            text=text.id,
            attempt=text.attempt,
            outcome=result.outcome,
            gateway=gateway,
            gateway_id=result.gateway_id[:200],
            error=result.error[:200],
        )
        while (answer := self._ask_store(told)) is None:
            if self._stopping.wait(ASK_AGAIN_SECONDS):
                return False
        if not isinstance(answer, Changed):
            log.error("the store does not take what became of text %d: %s", text.id, answer)
        return isinstance(answer, Changed)

    def _rest_until(self, then: float) -> None:
        """Wait for a gateway's rate, or for the end of this program."""
        self._stopping.wait(max(0.0, then - self._monotonic()))


def _remembered(memory: OrderedDict[int, int], text: int, value: int) -> int:
    """Keep `value` for a text, and forget those of long ago."""
    memory[text] = value
    while len(memory) > REMEMBERED:
        memory.popitem(last=False)
    return value
