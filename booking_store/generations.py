"""What the store knows of its ledger's generation: whether one is lost, which kiosks are up, have told, and have settled.

What must outlive the store stands in the ledger and is read once; which kiosks are up and what they told is of this run.
rules/generations.py says what follows from it, desk/generations.py writes it down.
"""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, func, select, update

from booking_store import database, tables
from booking_store.statements import Prepared, Statements
from mqtt.contract import DeviceState
from rules.generations import Mode, missing
from rules.site import Site

RESTORED: Final = "restored"
"""Why the kiosks settle again: somebody put a copy back."""
HISTORY_LOST: Final = "history_lost"
"""A kiosk saw what this ledger does not hold."""


@dataclass(frozen=True, slots=True)
class Lost:
    """A ledger is lost. It may have given numbers between the two times; `until_ms` None: until a start whose clock could not
    tell."""

    why: str
    from_ms: int
    until_ms: int | None
    went_on: bool  # an operator said «go»


@dataclass(frozen=True, slots=True)
class Written:
    """What the ledger says of itself."""

    lost: Lost | None
    settled: frozenset[str] = frozenset()  # the kiosks that have settled their day again, in this epoch
    settled_once: frozenset[str] = frozenset()  # in this or an earlier epoch since
    fresh: frozenset[str] = frozenset()  # whose card knows nothing of before: nobody tells what they printed


class Generation:
    """One store keeps it, and makes it forget what it read whenever that is written or rolled back."""

    def __init__(self, tx: Statements, epoch: str) -> None:
        self._tx = tx
        self._epoch = epoch
        self._written: Written | None = None
        self._up: dict[str, DeviceState] = {}
        self._told: set[str] = set()
        self._asking = True

    def forget(self) -> None:
        """Read what is written when next asked."""
        self._written = None

    @property
    def is_read(self) -> bool:
        """Whether what follows can be asked without a transaction."""
        return self._written is not None

    @property
    def written(self) -> Written:
        """What stands in the ledger now."""
        return self._written or self.read()

    def read(self) -> Written:
        """Read it, in whatever transaction is open."""
        row = self._tx.execute(_LEDGER).one()
        if row.settling_why is None:
            self._written = Written(lost=None)
        else:
            lost = Lost(row.settling_why, row.lost_from_ms, row.lost_until_ms, row.went_on_ms is not None)
            kiosks = self._tx.execute(_KIOSKS).all()
            self._written = Written(
                lost,
                settled=frozenset(kiosk.device for kiosk in kiosks if kiosk.epoch == self._epoch),
                settled_once=frozenset(kiosk.device for kiosk in kiosks if kiosk.epoch),
                fresh=frozenset(kiosk.device for kiosk in kiosks if kiosk.fresh),
            )
        return self._written

    # ------------------------------------------------------------------------------------------ of this run

    def hear(self, device: str, state: DeviceState) -> None:
        """A device tells how it is, or the broker says that it is gone; of another connection than its newest that is old."""
        before = self._up.get(device)
        if state.up:
            self._up[device] = state
        elif before is not None and before.connection == state.connection:
            del self._up[device]

    def told(self, device: str) -> None:
        """What this kiosk saw was held against the ledger."""
        if self._asking:
            self._told.add(device)

    def asked_long_enough(self) -> None:
        """Whoever is up and silent is not waited for any more."""
        self._asking = False

    def unsettled(self, site: Site) -> dict[str, int]:
        """How many papers each kiosk has of which it was not told that the store knows."""
        kiosks = kiosks_of(site)
        return {device: state.health.unsettled for device, state in self._up.items() if device in kiosks}

    # ----------------------------------------------------------------------------------------- what follows

    def mode(self, site: Site) -> Mode:
        """How far the store is with what was before its start."""
        lost, asking = self.written.lost, self._asking and bool(self._silent(site))
        if lost is None:
            return Mode.ASKING if asking else Mode.OPEN
        if not lost.went_on:
            return Mode.SETTLING
        return Mode.ASKING_GONE if asking else Mode.GONE

    def waits_for(self, site: Site) -> frozenset[str]:
        """The kiosks that have not told, or settled. After a lost ledger every kiosk of the site counts, and one with a new
        card stays missing until somebody says «go»; else those that are up."""
        written, kiosks = self.written, kiosks_of(site)
        if written.lost is None:
            return self._silent(site)
        return missing(kiosks, written.settled if written.lost.went_on else written.settled - written.fresh)

    def _silent(self, site: Site) -> frozenset[str]:
        """The kiosks that are up and have not told what they saw."""
        return missing(kiosks_of(site) & self._up.keys(), self._told)


def kiosks_of(site: Site) -> frozenset[str]:
    """The kiosks of a site, by their device."""
    return frozenset(device.id for device in site.devices if device.role == "kiosk")


def mark_restored(url: str) -> None:
    """Say in the ledger at `url`, a copy that was just put back, that it is one: the store that starts with it has every kiosk
    settle its day again before it gives a number. Raises as `database.open_for_writing`."""
    with database.one_transaction(url) as connection:
        mark(connection)


def mark(connection: Connection) -> None:
    """The same, in the transaction that is open."""
    earliest = func.coalesce(tables.ledger.c.lost_from_ms, tables.ledger.c.last_commit_ms)
    marked = {"settling_why": RESTORED, "lost_from_ms": earliest, "lost_until_ms": None, "went_on_ms": None}
    connection.execute(update(tables.ledger).values(**marked))
    connection.execute(tables.settled_kiosks.delete())


_LEDGER = Prepared(select(tables.ledger))
_KIOSKS = Prepared(select(tables.settled_kiosks))
