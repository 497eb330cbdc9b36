"""The real store as a process of its own, for tests that kill it."""

import signal
import struct
import subprocess
import sys
import time
from pathlib import Path

from tests.broker import RunningBroker
from tests.store.clinic import SITE_FILE, moment_ms

ROOT = Path(__file__).parents[2]


class RunningStore:
    """`python -m booking_store` on a ledger in the test's folder, with a clock that says 08:00 of the clinic's Sunday at
    its first start."""

    def __init__(self, broker: RunningBroker, folder: Path, url: str | None = None) -> None:
        self.broker = broker
        self.url = url or f"sqlite:///{folder}/ledger.sqlite"
        self.errors = folder / "store.log"
        self.offset = folder / "clock-offset"
        self.offset.write_bytes(struct.pack("d", moment_ms("08:00") / 1000 - time.time()))  # noqa: TID251
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it; requests are answered as soon as it is there."""
        with self.errors.open("ab") as errors:
            self._process = subprocess.Popen(self.command(), stdout=errors, stderr=errors, cwd=ROOT)

    def command(self) -> list[str]:
        """How it is started."""
        login = self.broker.login("store")
        return [
            *(sys.executable, "-m", "booking_store", "--site", "small", "--database", self.url),
            *("--broker-port", str(login.port), "--password-file", str(login.password_file)),
            *("--clock-offset-file", str(self.offset), "--load", str(SITE_FILE)),
        ]

    def kill(self) -> None:
        """Power cut."""
        self.end(signal.SIGKILL)

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Ask it to end, or worse; its exit status."""
        assert self._process is not None
        self._process.send_signal(number)
        return self._process.wait(10)

    def log(self) -> str:
        """All that it said."""
        return self.errors.read_text(encoding="utf-8")
