"""The store's log lines about a lost ledger: that numbers wait and for whom, which kiosk has settled, that all have."""

import logging
from types import MappingProxyType
from typing import Final

from sqlalchemy import bindparam, func, select

from booking_store import tables
from booking_store.desk.desk import Desk
from booking_store.generations import HISTORY_LOST, RESTORED, Lost, kiosks_of
from booking_store.statements import Prepared

log = logging.getLogger(__name__)

WHY: Final = MappingProxyType({RESTORED: "a copy was put back", HISTORY_LOST: "a kiosk saw what this ledger does not hold"})


class SettlingLog:
    """Tells what has changed since it was last asked to."""

    def __init__(self) -> None:
        self._began_ms: int | None = None
        self._went_on = False
        self._silent: frozenset[str] = frozenset()

    def tell(self, desk: Desk) -> None:
        """One line for each thing that is new."""
        lost = desk.generation.written.lost
        silent = frozenset[str]() if lost is None else desk.generation.waits_for(desk.site)
        for kiosk in sorted((self._silent - silent) & kiosks_of(desk.site)):
            papers = desk.tx.execute(_PAPERS, {"device": kiosk, "since_ms": self._began_ms}).scalar_one()
            log.info("%s has settled its day again; papers of which this ledger did not know: %d", kiosk, papers)
        if lost is not None:
            self._tell_lost(lost, silent, desk.now_ms)
        elif self._began_ms is not None:
            log.info("every kiosk has settled its day again: numbers are given as usual")
            self._began_ms = None
        self._silent, self._went_on = silent, lost is not None and lost.went_on

    def _tell_lost(self, lost: Lost, silent: frozenset[str], now_ms: int) -> None:
        names = ", ".join(sorted(silent))
        if lost.went_on and not self._went_on:
            log.warning("numbers are given by an operator's word; not settled yet: %s", names)
        elif not lost.went_on and (self._began_ms is None or self._went_on or silent - self._silent):
            log.warning(
                "%s: no number is given before every kiosk has settled its day again; waits for %s", WHY[lost.why], names
            )
        if self._began_ms is None:
            self._began_ms = now_ms


_requests = tables.ticket_requests
_PAPERS = Prepared(
    select(func.count())
    .select_from(_requests)
    .where(_requests.c.device == bindparam("device"), _requests.c.settled_at_ms >= bindparam("since_ms"))
)
