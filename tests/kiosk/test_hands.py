"""What must be on disk first: no request is sent and no paper moves for a line that could not be written."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from PIL import Image

from kiosk_device.hands import Hands
from kiosk_device.settling import Settling
from kiosk_device.state import AskTicket, NewDate, PrintSlip, PrintTicket, SendSettle
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


def hands_of(recorder: Recorder) -> Hands:
    parts: dict[str, Any] = dict.fromkeys(("journal", "sheet_file", "session", "printer", "voice"), recorder)
    blank = Image.new("1", (576, 10))
    return Hands(**parts, inbox=Inbox(), paper=lambda _: blank, test_picture=lambda: blank)


ASK = AskTicket("a", CheckIn(code=CODE, service_day=7), None)
PRINT = PrintTicket("a", TICKET, SITE, "fa")
SLIP = PrintSlip("a", NewDate("2026-12-01"), SITE, "fa")
SETTLE = SendSettle(
    Settling("a", "s", SettleOutcome.PRINTED, 123), "s", Settle(request="a", service_day=7, outcome=SettleOutcome.PRINTED)
)


@pytest.mark.parametrize(
    ("action", "done"),
    [
        (ASK, ["written Asked", "asked CheckIn"]),
        (PRINT, ["written Printing", "printing"]),
        (SLIP, ["printing"]),
        (SETTLE, ["written Settling", "asked Settle"]),
    ],
    ids=["asking", "printing", "a slip, which promises nothing", "settling"],
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
