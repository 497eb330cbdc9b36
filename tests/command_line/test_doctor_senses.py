"""`nobat doctor` on screen and sound: tried when asked for, and a device without them is told apart."""

from pathlib import Path

import pytest

from command_line.doctor import examination, senses
from command_line.doctor.finding import Finding, State
from program.settings import ScreenSettings, SpeakerSettings
from screen.style import INK, Size
from tests.broker import free_port


def test_the_test_picture_reaches_every_edge_of_the_screen() -> None:
    picture = senses.test_picture(Size(800, 480), "kiosk-1")
    corners = [picture.getpixel(place) for place in ((0, 0), (799, 0), (0, 479), (799, 479))]
    assert corners == [INK] * 4


def test_a_picture_is_shown_only_when_asked_for_and_a_screen_that_is_not_there_is_told() -> None:
    dummy = ScreenSettings(driver="dummy")
    waited: list[float] = []
    assert senses.screen(dummy, "kiosk-1", show=False).state is State.NOT_TRIED
    assert senses.screen(dummy, "kiosk-1", show=True, wait=waited.append).state is State.WELL
    assert waited == [senses.SHOWN_SECONDS]
    assert senses.screen(ScreenSettings(driver="kmsdrm"), "kiosk-1", show=True, wait=waited.append).state is State.ILL


@pytest.mark.parametrize(("driver", "state"), [("dummy", State.WELL), ("nothing-of-this-name", State.ILL)])
def test_a_call_is_spoken_or_it_is_told_that_nobody_hears_it(driver: str, state: State) -> None:
    assert senses.sound(SpeakerSettings(driver=driver), speak=False).state is State.NOT_TRIED
    assert senses.sound(SpeakerSettings(driver=driver), speak=True).state is state


def senses_of(folder: Path, role: str, tables: str) -> dict[str, Finding]:
    """What is told of a device's screen and sound, by what its file says of them."""
    file = folder / "kiosk-1.toml"
    broker = f"[broker]\nport = {free_port()}\n"
    file.write_text(f'device = "kiosk-1"\nrole = "{role}"\nsite = "small"\n{broker}{tables}\n')
    told = {one.check: one for one in examination.of_device(file, frozenset(), print)}
    assert all(one.do for one in told.values() if one.state is not State.WELL)
    return {check: told[check] for check in ("screen", "sound") if check in told}


DUMMY = '[screen]\ndriver = "dummy"\n'


@pytest.mark.parametrize(
    ("role", "tables", "check", "state", "words"),
    [
        ("kiosk", DUMMY, "screen", State.WATCH, "nothing is shown: the driver is dummy"),
        ("room", DUMMY + "[buttons]", "screen", State.WELL, "works by its buttons"),
        ("room", DUMMY + 'output = "HDMI-A-2"\n[buttons]', "screen", State.ILL, "HDMI-A-2 is named, but the driver is dummy"),
        ("kiosk", '[speaker]\ndriver = "dummy"', "sound", State.WATCH, "nothing is heard: the driver is dummy"),
        ("kiosk", '[speaker]\ndriver = "disk"', "sound", State.WATCH, "nothing is heard: the driver is disk"),
        ("kiosk", '[speaker]\ndriver = "dummy"\ncard = "hw:1"', "sound", State.WATCH, "though hw:1 is named"),
        ("kiosk", "", "sound", State.WELL, "no [speaker]"),
    ],
)
def test_a_device_that_shows_or_says_nothing_to_anybody_is_told_also_while_it_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, role: str, tables: str, check: str, state: State, words: str
) -> None:
    stopped = senses_of(tmp_path, role, tables)[check]
    monkeypatch.setattr(examination, "process_of", lambda *_: 17)
    assert senses_of(tmp_path, role, tables)[check] == stopped
    assert (stopped.state, words in stopped.says) == (state, True), stopped


def test_a_screen_and_a_loudspeaker_that_nobody_tried_are_not_called_well_and_left_alone_while_the_program_has_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = senses_of(tmp_path, "kiosk", "[speaker]")
    assert {check: one.state for check, one in told.items()} == {"screen": State.NOT_TRIED, "sound": State.NOT_TRIED}
    monkeypatch.setattr(examination, "process_of", lambda *_: 17)
    assert senses_of(tmp_path, "kiosk", "[speaker]") == {}
