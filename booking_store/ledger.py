"""The ledger: the store's database in clinic words. One writer, one durable transaction at a time, nothing asked twice.

A lock keeps a second store out; a generation, raised at each start and checked in each transaction, ends a writer
whose lock was lost without its knowledge. Every start begins a new epoch, every commit has the next sequence number,
and time never runs back from one commit to the next (law 10).
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Final, Self

import msgspec
from sqlalchemy import Connection, Row, bindparam, delete, insert, select, update
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from booking_store import database, tables
from booking_store.database import LedgerError
from booking_store.ledger_lock import SUPERSEDED
from booking_store.statements import Prepared, Statements
from mqtt.contract import NOT_REMEMBERED, Answer, Refusal, Seen
from rules import generations

REMEMBER_MS: Final = 7 * 24 * 3600 * 1000
"""How long a request's answer is kept, and a ticket request after it."""


class SupersededError(LedgerError):
    """A newer store has taken the ledger over; this one must end."""


class CommitFailedError(LedgerError):
    """Nothing of this transaction happened: no answer of it may leave."""


@dataclass(slots=True)
class Transaction:
    """One open transaction. Its commit will have number `sequence`; `now_ms` is its time, never before the last commit's."""

    statements: Statements
    sequence: int
    now_ms: int
    back_to_ms: int | None = None  # from this commit on, time goes on from here: `now_ms` came from a clock that was wrong


class Ledger:
    """The opened ledger. `sequence` and `last_commit_ms` are those of the last commit."""

    def __init__(self, opened: database.Opened, now_ms: int) -> None:
        """Begin a new generation and epoch on what `database.open_for_writing` gave."""
        self._opened = opened
        self.statements = Statements(opened.connection)
        # Nobody writes between two reads, so that SQLite's need no transaction; psycopg begins one by itself.
        self._reads_without_transaction = opened.connection.dialect.name == "sqlite"
        with opened.connection.begin():
            self.epoch, self._generation, self.sequence, self.last_commit_ms = _begin_epoch(self.statements, now_ms)

    @classmethod
    def open(cls, url: str, now_ms: int) -> Self:
        """Open or create the ledger at `url`. Raises as `database.open_for_writing`."""
        opened = database.open_for_writing(url)
        try:
            with database.telling_where(url):
                return cls(opened, now_ms)
        except BaseException:
            database.close(opened)
            raise

    def close(self) -> None:
        """Let the ledger go; a store that starts next finds it whole, as after a power cut."""
        database.close(self._opened)

    def give_way(self, epoch: str) -> None:
        """Note beside the ledger that the store of `epoch` has taken the clinic over: no store starts on it again."""
        self._opened.note(f"{SUPERSEDED}{epoch}")

    @property
    def connection(self) -> Connection:
        """The writer's connection, for reading between transactions."""
        return self._opened.connection

    @contextmanager
    def reading(self) -> Iterator[Statements]:
        """A look at the last commit. Nothing is kept of it, so that it works on a full disk too."""
        connection = self._opened.connection
        try:
            if not self._reads_without_transaction:
                connection.begin()
            yield self.statements
        finally:
            if connection.in_transaction():
                connection.rollback()

    @contextmanager
    def transaction(self, now_ms: int) -> Iterator[Transaction]:
        """All that happens inside becomes durable at the end, or, after an exception, never was.

        Raises CommitFailedError when the commit fails, SupersededError when another store has begun a generation.
        """
        connection = self._opened.connection
        now_ms = max(now_ms, self.last_commit_ms)
        open_transaction = connection.begin()
        try:
            sequence = self._next_sequence(now_ms)
            transaction = Transaction(self.statements, sequence, now_ms)
            yield transaction
            if transaction.back_to_ms is not None:
                now_ms = transaction.back_to_ms
                connection.execute(update(tables.ledger).values(last_commit_ms=now_ms))
        except BaseException:
            open_transaction.rollback()
            raise
        try:
            open_transaction.commit()
        except SQLAlchemyError as problem:
            open_transaction.rollback()
            _roll_back_in_the_database(connection)
            raise CommitFailedError(f"the commit failed and nothing of it happened: {problem}") from problem
        self.sequence, self.last_commit_ms = sequence, now_ms

    def scrub(self) -> None:
        """Leave nothing of what was erased beside the database either."""
        database.empty_write_ahead_log(self._opened.connection)

    def _next_sequence(self, now_ms: int) -> int:
        values = {"mine": self._generation, "now": now_ms}
        sequence = self.statements.execute(_NEXT_SEQUENCE, values).scalar_one_or_none()
        if sequence is None:
            raise SupersededError("another booking store has begun to write this ledger; this one ends")
        return int(sequence)

    def read_anew(self) -> None:
        """After a commit that failed: what does the database hold? Raises LedgerError when it is gone."""
        try:
            with self.reading() as statements:
                row = statements.execute(_LEDGER).one()
        except SQLAlchemyError as problem:
            raise LedgerError(f"the ledger cannot be read any more: {problem}") from problem
        self.sequence, self.last_commit_ms = row.sequence, row.last_commit_ms

    def knows(self, seen: Seen) -> bool:
        """Whether this ledger's history holds what a device has seen; if not, history was lost (PROTOCOL rule 14)."""
        last: int | None = self.sequence
        if seen.epoch != self.epoch:
            with self.reading() as statements:
                last = statements.execute(_LAST_OF_EPOCH, {"epoch": seen.epoch}).scalar_one_or_none()
        return generations.knows(last, seen.sequence)


