"""The store's loop at a wire that does not take everything."""

import threading

from booking_store.serving import Serving, Stop
from mqtt.contract import Message
from mqtt.session import Connected, RetainedRead
from program.inbox import Inbox
from tests.store.clinic import Clinic


class ChokedWire:
    """A session whose broker is there and takes nothing, until it does."""

    connection = "c1"

    def __init__(self, inbox: Inbox, refuses: int) -> None:
        self.inbox = inbox
        self.refuses = refuses
        self.said: list[str] = []

    def publish(self, topic: str, _key: str, _message: Message) -> bool:
        if self.refuses:
            self.refuses -= 1
            return False
        self.said.append(topic)
        if {"site", "day", "board", "point"} <= set(self.said):
            self.inbox.put(Stop("all was said"))
        return True

    def turn(self, seconds: float, _together: int) -> None:
        threading.Event().wait(seconds)  # nothing comes in

    def flush(self) -> None:
        pass

    def clear(self, _topic: str, _key: str) -> bool:
        return True


def test_what_a_choked_broker_did_not_take_is_said_again(clinic: Clinic) -> None:
    inbox = Inbox()
    inbox.put(Connected("c1"))
    inbox.put(RetainedRead())
    wire = ChokedWire(inbox, refuses=3)
    too_long = threading.Timer(20, inbox.put, [Stop("it was never said")])
    too_long.start()
    Serving(clinic.store, wire, inbox, lambda: clinic.now).run()  # type: ignore[arg-type]  # what serving uses of a session
    too_long.cancel()
    assert {"site", "day", "board", "point"} <= set(wire.said)
