"""The only file that touches pygame's display: it shows finished pictures and gives back key presses.

Under KMS/DRM there is no desktop and pads come by evdev; in a desktop window the keyboard is the pad. pygame is loaded
when the window opens, never initialised as a whole (that would open the sound card).
"""

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PIL import Image

from program.loop import Stop
from program.settings import ScreenSettings
from program.starting import StartError

if TYPE_CHECKING:
    import pygame

NOW_FILE: Final = "now.txt"
CELLS_ACROSS: Final = 3
TITLE_BAR_PIXELS: Final = 36
"""Left free above and below: some desktops place a window by its frame, others by what is in it."""
_PUMP_DESKTOP_SECONDS: Final = 0.02
_PUMP_SECONDS: Final = 1.0
_WITHIN_ANOTHERS: Final = ("window", "wayland")
"""Drivers whose window a desktop or a compositor may take away, make larger and give back, without what was on it."""
_DRIVERS: Final = {"kmsdrm": "KMSDRM", "wayland": "wayland", "dummy": "dummy"}


class WindowError(StartError):
    """No picture can be shown; the message says what to look at."""


@dataclass(frozen=True, slots=True)
class KeyPress:
    """A key of the desktop's keyboard, by its character or name ("7", "backspace", "return"); down or up."""

    key: str
    down: bool = True


@dataclass(frozen=True, slots=True)
class Closed:
    """The window was closed by hand."""


class Window:
    """One screen. Main thread only: SDL asks for it."""

    def __init__(self, settings: ScreenSettings, title: str) -> None:
        """Open it; `title` also tells a desktop's user which keys do what. WindowError when there is no screen."""
        self._settings = settings
        self._folder = Path(settings.keep_pictures) if settings.keep_pictures else None
        self._kept: set[str] = set()
        self._shown: Image.Image | None = None  # only where it may be wanted again: a hall's weighs 8 MB
        self._surface = self._open(title)

    def show(self, picture: Image.Image, name: str) -> None:
        """Put `picture` (RGB, the screen's size) on the screen; kept once per `name` where the settings say so."""
        self._draw(picture)
        if self._settings.driver in _WITHIN_ANOTHERS:
            self._shown = picture
        if self._folder is not None:
            self._keep(self._folder, picture, name)

    def pump(self) -> tuple[KeyPress | Closed, ...]:
        """What came in since the last time; keeps the desktop believing that this program lives."""
        import pygame  # noqa: PLC0415

        heard: list[KeyPress | Closed] = []
        for event in pygame.event.get():
            if event.type == pygame.QUIT:
                heard.append(Closed())
            elif event.type in (pygame.VIDEORESIZE, pygame.VIDEOEXPOSE):
                self._show_again()
            elif event.type in (pygame.KEYDOWN, pygame.KEYUP):
                name = pygame.key.name(event.key).strip("[]")
                heard.append(KeyPress(name, event.type == pygame.KEYDOWN))
        if self._settings.driver == "wayland":
            self._show_again()  # what a compositor is given may come onto its screen with the next picture only
        return tuple(heard)

    @property
    def pump_every_seconds(self) -> float:
        """How often the Loop looks for what came in: a desktop's keys are somebody's hands, other screens have none."""
        return _PUMP_DESKTOP_SECONDS if self._settings.driver == "window" else _PUMP_SECONDS

    def events(self, of_key: Callable[[KeyPress], Iterable[object]]) -> list[object]:
        """`pump` for the Loop: a closed window ends the program, a key is what `of_key` makes of it."""
        events: list[object] = []
        for heard in self.pump():
            events.extend([Stop("the window was closed")] if isinstance(heard, Closed) else of_key(heard))
        return events

    def close(self) -> None:
        """Give the screen back."""
        import pygame  # noqa: PLC0415

        pygame.display.quit()

    def _show_again(self) -> None:
        """A window may be larger now, and empty; a screen of one's own still has all its pixels."""
        import pygame  # noqa: PLC0415

        if self._shown is not None:
            self._draw(self._shown)
        else:
            pygame.display.flip()

    def _draw(self, picture: Image.Image) -> None:
        """As large as the window shows it whole."""
        import pygame  # noqa: PLC0415  # loaded at the first window

        surface = self._surface
        frame = pygame.image.frombuffer(picture.tobytes(), picture.size, "RGB")
        if surface.get_size() != picture.size:
            frame = pygame.transform.smoothscale(frame, _within(picture.size, surface.get_size()))
            surface.fill("black")
        surface.blit(frame, frame.get_rect(center=surface.get_rect().center))
        pygame.display.flip()

    def _open(self, title: str) -> "pygame.Surface":
        os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
        os.environ.setdefault("SDL_VIDEO_WAYLAND_ALLOW_LIBDECOR", "0")  # with it, opening a window can spin for ever
        if self._settings.output and self._settings.driver != "wayland":
            raise WindowError(f"output = {self._settings.output!r} wants driver = 'wayland' (docs/install.md, Two screens)")
        if self._settings.output:  # the compositor knows the window by it
            os.environ["SDL_VIDEO_WAYLAND_WMCLASS"] = self._settings.output
        if self._settings.driver in _DRIVERS:
            os.environ["SDL_VIDEODRIVER"] = _DRIVERS[self._settings.driver]
        import pygame  # noqa: PLC0415

        size = (self._settings.width, self._settings.height)
        desktop = self._settings.driver == "window"
        flags = {"dummy": 0, "wayland": pygame.RESIZABLE}  # a compositor says how large its window is
        try:
            pygame.display.init()
            if desktop:
                surface = self._in_its_cell(size, pygame.display.get_desktop_sizes()[0])
            else:
                surface = pygame.display.set_mode(size, flags.get(self._settings.driver, pygame.FULLSCREEN))
        except pygame.error as problem:
            raise WindowError(f"no screen with driver {self._settings.driver!r}: {problem}") from problem
        pygame.display.set_caption(title)
        pygame.key.set_repeat()
        pygame.mouse.set_visible(desktop)
        return surface

    def _in_its_cell(self, size: tuple[int, int], desktop: tuple[int, int]) -> "pygame.Surface":
        """A window that leaves the others of a desktop in sight, and that a hand may move and make larger."""
        import pygame  # noqa: PLC0415

        width, height = desktop[0] // CELLS_ACROSS, desktop[1] // CELLS_ACROSS
        if self._settings.cell is not None:
            row, column = divmod(self._settings.cell, CELLS_ACROSS)
            os.environ["SDL_VIDEO_WINDOW_POS"] = f"{column * width},{row * height + TITLE_BAR_PIXELS}"
        return pygame.display.set_mode(_within(size, (width, height - 2 * TITLE_BAR_PIXELS)), pygame.RESIZABLE)

    def _keep(self, folder: Path, picture: Image.Image, name: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        if name not in self._kept:
            self._kept.add(name)
            picture.save(folder / f"{name}.png", compress_level=1)
        fresh = folder / f".{NOW_FILE}"
        fresh.write_text(name + "\n", encoding="utf-8")
        fresh.replace(folder / NOW_FILE)


def _within(size: tuple[int, int], room: tuple[int, int]) -> tuple[int, int]:
    """`size` with its proportions, as large as `room` holds."""
    share = min(room[0] / size[0], room[1] / size[1])
    return max(1, int(size[0] * share)), max(1, int(size[1] * share))
