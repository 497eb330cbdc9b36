"""`nobat order`: what a technician tells a device from the store's machine."""

from pathlib import Path
from typing import Annotated, Final

import typer

from command_line.operator import CommandError, FailedError, at_the_desk, read_operator_settings
from mqtt.contract import REPLY_WAIT_SECONDS, DeviceState, Identify, Order, Restart, TestPrint, TestSound, UnlockCodes

ORDERS: Final[dict[str, Order]] = {
    "identify": Identify(),
    "test-print": TestPrint(),
    "test-sound": TestSound(),
    "restart": Restart(),
    "unlock-codes": UnlockCodes(),
}


def order(
    device: Annotated[str, typer.Argument(help="The device's id, kiosk-1.")],
    what: Annotated[str, typer.Argument(help=f"{', '.join(ORDERS)}.")],
    operator: Annotated[Path | None, typer.Option(help="The operator's settings file.")] = None,
) -> None:
    """Tell a device to show itself, test its printer or its sound, start again, or take codes again."""
    if what not in ORDERS:
        raise CommandError(f"no order {what!r}; there are {', '.join(ORDERS)}")
    with at_the_desk(read_operator_settings(operator), f"device/{device}") as desk:
        told = (heard.message for heard in desk.heard(REPLY_WAIT_SECONDS))
        if not any(isinstance(state, DeviceState) and state.up for state in told):
            raise FailedError(f"{device} is not there")
        desk.order(device, ORDERS[what])
    typer.echo(f"{device}: {what.replace('-', ' ')}")
