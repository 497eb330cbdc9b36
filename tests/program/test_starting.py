"""A program that cannot start says why in one line, and its exit status says whether a new start may help."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from program.settings import DeviceSettings, load_settings
from program.starting import CANNOT_START, WRONG_FILE, StartError, start

DISPLAY = 'device = "hall"\nrole = "waiting_room"\nsite = "kosar"\nzone = "hall-1"\n'
KIOSK = 'device = "kiosk-1"\nrole = "kiosk"\nsite = "kosar"\n'


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "device.toml"
    path.write_text(DISPLAY, encoding="utf-8")
    return path


@pytest.mark.parametrize(("module", "text"), [("display_device", DISPLAY), ("kiosk_device", KIOSK)])
def test_without_a_screen_every_device_says_so_in_one_line_and_ends_alike(module: str, text: str, tmp_path: Path) -> None:
    path = tmp_path / "device.toml"
    path.write_text(f'{text}state_folder = "{tmp_path}"\n[screen]\ndriver = "window"\n', encoding="utf-8")
    environment = os.environ | {"SDL_VIDEODRIVER": "no-such-desktop"}
    command = [sys.executable, "-m", module, str(path)]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == CANNOT_START
    assert [line for line in ended.stderr.splitlines() if "no screen with driver 'window'" in line] == [
        ended.stderr.splitlines()[-1]
    ]
    assert "Traceback" not in ended.stderr


def test_what_is_missing_and_what_is_written_wrong_are_told_apart(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def without_a_part(settings: DeviceSettings) -> None:
        raise StartError(f"{settings.device}: no screen")

    assert start("display_device", load_settings, without_a_part, ["", str(file)]) == CANNOT_START
    assert capsys.readouterr().err == "hall: no screen\n"
    file.write_text("device = 3", encoding="utf-8")
    assert start("display_device", load_settings, without_a_part, ["", str(file)]) == WRONG_FILE
    assert str(file) in capsys.readouterr().err
    assert start("display_device", load_settings, without_a_part, [""]) == WRONG_FILE
    assert "usage: python -m display_device FILE.toml" in capsys.readouterr().err


def test_a_program_that_came_to_its_end_says_nothing_is_wrong(file: Path) -> None:
    assert start("display_device", load_settings, lambda _: None, ["", str(file)]) == 0
