"""An officer's seat at the desk: the site's office and the seal, or why there is none; and how a request is refused."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import Row, bindparam, insert, select

from booking_store import tables
from booking_store.desk.desk import Asked, Desk
from booking_store.seal import Seal
from booking_store.statements import Statements
from mqtt.office_contract import OfficeRefusal, Why
from rules.office import Office
from rules.referral import State


@dataclass(frozen=True, slots=True)
class Seat:
    """One request of an officer: the desk, who asks, the office of the site file, the ledger's own seal."""

    desk: Desk
    asked: Asked
    office: Office
    seal: Seal

    @property
    def who(self) -> str:
        """The account behind the request: a case's steps name it, and whose own case it is is asked by it."""
        return self.asked.by or self.asked.device

    @property
    def today(self) -> date:
        return self.desk.service_date


def take_seat(desk: Desk, asked: Asked) -> Seat | OfficeRefusal:
    """The seat, or why nobody can sit here. The first to sit leaves the seal's name in the ledger."""
    if desk.site.office is None:
        return refused(Why.NO_OFFICE, detail="the site file has no [office]")
    if desk.seal is None:
        return refused(Why.NO_KEY, detail="the store was started without --identity-key")
    if not fits(desk.tx, desk.seal):
        return refused(Why.NO_KEY, detail="this ledger was sealed with another key")
    if desk.tx.execute(_SEAL).scalar() is None:
        desk.tx.execute(insert(tables.seals), {"id": 1, "name": desk.seal.name})
    return Seat(desk, asked, desk.site.office, desk.seal)


def fits(tx: Statements, seal: Seal) -> bool:
    """Whether the ledger was sealed with this key, or with none yet."""
    return tx.execute(_SEAL).scalar() in (None, seal.name)


def refused(*why: Why, detail: str = "", case: Row[Any] | None = None, **more: Any) -> OfficeRefusal:
    """Why not; with the case as it stands, where there is one to look at instead."""
    if case is not None:
        more |= {"case": case.id, "household": case.household, "state": State(case.state), "revision": case.revision}
    return OfficeRefusal(why=why, detail=detail, **more)


def iso_date(written: str | None) -> date | None:
    """An ISO date; None where none was written. Raises ValueError."""
    return date.fromisoformat(written) if written else None


def case_by_id(desk: Desk, case: int) -> Row[Any] | None:
    """A case's row."""
    return desk.tx.execute(_CASE, {"case": case}).one_or_none()


_SEAL: Final = select(tables.seals.c.name)
_CASE: Final = select(tables.cases).where(tables.cases.c.id == bindparam("case"))
