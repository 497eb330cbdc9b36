"""The engine of the demo's morning: minutes pass, people come to the kiosk, free points call, scenes happen at their hour."""

import random
import time
import uuid
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from booking_store.reports import TicketStory, ticket_stories
from command_line.demo.clinic import Clinic
from command_line.demo.eyes import Eyes, ScriptError
from command_line.demo.hands import Hand
from command_line.demo.people import Arrival
from command_line.operator import Desk, accepted
from mqtt.contract import Act, Answer, Changed, Operation, Press, Pressed

VISITS_A_MINUTE: Final = 4
"""A patient takes about a quarter of a minute at the kiosk."""
SERVICE_MINUTES: Final = {"counter": (2, 3), "room": (3, 6)}


@dataclass(slots=True)
class Guest:
    """Somebody with a reason to be at the kiosk: what they do there, and the numbers that they leave with."""

    arrival: Arrival
    code: str | None = None
    numbers: list[int] = field(default_factory=list)


class Morning:
    """Time, hands, eyes and the operator's desk of one clinic day. Scenes are functions that take it."""

    def __init__(self, clinic: Clinic, desk: Desk, eyes: Eyes, seed: int) -> None:
        self.clinic = clinic
        self.desk = desk
        self.eyes = eyes
        self.chance = random.Random(seed)  # noqa: S311  # a demo's dice, not a secret
        self.hands = {device.id: Hand(clinic.twin_socket(device.id)) for device in clinic.site.devices}
        self.zone = ZoneInfo(clinic.site.time_zone)
        self.now = datetime.min
        self.kiosk_queue: deque[Guest] = deque()
        self.busy_until: dict[str, datetime] = {}
        self.wrongs: list[str] = []

    # ---------------------------------------------------------------------------------------------------- time

    def clock_to(self, moment: datetime) -> None:
        """Move the store's clock to `moment` (site time), once everything called so far has been spoken."""
        self.now = moment
        aware = moment.replace(tzinfo=self.zone)
        self.clinic.set_clock_offset(aware.timestamp() - time.time())  # noqa: TID251  # the offset is against this clock

    def minutes(self, until: Callable[[], bool], scenes: deque[tuple[datetime, Callable[["Morning"], None]]]) -> None:
        """Let minutes pass until `until()`, with their arrivals, calls and scenes."""
        while not until():
            self.clock_to(self.now + timedelta(minutes=1))
            while scenes and scenes[0][0] <= self.now:
                self.play(scenes.popleft()[1])
            for _ in range(min(VISITS_A_MINUTE, len(self.kiosk_queue))):
                self.play(lambda morning: morning.next_guest())
            self.play(lambda morning: morning.free_points_call())
            self.eyes.wait("everything called was spoken", self.all_spoken, 20)
            self.wrongs.extend(self.clinic.died())
            if self.wrongs:
                raise ScriptError(self.wrongs[0])

    def play(self, scene: Callable[["Morning"], None]) -> None:
        """Do one scene; what goes wrong in it is noted with its name and time."""
        try:
            scene(self)
        except ScriptError as wrong:
            name = getattr(scene, "__name__", "scene").strip("<>")
            self.wrongs.append(f"{self.now:%H:%M} {name}: {wrong}")

    def all_spoken(self) -> bool:
        """Each zone's speaker has spoken the newest call on its board."""
        for zone in self.clinic.site.zones:
            board = self.eyes.watched.boards.get(zone.id)
            speaker = self.eyes.watched.devices.get(zone.speaker or "")
            if board and board.calls and speaker and (speaker.health.spoken_call or 0) < board.calls[-1].call:
                return False
        return True
