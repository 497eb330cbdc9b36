"""The texts in the world: the house's own worker on the virtual clock, and the modem that it hands them to.

The worker asks and waits where it stands, as its thread does: the world goes on meanwhile. Where that kills its program, it
does nothing more. The modem is a box of its own, and keeps what it was given.
"""

import threading
from collections.abc import Callable
from random import Random
from typing import Final

from mqtt.contract import Answer, Operation, TextOutcome, TextResult, TextToFollow, TextToSend
from mqtt.feed import Feed
from mqtt.request_id import request_id
from mqtt.store_line import GIVE_UP_SECONDS, SPARE_SECONDS, Wanted
from phone_line.calls import GatewayFaults, HandAnswer, WakeTexts
from phone_line.gateways.gateway import SEND_SECONDS, Gateway, Result, own_id
from phone_line.texts import Worker
from simulation.clock import Clock
from simulation.running import PowerCutError
from simulation.witness import TextCame, Witness

LOOKS_EVERY_SECONDS: Final = 20.0
"""A worker looks every five seconds; here where the outbox, read from beside the store, has something for it."""
SENDS_SECONDS: Final = (0.5, 3.0)


class Modem(Gateway):
    """What it is given comes to a mobile. Some modems can be asked what became of a text, and some cannot."""

    name = "modem"
    every_seconds = 2.0

    def __init__(self, chance: Random, clock: Clock, witness: Witness) -> None:
        self._chance, self._clock, self._witness = chance, clock, witness
        self.knows_our_ids = chance.random() < 0.5
        self.away = False
        self.falls_silent = False
        """What becomes of the next text it does not say."""
        self.sent: Callable[[], None] = lambda: None
        """Told when a text is out, and before the worker hears of it."""
        self.let_pass: Callable[[float], None] = lambda _: None
        """Lets the worker wait for some seconds."""
        self.untold: int | None = None
        """The text that is out, and of which the store has not taken in that it is."""
        self._texts: set[int] = set()

    def send(self, text: TextToSend) -> Result:
        if self.away:
            return Result(TextOutcome.TRY_AGAIN, error="the modem is away")
        silent, self.falls_silent = self.falls_silent, False
        if not silent or self._chance.random() < 0.5:
            self._texts.add(own_id(text))
            self._witness.texts.append(TextCame(self._clock.now, text.to, text.body))
            self._witness.note(self._clock.now, f"text {text.id} is out")
            self.untold = text.id
            self.sent()
        self.let_pass(SEND_SECONDS if silent else self._chance.uniform(*SENDS_SECONDS))
        if silent:
            self.in_doubt()
            return Result(TextOutcome.UNKNOWN, error="no answer in time")
        return Result(TextOutcome.ACCEPTED, str(text.id))

    def ask(self, text: TextToSend) -> Result:
        if not self.knows_our_ids:
            return super().ask(text)
        if self.away:
            return Result(TextOutcome.UNKNOWN, error="the modem is away")
        return Result(TextOutcome.ACCEPTED if own_id(text) in self._texts else TextOutcome.TRY_AGAIN, str(text.id))

    def follow(self, text: TextToFollow) -> Result:
        return Result(TextOutcome.DELIVERED, text.gateway_id)

    def in_doubt(self) -> None:
        """Nobody will tell the store of the text that is out."""
        if self.untold is not None:
            self._witness.in_doubt += 1
            self.untold = None


class Texts:
    """One run of the worker, in the telephone's program."""

    def __init__(
        self,
        clock: Clock,
        modem: Modem,
        boot: str,
        *,
        tell: Callable[[object], None],
        feed: Callable[[], Feed],
        outbox_waits: Callable[[int], bool],
    ) -> None:
        """`tell`: the program hears an event of the worker. `outbox_waits(now_ms)`: whether there is something to take."""
        self._clock, self._modem, self._boot = clock, modem, boot
        self._tell, self._feed, self._outbox_waits = tell, feed, outbox_waits
        self._alive, self._busy = True, False
        self._asked = 0
        self._answers: dict[str, Answer | None] = {}
        modem.let_pass = self._let_pass
        self._worker = Worker(
            (modem,),
            ask=self._ask,
            store_ms=self._store_ms,
            tell=lambda faults: tell(GatewayFaults(faults)),
            monotonic=lambda: clock.now,
            stopping=_Waits(self._let_pass),
        )
        self._look_later()

    def end(self) -> None:
        """The program is killed."""
        self._alive = False
        self._modem.in_doubt()

    def do(self, action: HandAnswer | WakeTexts) -> None:
        """The program hands over an answer of the store, or says that a text was written."""
        if isinstance(action, HandAnswer):
            self._answers[action.request] = action.answer
        else:
            self._clock.after(0.0, self._look)

    def _look_later(self) -> None:
        self._clock.after(LOOKS_EVERY_SECONDS, self._look_again)

    def _look_again(self) -> None:
        if self._alive:
            self._look()
            self._look_later()

    def _look(self) -> None:
        """Take what is due, one text after the other."""
        now_ms = self._store_ms() if self._alive and not self._busy else None
        if now_ms is None or not self._outbox_waits(now_ms):
            return
        self._busy = True
        try:
            while self._worker.turn():
                pass
        except PowerCutError:
            return
        self._busy = False

    def _ask(self, operation: Operation) -> Answer | None:
        request = request_id(self._boot, self._asked)
        self._asked += 1
        self._tell(Wanted(request, operation, GIVE_UP_SECONDS))
        self._let_pass(GIVE_UP_SECONDS + SPARE_SECONDS, lambda: request in self._answers)
        answer = self._answers.pop(request, None)
        if isinstance(operation, TextResult) and answer is not None:
            self._modem.untold = None
        return answer

    def _store_ms(self) -> int | None:
        feed, now = self._feed(), self._clock.now
        return None if feed.lost(now) else feed.wall_ms(now)

    def _let_pass(self, seconds: float, ready: Callable[[], bool] = lambda: False) -> None:
        """Wait, until `ready()` or for so long. Raises PowerCutError where the program was killed meanwhile."""
        self._clock.run(self._clock.now + seconds, lambda: not self._alive or ready())
        if not self._alive:
            raise PowerCutError


class _Waits(threading.Event):
    """What the worker waits on: the world's time passes."""

    def __init__(self, let_pass: Callable[[float], None]) -> None:
        super().__init__()
        self._let_pass = let_pass

    def wait(self, timeout: float | None = None) -> bool:
        self._let_pass(timeout or 0.0)
        return False
