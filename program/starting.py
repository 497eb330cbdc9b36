"""How a device's program starts: its file is read, and what keeps it from running is one line and an exit status."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, TypeVar

from program.journal_lines import log_to_journal
from program.settings import SettingsError

Settings = TypeVar("Settings")

CANNOT_START: Final = 1
WRONG_FILE: Final = 2


class StartError(Exception):
    """What the program cannot do without is not there; the message says what to look at."""


def start(module: str, load: Callable[[Path], Settings], run: Callable[[Settings], None], arguments: Sequence[str]) -> int:
    """Run `python -m module FILE.toml` to its end. The exit status: 0, WRONG_FILE, or CANNOT_START for a screen, a folder or an
    address that cannot be had, which a new start may find."""
    log_to_journal()
    if len(arguments) != 2:
        print(f"usage: python -m {module} FILE.toml", file=sys.stderr)
        return WRONG_FILE
    try:
        run(load(Path(arguments[1])))
    except SettingsError as problem:
        print(problem, file=sys.stderr)
        return WRONG_FILE
    except (StartError, OSError) as problem:
        print(problem, file=sys.stderr)
        return CANNOT_START
    return 0
