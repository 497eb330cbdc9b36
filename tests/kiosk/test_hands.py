"""What must be on disk first: no request is sent and no paper moves for a line that could not be written."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from PIL import Image

from kiosk_device.actions import AskTicket, PrintSlip, PrintTicket, SendSettle, WriteNumber
from kiosk_device.events import NumberWritten
from kiosk_device.hands import Hands
from kiosk_device.settling import GaveAlone, Settling
from kiosk_device.state import NewDate
from mqtt.contract import CheckIn, Settle, SettleOutcome
from program.inbox import Inbox
from tests.kiosk.clinic import CODE, SITE, TICKET


@dataclass
class Recorder:
    """Stands for disk, broker and printer at once, so that their order shows. `full`: the disk takes nothing."""

    full: bool = False
    done: list[str] = field(default_factory=list)

    def write(self, line: object, *_: object) -> None:
        if self.full:
            raise OSError("no space left on device")
        self.done.append(f"written {type(line).__name__}")

    def ask(self, _: str, operation: object, **__: Any) -> None:
        self.done.append(f"asked {type(operation).__name__}")

    def print(self, _: str, __: Image.Image) -> None:
        self.done.append("printing")


def hands_of(recorder: Recorder, inbox: Inbox | None = None) -> Hands:
    parts: dict[str, Any] = dict.fromkeys(("journal", "sheet_file", "session", "printer", "voice"), recorder)
    blank = Image.new("1", (576, 10))
    return Hands(**parts, inbox=inbox or Inbox(), paper=lambda _: blank, test_picture=lambda: blank)


ASK = AskTicket("a", CheckIn(code=CODE, service_day=7), None)
PRINT = PrintTicket("a", TICKET, SITE, "fa")
ALONE = PrintTicket("a", TICKET, SITE, "fa", alone=True)
NUMBER = WriteNumber(GaveAlone("a", 7, "2026-11-22", 950, CheckIn(code=CODE, service_day=7)))
SLIP = PrintSlip("a", NewDate("2026-12-01"), SITE, "fa")
SETTLE = SendSettle(
    Settling("a", "s", SettleOutcome.PRINTED, 123), "s", Settle(request="a", service_day=7, outcome=SettleOutcome.PRINTED)
)


@pytest.mark.parametrize(
    ("action", "done"),
    [
        (ASK, ["written Asked", "asked CheckIn"]),
        (PRINT, ["written Printing", "printing"]),
        (NUMBER, ["written GaveAlone"]),
        (ALONE, ["printing"]),
        (SLIP, ["printing"]),
        (SETTLE, ["written Settling", "asked Settle"]),
    ],
    ids=["asking", "printing", "a number of its own", "printing that number", "a slip, which promises nothing", "settling"],
)
def test_the_line_is_written_before_anything_follows(action: Any, done: list[str]) -> None:
    recorder = Recorder()
    hands_of(recorder).perform(action)
    assert recorder.done == done


@pytest.mark.parametrize(("action", "done"), [(ASK, []), (PRINT, []), (SETTLE, ["asked Settle"])])
def test_a_full_disk_asks_and_prints_nothing_but_still_settles(action: Any, done: list[str]) -> None:
    recorder = Recorder(full=True)
    with pytest.raises(OSError, match="no space"):
        hands_of(recorder).perform(action)
    assert recorder.done == done


@pytest.mark.parametrize("full", [False, True])
def test_that_a_number_of_its_own_is_written_is_said_once_it_is(*, full: bool) -> None:
    inbox = Inbox()
    hands = hands_of(Recorder(full=full), inbox)
    if full:
        with pytest.raises(OSError, match="no space"):
            hands.perform(NUMBER)
    else:
        hands.perform(NUMBER)
    assert inbox.drain(9) == ([] if full else [NumberWritten("a")])
