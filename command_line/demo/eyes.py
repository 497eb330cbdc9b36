"""The eyes in the demo: what the broker publishes, what stands on a screen, what came out of a printer."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from booking_store.reports import ticket_stories
from command_line.demo.clinic import Clinic
from command_line.demo.wrong import ScriptError
from command_line.operator import Desk
from command_line.watched import Watched
from mqtt.contract import PointState

LOOK_SECONDS: Final = 0.005
PATIENCE_SECONDS: Final = 10.0


class Eyes:
    """Looks and waits; a wait that lasts too long is ScriptError."""

    def __init__(self, clinic: Clinic, desk: Desk) -> None:
        self._clinic = clinic
        self._desk = desk
        self.watched = Watched()
        self.on_look: Callable[[], None] = lambda: None
        desk.tell(self.watched.hear)

    def wait(self, until: str, holds: Callable[[], bool], seconds: float = PATIENCE_SECONDS) -> None:
        """Look until `holds()`; raises ScriptError that names what was waited for."""
        if not self.seen_within(holds, seconds):
            raise ScriptError(f"waited {seconds:.0f} s until {until}")

    def seen_within(self, holds: Callable[[], bool], seconds: float) -> bool:
        """Look until `holds()`, or for `seconds`; whether it came true."""
        end = time.monotonic() + seconds
        while not holds():
            if time.monotonic() > end:
                return False
            self.look(LOOK_SECONDS)
        return True

    def look(self, seconds: float = 0.0) -> None:
        """Take in what is published."""
        for _ in self._desk.heard(seconds):
            pass
        self.on_look()

    def point(self, point: str) -> PointState:
        """A point's newest snapshot."""
        return self.watched.points[point]

    def screen(self, device: str) -> str:
        """The name of the picture that stands on a device's screen."""
        now = self._clinic.screens_folder(device) / "now.txt"
        try:
            return now.read_text(encoding="utf-8").strip()
        except FileNotFoundError:
            return ""

    def newest_ticket(self) -> int:
        """The number given last."""
        return int(ticket_stories(self._clinic.database)[-1]["number"])

    def finished_ticket(self) -> int:
        """The number of somebody whose visit is over and who has a doctor to go back to."""
        for story in reversed(ticket_stories(self._clinic.database)):
            if story["outcome"] == "served" and story["doctor"]:
                return int(story["number"])
        raise ScriptError("somebody's visit is over")

    def tickets_printed(self, kiosk: str) -> int:
        """How many papers a kiosk's printer has given."""
        return self._clinic.printers[kiosk].jobs

    def papers(self, kiosk: str) -> list[Path]:
        """The papers of a kiosk as its printer got them, oldest first."""
        return sorted((self._clinic.folder / "printed" / kiosk).glob("*.bin"))
