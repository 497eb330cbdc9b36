"""The SMS worker: takes texts that are due from the store, hands each to a gateway, and reports what became of it.

Its rules:

- The store is the only one who writes. A text is taken under a lease, one at a time, and its outcome told until the store
  has it. Whatever kills this program in between, the store knows that the text may have left, and says so to the next.
- A text that may have left is asked about, and sent again where it surely never came. Where no gateway can say, and after
  ASKED_AT_MOST questions that none could answer, it is sent once more, and only once: a double text beats none.
- Another gateway is tried at once when this one surely did not take the text, and only then.
- Nothing leaves after its time, after its lease, or while the store's time is not known.
"""

import logging
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Final

from mqtt.contract import Answer, Changed, Operation, TakeTexts, TextOutcome, TextResult, Texts, TextToFollow, TextToSend
from phone_line.gateways import standing
from phone_line.gateways.gateway import SEND_SECONDS, Gateway, Result

log = logging.getLogger(__name__)

LOOK_EVERY_SECONDS: Final = 5.0
"""Reception, kiosks and the evening's reminders wait so long; a booking by telephone wakes the worker at once."""
ASK_AGAIN_SECONDS: Final = 1.0
ASKED_AT_MOST: Final = 3
DOUBTS_MOST: Final = 2
"""A text with so many is sent only where it surely never came: two texts are better than none, three are not."""
REMEMBERED: Final = 1000
CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]+")
WORDS_AT_MOST: Final = 200
NOT_TAKEN: Final = frozenset({TextOutcome.TRY_AGAIN, TextOutcome.ACCOUNT})
LEFT: Final = frozenset({TextOutcome.ACCEPTED, TextOutcome.DELIVERED, TextOutcome.UNDELIVERED, TextOutcome.REFUSED})
"""What a gateway says, when asked, of a text that came to it: whatever followed, it is not sent again."""

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
        stopping: threading.Event | None = None,
    ) -> None:
        """`store_ms`: the store's time now, None while it is not known. `tell` is given the faults that a technician has to
        see to, whenever they change; it is called on the worker's thread and must not wait. `stopping`: what is waited on, set
        when the program ends; a clock of its own brings its own."""
        self._gateways = {gateway.name: gateway for gateway in gateways}
        self._ask_store = ask
        self._store_ms = store_ms
        self._tell = tell
        self._monotonic = monotonic
        self._standings = standing.at_start(tuple(gateways), monotonic())
        self._told: tuple[str, ...] = ()
        self._unsure: OrderedDict[int, int] = OrderedDict()  # text -> how often nobody could say whether it left
        self._woken = threading.Event()
        self._stopping = stopping or threading.Event()
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
        if store_ms is None:
            return
        seen = ((each.name, each.look(store_ms)) for each in self._gateways.values())
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
        name, result = "", Result(TextOutcome.TRY_AGAIN, error="no gateway is open")
        tried: frozenset[str] = frozenset()
        while result.outcome in NOT_TAKEN and (at := standing.first_open(self._standings, self._monotonic(), tried)):
            tried |= {at.name}
            self._rest_until(at.free_at)
            if not self._in_time(text):
                name, result = "", Result(TextOutcome.TRY_AGAIN, error="no time was left to send it")
                break
            name, result = at.name, self._gateways[at.name].send(text)
            self._note(at.name, result)
        self._report(text, name, result)

    def _may_be_sent(self, text: TextToSend, asked_of: str) -> bool:
        """Whether an earlier attempt surely never left, or nothing better can be done than to send again. What else became
        of it is reported. `asked_of` is empty when nobody knows which gateway had it."""
        asked = [each for each in self._gateways.values() if asked_of in ("", each.name)]
        can_say = [each for each in asked if each.knows_our_ids]
        found = [(each.name, each.ask(text)) for each in can_say]
        for name, result in found:
            if result.outcome in LEFT or result.outcome is TextOutcome.ACCOUNT:
                self._note(name, result)  # it took the text, though its answer was lost: or it will take none
            if result.outcome in LEFT:
                self._report(text, name, result)
                return False
        never_came = all(result.outcome is TextOutcome.TRY_AGAIN for _, result in found)
        if never_came and asked and len(can_say) == len(asked):
            return True
        if text.doubts < DOUBTS_MOST and (never_came or self._questions(text.id) >= ASKED_AT_MOST):
            log.warning("text %d is sent once more: nobody can say whether it left", text.id)
            return True
        why = "; ".join(f"{name}: {result.error}" for name, result in found) or "its gateway cannot say"
        self._report(text, asked_of, Result(TextOutcome.TRY_AGAIN, error=f"whether it left is not known: {why}"))
        return False

    def _questions(self, text: int) -> int:
        """How often this text was asked about in vain, with this time. A restart may forget it: then it is asked more often."""
        self._unsure[text] = self._unsure.pop(text, 0) + 1
        if len(self._unsure) > REMEMBERED:
            self._unsure.popitem(last=False)
        return self._unsure[text]

    def _in_time(self, text: TextToSend) -> bool:
        """Whether the text may leave now, with the time that a gateway takes."""
        now_ms = self._store_ms()
        if now_ms is None or self._stopping.is_set():
            return False
        return now_ms < text.expires_at_ms and now_ms + SEND_SECONDS * 1000 <= text.lease_until_ms

    def _note(self, name: str, result: Result) -> None:
        """Change how a gateway stands by what it answered."""
        at = next(each for each in self._standings if each.name == name)
        self._standings = standing.changed(self._standings, standing.answered(at, result, self._monotonic()))

    def _report(self, text: TextToSend | TextToFollow, gateway: str, result: Result) -> None:
        """Tell the store, again and again until it answers or this program ends: then it knows that the text may have left."""
        told = TextResult(
            text=text.id,
            attempt=text.attempt,
            outcome=result.outcome,
            gateway=gateway,
            gateway_id=_one_line(result.gateway_id),
            error=_one_line(result.error),
        )
        while (answer := self._ask_store(told)) is None:
            if self._stopping.wait(ASK_AGAIN_SECONDS):
                return
        if not isinstance(answer, Changed):
            log.error("the store does not take what became of text %d: %s", text.id, answer)

    def _rest_until(self, then: float) -> None:
        """Wait for a gateway's rate, or for the end of this program."""
        self._stopping.wait(max(0.0, then - self._monotonic()))


def _one_line(words: str) -> str:
    """A gateway's words as the contract takes them: without line breaks, and not for ever."""
    return CONTROL.sub(" ", words)[:WORDS_AT_MOST]
