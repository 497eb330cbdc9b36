"""What anybody with a letter's code may know of it, read beside the running store: one word. It takes no key."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, bindparam, select

from booking_store import tables
from booking_store.desk import site as sites
from booking_store.queue_report import QueueReader
from booking_store.statements import Statements
from rules.letters import Letter, Standing, clean_letter_code, standing
from rules.name import Name


@dataclass(frozen=True, slots=True)
class LetterLook:
    """What is told of a code: of one that no letter has, what is told of a void one. `found` is for whoever counts guesses."""

    name: Name  # the office's own
    service_offices: tuple[str, ...]  # codes of all that the site has
    standing: Standing
    found: bool

    def name_in(self, language: str) -> str:
        """The office's name in a language that has it."""
        return (self.name.en or self.name.fa) if language == "en" else self.name.fa


class LetterReader:
    """Looks at one ledger again and again, also at one that is not there yet. From any thread."""

    def __init__(self, url: str, site_id: str, wall_seconds: Callable[[], float]) -> None:
        """`wall_seconds`: the machine's clock, seconds since 1970; a letter's last day is counted by it."""
        self._reader = QueueReader(url)
        self._site_id = site_id
        self._wall_seconds = wall_seconds

    def close(self) -> None:
        """Let the ledger go."""
        self._reader.close()

    def look(self, code: str) -> LetterLook:
        """How the letter with this code stands today. Raises LedgerError."""
        with self._reader.looking() as connection:
            site = sites.filed(Statements(connection), self._site_id)
            today = datetime.fromtimestamp(self._wall_seconds(), UTC).astimezone(ZoneInfo(site.time_zone)).date()
            stands = letter_standing(connection, code, today)
        offices = tuple(one.code for one in site.office.service_offices) if site.office is not None else ()
        return LetterLook(site.name, offices, stands or Standing.VOID, found=stands is not None)


def letter_standing(connection: Connection, code: str, today: date) -> Standing | None:
    """How the letter with this verification code stands; None: there is none."""
    clean = clean_letter_code(code)
    row = connection.execute(_BY_CODE, {"code": clean}).one_or_none() if clean is not None else None
    return None if row is None else standing(letter_of(row), today)


def letter_of(row: Row[Any]) -> Letter:
    """A letter's row as the rules look at it."""
    return Letter(
        year=row.year,
        serial=row.serial,
        code=row.code,
        service_office=row.service_office,
        issued=date.fromisoformat(row.issued_on),
        until=date.fromisoformat(row.until),
        handed_over=row.handed_at_ms is not None,
        used=row.used_at_ms is not None,
        void=row.void_at_ms is not None,
    )


_BY_CODE: Final = select(tables.letters).where(tables.letters.c.code == bindparam("code"))
