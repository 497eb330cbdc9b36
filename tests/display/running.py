"""A display for tests: its real process on twin pins, its pictures and its announcements kept in folders."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from tests.broker import RunningBroker
from twins.pins import press

PATIENCE_SECONDS: Final = 60.0


def wait_until(true: Callable[[], bool], what: str) -> None:
    """Look again and again; it fails with `what` in the end."""
    until = time.monotonic() + PATIENCE_SECONDS
    while not true():
        assert time.monotonic() < until, what
        time.sleep(0.01)


class RunningDisplay:
    """`python -m display_device`. `keys` and `tables` go into its device file, before and after its own tables, `screen` into
    its screen's. Without `pins` it looks for real ones, and finds none."""

    def __init__(
        self,
        folder: Path,
        broker: RunningBroker,
        site: str,
        device: str,
        role: str,
        keys: str,
        tables: str = "",
        *,
        screen: str = "",
        pins: bool = True,
        program: Sequence[str] = ("display_device",),
    ) -> None:
        """`program`: the module that is run, and words before its argument."""
        folder.mkdir(exist_ok=True)
        self.folder = folder
        self._program = program
        self.pins = folder / "pins"
        self.pictures = folder / "pictures"
        self.announcements = folder / "announcements"
        login = broker.login(device)
        text = (
            f'device = "{device}"\nrole = "{role}"\nsite = "{site}"\nstate_folder = "{folder}"\n',
            f'twin_socket = "{self.pins}"\n' if pins else "",
            keys,
            f'[broker]\nhost = "{login.host}"\nport = {login.port}\npassword_file = "{login.password_file}"\n',
            f'[screen]\ndriver = "dummy"\nkeep_pictures = "{self.pictures}"\n{screen}',
            '[buttons]\nkind = "gpio"\n' if role != "waiting_room" else "",
            tables,
        )
        self._pin_factory = "mock" if pins else "no-such-factory"
        self._file = folder / "device.toml"
        self._file.write_text("".join(text), encoding="utf-8")
        self.start()

    def start(self) -> None:
        """Start it (again), with nothing on its screen."""
        (self.pictures / "now.txt").unlink(missing_ok=True)
        environment = os.environ | {
            "GPIOZERO_PIN_FACTORY": self._pin_factory,
            "SDL_DISKAUDIOFILE": str(self.folder / "card.raw"),
        }
        environment["SDL_DISKAUDIODELAY"] = "0"
        with (self.folder / "display.log").open("ab") as log:
            command = [sys.executable, "-m", *self._program, str(self._file)]
            self.process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)

    def shows(self, name: str) -> bool:
        """The picture of this name is on the screen."""
        now = self.pictures / "now.txt"
        return now.is_file() and now.read_text(encoding="utf-8").strip() == name and (self.pictures / f"{name}.png").is_file()

    def tap(self, pin: int) -> None:
        """A short press of a button."""
        press(self.pins, f"gpio {pin} low")
        time.sleep(0.05)  # a finger is never faster
        press(self.pins, f"gpio {pin} high")

    def said(self) -> list[Path]:
        """The announcements so far, in the order of speaking."""
        return sorted(self.announcements.glob("*.wav"))

    def log(self) -> str:
        """What it wrote."""
        return (self.folder / "display.log").read_text(encoding="utf-8")

    def kill(self) -> None:
        """Power cut."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(PATIENCE_SECONDS)

    def stop(self) -> int:
        """End it politely; its exit status."""
        self.process.terminate()
        return self.process.wait(PATIENCE_SECONDS)
