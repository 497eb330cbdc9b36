"""Two stores are never believed at once: which of two gives way, and how it learns that the other lives.

A copy that is put back (`nobat restore`, or `nobat promote` on the standby machine) outranks all that the lost ledger ever was:
its generation leaps, and every epoch begins with its generation. Two machines may then have a store each: the old one comes
back from a repair, or was only cut off. What keeps the old one from being believed:

- The broker knows one account `store`, and one connection of it. Who connects turns the other out, and finds what the other
  said last: its beat, or its last will, which name its epoch and its connection.
- Whoever finds a higher epoch there than its own says nothing at all, and waits. A store that lives comes back within three
  seconds and turns it out in its turn. Back again, it finds the same epoch in a new connection, and knows: it notes beside its
  ledger that it was superseded, and ends, now and at each later start, until a newer copy is put there.
- Where nobody came back, the other is dead, and a clinic is better served by an older ledger than by none: it begins to speak,
  and the kiosks, which saw more than it holds, have it wait until all have settled (PROTOCOL rules 14 and 15).
"""

from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy import Connection, update

from booking_store import database, tables
from mqtt.contract import StoreBeat

LEAP: Final = 1_000_000
"""More than all starts of a store between a copy and the loss of what it was made of: one every two seconds for three weeks."""
SILENT_SECONDS: Final = 6.0
"""Twice the longest that a living store stays away from the broker that turned it out."""


def outrank(url: str) -> None:
    """Let the ledger at `url`, a copy that was just put back, outrank every run of the one that it was made of. Raises as
    `database.open_for_writing`."""
    with database.one_transaction(url) as connection:
        leap(connection)


def leap(connection: Connection) -> None:
    """The same, in the transaction that is open."""
    connection.execute(update(tables.ledger).values(generation=tables.ledger.c.generation + LEAP))


def rank(epoch: str) -> tuple[int, str]:
    """Of two epochs the greater gives numbers. An epoch begins with its generation ("1000007-3fa9c1d2"); where one copy was put
    back on two machines, the rest of it decides."""
    generation, _, _ = epoch.partition("-")
    return (int(generation) if generation.isascii() and generation.isdecimal() else 0, epoch)


@dataclass(frozen=True, slots=True)
class Fence:
    """What the store of `epoch` knows of others at its broker. Pure; times are monotonic seconds."""

    epoch: str
    higher: str = ""  # an epoch that outranks ours, once one was found
    its_connection: str = ""  # in which it was found
    lives: bool = False  # it was found in another one later: its store is there
    speaks_from: float | None = None  # not before this; None: not until what is retained was read

    def connected(self) -> "Fence":
        """A connection stands; what the broker retains has yet to come."""
        return replace(self, speaks_from=None)

    def heard(self, beat: StoreBeat, now: float) -> "Fence":
        """What was said on `store`: before us, or by somebody who is here beside us."""
        if rank(beat.epoch) <= rank(self.epoch):
            return self
        lives = self.higher != "" and beat.connection != self.its_connection
        return Fence(self.epoch, beat.epoch, beat.connection, lives, now + SILENT_SECONDS)

    def read_all(self, now: float) -> "Fence":
        """All that the broker retained has been heard."""
        return self if self.speaks_from is not None else replace(self, speaks_from=now)

    def may_speak(self, now: float) -> bool:
        """Whether anything may be published."""
        return not self.lives and self.speaks_from is not None and now >= self.speaks_from
