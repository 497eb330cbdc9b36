"""Statements that every request runs: written with SQLAlchemy, compiled once, run on the driver's own cursor.

SQLAlchemy's way through a connection and back through its results costs ten times what SQLite needs for the statement
itself, and a press runs twenty. Whatever is run rarely goes the usual way, on the same connection and in the same
transaction.
"""

from collections import namedtuple
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, Final, overload

from sqlalchemy import BindParameter, Connection, Executable, Insert, Result, Row, Select
from sqlalchemy.exc import DBAPIError, MultipleResultsFound, NoResultFound, SQLAlchemyError
from sqlalchemy.sql.visitors import cloned_traverse

Process = Callable[[Any], Any]


class TransactionLostError(SQLAlchemyError):
    """Nothing of the transaction is left (a full disk, a broken connection), and nothing may follow in it."""


class Prepared:
    """A select, insert, update or delete that is kept: a module's constant, its parameters named by `bindparam` or by the
    columns that it writes."""

    def __init__(self, statement: Any) -> None:
        returns = isinstance(statement, Select) or bool(statement.returning_column_descriptions)
        self.statement: Any = statement.inline() if isinstance(statement, Insert) and not returns else statement
        self.columns: Final[Sequence[Any]] = tuple(self.statement.exported_columns) if returns else ()


class Rows(tuple[Row[Any], ...]):
    """What a prepared statement returned: rows whose columns are attributes, as SQLAlchemy's are, and the same words to ask
    for them."""

    __slots__ = ()

    def all(self) -> Sequence[Row[Any]]:
        """Every row."""
        return self

    def first(self) -> Row[Any] | None:
        """The first row, if there is one."""
        return self[0] if self else None

    def one_or_none(self) -> Row[Any] | None:
        """The only row, if there is one. Raises MultipleResultsFound."""
        if len(self) > 1:
            raise MultipleResultsFound(f"{len(self)} rows, and one was expected")
        return self.first()

    def one(self) -> Row[Any]:
        """The only row. Raises NoResultFound, MultipleResultsFound."""
        row = self.one_or_none()
        if row is None:
            raise NoResultFound("no row, and one was expected")
        return row

    def scalars(self) -> list[Any]:
        """The first column of each row."""
        return [row[0] for row in self]

    def scalar(self) -> Any:
        """The first column of the first row; None where there is no row."""
        return self[0][0] if self else None

    def scalar_one(self) -> Any:
        """The first column of the only row. Raises NoResultFound, MultipleResultsFound."""
        return self.one()[0]

    def scalar_one_or_none(self) -> Any:
        """The first column of the only row; None where there is no row. Raises MultipleResultsFound."""
        row = self.one_or_none()
        return None if row is None else row[0]


NO_ROWS: Final = Rows()


@dataclass(frozen=True, slots=True)
class _Ready:
    """A prepared statement for one kind of database and one set of given parameters."""

    sql: str
    constants: Mapping[str, Any]
    binders: Sequence[tuple[str, Process]]
    order: Callable[[Mapping[str, Any]], Sequence[Any]] | None  # picks positional parameters; None: they are named
    row: Callable[[Iterable[Any]], Any]  # makes one, with a name for each column
    readers: Sequence[tuple[int, Process]]


_ready: Final[dict[str, dict[tuple[Prepared, tuple[str, ...]], _Ready]]] = {}
"""Compiled once a process for each kind of database: a store that starts again, in a test or a simulated day, finds them."""


