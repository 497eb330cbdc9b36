"""`nobat go`: numbers again after a copy of the ledger was put back, though some kiosk has not settled its day."""

from pathlib import Path
from typing import Annotated, Final

import typer

from command_line.operator import FailedError, accepted, read_operator_settings
from command_line.reach import ask_store
from mqtt.contract import Changed, GoOn, Reason, Refusal

WHAT_TO_DO: Final = (
    "Wait until the silent kiosk has settled (switch it on); or, where it has surely printed nothing since the copy, take it "
    "out of the site file (nobat load); or say --close-ranges: the ranges named here give no more numbers today, others go on."
)


def go(
    why: Annotated[str, typer.Option(help="The reason, for the audit trail.")],
    close_ranges: Annotated[
        bool, typer.Option("--close-ranges", help="A range that cannot skip so far gives no more numbers today.")
    ] = False,
    operator: Annotated[Path | None, typer.Option(help="The operator's settings file.")] = None,
) -> None:
    """Give numbers again without the kiosks that have not settled: each range skips all that they may have printed."""
    answer = ask_store(read_operator_settings(operator), GoOn(why=why, close_ranges=close_ranges))
    if isinstance(answer, Refusal) and answer.reason is Reason.RANGE_TOO_NARROW:
        raise FailedError(f"range too narrow: {answer.detail}.\n{WHAT_TO_DO}")
    changed = accepted(answer, Changed)
    typer.echo(f"Numbers are given again. Not settled yet: {changed.text}.")
