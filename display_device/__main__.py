"""A counter's, a room's or a waiting room's program: `python -m display_device FILE.toml`.

The parts are chosen here, once, from the device's file; from then on they only meet in the loop.
"""

import logging
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeVar

from display_device import waiting_room
from display_device.counter import button, counter, counter_view
from display_device.counter.counter import Ask, Desk, Light, LookAtPins, StopAsking
from display_device.counter.desktop_keys import heard_desktop_key
from display_device.counter.pins import Pins
from display_device.orders import Beep, StartAnew, TryVoice
from display_device.pictures import counter as counter_picture
from display_device.pictures import waiting_room as hall_picture
from display_device.pictures.legibility import counter_digits, hall_digits
from display_device.voice.announcement import CallId, Hush, Place, Say, WriteSpoken
from display_device.voice.spoken_file import SpokenFile, load_spoken
from display_device.waiting_room import Hall
from installing import read_only
from mqtt.contract import Health, Seen
from mqtt.reporter import Reporter, last_will
from mqtt.session import Session
from pads.kernel_keys import PAD_KEYS
from pads.usb_pad import UsbPad
from program import vitals
from program.inbox import Inbox
from program.loop import Loop, Screen, Stop
from program.settings import DeviceSettings, SettingsError, load_settings
from program.starting import start
from screen import legibility, phrases
from screen.style import Size
from screen.window import Window
from sounds.player import Player
from sounds.utterance import Utterance, call_sentences

log = logging.getLogger(__name__)

TRIED_PLACE: Final = (123, Place("counter", 4))
"""What a technician hears when the voice is tried."""

State = TypeVar("State")
View = TypeVar("View")


class Device:
    """The parts that every display has: its place at the broker, its screen, perhaps a voice."""

    def __init__(
        self, settings: DeviceSettings, follow: tuple[str, ...], digits: Callable[[Size, phrases.Phrases], float]
    ) -> None:
        """`digits`: the height in pixels of the numbers that its pictures draw."""
        self.settings = settings
        self.inbox = Inbox()
        self.phrases = phrases.load(settings.language)
        self.size = Size(settings.screen.width, settings.screen.height)
        hint = f" · {self.phrases('counter.keys')}" if settings.buttons.kind == "keyboard" else ""
        self.window = Window(settings.screen, f"{settings.device}{hint}")
        self.session = Session(
            settings.broker,
            site=settings.site,
            device=settings.device,
            inbox=self.inbox,
            follow=(*follow, "store", "site", "day", f"order/{settings.device}"),
            will=partial(last_will, settings.device, settings.role),
        )
        not_kept = read_only.faults(Path(settings.state_folder))
        faults = (*not_kept, *legibility.faults(digits(self.size, self.phrases), settings.screen))
        self.reporter = Reporter(
            settings.device, settings.role, self.session, self.inbox, faults, vitals.looking(settings.clock_offset_file)
        )
        self.player = Player(settings.speaker, self.inbox) if settings.speaker else None
        spoken = Path(settings.state_folder) / "spoken.json"
        self.spoken: tuple[CallId, ...] = load_spoken(spoken)
        self.spoken_file = SpokenFile(spoken)

    def start(self) -> None:
        """Start the threads: broker, voice, spoken calls."""
        self.session.start()
        self.spoken_file.start()
        if self.player is not None:
            self.player.start()

    def perform(self, action: object) -> None:
        """What every display can do."""
        match action:
            case Say(id=speech, call=call, place=place, languages=languages, percent=percent, chime=chime):
                self._say(speech, call.number, place, languages=languages, percent=percent, chime=chime)
            case TryVoice():
                number, place = TRIED_PLACE
                self._say("try", number, place, languages=(self.settings.language,), percent=100, chime=True)
            case Beep() if self.player is not None:
                self.player.beep()
            case Hush() if self.player is not None:
                self.player.hush()
            case WriteSpoken(ids):
                self.spoken_file.write(ids)
            case StartAnew():
                self.inbox.put(Stop("ordered to start anew"))

    def _say(self, speech: str, number: int, place: Place, *, languages: tuple[str, ...], percent: int, chime: bool) -> None:
        if self.player is not None:
            sentences = call_sentences(number, place.kind, place.label, languages=languages)
            self.player.say(Utterance(speech, sentences, chime=chime, volume_percent=percent))

    def run(
        self,
        first: State,
        step: Callable[[State, object, float], tuple[State, tuple[Any, ...]]],
        deadline: Callable[[State], float | None],
        perform: Callable[[Any], None],
        screen: Screen[State, Any],
    ) -> None:
        """Turn until a signal, an order, or a closed window ends it."""
        loop = Loop(
            inbox=self.inbox,
            step=step,
            deadline=deadline,
            perform=perform,
            timed=(self.session, self.reporter),
            screen=screen,
        )
        loop.stop_on_signals()
        loop.run(first)
        self.session.stop()
        if self.player is not None:
            self.player.stop()
        self.window.close()

    def screen(self, view: Callable[[State, float], View], show: Callable[[View], None]) -> Screen[State, View]:
        """The screen as the loop needs it."""
        return Screen(view, show, partial(self.window.events, heard_desktop_key), self.window.pump_every_seconds)


