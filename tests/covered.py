"""How many branches of what decides the tests take, room by room, beside the limit: `make coverage` runs it after the tests.

The limit is on the branches alone, since lines in which nothing is decided would hide a decision that no test asks for.
Programs that tests start as processes of their own are not measured, so that this names what decides: `__main__`, wires,
pictures and printers are held by the tests of whole programs.
"""

import io
import json
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from coverage import Coverage
from rich.console import Console
from rich.table import Table

LIMIT_PERCENT: Final = 95.0
ROOMS: Final[Mapping[str, tuple[str, ...]]] = {
    "rules": ("rules/*",),
    "booking_store/desk": ("booking_store/desk/*.py",),
    "the office's desk": ("booking_store/desk/office/*.py",),
    "the ledger": ("booking_store/ledger.py", "booking_store/database.py", "booking_store/statements.py"),
    "the kiosk's decisions": (
        *("kiosk_device/kiosk.py", "kiosk_device/state.py", "kiosk_device/alone.py", "kiosk_device/settling.py"),
        *("kiosk_device/telling.py", "kiosk_device/generations.py", "kiosk_device/journal.py", "kiosk_device/visit/*"),
    ),
    "the displays' decisions": (
        *("display_device/known.py", "display_device/waiting_room.py", "display_device/voice/*"),
        *("display_device/counter/counter.py", "display_device/counter/counter_view.py", "display_device/counter/button.py"),
        *("display_device/counter/point_desk.py", "display_device/counter/wishes.py", "display_device/counter/pad.py"),
    ),
    "the telephone's menu": ("phone_line/menu/*",),
}


def main() -> int:
    """Print the table and the worst files. 1: some room's branches are below the limit."""
    coverage = Coverage()
    coverage.load()
    table = Table(title="Branches that the tests go through, in percent")
    for column in ("room", "lines and branches", "branches alone", "limit", "least of its files"):
        table.add_column(column, justify="left" if column in {"room", "least of its files"} else "right")
    below = 0
    for room, files in ROOMS.items():
        report = _report(coverage, files)
        total = report["totals"]
        branches = _branches_percent(total)
        least = sorted((_branches_percent(one["summary"]), name) for name, one in report["files"].items())[:3]
        below += branches < LIMIT_PERCENT
        worst = ", ".join(f"{Path(name).name} {of_it:.0f}" for of_it, name in least if of_it < LIMIT_PERCENT)
        table.add_row(room, f"{total['percent_covered']:.1f}", f"{branches:.1f}", f"{LIMIT_PERCENT:.0f}", worst)
    Console().print(table)
    return 1 if below else 0


def _branches_percent(summary: Mapping[str, Any]) -> float:
    """Of a room or a file; 100 where there is nothing to choose."""
    return 100 * summary["covered_branches"] / summary["num_branches"] if summary["num_branches"] else 100.0


def _report(coverage: Coverage, files: tuple[str, ...]) -> dict[str, Any]:
    with tempfile.NamedTemporaryFile(suffix=".json") as kept:
        said, sys.stdout = sys.stdout, io.StringIO()  # it says that it wrote the file
        try:
            coverage.json_report(include=[str(Path(file).resolve()) for file in files], outfile=kept.name)
        finally:
            sys.stdout = said
        report: dict[str, Any] = json.loads(Path(kept.name).read_text(encoding="utf-8"))
        return report


if __name__ == "__main__":
    sys.exit(main())
