"""The demo on a desktop: one window for each device, the keyboard as keypad and buttons, until the last hand lets go."""

from datetime import date
from datetime import time as clock
from pathlib import Path
from typing import Final

from PIL import Image
from rich.console import Console
from rich.live import Live

from command_line.demo.clinic import CELLS, Clinic
from command_line.demo.programme import demo_days
from command_line.demo.telephone import Telephones
from command_line.operator import CommandError, Desk, FailedError, accepted, read_operator_settings
from command_line.watched import Watched
from mqtt.contract import DayAnswer, OpenDay
from program.settings import ScreenSettings
from rules.schedule import moment, sessions_on
from rules.site import Site
from screen.window import Closed, Window
from twins.escpos_picture import picture_of_job

FOLLOWED: Final = ("site", "day", "board/+", "point/+", "device/+")
CODES_TO_TRY: Final = 4
LOOK_EVERY_SECONDS: Final = 0.2
PAPER: Final = (576, 900)
"""80 mm of paper, and about as long as a ticket."""


def run_in_windows(site_file: Path, folder: Path, out: Path) -> None:
    """Start everything with windows on a working morning, print codes to try, and stay until Ctrl-C."""
    clinic = Clinic(site_file, folder, out, windows=True)
    console = Console()
    watched = Watched()
    _, today = demo_days(clinic.site)
    clinic.set_clock(moment(clinic.site, today, _a_quarter_past(clinic.site, today)))
    try:
        clinic.start()
        desk = Desk(read_operator_settings(folder / "operator.toml"), FOLLOWED)
        desk.tell(watched.hear)
        desk.connect()
        try:
            accepted(desk.ask(OpenDay(confirm_clock=True), wait_seconds=20), DayAnswer)
        except CommandError:
            console.print("The day was open already.")
        while not _telephone_is_up(clinic.site, watched):
            for _ in desk.heard(LOOK_EVERY_SECONDS):
                pass
        codes = _book_by_telephone(clinic, today)
        _explain(console, clinic, codes)
        papers = Papers(clinic)
        with Live(console=console, auto_refresh=False) as live:
            while clinic.windows_open() and not clinic.died():
                for _ in desk.heard(LOOK_EVERY_SECONDS):
                    pass
                for paper in papers.look():
                    live.console.print(f"Printed: {paper}")
                live.update(watched.table(), refresh=True)
        if died := clinic.died():
            raise FailedError("; ".join(died))
    except KeyboardInterrupt:
        console.print("The clinic closes.")
    finally:
        clinic.stop()


class Papers:
    """What the kiosk's printer printed: each ticket in a file, the newest in a window of its own."""

    def __init__(self, clinic: Clinic) -> None:
        self._clinic = clinic
        self._folder = clinic.out / "tickets"
        self._folder.mkdir(parents=True, exist_ok=True)
        self._seen = dict.fromkeys(clinic.printers, 0)
        settings = ScreenSettings(width=PAPER[0], height=PAPER[1], driver="window", cell=len(clinic.windows_open()) % CELLS)
        self._window: Window | None = Window(settings, "tickets")
        self._window.show(Image.new("RGB", PAPER, "white"), "no paper yet")

    def look(self) -> list[Path]:
        """The pictures of the tickets that came out since the last look."""
        fresh = [self._keep(kiosk, count) for kiosk, count in self._printed()]
        if self._window is not None and any(isinstance(heard, Closed) for heard in self._window.pump()):
            self._window.close()
            self._window = None
        return fresh

    def _printed(self) -> list[tuple[str, int]]:
        jobs = [
            (kiosk, count)
            for kiosk, printer in self._clinic.printers.items()
            for count in range(self._seen[kiosk] + 1, printer.jobs + 1)
        ]
        self._seen |= dict(jobs)
        return jobs

    def _keep(self, kiosk: str, count: int) -> Path:
        job = (self._clinic.folder / "printed" / kiosk / f"{count:04}.bin").read_bytes()
        (self._folder / f"{kiosk}-{count:04}.bin").write_bytes(job)
        paper = self._folder / f"{kiosk}-{count:04}.png"
        picture = picture_of_job(job)
        picture.save(paper)
        if self._window is not None:
            self._window.show(picture.convert("RGB"), paper.stem)
        return paper


def _explain(console: Console, clinic: Clinic, codes: list[str]) -> None:
    console.print("Click a window, then use its keys; Ctrl-C here ends the clinic.")
    console.print("Kiosk: the digits, Backspace is the key with the arrow, Enter the green one.")
    console.print("Counters, rooms: Space calls the next (held: again), X is a no-show (held: undo), A comes back;")
    console.print("  a number and Enter calls that number; + - * / . and Backspace are those of a number pad.")
    console.print("Codes to type at the kiosk: " + "  ".join(codes))
    if pages := clinic.where_pages_are():
        console.print(pages, soft_wrap=True)
    console.print(f"Tickets come out in the window named so and in {clinic.out / 'tickets'}.", soft_wrap=True)


def _a_quarter_past(site: Site, today: date) -> clock:
    """A quarter of an hour into the first session of the day."""
    first = min(session.starts for session in sessions_on(site, today))
    return first.replace(minute=min(first.minute + 15, 59))


def _telephone_is_up(site: Site, watched: Watched) -> bool:
    telephones = [device.id for device in site.devices if device.role == "phone"]
    return all(name in watched.devices and watched.devices[name].up for name in telephones)


def _book_by_telephone(clinic: Clinic, today: date) -> list[str]:
    """Codes of today's first session, as callers hear them."""
    session = sessions_on(clinic.site, today)[0]
    telephones = Telephones(clinic)
    now = moment(clinic.site, today, _a_quarter_past(clinic.site, today))
    return [telephones.book(session.department, session.doctor, today, now).code for _ in range(CODES_TO_TRY)]
