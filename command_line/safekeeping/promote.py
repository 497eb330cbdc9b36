"""`nobat promote`: on the standby machine, the newest good copy becomes the ledger and its store the clinic's."""

import subprocess
from pathlib import Path
from typing import Annotated, Final

import typer

from booking_store.copies import restoring
from booking_store.database import LedgerBusyError, LedgerError
from command_line.operator import FailedError, OperatorSettings, at_the_desk, read_operator_settings
from command_line.safekeeping.folder import folder_of
from command_line.safekeeping.restore import NEXT_STEPS, put_back
from mqtt.contract import FEED_LOST_AFTER_SECONDS, STORE, StoreBeat

UNITS: Final = ("mosquitto.service", "nobat-store.service")
LISTEN_SECONDS: Final = FEED_LOST_AFTER_SECONDS + 1.0
"""A store that is not heard for so long is lost to every screen too."""
BEFORE: Final = """\
The old store's machine must not come back by itself: pull its network cable, or switch it off for good.
Has that been done, and does this machine have the clinic's address now (docs/copies.md)?"""


def promote(
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask: the old machine is off.")] = False,
    operator: Annotated[Path | None, typer.Option(help="The operator's settings file.")] = None,
) -> None:
    """Make this machine the clinic's store, from the newest copy that it was sent."""
    settings = read_operator_settings(operator)
    if alive := heard_alive(settings):
        raise FailedError(
            f"the clinic's store lives: {alive} is heard at {settings.broker.host}. Stop it first; nothing was done"
        )
    if not yes:
        typer.echo(BEFORE)
        typer.confirm("Go on?", abort=True)
    try:
        put_back(settings, restoring.choose(folder_of(settings, None)), yes=yes)
    except LedgerBusyError as busy:
        raise FailedError(f"{busy}: this machine is the clinic's store already") from busy
    except LedgerError as problem:
        raise FailedError(str(problem)) from problem
    _start()
    typer.echo(NEXT_STEPS)


def heard_alive(settings: OperatorSettings) -> str:
    """The epoch of a store that speaks at the clinic's broker now; empty where none is heard. Why nothing could be heard is
    told: a broker that is there and refuses us may have a store too."""
    try:
        with at_the_desk(settings) as desk:
            for heard in desk.heard(LISTEN_SECONDS):
                if heard.topic == STORE.name and heard.live and isinstance(heard.message, StoreBeat) and heard.message.up:
                    return heard.message.epoch
    except FailedError as deaf:
        typer.echo(f"No store can be heard: {deaf}")
    return ""


def _start() -> None:
    """Now, and at each start of this machine."""
    try:
        subprocess.run(["systemctl", "enable", "--now", *UNITS], check=True, capture_output=True, text=True)
    except (OSError, subprocess.CalledProcessError) as problem:
        told = " ".join((getattr(problem, "stderr", "") or str(problem)).split())
        raise FailedError(f"the copy is the ledger now, but the store did not start: {told}") from problem
