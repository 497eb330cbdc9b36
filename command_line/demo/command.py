"""`nobat demo`: the whole clinic on this machine, in windows, or as a scripted morning where there is no screen."""

import fcntl
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import time as clock
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console, Group
from rich.live import Live
from rich.text import Text

from booking_store.site_file import SiteFileError, read_site
from command_line.demo.clinic import Clinic
from command_line.demo.eyes import Eyes
from command_line.demo.morning import Morning
from command_line.demo.office_outcome import write_office_outcome
from command_line.demo.outcome import prepare_folder, write_outcome
from command_line.demo.programme import demo_days, play_morning
from command_line.demo.windows import run_in_windows
from command_line.demo.wrong import ScriptError
from command_line.operator import CommandError, at_the_desk, read_operator_settings
from command_line.watched import Watched
from rules.schedule import moment

KOSAR: Final = Path(__file__).parents[2] / "sites" / "kosar_clinic.toml"
FOLDER: Final = Path(".nobat/demo")
FOLLOWED: Final = ("site", "day", "board/+", "point/+", "device/+")
DRAW_EVERY_SECONDS: Final = 0.25
START_WITHIN_SECONDS: Final = 120.0
PHONING: Final = clock(10, 0)
"""The bookings are made at this hour of the day before."""


def demo(
    headless: Annotated[bool, typer.Option("--headless", help="Play a scripted morning without any window.")] = False,
    site: Annotated[Path, typer.Option(help="The site file.")] = KOSAR,
    out: Annotated[Path, typer.Option(help="Where the morning's papers, screens and sounds go.")] = Path("demo-output"),
    seed: Annotated[int, typer.Option(help="One seed, one crowd.")] = 1405,
) -> None:
    """Run a whole clinic here. With a screen: windows and keys; without one: a scripted morning at high speed."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the programs started here end with this one
    has_screen = bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    with _alone_here():
        _check(site, out)
        if has_screen and not headless:
            run_in_windows(site, FOLDER.absolute(), out.absolute())
            return
        wrongs = play(site, FOLDER.absolute(), out.absolute(), seed)
    for wrong in wrongs:
        typer.echo(f"wrong: {wrong}", err=True)
    raise typer.Exit(1 if wrongs else 0)


@contextmanager
def _alone_here() -> Iterator[None]:
    """A second demo would clear the folder under the first one's feet."""
    FOLDER.parent.mkdir(parents=True, exist_ok=True)
    with FOLDER.with_suffix(".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as taken:
            raise CommandError("a demo runs in this folder already: end it first (Ctrl-C in its terminal)") from taken
        yield


def _check(site: Path, out: Path) -> None:
    """What the user named is looked at before anything is cleared or started."""
    try:
        read_site(site)
        out.mkdir(parents=True, exist_ok=True)
    except (OSError, SiteFileError) as problem:
        raise CommandError(str(problem)) from problem


def play(site: Path, folder: Path, out: Path, seed: int) -> list[str]:
    """The scripted morning; what went wrong in it."""
    prepare_folder(out)
    console = Console()
    console.print("A scripted morning is played; it takes about five minutes.")
    started = time.monotonic()
    clinic = Clinic(site, folder, out, windows=False)
    if pages := clinic.where_pages_are():
        console.print(pages, soft_wrap=True)
    wrongs: list[str] = []
    played: list[str] = []
    codes: list[str] = []
    with Live(console=console, auto_refresh=False, transient=True) as live:
        try:
            clinic.start()
            with at_the_desk(read_operator_settings(folder / "operator.toml"), *FOLLOWED) as desk:
                eyes = Eyes(clinic, desk)
                eyes.wait("every program is up", lambda: _all_up(clinic, eyes.watched), START_WITHIN_SECONDS)
                before, _ = demo_days(clinic.site)
                morning = Morning(clinic, desk, eyes, seed=seed, starts=moment(clinic.site, before, PHONING))
                wrongs, played = morning.wrongs, morning.played
                eyes.on_look = _drawing(live, morning)
                if clinic.site.office is not None:
                    from command_line.demo import office  # noqa: PLC0415  its libraries are an extra, and slow to import

                    office.play(morning)
                else:
                    play_morning(morning, seed, codes)
        except (ScriptError, CommandError) as wrong:
            wrongs.append(str(wrong))
        finally:
            clinic.stop()
    if clinic.site.office is not None:
        wrongs = write_office_outcome(clinic, played, wrongs)
    else:
        wrongs = write_outcome(clinic, played, codes, wrongs)
    console.print(f"{len(played)} scenes in {time.monotonic() - started:.0f} s; papers, screens and sounds are in {out}")
    return wrongs


def _all_up(clinic: Clinic, watched: Watched) -> bool:
    if died := clinic.died():
        raise ScriptError("; ".join(died))
    names = [device.id for device in clinic.site.devices if device.role != "operator"]
    return watched.beat is not None and all(name in watched.devices and watched.devices[name].up for name in names)


def _drawing(live: Live, morning: Morning) -> Callable[[], None]:
    """Draws the table now and then; called at every look."""
    drawn_at = 0.0

    def draw() -> None:
        nonlocal drawn_at
        if time.monotonic() - drawn_at >= DRAW_EVERY_SECONDS:
            drawn_at = time.monotonic()
            board = next(iter(morning.eyes.watched.boards.values()), None)
            calls = ", ".join(f"{call.number} to {call.point}" for call in reversed(board.calls[-5:])) if board else ""
            scene = morning.played[-1] if morning.played else ""
            lines = (Text(f"{morning.now:%H:%M}   last scene: {scene}"), Text(f"last calls: {calls}"))
            live.update(Group(morning.eyes.watched.table(), *lines), refresh=True)

    return draw
