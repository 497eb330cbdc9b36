"""Somebody who stands in the hall and forgets nothing: what the broker tells to all, as it was told, through every restart."""

import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from mqtt import codec
from mqtt.contract import Board, Call, DeviceState, PointState, StoreBeat
from mqtt.link import Arrived, Ended, Joined, Link
from tests.broker import RunningBroker
from tests.faults.crowd import SITE

ACCOUNT: Final = "room-4"
"""An account that no device of the clinic has."""
FOLLOW: Final = ("store", "board/+", "point/+", "device/+")
KNOCK_EVERY_SECONDS: Final = 0.1
"""Far more often than a device: the watcher measures when the others are back."""


@dataclass
class Seen:
    """What was heard so far. One thread writes, others read."""

    beat: StoreBeat | None = None  # the last live one that said up
    beat_at: float = 0.0
    points: dict[str, PointState] = field(default_factory=dict)
    boards: dict[str, Board] = field(default_factory=dict)
    devices: dict[str, DeviceState] = field(default_factory=dict)
    calls: dict[tuple[str, int], Call] = field(default_factory=dict)  # every call that ever stood on a board
    epochs: list[str] = field(default_factory=list)  # in the order of their first live beat


class Watcher:
    """A thread that stays at the broker, knocking again at once when it is turned out."""

    def __init__(self, broker: RunningBroker, account: str = ACCOUNT) -> None:
        self._broker = broker
        self._account = account
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self.seen = Seen()
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join()

    def _watch(self) -> None:
        prefix = codec.prefix(SITE)
        while not self._stopping.is_set():
            link = Link(self._broker.login(self._account), self._account)
            with suppress(OSError):
                link.connect()
                self._hear(link, prefix)
            with suppress(Exception):  # it is over either way
                link.close()
            self._stopping.wait(KNOCK_EVERY_SECONDS)

    def _hear(self, link: Link, prefix: str) -> None:
        while not self._stopping.is_set():
            for arrival in link.turn(0.05, 50):
                match arrival:
                    case Joined():
                        link.subscribe([prefix + path for path in FOLLOW])
                    case Arrived(topic, payload, retained) if payload:
                        name, _ = codec.split(topic.removeprefix(prefix))
                        self._note(codec.decode(name, payload), live=not retained)
                    case Ended():
                        return

    def _note(self, message: object, *, live: bool) -> None:
        seen = self.seen
        match message:
            case StoreBeat(up=True) as beat if live:
                seen.beat, seen.beat_at = beat, time.monotonic()
                if beat.epoch not in seen.epochs:
                    seen.epochs.append(beat.epoch)
            case PointState() as point:
                seen.points[point.point] = point
            case Board() as board:
                seen.boards[board.zone] = board
                seen.calls.update({(call.epoch, call.call): call for call in board.calls})
            case DeviceState() as device:
                seen.devices[device.device] = device
