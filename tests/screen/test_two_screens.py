"""In a real compositor a program's picture is on the screen: alone in cage, and two of one machine in sway with our
configuration, each on its own connector. The screens are played (wlroots' headless backend); a Pi's are not here."""

import json
import os
import pwd
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from PIL import Image

CONFIGURATION = Path(__file__).parents[2] / "systemd" / "two-screens.sway"
PROGRAM = """
import sys, time
from PIL import Image
from program.settings import ScreenSettings
from screen.window import Window
window = Window(ScreenSettings(width=320, height=200, driver="wayland", output=sys.argv[1]), sys.argv[1])
window.show(Image.new("RGB", (320, 200), sys.argv[2]), "idle")
while not window.pump():
    time.sleep(0.05)
"""
COLOURS = {"HEADLESS-1": "#005C3B", "HEADLESS-2": "#9C2410"}
ENDED_WITHIN_SECONDS = 60

pytestmark = pytest.mark.skipif(
    None in (shutil.which("sway"), shutil.which("grim")), reason="no compositor, or none to look at: apt-get install sway grim"
)


class Compositor:
    """One that runs, and the programs in it."""

    def __init__(self, folder: Path, command: list[str], screens: int) -> None:
        self._programs: list[subprocess.Popen[bytes]] = []
        self._log = folder / "log"
        self._environment = {
            **{name: value for name, value in os.environ.items() if name not in ("NOTIFY_SOCKET", "DISPLAY")},
            "XDG_RUNTIME_DIR": str(folder),
            "WLR_BACKENDS": "headless",
            "WLR_HEADLESS_OUTPUTS": str(screens),
            "WLR_RENDERER": "pixman",
            "WLR_LIBINPUT_NO_DEVICES": "1",
            "SWAYSOCK": str(folder / "commands"),
        }
        with self._log.open("wb") as log:
            if os.geteuid() == 0:  # which compositors refuse to be
                nobody = pwd.getpwnam("nobody")
                os.chown(folder, nobody.pw_uid, nobody.pw_gid)
                command = ["setpriv", f"--reuid={nobody.pw_uid}", f"--regid={nobody.pw_gid}", "--clear-groups", *command]
            self._process = subprocess.Popen(command, env=self._environment, stdout=log, stderr=log)
        self.until(lambda: any(folder.glob("wayland-[0-9]")))
        (socket,) = folder.glob("wayland-[0-9]")
        self._environment |= {"WAYLAND_DISPLAY": str(socket)}
        self._seen_by = dict(self._environment)
        del self._environment["XDG_RUNTIME_DIR"]  # a unit of ours has none

    def start(self, output: str, colour: str) -> None:
        """One of our windows."""
        command = [sys.executable, "-c", PROGRAM, output, colour]
        self._programs.append(subprocess.Popen(command, env=self._environment, stdout=subprocess.DEVNULL))

    def switch_on(self) -> None:
        """One more screen."""
        self._ask("create_output")

    def shown(self) -> dict[str, str]:
        """Which program's window fills which screen."""
        found = {}
        for output in self._ask("-t", "get_tree")["nodes"]:
            for workspace in output["nodes"]:
                for window in (*workspace["nodes"], *workspace["floating_nodes"]):
                    if window["visible"] and window["fullscreen_mode"] == 1:
                        found[output["name"]] = window["app_id"]
        return found

    def colour(self, output: str) -> str:
        """What is to be seen at the lower edge of a screen, in the middle."""
        seen = subprocess.run(
            ["grim", "-t", "ppm", "-o", output, "-"], env=self._seen_by, check=True, capture_output=True
        ).stdout
        picture = Image.open(BytesIO(seen)).convert("RGB")
        return "#{:02X}{:02X}{:02X}".format(*picture.getpixel((picture.width // 2, picture.height - 1)))  # type: ignore[misc]

    def until(self, true: Callable[[], bool]) -> None:
        """Wait for it; the whole test is given up after minutes, by pytest."""
        while not true():
            assert self._process.poll() is None, self._log.read_text(encoding="utf-8")
            assert all(program.poll() is None for program in self._programs)
            time.sleep(0.05)

    def crash(self) -> list[int]:
        """It is gone from one moment to the next; the exit statuses of the programs, which end."""
        self._process.kill()
        self._process.wait()
        return [program.wait(ENDED_WITHIN_SECONDS) for program in self._programs]

    def close(self) -> None:
        """End everything."""
        for program in self._programs:
            program.kill()
            program.wait()
        self._process.terminate()  # it ends what it has started itself
        self._process.wait()

    def _ask(self, *words: str) -> Any:
        said = subprocess.run(["swaymsg", "-r", *words], env=self._environment, check=True, capture_output=True).stdout
        return json.loads(said)


@pytest.fixture
def folder() -> Iterator[Path]:
    """Below /tmp, where somebody else than root comes in."""
    with TemporaryDirectory() as name:
        yield Path(name)


@pytest.fixture
def start(folder: Path) -> Iterator[Callable[[int], Compositor]]:
    """Sway with the configuration that is shipped, whose connectors are called as the played ones are; with so many screens."""
    started: list[Compositor] = []
    configuration = folder / "sway"
    configuration.write_text(CONFIGURATION.read_text(encoding="utf-8").replace("HDMI-A-", "HEADLESS-"), encoding="utf-8")

    def begin(screens: int) -> Compositor:
        started.append(Compositor(folder, ["sway", "--config", str(configuration)], screens))
        started[-1].until((folder / "commands").exists)
        return started[-1]

    yield begin
    for compositor in started:
        compositor.close()


def test_each_program_fills_the_screen_that_its_file_names(start: Callable[[int], Compositor]) -> None:
    compositor = start(2)
    compositor.start("HEADLESS-2", COLOURS["HEADLESS-2"])
    compositor.until(lambda: compositor.shown() == {"HEADLESS-2": "HEADLESS-2"})
    compositor.start("HEADLESS-1", COLOURS["HEADLESS-1"])
    compositor.until(lambda: compositor.shown() == {"HEADLESS-1": "HEADLESS-1", "HEADLESS-2": "HEADLESS-2"})
    compositor.until(lambda: {output: compositor.colour(output) for output in COLOURS} == COLOURS)


def test_a_hall_whose_screen_is_off_covers_no_kiosk_and_is_seen_when_it_is_switched_on(
    start: Callable[[int], Compositor],
) -> None:
    compositor = start(1)
    compositor.start("HEADLESS-1", COLOURS["HEADLESS-1"])
    compositor.until(lambda: compositor.shown() == {"HEADLESS-1": "HEADLESS-1"})
    compositor.start("HEADLESS-2", COLOURS["HEADLESS-2"])
    compositor.until(lambda: "HEADLESS-2" in json.dumps(compositor._ask("-t", "get_workspaces")))
    compositor.until(lambda: compositor.shown() == {"HEADLESS-1": "HEADLESS-1"})
    compositor.switch_on()
    compositor.until(lambda: compositor.shown() == {"HEADLESS-1": "HEADLESS-1", "HEADLESS-2": "HEADLESS-2"})
    compositor.until(lambda: {output: compositor.colour(output) for output in COLOURS} == COLOURS)


def test_programs_whose_compositor_crashed_end_so_that_their_units_start_them_in_the_next(
    start: Callable[[int], Compositor],
) -> None:
    compositor = start(2)
    for output, colour in COLOURS.items():
        compositor.start(output, colour)
    compositor.until(lambda: set(compositor.shown()) == set(COLOURS))
    assert len(compositor.crash()) == len(COLOURS)


@pytest.mark.skipif(shutil.which("cage") is None, reason="apt-get install cage")
def test_a_program_alone_in_cage_fills_the_screen(folder: Path) -> None:
    compositor = Compositor(folder, ["cage", "--", "sleep", "infinity"], 1)
    try:
        compositor.start("", "#005C3B")
        compositor.until(lambda: compositor.colour("HEADLESS-1") == "#005C3B")
    finally:
        compositor.close()
