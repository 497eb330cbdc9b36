"""Counters, rooms and the waiting room in the world: the house's own decisions, with fingers on buttons and a voice that
takes its time."""

from collections.abc import Callable
from functools import partial
from random import Random
from typing import Any, Final

from display_device import waiting_room
from display_device.counter import button, counter
from display_device.counter.button import Button, Edge
from display_device.counter.counter import Ask, Desk, StopAsking
from display_device.voice import announcement
from display_device.voice.announcement import CallId, Hush, Say, WriteSpoken
from display_device.waiting_room import Hall
from mqtt.contract import DEVICE, REPLY_WAIT_SECONDS, Board, Day, DeviceState, PointState, SiteCard
from mqtt.reporter import last_will
from mqtt.session import Connected
from pads.events import KeyDown
from simulation.clock import Clock
from simulation.network import Network
from simulation.place import Place
from simulation.running import Running
from simulation.witness import Spoken, Witness
from sounds.utterance import SpeechEnded

FINGER_SECONDS: Final = 0.12
SPOKEN_KEPT: Final = 100
SPEAKS_SECONDS: Final = (2.8, 4.2)


class Screen:
    """What counters and waiting rooms have in common: they start, end, and tell the store that they are here."""

    role = ""

    def __init__(self, network: Network, device: str, chance: Random, witness: Witness) -> None:
        self.network, self.device, self._chance, self._witness = network, device, chance, witness
        self.clock: Clock = network.clock
        self.boot = ""
        self.running: Running[Any, Any] | None = None

    def switch_on(self) -> None:
        """The program starts."""
        raise NotImplementedError

    def power_cut(self) -> None:
        """Dark."""
        if self.running is not None:
            self.network.catch_up()
            running, self.running = self.running, None
            running.end()

    def _place(self, follow: tuple[str, ...]) -> Place:
        self.boot = f"{self._chance.getrandbits(64):016x}"
        will = partial(last_will, self.device, self.role)
        return Place(self.network, self.device, self.boot, (*follow, "store", "site", f"order/{self.device}"), will)

    def _announced(self, place: Place, step: Callable[[Any, object, float], Any]) -> Callable[[Any, object, float], Any]:
        def told(state: Any, event: object, now: float) -> Any:
            after = step(state, event, now)
            if isinstance(event, Connected):
                up = DeviceState(device=self.device, up=True, connection=event.connection, boot=self.boot, role=self.role)
                place.publish(DEVICE.name, self.device, up)
            return after

        return told


class CounterBox(Screen):
    """A counter or a room: its point, three buttons, a pad."""

    def __init__(self, network: Network, device: str, chance: Random, witness: Witness) -> None:
        super().__init__(network, device, chance, witness)
        self.role = "room" if device.startswith("room") else "counter"
        self.held_down: frozenset[Button] = frozenset()
        """Buttons that are stuck."""

    @property
    def desk(self) -> Desk | None:
        """What it knows and shows now."""
        return self.running.look() if self.running is not None else None

    def switch_on(self) -> None:
        place = self._place((f"point/{self.device}", "device/+"))  # boards are for its voice, and the hall has one
        now = self.clock.now
        setup = counter.Setup(device=self.device, boot=self.boot, points=(self.device,), has_pad=True)
        levels = {one: one in self.held_down for one in Button}
        running: Running[Desk, counter.Action] = Running(
            self.clock,
            place,
            counter.at_start(setup, button.at_start(levels, now), (), now),
            step=self._announced(place, counter.step),
            deadline=_next_deed,
            perform=self._perform,
            power_cut=self.power_cut,
            lazy=(PointState, Board, Day, SiteCard, DeviceState),
        )
        self.running = running
        running.start()

    def press(self, which: Button, *, held: bool = False, bounces: int = 0) -> None:
        """A finger on a button; its contacts may bounce for some milliseconds."""
        if which in self.held_down:
            return
        self._edge(which, down=True)
        for bounce in range(bounces):
            down = bool(bounce % 2)
            self.clock.after(0.002 * (bounce + 1), lambda down=down: self._edge(which, down=down))  # type: ignore[misc]
        if bounces % 2:
            self.clock.after(0.002 * (bounces + 1), lambda: self._edge(which, down=True))
        self.clock.after(button.HELD_SECONDS + 0.3 if held else FINGER_SECONDS, lambda: self._edge(which, down=False))

    def sticks(self, which: Button) -> None:
        """A button that stays down."""
        self.held_down |= {which}
        self._edge(which, down=True)

    def comes_loose(self, which: Button) -> None:
        """It is up again."""
        self.held_down -= {which}
        self._edge(which, down=False)

    def type_number(self, number: int) -> None:
        """A number on the pad, and Enter."""
        for key in (*str(number), "enter"):
            self.key(key)

    def key(self, key: str) -> None:
        """A key of the pad."""
        if self.running is not None:
            self.running.hear(KeyDown(key))

    def _edge(self, which: Button, *, down: bool) -> None:
        if self.running is not None:
            self.running.hear(Edge(which, down, self.clock.now))

    def _perform(self, action: counter.Action) -> None:
        if self.running is None:
            return
        match action:
            case Ask(id=request, press=press, seen=seen):
                self.running.place.ask(request, press, give_up_seconds=None, seen=seen)
            case StopAsking(request):
                self.running.place.give_up(request)


def _next_deed(desk: Desk) -> float | None:
    """When the desk has to do something by itself. What it only shows is looked at when somebody looks."""
    times = [button.deadline(desk.buttons)]
    times += [one.asked.at + REPLY_WAIT_SECONDS for one in desk.desks if one.asked is not None]
    return min((at for at in times if at is not None), default=None)


def _next_turn(hall: Hall) -> float | None:
    """When the stage goes on by itself; what is only shown is looked at when somebody looks."""
    at = announcement.deadline(hall.announcer)
    return at if at is not None and at > hall.at else None


class HallBox(Screen):
    """The waiting room's screen and voice."""

    role = "waiting_room"

    def __init__(self, network: Network, device: str, zone: str, chance: Random, witness: Witness) -> None:
        super().__init__(network, device, chance, witness)
        self._zone = zone
        self._spoken: tuple[CallId, ...] = ()
        self.starts = 0

    @property
    def hall(self) -> Hall | None:
        """What it knows and shows now."""
        return self.running.look() if self.running is not None else None

    def switch_on(self) -> None:
        self.starts += 1
        place = self._place((f"board/{self._zone}", "day"))
        setup = waiting_room.Setup(self.device, self._zone, has_speaker=True)
        running: Running[Hall, waiting_room.Action] = Running(
            self.clock,
            place,
            waiting_room.at_start(setup, self._spoken, self.clock.now),
            step=self._announced(place, waiting_room.step),
            deadline=_next_turn,
            perform=self._perform,
            power_cut=self.power_cut,
            lazy=(Day, SiteCard),
        )
        self.running = running
        running.start()

    def _perform(self, action: waiting_room.Action) -> None:
        running = self.running
        match action:
            case Say(id=speech, call=call, chime=chime) if running is not None:
                self._witness.spoken.append(Spoken(self.clock.now, call.epoch, call.call, call.number, chime))
                seconds = self._chance.uniform(*SPEAKS_SECONDS)
                self.clock.after(seconds, lambda: running.hear(SpeechEnded(speech, "recorded")))
            case Hush() if running is not None:
                pass
            case WriteSpoken(ids):
                self._spoken = (*self._spoken, *ids)[-SPOKEN_KEPT:]
