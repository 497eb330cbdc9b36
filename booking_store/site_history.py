"""Every site file that was ever loaded, read beside the running store: which is in force, who put it there and when."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, bindparam, select

from booking_store import tables


@dataclass(frozen=True, slots=True)
class Load:
    """A file put in force. `number` grows with each; `who` is the device and the account behind it ("console:sara")."""

    number: int
    sha256: str
    loaded_at_ms: int
    who: str
    document: str


def newest(connection: Connection, most: int, before: int | None = None) -> tuple[Load, ...]:
    """The last `most` loads, the one in force first; `before`: only those with a smaller number."""
    rows = connection.execute(_NEWEST if before is None else _BEFORE, {"most": most, "before": before})
    return tuple(Load(*row) for row in rows)


def load(connection: Connection, number: int) -> Load | None:
    """The load of that number."""
    row = connection.execute(_ONE, {"number": number}).one_or_none()
    return None if row is None else Load(*row)


_sites = tables.sites
_LOADS: Final = select(*_sites.c["id", "sha256", "loaded_at_ms", "loaded_by", "document"])
_NEWEST: Final = _LOADS.order_by(_sites.c.id.desc()).limit(bindparam("most"))
_BEFORE: Final = _NEWEST.where(_sites.c.id < bindparam("before"))
_ONE: Final = _LOADS.where(_sites.c.id == bindparam("number"))