def cause(fault: Exception) -> str:
    """What the database itself said of a failure, in one line and without the statement."""
    said = fault.__cause__ if isinstance(fault, CommitFailedError) else fault
    said = said.orig if isinstance(said, DBAPIError) else said
    first_line, *_ = str(said).splitlines() or [""]
    return f"{type(said).__name__}: {first_line}"


def _roll_back_in_the_database(connection: Connection) -> None:
    """After a COMMIT that failed (a full disk) SQLite's transaction is still open, though SQLAlchemy holds it for ended.
    A connection that is dead shows itself at the next reading."""
    with suppress(Exception):
        connection.connection.rollback()


def _begin_epoch(tx: Statements, now_ms: int) -> tuple[str, int, int, int]:
    """The new epoch, its generation, the last sequence and the time of the last commit."""
    row = tx.execute(_LEDGER).one_or_none()
    if row is None:
        tx.execute(_FIRST, {"id": 1, "generation": 1, "sequence": 0, "last_commit_ms": 0})
    generation = 1 if row is None else row.generation + 1
    sequence, last_commit_ms = (0, 0) if row is None else (row.sequence, row.last_commit_ms)
    _begin_after_restore(tx, row, now_ms)
    epoch = f"{generation}-{secrets.token_hex(4)}"
    tx.execute(_END_EPOCH, {"last_sequence": sequence, "last_commit_ms": last_commit_ms})
    tx.execute(_BEGIN_EPOCH, {"epoch": epoch, "started_at_ms": now_ms, "first_sequence": sequence})
    tx.execute(_CHANGE, {"generation": generation})
    tx.execute(_ALL_STALE)
    return epoch, generation, sequence, last_commit_ms


def _begin_after_restore(tx: Statements, row: Row[Any] | None, now_ms: int) -> None:
    """From now on the lost ledger gives no numbers. A clock that stands before the copy's last commit cannot tell when."""
    if row is not None and row.settling_why is not None and row.lost_until_ms is None and now_ms >= row.lost_from_ms:
        tx.execute(_CHANGE, {"lost_until_ms": now_ms})


# --------------------------------------------------------------------------------- remembered requests


def remembered(tx: Transaction, device: str, request: str) -> Answer | None:
    """What this device's request was answered, if it was (law 2)."""
    answer = tx.statements.execute(_REMEMBERED, {"device": device, "request": request}).scalar_one_or_none()
    return None if answer is None else msgspec.json.decode(answer, type=Answer)


def remember(tx: Transaction, device: str, request: str, answer: Answer) -> None:
    """Keep the answer in the transaction of its effect, unless asking again may bring another (PROTOCOL rule 11)."""
    refused = answer.reason if isinstance(answer, Refusal) else None
    if refused in NOT_REMEMBERED:
        return
    row = {"device": device, "request": request, "answered_at_ms": tx.now_ms, "refused": refused}
    tx.statements.execute(_REMEMBER, row | {"answer": msgspec.json.encode(answer).decode()})


def forget_old_requests(tx: Transaction) -> None:
    """Forget what was answered, and tickets' requests that were asked, more than a week ago."""
    before = {"before": tx.now_ms - REMEMBER_MS}
    tx.statements.execute(_FORGET_ANSWERS, before)
    tx.statements.execute(_FORGET_TICKET_REQUESTS, before)


_LEDGER = Prepared(select(tables.ledger))
_FIRST = Prepared(insert(tables.ledger))
_CHANGE = Prepared(update(tables.ledger))
_BEGIN_EPOCH = Prepared(insert(tables.epochs))
_END_EPOCH = Prepared(update(tables.epochs).where(tables.epochs.c.last_sequence.is_(None)))
_ALL_STALE = Prepared(update(tables.points).values(revision=tables.points.c.revision + 1))
_NEXT_SEQUENCE = Prepared(
    update(tables.ledger)
    .where(tables.ledger.c.generation == bindparam("mine"))
    .values(sequence=tables.ledger.c.sequence + 1, last_commit_ms=bindparam("now"))
    .returning(tables.ledger.c.sequence)
)
_LAST_OF_EPOCH = Prepared(select(tables.epochs.c.last_sequence).where(tables.epochs.c.epoch == bindparam("epoch")))
_REMEMBERED = Prepared(
    select(tables.requests.c.answer).where(
        tables.requests.c.device == bindparam("device"), tables.requests.c.request == bindparam("request")
    )
)
_REMEMBER = Prepared(insert(tables.requests))
_FORGET_ANSWERS = Prepared(delete(tables.requests).where(tables.requests.c.answered_at_ms < bindparam("before")))
_FORGET_TICKET_REQUESTS = Prepared(
    delete(tables.ticket_requests).where(tables.ticket_requests.c.asked_at_ms < bindparam("before"))
)
