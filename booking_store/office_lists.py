"""An insurance office's lists, read beside the running store: batches, answers that came back, cover that is due. They hold no
names, and take no key.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import Connection, String, bindparam, cast, func, literal_column, or_, select

from booking_store import tables
from rules.inquiries import Result, Way
from rules.referral import BY_ITSELF, OPEN, Act, State
from rules.texts import TextState

LISTED_MOST: Final = 500
ANSWERED_SHOWN: Final = 10
"""Batches that were answered whole and are listed still, the newest ones: their file may be wanted again."""
AT_ONCE: Final = 500
"""References in one statement."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """The questions that leave with the next batch. `since_ms`: when the oldest was asked; None: there is none."""

    questions: int
    cases: int
    since_ms: int | None


@dataclass(frozen=True, slots=True)
class Batch:
    """One file of questions. `unanswered`: so many of its rows."""

    batch: int
    made_at_ms: int
    made_by: str
    rows: int
    unanswered: int


@dataclass(frozen=True, slots=True)
class CameBack:
    """A case whose answers are there, and that nobody has looked at since. `results`: of how many members, each one's last."""

    case: int
    household: int
    matter: str
    officer: str | None
    answered_at_ms: int
    results: Mapping[Result, int]


@dataclass(frozen=True, slots=True)
class Answered:
    """What the department said about a member, and whose case it is."""

    case: int
    result: Result | None


@dataclass(frozen=True, slots=True)
class Due:
    """A household whose cover ends, and the case that opened by itself. `text` None: no text was written."""

    case: int
    household: int
    state: State
    opened_at_ms: int
    officer: str | None
    cover_until: date | None
    text: TextState | None


def waiting(connection: Connection) -> Waiting:
    """What a batch that is made now would ask."""
    row = connection.execute(_WAITING).one()
    return Waiting(row.questions, row.cases, row.since_ms)


def batches(connection: Connection) -> tuple[Batch, ...]:
    """Those with questions that nobody has answered, and the newest of the others; the newest first."""
    newest = [row.id for row in connection.execute(_NEWEST)]
    rows = connection.execute(_BATCHES, {"newest": newest or [0]})
    return tuple(Batch(row.id, row.made_at_ms, row.made_by, row.rows, row.unanswered) for row in rows)


def came_back(connection: Connection) -> tuple[CameBack, ...]:
    """The cases for an officer to go on with, the oldest answer first."""
    rows = connection.execute(_CAME_BACK).all()
    results = _results(connection, [row.id for row in rows])
    return tuple(CameBack(row.id, row.household, row.matter, row.officer, row.at_ms, results[row.id]) for row in rows)


def answered(connection: Connection, inquiries: Iterable[int]) -> dict[int, Answered]:
    """What was said to these questions; those that nobody asked are left out."""
    found: dict[int, Answered] = {}
    for some in _parts(sorted(set(inquiries))):
        for row in connection.execute(_ANSWERED, {"inquiries": some}):
            found[row.id] = Answered(row.case_id, None if row.result is None else Result(row.result))
    return found


def cover_due(connection: Connection) -> tuple[Due, ...]:
    """The open cases that opened by themselves, whose cover ends first first."""
    return tuple(
        Due(
            case=row.id,
            household=row.household,
            state=State(row.state),
            opened_at_ms=row.opened_at_ms,
            officer=row.officer,
            cover_until=None if row.cover_until is None else date.fromisoformat(row.cover_until),
            text=None if row.text is None else TextState(row.text),
        )
        for row in connection.execute(_COVER_DUE)
    )


def _results(connection: Connection, cases: Sequence[int]) -> Mapping[int, Mapping[Result, int]]:
    """Of each case, how many members have which answer."""
    last: dict[tuple[int, int], Result] = {}
    for some in _parts(cases):
        for row in connection.execute(_OF_CASES, {"cases": some}):
            last[(row.case_id, row.person)] = Result(row.result)
    counted: dict[int, Counter[Result]] = defaultdict(Counter)
    for (case, _), result in last.items():
        counted[case][result] += 1
    return counted


def _parts(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE))


_cases, _inquiries, _batches, _steps = tables.cases, tables.inquiries, tables.batches, tables.case_steps
_open = _inquiries.c.result.is_(None)
_of_open_case = _inquiries.c.case_id.in_(select(_cases.c.id).where(_cases.c.state.in_(sorted(OPEN))))
WAITS_FOR_BATCH: Final = (_inquiries.c.way == Way.BATCH.value) & _inquiries.c.batch.is_(None) & _open & _of_open_case
"""Which questions leave with the next batch. That of a case that is over waits, should somebody look at it again."""
_WAITING: Final = select(
    func.count().label("questions"),
    func.count(_inquiries.c.case_id.distinct()).label("cases"),
    func.min(_inquiries.c.asked_at_ms).label("since_ms"),
).where(WAITS_FOR_BATCH)
_NEWEST: Final = select(_batches.c.id).order_by(_batches.c.id.desc()).limit(ANSWERED_SHOWN)
_unanswered = func.count(_inquiries.c.id)
_BATCHES: Final = (
    select(_batches, _unanswered.label("unanswered"))
    .outerjoin(_inquiries, (_inquiries.c.batch == _batches.c.id) & _open)
    .group_by(*_batches.c)
    .having(or_(_unanswered > 0, _batches.c.id.in_(bindparam("newest", expanding=True))))
    .order_by(_batches.c.id.desc())
    .limit(LISTED_MOST)
)
_any_step = _steps.alias()
_last_step = select(func.max(_any_step.c.id)).where(_any_step.c.case_id == _cases.c.id).correlate(_cases).scalar_subquery()
_CAME_BACK: Final = (
    select(*_cases.c["id", "household", "matter", "officer"], _steps.c.at_ms)
    .select_from(_cases)
    .join(_steps, _steps.c.id == _last_step)
    .where(_cases.c.state == State.UNDER_REVIEW.value, _steps.c.act == Act.HEAR_DEPARTMENT.value)
    .order_by(_steps.c.at_ms, _cases.c.id)
    .limit(LISTED_MOST)
)
_OF_CASES: Final = (
    select(*_inquiries.c["case_id", "person", "result"])
    .where(_inquiries.c.case_id.in_(bindparam("cases", expanding=True)), _inquiries.c.result.is_not(None))
    .order_by(_inquiries.c.id)
)
_ANSWERED: Final = select(*_inquiries.c["id", "case_id", "result"]).where(
    _inquiries.c.id.in_(bindparam("inquiries", expanding=True))
)
_COVER_DUE: Final = (
    select(
        *_cases.c["id", "household", "state", "opened_at_ms", "officer"],
        tables.households.c.cover_until,
        tables.texts.c.state.label("text"),
    )
    .join(tables.households, tables.households.c.id == _cases.c.household)
    .outerjoin(tables.texts, tables.texts.c.dedupe_key == literal_column("'cover:'") + cast(_cases.c.id, String))
    .where(_cases.c.opened_by == BY_ITSELF, _cases.c.state.in_(sorted(OPEN)))
    .order_by(tables.households.c.cover_until, _cases.c.id)
    .limit(LISTED_MOST)
)
