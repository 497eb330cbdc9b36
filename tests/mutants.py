"""The mutation score: how many wilful mistakes the tests noticed, room by room. `make mutants` runs it after mutmut."""

import subprocess
import sys
from collections import Counter, defaultdict
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table

LIMIT_PERCENT: Final = 85.0
NOTICED: Final = frozenset({"killed", "timeout", "caught by type check"})
COUNTED: Final = NOTICED | {"survived", "no tests", "suspicious"}


def main() -> int:
    """Print the table. 1: fewer were noticed than the limit asks for."""
    mutmut = str(Path(sys.executable).with_name("mutmut"))
    lines = subprocess.run([mutmut, "results", "--all", "true"], check=True, capture_output=True, text=True).stdout
    rooms: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for line in lines.splitlines():
        name, _, verdict = line.strip().rpartition(": ")
        if verdict in COUNTED:
            rooms[name.split(".x", maxsplit=1)[0].rsplit(".", maxsplit=1)[0] or "?"][verdict] += 1
            rooms["all"][verdict] += 1
    table = Table(title="Mistakes made on purpose")
    for column in ("room", "made", "noticed", "percent"):
        table.add_column(column, justify="left" if column == "room" else "right")
    for room, verdicts in sorted(rooms.items(), key=lambda one: (one[0] == "all", one[0])):
        made, noticed = verdicts.total(), sum(verdicts[one] for one in NOTICED)
        table.add_row(room, str(made), str(noticed), f"{100 * noticed / made:.1f}")
    Console().print(table)
    total = rooms["all"]
    return 0 if total and 100 * sum(total[one] for one in NOTICED) / total.total() >= LIMIT_PERCENT else 1


if __name__ == "__main__":
    sys.exit(main())
