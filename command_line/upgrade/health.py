"""How a machine is, before and after: which of our units run, and what its doctor finds ill."""

import json
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from command_line.upgrade.plan import BROKER

Query = Callable[[Sequence[str]], str]
"""Runs a command; what it said on its output, however it ended."""
OWN_UNITS: Final = "nobat-*"
DOCTOR_SECONDS: Final = 120.0
STORE: Final = "store"
"""The doctor's name for whether the store answers."""


def query(command: Sequence[str]) -> str:
    """What a command said; empty where it is not there, or does not end."""
    try:
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=DOCTOR_SECONDS).stdout
    except (OSError, subprocess.TimeoutExpired):
        return ""


def running_units(ask: Query, *, broker: bool) -> tuple[str, ...]:
    """Our units that run now; `broker`: the broker is ours too."""
    listed = ("systemctl", "list-units", "--plain", "--no-legend", "--full", "--state=active,activating,reloading")
    said = ask([*listed, OWN_UNITS, *([BROKER] if broker else [])])
    units = (line.split()[0] for line in said.splitlines() if line.strip())
    return tuple(unit for unit in units if unit.endswith((".service", ".socket", ".timer")))


@dataclass(frozen=True, slots=True)
class Illness:
    """What the doctor finds ill, known again by whose it is, the check, and what a technician would do about it.

    The doctor's words do not count: a full disk tells its free megabytes, and a cable that is out another error at each look.
    The advice is one sentence for each fault, so that no paper does not hide a printer that cannot be opened any more."""

    whose: str
    check: str
    do: str
    says: str = field(compare=False)

    def __str__(self) -> str:
        return f"{self.whose}, {self.check}: {self.says}"


@dataclass(frozen=True, slots=True)
class Health:
    """One look. `down`: units that do not run; `restarts`: how often each was started again; `ill`: what the doctor finds ill;
    `version`: of the release that looked, empty where it could not."""

    down: tuple[str, ...]
    restarts: tuple[int, ...]
    ill: tuple[Illness, ...]
    version: str


def look(ask: Query, python: str, units: Sequence[str]) -> Health:
    """Look at the units, and have the release of this Python examine the machine."""
    down, restarts = [], []
    for unit in units:
        said = ask(["systemctl", "show", "--property=ActiveState,NRestarts,Type,Result", unit])
        facts = dict(line.split("=", 1) for line in said.splitlines() if "=" in line)
        ended_well = facts.get("Type") == "oneshot" and facts.get("Result") == "success"
        if facts.get("ActiveState") not in {"active", "reloading"} and not ended_well:
            down.append(unit)
        restarts.append(int(facts.get("NRestarts") or 0))
    said = ask([python, "-m", "command_line", "doctor", "--json"])
    return Health(tuple(down), tuple(restarts), *_findings(said))


def _findings(said: str) -> tuple[tuple[Illness, ...], str]:
    try:
        told = json.loads(said)
        found = [(whose, one) for whose, findings in told["findings"].items() for one in findings if one["state"] == "ill"]
        return tuple(Illness(whose, one["check"], one["do"], one["says"]) for whose, one in found), str(told["version"])
    except (ValueError, KeyError, TypeError, AttributeError):
        return (Illness("this machine", "doctor", "", "the doctor does not run"),), ""


def excused(before: Health, ahead: Health) -> Health:
    """How the new release may be after the turn, from how its doctor finds the machine `ahead` of it: as ill as that. But a
    store that the old doctor found well `before` is the old store, which the new one must not be as mute as."""
    mute_before = {one.whose for one in before.ill if one.check == STORE}
    return replace(ahead, ill=tuple(one for one in ahead.ill if one.check != STORE or one.whose in mute_before))


def worse(before: Health, now: Health) -> tuple[str, ...]:
    """What is not as it was, in words; nothing: all is well, or as ill as before."""
    down = (f"{unit} does not run" for unit in now.down)
    ill = (str(one) for one in now.ill if one not in before.ill)
    return (*down, *ill)
