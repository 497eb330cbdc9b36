"""A window shows finished pictures, tells what was pressed, and leaves a trace for whoever waits for a picture."""

import weakref
from collections.abc import Iterator
from pathlib import Path

import pygame
import pytest
from PIL import Image

from program.loop import Stop
from program.settings import ScreenSettings
from screen.window import NOW_FILE, Closed, KeyPress, Window, WindowError

SIZE = (320, 200)


def picture(colour: str) -> Image.Image:
    return Image.new("RGB", SIZE, colour)


@pytest.fixture
def window(tmp_path: Path) -> Iterator[Window]:
    settings = ScreenSettings(width=SIZE[0], height=SIZE[1], driver="dummy", keep_pictures=str(tmp_path / "kept"))
    window = Window(settings, "kiosk-1")
    yield window
    window.close()


def test_the_picture_is_on_the_screen(window: Window) -> None:
    window.show(picture("#9C2410"), "refused")
    assert pygame.display.get_surface().get_at((160, 100))[:3] == (0x9C, 0x24, 0x10)


def test_a_connector_can_be_chosen_where_a_compositor_has_them_and_nowhere_else() -> None:
    with pytest.raises(WindowError, match="wants driver = 'wayland'"):
        Window(ScreenSettings(driver="dummy", output="HDMI-A-2"), "kiosk-1")


def test_a_picture_of_another_size_fills_the_screen(window: Window) -> None:
    window.show(Image.new("RGB", (640, 400), "#005C3B"), "idle")
    assert pygame.display.get_surface().get_at((319, 199))[:3] == (0x00, 0x5C, 0x3B)


def test_a_window_that_was_uncovered_or_made_larger_shows_its_picture_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    window = Window(ScreenSettings(width=SIZE[0], height=SIZE[1], driver="window"), "kiosk-1")
    window.show(picture("#9C2410"), "refused")
    screen = pygame.display.get_surface()
    shown = screen.get_at(screen.get_rect().center)
    screen.fill("white")
    pygame.event.post(pygame.event.Event(pygame.VIDEOEXPOSE))
    assert window.pump() == ()
    assert screen.get_at(screen.get_rect().center) == shown
    window.close()


def test_only_a_desktops_window_keeps_the_picture_it_shows_for_a_halls_weighs_eight_megabytes(
    window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    desktop = Window(ScreenSettings(width=SIZE[0], height=SIZE[1], driver="window"), "kiosk-1")
    for shown_by, kept in ((window, False), (desktop, True)):
        shown = picture("white")
        shown_by.show(shown, "idle")
        alive = weakref.ref(shown)
        del shown
        assert (alive() is not None) is kept


def test_a_picture_keeps_its_proportions_in_a_window_of_others(window: Window) -> None:
    window.show(Image.new("RGB", (200, 200), "#005C3B"), "idle")
    assert pygame.display.get_surface().get_at((160, 100))[:3] == (0x00, 0x5C, 0x3B)
    assert pygame.display.get_surface().get_at((10, 100))[:3] == (0, 0, 0)


def test_who_waits_for_a_picture_reads_its_name(window: Window, tmp_path: Path) -> None:
    window.show(picture("white"), "idle")
    window.show(picture("black"), "type_code")
    assert (tmp_path / "kept" / NOW_FILE).read_text(encoding="utf-8") == "type_code\n"
    assert not list((tmp_path / "kept").glob(f".{NOW_FILE}")), "a half written name could be read"


def test_each_picture_is_kept_once(window: Window, tmp_path: Path) -> None:
    window.show(picture("white"), "idle")
    window.show(picture("black"), "idle")
    with Image.open(tmp_path / "kept" / "idle.png") as kept:
        assert kept.getpixel((0, 0)) == (255, 255, 255)


def test_nothing_is_kept_unless_the_settings_say_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    window = Window(ScreenSettings(width=SIZE[0], height=SIZE[1], driver="dummy"), "counter-1")
    window.show(picture("white"), "nobody")
    window.close()
    assert list(tmp_path.iterdir()) == []


def test_keys_of_a_desktop_are_told_by_name(window: Window) -> None:
    window.pump()
    for kind, key in ((pygame.KEYDOWN, pygame.K_7), (pygame.KEYUP, pygame.K_7), (pygame.KEYDOWN, pygame.K_KP5)):
        pygame.event.post(pygame.event.Event(kind, key=key))
    assert window.pump() == (KeyPress("7"), KeyPress("7", down=False), KeyPress("5"))


def test_a_window_closed_by_hand_ends_the_program_and_a_key_is_what_the_program_makes_of_it(window: Window) -> None:
    window.pump()
    pygame.event.post(pygame.event.Event(pygame.KEYDOWN, key=pygame.K_7))
    pygame.event.post(pygame.event.Event(pygame.QUIT))
    assert window.events(lambda press: [press.key]) == ["7", Stop("the window was closed")]


def test_only_a_desktops_keys_are_looked_for_often(window: Window, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    desktop = Window(ScreenSettings(width=SIZE[0], height=SIZE[1], driver="window"), "kiosk-1")
    assert desktop.pump_every_seconds <= 0.02
    assert window.pump_every_seconds == 1.0


def test_a_window_closed_by_hand_is_told(window: Window) -> None:
    window.pump()
    pygame.event.post(pygame.event.Event(pygame.QUIT))
    assert window.pump() == (Closed(),)


def test_the_sound_card_stays_free(window: Window) -> None:
    """sounds/ owns it: pygame as a whole would open it too."""
    assert pygame.mixer.get_init() is None


def test_without_a_screen_it_says_which_driver_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_screen(*_: object) -> None:
        raise pygame.error("kmsdrm not available")

    monkeypatch.setattr(pygame.display, "set_mode", no_screen)
    with pytest.raises(WindowError, match=r"dummy.*not available"):
        Window(ScreenSettings(driver="dummy"), "kiosk-1")
