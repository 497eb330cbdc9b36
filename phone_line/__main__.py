"""The telephone's program: `python -m phone_line FILE.toml`. The voice menu for the exchange, and the texts' worker.

The parts are chosen here, once, from the device's file; from then on they only meet in the loop.
"""

import secrets
import sys
import time
from functools import partial
from pathlib import Path

from mqtt.feed import Feed
from mqtt.reporter import Reporter, last_will
from mqtt.session import Session
from mqtt.store_line import StoreLine
from phone_line import calls
from phone_line.calls import GatewayFaults, Telephone
from phone_line.gateways.settings import open_gateways
from phone_line.hands import Hands
from phone_line.listener import Listener
from phone_line.open_calls import OpenCalls
from phone_line.settings import PhoneLineSettings, key_of, load_settings
from phone_line.texts import Worker
from program.inbox import Inbox
from program.loop import Loop
from program.starting import start


def run(settings: PhoneLineSettings) -> None:
    """The telephone of `settings`."""
    inbox = Inbox()
    session = Session(
        settings.broker,
        site=settings.site,
        device=settings.device,
        inbox=inbox,
        follow=("store", "site", f"order/{settings.device}"),
        will=partial(last_will, settings.device, calls.ROLE),
    )
    listener = Listener(settings.agi.listen, settings.agi.exchanges, key_of(settings.agi), inbox)
    open_calls = OpenCalls(Path(settings.state_folder))
    store_line = StoreLine(inbox)
    clock = StoreClock()
    texts = texts_worker(settings, store_line, clock, inbox)
    reporter = Reporter(settings.device, calls.ROLE, session, inbox, ())
    first = Telephone(boot=session.boot, secret=secrets.token_bytes(32))
    hands = Hands(
        listener=listener,
        session=session,
        open_calls=open_calls,
        store_line=store_line,
        wake_texts=texts.wake if texts else nothing_to_wake,
        inbox=inbox,
    )

    def step(telephone: Telephone, event: object, now: float) -> calls.Result:
        telephone, actions = calls.step(telephone, event, now)
        clock.feed = telephone.feed
        reporter.heard(event, now)
        reporter.tell(None, calls.health_of(telephone))  # it has no screen to show anything on
        return telephone, actions

    loop: Loop[Telephone, calls.Action, None] = Loop(
        inbox=inbox, step=step, deadline=calls.deadline, perform=hands.perform, timed=(session, reporter)
    )
    session.start()
    listener.start()
    if texts is not None:
        texts.start()
    loop.stop_on_signals()
    loop.run(calls.at_start(first, open_calls.left_open, time.monotonic()))
    listener.stop()
    store_line.close()
    if texts is not None:
        texts.stop()
    session.stop()


class StoreClock:
    """The store's time for the texts' worker, which lives on a thread of its own."""

    def __init__(self) -> None:
        self.feed = Feed()

    def now_ms(self) -> int | None:
        """The store's time now; None while it is not heard."""
        now = time.monotonic()
        feed = self.feed  # another thread puts a new one here, never changes one
        return None if feed.lost(now) else feed.wall_ms(now)


def texts_worker(settings: PhoneLineSettings, store_line: StoreLine, clock: StoreClock, inbox: Inbox) -> Worker | None:
    """The worker, where the file names gateways. Raises SettingsError."""
    if not settings.gateways:
        return None

    def tell(faults: tuple[str, ...]) -> None:
        inbox.put(GatewayFaults(faults))

    return Worker(open_gateways(settings.gateways), ask=store_line.ask, store_ms=clock.now_ms, tell=tell)


def nothing_to_wake() -> None:
    """No gateway: somebody else sends the texts."""


if __name__ == "__main__":
    sys.exit(start("phone_line", load_settings, run, sys.argv))
