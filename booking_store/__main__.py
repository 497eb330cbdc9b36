"""The booking store as a program: its arguments, the one clock of the whole clinic, and the parts put together.

python -m booking_store --site kosar --database sqlite:////var/lib/nobat/ledger.sqlite --password-file store.password
"""

import argparse
import gc
import hashlib
import logging
import mmap
import signal
import struct
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import FrameType

from booking_store.clock import Clock, Now
from booking_store.database import LedgerError, LedgerOutrankedError, telling_where
from booking_store.digests import Digests
from booking_store.disk import KEEP_FREE_MB, Disk
from booking_store.ledger import Ledger
from booking_store.seal import Seal, SealError
from booking_store.serving import FOLLOW, SWEEP, Serving, Stop, last_will
from booking_store.store import Store
from mqtt.contract import LoadSite, Refusal
from mqtt.session import Session
from program import kernel_clock
from program.inbox import Inbox
from program.journal_lines import log_to_journal
from program.settings import Broker

log = logging.getLogger(__name__)

ACCOUNT = "store"
OUTRANKED = 3


def main() -> int:
    """Serve until SIGTERM. 0: asked to end; 1: the ledger cannot be used (any more); 2: the site file cannot; OUTRANKED:
    another machine's store has taken the clinic over, and this one is not to be started again."""
    arguments = argument_parser().parse_args()
    log_to_journal()
    read_wall = _wall_clock(arguments.clock_offset_file)
    try:
        ledger = Ledger.open(arguments.database, int(read_wall() * 1000))
    except LedgerError as problem:
        log.critical("%s", problem)
        return OUTRANKED if isinstance(problem, LedgerOutrankedError) else 1
    clock = Clock(ledger.last_commit_ms)
    disk = Disk(arguments.database, arguments.keep_free_mb)

    last_commit_ms = ledger.last_commit_ms

    def now() -> Now:
        nonlocal last_commit_ms
        if ledger.last_commit_ms < last_commit_ms:
            clock.go_back(ledger.last_commit_ms)
        last_commit_ms = ledger.last_commit_ms
        synchronised = arguments.clock_offset_file is not None or kernel_clock.synchronised()
        read = clock.read(read_wall(), time.monotonic(), synchronised=synchronised)
        return replace(read, disk_full=disk.is_full())

    try:
        digests = Digests()
        digests.beside()
        with telling_where(arguments.database):
            seal = Seal.read_if_any(arguments.identity_key) if arguments.identity_key is not None else None
            store = Store(ledger, arguments.site, digests=digests, seal=seal)
            if arguments.load is not None and not _load(store, arguments.load, now()):
                return 2
            if store.site.office is not None and seal is None:
                log.error("the office's key is not here: tickets are given and called, cases refused (docs/office.md)")
            _serve(store, arguments, now)
    except LedgerOutrankedError as problem:
        log.critical("%s", problem)
        ledger.give_way(problem.epoch)
        return OUTRANKED
    except (LedgerError, SealError) as problem:
        log.critical("%s", problem)
        return 1
    finally:
        ledger.close()
    return 0


def _serve(store: Store, arguments: argparse.Namespace, now: Callable[[], Now]) -> None:
    gc.freeze()  # what was loaded stays: to look through it for garbage, again and again, takes tens of milliseconds
    inbox = Inbox()

    def stop(number: int, _: FrameType | None) -> None:
        inbox.put(Stop(signal.Signals(number).name))

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    will = partial(last_will, store.epoch)
    broker = Broker(arguments.broker_host, arguments.broker_port, arguments.password_file, arguments.ca_file)
    session = Session(broker, site=arguments.site, device=ACCOUNT, inbox=inbox, follow=FOLLOW, sweep=SWEEP, will=will)
    try:
        Serving(store, session, inbox, now).run()
    finally:
        session.stop()


def _load(store: Store, path: Path, now: Now) -> bool:
    """Put the site file in force before anybody is served; what is in force already changes nothing."""
    try:
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as problem:
        log.critical("%s: %s", path, problem.strerror)
        return False
    answer = store.ask(LoadSite(path=str(path.resolve()), sha256=sha256), now)
    if isinstance(answer, Refusal):
        log.critical("%s", answer.detail)
        return False
    return True


def _wall_clock(offset_file: Path | None) -> Callable[[], float]:
    """Seconds since 1970 by the system's clock, plus the seconds that the demo and the tests write in a file (a double
    of 8 bytes, native): so a demo skips the quiet hours, and no other program than this reads a wall clock."""
    if offset_file is None:
        return time.time  # noqa: TID251  this is the one clock
    with offset_file.open("rb") as file:
        offset = mmap.mmap(file.fileno(), 8, prot=mmap.PROT_READ)
    return lambda: time.time() + struct.unpack("d", offset[:8])[0]  # noqa: TID251  this is the one clock


def argument_parser() -> argparse.ArgumentParser:
    """What the store may be told."""
    parser = argparse.ArgumentParser(prog="python -m booking_store", description="The one place of a site that decides.")
    parser.add_argument("--site", required=True, help="the site's id, as its site file says")
    parser.add_argument("--database", required=True, help="sqlite:////path/ledger.sqlite, or postgresql://user@host/name")
    parser.add_argument("--broker-host", default="127.0.0.1", help="the broker's name or address")
    parser.add_argument("--broker-port", type=int, default=1883, help="its port")
    parser.add_argument("--password-file", help="of the broker account 'store'")
    parser.add_argument("--ca-file", help="the broker's CA; given: TLS")
    parser.add_argument("--load", type=Path, metavar="SITE_FILE", help="put this site file in force first")
    parser.add_argument("--identity-key", type=Path, metavar="FILE", help="of an insurance office: seals who people are")
    parser.add_argument("--keep-free-mb", type=float, default=KEEP_FREE_MB, help="less on the ledger's disk: no new tickets")
    parser.add_argument("--clock-offset-file", type=Path, help="8 bytes: seconds to add to the clock (demo and tests)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
