"""A hundred thousand tickets in one run: no program grows, no file or thread stays behind, the ledger is as large as predicted.

`make soak` plays them (NOBAT_TICKETS=100000); the ordinary suite plays a morning, so that the long run is known to run.
"""

import json
import os
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.report import RESULTS, Figure, show
from tests.endurance.house import House, quiet_house, start_broker
from tests.endurance.long_days import MOST_A_DAY, SITE, LongDays
from tests.endurance.process import Held, held_by

TICKETS = int(os.environ.get("NOBAT_TICKETS", "60"))
LONG = TICKETS >= 6_000
WARM_AFTER = max(2_000, TICKETS // 20)
"""Tickets after which every cache of a program holds what it will ever hold."""
GROWTH_MB = 5.0
KEPT_BYTES = 1_650
"""What stays of a ticket: its row, its stops, its calls, its trail, with their indexes."""
REMEMBERED_BYTES = 1_650
"""What was answered to its four requests, which is forgotten after a week."""
DAYS_REMEMBERED = 8
AWAY_FROM_PREDICTION = 0.25
PLAYED_WITH = ("booking_store", "mosquitto", "kiosk-1", "counter-1", "waiting-room-1")
COMES_AND_GOES = 2
LOOKS = 6
"""At each program after a day. A picture weighs 8 MB while it is drawn: the least of some looks is what stays."""
BETWEEN_LOOKS_SECONDS = 0.5


@dataclass(frozen=True)
class Look:
    """What all programs hold after so many tickets."""

    tickets: int
    ledger_bytes: int
    held: dict[str, Held]


def looked(house: House, days: LongDays) -> Look:
    """Rest a little, where the run is long, and look at what every program holds then."""
    processes = house.processes()
    looks: dict[str, list[Held]] = {name: [] for name in PLAYED_WITH}
    for _ in range(LOOKS if LONG else 1):
        days.rest(BETWEEN_LOOKS_SECONDS if LONG else 0.0)
        for name, held in looks.items():
            held.append(held_by(processes[name]))
    ledger = house.folder / "ledger.sqlite"
    size = sum(one.stat().st_size for one in (ledger, ledger.with_name("ledger.sqlite-wal")) if one.exists())
    return Look(days.tally.left, size, {name: min(held, key=lambda one: one.memory_kb) for name, held in looks.items()})


def test_no_program_grows_however_many_tickets_it_sees(tmp_path: Path) -> None:
    house = quiet_house(tmp_path, SITE)
    looks: list[Look] = []
    try:
        start_broker(house)
        house.start_store()
        for device in house.site.devices:
            if device.id in PLAYED_WITH:
                house.start_device(device)
        days = LongDays(house)
        began = time.monotonic()
        day = 0
        while days.tally.left < TICKETS:
            day += 1
            days.play(day, min(MOST_A_DAY, TICKETS - days.tally.left))
            looks.append(looked(house, days))
            if LONG:
                print(f"{looks[-1].tickets} tickets, {time.monotonic() - began:.0f} s: {memory_of(looks[-1])}", flush=True)
        seconds = time.monotonic() - began
        assert house.died() == []
        days.close()
    finally:
        house.stop()
    assert (days.tally.given, days.tally.settled, days.tally.left) == (TICKETS, TICKETS, TICKETS)
    for name in PLAYED_WITH:
        log = (house.folder / f"{name}.log").read_text(encoding="utf-8")
        assert "Traceback" not in log, log
    if LONG:
        figures = figures_of(looks)
        show([], figures)
        write(looks, figures, seconds)
        assert all(figure.kept for figure in figures)


def memory_of(look: Look) -> str:
    return ", ".join(f"{name} {held.memory_kb / 1024:.1f} MB" for name, held in look.held.items())


def figures_of(looks: list[Look]) -> list[Figure]:
    """What grew between the warm house and the end, beside its limit."""
    warm = next(look for look in looks if look.tickets >= WARM_AFTER)
    end = looks[-1]
    figures = []
    for name in PLAYED_WITH:
        before, after = warm.held[name], end.held[name]
        grown = (after.memory_kb - before.memory_kb) / 1024
        figures.append(Figure(f"{name}: resident, after {warm.tickets} tickets and {end.tickets}", grown, GROWTH_MB, "MB more"))
        files, threads = after.files - before.files, after.threads - before.threads
        figures.append(Figure(f"{name}: open files", files, COMES_AND_GOES, "more", f"{after.files}"))
        figures.append(Figure(f"{name}: threads", threads, 0, "more", f"{after.threads}"))
    predicted = end.tickets * KEPT_BYTES + min(end.tickets, DAYS_REMEMBERED * MOST_A_DAY) * REMEMBERED_BYTES
    away = abs(end.ledger_bytes / predicted - 1)
    each = f"{end.ledger_bytes / end.tickets:.0f} bytes a ticket"
    more = f"{end.ledger_bytes / 1e6:.1f} MB, {each}; predicted {predicted / 1e6:.1f} MB"
    figures.append(Figure("ledger: away from its prediction", 100 * away, 100 * AWAY_FROM_PREDICTION, "%", more))
    return figures


def write(looks: list[Look], figures: list[Figure], seconds: float) -> None:
    """Keep everything beside the benchmarks' results."""
    document = {
        "tickets": TICKETS,
        "seconds": round(seconds),
        "figures": [{**asdict(figure), "kept": figure.kept} for figure in figures],
        "looks": [asdict(look) for look in looks],
    }
    path = RESULTS.with_name("endurance.json")
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
