"""`python -m tests.model [--faults N] [--morning NAME] [--without CLAUSE]`: explore deeper, or hear a story."""

import argparse
import sys
import time

from tests.model.clauses import Clause
from tests.model.mornings import MORNINGS, Morning


def main() -> int:
    """Explore each morning and print what was found; 1 when a law is broken though no clause was left out, else 0."""
    read = argparse.ArgumentParser(
        prog="python -m tests.model", description="Explore the model of the protocol (docs/protocol.md)."
    )
    read.add_argument("--faults", type=int, help="explore each morning with so many faults; else with those of the tests")
    read.add_argument("--morning", choices=[morning.name for morning in MORNINGS], help="only this one")
    read.add_argument(
        "--without", choices=[clause.name.lower() for clause in Clause], help="leave a clause out, hear the story"
    )
    asked = read.parse_args()
    off = frozenset[Clause]() if asked.without is None else frozenset({Clause[asked.without.upper()]})
    mornings = [morning for morning in MORNINGS if asked.morning in {None, morning.name}]
    broken = [_explore(morning, asked.faults, off) for morning in mornings]
    return int(any(broken) and not off)


def _explore(morning: Morning, faults: int | None, off: frozenset[Clause]) -> bool:
    started = time.perf_counter()
    found = morning.explored(faults, off)
    seconds = time.perf_counter() - started
    print(f"{morning.name}, {morning.faults if faults is None else faults} faults: {found} ({seconds:.1f} s)", flush=True)
    return found.broken is not None


if __name__ == "__main__":
    sys.exit(main())
