"""Two screens on one machine: whether each program has a connector of its own, before one of them stays black."""

from collections.abc import Iterator
from pathlib import Path

from command_line.doctor.finding import Finding, ill, well
from command_line.doctor.senses import SHOWN_TO_NOBODY
from command_line.units import screens_of
from installing.plan import ROLES
from installing.roles import Role, too_many_screens
from installing.steps import devices_of, roles_of
from program.settings import ScreenSettings

COMPOSITOR = "wayland"


def screens(folder: Path, roles_file: Path = Path(ROLES)) -> Iterator[Finding]:
    """Nothing where a machine carries one screen, or none."""
    devices, roles, shown = devices_of(folder), roles_of(roles_file), screens_of(folder)
    to_nobody = {device for device, settings in shown.items() if settings.driver == SHOWN_TO_NOBODY}
    if refused := too_many_screens(roles, {device: role for device, role in devices.items() if device not in to_nobody}):
        why, _, do = refused.partition(". ")
        yield ill("screens", why, do)
    if Role.TWO_SCREENS not in roles:
        return
    taken: dict[str, str] = {}
    for device, settings in shown.items():
        if device in to_nobody and settings.output:
            continue  # told where the device is examined: its program does not start, and has no connector
        finding = _one(device, settings, taken, folder)
        taken.setdefault(settings.output, device)
        yield finding


def _one(device: str, settings: ScreenSettings, taken: dict[str, str], folder: Path) -> Finding:
    file = folder / f"{device}.toml"
    right = f'[screen] driver = "{COMPOSITOR}" and output = "HDMI-A-2", or another connector, in {file} (docs/install.md)'
    if settings.driver == SHOWN_TO_NOBODY:
        return well("screens", f"{device} has none")
    if settings.driver != COMPOSITOR:
        return ill("screens", f"{device} wants the card by {settings.driver}, which nobat-screens has", right)
    if not settings.output:
        return ill("screens", f"{device} names no connector", right)
    if settings.output in taken:
        return ill("screens", f"{device} and {taken[settings.output]} both have {settings.output}", right)
    return well("screens", f"{device} has {settings.output}")
