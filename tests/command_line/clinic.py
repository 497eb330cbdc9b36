"""A small clinic that runs (a real broker, the real store) and the `nobat` command beside it."""

import signal
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from command_line.operator import Desk, read_operator_settings
from mqtt.contract import Day, DayStatus, TakeWalkIn
from tests.broker import RunningBroker
from tests.store.running import Kiosk, RunningStore


@dataclass(frozen=True)
class Said:
    """What a command printed and how it ended."""

    status: int
    out: str
    err: str


Nobat = Callable[..., Said]
"""Runs `nobat` with these arguments."""


class Clinic:
    """Broker, store and the operator's settings file in one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.broker = RunningBroker(folder / "broker")
        self.store = RunningStore(self.broker, folder)
        self.operator = folder / "operator.toml"
        self.write_operator_file()

    def write_operator_file(self, **other: str | int) -> None:
        """The operator's settings, with `other` in the place of what is right."""
        right: dict[str, str | int] = {
            "site": "small",
            "database": self.store.url,
            "port": self.broker.port,
            "password_file": str(self.broker.login("operator").password_file),
        }
        says = right | other
        self.operator.write_text(
            f'schema = 1\nsite = "{says["site"]}"\ndatabase = "{says["database"]}"\n'
            f'[broker]\nport = {says["port"]}\npassword_file = "{says["password_file"]}"\n',
            encoding="utf-8",
        )

    def open(self) -> None:
        """Start everything, and come back when the day is open by its hours."""
        self.broker.start()
        self.store.start()
        desk = Desk(read_operator_settings(self.operator), ("day",))
        try:
            desk.connect()
            opened = (heard.message for heard in desk.heard(30) if isinstance(heard.message, Day))
            assert any(day.status is DayStatus.ACCEPTING for day in opened), self.store.log()
        finally:
            desk.close()

    def walk_in(self, department: int) -> int:
        """Somebody takes a ticket at the first kiosk, and its paper comes out; its number."""
        kiosk = Kiosk(self.broker)
        try:
            kiosk.until_open()
            return kiosk.take(TakeWalkIn(department=department, service_day=kiosk.day))
        finally:
            kiosk.session.stop()

    def close(self) -> None:
        """End what runs."""
        self.store.end(signal.SIGKILL)
        self.broker.kill()
