"""Measures everything that the limits speak of, prints a table, writes benchmarks/results/latest.json.

python -m benchmarks [--quick]
"""

import argparse
import json
import platform
import statistics
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table

from benchmarks.clinic import COUNTERS, DEVICES, Clinic
from benchmarks.messages import (
    FloorTongue,
    Hall,
    Latencies,
    OurTongue,
    at_once,
    check_ins_through_the_session,
    human,
    presses_through_the_session,
    running_floor,
    running_store,
)
from tests.broker import RunningBroker

RESULTS: Final = Path(__file__).parent / "results" / "latest.json"
TWICE_THE_FLOOR: Final = 2.0
SAME_AT_ANY_SIZE: Final = 1.2


@dataclass(frozen=True)
class Row:
    """One figure beside its limit. Milliseconds, medians over the runs."""

    what: str
    p50: float
    p99: float
    beside: float  # the p50 it is held against: the floor's, or that of the small ledger
    limit: float  # at most this many times `beside`

    @property
    def ratio(self) -> float:
        """How many times what it is held against."""
        return self.p50 / self.beside

    @property
    def kept(self) -> bool:
        """Whether the limit is kept."""
        return self.ratio <= self.limit


@dataclass(frozen=True)
class Scenario:
    """One way to press, on the floor and on the real store."""

    name: str
    floor: Callable[[RunningBroker], Latencies]
    ours: Callable[[RunningBroker], Latencies]


SCENARIOS: Final = (
    Scenario(
        "1 counter, back to back",
        lambda broker: Hall(broker, FloorTongue(), COUNTERS[:1]).one_after_the_other(100, at_once),
        lambda broker: presses_through_the_session(broker, 100, at_once),
    ),
    Scenario(
        "1 counter, human pace",
        lambda broker: Hall(broker, FloorTongue(), COUNTERS[:1]).one_after_the_other(40, human),
        lambda broker: presses_through_the_session(broker, 40, human),
    ),
    Scenario(
        "50 counters in one instant",
        lambda broker: Hall(broker, FloorTongue(), COUNTERS).all_at_once(2),
        lambda broker: Hall(broker, OurTongue(), COUNTERS).all_at_once(2),
    ),
)


def main() -> int:
    """0: every limit is kept."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one run each, and 20 000 bookings instead of a million")
    quick = parser.parse_args().quick
    runs, sizes = (1, (1_000, 20_000)) if quick else (5, (1_000, 1_000_000))
    console = Console(stderr=True)
    with tempfile.TemporaryDirectory(prefix="nobat-bench-") as name:
        folder = Path(name)
        broker = RunningBroker(folder / "broker", devices=DEVICES)
        broker.start()
        try:
            console.print("making the ledgers …")
            small, large = (Clinic(folder / f"clinic-{size}", size) for size in sizes)
            rows = [row for scenario in SCENARIOS for row in _beside_the_floor(scenario, broker, small, folder, runs)]
            rows += _at_any_size(broker, small, large, runs, sizes)
        finally:
            broker.kill()
    _print(rows)
    _write(rows, runs, sizes)
    return 0 if all(row.kept for row in rows) else 1


def _beside_the_floor(scenario: Scenario, broker: RunningBroker, clinic: Clinic, folder: Path, runs: int) -> list[Row]:
    floor: list[Latencies] = []
    ours: list[Latencies] = []
    for _ in range(runs):
        with running_floor(broker, folder):
            floor.append(scenario.floor(broker))
        with running_store(broker, clinic):
            ours.append(scenario.ours(broker))
    return [
        Row(
            f"{scenario.name}: press → {what}",
            _median([_share(of(run), 0.5) for run in ours]),
            _median([_share(of(run), 0.99) for run in ours]),
            _median([_share(of(run), 0.5) for run in floor]),
            TWICE_THE_FLOOR,
        )
        for what, of in (("answer", _answers), ("new state", _states))
    ]


def _at_any_size(broker: RunningBroker, small: Clinic, large: Clinic, runs: int, sizes: tuple[int, int]) -> list[Row]:
    """The same work on a small and on a large ledger, one after the other, so that both meet the same machine."""
    work: dict[str, Callable[[Clinic], Latencies]] = {
        "code → ticket": lambda clinic: check_ins_through_the_session(broker, iter(clinic.codes), 100),
        "press → answer": lambda _: presses_through_the_session(broker, 100, at_once),
    }
    rows = []
    for what, run in work.items():
        figures: dict[str, list[Latencies]] = {"small": [], "large": []}
        for _ in range(runs):
            for name, clinic in (("small", small), ("large", large)):
                with running_store(broker, clinic):
                    figures[name].append(run(clinic))
        p50 = {name: _median([_share(one.answer, 0.5) for one in each]) for name, each in figures.items()}
        p99 = _median([_share(one.answer, 0.99) for one in figures["large"]])
        title = f"{what}, {sizes[1]:,} bookings beside {sizes[0]:,}"
        rows.append(Row(title, p50["large"], p99, p50["small"], SAME_AT_ANY_SIZE))
    return rows


def _answers(run: Latencies) -> list[float]:
    return run.answer


def _states(run: Latencies) -> list[float]:
    return run.state


def _share(values: Sequence[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def _median(values: Sequence[float]) -> float:
    return statistics.median(values)


def _print(rows: Sequence[Row]) -> None:
    table = Table(title="Milliseconds, medians of the runs")
    for column in ("what", "p50", "p99", "beside", "times", "limit", ""):
        table.add_column(column, justify="left" if column in {"what", ""} else "right")
    for row in rows:
        kept = "kept" if row.kept else "[red]missed[/red]"
        figures = (f"{row.p50:.2f}", f"{row.p99:.2f}", f"{row.beside:.2f}", f"{row.ratio:.2f}", f"{row.limit:.1f}")
        table.add_row(row.what, *figures, kept)
    Console().print(table)


def _write(rows: Sequence[Row], runs: int, sizes: tuple[int, int]) -> None:
    machine = {"python": platform.python_version(), "system": platform.platform(), "runs": runs, "bookings": sizes}
    document = {"machine": machine, "rows": [{**asdict(row), "ratio": row.ratio, "kept": row.kept} for row in rows]}
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
