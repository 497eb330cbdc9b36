"""A year of the Kosar clinic in a ledger: a hundred thousand people who came, waited, were called and served, with the calls
and texts that went before. Plausible, not real: its queues are walked through once, and written in bulk.

python -m benchmarks.year URL [--tickets 100000]
"""

import argparse
import hashlib
import heapq
import json
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from pathlib import Path
from random import Random
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select, text

from benchmarks.clinic import code_of_seven
from booking_store import database, tables
from booking_store.clock import Now
from booking_store.ledger import Ledger
from booking_store.store import Store
from mqtt.contract import LoadSite
from rules.schedule import PlannedSession, hours_on, sessions_on
from rules.site import Site

SITE_FILE: Final = Path(__file__).parents[1] / "sites" / "kosar_clinic.toml"
TEHRAN: Final = ZoneInfo("Asia/Tehran")
TODAY: Final = date(2026, 11, 22)
NOW: Final = clock_time(10, 30)
"""The year ends in the middle of a Sunday's morning: some wait."""
DAYS: Final = 365
TICKETS: Final = 100_000
MINUTE_MS: Final = 60_000
COUNTERS: Final = ("counter-1", "counter-2", "counter-3")
RECEPTION_MINUTES, DOCTOR_MINUTES = 2.9, 4.0
BY_HOUR: Final = {7: 8, 8: 16, 9: 17, 10: 15, 11: 11, 12: 5, 13: 2, 14: 3, 15: 5, 16: 7, 17: 6, 18: 3}
"""When people come, in hundredths of a day."""
STEPS: Final = ("Resuming", "Main", "ChoosingDepartment", "ChoosingDoctor", "TypingMobile", "Holding", "Offered", "Confirming")
TOLD: Final = (*STEPS, "TellingCode", "AfterCode", "Leaving", "Over")


@dataclass
class Rows:
    """What is to be written, by table, and the ids given so far."""

    of: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    ids: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def add(self, table: str, **row: Any) -> int:
        """The id of one more row."""
        self.ids[table] += 1
        self.of[table].append({"id": self.ids[table], **row})
        return self.ids[table]


@dataclass(frozen=True)
class Person:
    """Somebody on their way through a day."""

    came_ms: int
    session: PlannedSession
    source: str
    number: int


