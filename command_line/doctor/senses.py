"""Screen and sound: tried only when asked for, since a patient would see and hear it. What by its device file is shown or said
to nobody is told without a trial.
"""

import time
from collections.abc import Callable, Iterator
from typing import Final

from PIL import Image

from command_line.doctor.finding import Finding, ill, not_tried, watch, well
from program.inbox import Inbox
from program.settings import DeviceSettings, ScreenSettings, SpeakerSettings
from program.starting import StartError
from screen.canvas import Canvas
from screen.style import GAP, GO, INK, LABEL, MARGIN, PAPER, SIGNAL, STOP, Size
from screen.window import Window
from sounds.player import Player
from sounds.utterance import Call, SpeechEnded, Utterance
from sounds.voice import Link

SHOWN_SECONDS: Final = 8.0
HEARD_WITHIN_SECONDS: Final = 30.0
TRIED: Final = Call(123, "counter", 4)
GREYS: Final = 12
SHOWN_TO_NOBODY: Final = "dummy"
HEARD_BY_NOBODY: Final = frozenset({"dummy", "disk"})
"""SDL's drivers that take what a program shows or says as a screen or a card would, and lead nowhere, or into a file."""


def unnoticed(settings: DeviceSettings) -> Iterator[Finding]:
    """What nobody sees or hears of this device, its program running or not: a dummy takes every trial as well as a screen."""
    shown, spoken = settings.screen, settings.speaker
    if shown.driver == SHOWN_TO_NOBODY:
        if shown.output:
            says = f"{shown.output} is named, but the driver is {shown.driver}: the program does not start so"
            yield ill("screen", says, '[screen] driver = "wayland" in the device file, or no output there')
        elif settings.buttons.kind != "none":
            yield well("screen", f"none, the driver is {shown.driver}: it works by its buttons")
        else:
            do = '[screen] driver = "kmsdrm" in the device file; with two screens on the machine "wayland"'
            yield watch("screen", f"nothing is shown: the driver is {shown.driver}", do)
    if spoken is None:
        yield well("sound", "none: the device file has no [speaker]")
    elif spoken.driver in HEARD_BY_NOBODY:
        named = f", though {spoken.card} is named" if spoken.card else ""
        do = '[speaker] driver = "alsa" in the device file, or no [speaker] where it is to be silent'
        yield watch("sound", f"nothing is heard: the driver is {spoken.driver}{named}", do)


def screen(settings: ScreenSettings, name: str, *, show: bool, wait: Callable[[float], None] = time.sleep) -> Finding:
    """Whether a picture can be shown: the test picture, for SHOWN_SECONDS."""
    if not show:
        return not_tried(
            "screen", f"{settings.driver}, {settings.width}×{settings.height}", "nobat doctor --try screen shows a test picture"
        )
    try:
        window = Window(settings, name)
    except StartError as problem:
        return ill("screen", str(problem), "is its cable in, and does no desktop run? hardware.md section 7")
    try:
        window.show(test_picture(Size(settings.width, settings.height), name), "doctor")
        wait(SHOWN_SECONDS)
    finally:
        window.close()
    return well("screen", "the test picture was shown: is its frame whole, can each grey be told from the next?")


def test_picture(size: Size, name: str) -> Image.Image:
    """A frame on the outermost pixels, the digits of both languages, the house's colours, and greys from black to white."""
    canvas = Canvas(size, "fa", PAPER)
    canvas.fill(canvas.whole, PAPER, frame=INK, line=0.6)
    top, second, colours, greys = canvas.whole.inset(canvas.u(MARGIN)).rows(3, 2, 1, 1, gap=canvas.u(GAP))
    canvas.digits(top, "0123456789")
    digits, title = second.columns(2, 1, gap=canvas.u(GAP))
    canvas.digits(digits, "0123456789", language="en")
    canvas.text(title, name, size=LABEL, language="en", align="center")
    for box, colour in zip(colours.columns(1, 1, 1, 1), (INK, SIGNAL, STOP, GO), strict=True):
        canvas.fill(box, colour)
    for step, box in enumerate(greys.columns(*(1.0 for _ in range(GREYS)))):
        shade = step * 255 // (GREYS - 1)
        canvas.fill(box, (shade, shade, shade))
    return canvas.picture


def sound(settings: SpeakerSettings, *, speak: bool) -> Finding:
    """Whether a call is heard."""
    card = settings.card or "the default card"
    if not speak:
        return not_tried("sound", card, "nobat doctor --try sound speaks a call")
    inbox = Inbox()
    player = Player(settings, inbox)
    player.start()
    player.say(Utterance("doctor", (TRIED,)))
    how = _how_it_ended(inbox)
    player.stop()
    if how in {Link.CHIME, Link.LIVE}:
        return watch(
            "sound", f"{card}: spoken, but not by the recorded voice ({how})", "nobat voice check says what is missing"
        )
    if how not in set(Link) - {Link.SILENT}:
        return ill("sound", f"{card}: {how}", "aplay -l names the cards; [speaker] card in the device file names one")
    return well("sound", f"{card}: a call was spoken; is it heard at the last chair?")


def _how_it_ended(inbox: Inbox) -> str:
    end = time.monotonic() + HEARD_WITHIN_SECONDS
    while time.monotonic() < end:
        event = inbox.get(end)
        if isinstance(event, SpeechEnded):
            return event.how
    return "nothing was heard of it in time"
