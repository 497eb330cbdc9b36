"""`nobat first-boot`: a new device reads the file on its card, becomes what it says, and takes the key off the card.

The file is the bundle of `nobat enroll`, under the name nobat.toml on the card's boot partition, which any computer can write.
A file that cannot be used is told on the device's own screen: whoever stands there has no keyboard.
"""

import os
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Final

import typer

from command_line.enrolment.bundle import DEVICES_FOLDER, read_bundle, refuse_another_screen, refuse_unusable_settings, unpack
from command_line.operator import CommandError, FailedError
from command_line.units import unit_of
from program.settings import DeviceSettings, SettingsError, load_settings

CARDS: Final = (Path("/boot/firmware/nobat.toml"), Path("/boot/nobat.toml"))
"""Where Raspberry Pi OS mounts the partition, since Bookworm and before it."""
SHOWN_SECONDS: Final = 600.0
"""Then the unit ends and is started again: the screen may have been plugged in meanwhile. Its TimeoutStartSec is longer."""


def first_boot(
    card: Annotated[Path | None, typer.Option(help="The file; without it nobat.toml of the boot partition.")] = None,
    folder: Annotated[Path, typer.Option(help="Where the units look for device files.")] = DEVICES_FOLDER,
    no_screen: Annotated[bool, typer.Option("--no-screen", help="Tell a file that cannot be used in the log only.")] = False,
) -> None:
    """On a new device: take in the file on its card, delete it there, and start the device's program."""
    file = card or next((place for place in CARDS if place.is_file()), None)
    if file is None:
        typer.echo("no nobat.toml on the card: nothing to do")
        return
    try:
        settings = take_in(file, folder)
    except CommandError as problem:
        if not no_screen:
            typer.echo(str(problem), err=True)  # in the log at once: the screen stands for minutes, and may show it to nobody
            _show(str(problem), folder)
        raise
    typer.echo(f"{settings.device}: taken in, and the file deleted from the card")
    _start(unit_of(settings.role, settings.device))


def take_in(file: Path, folder: Path) -> DeviceSettings:
    """The device that the file describes, in its place; the key is off the card. Raises CommandError, and then the file stays
    for the next attempt."""
    bundle = read_bundle(file)
    refuse_another_screen(bundle, folder)
    try:
        refuse_unusable_settings(bundle, file)
        unpack(bundle, folder)
        settings = load_settings(folder / f"{bundle.device}.toml")
        _wipe(file)
    except SettingsError as problem:
        raise CommandError(str(problem)) from problem
    except OSError as problem:
        raise FailedError(f"{problem.filename or file}: {problem.strerror}") from problem
    return settings


def _wipe(file: Path) -> None:
    """Written over before it is deleted: FAT leaves a deleted file's bytes where they are, and cards are passed on."""
    with file.open("r+b") as card:
        card.write(bytes(os.fstat(card.fileno()).st_size))
        card.flush()
        os.fsync(card.fileno())
    file.unlink()
    descriptor = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _start(unit: str, run: Callable[[Sequence[str]], object] = subprocess.check_call) -> None:
    """Waiting for it would be for ever: it wants the console, which is this program's until its end."""
    try:
        run(["systemctl", "enable", "--now", "--no-block", unit])
    except (OSError, subprocess.CalledProcessError) as problem:
        raise FailedError(f"{unit}: {problem}; systemctl status {unit}") from problem


def _show(problem: str, folder: Path, wait: Callable[[float], None] = time.sleep) -> None:
    """On the screen, for whoever stands there; a device without a screen says it in its log."""
    from command_line.first_boot.picture import wrong_file  # noqa: PLC0415  no other command draws
    from command_line.first_boot.screen import free_screen  # noqa: PLC0415
    from program.starting import StartError  # noqa: PLC0415
    from screen.style import Size  # noqa: PLC0415
    from screen.window import Closed, Window  # noqa: PLC0415

    settings = free_screen(folder)
    if settings is None:
        typer.echo("each screen has a device, which is left in sight: this is told in the log only", err=True)
        return
    try:
        window = Window(settings, "nobat")
    except StartError as why:
        typer.echo(str(why), err=True)
        return
    window.show(wrong_file(Size(settings.width, settings.height), problem).picture, "first-boot")
    for _ in range(round(SHOWN_SECONDS / window.pump_every_seconds)):
        if any(isinstance(heard, Closed) for heard in window.pump()):
            break  # its compositor is gone
        wait(window.pump_every_seconds)
    window.close()