class Statements:
    """Runs statements on one connection, in whatever transaction is open there."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._cursor: Callable[[], Any] = connection.connection.driver_connection.cursor  # type: ignore[union-attr]
        self._driver_error: type[Exception] = connection.dialect.loaded_dbapi.Error
        self._ready = _ready.setdefault(connection.dialect.name, {})

    @overload
    def execute(self, statement: Prepared, parameters: Mapping[str, Any] | None = None) -> Rows: ...

    @overload
    def execute(self, statement: Executable, parameters: Mapping[str, Any] | None = None) -> Result[Any]: ...

    def execute(self, statement: Prepared | Executable, parameters: Mapping[str, Any] | None = None) -> Rows | Result[Any]:
        """Run it, and give what it returns. Raises sqlalchemy.exc.SQLAlchemyError."""
        if not isinstance(statement, Prepared):
            return self._connection.execute(statement, parameters)
        given = parameters or {}
        key = (statement, tuple(given))
        ready = self._ready.get(key)
        if ready is None:
            ready = self._ready[key] = _compile(self._connection, statement, given)
        values = {**ready.constants, **given}
        for name, bind in ready.binders:
            values[name] = bind(values[name])
        rows = self._run(ready.sql, values if ready.order is None else ready.order(values))
        if not rows:
            return NO_ROWS
        if ready.readers:
            rows = [_read(row, ready.readers) for row in rows]
        return Rows([ready.row(row) for row in rows])

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """What is done inside is undone by an exception, and by nothing else that the transaction does.

        Raises TransactionLostError where SQLite has rolled everything back by itself: what was run next would begin a
        transaction of its own, and end it without the commit's number."""
        self._run("SAVEPOINT request", ())
        try:
            yield
        except BaseException as fault:
            try:
                self._run("ROLLBACK TO SAVEPOINT request", ())
            except DBAPIError:
                raise TransactionLostError("the database gave the whole transaction up") from fault
            self._run("RELEASE SAVEPOINT request", ())
            raise
        self._run("RELEASE SAVEPOINT request", ())

    def _run(self, sql: str, parameters: Any) -> Sequence[Any]:
        cursor = self._cursor()
        try:
            cursor.execute(sql, parameters)
            return cursor.fetchall() if cursor.description is not None else ()
        except self._driver_error as problem:
            told = DBAPIError.instance(sql, parameters, problem, self._driver_error, hide_parameters=True)
            raise told from problem
        finally:
            cursor.close()


def _compile(connection: Connection, prepared: Prepared, given: Mapping[str, Any]) -> _Ready:
    dialect = connection.dialect
    columns_written = None if isinstance(prepared.statement, Select) else list(given)
    statement = cloned_traverse(prepared.statement, {}, {"bindparam": _stands_in_the_words})
    compiled: Any = statement.compile(dialect=dialect, column_keys=columns_written)
    if not isinstance(prepared.statement, Select) and compiled.insert_prefetch:
        names = ", ".join(column.name for column in compiled.insert_prefetch)
        raise TypeError(f"a prepared insert into {compiled.insert_prefetch[0].table.name} must give {names}")
    binders = [
        (name, bind)
        for name, parameter in compiled.binds.items()
        if name in given and (bind := parameter.type.dialect_impl(dialect).bind_processor(dialect)) is not None
    ]
    state = compiled.construct_expanded_state(dict(given))
    constants = {name: value for name, value in state.parameters.items() if name not in given}
    readers = [
        (place, reader)
        for place, column in enumerate(prepared.columns)
        if (reader := column.type.dialect_impl(dialect).result_processor(dialect, None)) is not None
    ]
    columns = [column.key for column in prepared.columns]
    row = namedtuple("row", columns, rename=True)  # type: ignore[misc]  # what a row has is known only here
    return _Ready(state.statement, constants, binders, _picking(state.positiontup), row._make, readers)


def _stands_in_the_words(parameter: BindParameter[Any]) -> None:
    """What is the same each time is a part of the statement. Were it a parameter, SQLite would plan the statement anew each
    time that it is given, to see whether an index of some rows (`WHERE state <> 'void'`) can serve: ten times its work."""
    parameter.literal_execute = not parameter.required


def _picking(order: Sequence[str] | None) -> Callable[[Mapping[str, Any]], Sequence[Any]] | None:
    """What picks positional parameters out of those that have names; None: they are named."""
    match order:
        case None:
            return None
        case []:
            return lambda _: ()
        case [name]:
            return lambda values: (values[name],)
    return itemgetter(*order)


def _read(row: Sequence[Any], readers: Sequence[tuple[int, Process]]) -> tuple[Any, ...]:
    values = list(row)
    for place, reader in readers:
        values[place] = reader(values[place])
    return tuple(values)
