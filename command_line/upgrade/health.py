"""How a machine is, before and after: which of our units run, and what its doctor finds ill."""

import json
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from command_line.upgrade.plan import BROKER

Query = Callable[[Sequence[str]], str]
"""Runs a command; what it said on its output, however it ended."""
OWN_UNITS: Final = "nobat-*"
DOCTOR_SECONDS: Final = 120.0


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
class Health:
    """One look. `down`: units that do not run; `restarts`: how often each was started again; `ill`: the doctor's words by what
    they are about; `version`: of the release that looked, empty where it could not."""

    down: tuple[str, ...]
    restarts: tuple[int, ...]
    ill: dict[str, str]
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


def _findings(said: str) -> tuple[dict[str, str], str]:
    try:
        told = json.loads(said)
        found = [(whose, one) for whose, findings in told["findings"].items() for one in findings]
        ill = {f"{whose}, {one['check']}": str(one["says"]) for whose, one in found if one["state"] == "ill"}
        return ill, str(told["version"])
    except (ValueError, KeyError, TypeError, AttributeError):
        return {"this machine, doctor": "the doctor does not run"}, ""


def worse(before: Health, now: Health) -> tuple[str, ...]:
    """What is not as it was, in words; nothing: all is well, or as ill as before."""
    down = (f"{unit} does not run" for unit in now.down)
    ill = (f"{what}: {says}" for what, says in now.ill.items() if what not in before.ill)
    return (*down, *ill)
