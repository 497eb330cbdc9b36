"""The insurance office read beside the running store: lists without names, and with the ledger's key who stands behind them.

Lists hold ids, states and numbers. Whoever opens a case's file leaves a row in the audit trail first (LookAt in
mqtt/office_contract/): that is asked of the store, for nothing is written here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Row, bindparam, func, select

from booking_store import tables
from booking_store.desk.office.steps import step_of
from booking_store.letter_report import letter_of
from booking_store.queue_report import QueueReader
from booking_store.seal import Seal
from booking_store.sealed import CaseWords, HouseholdWords, LetterWords, household_of, person_of
from rules.household import Household, Person
from rules.inquiries import Result, Way
from rules.letters import Letter
from rules.referral import OPEN, State, Step

LISTED_MOST: Final = 500


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A case in a list. `number`: of the ticket that brought it, on `service_day`."""

    case: int
    household: int
    matter: str
    state: State
    opened_at_ms: int
    revision: int
    officer: str | None = None
    service_day: int | None = None
    number: int | None = None
    missing: int = 0
    decided_at_ms: int | None = None


@dataclass(frozen=True, slots=True)
class TicketOf:
    """What a ticket of the kiosk was taken for, and the household that the typed code led to. None: no code, or nobody's."""

    matter: str
    household: int | None


@dataclass(frozen=True, slots=True)
class Inquiry:
    """One question about a member, and its answer once it is there."""

    inquiry: int
    person: int
    way: Way
    asked_at_ms: int
    batch: int | None = None
    result: Result | None = None
    answered_at_ms: int | None = None


@dataclass(frozen=True, slots=True)
class LetterFile:
    """One letter of a case with its words; None where they were erased."""

    letter: Letter
    words: LetterWords | None


@dataclass(frozen=True, slots=True)
class CaseFile:
    """Everything about one case. `opened_by`: an account, or "store"; `najva`: its result, its day and who looked."""

    line: CaseLine
    opened_by: str
    household: Household
    words: CaseWords
    steps: tuple[Step, ...]
    inquiries: tuple[Inquiry, ...]
    letters: tuple[LetterFile, ...]
    said: dict[str, str]
    missing: tuple[tuple[int | None, str], ...]
    fee_rials: int = 0
    najva: tuple[str, str, str] | None = None
    refusal: str | None = None
    cycle: int | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """A member that a batch asks about."""

    inquiry: int
    household_code: str
    person: Person


class OfficeReader:
    """Looks at one ledger again and again, from any thread. Raises LedgerError where there is none, and SealError where the
    key is another's."""

    def __init__(self, url: str, seal: Seal) -> None:
        self._reader = QueueReader(url)
        self._seal = seal

    def close(self) -> None:
        """Let the ledger go."""
        self._reader.close()

    def open_cases(self) -> tuple[CaseLine, ...]:
        """The cases that somebody has something to do with, the oldest first."""
        with self._reader.looking() as connection:
            return tuple(_line(row) for row in connection.execute(_OPEN_CASES))

    def cases_of_day(self, service_day: int) -> tuple[CaseLine, ...]:
        """The cases that a service day's tickets brought, in order of their numbers."""
        with self._reader.looking() as connection:
            return tuple(_line(row) for row in connection.execute(_OF_DAY, {"day": service_day}))

    def ticket(self, service_day: int, number: int) -> TicketOf | None:
        """Who stands behind a called ticket; None: no ticket of the office's kiosk."""
        with self._reader.looking() as connection:
            row = connection.execute(_OF_TICKET, {"day": service_day, "number": number}).one_or_none()
            return None if row is None else TicketOf(row.matter, row.household)

    def cases_of_household(self, household: int) -> tuple[CaseLine, ...]:
        """All cases of a household, the newest first."""
        with self._reader.looking() as connection:
            return tuple(_line(row) for row in connection.execute(_OF_HOUSEHOLD, {"household": household}))

    def case_line(self, case: int) -> CaseLine | None:
        """A case without names; None: there is none. Whose household it is says whom a look at its file looks at."""
        with self._reader.looking() as connection:
            row = connection.execute(_CASE, {"case": case}).one_or_none()
            return None if row is None else _line(row)

    def case_file(self, case: int) -> CaseFile | None:
        """A case with everybody and everything in it; None: there is none."""
        with self._reader.looking() as connection:
            row = connection.execute(_CASE, {"case": case}).one_or_none()
            return None if row is None else self._file(connection, row)

    def household(self, household: int) -> Household | None:
        """A household with its present members; None: there is none, or it went into another."""
        with self._reader.looking() as connection:
            return self._household(connection, household)

    def went_into(self, household: int) -> int | None:
        """The household that this one became a part of; None: it stands, or there is none."""
        with self._reader.looking() as connection:
            row = connection.execute(_HOUSEHOLD, {"household": household}).one_or_none()
            return None if row is None else row.merged_into

    def letter(self, number: tuple[int, int]) -> LetterFile | None:
        """A letter by its year and serial, for printing it once more."""
        with self._reader.looking() as connection:
            row = connection.execute(_BY_NUMBER, {"year": number[0], "serial": number[1]}).one_or_none()
            return None if row is None else self._letter(row)

    def questions(self, batch: int) -> tuple[Question, ...]:
        """The members that a batch asks about, in the order of their references."""
        with self._reader.looking() as connection:
            rows = connection.execute(_QUESTIONS, {"batch": batch}).all()
        return tuple(
            Question(row.inquiry, self._seal.open(row.household_sealed, HouseholdWords).code, person_of(self._seal, row))
            for row in rows
        )

    def open_batches(self) -> tuple[tuple[int, int, int], ...]:
        """Batches with questions that nobody has answered: id, when it was made (ms), how many are open."""
        with self._reader.looking() as connection:
            return tuple((row.id, row.made_at_ms, row.waiting) for row in connection.execute(_OPEN_BATCHES))

    def _file(self, connection: Connection, row: Row[Any]) -> CaseFile:
        about = {"case": row.id}
        return CaseFile(
            line=_line(row),
            opened_by=row.opened_by,
            household=self._household(connection, row.household) or Household("", ()),
            words=self._seal.open(row.sealed, CaseWords),
            steps=tuple(step_of(one) for one in connection.execute(_STEPS, about)),
            inquiries=tuple(_inquiry(one) for one in connection.execute(_INQUIRIES, about)),
            letters=tuple(self._letter(one) for one in connection.execute(_LETTERS, about)),
            said=dict(row.said),
            missing=tuple((one["person"], one["paper"]) for one in row.papers),
            fee_rials=row.fee_rials,
            najva=None if row.najva is None else (row.najva, row.najva_on, row.najva_by),
            refusal=row.refusal,
            cycle=row.cycle,
        )

    def _household(self, connection: Connection, household: int) -> Household | None:
        row = connection.execute(_HOUSEHOLD, {"household": household}).one_or_none()
        if row is None or row.merged_into is not None:
            return None
        return household_of(self._seal, row, connection.execute(_MEMBERS, {"household": household}))

    def _letter(self, row: Row[Any]) -> LetterFile:
        words = None if row.sealed is None else self._seal.open(row.sealed, LetterWords)
        return LetterFile(letter_of(row), words)


