"""The texts' worker asks the store through the deciding thread, and never waits for one that has ended."""

import threading
import time

from mqtt.contract import Changed, Reply, TakeTexts
from mqtt.session import Answered, GaveUp
from mqtt.store_line import StoreLine, Wanted
from phone_line.calls import HandAnswer
from phone_line.state import Ask
from program.inbox import Inbox
from tests.phone_line.calling import Line


def test_an_answer_reaches_the_thread_that_asked() -> None:
    inbox = Inbox()
    line = StoreLine(inbox)
    heard: list[object] = []
    asking = threading.Thread(target=lambda: heard.append(line.ask(TakeTexts())))
    asking.start()
    wanted = inbox.get(time.monotonic() + 10)
    assert isinstance(wanted, Wanted)
    line.answer("another", None)
    line.answer(wanted.request, Changed())
    asking.join()
    assert heard == [Changed()]


def test_whoever_waits_at_the_end_is_let_go_and_nobody_asks_after_it() -> None:
    inbox = Inbox()
    line = StoreLine(inbox)
    heard: list[object] = []
    asking = threading.Thread(target=lambda: heard.append(line.ask(TakeTexts())))
    asking.start()
    inbox.get(time.monotonic() + 10)
    line.close()
    asking.join()
    assert heard == [None]
    assert line.ask(TakeTexts()) is None


def test_the_deciding_thread_asks_for_it_and_hands_the_answer_over() -> None:
    line = Line()
    line.event(Wanted("r1", TakeTexts(), 10.0))
    assert line.last(Ask) == Ask("r1", TakeTexts(), 10.0)
    line.event(Answered(Reply(id="r1", answer=Changed(), epoch="e", sequence=3)))
    assert line.last(HandAnswer) == HandAnswer("r1", Changed())
    line.event(Wanted("r2", TakeTexts(), 10.0))
    line.event(GaveUp("r2"))
    assert line.last(HandAnswer) == HandAnswer("r2", None)
    assert line.telephone.wanted == frozenset()
