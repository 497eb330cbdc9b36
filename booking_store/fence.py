"""Two stores are never believed at once: which of two gives way, and how it learns that the other lives.

A copy that is put back (`nobat restore`, or `nobat promote` on the standby machine) outranks all that the lost ledger ever was:
its generation leaps, and every epoch begins with its generation. Two machines may then have a store each: the old one comes
back from a repair, or was only cut off. What keeps the old one from being believed:

- The broker knows one account `store`, and one connection of it. Who connects turns the other out, and finds what the other
  said last: its beat, or its last will, which names its epoch.
- Whoever finds a higher epoch there than its own says nothing at all, and waits. A store that lives comes back within three
  seconds and turns it out in its turn. Turned out so, it knows: it notes beside its ledger that it was superseded, and ends,
  now and at each later start, until a newer copy is put there.
- Where nobody came back, the other is dead, and a clinic is better served by an older ledger than by none: it begins to speak,
  and the kiosks, which saw more than it holds, have it wait until all have settled (PROTOCOL rules 14 and 15).
"""

from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy import update

from booking_store import database, tables
from mqtt.contract import StoreBeat

LEAP: Final = 1_000_000
"""More than all starts of a store between a copy and the loss of what it was made of: one every two seconds for three weeks."""
SILENT_SECONDS: Final = 6.0
"""Twice the longest that a living store stays away from the broker that turned it out."""


def outrank(url: str) -> None:
    """Let the ledger at `url`, a copy that was just put back, outrank every run of the one that it was made of. Raises as
    `database.open_for_writing`."""
    opened = database.open_for_writing(url)
    try:
        with database.telling_where(url), opened.connection.begin():
            opened.connection.execute(update(tables.ledger).values(generation=tables.ledger.c.generation + LEAP))
    finally:
        database.close(opened)


def rank(epoch: str) -> tuple[int, str]:
    """Of two epochs the greater gives numbers. An epoch begins with its generation ("1000007-3fa9c1d2"); where one copy was put
    back on two machines, the rest of it decides."""
    generation, _, _ = epoch.partition("-")
    return (int(generation) if generation.isascii() and generation.isdecimal() else 0, epoch)


@dataclass(frozen=True, slots=True)
class Fence:
    """What the store of `epoch` knows of others at its broker. Pure; times are monotonic seconds."""

    epoch: str
    higher: str = ""  # the epoch that outranks ours, as this connection found it
    speaks_from: float | None = None  # with a higher one: not before this; without: never, until what is retained was read

    def connected(self) -> "Fence":
        """A connection stands; what the broker retains has yet to come."""
        return Fence(self.epoch)

    def heard(self, beat: StoreBeat, now: float) -> "Fence":
        """What was said on `store`: before us, or by somebody who is here beside us."""
        if rank(beat.epoch) <= rank(self.epoch):
            return self
        return replace(self, higher=beat.epoch, speaks_from=now + SILENT_SECONDS)

    def read_all(self, now: float) -> "Fence":
        """All that the broker retained has been heard."""
        return self if self.higher else replace(self, speaks_from=now)

    def may_speak(self, now: float) -> bool:
        """Whether anything may be published."""
        return self.speaks_from is not None and now >= self.speaks_from

    def gives_way_to(self, now: float) -> str:
        """The epoch before which this store ends, having been turned out while it waited; empty: none."""
        return "" if self.may_speak(now) else self.higher
