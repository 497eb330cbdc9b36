"""What was measured beside what was asked for: a table for people, a JSON file for machines."""

import json
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table

RESULTS: Final = Path(__file__).parent / "results" / "latest.json"


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
class Figure:
    """One figure against a limit of its own."""

    what: str
    value: float
    limit: float  # at most this
    unit: str
    more: str = ""  # what else was seen

    @property
    def kept(self) -> bool:
        """Whether the limit is kept."""
        return self.value <= self.limit


def show(rows: Sequence[Row], figures: Sequence[Figure]) -> None:
    """Print both tables."""
    beside = Table(title="Beside the leanest floor, or the small ledger: milliseconds, medians of the runs")
    for column in ("what", "p50", "p99", "beside", "times", "limit", ""):
        beside.add_column(column, justify="left" if column in {"what", ""} else "right")
    for row in rows:
        numbers = (f"{row.p50:.2f}", f"{row.p99:.2f}", f"{row.beside:.2f}", f"{row.ratio:.2f}", f"{row.limit:.1f}")
        beside.add_row(row.what, *numbers, _kept(row))
    alone = Table(title="The whole programs, on their twins")
    for column in ("what", "figure", "limit", "unit", "", "seen besides"):
        alone.add_column(column, justify="right" if column in {"figure", "limit"} else "left")
    for figure in figures:
        alone.add_row(figure.what, f"{figure.value:.2f}", f"{figure.limit:g}", figure.unit, _kept(figure), figure.more)
    console = Console()
    console.print(beside)
    console.print(alone)


def write(rows: Sequence[Row], figures: Sequence[Figure], runs: int, sizes: tuple[int, int]) -> None:
    """Keep everything in RESULTS."""
    machine = {"python": platform.python_version(), "system": platform.platform(), "runs": runs, "bookings": sizes}
    document = {
        "machine": machine,
        "rows": [{**asdict(row), "ratio": row.ratio, "kept": row.kept} for row in rows],
        "figures": [{**asdict(figure), "kept": figure.kept} for figure in figures],
    }
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")


def _kept(one: Row | Figure) -> str:
    return "kept" if one.kept else "[red]missed[/red]"
