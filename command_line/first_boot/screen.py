"""Which screen tells of a file on the card that cannot be used: the only one, or with two of them one that no device has."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from command_line.units import screens_of
from installing.plan import ROLES
from installing.roles import Role
from installing.steps import roles_of
from program.settings import ScreenSettings

CONNECTORS: Final = Path("/sys/class/drm")
"""A folder for each: card1-HDMI-A-2."""


def free_screen(folder: Path, roles_file: Path = Path(ROLES), connectors: Path = CONNECTORS) -> ScreenSettings | None:
    """None: every screen that is on belongs to a device of this machine, whose patients look at it.

    With two screens the compositor is the card's master (nobat-screens.service), and a picture by KMS/DRM is seen by nobody.
    """
    if Role.TWO_SCREENS not in roles_of(roles_file):
        return ScreenSettings()
    taken = {screen.output for screen in screens_of(folder).values()}
    free = (connector for connector in _switched_on(connectors) if connector not in taken)
    output = next(free, None)
    return ScreenSettings(driver="wayland", output=output) if output is not None else None


def _switched_on(connectors: Path) -> Iterator[str]:
    for status in sorted(connectors.glob("card*-*/status")):
        if status.read_text(encoding="ascii").strip() == "connected":
            yield status.parent.name.partition("-")[2]