def _line(row: Row[Any]) -> CaseLine:
    return CaseLine(
        case=row.id,
        household=row.household,
        matter=row.matter,
        state=State(row.state),
        opened_at_ms=row.opened_at_ms,
        revision=row.revision,
        officer=row.officer,
        service_day=row.service_day,
        number=row.number,
        missing=len(row.papers),
        decided_at_ms=row.decided_at_ms,
    )


def _inquiry(row: Row[Any]) -> Inquiry:
    return Inquiry(
        inquiry=row.id,
        person=row.person,
        way=Way(row.way),
        asked_at_ms=row.asked_at_ms,
        batch=row.batch,
        result=None if row.result is None else Result(row.result),
        answered_at_ms=row.answered_at_ms,
    )


def _of_case(columns: Any, order: Sequence[Any]) -> Any:
    return select(columns).where(columns.c.case_id == bindparam("case")).order_by(*order)


_cases, _letters, _inquiries, _people = tables.cases, tables.letters, tables.inquiries, tables.people
_households, _batches = tables.households, tables.batches
_CASE: Final = select(_cases).where(_cases.c.id == bindparam("case"))
_OPEN_CASES: Final = select(_cases).where(_cases.c.state.in_(sorted(OPEN))).order_by(_cases.c.id).limit(LISTED_MOST)
_OF_DAY: Final = select(_cases).where(_cases.c.service_day == bindparam("day")).order_by(_cases.c.number, _cases.c.id)
_OF_TICKET: Final = (
    select(*tables.office_tickets.c["matter", "household"])
    .join(tables.tickets, tables.tickets.c.id == tables.office_tickets.c.ticket)
    .where(tables.tickets.c.service_day == bindparam("day"), tables.tickets.c.number == bindparam("number"))
)
_OF_HOUSEHOLD: Final = select(_cases).where(_cases.c.household == bindparam("household")).order_by(_cases.c.id.desc())
_STEPS: Final = _of_case(tables.case_steps, [tables.case_steps.c.id])
_INQUIRIES: Final = _of_case(_inquiries, [_inquiries.c.id])
_LETTERS: Final = _of_case(_letters, [_letters.c.id])
_BY_NUMBER: Final = select(_letters).where(_letters.c.year == bindparam("year"), _letters.c.serial == bindparam("serial"))
_HOUSEHOLD: Final = select(_households).where(_households.c.id == bindparam("household"))
_MEMBERS: Final = (
    select(_people)
    .where(_people.c.household == bindparam("household"), _people.c.left_at_ms.is_(None))
    .order_by(_people.c.place, _people.c.id)
)
_QUESTIONS: Final = (
    select(_inquiries.c.id.label("inquiry"), _people, _households.c.sealed.label("household_sealed"))
    .join(_people, _people.c.id == _inquiries.c.person)
    .join(_households, _households.c.id == _people.c.household)
    .where(_inquiries.c.batch == bindparam("batch"))
    .order_by(_inquiries.c.id)
)
_OPEN_BATCHES: Final = (
    select(_batches.c.id, _batches.c.made_at_ms, func.count().label("waiting"))
    .join(_inquiries, _inquiries.c.batch == _batches.c.id)
    .where(_inquiries.c.result.is_(None))
    .group_by(_batches.c.id, _batches.c.made_at_ms)
    .order_by(_batches.c.id)
)
