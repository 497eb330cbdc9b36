"""Measures everything that the limits speak of, prints a table, writes benchmarks/results/latest.json.

python -m benchmarks [--quick]
"""

import argparse
import statistics
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rich.console import Console

from benchmarks import crowd, devices, report
from benchmarks.clinic import COUNTERS, DEVICES, WAITING, Clinic
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
from benchmarks.report import Figure, Row
from tests.broker import RunningBroker

TWICE_THE_FLOOR: Final = 2.0
SAME_AT_ANY_SIZE: Final = 1.2
VOICE_MS: Final = 1000  # the hall shows first and speaks next; nobody asked for a figure


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
        lambda broker: Hall(broker, OurTongue(), COUNTERS[:1]).one_after_the_other(100, at_once),
    ),
    Scenario(
        "1 counter by its own program's session, back to back",
        lambda broker: Hall(broker, FloorTongue(), COUNTERS[:1]).one_after_the_other(100, at_once),
        lambda broker: presses_through_the_session(broker, 100, at_once),
    ),
    Scenario(
        "1 counter, human pace",
        lambda broker: Hall(broker, FloorTongue(), COUNTERS[:1]).one_after_the_other(40, human),
        lambda broker: Hall(broker, OurTongue(), COUNTERS[:1]).one_after_the_other(40, human),
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
            figures = [_crowds(broker, small, 2 if quick else 20)]
        finally:
            broker.kill()
        console.print("the whole programs …")
        figures.extend(_whole_programs(folder, quick=quick))
    report.show(rows, figures)
    report.write(rows, figures, runs, sizes)
    return 0 if all(one.kept for one in (*rows, *figures)) else 1


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


def _crowds(broker: RunningBroker, clinic: Clinic, rounds: int) -> Figure:
    """Two hundred tickets by eight kiosks and eight counters at once, again and again."""
    faults: list[str] = []
    seconds = []
    for _ in range(rounds):
        with running_store(broker, clinic):
            played = crowd.play(broker)
        faults += played.faults(WAITING)
        seconds.append(played.seconds)
    more = "; ".join(faults) or f"{_median(seconds):.1f} s a round"
    return Figure(f"200 tickets, 8 kiosks, 8 counters, {rounds} times", len(faults), 0, "faults", more)


def _whole_programs(folder: Path, *, quick: bool) -> list[Figure]:
    tries = 10 if quick else 40
    with devices.running_house(folder / "house", 1_000) as house:
        ready = {one.id: devices.start_device(house, one) for one in house.site.devices if one.role != "operator"}
        keys = devices.keys_to_first_byte(house, tries)
        frames, voices = devices.button_to_number_and_voice(house, tries)
        weights = devices.weigh(house, ready)
    figures = [
        Figure("last key → first byte at the printer, 95 %", _share(keys, 0.95), 150, "ms", f"p50 {_median(keys):.1f}"),
        Figure("button → number in the frame, 95 %", _share(frames, 0.95), 150, "ms", f"p50 {_median(frames):.1f}"),
        Figure(
            "button → first sound sample, 95 %",
            _share(voices, 0.95),
            VOICE_MS,
            "ms",
            f"p50 {_median(voices):.1f}",
        ),
    ]
    for one in weights:
        figures += [
            Figure(f"{one.device}: start → ready", one.ready_seconds, 2, "s"),
            Figure(f"{one.device}: resident", one.resident_mb, 90, "MB"),
            Figure(f"{one.device}: idle", one.idle_percent, 1, "% of a core"),
        ]
    return figures


def _answers(run: Latencies) -> list[float]:
    return run.answer


def _states(run: Latencies) -> list[float]:
    return run.state


def _share(values: Sequence[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def _median(values: Sequence[float]) -> float:
    return statistics.median(values)


if __name__ == "__main__":
    sys.exit(main())
