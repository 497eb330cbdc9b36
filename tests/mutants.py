"""The mutation score: how many wilful mistakes the tests noticed, file by file. `make mutants` runs it after mutmut.

With the word `survived` it prints only the names of those that no test noticed, for a second look: docs/mutants.md.
"""

import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table

LIMIT_PERCENT: Final = 85.0
NOTICED: Final = frozenset({"killed", "timeout", "segfault", "caught by type check"})
SURVIVED: Final = frozenset({"survived", "no tests", "suspicious"})
RULES: Final = "all of the rules"
MACHINES: Final = "all of the state machines"


def main() -> int:
    """Print the table. 1: of what was tried, fewer were noticed than the limit asks for."""
    if sys.argv[1:] == ["survived"]:
        print(*(name for name, verdict in _verdicts() if verdict in SURVIVED))
        return 0
    files: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for name, verdict in _verdicts():
        file = name.split(".x", maxsplit=1)[0]
        sort = "noticed" if verdict in NOTICED else "survived" if verdict in SURVIVED else "not tried"
        files[file][sort] += 1
        files[RULES if file.startswith("rules.") else MACHINES][sort] += 1
    table = Table(title="Mistakes made on purpose")
    for column in ("file", "made", "tried", "noticed", "percent"):
        table.add_column(column, justify="left" if column == "file" else "right")
    for file, found in sorted(files.items(), key=lambda one: (one[0] in {RULES, MACHINES}, one[0])):
        tried = found["noticed"] + found["survived"]
        table.add_row(file, str(found.total()), str(tried), str(found["noticed"]), f"{_percent(found):.1f}" if tried else "")
    Console().print(table)
    return 0 if all(_percent(files[part]) >= LIMIT_PERCENT for part in (RULES, MACHINES)) else 1


def _verdicts() -> Iterator[tuple[str, str]]:
    """Each mistake by its name, and what became of it, in mutmut's words."""
    mutmut = str(Path(sys.executable).with_name("mutmut"))
    told = subprocess.run([mutmut, "results", "--all", "true"], check=True, capture_output=True, text=True).stdout
    for line in told.splitlines():
        name, _, verdict = line.strip().rpartition(": ")
        yield name, verdict


def _percent(found: Counter[str]) -> float:
    tried = found["noticed"] + found["survived"]
    return 100 * found["noticed"] / tried if tried else 0.0


if __name__ == "__main__":
    sys.exit(main())
