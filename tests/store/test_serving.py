"""The store's loop at a wire that does not take everything."""

import threading

from booking_store.serving import Serving, Stop
from mqtt.contract import Message, Reason, Refusal, Reply
from mqtt.session import Connected, Refused, RetainedRead
from program.inbox import Inbox
from tests.store.clinic import Clinic


class ChokedWire:
    """A session whose broker is there and takes nothing, until it does."""

    connection = "c1"

    def __init__(self, inbox: Inbox, refuses: int) -> None:
        self.inbox = inbox
        self.refuses = refuses
        self.said: list[str] = []
        self.replies: list[tuple[str, Message]] = []  # and to whom

    def publish(self, topic: str, key: str, message: Message) -> bool:
        if self.refuses:
            self.refuses -= 1
            return False
        self.said.append(topic)
        if isinstance(message, Reply):
            self.replies.append((key, message))
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


def test_who_sends_what_is_no_request_is_told_why_where_its_id_could_be_read(clinic: Clinic) -> None:
    inbox = Inbox()
    unreadable = Refused("request", "not JSON", "counter-1")
    no_request = Refused("device", "not JSON", "counter-2", request_id="x")
    half = Refused("request", "Invalid value '…'", "counter-3", Reason.MALFORMED, "press-1")
    for event in (Connected("c1"), RetainedRead(), unreadable, no_request, half):
        inbox.put(event)
    wire = ChokedWire(inbox, refuses=0)
    Serving(clinic.store, wire, inbox, lambda: clinic.now).run()  # type: ignore[arg-type]  # what serving uses of a session
    ((device, reply),) = wire.replies
    assert device == "counter-3"
    assert isinstance(reply, Reply)
    assert (reply.id, reply.answer) == ("press-1", Refusal(reason=Reason.MALFORMED, detail="Invalid value '…'"))