class Year:
    """Makes the rows, a day at a time."""

    def __init__(self, site: Site, epoch: str, tickets: int, first: date) -> None:
        self._site, self._epoch, self._first = site, epoch, first
        self._chance = Random(1405)  # noqa: S311  the same year in every run
        self._codes = iter(self._chance.sample(range(10_000_000), 2 * tickets))
        self._days = [day for day in (first + timedelta(days=ahead) for ahead in range(DAYS + 1)) if hours_on(site, day)]
        self._a_day = tickets / len(self._days)
        self.rows = Rows()

    def days(self) -> Iterator[date]:
        """Each open day, after its rows were made; at last the next one, for which only bookings are there."""
        for day in self._days:
            self._make(day)
            yield day
        ahead = TODAY + timedelta(days=1)
        for one, session in self._sessions(ahead, sessions_on(self._site, ahead)).items():
            for place in range(1, one.capacity.phone * 2 // 3):
                starts = moment_ms(ahead, one.starts)
                self._booking(session, place, starts + (place - 1) * one.slot_minutes * MINUTE_MS)
        yield ahead

    def _make(self, day: date) -> None:
        opens = moment_ms(day, clock_time(7))
        ends = moment_ms(day, NOW) if day == TODAY else moment_ms(day, clock_time(20, 30))
        now = {"status": "accepting", "ended_at_ms": None} if day == TODAY else {"status": "closed", "ended_at_ms": ends}
        service_day = self.rows.add("service_days", date=day.isoformat(), opened_at_ms=opens, opened_by="store", **now)
        self._note(opens, "day_opened", service_day)
        people = self._people(day, ends)
        sessions = self._sessions(day, [person.session for person in people])
        through = self._through_reception(service_day, sessions, people, ends)
        self._further(service_day, through, ends)
        self._turned_away(day, service_day)
        self._calls_and_texts(day, sum(person.source == "booked" for person in people))

    def _people(self, day: date, until_ms: int) -> list[Person]:
        planned = sessions_on(self._site, day)
        wanted = round(self._a_day * self._chance.uniform(0.8, 1.2)) if planned else 0
        came = sorted(self._arrival(day) for _ in range(wanted))
        return [
            Person(
                at, self._chance.choice(planned), self._chance.choices(("booked", "walk_in", "help"), (70, 29, 1))[0], number
            )
            for number, at in enumerate(came, start=100)
            if at < until_ms
        ]

    def _arrival(self, day: date) -> int:
        hour = self._chance.choices(tuple(BY_HOUR), tuple(BY_HOUR.values()))[0]
        return moment_ms(day, clock_time(hour)) + self._chance.randrange(60 * MINUTE_MS)

    def _sessions(self, day: date, wanted: Sequence[PlannedSession]) -> dict[PlannedSession, int]:
        return {
            one: self.rows.add(
                "sessions",
                date=day.isoformat(),
                department=one.department,
                doctor=one.doctor,
                starts_at_ms=moment_ms(day, one.starts),
                ends_at_ms=moment_ms(day, one.ends),
                phone=one.capacity.phone,
                walk_in=one.capacity.walk_in,
                reserve=one.capacity.reserve,
                slot_minutes=one.slot_minutes,
            )
            for one in dict.fromkeys(wanted)
        }

    def _booking(self, session: int, place: int, at_ms: int) -> int:
        seven = f"{next(self._codes):07}"
        booked = {"state": "active", "booked_at_ms": at_ms - 3 * 24 * 60 * MINUTE_MS, "booked_by": "phone-1"}
        return self.rows.add("bookings", code=code_of_seven(seven), session=session, place=place, time_ms=at_ms, **booked)

    def _through_reception(
        self, service_day: int, sessions: dict[PlannedSession, int], people: Sequence[Person], until_ms: int
    ) -> list[tuple[int, int, Person]]:
        """Each in turn to the first free counter; (when it ended, ticket, person), in order."""
        free = [(0, counter) for counter in COUNTERS]
        ended: list[tuple[int, int, Person]] = []
        for place, person in enumerate(people, start=1):
            booked = person.source == "booked"
            booking = self._booking(sessions[person.session], place, person.came_ms) if booked else None
            at, counter = heapq.heappop(free)
            called = max(at, person.came_ms + 10_000)
            finished = called + self._spell(RECEPTION_MINUTES)
            heapq.heappush(free, (finished, counter))
            ticket = self._ticket(service_day, person, sessions[person.session], booking)
            calls = self._stand(
                service_day, ticket, person, ("reception", counter), (person.came_ms, called, finished), until_ms
            )
            if calls:
                ended.append((finished, ticket, person))
        return sorted(ended, key=lambda one: one[0])

    def _further(self, service_day: int, through: Sequence[tuple[int, int, Person]], until_ms: int) -> None:
        """Each to the second stage of their department: a doctor's room, or the cashier."""
        free: dict[tuple[str, int | None], int] = defaultdict(int)
        for since, ticket, person in through:
            department = self._site.department(person.session.department)
            stage = department.stages[1] if department is not None else "cashier"
            room = "room-1" if person.session.department in {11, 13, 14} else "room-2"
            point = "counter-3" if stage == "cashier" else room
            called = max(free[stage, person.session.doctor], since)
            free[stage, person.session.doctor] = finished = called + self._spell(DOCTOR_MINUTES)
            self._stand(service_day, ticket, person, (stage, point), (since, called, finished), until_ms)

    def _spell(self, minutes: float) -> int:
        return int(self._chance.gammavariate(2, minutes / 2) * MINUTE_MS) + 5_000

    def _ticket(self, service_day: int, person: Person, session: int, booking: int | None) -> int:
        of_help = person.source == "help"
        self._note(person.came_ms, "ticket_given", service_day, person.number)
        return self.rows.add(
            "tickets",
            service_day=service_day,
            number=person.number,
            source=person.source,
            state="waiting",
            department=None if of_help else person.session.department,
            doctor=None if of_help else person.session.doctor,
            session=None if of_help else session,
            booking=booking,
            device="kiosk-1",
            issued_at_ms=person.came_ms,
            callable_from_ms=person.came_ms + 5_000,
            outcome=None,
            ended_at_ms=None,
            ahead="[]",
            marks="[]",
            changed=self.rows.ids["audit"],
        )

    def _stand(
        self, service_day: int, ticket: int, person: Person, where: tuple[str, str], times: tuple[int, int, int], until_ms: int
    ) -> bool:
        """One stop with its calls and what the audit trail says of it; whether it was finished by then."""
        (stage, point), (since, called, ended) = where, times
        done, absent = ended <= until_ms, self._chance.random() < 0.04
        stop = self.rows.add(
            "stops",
            ticket=ticket,
            service_day=service_day,
            stage=stage,
            department=person.session.department,
            doctor=person.session.doctor,
            waiting_since_ms=since,
            called_at_ms=called if done else None,
            ended_at_ms=ended if done else None,
            point=point if done else None,
            calls=1 if done else 0,
        )
        row = self.rows.of["tickets"][ticket - self.rows.of["tickets"][0]["id"]]
        if not done:
            return False
        called_for = [called, called + 4 * MINUTE_MS] if absent and called + 4 * MINUTE_MS < ended else [called]
        for at in called_for:
            self._call(at, service_day, ticket, stop, person.number, point)
            self._note(at, "call", service_day, person.number, point)
        if absent:
            self._note(called + MINUTE_MS, "no_show", service_day, person.number, point)
            self._note(called + 2 * MINUTE_MS, "come_back", service_day, person.number)
        last = stage != "reception" or row["source"] == "help"
        self._note(ended, "complete" if last else "move_on", service_day, person.number, point)
        if last:
            row.update(state="done", outcome="served", ended_at_ms=ended)
        return not last

    def _call(self, at: int, service_day: int, ticket: int, stop: int, number: int, point: str) -> None:
        whom = {"ticket": ticket, "stop": stop, "number": number, "point": point, "zone": "hall-1"}
        self.rows.add("calls", epoch=self._epoch, service_day=service_day, kind="call", why="booked", called_at_ms=at, **whom)

    def _turned_away(self, day: date, service_day: int) -> None:
        for _ in range(self._chance.randrange(12)):
            at = moment_ms(day, clock_time(10)) + self._chance.randrange(30 * MINUTE_MS)
            self._note(at, "walk_in_refused", service_day, why="share_used_up", details='{"department": 11, "doctor": null}')

    def _calls_and_texts(self, day: date, booked: int) -> None:
        for _ in range(int(booked * 1.4)):
            at = moment_ms(day, clock_time(8)) + self._chance.randrange(10 * 60 * MINUTE_MS)
            gave_up = self._chance.random() < 0.3
            steps = STEPS[: self._chance.randrange(2, len(STEPS))] if gave_up else TOLD
            called = {"device": "phone-1", "ended_at_ms": at, "seconds": self._chance.randrange(20, 160)}
            ended = "hung_up" if gave_up else "goodbye"
            self.rows.add("phone_calls", **called, steps=json.dumps([*steps, "Over"] if gave_up else steps), ended=ended)
        for number in range(int(booked * 1.3)):
            at = moment_ms(day, clock_time(9)) + number * 1000
            kind = "booked" if number < booked else "reminder"
            state = self._chance.choices(("delivered", "undelivered", "failed", "expired"), (93, 4, 2, 1))[0]
            key = f"{kind}:{self.rows.ids['texts']}"
            written = {"expires_at_ms": at + 60 * MINUTE_MS, "written_at_ms": at, "ended_at_ms": at + MINUTE_MS}
            self.rows.add("texts", dedupe_key=key, kind=kind, mobile="", body="", state=state, **written)

    def _note(
        self, at: int, what: str, service_day: int, number: int | None = None, point: str | None = None, **more: Any
    ) -> None:
        row = {"at_ms": at, "sequence": 1, "who": point or "kiosk-1", "what": what, "why": "", "details": None}
        self.rows.add("audit", **row | more, service_day=service_day, number=number, point=point)


def make(url: str, tickets: int = TICKETS) -> None:
    """A ledger with the year in it, at `url`, where none is yet."""
    first = TODAY - timedelta(days=DAYS)
    started = int(datetime.combine(first, clock_time(6), TEHRAN).timestamp() * 1000)
    ledger = Ledger.open(url, started)
    store = Store(ledger, "kosar")
    sha256 = hashlib.sha256(SITE_FILE.read_bytes()).hexdigest()
    store.ask(LoadSite(path=str(SITE_FILE), sha256=sha256), Now(started))
    site = store.site
    with ledger.reading() as statements:
        epoch = statements.execute(select(tables.epochs.c.epoch)).scalar_one()
    ledger.close()
    year = Year(site, epoch, tickets, first)
    with database.one_transaction(url) as connection:
        audited = connection.execute(select(tables.audit.c.id).order_by(tables.audit.c.id.desc()).limit(1)).scalar() or 0
        year.rows.ids["audit"] = audited
        for table in ("stops", "calls", "tickets", "bookings"):
            year.rows.ids[table] = 0
        for _ in year.days():
            write(connection, year.rows)
        connection.execute(text("UPDATE ledger SET last_commit_ms = :at"), {"at": moment_ms(TODAY, NOW)})
        if connection.dialect.name == "postgresql":
            for table in year.rows.of:
                connection.execute(text(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}"))  # noqa: S608


def write(connection: Connection, rows: Rows) -> None:
    """All rows that were made, in the order in which they may refer to each other; then they are forgotten."""
    raw = connection.connection
    for table in tables.metadata.sorted_tables:
        made = rows.of.get(table.name)
        if not made:
            continue
        if table is tables.audit:
            _in_time(made)
        columns = tuple(made[0])
        if connection.dialect.name == "postgresql":
            with raw.cursor().copy(f"COPY {table.name} ({', '.join(columns)}) FROM STDIN") as copy:
                for row in made:
                    copy.write_row(tuple(row.values()))
        else:
            marks = ", ".join("?" for _ in columns)
            insert = f"INSERT INTO {table.name} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608  our own tables
            raw.cursor().executemany(insert, [tuple(row.values()) for row in made])
        made.clear()


def _in_time(noted: list[dict[str, Any]]) -> None:
    """The audit trail of a day as a store writes it: a later row has a higher id."""
    ids = sorted(row["id"] for row in noted)
    noted.sort(key=lambda row: int(row["at_ms"]))
    for row, number in zip(noted, ids, strict=True):
        row["id"] = number


def moment_ms(day: date, clock: clock_time) -> int:
    """`clock` on `day` at the clinic, in milliseconds UTC."""
    return int(datetime.combine(day, clock, TEHRAN).astimezone(UTC).timestamp() * 1000)


def main() -> None:
    """Make one and say how long it took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("--tickets", type=int, default=TICKETS)
    asked = parser.parse_args()
    begun = time.monotonic()
    make(asked.url, asked.tickets)
    print(f"{asked.tickets} tickets in {time.monotonic() - begun:.0f} s")


if __name__ == "__main__":
    main()
