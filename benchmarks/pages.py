"""The staff's pages over HTTP, with a year in the ledger (benchmarks/year.py): how long each takes, beside its limit.

python -m benchmarks.pages [--tickets 100000] [--postgresql] [--keep SECONDS]

Every page of the console that has an address of its own is asked for, by a manager and a technician, each some times; those
that read a month are asked for another month each time, so that nothing was kept. Beside the time stands what the console took
of the processor, which other programs on the machine do not lengthen. --keep leaves the console running, for whoever wants to
look.
"""

import argparse
import socket
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Final

import httpx
from rich.console import Console
from rich.table import Table
from starlette.routing import Route

from benchmarks.devices import cpu_seconds
from benchmarks.year import NOW, TICKETS, TODAY, make, moment_ms
from staff_console import accounts
from staff_console.rights import Role
from staff_console.web import ROUTES
from tests.broker import RunningBroker
from tests.store import postgresql

PAGE_SECONDS: Final = 1.0
REPORT_SECONDS: Final = 2.0
TIMES: Final = 5
PASSWORD: Final = "four words easily kept"  # noqa: S105
STARTED_WITHIN_SECONDS: Final = 60.0
NO_PAGE: Final = ("/live", "/sign-in", "/sign-out", "/language", "/cases", "/batches", "/due", "/figures")
"""What is no page, or of an insurance office (office.py): this clinic has none."""
REPORTS: Final = ("/statistics", "/audit")
"""What counts or exports; all else is a page that somebody waits for."""
BY_DATE: Final = (
    *(f"/statistics?period={kind}&on={{date}}" for kind in ("day", "week", "month")),
    "/statistics/tables.xlsx?period=month&on={earlier}",
    "/statistics/tables.csv?period=month&on={earlier}",
)
"""By their dates; no page is asked for a month that another one has just read, but CSV for those of XLSX."""


def main() -> int:
    """0: every page is within its limit."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tickets", type=int, default=TICKETS)
    parser.add_argument("--postgresql", action="store_true")
    parser.add_argument("--keep", type=float, default=0.0)
    asked = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="nobat-pages-") as name,
        _ledger(Path(name), at_a_server=asked.postgresql) as url,
    ):
        begun = time.monotonic()
        make(url, asked.tickets)
        Console().print(f"{asked.tickets} tickets in {time.monotonic() - begun:.0f} s")
        with running_console(Path(name), url) as (address, console):
            kept = _shown({path: _seconds(address, path, console) for path in _paths()})
            if asked.keep:
                Console().print(f"{address}: manager, technician; {PASSWORD}")
                time.sleep(asked.keep)
    return 0 if kept else 1


@contextmanager
def _ledger(folder: Path, *, at_a_server: bool) -> Iterator[str]:
    if not at_a_server:
        yield f"sqlite:///{folder}/ledger.sqlite"
        return
    with postgresql.running_server() as server:
        yield postgresql.fresh_database(server)


def _paths() -> list[str]:
    """Every page without a gap in its address, and those of a date."""
    plain = [one.path for one in ROUTES if isinstance(one, Route) and "GET" in (one.methods or ()) and "{" not in one.path]
    whole = [path for path in plain if not path.startswith(NO_PAGE)]
    return [*(path for path in whole if not path.startswith("/statistics/tables")), "/ticket/120", *BY_DATE]


def _seconds(address: str, path: str, console: int) -> list[tuple[float, float]]:
    """How long the page took, each time, and how long of the processor; `console` is its process."""
    took: list[tuple[float, float]] = []
    with httpx.Client(base_url=address, timeout=60, follow_redirects=True) as browser:
        for role in (Role.MANAGER, Role.TECHNICIAN):
            browser.post("/sign-in", data={"name": role.value, "password": PASSWORD})
            for back in range(TIMES):
                begun, used = time.monotonic(), cpu_seconds(console)
                date, earlier = (TODAY - timedelta(days=30 * (back + more)) for more in (0, TIMES))
                answer = browser.get(path.format(date=date, earlier=earlier))
                if answer.status_code == httpx.codes.OK:
                    took.append((time.monotonic() - begun, cpu_seconds(console) - used))
            if took:
                break
    return took


def _shown(pages: dict[str, list[tuple[float, float]]]) -> bool:
    table = Table(title=f"The staff's pages, seconds, {TIMES} times each")
    for column in ("page", "median", "longest", "limit", "", "of the processor"):
        table.add_column(column, justify="left" if column in {"page", ""} else "right", overflow="fold")
    kept = True
    for path, measured in pages.items():
        took = [seconds for seconds, _ in measured]
        limit = REPORT_SECONDS if path.startswith(REPORTS) else PAGE_SECONDS
        within = bool(took) and max(took) <= limit
        kept &= within
        figures = (f"{median(took):.3f}", f"{max(took):.3f}") if took else ("none", "")
        used = f"{median(seconds for _, seconds in measured):.2f}" if measured else ""
        table.add_row(path, *figures, f"{limit:g}", "kept" if within else "[red]missed[/red]", used)
    Console().print(table)
    return kept


# ------------------------------------------------------------------------------------- the programs


@contextmanager
def running_console(folder: Path, url: str) -> Iterator[tuple[str, int]]:
    """Broker, store and console on the ledger at `url`, at half past ten of its last day; the pages' address, and the process
    that serves them."""
    broker = RunningBroker(folder / "broker")
    broker.start()
    offset = folder / "clock-offset"
    offset.write_bytes(struct.pack("d", moment_ms(TODAY, NOW) / 1000 + 60 - time.time()))
    accounts_file, settings = folder / "staff.json", folder / "console.toml"
    accounts.write(accounts_file, {role.value: accounts.account(role.value, "", role, PASSWORD) for role in Role})
    login, port = broker.login("operator"), _free_port()
    settings.write_text(
        f'schema = 1\nsite = "kosar"\ndevice = "operator"\ndatabase = "{url}"\nproposals_folder = "{folder}"\n'
        f'accounts_file = "{accounts_file}"\nlisten = "127.0.0.1:{port}"\n'
        f'[broker]\nport = {login.port}\npassword_file = "{login.password_file}"\n',
        encoding="utf-8",
    )
    wires = ("--broker-port", str(broker.port), "--password-file", str(broker.login("store").password_file))
    site = ("--site", "kosar", "--database", url, "--clock-offset-file", str(offset))
    with (folder / "programs.log").open("ab") as log:
        started = [
            subprocess.Popen([sys.executable, "-m", *command], stdout=log, stderr=log)
            for command in (("booking_store", *site, *wires), ("staff_console", str(settings)))
        ]
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_for(address, folder / "programs.log")
        yield address, started[-1].pid
    finally:
        for program in reversed(started):
            program.terminate()
            program.wait(10)
        broker.kill()


def _wait_for(address: str, log: Path) -> None:
    """Until the console has heard of the store: its reception page shows the points."""
    until = time.monotonic() + STARTED_WITHIN_SECONDS
    while time.monotonic() < until:
        try:
            with httpx.Client(base_url=address, timeout=10) as browser:
                browser.post("/sign-in", data={"name": Role.MANAGER.value, "password": PASSWORD})
                if "data-point" in browser.get("/").text:
                    return
        except httpx.TransportError:
            time.sleep(0.1)
    raise RuntimeError(log.read_text(encoding="utf-8"))


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


if __name__ == "__main__":
    sys.exit(main())