def run_counter(settings: DeviceSettings) -> None:
    """A counter or a room: buttons, pad, lamp, and perhaps its own voice."""
    points = tuple(dict.fromkeys((*settings.points, *settings.keypad.pad_drives)))
    device = Device(
        settings,
        (*(f"point/{point}" for point in points), "board/+", "device/+"),
        partial(counter_digits, points=len(settings.points)),
    )
    pins, levels = _wired(device)
    setup = counter.Setup(
        device=settings.device,
        boot=device.session.boot,
        points=settings.points,
        pad_drives=settings.keypad.pad_drives,
        has_pad=settings.keypad.kind == "usb" or settings.buttons.kind == "keyboard",
        has_speaker=settings.speaker is not None,
    )
    desktop = settings.buttons.kind == "keyboard"
    levels = dict.fromkeys(button.Button, False) if desktop else levels
    deaf = settings.buttons.kind == "gpio" and pins is None
    now = time.monotonic()
    first = counter.at_start(setup, button.at_start(levels, now, deaf=deaf), device.spoken, now)

    def step(desk: Desk, event: object, now: float) -> tuple[Desk, tuple[counter.Action, ...]]:
        desk, actions = counter.step(desk, event, now)
        device.reporter.heard(event, now)
        shown = desk.desk(desk.chosen).shown
        device.reporter.tell(
            Seen(epoch=shown.epoch, sequence=shown.sequence) if shown else None,
            Health(
                input_ok=not desk.stuck and not desk.buttons.deaf and (desk.pad_here or not setup.has_pad),
                speaker_ok=desk.announcer.voice_ok,
                stuck_keys=tuple(desk.stuck),
                spoken_call=desk.announcer.last_spoken[1] if desk.announcer.last_spoken else None,
            ),
        )
        return desk, actions

    def perform(action: counter.Action) -> None:
        match action:
            case Ask(id=request_id, press=press, seen=seen):
                device.session.ask(request_id, press, give_up_seconds=None, seen=seen)
            case StopAsking(request_id):
                device.session.give_up(request_id)
            case LookAtPins() if pins is not None:
                pins.look()
            case Light(lamp) if pins is not None:
                pins.light(lamp)
            case _:
                device.perform(action)

    def deadline(desk: Desk) -> float | None:
        times = (counter.deadline(desk), counter_view.next_change(desk))
        return min((time for time in times if time is not None), default=None)

    def show(view: counter_view.CounterView) -> None:
        picture = counter_picture.picture_of(view, device.size, device.phrases)
        device.window.show(picture, counter_picture.name_of(view))

    device.start()
    device.run(first, step, deadline, perform, device.screen(counter_view.view, show))


def _wired(device: Device) -> tuple[Pins | None, dict[button.Button, bool]]:
    """The device's pins and pad, real or on a twin, and which buttons are down as it starts. Pins that cannot be had are
    told in the log and in the health: pad, screen and voice do without."""
    settings = device.settings
    pad = UsbPad(settings.keypad.device, {key: key for key in PAD_KEYS}, device.inbox)
    if settings.keypad.kind == "usb" and settings.twin_socket is None:
        pad.start()
    if settings.buttons.kind != "gpio":
        return None, {}
    if settings.twin_socket is None:
        try:
            pins = Pins(settings.buttons, device.inbox)
        except Exception as problem:  # noqa: BLE001  whatever gpiozero or lgpio raises
            log.error("no buttons until the next start: %s: %s", type(problem).__name__, problem)  # noqa: TRY400  one line
            return None, {}
        return pins, pins.levels()
    from twins.pins import PinTwin  # noqa: PLC0415  # no Pi at home: tests and the demo only

    twin = PinTwin(settings.twin_socket, on_evdev=pad.press)
    pins = Pins(settings.buttons, device.inbox, twin.factory)
    twin.start()
    return pins, pins.levels()


def run_hall(settings: DeviceSettings) -> None:
    """A waiting room's screen, and perhaps the voice of its zone."""
    zone = settings.zone or ""
    device = Device(settings, (f"board/{zone}",), hall_digits)
    now = time.monotonic()
    setup = waiting_room.Setup(settings.device, zone, has_speaker=device.player is not None)
    first = waiting_room.at_start(setup, device.spoken, now)

    def step(hall: Hall, event: object, now: float) -> tuple[Hall, tuple[waiting_room.Action, ...]]:
        hall, actions = waiting_room.step(hall, event, now)
        device.reporter.heard(event, now)
        board, spoken = hall.board, hall.announcer.last_spoken
        device.reporter.tell(
            Seen(epoch=board.epoch, sequence=board.sequence) if board else None,
            Health(speaker_ok=hall.announcer.voice_ok, spoken_call=spoken[1] if spoken else None),
        )
        return hall, actions

    def show(view: waiting_room.HallView) -> None:
        device.window.show(hall_picture.picture_of(view, device.size, device.phrases), hall_picture.name_of(view))

    device.start()
    device.run(first, step, waiting_room.deadline, device.perform, device.screen(waiting_room.view, show))


def _program_of(settings: DeviceSettings) -> Callable[[DeviceSettings], None]:
    """Which program the file asks for. SettingsError: none of ours."""
    if settings.role in {"counter", "room"} and settings.points:
        return run_counter
    if settings.role == "waiting_room" and settings.zone:
        return run_hall
    raise SettingsError(f'{settings.device}: a display has role "counter" or "room" with points, or "waiting_room" with a zone')


def run(settings: DeviceSettings) -> None:
    """The display that the file describes. SettingsError, WindowError."""
    _program_of(settings)(settings)


if __name__ == "__main__":
    sys.exit(start("display_device", load_settings, run, sys.argv))
