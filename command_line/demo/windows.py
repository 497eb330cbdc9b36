"""The demo on a desktop: one window for each device, the keyboard as keypad and buttons, until the last hand lets go."""

import time
from datetime import date
from datetime import time as clock
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.live import Live

from command_line.demo.clinic import Clinic
from command_line.demo.programme import demo_days
from command_line.operator import CommandError, Desk, accepted, read_operator_settings
from command_line.watched import Watched
from mqtt.contract import Book, Booked, DayAnswer, OpenDay
from rules.schedule import moment, sessions_on
from rules.site import Site

FOLLOWED: Final = ("site", "day", "board/+", "point/+", "device/+")
CODES_TO_TRY: Final = 4


def run_in_windows(site_file: Path, folder: Path, out: Path) -> None:
    """Start everything with windows on a working morning, print codes to try, and stay until Ctrl-C."""
    clinic = Clinic(site_file, folder, out, windows=True)
    console = Console()
    watched = Watched()
    _, today = demo_days(clinic.site)
    opening = moment(clinic.site, today, _a_quarter_past(clinic.site, today))
    clinic.set_clock_offset(opening.timestamp() - time.time())  # noqa: TID251  # the offset is against this clock
    try:
        clinic.start()
        desk = Desk(read_operator_settings(folder / "operator.toml"), FOLLOWED)
        desk.tell(watched.hear)
        desk.connect()
        try:
            accepted(desk.ask(OpenDay(confirm_clock=True), wait_seconds=20), DayAnswer)
        except CommandError:
            console.print("The day was open already.")
        codes = [_book(desk, clinic.site) for _ in range(CODES_TO_TRY)]
        console.print("Codes to type at the kiosk: " + "  ".join(codes))
        console.print("Click a window, then use the keys that its title names. Ctrl-C ends the clinic.")
        with Live(console=console, auto_refresh=False) as live:
            while not clinic.died():
                for _ in desk.heard(0.5):
                    pass
                live.update(watched.table(), refresh=True)
        for name in clinic.died():
            console.print(name)
    except KeyboardInterrupt:
        console.print("The clinic closes.")
    finally:
        clinic.stop()


def _a_quarter_past(site: Site, today: date) -> clock:
    """A quarter of an hour into the first session of the day."""
    first = min(session.starts for session in sessions_on(site, today))
    return first.replace(minute=min(first.minute + 15, 59))


def _book(desk: Desk, site: Site) -> str:
    _, today = demo_days(site)
    session = sessions_on(site, today)[0]
    asked = Book(department=session.department, doctor=session.doctor, date=today.isoformat())
    return accepted(desk.ask(asked), Booked).code
