"""A device of the clinic without its hardware: it says how it is, and takes orders, or is deaf to them."""

import threading
import time
from functools import partial

from mqtt.contract import Health, OrderMessage
from mqtt.reporter import Reporter, last_will
from mqtt.session import Heard, Session
from program.inbox import Inbox
from program.loop import Stop
from program.vitals import Vitals
from tests.broker import RunningBroker

UNTOLD = Health()


class Device:
    """One device's place at the broker, on a thread of its own, from `start` on. `taken` are the orders it was given."""

    def __init__(self, broker: RunningBroker, name: str, role: str, health: Health = UNTOLD, *, deaf: bool = False) -> None:
        self.inbox = Inbox()
        self.deaf = deaf
        self.health = health
        self.taken: list[object] = []
        self.session = Session(
            broker.login(name),
            site="small",
            device=name,
            inbox=self.inbox,
            follow=("store", f"order/{name}"),
            will=partial(last_will, name, role),
        )
        vitals = Vitals(health.temperature_c, health.memory_mb, 0)
        self._reporter = Reporter(name, role, self.session, self.inbox, (), look=lambda: vitals)
        self._thread = threading.Thread(target=self._live, daemon=True)

    def start(self) -> "Device":
        self.session.start()
        self._thread.start()
        return self

    def leave(self) -> None:
        """Say goodbye and go."""
        self.inbox.put(Stop("the test wants it"))
        self._thread.join()
        self.session.stop()

    def _live(self) -> None:
        while True:
            event = self.inbox.get(time.monotonic() + 0.05)
            now = time.monotonic()
            if isinstance(event, Stop):
                return
            match event:
                case Heard(message=OrderMessage(order=order)):
                    self.taken.append(order)
                    if not self.deaf:
                        self._reporter.heard(event, now)
            self._reporter.tell(None, self.health)
            self.session.tick(now)
            deadline = self._reporter.next_deadline()
            if deadline is not None and deadline <= now:
                self._reporter.tick(now)
